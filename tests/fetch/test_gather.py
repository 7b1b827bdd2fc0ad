"""Reads go out side by side, each once; what does not come is a gap, and nothing is waited for in vain."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib.aws.reads import FOR_EVER, Question
from chalicelib.core.values.model import Absent, Gap, Response
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
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


def acl_of(bucket: str = "data", **more: Any) -> Question:
    return Question("get_bucket_acl", {"Bucket": bucket}, bucket, "posture", **more)


def ask(gather: Gather, *questions: Question) -> list[Response]:
    answers: list[Response] = []
    with gather:
        for question in questions:
            gather.ask(question, answers.append)
        gather.run()
    return answers


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
    answers: list[Response] = []
    with gather:
        tags = Question("get_bucket_tagging", {"Bucket": "data"}, "data", "posture")
        gather.ask(acl_of(), lambda _: gather.ask(tags, answers.append))
        gather.run()
    assert answers == [{"TagSet": []}]


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
        answers = ask(gather, acl_of(), Question("get_bucket_tagging", {"Bucket": "data"}, "data", "posture"))
    finally:
        release.set()
    assert time.monotonic() - began < 3
    assert answers[0] == {"TagSet": []}
    assert isinstance(answers[1], Gap)
    assert answers[1].code == "DeadlineExceeded"


def test_what_is_asked_after_the_time_is_up_is_answered_at_once() -> None:
    gather = gather_over(seconds=-1.0)
    assert gap_of(gather).code == "DeadlineExceeded"
    assert gather.tally.calls == 0


def test_pages_are_read_to_the_last() -> None:
    pages: dict[str | None, Mapping[str, Any]] = {
        None: {"Tags": [1, 2], "NextToken": "x"},
        "x": {"Tags": [3], "NextToken": "y"},
        "y": {"Tags": [4]},
    }
    gather = gather_over(list_tags=lambda NextToken=None: pages[NextToken])
    got: list[Any] = []
    with gather:
        gather.pages(Question("list_tags", {}, "arn", "definition"), "Tags", lambda *found: got.append(found))
        gather.run()
    assert got == [([1, 2, 3, 4], None)]


def test_pages_that_end_in_a_refusal_keep_what_was_read_and_say_so() -> None:
    def answer(NextToken: str | None = None) -> Mapping[str, Any]:
        if NextToken:
            raise aws_error("AccessDeniedException")
        return {"Tags": [1], "NextToken": "x"}

    gather = gather_over(list_tags=answer)
    got: list[Any] = []
    with gather:
        gather.pages(Question("list_tags", {}, "arn", "definition"), "Tags", lambda *found: got.append(found))
        gather.run()
    [(items, gap)] = got
    assert items == [1]
    assert (gap.code, gap.action) == ("AccessDenied", "sagemaker:ListTags")


def test_pages_that_go_round_in_a_circle_end() -> None:
    gather = gather_over(list_tags={"Tags": [1], "NextToken": "x"})
    got: list[Any] = []
    with gather:
        gather.pages(Question("list_tags", {}, "arn", "definition"), "Tags", lambda *found: got.append(found))
        gather.run()
    assert got == [([1, 1], None)]


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
    with gather:
        gather.ask(Question("describe_pipeline", {"PipelineName": "p"}, "p", "definition"), lambda _: order.append("p"))
        gather.ask(acl_of(), lambda _: order.append("acl"))
        gather.run()
    assert order == ["acl", "p"]
    assert len(sent) == 2


def test_every_read_stands_under_its_stage() -> None:
    stages = Stages()
    reads = make_reads(get_bucket_acl={})
    gather = Gather(reads, region="r", deadline=time.monotonic() + 5, cache=Cache(1, time.monotonic), stages=stages)
    ask(gather, acl_of())
    assert stages.entered == ["posture"]


def test_what_was_left_for_an_idle_moment_comes_after_the_answers_that_are_there() -> None:
    order: list[str] = []

    def answer(Bucket: str) -> Mapping[str, Any]:
        time.sleep(0.2 if Bucket == "slow" else 0)
        return {}

    gather = gather_over(get_bucket_acl=answer)
    with gather:
        gather.ask(acl_of("slow"), lambda _: order.append("slow"))
        gather.ask(acl_of("quick"), lambda _: order.append("quick"))
        time.sleep(0.05)
        gather.when_idle(lambda: order.append("thought"))
        gather.run()
    assert order == ["quick", "thought", "slow"]
