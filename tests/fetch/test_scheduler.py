"""Reads go out side by side and are tried again at their pace; what is late is a gap, and holds nothing back."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from chalicelib.aws.reads import Question
from chalicelib.core.values.model import Absent, Gap
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import start
from tests.builders.gathers import BUCKET_TAGS, Stages, acl_of, ask, gap_of, gather_over, in_order
from tests.builders.reads import aws_error, make_reads


def test_questions_are_under_way_at_the_same_time() -> None:
    together = threading.Barrier(20, timeout=5)

    def answer(**_: Any) -> Mapping[str, Any]:
        together.wait()
        return {}

    gather = gather_over(get_bucket_acl=answer)

    assert len(ask(gather, *(acl_of(f"b{i}") for i in range(20)))) == 20


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


def test_a_response_that_can_be_done_without_is_waited_for_no_longer_than_it_is_worth() -> None:
    done = threading.Event()

    def hang(**_: Any) -> Mapping[str, Any]:
        done.wait(5)
        return {}

    gather = gather_over(get_bucket_acl=hang, get_bucket_tagging={"TagSet": []})
    began = time.monotonic()
    gap, tags = ask(gather, acl_of(patience_sec=0.1), BUCKET_TAGS)
    done.set()

    assert time.monotonic() - began < 2
    assert isinstance(gap, Gap)
    assert (gap.code, tags, gather.is_late) == ("Timeout", {"TagSet": []}, False)


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
