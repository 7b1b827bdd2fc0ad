"""Reads go out side by side, each once; what does not come is a gap, and nothing is waited for in vain."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib.aws.reads import FOR_EVER, Question
from chalicelib.core.values.errors import NotFound
from chalicelib.core.values.model import Absent, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather, Listed
from chalicelib.fetch.tasks import all_of, start
from tests.builders.reads import Answerer, aws_error, make_reads


class Stages:
    def __init__(self) -> None:
        self.entered: list[str] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self.entered.append(name)
        yield


def gather_over(
    *, seconds: float = 5.0, cache: Cache | None = None, **answers: Answerer | Mapping[str, Any] | Exception
) -> Gather:
    return Gather(
        make_reads(**answers),
        region="us-east-1",
        deadline=time.monotonic() + seconds,
        cache=Cache(100, time.monotonic) if cache is None else cache,
        stages=Stages(),
    )


BUCKET_TAGS = Question("get_bucket_tagging", {"Bucket": "data"}, "data", "posture")


def acl_of(bucket: str = "data", **more: Any) -> Question:
    return Question("get_bucket_acl", {"Bucket": bucket}, bucket, "posture", **more)


def ask(gather: Gather, *questions: Question) -> list[Response]:
    with gather:
        return gather.responses(questions)


async def in_order(gather: Gather, questions: Mapping[str, Question], order: list[str]) -> None:
    """Ask every question at once; `order` gets each one's name when its response is there."""

    async def note(name: str) -> None:
        await gather.ask(questions[name])
        order.append(name)

    await all_of([start(note(name)) for name in questions])


def gap_of(gather: Gather, question: Question | None = None) -> Gap:
    [answer] = ask(gather, question or acl_of())
    assert isinstance(answer, Gap)
    return answer


def test_an_answer_reaches_whoever_asked() -> None:
    gather = gather_over(get_bucket_acl=lambda Bucket: {"Owner": Bucket})
    assert ask(gather, acl_of("a")) == [{"Owner": "a"}]


def test_the_same_question_is_asked_of_aws_once() -> None:
    gather = gather_over(get_bucket_acl={"Owner": {}})
    assert len(ask(gather, acl_of(), acl_of(), acl_of())) == 3
    assert gather.tally.calls == 1


def test_questions_are_under_way_at_the_same_time() -> None:
    together = threading.Barrier(20, timeout=5)

    def answer(**_: Any) -> Mapping[str, Any]:
        together.wait()
        return {}

    gather = gather_over(get_bucket_acl=answer)
    assert len(ask(gather, *(acl_of(f"b{i}") for i in range(20)))) == 20


def test_an_answer_may_lead_to_another_question() -> None:
    gather = gather_over(get_bucket_acl={}, get_bucket_tagging={"TagSet": []})

    async def story() -> Response:
        await gather.ask(acl_of())
        return await gather.ask(BUCKET_TAGS)

    with gather:
        answer = gather.run(story())

    assert answer == {"TagSet": []}


def test_a_code_that_means_not_configured_is_a_fact() -> None:
    gather = gather_over(get_bucket_acl=aws_error("NoSuchTagSet", 404))
    assert ask(gather, acl_of(absent=frozenset({"NoSuchTagSet"}))) == [Absent("NoSuchTagSet")]


def test_a_refusal_names_the_action_that_would_mend_it_and_nothing_of_awss_text() -> None:
    gap = gap_of(gather_over(get_bucket_acl=aws_error("AccessDenied", 403)))
    assert (gap.code, gap.action, gap.resource) == ("AccessDenied", "s3:GetBucketAcl", "data")
    assert "secret" not in gap.message


@pytest.mark.parametrize(
    ("error", "code", "calls"),
    [
        (aws_error("NoSuchBucket", 404), "NoSuchBucket", 1),
        (aws_error("ExpiredToken", 400), "ExpiredToken", 1),
        (aws_error("PermanentRedirect", 301), "PermanentRedirect", 1),
        (aws_error("InternalError", 500), "InternalError", 3),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1"), "ConnectionError", 3),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1"), "Timeout", 2),
        (ValueError("garbage"), "UnreadableAnswer", 1),
    ],
)
def test_a_fault_is_a_gap_and_only_a_passing_one_is_tried_again(error: Exception, code: str, calls: int) -> None:
    gather = gather_over(get_bucket_acl=error)
    gap = gap_of(gather)
    assert (gap.code, gap.action, gather.tally.calls) == (code, None, calls)


def test_a_read_that_fails_once_comes_through() -> None:
    errors = [aws_error("SlowDown", 503), aws_error("InternalError", 500)]

    def answer(**_: Any) -> Mapping[str, Any]:
        if errors:
            raise errors.pop()
        return {"Owner": {}}

    assert ask(gather_over(get_bucket_acl=answer), acl_of()) == [{"Owner": {}}]


def test_an_answer_without_what_every_answer_has_is_no_answer() -> None:
    gather = gather_over(get_bucket_acl={})
    assert gap_of(gather, acl_of(required="Owner")).code == "UnreadableAnswer"


def test_what_hangs_is_a_gap_when_the_time_is_up_and_does_not_hold_the_rest() -> None:
    release = threading.Event()

    def hang(**_: Any) -> Mapping[str, Any]:
        release.wait(10)
        return {}

    gather = gather_over(seconds=0.3, get_bucket_acl=hang, get_bucket_tagging={"TagSet": []})
    began = time.monotonic()
    try:
        answers = ask(gather, acl_of(), BUCKET_TAGS)
    finally:
        release.set()
    assert time.monotonic() - began < 3
    assert isinstance(answers[0], Gap)
    assert answers[0].code == "DeadlineExceeded"
    assert answers[1] == {"TagSet": []}


def test_what_is_asked_after_the_time_is_up_is_answered_at_once() -> None:
    gather = gather_over(seconds=-1.0)
    assert gap_of(gather).code == "DeadlineExceeded"
    assert gather.tally.calls == 0


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


def test_a_throttled_family_does_not_hold_back_another() -> None:
    sent: list[str] = []

    def throttled_once(PipelineName: str) -> Mapping[str, Any]:
        sent.append(PipelineName)
        if len(sent) == 1:
            raise aws_error("ThrottlingException")
        return {"PipelineDefinition": "{}"}

    order: list[str] = []
    gather = gather_over(describe_pipeline=throttled_once, get_bucket_acl={"Owner": {}})
    questions = {"p": Question("describe_pipeline", {"PipelineName": "p"}, "p", "definition"), "acl": acl_of()}
    with gather:
        gather.run(in_order(gather, questions, order))

    assert order == ["acl", "p"]
    assert len(sent) == 2


def test_every_read_stands_under_its_stage() -> None:
    stages = Stages()
    reads = make_reads(get_bucket_acl={})
    gather = Gather(reads, region="r", deadline=time.monotonic() + 5, cache=Cache(1, time.monotonic), stages=stages)
    ask(gather, acl_of())
    assert stages.entered == ["posture"]


def test_what_awaits_an_idle_moment_comes_after_the_answers_that_are_there() -> None:
    order: list[str] = []
    thought = threading.Event()

    def answer(Bucket: str) -> Mapping[str, Any]:
        if Bucket == "slow":
            thought.wait(5)
        return {}

    gather = gather_over(get_bucket_acl=answer)

    async def think() -> None:
        await gather.idle()
        order.append("thought")
        thought.set()

    async def story() -> None:
        start(think())
        await in_order(gather, {"slow": acl_of("slow"), "quick": acl_of("quick")}, order)

    with gather:
        gather.run(story())

    assert sorted(order) == ["quick", "slow", "thought"]
    assert order[-1] == "slow"


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
