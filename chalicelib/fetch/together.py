"""Search for the jobs of several pipelines at once: what a scan's threads look for at the same time is one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.aws.faults import fault_of
from chalicelib.aws.reads import Read
from chalicelib.fetch.machine import THIS, Machine, Queue

WAIT_SEC = 0.5
"""How long a Search waits for others to join it: short beside what a pipeline takes, and no call is saved sooner."""

Outcome = Mapping[str, Any] | Exception


@dataclass(slots=True)
class _Batch:
    values: list[str] = field(default_factory=list)
    waiting: list[Queue[Outcome]] = field(default_factory=list)


class Together:
    """The read `search` for all threads of a scan: questions of one kind that come together are put as one.

    Each caller gets the records of all, and takes its own. Where IAM refuses it once, it is not asked again.
    """

    def __init__(self, read: Read, machine: Machine = THIS) -> None:
        self._read = read
        self._machine = machine
        self._lock = Lock()
        self._open: dict[tuple[str, str], _Batch] = {}
        self._denied: Exception | None = None

    @property
    def is_denied(self) -> bool:
        """Return whether IAM refused it."""
        return self._denied is not None

    def forget(self) -> None:
        """Ask again, where IAM refused it before."""
        self._denied = None

    def __call__(self, **arguments: Any) -> Mapping[str, Any]:
        if self._denied is not None:
            raise self._denied.with_traceback(None) from None
        filters = arguments["SearchExpression"]["Filters"]
        kind = arguments["Resource"], filters[0]["Name"]
        values = [value for each in filters for value in each["Value"].split(",")]
        mine: Queue[Outcome] = self._machine.queue()
        with self._lock:
            batch = self._open.get(kind)
            is_first = batch is None or len(batch.values) + len(values) > sagemaker.PAGE
            if batch is None or is_first:
                batch = self._open[kind] = _Batch()
            batch.values += values
            batch.waiting.append(mine)
        if is_first:
            self._machine.sleep(WAIT_SEC)
            self._send(kind, batch)
        outcome = mine.get()
        if isinstance(outcome, Exception):
            raise outcome.with_traceback(None) from None
        return outcome

    def _send(self, kind: tuple[str, str], batch: _Batch) -> None:
        """Put the question of a batch, which nobody joins any more, and give each who waits the outcome."""
        with self._lock:
            if self._open.get(kind) is batch:
                del self._open[kind]
        (question,) = sagemaker.search(*kind, batch.values)
        try:
            outcome: Outcome = self._read(**question.arguments)
        except Exception as error:  # noqa: BLE001 (whatever it is, each who waits must have it)
            outcome = error
            if fault_of(error, "search").kind == "denied":
                self._denied = error
        for waiting in batch.waiting:
            waiting.put(outcome)
