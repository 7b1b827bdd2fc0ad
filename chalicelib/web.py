"""The HTTP edge: a query in; status, headers and body out."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws.reads import Reads
from chalicelib.core.errors import (
    BadDefinition,
    BadQuery,
    LineageError,
    NotFound,
    Refused,
    StillThrottled,
    TooBig,
    TooLate,
)
from chalicelib.core.query import EXECUTIONS, PIPELINES, Params, parse_lineage_query, parse_list_query
from chalicelib.formats.lineage import to_json_text, to_lineage
from chalicelib.gather import Gather, Tally
from chalicelib.lineage import build_lineage
from chalicelib.listings import PipelineListing, list_executions
from chalicelib.memory import Memory
from chalicelib.page import NOT_BUILT, static_file
from chalicelib.reading import read_lineage
from chalicelib.settings import Settings
from chalicelib.tracing import Trace, Tracer

LOG = logging.getLogger("lineage")

STATUSES: Mapping[type[LineageError], int] = {
    BadQuery: 400,
    NotFound: 404,
    TooBig: 413,
    Refused: 502,
    BadDefinition: 502,
    StillThrottled: 503,
    TooLate: 504,
}
RETRY_AFTER_SEC = 5
REMAINING_MARGIN_MS = 1000
"""What is left of Lambda's own time for building and sending the answer."""

MAX_BODY_BYTES = 6_000_000 - 200_000
"""Lambda carries 6 MB; the rest is the envelope that the body travels in."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a route was asked. `remaining_ms` is what Lambda leaves it, where there is a Lambda."""

    route: str
    params: Params
    request_id: str
    headers: Mapping[str, str] = field(default_factory=dict)
    remaining_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back; CORS headers are Chalice's."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that outlives a request: made once, by `app.py` or a test."""

    settings: Settings
    reads: Callable[[str], Reads]
    regions: Callable[[], Collection[str]]
    memory: Memory
    tracer: Tracer

    def gather(self, region: str, remaining_ms: int | None, trace: Trace) -> Gather:
        """A gathering in `region` whose deadline is the setting's, or Lambda's where that is shorter."""
        budget = self.settings.deadline_ms
        if remaining_ms is not None:
            budget = max(0, min(budget, remaining_ms - REMAINING_MARGIN_MS))
        deadline = time.monotonic() + budget / 1000
        return Gather(self.reads(region), region=region, deadline=deadline, memory=self.memory, stages=trace)


@dataclass(slots=True)
class _Outcome:
    """An answer's body, and what the log says of it."""

    body: dict[str, Any]
    tally: Tally


Answerer = Callable[[Request, Service], _Outcome]


def answer_lineage(request: Request, service: Service) -> _Outcome:
    """`GET /lineage`."""
    settings = service.settings
    query = parse_lineage_query(request.params, service.regions(), settings.default_region)
    with (
        service.tracer.request("lineage", pipeline=query.pipeline_name, region=query.region) as trace,
        service.gather(query.region, request.remaining_ms, trace) as gather,
    ):
        collected = read_lineage(query, gather, settings)
        with trace.stage("build"):
            return _Outcome(to_lineage(build_lineage(collected, query, settings)), gather.tally)


def answer_pipelines(request: Request, service: Service) -> _Outcome:
    """`GET /pipelines`."""
    query = parse_list_query(request.params, PIPELINES, service.regions(), service.settings.default_region)
    with (
        service.tracer.request("pipelines", region=query.region) as trace,
        service.gather(query.region, request.remaining_ms, trace) as gather,
    ):
        return _Outcome(PipelineListing(query, gather, service.settings).read(), gather.tally)


def answer_executions(request: Request, service: Service) -> _Outcome:
    """`GET /executions`."""
    query = parse_list_query(request.params, EXECUTIONS, service.regions(), service.settings.default_region)
    with (
        service.tracer.request("executions", region=query.region) as trace,
        service.gather(query.region, request.remaining_ms, trace) as gather,
    ):
        return _Outcome(list_executions(query, gather), gather.tally)


def page_reply(name: str) -> Reply:
    """A file of the page at the API's root."""
    file = static_file(name)
    if file is None:
        message = NOT_BUILT if name == "index.html" else "no such file"
        return _reply(404, {"message": message}, {"Cache-Control": "no-store"})
    return Reply(200, file.text, {**SECURITY_HEADERS, **file.headers})


def lineage_text(params: Params, service: Service) -> str:
    """The body of `GET /lineage` for whoever is no HTTP client; raises what the route would answer with."""
    return to_json_text(answer_lineage(Request("/lineage", params, "local"), service).body)


def respond(answerer: Answerer, request: Request, service: Service) -> Reply:
    """The reply to a request, whatever happens; one line of log says what did."""
    started = time.monotonic()
    tally, warnings = Tally(), 0
    try:
        outcome = answerer(request, service)
        tally, warnings = outcome.tally, len(outcome.body.get("warnings", ()))
        reply = _success(outcome, request)
    except LineageError as error:
        reply = _failure(error, request)
    except Exception:
        LOG.exception("%s", json.dumps({"event": "fault", "requestId": request.request_id}))
        reply = _reply(
            500, {"message": "internal error", "requestId": request.request_id}, {"Cache-Control": "no-store"}
        )
    line = {
        "event": "request",
        "requestId": request.request_id,
        "route": request.route,
        "status": reply.status,
        "durationMs": round((time.monotonic() - started) * 1000),
        "calls": tally.calls,
        "cacheHits": tally.remembered,
        "warnings": warnings,
    }
    LOG.info("%s", json.dumps(line))
    return reply


def _success(outcome: _Outcome, request: Request) -> Reply:
    text = to_json_text(outcome.body)
    data = text.encode()
    if len(data) > MAX_BODY_BYTES:
        raise TooBig(f"the answer is {len(data)} bytes, more than the {MAX_BODY_BYTES} that can be sent")
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    # What it holds is the caller's own; it may be kept, but must be asked about again before it is shown.
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Age": str(int(outcome.tally.oldest_sec))}
    if tag in request.headers.get("if-none-match", ""):
        return Reply(304, "", {**SECURITY_HEADERS, **headers})
    return Reply(200, text, {**SECURITY_HEADERS, **headers, "Content-Type": "application/json"})


def _failure(error: LineageError, request: Request) -> Reply:
    status = STATUSES[type(error)]
    body = {"message": error.message, **({"requestId": request.request_id} if status >= 500 else {})}
    retry = {"Retry-After": str(RETRY_AFTER_SEC)} if status == 503 else {}
    return _reply(status, body, {"Cache-Control": "no-store", **retry})


def _reply(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
    return Reply(status, to_json_text(body), {**SECURITY_HEADERS, "Content-Type": "application/json", **headers})
