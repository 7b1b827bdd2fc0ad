"""Concurrent AWS reads under one deadline; a read that is late, denied or failed becomes a value."""

from __future__ import annotations

import heapq
import itertools
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from chalicelib.aws.attempt import attempt
from chalicelib.aws.faults import Fault, late, response_to
from chalicelib.aws.reads import Question, Reads
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.rate_limit import RateLimiter
from chalicelib.fetch.thread_pool import ThreadPool

WORKERS = 64
"""Reads under way at once in one request; also the size of the clients' connection pools."""

ATTEMPTS = {"throttled": 8, "transient": 3, "timeout": 2}
"""Most attempts at one read, by the kind of its fault; a fault of any other kind is final at once."""

BEHIND_SEC = 0.005
"""Seconds without a response after which a thread is added, if reads wait for one: AWS is slow then, not we."""

FIRST_BACKOFF_SEC = 0.1

Then = Callable[[Response], None]


class Stages(Protocol):
    """Trace of a request by stage; `tracing` has one for X-Ray and one that records nothing."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Record the AWS calls made inside under the stage called `name`, in whatever thread."""
        ...


@dataclass(slots=True)
class _Asked:
    """Question of this request, the callbacks that wait for its response, and the response once it is there."""

    question: Question
    key: Hashable
    waiting: list[Then] = field(default_factory=list)
    attempts: int = 0
    sent_at: float = 0.0
    response: Response | None = None


@dataclass(slots=True)
class Tally:
    """Cost of a request, for the log: calls made, cache hits, and the age of the oldest cached posture in seconds."""

    calls: int = 0
    remembered: int = 0
    oldest_sec: float = 0.0


class Gather:
    """Concurrent reads of one request, each question asked once; callbacks run in the thread that calls `run`.

    `deadline` is a time of `time.monotonic`, in seconds. A question without a response by then gets a `Gap`, and so
    does every question that is asked later. `attempts` say how often a read is tried, by the kind of its fault. Use as
    a context manager: leaving it abandons the reads still under way.
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
    ) -> None:
        self.tally = Tally() if tally is None else tally
        self._reads = reads
        self._region = region
        self._deadline = deadline
        self._cache = cache
        self._stages = stages
        self._pool = ThreadPool(workers)
        self._asked: dict[Hashable, _Asked] = {}
        self._open = 0
        self._quiet = True  # many questions follow the first response: threads are started while it is awaited
        self._thoughts: deque[Callable[[], None]] = deque()
        self._arrived: SimpleQueue[tuple[_Asked, Doc | Fault]] = SimpleQueue()
        self._later: list[tuple[float, int, _Asked]] = []
        self._order = itertools.count()
        self._limiters: defaultdict[str, RateLimiter] = defaultdict(RateLimiter)
        self._attempts = attempts

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def ask(self, question: Question, then: Then) -> None:
        """Send the question; `then` gets the response, or a gap. To ask the same question again costs no call.

        `then` is called at once where the response is known or cached, or the deadline has passed; else by `run`.
        """
        key = (self._region, question.operation, json.dumps(question.arguments, sort_keys=True))
        known = self._asked.get(key)
        if known is not None:
            if known.response is None:
                known.waiting.append(then)
            else:
                then(known.response)
            return
        asked = self._asked[key] = _Asked(question, key, [then])
        self._open += 1
        remembered = self._cache.get(key)
        if remembered is None:
            self._schedule(asked)
            return
        self.tally.remembered += 1
        if question.stage == "posture":
            self.tally.oldest_sec = max(self.tally.oldest_sec, self._cache.age(remembered))
        self._settle(asked, remembered.response)

    def pages(self, question: Question, items: str, then: Callable[[Sequence[Doc], Gap | None], None]) -> None:
        """Ask for page after page; `then` gets every item, and the gap if one ended the reading early."""
        found: list[Doc] = []
        tokens: set[str] = set()

        def page(response: Response) -> None:
            if not isinstance(response, Mapping):
                then(found, response if isinstance(response, Gap) else None)
                return
            found.extend(response.get(items) or ())
            token = response.get("NextToken")
            # A token that comes a second time would make the reading endless.
            if token and token not in tokens:
                tokens.add(token)
                self.ask(_with_arguments(question, NextToken=token), page)
            else:
                then(found, None)

        self.ask(question, page)

    def when_idle(self, think: Callable[[], None]) -> None:
        """Schedule `think` for the first moment without a response to handle; the deadline cancels it."""
        self._thoughts.append(think)

    def run(self) -> None:
        """Wait until every question has its response or the deadline is there; call each `then` as responses come.

        Raises whatever a callback raises.
        """
        while self._open:
            now = time.monotonic()
            if now >= self._deadline:
                self._give_up()
                return
            while self._later and self._later[0][0] <= now:
                self._send(heapq.heappop(self._later)[2])
            if self._arrived.empty() and self._use_idle_moment():
                continue
            until = min(self._deadline, self._later[0][0] if self._later else self._deadline)
            if self._pool.has_backlog:
                until = min(until, now + BEHIND_SEC)
            try:
                asked, outcome = self._arrived.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                self._quiet = self._pool.has_backlog
                continue
            self._quiet = False
            self._take(asked, outcome)

    def _use_idle_moment(self) -> bool:
        """Add a thread or run one callback of `when_idle`; return false where there is nothing to do."""
        if self._quiet and self._pool.add_thread():
            return True
        if self._thoughts:
            self._thoughts.popleft()()
            return True
        return False

    def _schedule(self, asked: _Asked, delay: float = 0.0) -> None:
        now = time.monotonic()
        if now >= self._deadline:
            self._settle(asked, late(asked.question))
            return
        when = max(self._limiters[asked.question.family].slot(now), now + delay)
        if when <= now:
            self._send(asked)
        else:
            heapq.heappush(self._later, (when, next(self._order), asked))

    def _send(self, asked: _Asked) -> None:
        asked.attempts += 1
        asked.sent_at = time.monotonic()
        self.tally.calls += 1
        # Reads that others depend on go first; nothing depends on a bucket's settings.
        self._pool.do(partial(self._read, asked), urgent=asked.question.stage != "posture")

    def _read(self, asked: _Asked) -> None:
        """Attempt the read once, in a thread of the pool, and report the outcome: any exception becomes a fault."""
        with self._stages.stage(asked.question.stage):
            outcome = attempt(self._reads, asked.question)
        self._arrived.put((asked, outcome))

    def _take(self, asked: _Asked, outcome: Doc | Fault) -> None:
        question, now = asked.question, time.monotonic()
        limiter = self._limiters[question.family]
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
        self._settle(asked, response)

    def _settle(self, asked: _Asked, response: Response) -> None:
        asked.response = response
        self._open -= 1
        waiting, asked.waiting = asked.waiting, []
        for then in waiting:
            then(response)

    def _give_up(self) -> None:
        # A callback may ask more; `_schedule` settles such questions at once, now that the deadline has passed.
        for asked in list(self._asked.values()):
            if asked.response is None:
                self._settle(asked, late(asked.question))


def _with_arguments(question: Question, **more: Any) -> Question:
    return question._replace(arguments={**question.arguments, **more})


def _backoff(attempts: int) -> float:
    spread = random.uniform(0.5, 1.5)  # noqa: S311 (it spreads load; no secret depends on it)
    return FIRST_BACKOFF_SEC * float(2 ** (attempts - 1)) * spread
