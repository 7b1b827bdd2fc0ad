"""A month of the scan, from the parts that were played: calls, requests, gigabyte-seconds, and dollars."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from bench.virtual.prices import MONTH_DAYS, Prices

ALARMS, METRICS = 3, 3
POLLERS, POLL_SEC = 5, 20.0
"""Long polls that Lambda has under way at a queue in which there is nothing, and how long each waits."""
LOG_BYTES = 500
"""What an invocation leaves in the log, Lambda's own lines with it."""

Json = dict[str, Any]


def day(played: Mapping[str, Any], hours: float) -> Json:
    """Return the figures of one day: its ordinary hours, and once what a posture's and an approval's age asks for."""
    ordinary, once, nothing = played["day"], played["daily"], played["again"]
    return {
        name: _sum(ordinary[name], once[name], nothing[name], 24 / hours)
        for name in ("calls", "requests", "messages", "written", "invocations", "gb_seconds")
    }


def _sum(ordinary: Any, once: Any, nothing: Any, times: float) -> Any:
    if isinstance(ordinary, Mapping):
        names = {**ordinary, **once}
        return {name: _sum(ordinary.get(name, 0), once.get(name, 0), nothing.get(name, 0), times) for name in names}
    return ordinary * times + max(0, once - nothing)


def dollars(figures: Mapping[str, Any], prices: Prices) -> Json:
    """Return what calls, requests and time cost, by service, without what stands still."""
    requests: Mapping[str, float] = figures["requests"]
    written = sum(count for kind, count in requests.items() if kind.startswith(("put", "list")))
    read = sum(count for kind, count in requests.items() if kind.startswith("get"))
    invocations = sum(figures["invocations"].values())
    return {
        "Lambda": sum(figures["gb_seconds"].values()) * prices.lambda_gb_second + invocations * prices.lambda_request,
        "S3 requests": written * prices.s3_put + (read + figures["calls"]["s3"]) * prices.s3_get,
        "SQS": figures["messages"] * prices.sqs_request,
        "CloudWatch": invocations * LOG_BYTES / 1e9 * prices.log_gb,
    }


def month(a_day: Mapping[str, Any], kept_bytes: float, prices: Prices) -> Json:
    """Return a month's dollars by service. The bucket keeps for 30 days whatever is written over."""
    lines = {service: MONTH_DAYS * each for service, each in dollars(a_day, prices).items()}
    lines["SQS"] += POLLERS * MONTH_DAYS * 86400 / POLL_SEC * prices.sqs_request
    lines["CloudWatch"] += ALARMS * prices.alarm_month + METRICS * prices.metric_month
    lines["S3 storage"] = (kept_bytes + MONTH_DAYS * a_day["written"]) / 1e9 * prices.s3_gb_month
    return lines


def extended(small: Any, large: Any, sizes: tuple[int, int], size: int) -> Any:
    """Return the figures of a size on the straight line through those of two others."""
    if isinstance(large, Mapping):
        return {name: extended(small.get(name, 0), each, sizes, size) for name, each in large.items()}
    law = line({sizes[0]: small, sizes[1]: large})
    return max(0.0, law(size))


def line(points: Mapping[int, float]) -> Callable[[float], float]:
    """Return the straight line through the two largest sizes."""
    (one, low), (other, high) = sorted(points.items())[-2:]
    return lambda size: low + (high - low) * (size - one) / (other - one)


def reached(points: Mapping[int, float], limit: float) -> float:
    """Return the size at which that line reaches a limit; infinity where it does not rise."""
    (one, low), (other, high) = sorted(points.items())[-2:]
    return one + (limit - low) * (other - one) / (high - low) if high > low else inf
