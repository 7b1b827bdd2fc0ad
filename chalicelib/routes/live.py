"""The account's graph, read within one request: definitions, latest executions, their steps and parameters.

No job is described and no bucket is asked about; what a request has no time for is named, and the next goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.aws.reads import FOR_EVER, Question
from chalicelib.core.account.build import build_account
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.definition.document import parse_definition
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import parse_execution, parse_step_run, with_undefined_steps
from chalicelib.core.values.doc import docs_at, text_at, time_at
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.formats.lineage import to_lineage
from chalicelib.formats.run import to_time
from chalicelib.routes.known import Known
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads import Collected, error_for, scope_of
from chalicelib.routes.serving import ServingRead, read_serving
from chalicelib.settings import Settings
from chalicelib.store.layout import Document

WINDOW = 24
"""Pipelines under way at once: few enough that each is soon done, and enough for AWS's pace."""


class Asking:
    """Questions in a row of one gathering, for whoever wants to wait for each answer."""

    def __init__(self, gather: Gather) -> None:
        self._gather = gather

    def answers(self, questions: Sequence[Question]) -> list[Response]:
        """Return the answer to each question, asked side by side."""
        found: dict[int, Response] = {}
        for number, question in enumerate(questions):
            self._gather.ask(question, lambda answer, number=number: found.__setitem__(number, answer))  # type: ignore[misc]
        self._gather.run()
        return [found[number] for number in range(len(questions))]

    def items(self, question: Question, key: str) -> tuple[list[Doc], Gap | None]:
        """Return every item of a list, page after page, and what ended the reading early, if something did."""
        got: list[tuple[Sequence[Doc], Gap | None]] = []
        self._gather.pages(question, key, lambda items, gap: got.append((items, gap)))
        self._gather.run()
        items, gap = got[0]
        return list(docs_at({key: list(items)}, key)), gap


def read_account(region: str, opener: Callable[[], Gather], cache: Cache, settings: Settings) -> Known:
    """Return what one request can learn of a region; raises a `LineageError` where the pipelines cannot be listed.

    `opener` gives gatherings that end at the request's deadline: one is for what serves the models, so that a list of
    it that is throttled slows no pipeline down. A pipeline whose last run is over is remembered as long as the list
    says that it is the same.
    """
    with opener() as gather, ThreadPoolExecutor(1) as beside:
        serving = beside.submit(_read_serving, opener)  # one read that hangs must not keep the others from being made
        listed, gap = Asking(gather).items(sagemaker.pipelines_page(100, None, region), "PipelineSummaries")
        if gap is not None:
            raise error_for(gap)
        row = Row(region, gather, cache, settings, [each for each in listed if text_at(each, "PipelineName")])
        row.run()
    return _known(region, row, serving.result(), settings)


def _read_serving(opener: Callable[[], Gather]) -> ServingRead:
    with opener() as gather:
        return read_serving(Asking(gather), EMPTY, {})


def _known(region: str, row: Row, serving: ServingRead, settings: Settings) -> Known:
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
        gaps=[gap for _, gap in refused],
    )


class Row:
    """The pipelines of a region, read a few at a time."""

    def __init__(self, region: str, gather: Gather, cache: Cache, settings: Settings, listed: Sequence[Doc]) -> None:
        self.answers: list[Document] = []
        self.unread: dict[str, Gap] = {}
        self.known = len(listed)
        self._region = region
        self._gather = gather
        self._cache = cache
        self._settings = settings
        self._waiting = list(reversed(listed))
        self._free = WINDOW
        self._filling = False

    def run(self) -> None:
        """Read until all is read, or the deadline is there."""
        self._fill()
        self._gather.run()

    def _fill(self) -> None:
        """Begin as many pipelines as are free; one that is over at once begins the next here, not deeper down."""
        if self._filling:
            return
        self._filling = True
        while self._waiting and self._free:
            self._begin(self._waiting.pop())
        self._filling = False

    def _begin(self, summary: Doc) -> None:
        name = text_at(summary, "PipelineName") or ""
        times = to_time(time_at(summary, "LastModifiedTime")), to_time(time_at(summary, "LastExecutionTime"))
        key = ("account", self._region, text_at(summary, "PipelineArn"), *times)
        remembered = self._cache.get(key) if times[1] is not None else None
        if remembered is None:
            self._free -= 1
            One(self, self._region, name, key, self._gather).begin()
        else:
            self.answers.append(remembered.response)

    def done(self, name: str, key: Any, got: Collected | None, gap: Gap | None) -> None:
        """Take what came of one pipeline, and go on with the next."""
        if got is not None:
            query = LineageQuery(pipeline=name, region=self._region)
            try:
                answer: Document = dict(to_lineage(build_lineage(got, query, self._settings)))
                answer["findings"] = [each for each in answer["findings"] if each["status"] == "Fail"]
                self.answers.append(answer)
                if gap is None and got.execution is not None and got.execution.status in sagemaker.FINISHED:
                    self._cache.put(key, answer, FOR_EVER)
            except (ValueError, RecursionError) as error:
                gap = Gap(type(error).__name__, "its definition cannot be drawn", name)
        if gap is not None:
            self.unread[name] = gap
        self._free += 1
        self._fill()


class One:
    """One pipeline under way: its definition, its latest execution, and that one's steps and values."""

    def __init__(self, row: Row, region: str, name: str, key: Any, gather: Gather) -> None:
        self._row, self._region, self._name, self._key, self._gather = row, region, name, key, gather
        self._got = Collected()
        self._open = 0
        self._gap: Gap | None = None

    def begin(self) -> None:
        """Ask the first two questions."""
        self._ask(sagemaker.pipeline(self._name), self._on_pipeline)
        self._ask(sagemaker.latest_executions(self._name), self._on_executions)

    def _ask(self, question: Question, then: Any) -> None:
        self._open += 1

        def come(answer: Response) -> None:
            if isinstance(answer, Mapping):
                then(answer)
            elif isinstance(answer, Gap):
                self._gap = self._gap or answer
            self._close()

        self._gather.ask(question, come)

    def _pages(self, question: Question, key: str, then: Any) -> None:
        self._open += 1

        def come(items: Sequence[Doc], gap: Gap | None) -> None:
            self._gap = self._gap or gap
            then(items)
            self._close()

        self._gather.pages(question, key, come)

    def _close(self) -> None:
        self._open -= 1
        if not self._open:
            got = self._got if self._got.definition is not None else None
            if got is not None:
                got.definition = with_undefined_steps(got.definition, got.runs)  # type: ignore[arg-type]
                got.scope = scope_of(got, self._region)
            self._row.done(self._name, self._key, got, self._gap)

    def _on_pipeline(self, answer: Doc) -> None:
        self._got.pipeline = answer
        self._define(answer)
        self._on_both()

    def _on_executions(self, answer: Doc) -> None:
        runs = [parse_execution(each) for each in docs_at(answer, "PipelineExecutionSummaries")]
        begun = [run for run in runs if run.arn]
        if begun:
            latest = max(begun, key=lambda run: run.start.timestamp() if run.start else 0.0)
            self._got.execution = latest
            keep = sagemaker.keep_steps(latest.status, float("inf"))
            self._pages(sagemaker.steps(latest.arn, keep), "PipelineExecutionSteps", self._on_steps)
        self._on_both()

    def _on_both(self) -> None:
        """Ask for the values where the definition takes any, and for the definition that ran where it has changed."""
        execution, definition = self._got.execution, self._got.definition
        if execution is None or definition is None:
            return
        if definition.parameters:
            self._pages(sagemaker.parameters(execution.arn), "PipelineParameters", self._on_values)
        changed: datetime | None = time_at(self._got.pipeline, "LastModifiedTime")
        if changed is not None and execution.start is not None and changed > execution.start:
            self._ask(sagemaker.definition_of(execution.arn), self._define)

    def _define(self, answer: Doc) -> None:
        try:
            self._got.definition = parse_definition(answer["PipelineDefinition"])
        except BadDefinition as error:
            self._gap = self._gap or Gap("BadDefinition", error.message, self._name)

    def _on_values(self, items: Sequence[Doc]) -> None:
        self._got.values = {str(item["Name"]): str(item.get("Value", "")) for item in items if "Name" in item}

    def _on_steps(self, items: Sequence[Doc]) -> None:
        self._got.runs = [parse_step_run(item) for item in items]
