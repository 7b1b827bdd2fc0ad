"""Many reads at once, under one deadline: a late, denied or failed read is a value, and nothing waits in line."""

from __future__ import annotations

import heapq
import itertools
import json
import random
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import partial
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, Protocol, Self

from chalicelib.aws.faults import Fault, answer_of, fault_of, late
from chalicelib.aws.reads import Question, Reads
from chalicelib.aws.whole import CutShort
from chalicelib.core.model import Answer, Doc, Gap
from chalicelib.memory import Memory
from chalicelib.pacing import Pacer
from chalicelib.workers import Workers

WORKERS = 64
"""Reads under way at once in one request; the clients' connection pools are of this size too."""

ATTEMPTS = {"throttled": 8, "transient": 3, "timeout": 2}
"""How often a read is tried in all, by the kind of its fault; every other kind is final at once."""

BEHIND_SEC = 0.005
"""How long nothing must come, while questions wait for a thread, before more are started: AWS is slow then, not we."""

FIRST_BACKOFF_SEC = 0.1
MAX_BODY_BYTES = 1_000_000
"""No object is read further than this; what is longer is no evaluation report."""

Then = Callable[[Answer], None]


class Stages(Protocol):
    """Where a trace is kept; `tracing` has one for X-Ray and one for nothing."""

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Puts what happens inside under the stage called `name`, in whatever thread."""
        ...


@dataclass(slots=True)
class _Asked:
    """A question of this request, who waits for its answer, and the answer once there is one."""

    question: Question
    key: Hashable
    waiting: list[Then] = field(default_factory=list)
    attempts: int = 0
    sent_at: float = 0.0
    answer: Answer | None = None


@dataclass(slots=True)
class Tally:
    """What the request cost, for the log: calls made, answers remembered, and how old the oldest posture was."""

    calls: int = 0
    remembered: int = 0
    oldest_sec: float = 0.0


class Gather:
    """Asks questions side by side, each at most once; continuations run in the thread that calls `run`.

    `deadline` is a moment of `time.monotonic`. What has not come by then is answered with a `Gap`, and so is
    whatever is asked later. Use as a context manager: leaving it abandons reads still under way.
    """

    def __init__(
        self,
        reads: Reads,
        *,
        region: str,
        deadline: float,
        memory: Memory,
        stages: Stages,
        workers: int = WORKERS,
        tally: Tally | None = None,
    ) -> None:
        self.tally = Tally() if tally is None else tally
        self._reads = reads
        self._region = region
        self._deadline = deadline
        self._memory = memory
        self._stages = stages
        self._workers = Workers(workers)
        self._asked: dict[Hashable, _Asked] = {}
        self._open = 0
        self._quiet = True  # there will be many questions once the first is answered: threads had better be there
        self._thoughts: deque[Callable[[], None]] = deque()
        self._arrived: SimpleQueue[tuple[_Asked, Doc | Fault]] = SimpleQueue()
        self._later: list[tuple[float, int, _Asked]] = []
        self._order = itertools.count()
        self._pacers: defaultdict[str, Pacer] = defaultdict(Pacer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workers.dismiss()

    def ask(self, question: Question, then: Then) -> None:
        """Sends the question on its way; `then` gets the answer. The same question again costs nothing."""
        key = (self._region, question.operation, json.dumps(question.arguments, sort_keys=True))
        known = self._asked.get(key)
        if known is not None:
            if known.answer is None:
                known.waiting.append(then)
            else:
                then(known.answer)
            return
        asked = self._asked[key] = _Asked(question, key, [then])
        self._open += 1
        remembered = self._memory.recall(key)
        if remembered is None:
            self._schedule(asked)
            return
        self.tally.remembered += 1
        if question.stage == "posture":
            self.tally.oldest_sec = max(self.tally.oldest_sec, self._memory.age(remembered))
        self._settle(asked, remembered.answer)

    def pages(self, question: Question, items: str, then: Callable[[Sequence[Doc], Gap | None], None]) -> None:
        """Asks page after page; `then` gets every item, and the gap that ended the reading early if one did."""
        found: list[Doc] = []
        tokens: set[str] = set()

        def page(answer: Answer) -> None:
            if not isinstance(answer, Mapping):
                then(found, answer if isinstance(answer, Gap) else None)
                return
            found.extend(answer.get(items) or ())
            token = answer.get("NextToken")
            # A token that comes round again would turn the pages for ever.
            if token and token not in tokens:
                tokens.add(token)
                self.ask(_with_arguments(question, NextToken=token), page)
            else:
                then(found, None)

        self.ask(question, page)

    def when_idle(self, think: Callable[[], None]) -> None:
        """Has `think` called as soon as no answer waits to be looked at; never, if the deadline comes before that."""
        self._thoughts.append(think)

    def run(self) -> None:
        """Waits until every question is answered, or the deadline is there; calls each `then` as answers come."""
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
            if self._workers.behind:
                until = min(until, now + BEHIND_SEC)
            try:
                asked, outcome = self._arrived.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                self._quiet = self._workers.behind
                continue
            self._quiet = False
            self._take(asked, outcome)

    def _use_idle_moment(self) -> bool:
        """Does one of the things that can wait until no answer does; false where there is none."""
        if self._quiet and self._workers.hire():
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
        when = max(self._pacers[asked.question.family].slot(now), now + delay)
        if when <= now:
            self._send(asked)
        else:
            heapq.heappush(self._later, (when, next(self._order), asked))

    def _send(self, asked: _Asked) -> None:
        asked.attempts += 1
        asked.sent_at = time.monotonic()
        self.tally.calls += 1
        # What others wait for goes first: nothing follows from a bucket's settings.
        self._workers.do(partial(self._read, asked), urgent=asked.question.stage != "posture")

    def _read(self, asked: _Asked) -> None:
        """One try, in a worker thread; nothing that it meets may keep it from reporting."""
        question = asked.question
        outcome: Doc | Fault
        try:
            with self._stages.stage(question.stage):
                answer = getattr(self._reads, question.operation)(**question.arguments)
                if question.operation == "get_object":
                    answer = {**answer, "Body": _body_of(answer)}
            outcome = answer
        except Exception as error:  # noqa: BLE001 (a garbled answer may raise anything at all)
            outcome = fault_of(error, question.operation)
        self._arrived.put((asked, outcome))

    def _take(self, asked: _Asked, outcome: Doc | Fault) -> None:
        question, now = asked.question, time.monotonic()
        pacer = self._pacers[question.family]
        if not isinstance(outcome, Fault):
            pacer.answered(now)
            if _says_something(outcome, question):
                self._learn(asked, outcome)
                return
            outcome = Fault("unreadable", "UnreadableAnswer")
        if outcome.kind == "throttled":
            pacer.refused(asked.sent_at, now)
        if asked.attempts < ATTEMPTS.get(outcome.kind, 1):
            self._schedule(asked, 0.0 if outcome.kind == "throttled" else _backoff(asked.attempts))
            return
        self._learn(asked, answer_of(outcome, question))

    def _learn(self, asked: _Asked, answer: Answer) -> None:
        if not isinstance(answer, Gap):
            self._memory.keep(asked.key, answer, asked.question.keep(answer))
        self._settle(asked, answer)

    def _settle(self, asked: _Asked, answer: Answer) -> None:
        asked.answer = answer
        self._open -= 1
        waiting, asked.waiting = asked.waiting, []
        for then in waiting:
            then(answer)

    def _give_up(self) -> None:
        # A continuation may ask anew; `_schedule` answers such questions at once, now that the time is up.
        for asked in list(self._asked.values()):
            if asked.answer is None:
                self._settle(asked, late(asked.question))


def _with_arguments(question: Question, **more: Any) -> Question:
    return replace(question, arguments={**question.arguments, **more})


def _body_of(answer: Doc) -> bytes:
    body: bytes = answer["Body"].read(MAX_BODY_BYTES + 1)
    if len(body) < min(answer.get("ContentLength") or 0, MAX_BODY_BYTES + 1):
        raise CutShort("GetObject")
    return body


def _says_something(answer: Doc, question: Question) -> bool:
    """SageMaker's protocol reads a garbled body as an empty success; of S3, only some answers may be empty."""
    if question.required is not None:
        return answer.get(question.required) is not None
    return question.family == "s3" or not answer.keys() <= {"ResponseMetadata"}


def _backoff(attempts: int) -> float:
    spread = random.uniform(0.5, 1.5)  # noqa: S311 (it spreads load, and hides nothing)
    return FIRST_BACKOFF_SEC * float(2 ** (attempts - 1)) * spread
