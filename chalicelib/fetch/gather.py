"""Concurrent AWS reads under one deadline; a read that is late, denied or failed becomes a value.

`run` is the loop: it runs a coroutine (see `tasks`) and hands each response to whoever awaits it.
"""

from __future__ import annotations

import heapq
import itertools
import json
import random
import time
from collections import deque
from collections.abc import AsyncIterator, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import NamedTuple, Protocol, Self, TypeVar

from chalicelib.aws.attempt import attempt
from chalicelib.aws.faults import Fault, kind_of, late, response_to
from chalicelib.aws.reads import Question, Reads
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.rate_limit import RateLimiter
from chalicelib.fetch.shared import Shared
from chalicelib.fetch.tasks import Future, Story, all_of, start

WORKERS = 64
"""Reads under way at once in one request; also the size of the clients' connection pools."""

ATTEMPTS = {"throttled": 8, "transient": 3, "timeout": 2}
"""Most attempts at one read, by the kind of its fault; a fault of any other kind is final at once."""

BEHIND_SEC = 0.005
"""Seconds without a response after which a thread is added, if reads wait for one: AWS is slow then, not we."""

FIRST_BACKOFF_SEC = 0.1

T = TypeVar("T")


class Stages(Protocol):
    """Trace of a request by stage; `tracing` has one for X-Ray and one that records nothing."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Record the AWS calls made inside under the stage called `name`, in whatever thread."""
        ...


class Listed(NamedTuple):
    """Items of a list, page after page, and the gap if one ended the reading early."""

    items: list[Doc]
    gap: Gap | None


@dataclass(slots=True)
class _Asked:
    """Question of this request, what became of it, and the response once it is there."""

    question: Question
    key: Hashable
    attempts: int = 0
    sent_at: float = 0.0
    response: Future[Response] = field(default_factory=Future)


@dataclass(slots=True)
class Tally:
    """Cost of a request, for the log: calls made, cache hits, and the age of the oldest cached posture in seconds."""

    calls: int = 0
    remembered: int = 0
    oldest_sec: float = 0.0


class Gather:
    """Concurrent reads of one request, each question asked once; coroutines run in the thread that calls `run`.

    `deadline` is a time of `time.monotonic`, in seconds. A question without a response by then gets a `Gap`, and so
    does every question that is asked later. `attempts` say how often a read is tried, by the kind of its fault. Use as
    a context manager: leaving it abandons the reads still under way. Gathers with the same `shared` keep one pace, use
    the same threads, and ask nothing again that one of them knows; each belongs to the thread that runs it.
    """

    def __init__(
        self,
        reads: Reads,
        *,
        region: str,
        deadline: float,
        cache: Cache,
        stages: Stages,
        workers: int = WORKERS,
        tally: Tally | None = None,
        attempts: Mapping[str, int] = ATTEMPTS,
        shared: Shared | None = None,
    ) -> None:
        self.is_late = False
        """Whether the deadline passed before some response had come."""
        self.tally = Tally() if tally is None else tally
        self._reads = reads
        self._region = region
        self._deadline = deadline
        self._cache = cache
        self._stages = stages
        self._is_alone = shared is None
        self._shared = Shared(workers) if shared is None else shared
        self._pool = self._shared.pool
        self._left = False
        self._asked: dict[Hashable, _Asked] = {}
        self._quiet = True  # many questions follow the first response: threads are started while it is awaited
        self._idlers: deque[Future[None]] = deque()
        self._arrived: SimpleQueue[tuple[_Asked, Doc | Fault]] = SimpleQueue()
        self._later: list[tuple[float, int, _Asked]] = []
        self._order = itertools.count()
        self._attempts = attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._left = True
        if self._is_alone:
            self._pool.shutdown()

    def run(self, story: Story[T]) -> T:
        """Run the coroutine to its end, and return its result; reads that it did not wait for are left behind.

        Raises whatever it raises, or another coroutine that it started.
        """
        told = start(story)
        while not told.done:
            now = time.monotonic()
            if now >= self._deadline:
                self._give_up()
                break
            while self._later and self._later[0][0] <= now:
                self._send(heapq.heappop(self._later)[2])
            if not (self._arrived.empty() and self._use_idle_moment()):
                self._wait(now)
        return told.value

    def ask(self, question: Question) -> Future[Response]:
        """Send the question; the response may be a gap. To ask the same question again costs no call."""
        key = (self._region, question.operation, json.dumps(question.arguments, sort_keys=True))
        known = self._asked.get(key)
        if known is not None:
            return known.response
        asked = self._asked[key] = _Asked(question, key)
        if key in self._shared.responses:
            self.tally.remembered += 1
            asked.response.settle(self._shared.responses[key])
            return asked.response
        remembered = self._cache.get(key)
        if remembered is None:
            self._schedule(asked)
            return asked.response
        self.tally.remembered += 1
        if question.stage == "posture":
            self.tally.oldest_sec = max(self.tally.oldest_sec, self._cache.age(remembered))
        asked.response.settle(remembered.response)
        return asked.response

    def pages(self, question: Question, items: str) -> Future[Listed]:
        """Ask for page after page of a list; each has some of the `items`."""
        return start(self._pages(question, items))

    def responses(self, questions: Iterable[Question]) -> list[Response]:
        """Return the response to each question, asked side by side, for whoever has nothing else to do meanwhile."""
        return self.run(all_of([self.ask(question) for question in questions]))

    def items(self, question: Question, items: str) -> Listed:
        """Return the items of a list, for whoever has nothing else to do meanwhile."""
        return self.run(self._pages(question, items))

    async def each_page(self, question: Question) -> AsyncIterator[Response]:
        """Yield page after page as it comes, when the next one is asked for already; a gap ends the list early."""
        tokens: set[str] = set()
        asked: Future[Response] | None = self.ask(question)
        while asked is not None:
            page, asked = await asked, None
            token = text_at(page, "NextToken") if isinstance(page, Mapping) else None
            # A token that comes a second time would make the reading endless.
            if token and token not in tokens:
                tokens.add(token)
                asked = self.ask(question.with_arguments(NextToken=token))
            yield page

    async def _pages(self, question: Question, items: str) -> Listed:
        found: list[Doc] = []
        gap = None
        async for page in self.each_page(question):
            found += docs_at(page, items)
            gap = page if isinstance(page, Gap) else None
        return Listed(found, gap)

    def idle(self) -> Future[None]:
        """Return the future of the first moment without a response to handle; it does not come after the deadline."""
        moment: Future[None] = Future()
        self._idlers.append(moment)
        return moment

    def _wait(self, now: float) -> None:
        """Wait for the next response and hand it on, or until something else is to be done."""
        until = min(self._deadline, self._later[0][0] if self._later else self._deadline)
        if self._pool.has_backlog:
            until = min(until, now + BEHIND_SEC)
        try:
            asked, outcome = self._arrived.get(timeout=max(0.0, until - time.monotonic()))
        except Empty:
            self._quiet = self._pool.has_backlog
            return
        self._quiet = False
        self._take(asked, outcome)

    def _use_idle_moment(self) -> bool:
        """Add a thread, or continue what awaits an idle moment; return false where there is nothing to do."""
        if self._quiet and self._pool.add_thread():
            return True
        if self._idlers:
            self._idlers.popleft().settle(None)
            return True
        return False

    def _schedule(self, asked: _Asked, delay: float = 0.0) -> None:
        now = time.monotonic()
        if now >= self._deadline:
            self.is_late = True
            asked.response.settle(late(asked.question))
            return
        when = max(self._limiter(asked.question).slot(now), now + delay)
        if when <= now:
            self._send(asked)
        else:
            heapq.heappush(self._later, (when, next(self._order), asked))

    def _limiter(self, question: Question) -> RateLimiter:
        return self._shared.limiter(self._region, question.family)

    def _send(self, asked: _Asked) -> None:
        asked.attempts += 1
        asked.sent_at = time.monotonic()
        self.tally.calls += 1
        # Reads that others depend on go first; nothing depends on a bucket's settings.
        self._pool.do(partial(self._read, asked), urgent=asked.question.stage != "posture")

    def _read(self, asked: _Asked) -> None:
        """Attempt the read once, in a thread of the pool, and report the outcome: any exception becomes a fault."""
        if self._left:  # nobody waits for it, and others may use the pool
            return
        with self._stages.stage(asked.question.stage):
            outcome = attempt(self._reads, asked.question)
        self._arrived.put((asked, outcome))

    def _take(self, asked: _Asked, outcome: Doc | Fault) -> None:
        question, now = asked.question, time.monotonic()
        limiter = self._limiter(question)
        if not isinstance(outcome, Fault):
            limiter.answered(now)
            self._learn(asked, outcome)
            return
        if outcome.kind == "unreadable":
            limiter.answered(now)
        if outcome.kind == "throttled":
            limiter.refused(asked.sent_at, now)
        if asked.attempts < self._attempts.get(outcome.kind, 1):
            self._schedule(asked, 0.0 if outcome.kind == "throttled" else _backoff(asked.attempts))
            return
        self._learn(asked, response_to(outcome, question))

    def _learn(self, asked: _Asked, response: Response) -> None:
        if not isinstance(response, Gap):
            self._cache.put(asked.key, response, asked.question.keep(response))
        if not isinstance(response, Gap) or kind_of(response) not in self._attempts:
            self._shared.responses[asked.key] = response
        asked.response.settle(response)

    def _give_up(self) -> None:
        # A coroutine may ask more; `_schedule` settles such questions at once, now that the deadline has passed.
        for asked in list(self._asked.values()):
            if not asked.response.done:
                self.is_late = True
                asked.response.settle(late(asked.question))


def _backoff(attempts: int) -> float:
    spread = random.uniform(0.5, 1.5)  # noqa: S311 (it spreads load; no secret depends on it)
    return FIRST_BACKOFF_SEC * float(2 ** (attempts - 1)) * spread
