"""One reply to one request, whatever happens, and one line of log about it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from chalicelib.core.query.parsing import Params
from chalicelib.core.values.errors import LineageError
from chalicelib.core.values.redaction import redact_text
from chalicelib.formats.lineage import to_json_text
from chalicelib.http.reply import Reply, Text, failure, fault, success
from chalicelib.web.request import Handler, Request, Service

LOG = logging.getLogger("lineage")


def _without_secrets(record: logging.LogRecord) -> bool:
    """Redact a stack before it is written: an error's words may hold what it choked on."""
    if record.exc_info and not record.exc_text:
        record.exc_text = redact_text(logging.Formatter().formatException(record.exc_info))
    return True


LOG.addFilter(_without_secrets)


LESS: Mapping[str, str] = {
    "/lineage": "ask for one step (step=NAME)",
    "/lineage/by-domain": "ask for fewer pipelines (maxResults)",
    "/diff": "compare two executions that differ less",
    "/pipelines": "ask for fewer pipelines (maxResults)",
    "/executions": "ask for fewer executions (maxResults)",
    "/sagemaker/catalog": "ask for fewer pipelines (regions, name, domainId)",
    "/sagemaker/pipelines": "ask for fewer pipelines (regions, name, domainId)",
    "/schema": "leave the feature groups out (include_featurestore=false)",
    "/lineage/schema": "leave the feature groups out (include_featurestore=false)",
    "/impact": "ask for less (maxNodes, depth, types)",
    "/account": "ask for fewer pipelines and places (maxResults)",
}
"""How to ask a route for less, where its answer is larger than what can be sent."""


def local_text(handler: Handler, route: str, params: Params, service: Service) -> str:
    """Return the text of a 200 reply for a caller without HTTP, or raise a `LineageError`."""
    return _text_of(handler(Request(route, params, "local"), service))


def _text_of(body: Mapping[str, Any] | Text) -> str:
    return body.text if isinstance(body, Text) else to_json_text(body)


def respond(handler: Handler, request: Request, service: Service) -> Reply:
    """Return the reply to a request, whatever happens, and log one line about it."""
    started = time.monotonic()
    warnings = 0
    try:
        body = handler(request, service)
        warnings = 0 if isinstance(body, Text) else len(body.get("warnings", ()))
        text = body if isinstance(body, Text) else Text("application/json", to_json_text(body))
        age = int(request.tally.oldest_sec)
        reply = success(text, request.headers, age_sec=age, advice=LESS.get(request.route, "ask for less"))
    except LineageError as error:
        reply = failure(error, request.request_id)
    except Exception:
        LOG.exception("%s", json.dumps({"event": "fault", "requestId": request.request_id}))
        reply = fault(request.request_id)
    line = {
        "event": "request",
        "requestId": request.request_id,
        "route": request.route,
        "status": reply.status,
        "durationMs": round((time.monotonic() - started) * 1000),
        "calls": request.tally.calls,
        "cacheHits": request.tally.remembered,
        "warnings": warnings,
    }
    LOG.info("%s", json.dumps(line))
    return reply
