"""Evaluation reports that steps wrote: the numbers in them are metrics."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import Any

from chalicelib.core.runs.metrics import Number, as_number
from chalicelib.core.runs.report_places import Report
from chalicelib.core.values.redaction import redact_text

MAX_REPORT_METRICS = 500
"""Maximum number of metrics from one report; numbers in lists come last."""

MAX_REPORT_DEPTH = 32
"""Maximum levels of a report that are looked at: what lies deeper is no result that somebody compares."""

# What may stand in a metric's name, at one level. Names are all the text of a report that leaves: `recall@5` may, an
# address or a sentence may not.
_METRIC_NAME = re.compile(r"(?:[\w .:/%+=<>~^*()-]|@(?=\d)){1,64}")


def parse_report(body: bytes | str) -> Any:
    """Return the JSON document in a report; `None` where it is no JSON. What JSON does not know (NaN) becomes text."""
    try:
        text = body.decode("utf-8-sig") if isinstance(body, bytes) else body
        return json.loads(text, parse_constant=str, parse_float=_finite)
    except (ValueError, RecursionError):
        return None


def flatten_report(report: Any, limit: int = MAX_REPORT_METRICS) -> tuple[dict[str, Number], int]:
    """Return the numbers of a JSON document by dotted key, and how many were left out beyond `limit`.

    Positions in a list are keys too. Text (SageMaker writes NaN as "NaN"), booleans and what is not finite are no
    metrics, and neither is what stands under a name that no metric has.
    """
    numbers: dict[str, Number] = {}
    left_out = 0
    for names, value in _leaves(report):
        number = as_number(value)
        if number is None:
            continue
        if len(numbers) < limit:
            numbers.setdefault(redact_text(".".join(_spelt(names))), number)
        else:
            left_out += 1
    return numbers, left_out


def metrics_of(reports: Iterable[tuple[Report, Any]]) -> dict[str, Number]:
    """Return the metrics of one step's reports.

    Where two reports use one key for different numbers, the later one's key begins with the report's name.
    """
    metrics: dict[str, Number] = {}
    for report, document in reports:
        for key, number in flatten_report(document)[0].items():
            same = metrics.setdefault(key, number) == number
            if not same:
                metrics[f"{report.name}.{key}"] = number
    return metrics


def _finite(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text


_Names = tuple[Any, str] | None
"""Names on the way to a value, the last one first: spelt out for a metric only, as a report may hold a long one."""


def _leaves(report: Any) -> Iterator[tuple[_Names, Any]]:
    """Yield every named value that holds no other, with its names: level by level, what stands in lists last.

    A list is mostly a curve of many points, an object mostly a few results.
    """
    waiting: deque[tuple[_Names, int, Any]] = deque([(None, 0, report)])
    listed: deque[tuple[_Names, int, Any]] = deque()
    while waiting or listed:
        names, depth, value = waiting.popleft() if waiting else listed.popleft()
        if isinstance(value, Mapping | list) and depth >= MAX_REPORT_DEPTH:
            continue
        if isinstance(value, Mapping):
            named = ((name, item) for name, item in value.items() if _METRIC_NAME.fullmatch(name))
            waiting.extend(((names, name), depth + 1, item) for name, item in named)
        elif isinstance(value, list):
            listed.extend(((names, str(position)), depth + 1, item) for position, item in enumerate(value))
        elif names:
            yield names, value


def _spelt(names: _Names) -> list[str]:
    spelt: list[str] = []
    while names:
        names, name = names
        spelt.append(name)
    return spelt[::-1]
