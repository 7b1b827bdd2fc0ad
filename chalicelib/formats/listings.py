"""Pipelines and executions as entries of a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.doc import text_at, time_at
from chalicelib.core.domain import Membership
from chalicelib.core.model import Doc, Execution
from chalicelib.formats.run import to_time


def to_pipeline_entry(summary: Doc, tags: Mapping[str, str], latest: Execution | None) -> dict[str, Any]:
    """One pipeline of `GET /pipelines`."""
    return {
        "name": text_at(summary, "PipelineName"),
        "displayName": text_at(summary, "PipelineDisplayName"),
        "arn": text_at(summary, "PipelineArn"),
        "creationTime": to_time(time_at(summary, "CreationTime")),
        "lastModifiedTime": to_time(time_at(summary, "LastModifiedTime")),
        "lastExecutionTime": to_time(time_at(summary, "LastExecutionTime")),
        "latestExecution": to_execution_entry(latest) if latest else None,
        "tags": dict(tags),
    }


def to_execution_entry(execution: Execution) -> dict[str, Any]:
    """One execution of `GET /executions`, and the latest one of a pipeline."""
    more = {"displayName": execution.display_name, "failureReason": execution.failure_reason}
    return {
        "arn": execution.arn,
        "status": execution.status,
        "startTime": to_time(execution.start),
        **{key: value for key, value in more.items() if value},
    }


def to_catalog_entry(entry: dict[str, Any], domains: Membership, names: Mapping[str, str]) -> dict[str, Any]:
    """One pipeline of the catalog: the entry, and the domain that it says it belongs to.

    `names` gives the region's domain names by id; a key of `matchedDomain` that is not known is left out.
    """
    domain_id = min(domains.ids, default=None)
    name = min(domains.names, default=None) or names.get(domain_id or "")
    known = {"domainId": domain_id, "domainName": name}
    return {**entry, "matchedDomain": {key: value for key, value in known.items() if value} or None}
