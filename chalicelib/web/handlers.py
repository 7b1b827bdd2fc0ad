"""Handlers of the routes: what each answers with."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.core.lineage import only_step
from chalicelib.core.query.formats import FORMATS
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
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.scheduler import WORKERS
from chalicelib.fetch.shared import Shared
from chalicelib.formats.lineage import to_lineage
from chalicelib.http.reply import MAX_CARRIED_BYTES, Text, carried_bytes, fits
from chalicelib.routes.executions import check_accounts
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.settings import Settings
from chalicelib.web.request import Request, Service

if TYPE_CHECKING:
    from chalicelib.routes.known import Known


MOST_OF_A_PAGE = MAX_CARRIED_BYTES * 4 // 5
"""Most bytes of the lineages of a page; the rest is for what stands around them."""


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
    from chalicelib.core.query.diff import DEFINITION, parse_diff_query
    from chalicelib.routes.diff import read_diff
    from chalicelib.routes.kept import kept_answers
    from chalicelib.store.opening import open_store

    query = parse_diff_query(request.params, service.regions(), service.settings.default_region)
    # What would run now is asked of AWS: a store keeps what did run.
    if service.settings.lineage_store and DEFINITION not in (query.before, query.after):
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
    from chalicelib.routes.known import from_store, remember_in
    from chalicelib.routes.live import read_account
    from chalicelib.store.opening import open_store

    settings, cache = service.settings, service.cache
    with service.tracer.request("account", region=region) as trace:
        if settings.lineage_store:
            return from_store(open_store(settings.lineage_store), region, remember_in(cache))
        where, deadline = region or home or settings.default_region, service.deadline(request)
        with Shared(WORKERS) as shared:
            return read_account(where, lambda: service.gather(where, request, trace, deadline, shared), cache, settings)
