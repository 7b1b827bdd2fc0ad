"""Which pipelines and executions there are: what a frontend offers to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.core import domain as domains
from chalicelib.core.doc import docs_at, text_at, time_at
from chalicelib.core.execution import parse_execution
from chalicelib.core.model import Answer, Doc, Execution, Gap
from chalicelib.core.query import ListQuery
from chalicelib.formats.run import to_time
from chalicelib.formats.warnings import to_warnings
from chalicelib.gather import Gather
from chalicelib.reading import essential
from chalicelib.settings import Settings


@dataclass(slots=True)
class _Entry:
    """One pipeline of a listing, as far as it has been read."""

    summary: Doc
    pipeline: Doc = field(default_factory=dict)
    latest: Execution | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


class PipelineListing:
    """Reads one page of a region's pipelines: of each its tags and latest execution, and with a domain its maker."""

    def __init__(self, query: ListQuery, gather: Gather, settings: Settings) -> None:
        self._query = query
        self._gather = gather
        self._ttl = settings.posture_ttl_sec
        self._entries: list[_Entry] = []
        self._token: str | None = None
        self._domain_ids: frozenset[str] = frozenset()
        self._gaps: list[Gap] = []

    def read(self) -> dict[str, Any]:
        """The body of `GET /pipelines`. With a domain a page may hold fewer than asked for, or none."""
        query = self._query
        self._gather.ask(sagemaker.pipelines_page(query.max_results, query.next_token, query.region), self._on_page)
        self._gather.run()
        return {
            "region": query.region,
            "pipelines": [_to_entry(entry) for entry in self._entries if self._belongs(entry)],
            "nextToken": self._token,
            "warnings": to_warnings(self._gaps),
        }

    def _on_page(self, answer: Answer) -> None:
        page = _essential_page(answer)
        self._token = text_at(page, "NextToken")
        self._entries = [_Entry(summary) for summary in docs_at(page, "PipelineSummaries")]
        if self._query.domain and not domains.DOMAIN_ID.fullmatch(self._query.domain) and self._entries:
            self._gather.pages(sagemaker.domains(self._query.region, self._ttl), "Domains", self._on_domains)
        for entry in self._entries:
            self._read_entry(entry)

    def _read_entry(self, entry: _Entry) -> None:
        name = text_at(entry.summary, "PipelineName") or ""
        arn = text_at(entry.summary, "PipelineArn") or ""
        self._gather.ask(sagemaker.latest_executions(name), lambda answer: self._on_executions(answer, entry))
        self._gather.pages(sagemaker.tags(arn, self._ttl), "Tags", lambda items, gap: self._on_tags(items, gap, entry))

    def _on_domains(self, items: Sequence[Doc], gap: Gap | None) -> None:
        self._domain_ids = domains.ids_named(self._query.domain or "", items)
        self._note(gap)

    def _on_executions(self, answer: Answer, entry: _Entry) -> None:
        if isinstance(answer, Mapping):
            runs = [parse_execution(summary) for summary in docs_at(answer, "PipelineExecutionSummaries")]
            entry.latest = next((run for run in runs if run.arn), None)
        else:
            self._note(answer)

    def _on_tags(self, items: Sequence[Doc], gap: Gap | None, entry: _Entry) -> None:
        entry.tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in items}
        self._note(gap)
        if self._query.domain and not domains.membership(entry.tags).ids:
            # Only the pipeline itself says who made it, and in which domain.
            name = text_at(entry.summary, "PipelineName") or ""
            self._gather.ask(sagemaker.pipeline(name), lambda answer: self._on_pipeline(answer, entry))

    def _on_pipeline(self, answer: Answer, entry: _Entry) -> None:
        if isinstance(answer, Mapping):
            entry.pipeline = answer
        else:
            self._note(answer)

    def _belongs(self, entry: _Entry) -> bool:
        domain = self._query.domain
        if domain is None:
            return True
        belongs = domains.membership(entry.tags, entry.pipeline)
        return belongs.has(domain) or bool(belongs.ids & self._domain_ids)

    def _note(self, gap: object) -> None:
        if isinstance(gap, Gap):
            self._gaps.append(gap)


def list_executions(query: ListQuery, gather: Gather) -> dict[str, Any]:
    """The body of `GET /executions`: one page of a pipeline's executions, newest first."""
    pages: list[Answer] = []
    pipeline = query.pipeline or ""
    gather.ask(sagemaker.executions_page(pipeline, query.max_results, query.next_token), pages.append)
    gather.run()
    page = _essential_page(pages[0])
    executions = [parse_execution(summary) for summary in docs_at(page, "PipelineExecutionSummaries")]
    return {
        "region": query.region,
        "pipeline": pipeline.rsplit("/", 1)[-1],
        "executions": [_to_execution(execution) for execution in executions],
        "nextToken": text_at(page, "NextToken"),
        "warnings": [],
    }


def _essential_page(answer: Answer) -> Doc:
    if isinstance(answer, Gap):
        raise essential(answer)
    return answer if isinstance(answer, Mapping) else {}


def _to_entry(entry: _Entry) -> dict[str, Any]:
    summary = entry.summary
    latest = entry.latest
    return {
        "name": text_at(summary, "PipelineName"),
        "displayName": text_at(summary, "PipelineDisplayName"),
        "arn": text_at(summary, "PipelineArn"),
        "creationTime": to_time(time_at(summary, "CreationTime")),
        "lastModifiedTime": to_time(time_at(summary, "LastModifiedTime")),
        "lastExecutionTime": to_time(time_at(summary, "LastExecutionTime")),
        "latestExecution": _to_execution(latest) if latest else None,
        "tags": dict(entry.tags),
    }


def _to_execution(execution: Execution) -> dict[str, Any]:
    more = {"displayName": execution.display_name, "failureReason": execution.failure_reason}
    return {
        "arn": execution.arn,
        "status": execution.status,
        "startTime": to_time(execution.start),
        **{key: value for key, value in more.items() if value},
    }
