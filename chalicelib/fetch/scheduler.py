"""Scheduler of a request's reads: when each is sent and sent again, in which thread, and what is late."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import partial
from queue import Empty
from typing import Protocol

from chalicelib.aws.attempt import attempt
from chalicelib.aws.faults import Fault, late, response_to
from chalicelib.aws.reads import Question, Reads
from chalicelib.core.values.model import Doc, Response
from chalicelib.fetch.machine import Queue
from chalicelib.fetch.rate_limit import RateLimiter
from chalicelib.fetch.shared import Shared
from chalicelib.fetch.tasks import Future

WORKERS = 64
"""Reads under way at once in one request; also the size of the clients' connection pools."""

ATTEMPTS = {"throttled": 8, "transient": 3, "timeout": 2}
"""Most attempts at one read, by the kind of its fault; a fault of any other kind is final at once."""

BEHIND_SEC = 0.005
"""Seconds without a response after which a thread is added, if reads wait for one: AWS is slow then, not we."""

FIRST_BACKOFF_SEC = 0.1


class Stages(Protocol):
    """Trace of a request by stage; `tracing` has one for X-Ray and one that records nothing."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Record the AWS calls made inside under the stage called `name`, in whatever thread."""
        ...


class Tally:
    """Cost of a request, for the log: calls made, cache hits, and the age of the oldest cached posture in seconds."""

    __slots__ = ("calls", "oldest_sec", "remembered")

    def __init__(self) -> None:
        self.calls = 0
        self.remembered = 0
        self.oldest_sec = 0.0


class _Sent:
    """Question that is under way, the fault of its last attempt, and the future of its response."""

    __slots__ = ("attempts", "fault", "question", "response", "sent_at")

    def __init__(self, question: Question) -> None:
        self.question = question
        self.attempts = 0
        self.sent_at = 0.0
        self.fault = Fault("timeout", "Timeout")
        self.response: Future[Response] = Future()


class Scheduler:
    """Reads under way of one request; `turn` is one turn of its loop, in the request's own thread.

    `deadline` is a time of the machine's clock, in seconds. `attempts` say how often a read is tried, by the kind of
    its fault.
    """

    def __init__(
        self,
        reads: Reads,
        *,
        region: str,
        deadline: float,
        stages: Stages,
        tally: Tally,
        shared: Shared,
        attempts: Mapping[str, int] = ATTEMPTS,
    ) -> None:
        self.is_late = False
        """Whether the deadline passed before some response had come."""
        self._reads = reads
        self._region = region
        self._deadline = deadline
        self._stages = stages
        self._tally = tally
        self._shared = shared
        self._machine = shared.machine
        self._left = False
        self._quiet = True  # many questions follow the first response: threads are started while it is awaited
        self._under_way: dict[int, _Sent] = {}
        self._idlers: deque[Future[None]] = deque()
        self._arrived: Queue[tuple[_Sent, Doc | Fault]] = self._machine.queue()
        self._later: list[tuple[float, int, _Sent]] = []
        self._patience: list[tuple[float, int, _Sent]] = []
        self._order = itertools.count()
        self._attempts = attempts

    def send(self, question: Question) -> Future[Response]:
        """Send the question as soon as its rate limit lets it; what has no response at the deadline gets a gap."""
        sent = _Sent(question)
        self._under_way[id(sent)] = sent
        if question.patience_sec is not None:
            heapq.heappush(self._patience, (self._machine.now() + question.patience_sec, next(self._order), sent))
        self._schedule(sent)
        return sent.response

    def idle(self) -> Future[None]:
        """Return the future of the first moment without a response to handle; it does not come after the deadline."""
        moment: Future[None] = Future()
        self._idlers.append(moment)
        return moment

    def turn(self) -> bool:
        """Send what is due, and handle one response or use an idle moment; return false once the deadline is there."""
        now = self._machine.now()
        if now >= self._deadline:
            self._give_up()
            return False
        while self._later and self._later[0][0] <= now:
            self._attempt(heapq.heappop(self._later)[2])
        if self._patience and self._patience[0][0] <= now:
            self._abandon(heapq.heappop(self._patience)[2])
        elif not (self._arrived.empty() and self._use_idle_moment()):
            self._wait(now)
        return True

    def leave(self) -> None:
        """Abandon the reads that are under way; the threads are whoever's they are."""
        self._left = True

    def _wait(self, now: float) -> None:
        """Wait for the next response and hand it on, or until something else is to be done."""
        until = min([self._deadline, *(due[0][0] for due in (self._later, self._patience) if due)])
        if self._shared.pool.has_backlog:
            until = min(until, now + BEHIND_SEC)
        try:
            sent, outcome = self._arrived.get(timeout=max(0.0, until - self._machine.now()))
        except Empty:
            self._quiet = self._shared.pool.has_backlog
            return
        self._quiet = False
        self._take(sent, outcome)

    def _use_idle_moment(self) -> bool:
        """Add a thread, or continue what awaits an idle moment; return false where there is nothing to do."""
        if self._quiet and self._shared.pool.add_thread():
            return True
        if self._idlers:
            self._idlers.popleft().settle(None)
            return True
        return False

    def _schedule(self, sent: _Sent, delay: float = 0.0) -> None:
        now = self._machine.now()
        if now >= self._deadline:
            self._settle_late(sent)
            return
        when = max(self._limiter(sent.question).slot(now), now + delay)
        if when <= now:
            self._attempt(sent)
        else:
            heapq.heappush(self._later, (when, next(self._order), sent))

    def _limiter(self, question: Question) -> RateLimiter:
        return self._shared.limiter(self._region, question.family)

    def _attempt(self, sent: _Sent) -> None:
        if id(sent) not in self._under_way:  # abandoned
            return
        sent.attempts += 1
        sent.sent_at = self._machine.now()
        self._tally.calls += 1
        # Reads that others depend on go first; nothing depends on a bucket's settings.
        self._shared.pool.do(partial(self._read, sent), urgent=not sent.question.is_posture)

    def _read(self, sent: _Sent) -> None:
        """Attempt the read once, in a thread of the pool, and report the outcome: any exception becomes a fault."""
        if self._left:  # nobody waits for it, and others may use the pool
            return
        with self._stages.stage(sent.question.stage):
            outcome = attempt(self._reads, sent.question)
        self._arrived.put((sent, outcome))

    def _take(self, sent: _Sent, outcome: Doc | Fault) -> None:
        question, now = sent.question, self._machine.now()
        limiter = self._limiter(question)
        if not isinstance(outcome, Fault) or outcome.kind == "unreadable":
            limiter.answered(now)
        elif outcome.kind == "throttled":
            limiter.refused(sent.sent_at, now)
        if id(sent) not in self._under_way:  # abandoned
            return
        if not isinstance(outcome, Fault):
            self._settle(sent, outcome)
            return
        sent.fault = outcome
        if sent.attempts < self._attempts.get(outcome.kind, 1):
            self._schedule(sent, 0.0 if outcome.kind == "throttled" else _backoff(sent.attempts))
            return
        self._settle(sent, response_to(outcome, question))

    def _settle(self, sent: _Sent, response: Response) -> None:
        del self._under_way[id(sent)]
        sent.response.settle(response)

    def _abandon(self, sent: _Sent) -> None:
        """Give up a read whose response can be done without, unless it came."""
        if id(sent) in self._under_way:
            self._settle(sent, response_to(sent.fault, sent.question))

    def _give_up(self) -> None:
        # A coroutine may ask more; `_schedule` settles such questions at once, now that the deadline has passed.
        for sent in list(self._under_way.values()):
            self._settle_late(sent)

    def _settle_late(self, sent: _Sent) -> None:
        self.is_late = True
        self._settle(sent, late(sent.question))


def _backoff(attempts: int) -> float:
    spread = random.uniform(0.5, 1.5)  # noqa: S311 (it spreads load; no secret depends on it)
    return FIRST_BACKOFF_SEC * float(2 ** (attempts - 1)) * spread
