"""API Gateway's proxy events: what an invocation leaves out is filled in, and what no route is for is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.http.reply import NO_STORE, Reply, json_reply

Event = Mapping[str, Any]

PLACEHOLDER = re.compile(r"{(\w+)}")
CALLER = ("userArn", "caller", "cognitoIdentityId")
"""Fields of an event's identity that say who signed the request; API Gateway fills them where a method asks for IAM."""


def whole_event(event: object, request_id: str) -> dict[str, Any]:
    """Return a proxy event with every part that a reader of it relies on; `request_id` is for one that names none.

    API Gateway's console sends `null` for headers and query in a test invocation, and an event made by hand may lack
    anything at all.
    """
    given = event if isinstance(event, Mapping) else {}
    context = _mapping(given.get("requestContext"))
    single = _mapping(given.get("queryStringParameters"))
    return {
        **given,
        "requestContext": {
            **context,
            "requestId": context.get("requestId") or request_id,
            "resourcePath": context.get("resourcePath") or given.get("resource"),
            "httpMethod": context.get("httpMethod") or given.get("httpMethod"),
            "identity": _mapping(context.get("identity")),
        },
        "headers": _headers(given),
        "multiValueQueryStringParameters": given.get("multiValueQueryStringParameters")
        or {name: [value] for name, value in single.items()}
        or None,
        "pathParameters": _mapping(given.get("pathParameters")),
        "stageVariables": _mapping(given.get("stageVariables")),
        "body": given.get("body"),
    }


def refusal(event: Event, routes: Mapping[str, Collection[str]], *, signed: bool) -> Reply | None:
    """Return why no route can answer an event of `whole_event`, or `None` where one can.

    `routes` has the methods of each path. With `signed`, a request without a caller is refused: then it did not come
    through a method that asks for IAM, whatever was deployed.
    """
    context = event["requestContext"]
    path, method = context["resourcePath"], context["httpMethod"]
    if path is None or method is None:
        return _refused(400, "the event is no request of API Gateway's (a REST API's proxy event)")
    if path not in routes or not set(PLACEHOLDER.findall(path)) <= event["pathParameters"].keys():
        return _refused(404, "there is no such path here; /openapi.json lists all")
    if method not in routes[path]:
        allow = ", ".join(sorted({*routes[path], "OPTIONS"}))
        return _refused(405, f"the method must be one of {allow}", {"Allow": allow})
    if signed and not any(context["identity"].get(name) for name in CALLER):
        return _refused(403, "the request names no caller: it must be signed (AWS Signature Version 4)")
    return None


def _refused(status: int, message: str, headers: Mapping[str, str] | None = None) -> Reply:
    return json_reply(status, {"message": message}, {**NO_STORE, **(headers or {})})


def _headers(event: Event) -> dict[str, str]:
    """Return the header fields, each as one text: a field that came in several lines is a list (RFC 9110, 5.3).

    The type of a body is left out, for no route reads one, and Chalice would refuse most.
    """
    several = _mapping(event.get("multiValueHeaders"))
    joined = {name: ", ".join(map(str, values)) for name, values in several.items() if isinstance(values, list)}
    single = {name: str(value) for name, value in _mapping(event.get("headers")).items()}
    return {name: value for name, value in {**single, **joined}.items() if name.lower() != "content-type"}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
