"""SQS in virtual time: at least once, in no order, and a dead-letter queue for what fails too often."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty

from bench.virtual.machine import VirtualMachine
from chalicelib.fetch.machine import Queue

POLLERS = 10
"""How many at most are woken by messages that come."""

SEND_SEC = 0.02
"""What a batch of messages takes to be sent."""


@dataclass(slots=True)
class Message:
    """A message: what it says, and how often it was received."""

    body: str
    sent_at: float
    received: int = 0
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disorder:
    """How SQS misbehaves within what it promises: shares of messages delivered twice, and late by up to `late_sec`."""

    twice: float = 0.0
    late: float = 0.0
    late_sec: float = 120.0


@dataclass(slots=True)
class VirtualQueue:
    """A standard queue; `receive` takes a message out of sight for `visibility` seconds."""

    machine: VirtualMachine
    visibility: float
    most_receives: int
    chance: random.Random
    disorder: Disorder = field(default_factory=Disorder)
    requests: int = 0
    dead: list[Message] = field(default_factory=list)
    _visible: list[tuple[float, float, int, Message]] = field(default_factory=list)
    _order: Callable[[], int] = field(default_factory=lambda: itertools.count().__next__)
    _undeleted: int = 0
    _bell: Queue[bool] = field(init=False)

    def __post_init__(self) -> None:
        self._bell = self.machine.queue()

    def send(self, body: str, delay: float = 0.0) -> None:
        """Send a message; it may come late, and once more after it was deleted: there are copies of it in SQS."""
        self.requests += 1
        for _ in range(1 + (self.chance.random() < self.disorder.twice)):
            message = Message(body, self.machine.now())
            self._undeleted += 1
            late = self.chance.uniform(0, self.disorder.late_sec) if self.chance.random() < self.disorder.late else 0.0
            self._show(message, delay + late)

    def send_all(self, bodies: Iterable[str]) -> None:
        """Send messages ten at a time, as SQS takes them; whoever is killed meanwhile has sent some."""
        for batch in batches(bodies, 10):
            self.machine.sleep(SEND_SEC)
            for body in batch:
                self.send(body)
            self.requests -= len(batch) - 1

    def receive(self) -> Message | None:
        """Return a message that is to be seen now, and hide it; one that was received too often is dead."""
        while self._visible and self._visible[0][0] <= self.machine.now():
            message = heapq.heappop(self._visible)[3]
            if message.deleted:
                continue
            if message.received >= self.most_receives:
                self._bury(message)
                continue
            self.requests += 1
            message.received += 1
            self._show(message, self.visibility)
            return message
        return None

    def delete(self, message: Message) -> None:
        """Delete a message that was worked off."""
        self.requests += 1
        if not message.deleted:
            message.deleted = True
            self._undeleted -= 1

    @property
    def is_empty(self) -> bool:
        """Return whether there is no message, seen or unseen."""
        return self._undeleted == 0

    def wait(self) -> None:
        """Wait until a message may be there to be seen."""
        due = self._visible[0][0] - self.machine.now() if self._visible else None
        with suppress(Empty):
            self._bell.get(timeout=due)

    def _bury(self, message: Message) -> None:
        message.deleted = True
        self._undeleted -= 1
        self.dead.append(message)

    def _show(self, message: Message, delay: float) -> None:
        order = self.chance.random() if self.disorder.late else 0.0
        heapq.heappush(self._visible, (self.machine.now() + delay, order, self._order(), message))
        if self._bell.qsize() < POLLERS:
            self._bell.put(True)


def batches(items: Iterable[str], most: int) -> Iterator[Sequence[str]]:
    """Yield the items, so many at a time."""
    rest = iter(items)
    while batch := [*itertools.islice(rest, most)]:
        yield batch
