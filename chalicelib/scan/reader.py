"""One region's reads for a scan: side by side, at one pace, with all the patience that throttling needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from chalicelib.aws.faults import Refusal, error_of, fault_of, refusal_of
from chalicelib.aws.reads import S3_ACTIONS, Question, Read, Reads
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.values.errors import LineageError, TooLate
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.machine import THIS, Machine
from chalicelib.fetch.together import Together
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.routes.searching import Searching
from chalicelib.routes.serving import Asker
from chalicelib.scan.pace import Pace
from chalicelib.settings import Settings
from chalicelib.tracing import NoTracer

PATIENCE_SEC = 3600.0
"""How long one pipeline may take; throttling makes it long, and ends nothing."""

ATTEMPTS = {"throttled": 10_000, "transient": 5, "timeout": 3}
WORKERS = 12

PACED = ("describe", "list", "search")
"""The families of SageMaker's reads; each has a limit of its own."""


class Calls:
    """Counter of a scan's calls, for all of its threads."""

    def __init__(self) -> None:
        self.made = 0
        self._lock = Lock()

    def counted(self, read: Read) -> Read:
        """Return a read that is counted."""

        def call(**arguments: Any) -> Mapping[str, Any]:
            with self._lock:
                self.made += 1
            return read(**arguments)

        return call


class Once:
    """A read of buckets' settings that is made once for each bucket in a scan, by whichever pipeline comes first.

    A refusal is remembered like an answer; what a retry may mend is not. As an account may have any number of buckets,
    nothing is kept of either but what it says: no headers, no stack, and of what several buckets say alike one copy.
    """

    def __init__(self, read: Read, operation: str) -> None:
        self._read = read
        self._operation = operation
        self._lock = Lock()
        self._under_way: dict[tuple[str, ...], Lock] = {}
        self._found: dict[tuple[str, ...], Mapping[str, Any] | Refusal] = {}
        self._alike: dict[str, Mapping[str, Any] | Refusal] = {}

    def __call__(self, **arguments: Any) -> Mapping[str, Any]:
        key = tuple(arguments.values())
        with self._lock:
            lock = self._under_way.setdefault(key, Lock())
        with lock:
            found = self._found.get(key)
            if found is None:
                found = self._found[key] = self._kept(self._ask(arguments))
        with self._lock:
            self._under_way.pop(key, None)
        if isinstance(found, Refusal):
            raise error_of(found, self._operation)
        return found

    def _ask(self, arguments: Mapping[str, Any]) -> Mapping[str, Any] | Refusal:
        try:
            response = self._read(**arguments)
        except Exception as error:
            refusal = refusal_of(error)
            if refusal is None or fault_of(error, self._operation).kind in ATTEMPTS:
                raise
            return refusal
        return {name: value for name, value in response.items() if name != "ResponseMetadata"}

    def _kept(self, found: Mapping[str, Any] | Refusal) -> Mapping[str, Any] | Refusal:
        with self._lock:
            return self._alike.setdefault(repr(found), found)

    def forget(self) -> None:
        """Make the read again when it is next asked for."""
        with self._lock:
            self._found.clear()
            self._alike.clear()


class Reader:
    """Reader of one region for a scan; safe to share between threads. `calls.made` counts what AWS was asked.

    `patience_sec` is how long one of its answers may take.
    """

    def __init__(self, region: str, reads: Reads, settings: Settings, machine: Machine = THIS) -> None:
        self.region = region
        self.patience_sec = PATIENCE_SEC
        self.calls = Calls()
        self.paces = {family: Pace(machine.now, machine.sleep) for family in PACED}
        counted: dict[str, Read] = {name: self.calls.counted(read) for name, read in reads._asdict().items()}
        for name, read in counted.items():
            pace = self.paces.get(name.partition("_")[0])
            if pace is not None and name not in S3_ACTIONS:
                counted[name] = pace.paced(read, name)
        counted["search"] = self._search = Together(counted["search"], machine)
        self._once = {name: Once(counted[name], name) for name in S3_ACTIONS if name != "get_object"}
        self._reads = Reads(**counted)._replace(**self._once)
        self._settings = settings
        self._machine = machine

    def forget(self) -> None:
        """Read the settings of buckets anew when they are next asked for, and search though that was refused."""
        self._search.forget()
        for each in self._once.values():
            each.forget()

    def wait(self, seconds: float) -> None:
        """Wait."""
        self._machine.sleep(seconds)

    @property
    def refusals(self) -> int:
        """Return how many reads were throttled so far."""
        return sum(pace.refusals for pace in self.paces.values())

    @property
    def is_search_denied(self) -> bool:
        """Return whether IAM refused to search: then each job is described."""
        return self._search.is_denied

    def lineage(self, pipeline: str, execution: str | None = None) -> dict[str, Any]:
        """Return what `GET /lineage` answers for a pipeline; raises a `LineageError` where it would be an error."""
        query = LineageQuery(pipeline=pipeline, region=self.region, execution=execution)
        with self._gather() as gather:
            collected = read_lineage(query, gather, self._settings)
            if gather.is_late:
                raise TooLate("reading it took longer than it may: AWS throttles, or it is too large")
            if execution is not None and collected.execution is not None:
                # What only its own description says, and not the list by which the latest is read, would make other
                # bytes of an execution that was read by its name.
                collected = collected._replace(execution=collected.execution._replace(details={}))
            return dict(to_lineage(build_lineage(collected, query, self._settings)))

    def attempt(self, pipeline: str, execution: str | None = None) -> dict[str, Any] | LineageError:
        """Return what `lineage` does, or the error that it raises."""
        try:
            return self.lineage(pipeline, execution)
        except LineageError as error:
            return error

    def responses(self, questions: Sequence[Question]) -> list[Response]:
        """Return the response to each question, asked side by side."""
        with self._gather() as gather:
            return gather.responses(questions)

    def items(self, question: Question, key: str) -> tuple[list[Doc], Gap | None]:
        """Return every item of a list, page after page, and what ended the reading early, if something did."""
        with self._gather() as gather:
            return gather.items(question, key)

    def serving_asker(self) -> Asker:
        """Return whom to ask for what serves the models: one who searches first, where the operator permits it."""
        return Searching(self) if self._settings.enable_search else self

    def _gather(self) -> Gather:
        return Gather(
            self._reads,
            region=self.region,
            deadline=self._machine.now() + self.patience_sec,
            cache=Cache(0, self._machine.now),
            stages=NoTracer(),
            workers=WORKERS,
            attempts=ATTEMPTS,
            machine=self._machine,
        )
