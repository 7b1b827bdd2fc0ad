"""The pace of a scan, on a clock that passes only while it waits."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.scan.pace import Pace
from tests.builders.reads import aws_error


class Aws:
    """So many reads a second, and a burst; the clock is the test's own."""

    def __init__(self, rate: float, burst: float = 20.0) -> None:
        self.now, self.served, self.refused = 0.0, 0, 0
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def read(self, **_: Any) -> dict[str, Any]:
        self.now += 0.001
        self._tokens = min(self._burst, self._tokens + (self.now - self._at) * self._rate)
        self._at = self.now
        if self._tokens < 1:
            self.refused += 1
            raise aws_error("ThrottlingException")
        self._tokens -= 1
        self.served += 1
        return {}


@pytest.mark.parametrize(("rate", "reads"), [(2.0, 2000), (10.0, 2000), (25.0, 10_000)])
def test_many_reads_take_little_longer_than_the_limit_takes(rate: float, reads: int) -> None:
    aws = Aws(rate)
    read = Pace(aws.clock, aws.sleep).paced(aws.read, "describe_pipeline")

    for _ in range(reads):
        read()

    assert aws.now <= 1.2 * (reads - 20) / rate
    assert aws.refused <= 0.15 * aws.served


def test_nothing_waits_before_the_first_refusal() -> None:
    aws = Aws(1000.0)
    read = Pace(aws.clock, aws.sleep).paced(aws.read, "describe_pipeline")

    for _ in range(100):
        read()

    assert aws.now == pytest.approx(0.1)


def test_a_pace_that_nobody_waits_for_does_not_rise() -> None:
    aws = Aws(10.0, burst=1.0)
    pace = Pace(aws.clock, aws.sleep)
    read = pace.paced(aws.read, "describe_pipeline")
    for _ in range(5):
        read()
    refused = aws.refused

    for _ in range(1000):
        aws.sleep(1.0)
        read()
    for _ in range(50):
        read()

    assert aws.refused - refused <= 10


def test_another_error_is_not_asked_about_again() -> None:
    aws = Aws(10.0)

    def refuse(**_: Any) -> dict[str, Any]:
        aws.refused += 1
        raise aws_error("AccessDeniedException")

    with pytest.raises(Exception, match="AccessDenied"):
        Pace(aws.clock, aws.sleep).paced(refuse, "describe_pipeline")()

    assert aws.refused == 1
