"""Pipelines and executions as entries of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from chalicelib.core.query.domain import Membership
from chalicelib.core.values.doc import stated, text_at, time_at
from chalicelib.core.values.model import Doc, Execution
from chalicelib.formats.run import to_time

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes


def to_pipeline_entry(summary: Doc, tags: Mapping[str, str], latest: Execution | None) -> shapes.PipelineEntry:
    """Return one pipeline of `GET /pipelines`."""
    return {
        "name": text_at(summary, "PipelineName") or "",
        "displayName": text_at(summary, "PipelineDisplayName"),
        "arn": text_at(summary, "PipelineArn"),
        "creationTime": to_time(time_at(summary, "CreationTime")),
        "lastModifiedTime": to_time(time_at(summary, "LastModifiedTime")),
        "lastExecutionTime": to_time(time_at(summary, "LastExecutionTime")),
        "latestExecution": to_execution_entry(latest) if latest else None,
        "tags": dict(tags),
    }


def to_execution_entry(execution: Execution) -> shapes.ExecutionEntry:
    """Return one execution, for `GET /executions` and as the latest one of a pipeline."""
    more: shapes.ExecutionEntryMore = {
        "displayName": execution.display_name,
        "failureReason": execution.failure_reason,
    }
    return {
        "arn": execution.arn,
        "status": execution.status,
        "startTime": to_time(execution.start),
        **stated(more),
    }


def to_catalog_entry(entry: shapes.PipelineEntry, domains: Membership, names: Mapping[str, str]) -> shapes.CatalogEntry:
    """Return one pipeline of the catalog: its entry, and the domain that it says it belongs to.

    `names` gives the Region's domain names by id; a key of `matchedDomain` that is not known is left out.
    """
    domain_id = min(domains.ids, default=None)
    name = min(domains.names, default=None) or names.get(domain_id or "")
    known: shapes.MatchedDomain = {"domainId": domain_id, "domainName": name}
    return {**entry, "matchedDomain": stated(known) or None}
