"""Reads of the evaluation reports that steps wrote."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import s3
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.report_places import Report, report_locations
from chalicelib.core.values.model import Response
from chalicelib.core.values.s3uri import parse_s3uri
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future
from chalicelib.routes.lineage_reads.collected import EMPTY, Collected, account_of, scope_of
from chalicelib.routes.lineage_reads.jobs import JobReads
from chalicelib.settings import Settings


async def prefetch_reports(
    query: LineageQuery, got: Collected, jobs: JobReads, described: Future[Any], gather: Gather, settings: Settings
) -> None:
    """Ask for the reports that steps declare, without waiting for the jobs; nobody waits for the responses yet.

    A step that took over another execution's results is left out: its report lies with that execution.
    """
    await gather.idle()
    steps = (got.definition or EMPTY).steps
    if described.done or not settings.enable_reports or not any(step.property_files for step in steps):
        return
    own = tuple(run for run in got.runs if not run.cached_from and not run.selected_from)
    scope = scope_of(got._replace(descriptions=jobs.descriptions), query.region)
    _ask(query, got._replace(runs=own, scope=scope), gather, settings)


async def read_reports(
    query: LineageQuery, got: Collected, gather: Gather, settings: Settings
) -> Mapping[Report, Response]:
    """Return the response at the location of each report; every job must be described."""
    asked = _ask(query, got, gather, settings) if settings.enable_reports else {}
    return {report: await response for report, response in asked.items()}


def _ask(query: LineageQuery, got: Collected, gather: Gather, settings: Settings) -> dict[Report, Future[Response]]:
    asked = {}
    owner = account_of(got.pipeline)
    scope = got.scope or scope_of(got, query.region)
    for report in report_locations(got.definition or EMPTY, got.runs, scope):
        place = parse_s3uri(report.uri)
        if place is None or owner is None or "${" in place.bucket:  # no bucket's name: a template, left over as it is
            continue
        for question in s3.object_questions(place.bucket, place.key, report.uri, owner):
            asked[report] = gather.ask(question.kept(settings.posture_ttl_sec))
    return asked
