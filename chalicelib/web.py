"""HTTP edge: a query in; status, headers and body out."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib import __version__
from chalicelib.aws.reads import Reads
from chalicelib.core.lineage import only_step
from chalicelib.core.query.formats import FORMATS
from chalicelib.core.query.parsing import Params
from chalicelib.core.query.query import (
    EXECUTIONS,
    PIPELINES,
    LineageQuery,
    parse_by_domain_query,
    parse_catalog_query,
    parse_lineage_query,
    parse_list_query,
    parse_schema_query,
)
from chalicelib.core.values.doc import NOTHING
from chalicelib.core.values.errors import LineageError
from chalicelib.core.values.redaction import redact_text
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.scheduler import WORKERS, Tally
from chalicelib.fetch.shared import Shared
from chalicelib.formats.lineage import to_json_text, to_lineage
from chalicelib.http.reply import (
    MAX_CARRIED_BYTES,
    NO_STORE,
    SECURITY_HEADERS,
    Reply,
    Text,
    carried_bytes,
    failure,
    fault,
    fits,
    json_reply,
    success,
)
from chalicelib.routes.executions import check_accounts
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.settings import Settings
from chalicelib.tracing import Trace, Tracer

if TYPE_CHECKING:
    from chalicelib.core.account.graph import AccountGraph
    from chalicelib.routes.known import Known
    from chalicelib.static_files import StaticFile

LOG = logging.getLogger("lineage")


def _without_secrets(record: logging.LogRecord) -> bool:
    """Redact a stack before it is written: an error's words may hold what it choked on."""
    if record.exc_info and not record.exc_text:
        record.exc_text = redact_text(logging.Formatter().formatException(record.exc_info))
    return True


LOG.addFilter(_without_secrets)

GRAPH_SEC = 3600.0
"""How long a graph that nobody asks for stays in memory; a changed store has another one."""

REMAINING_MARGIN_MS = 1000
"""Milliseconds of Lambda's time that are left for building and sending the reply."""

MOST_OF_A_PAGE = MAX_CARRIED_BYTES * 4 // 5
"""Most bytes of the lineages of a page; the rest is for what stands around them."""

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


class Request:
    """Request to a route.

    `remaining_ms` is the time that Lambda leaves it, in milliseconds (`None` outside Lambda); `tally` counts what it
    costs.
    """

    __slots__ = ("headers", "params", "remaining_ms", "request_id", "route", "tally")

    def __init__(
        self,
        route: str,
        params: Params,
        request_id: str,
        headers: Mapping[str, str] = NOTHING,
        remaining_ms: int | None = None,
    ) -> None:
        self.route = route
        self.params = params
        self.request_id = request_id
        self.headers = headers
        self.remaining_ms = remaining_ms
        self.tally = Tally()


class Service(NamedTuple):
    """Everything that outlives a request: made once, by `app.py` or a test."""

    settings: Settings
    reads: Callable[[str], Reads]
    regions: Callable[[], Collection[str]]
    cache: Cache
    tracer: Tracer

    def deadline(self, request: Request) -> float:
        """Return when a request that begins now must be done, in seconds of `time.monotonic`.

        That is after `deadline_ms`, or sooner where Lambda leaves less.
        """
        budget = self.settings.deadline_ms
        if request.remaining_ms is not None:
            budget = max(0, min(budget, request.remaining_ms - REMAINING_MARGIN_MS))
        return time.monotonic() + budget / 1000

    def gather(
        self,
        region: str,
        request: Request,
        trace: Trace,
        deadline: float | None = None,
        shared: Shared | None = None,
    ) -> Gather:
        """Return a `Gather` in `region` that ends at the deadline, by default the request's own."""
        return Gather(
            self.reads(region),
            region=region,
            deadline=self.deadline(request) if deadline is None else deadline,
            cache=self.cache,
            stages=trace,
            tally=request.tally,
            shared=shared,
        )


Handler = Callable[[Request, Service], Mapping[str, Any] | Text]
"""Handler of a route: it returns the body of a 200 reply, or raises a `LineageError`."""

# `GET /lineage` is what a cold start is for: what it needs is imported above, what another route needs by its handler.


def get_lineage(request: Request, service: Service) -> Mapping[str, Any] | Text:
    """Return the body of `GET /lineage`, or raise a `LineageError`."""
    settings = service.settings
    query = parse_lineage_query(request.params, service.regions(), settings.default_region)
    with service.tracer.request("lineage", pipeline=query.pipeline_name, region=query.region) as trace:
        kept = _kept(query, request, settings) if settings.lineage_store and query.execution else None
        if kept is not None:
            return _formatted(kept, query.format)
        with service.gather(query.region, request, trace) as gather:
            check_accounts(query.pipeline, query.region, {"execution": query.execution}, gather)
            collected = read_lineage(query, gather, settings)
            with trace.stage("build"):
                lineage = build_lineage(collected, query, settings)
                shown = lineage if query.step is None else only_step(lineage, query.step)
                return _formatted(to_lineage(shown), query.format)


def _kept(query: LineageQuery, request: Request, settings: Settings) -> Mapping[str, Any] | None:
    """Return the answer that the store keeps, where it keeps one; the reply's age is then the answer's."""
    from chalicelib.routes.kept import kept_lineage
    from chalicelib.store.opening import open_store

    found = kept_lineage(open_store(settings.lineage_store), query)
    if found is None:
        return None
    answer, read_at = found
    if read_at is not None:
        request.tally.oldest_sec = max(0.0, time.time() - datetime.fromisoformat(read_at).timestamp())
    return answer


def _formatted(body: Mapping[str, Any], name: str) -> Mapping[str, Any] | Text:
    if name == "json":
        return body
    from chalicelib.formats.exports.export import Answer, export, to_text

    return Text(FORMATS[name].media_type, to_text(export(name, [Answer(body)])))


def get_diff(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /diff`, or raise a `LineageError`."""
    from chalicelib.core.diff import diff
    from chalicelib.core.query.diff import parse_diff_query
    from chalicelib.routes.diff import read_diff
    from chalicelib.routes.kept import kept_answers
    from chalicelib.store.opening import open_store

    query = parse_diff_query(request.params, service.regions(), service.settings.default_region)
    if service.settings.lineage_store:
        meant = query.region if request.params.get("region") or query.pipeline.startswith("arn:") else None
        kept = kept_answers(open_store(service.settings.lineage_store), query.pipeline, meant)
        return diff(kept.side(query.before), kept.side(query.after))
    with (
        service.tracer.request("diff", pipeline=query.pipeline_name, region=query.region) as trace,
        service.gather(query.region, request, trace) as gather,
    ):
        return read_diff(query, gather, service.settings)


def get_pipelines(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /pipelines`, or raise a `LineageError`."""
    from chalicelib.routes.listings.pages import list_pipelines

    query = parse_list_query(request.params, PIPELINES, service.regions(), service.settings.default_region)
    with (
        service.tracer.request("pipelines", region=query.region) as trace,
        service.gather(query.region, request, trace) as gather,
    ):
        return list_pipelines(query, gather, service.settings.posture_ttl_sec)


def get_executions(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /executions`, or raise a `LineageError`."""
    from chalicelib.routes.listings.pages import list_executions

    query = parse_list_query(request.params, EXECUTIONS, service.regions(), service.settings.default_region)
    with (
        service.tracer.request("executions", region=query.region) as trace,
        service.gather(query.region, request, trace) as gather,
    ):
        return list_executions(query, gather)


def get_catalog(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /sagemaker/catalog` and `GET /sagemaker/pipelines`, or raise a `LineageError`."""
    from chalicelib.routes.listings.catalog import catalog

    query = parse_catalog_query(request.params, service.regions(), service.settings.default_region)
    deadline = service.deadline(request)
    with service.tracer.request("catalog", region=query.regions[0]) as trace:
        return catalog(
            query,
            lambda region: service.gather(region, request, trace, deadline),
            service.settings.posture_ttl_sec,
        )


def get_by_domain(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /lineage/by-domain`, or raise a `LineageError`."""
    from chalicelib.routes.listings.by_domain import Room, lineages_of_domain

    query = parse_by_domain_query(request.params, service.regions(), service.settings.default_region)
    deadline = service.deadline(request)
    room = Room(carried_bytes, MOST_OF_A_PAGE, lambda text: fits(text, request.headers))
    with service.tracer.request("by-domain", region=query.region) as trace, Shared(WORKERS) as shared:

        def opener(region: str) -> Gather:
            return service.gather(region, request, trace, deadline, shared)

        return lineages_of_domain(query, opener, service.settings, room)


def get_schema(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /schema` and `GET /lineage/schema`, or raise a `LineageError`."""
    from chalicelib.routes.schema import describe_schema

    query = parse_schema_query(request.params, service.regions(), service.settings.default_region)
    with (
        service.tracer.request("schema", pipeline=query.pipeline.rsplit("/", 1)[-1], region=query.region) as trace,
        service.gather(query.region, request, trace) as gather,
    ):
        return describe_schema(query, gather, service.settings)


def get_impact(request: Request, service: Service) -> Mapping[str, Any] | Text:
    """Return the body of `GET /impact`, as JSON or as a table, or raise a `LineageError`."""
    from chalicelib.core.account.impact import table
    from chalicelib.core.account.query import parse_impact_query
    from chalicelib.formats.table import CONTENT_TYPE, to_csv
    from chalicelib.routes.impact import answer_impact

    query = parse_impact_query(request.params, service.regions())
    home = query.home if query.home in service.regions() else None
    body = answer_impact(_known(query.region, request, service, home), query)
    return Text(CONTENT_TYPE, to_csv(table(body))) if query.view == "table" else body


def get_account(request: Request, service: Service) -> Mapping[str, Any]:
    """Return the body of `GET /account`, or raise a `LineageError`."""
    from chalicelib.core.account.query import parse_account_query
    from chalicelib.routes.impact import answer_account

    query = parse_account_query(request.params, service.regions())
    return answer_account(_known(query.region, request, service), query)


def _known(region: str | None, request: Request, service: Service, home: str | None = None) -> Known:
    """Return what is known of the account: from the store where the settings name one, else read at once.

    A store holds every region; only one can be read at once, and that is `home` where the query names none.
    """
    from chalicelib.routes.known import from_store
    from chalicelib.routes.live import read_account
    from chalicelib.store.opening import open_store

    settings, cache = service.settings, service.cache
    with service.tracer.request("account", region=region) as trace:
        if settings.lineage_store:
            return from_store(open_store(settings.lineage_store), region, partial(_remembered, cache))
        where, deadline = region or home or settings.default_region, service.deadline(request)
        return read_account(where, lambda: service.gather(where, request, trace, deadline), cache, settings)


def _remembered(cache: Cache, tag: str, read: Callable[[], AccountGraph]) -> AccountGraph:
    known = cache.get(("graph", tag))
    if known is not None:
        graph: AccountGraph = known.response
        return graph
    graph = read()
    cache.put(("graph", tag), graph, GRAPH_SEC)
    return graph


def entry_reply(request_path: str) -> Reply:
    """Return the page at the API's root, or a 404 that says how to get it."""
    from chalicelib.static_files import NOT_BUILT, entry

    return _static(entry(request_path), NOT_BUILT)


def file_reply(name: str) -> Reply:
    """Return a file that the page asks for, or a 404."""
    from chalicelib.static_files import static_file

    return _static(static_file(name), "no such file")


def _static(file: StaticFile | None, otherwise: str) -> Reply:
    if file is None:
        return json_reply(404, {"message": otherwise}, NO_STORE)
    return Reply(200, file.content, {**SECURITY_HEADERS, **file.headers})


def description_reply() -> Reply:
    """Return the reply of `GET /openapi.json`: the document that `make openapi` writes."""
    from chalicelib.static_files import description

    file = description()
    return Reply(200, file.content, {**SECURITY_HEADERS, **file.headers})


def health_reply() -> Reply:
    """Return that the service is up, and its version; AWS is asked nothing."""
    return json_reply(200, {"status": "ok", "version": __version__}, NO_STORE)


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
