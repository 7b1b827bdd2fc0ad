"""A scan's threads that search at the same time ask AWS once."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.aws.sagemaker import search
from chalicelib.fetch.together import Together
from tests.builders.reads import aws_error


class Answering:
    """Search that remembers what it was asked for."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked: list[list[str]] = []
        self._error = error

    def __call__(self, **arguments: Any) -> Mapping[str, Any]:
        filters = arguments["SearchExpression"]["Filters"]
        assert all(len(each["Value"]) <= 1024 for each in filters)
        assert len(filters) <= 20
        values = [value for each in filters for value in each["Value"].split(",")]
        self.asked.append(values)
        if self._error is not None:
            raise self._error
        return {"Results": values}


def arguments(first: int, count: int) -> Mapping[str, Any]:
    """What one pipeline's Search is asked with: so many jobs, with ARNs as long as they come."""
    arns = [f"arn:aws:sagemaker:ap-northeast-2:123456789012:processing-job/{first + n:063}" for n in range(count)]
    (question,) = search("ExperimentTrialComponent", "Source.SourceArn", arns)
    return question.arguments


def test_each_caller_gets_the_records_of_one_call() -> None:
    read = Answering()
    together = Together(read)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: together(**arguments(10 * n, 10)), range(8)))
    (asked,) = read.asked

    assert len(set(asked)) == 80
    assert all(answer["Results"] == asked for answer in answers)


def test_a_call_asks_for_a_hundred_at_most() -> None:
    read = Answering()
    together = Together(read)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: together(**arguments(100 * n, 30)), range(8)))

    assert sorted(len(asked) for asked in read.asked) == [60, 90, 90]


@pytest.mark.parametrize(("code", "asked"), [("AccessDeniedException", 1), ("ThrottlingException", 2)])
def test_a_refusal_is_every_callers_and_is_not_asked_for_again(code: str, asked: int) -> None:
    read = Answering(aws_error(code))
    together = Together(read)
    for _ in range(2):
        with pytest.raises(ClientError):
            together(**arguments(0, 2))

    assert len(read.asked) == asked
