"""Each question is asked once, pages are read to the last, and nothing is waited for in vain."""

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.aws.reads import FOR_EVER, Question
from chalicelib.core.values.errors import NotFound
from chalicelib.core.values.model import Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather, Listed
from chalicelib.fetch.tasks import start
from tests.builders.gathers import BUCKET_TAGS, Stages, acl_of, ask, gather_over
from tests.builders.reads import aws_error, make_reads


def test_an_answer_reaches_whoever_asked() -> None:
    gather = gather_over(get_bucket_acl=lambda Bucket: {"Owner": Bucket})

    assert ask(gather, acl_of("a")) == [{"Owner": "a"}]


def test_the_same_question_is_asked_of_aws_once() -> None:
    gather = gather_over(get_bucket_acl={"Owner": {}})

    assert len(ask(gather, acl_of(), acl_of(), acl_of())) == 3
    assert gather.tally.calls == 1


def test_an_answer_may_lead_to_another_question() -> None:
    gather = gather_over(get_bucket_acl={}, get_bucket_tagging={"TagSet": []})

    async def story() -> Response:
        await gather.ask(acl_of())
        return await gather.ask(BUCKET_TAGS)

    with gather:
        answer = gather.run(story())

    assert answer == {"TagSet": []}


TAGS = Question("list_tags", {}, "arn", "definition")
ONE, TWO, THREE = {"Key": "1"}, {"Key": "2"}, {"Key": "3"}


def tags_of(gather: Gather) -> Listed:
    with gather:
        return gather.items(TAGS, "Tags")


def test_pages_are_read_to_the_last() -> None:
    pages: dict[str | None, Mapping[str, Any]] = {
        None: {"Tags": [ONE, "no tag"], "NextToken": "x"},
        "x": {"Tags": [TWO], "NextToken": "y"},
        "y": {"Tags": [THREE]},
    }

    listed = tags_of(gather_over(list_tags=lambda NextToken=None: pages[NextToken]))

    assert listed == ([ONE, TWO, THREE], None)


def test_pages_that_end_in_a_refusal_keep_what_was_read_and_say_so() -> None:
    def answer(NextToken: str | None = None) -> Mapping[str, Any]:
        if NextToken:
            raise aws_error("AccessDeniedException")
        return {"Tags": [ONE], "NextToken": "x"}

    items, gap = tags_of(gather_over(list_tags=answer))

    assert items == [ONE]
    assert gap is not None
    assert (gap.code, gap.action) == ("AccessDenied", "sagemaker:ListTags")


def test_pages_that_go_round_in_a_circle_end() -> None:
    listed = tags_of(gather_over(list_tags={"Tags": [ONE], "NextToken": "x"}))

    assert listed == ([ONE, ONE], None)


def test_the_next_page_is_asked_for_before_anybody_looks_at_this_one() -> None:
    gather = gather_over(list_tags={"Tags": [ONE], "NextToken": "x"})

    async def story() -> list[int]:
        return [gather.tally.calls async for _ in gather.each_page(TAGS)]

    with gather:
        calls = gather.run(story())

    assert calls == [2, 2]


def test_a_remembered_answer_costs_no_call_and_is_not_told_to_another_region() -> None:
    cache = Cache(10, time.monotonic)
    question = acl_of(keep=lambda _: FOR_EVER)
    first = gather_over(cache=cache, get_bucket_acl={"Owner": {}})
    ask(first, question)
    second = gather_over(cache=cache)

    assert ask(second, question) == [{"Owner": {}}]
    assert (second.tally.calls, second.tally.remembered) == (0, 1)

    reads = make_reads(get_bucket_acl={"Owner": "other"})
    elsewhere = Gather(reads, region="eu-west-1", deadline=time.monotonic() + 5, cache=cache, stages=Stages())

    assert ask(elsewhere, question) == [{"Owner": "other"}]


def test_a_refusal_is_never_remembered() -> None:
    cache = Cache(10, time.monotonic)
    question = acl_of(keep=lambda _: FOR_EVER)
    ask(gather_over(cache=cache, get_bucket_acl=aws_error("AccessDenied", 403)), question)

    assert ask(gather_over(cache=cache, get_bucket_acl={"Owner": {}}), question) == [{"Owner": {}}]


class Hanging:
    """A read that hangs until the test is over."""

    def __init__(self) -> None:
        self.ended = False
        self._released = threading.Event()

    def __call__(self, **_: Any) -> Mapping[str, Any]:
        self._released.wait(10)
        self.ended = True
        return {}

    def release(self) -> None:
        self._released.set()


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    read = Hanging()
    yield read
    read.release()


def test_what_nobody_waits_for_is_left_behind(hanging: Hanging) -> None:
    gather = gather_over(get_bucket_acl=hanging, get_bucket_tagging={"TagSet": []})

    async def story() -> Response:
        gather.ask(acl_of())
        return await gather.ask(BUCKET_TAGS)

    with gather:
        answer = gather.run(story())

    assert answer == {"TagSet": []}
    assert not hanging.ended


def test_an_error_ends_the_run_at_once_though_nobody_awaits_its_coroutine(hanging: Hanging) -> None:
    gather = gather_over(seconds=60, get_bucket_acl=hanging, get_bucket_tagging={"TagSet": []})

    async def refuse() -> None:
        await gather.ask(BUCKET_TAGS)
        raise NotFound

    async def story() -> None:
        start(refuse())
        await gather.ask(acl_of())

    with gather, pytest.raises(NotFound):
        gather.run(story())

    assert not hanging.ended
