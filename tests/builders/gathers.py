"""The reads of one request over answers that a test makes up."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from chalicelib.aws.reads import Question
from chalicelib.core.values.model import Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import all_of, start
from tests.builders.reads import Answerer, make_reads


class Stages:
    """Keeps the names of the stages that were entered."""

    def __init__(self) -> None:
        self.entered: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.entered.append(name)
        yield


def gather_over(
    *, seconds: float = 5.0, cache: Cache | None = None, **answers: Answerer | Mapping[str, Any] | Exception
) -> Gather:
    """The reads of a request that begins now, over made-up answers."""
    return Gather(
        make_reads(**answers),
        region="us-east-1",
        deadline=time.monotonic() + seconds,
        cache=Cache(100, time.monotonic) if cache is None else cache,
        stages=Stages(),
    )


BUCKET_TAGS = Question("get_bucket_tagging", {"Bucket": "data"}, "data", "posture")


def acl_of(bucket: str = "data", **more: Any) -> Question:
    """A question about a bucket."""
    return Question("get_bucket_acl", {"Bucket": bucket}, bucket, "posture", **more)


def ask(gather: Gather, *questions: Question) -> list[Response]:
    """The responses to some questions, asked side by side."""
    with gather:
        return gather.responses(questions)


async def in_order(gather: Gather, questions: Mapping[str, Question], order: list[str]) -> None:
    """Ask every question at once; `order` gets each one's name when its response is there."""

    async def note(name: str) -> None:
        await gather.ask(questions[name])
        order.append(name)

    await all_of([start(note(name)) for name in questions])


def gap_of(gather: Gather, question: Question | None = None) -> Gap:
    """The gap that one question ends in."""
    [answer] = ask(gather, question or acl_of())
    assert isinstance(answer, Gap)
    return answer
