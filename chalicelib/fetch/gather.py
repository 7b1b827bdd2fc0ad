"""Reads of one request: each question asked once, of the cache first; coroutines run here as responses come."""

import json
from collections.abc import AsyncIterator, Hashable, Iterable, Mapping
from functools import partial
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question, Reads
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.machine import THIS, Machine
from chalicelib.fetch.scheduler import ATTEMPTS, WORKERS, Scheduler, Stages, Tally
from chalicelib.fetch.shared import Shared
from chalicelib.fetch.tasks import Future, Story, all_of, start

T = TypeVar("T")

_AS_TEXT = json.JSONEncoder(sort_keys=True).encode


class Listed(NamedTuple):
    """Items of a list, page after page, and the gap if one ended the reading early."""

    items: list[Doc]
    gap: Gap | None


class Gather:
    """Concurrent reads of one request, each question asked once; coroutines run in the thread that calls `run`.

    `deadline` is a time of the machine's clock, in seconds. A question without a response by then gets a `Gap`, and so
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
        machine: Machine = THIS,
    ) -> None:
        self.tally = Tally() if tally is None else tally
        self._region = region
        self._cache = cache
        self._attempts = attempts
        self._is_alone = shared is None
        self._shared = Shared(workers, machine) if shared is None else shared
        self._asked: dict[Hashable, Future[Response]] = {}
        self._scheduler = Scheduler(
            reads,
            region=region,
            deadline=deadline,
            stages=stages,
            tally=self.tally,
            shared=self._shared,
            attempts=attempts,
        )

    @property
    def is_late(self) -> bool:
        """Return whether the deadline passed before some response had come."""
        return self._scheduler.is_late

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.leave()
        if self._is_alone:
            self._shared.pool.shutdown()

    def run(self, story: Story[T]) -> T:
        """Run the coroutine to its end, and return its result; reads that it did not wait for are left behind.

        Raises whatever it raises, or another coroutine that it started.
        """
        told = start(story)
        while not told.done and self._scheduler.turn():
            pass
        return told.value

    def ask(self, question: Question) -> Future[Response]:
        """Send the question; the response may be a gap. To ask the same question again costs no call."""
        key = self._key(question)
        if key not in self._asked:
            self._asked[key] = self._recalled(key, question) or self._sent(key, question)
        return self._asked[key]

    def knows(self, question: Question) -> bool:
        """Return whether to ask the question costs no call."""
        key = self._key(question)
        return key in self._asked or key in self._shared.responses or self._cache.get(key) is not None

    def tell(self, question: Question, response: Doc) -> None:
        """Take a response that came otherwise for the question's, so that to ask it costs no call."""
        told: Future[Response] = Future()
        told.settle(response)
        key = self._key(question)
        self._asked[key] = told
        self._keep(key, question, told)

    def _key(self, question: Question) -> Hashable:
        return (self._region, question.operation, _AS_TEXT(question.arguments))

    def _recalled(self, key: Hashable, question: Question) -> Future[Response] | None:
        """Return the response that is known already, to another gather or from the cache; `None` where none is."""
        known = self._shared.responses.get(key)
        if known is None:
            entry = self._cache.get(key)
            if entry is None:
                return None
            known = entry.response
            if question.is_posture:
                self.tally.oldest_sec = max(self.tally.oldest_sec, self._cache.age(entry))
        self.tally.remembered += 1
        response: Future[Response] = Future()
        response.settle(known)
        return response

    def _sent(self, key: Hashable, question: Question) -> Future[Response]:
        response = self._scheduler.send(question)
        response.when_done(partial(self._keep, key, question, response))
        return response

    def _keep(self, key: Hashable, question: Question, response: Future[Response]) -> None:
        came = response.value
        if not isinstance(came, Gap):
            self._cache.put(key, came, question.keep(came))
        if not isinstance(came, Gap) or kind_of(came) not in self._attempts:
            self._shared.responses[key] = came

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
        return self._scheduler.idle()
