"""The door itself: methods, paths, queries, events and header fields that no route is for, and what the log says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.api.conftest import ROOT, Api
from tests.api.test_hardening import ask

SIGNED = "authorization,x-amz-content-sha256,x-amz-date,x-amz-security-token,x-amz-user-agent,amz-sdk-invocation-id"
DATA = ("/lineage", "/lineage/by-domain", "/pipelines", "/executions", "/sagemaker/catalog", "/impact", "/account")
WHOLE: dict[str, Any] = {
    "resource": "/pipelines",
    "path": "/pipelines",
    "httpMethod": "GET",
    "headers": {"Accept": "*/*"},
    "multiValueHeaders": {"Accept": ["*/*"]},
    "queryStringParameters": {"maxResults": "1"},
    "multiValueQueryStringParameters": {"maxResults": ["1"]},
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/pipelines",
        "httpMethod": "GET",
        "requestId": "from-the-gateway",
        "identity": {"sourceIp": "127.0.0.1"},
    },
    "body": None,
    "isBase64Encoded": False,
}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
@pytest.mark.parametrize("path", [*DATA, "/health", "/openapi.json", "/"])
def test_a_method_that_is_not_there_is_called_that(api: Api, path: str, method: str) -> None:
    status, headers, body = ask(api, path, method)

    assert status == 405
    assert headers["allow"] == "GET, OPTIONS"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["content-type"] == "application/json"
    assert (
        body == b"" if method == "HEAD" else json.loads(body) == {"message": "the method must be one of GET, OPTIONS"}
    )


@pytest.mark.parametrize("path", DATA)
def test_a_page_that_signs_with_awss_own_signer_may_ask(api: Api, path: str) -> None:
    asked = {
        "Origin": "https://dspm.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": f"{SIGNED},amz-sdk-request,if-none-match,x-api-key,content-type",
    }

    answer = api.get(path, headers=asked, method="OPTIONS")

    allowed = {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}

    assert answer.status == 200
    assert set(asked["Access-Control-Request-Headers"].split(",")) <= allowed


@pytest.mark.parametrize("path", ["/viewer/no-such-file.js", "/lineage", "/schema?pipeline=nobody", "/impact"])
def test_a_page_of_another_origin_may_read_every_error(api: Api, path: str) -> None:
    status, headers, body = ask(api, path)

    assert 400 <= status < 500
    assert headers["access-control-allow-origin"] == "*"
    assert json.loads(body)["message"]


def test_a_page_may_read_what_it_needs_of_the_header_fields(api: Api) -> None:
    answer = api.get("/lineage", pipeline="mlops-pipeline")

    exposed = answer.headers["Access-Control-Expose-Headers"].split(",")

    assert set(exposed) == {"Age", "ETag", "Retry-After", "X-Request-Id"}
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", ""])
def test_the_type_of_a_body_that_a_get_does_not_have_is_no_matter(api: Api, kind: str) -> None:
    answer = api.get("/pipelines", headers={"Content-Type": kind}, maxResults="1")

    assert answer.status == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("pipeline=%ff%fe", "pipeline is not text in UTF-8 (percent-encoded)"),
        ("pipeline=mlops-pipeline&domain=%e2%28%a1", "domain is not text in UTF-8 (percent-encoded)"),
        ("pipeline=%zz", "pipeline must be a pipeline name or ARN"),
        ("pipeline=a%00b", "pipeline must be a pipeline name or ARN"),
        ("pipeline=one&pipeline=two", "pipeline is given twice with different values"),
        ("pipeline=one&Pipeline=two", "unknown parameter Pipeline"),
        ("pipeline=one&colour=red&size=2", "unknown parameter colour; unknown parameter size"),
        ("pipeline=one&%3Cscript%3E=1", "unknown parameter"),
        ("pipeline=" + "a" * 50_000, "pipeline must be a pipeline name or ARN"),
        ("pipeline=" + "a-" * 25_000, "pipeline must be a pipeline name or ARN"),
        ("pipeline=one&execution=" + "-" * 50_000, "execution must be an execution id or ARN"),
        ("&".join(f"x%20{number}=1" for number in range(5_000)), "pipeline is required; unknown parameter"),
        ("pipeline", "pipeline is required"),
        ("=&&=&", "pipeline is required; unknown parameter"),
    ],
    ids=lambda text: text[:40],
)
def test_a_query_that_cannot_be_read_is_one_clear_error(api: Api, query: str, message: str) -> None:
    status, headers, body = ask(api, f"/lineage?{query}")

    assert (status, json.loads(body)) == (400, {"message": message})
    assert headers["access-control-allow-origin"] == "*"


def without(event: Any, *path: str) -> Any:
    """The event without the part at the path."""
    if len(path) == 1:
        return {name: value for name, value in event.items() if name != path[0]}
    return {**event, path[0]: without(event[path[0]], *path[1:])}


@pytest.mark.parametrize(
    "event",
    [
        WHOLE,
        {**WHOLE, "headers": None, "multiValueHeaders": None, "queryStringParameters": None},
        {**WHOLE, "multiValueQueryStringParameters": None},
        *(without(WHOLE, name) for name in WHOLE),
        *(without(WHOLE, "requestContext", name) for name in WHOLE["requestContext"]),
        {**WHOLE, "requestContext": {**WHOLE["requestContext"], "identity": None}},
    ],
)
def test_what_a_test_invocation_leaves_out_is_no_matter(app: Any, event: Any) -> None:
    answer = app.app(event, None)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["region"] == "ap-northeast-2"
    assert answer["headers"]["X-Request-Id"]


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ({}, 400),
        (None, 400),
        ([], 400),
        ({"key1": "value1"}, 400),
        ({"requestContext": None}, 400),
        ({"requestContext": {"http": {"method": "GET", "path": "/pipelines"}}, "version": "2.0"}, 400),
        ({**WHOLE, "resource": "/nowhere", "requestContext": {"resourcePath": "/nowhere", "httpMethod": "GET"}}, 404),
        ({"resource": "/viewer/{name}", "httpMethod": "GET"}, 404),
    ],
)
def test_an_event_that_is_no_request_is_an_error_and_no_crash(app: Any, event: Any, status: int) -> None:
    answer = app.app(event, None)

    assert answer["statusCode"] == status
    assert json.loads(answer["body"])["message"]
    assert answer["headers"]["Content-Type"] == "application/json"


PROBE = """
import json, logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
import app
for event in json.loads(sys.argv[1]):
    answer = app.app(event, None)
    print("ANSWER", answer["statusCode"], json.loads(answer["body"]).get("message"))
"""


def invoked(environment: dict[str, str], *events: Any) -> str:
    """What a process of its own writes that is given the events, with every log as loud as it can be."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(events)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_where_callers_sign_a_request_without_a_caller_is_refused(demo_environment: dict[str, str]) -> None:
    context = {**WHOLE["requestContext"]}
    caller = {**WHOLE, "requestContext": {**context, "identity": {"userArn": "arn:aws:iam::123456789012:user/me"}}}
    page = {**WHOLE, "resource": "/", "requestContext": {**context, "resourcePath": "/"}}

    said = invoked({**demo_environment, "AUTH_TYPE": "iam"}, WHOLE, page, without(WHOLE, "requestContext"), caller)

    answers = [line.split(" ", 2)[1:] for line in said.splitlines() if line.startswith("ANSWER")]

    assert [status for status, _ in answers] == ["403", "403", "403", "200"]
    assert "must be signed" in answers[0][1]


def test_no_line_of_a_library_is_written_however_loud_the_log(demo_environment: dict[str, str]) -> None:
    lineage = {"pipeline": ["mlops-pipeline"]}
    event = {**WHOLE, "resource": "/lineage", "multiValueQueryStringParameters": lineage, "requestContext": None}

    said = invoked({**demo_environment, "AWS_SESSION_TOKEN": "FwoGTheSessionsToken", "LOG_LEVEL": "DEBUG"}, event)

    lines = [line for line in said.splitlines() if not line.startswith("ANSWER")]

    assert [json.loads(line)["event"] for line in lines] == ["request"]
    assert "FwoGTheSessionsToken" not in said
