"""The account's graph, read within one request: definitions, latest executions, their steps and parameters.

No job is described and no bucket is asked about; what a request has no time for is named, and the next goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from chalicelib.aws import sagemaker
from chalicelib.aws.reads import FOR_EVER
from chalicelib.aws.required import error_for
from chalicelib.core.account.build import build_account
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.definition.document import parse_definition
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import OVER
from chalicelib.core.runs.step_runs import with_undefined_steps
from chalicelib.core.values.doc import text_at, time_at
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Definition, Doc, Execution, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import all_of, start
from chalicelib.formats.lineage import to_lineage
from chalicelib.formats.run import to_time
from chalicelib.routes.known import Known
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.collected import Collected, scope_of
from chalicelib.routes.lineage_reads.execution import read_latest, read_steps, read_values
from chalicelib.routes.searching import Searching
from chalicelib.routes.serving import ServingRead, read_serving
from chalicelib.settings import Settings
from chalicelib.store.layout import Document

WINDOW = 24
"""Pipelines under way at once: few enough that each is soon done, and enough for AWS's pace."""


def read_account(region: str, opener: Callable[[], Gather], cache: Cache, settings: Settings) -> Known:
    """Return what one request can learn of a region; raises a `LineageError` where the pipelines cannot be listed.

    `opener` gives gatherings that end at the request's deadline and keep one pace: one is for what serves the models.
    A pipeline whose last run is over is remembered as long as the list says that it is the same.
    """
    with opener() as gather, ThreadPoolExecutor(1) as beside:
        # One read that hangs must not keep the others from being made.
        serving = beside.submit(_read_serving, opener, settings)
        listed, gap = gather.items(sagemaker.pipelines_page(100, None, region), "PipelineSummaries")
        if gap is not None:
            raise error_for(gap)
        row = Row(region, gather, cache, settings)
        gather.run(row.read([each for each in listed if text_at(each, "PipelineName")]))
    return _known(region, row, *serving.result(), settings)


def _read_serving(opener: Callable[[], Gather], settings: Settings) -> tuple[ServingRead, list[Gap]]:
    with opener() as gather:
        searching = Searching(gather)
        return read_serving(searching if settings.enable_search else gather, EMPTY), searching.notes


def _known(region: str, row: Row, serving: ServingRead, notes: Sequence[Gap], settings: Settings) -> Known:
    unread = [{"pipeline": name, "why": gap.message, "action": gap.action} for name, gap in sorted(row.unread.items())]
    refused = sorted(serving.refused.items())
    return Known(
        graph=build_account(row.answers, {region: serving.document}, sensitive_tags=settings.sensitive_tags),
        coverage={
            "regions": [region],
            "pipelines": {"known": row.known, "read": row.known - len(unread)},
            "asOf": None,
            "unread": [
                *unread,
                *({"pipeline": None, "why": gap.message, "action": action} for action, gap in refused),
            ],
        },
        unread={name: [{"why": gap.message, "action": gap.action}] for name, gap in row.unread.items()},
        gaps=[*(gap for _, gap in refused), *notes],
    )


class Row:
    """The pipelines of a region, read a few at a time."""

    def __init__(self, region: str, gather: Gather, cache: Cache, settings: Settings) -> None:
        self.answers: list[Document] = []
        self.unread: dict[str, Gap] = {}
        self.known = 0
        self._region = region
        self._gather = gather
        self._cache = cache
        self._settings = settings

    async def read(self, listed: Sequence[Doc]) -> None:
        """Read until all is read, or the deadline is there."""
        self.known = len(listed)
        waiting = iter(listed)
        await all_of([start(self._read_some(waiting)) for _ in range(WINDOW)])

    async def _read_some(self, waiting: Iterator[Doc]) -> None:
        """Read one pipeline after another, as long as any wait that nobody else has begun."""
        for summary in waiting:
            times = to_time(time_at(summary, "LastModifiedTime")), to_time(time_at(summary, "LastExecutionTime"))
            key = ("account", self._region, text_at(summary, "PipelineArn"), *times)
            remembered = self._cache.get(key) if times[1] is not None else None
            if remembered is None:
                await self._read_one(text_at(summary, "PipelineName") or "", key)
            else:
                self.answers.append(remembered.response)

    async def _read_one(self, name: str, key: Hashable) -> None:
        gaps: list[Gap] = []
        got = await self._collect(name, gaps)
        try:
            if got is not None:
                answer = self._answer(name, got)
                self.answers.append(answer)
                if not gaps and got.execution is not None and got.execution.status in OVER:
                    self._cache.put(key, answer, FOR_EVER)
        except (ValueError, RecursionError) as error:
            gaps.insert(0, Gap(type(error).__name__, "its definition cannot be drawn", name))
        if gaps:
            self.unread[name] = gaps[0]

    async def _collect(self, name: str, gaps: list[Gap]) -> Collected | None:
        """Read the definition, the latest execution, its steps and values; `None` without a definition."""
        pipeline = self._gather.ask(sagemaker.pipeline(name))
        execution = start(read_latest(name, self._gather, gaps))
        runs = start(read_steps(execution, self._gather, self._settings, gaps))
        response, ran = await pipeline, await execution
        present = _definition_in(response, name, gaps)
        if present is None or not isinstance(response, Mapping):
            return None
        # Only where the definition takes values, and only where it is another than the one that ran.
        values = start(read_values(execution, self._gather, gaps)) if present.parameters else None
        own = self._gather.ask(sagemaker.definition_of(ran.arn)) if ran and _is_older(ran, response) else None
        definition = _definition_in(await own, name, gaps) or present if own else present
        got = Collected(
            pipeline=response,
            definition=with_undefined_steps(definition, await runs),
            execution=ran,
            runs=await runs,
            values=await values if values else {},
        )
        return got._replace(scope=scope_of(got, self._region))

    def _answer(self, name: str, got: Collected) -> Document:
        query = LineageQuery(pipeline=name, region=self._region)
        answer: Document = dict(to_lineage(build_lineage(got, query, self._settings)))
        answer["findings"] = [each for each in answer["findings"] if each["status"] == "Fail"]
        return answer


def _definition_in(response: Response, name: str, gaps: list[Gap]) -> Definition | None:
    """Return the definition in a response; `None` where there is none, with a gap that says why."""
    if isinstance(response, Mapping):
        try:
            return parse_definition(response["PipelineDefinition"])
        except BadDefinition as error:
            gaps.append(Gap("BadDefinition", error.message, name))
    elif isinstance(response, Gap):
        gaps.append(response)
    return None


def _is_older(execution: Execution, pipeline: Doc) -> bool:
    """Return whether the pipeline was changed after the execution began."""
    changed: datetime | None = time_at(pipeline, "LastModifiedTime")
    return changed is not None and execution.start is not None and changed > execution.start
