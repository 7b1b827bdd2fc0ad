"""A bucket's settings are read once in a scan, and nothing is remembered of them but what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.faults import fault_of
from chalicelib.scan.reader import Once
from tests.builders.reads import aws_error

METADATA = {"RequestId": "1", "HTTPHeaders": {"date": "today"}, "HTTPStatusCode": 200}


class Buckets:
    """S3 that answers each bucket alike, or fails; it counts what it is asked."""

    def __init__(self, *errors: Exception) -> None:
        self.asked: list[str] = []
        self._errors = list(errors)

    def __call__(self, **arguments: Any) -> Mapping[str, Any]:
        self.asked.append(arguments["Bucket"])
        if self._errors:
            raise self._errors.pop(0)
        return {"Status": "Enabled", "ResponseMetadata": METADATA}


def test_buckets_that_say_alike_are_one_memory_without_headers() -> None:
    read = Buckets()
    once = Once(read, "get_bucket_versioning")
    answers = [once(Bucket=bucket) for bucket in ("a", "b", "a")]

    assert read.asked == ["a", "b"]
    assert answers[0] == {"Status": "Enabled"}
    assert all(answer is answers[0] for answer in answers)


def test_a_refusal_is_remembered_without_its_stack() -> None:
    read = Buckets(aws_error("AccessDenied", 403))
    once = Once(read, "get_bucket_versioning")
    raised = []
    for _ in range(2):
        with pytest.raises(ClientError) as caught:
            once(Bucket="a")
        raised.append(caught.value)

    assert read.asked == ["a"]
    assert raised[0] is not raised[1]
    assert {fault_of(error, "get_bucket_versioning") for error in raised} == {("denied", "AccessDenied")}


def test_what_a_retry_may_mend_is_asked_again() -> None:
    read = Buckets(aws_error("SlowDown", 503))
    once = Once(read, "get_bucket_versioning")
    with pytest.raises(ClientError):
        once(Bucket="a")

    assert once(Bucket="a") == {"Status": "Enabled"}


def test_what_was_forgotten_is_asked_again() -> None:
    read = Buckets()
    once = Once(read, "get_bucket_versioning")
    once(Bucket="a")
    once.forget()
    once(Bucket="a")

    assert read.asked == ["a", "a"]
