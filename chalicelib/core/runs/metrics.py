"""Metrics of a job, as its own description tells them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from chalicelib.core.values.doc import dig, docs_at, text_at, time_at
from chalicelib.core.values.model import Doc, JobRef

Number = int | float
_NEVER = datetime.min.replace(tzinfo=UTC)


def job_metrics(ref: JobRef, description: Doc | None) -> dict[str, Number]:
    """Return the metrics in a job's description, by AWS's names; empty for kinds that have none.

    Training: the last value of each final metric. Tuning: the objective of the best training job. AutoML: the best
    candidate's objective, and its other metrics as `<set>:<metric>`.
    """
    read = _METRICS.get(ref.kind)
    found = read(description) if read and description else ()
    return {name: number for name, value in found if (number := as_number(value)) is not None}


def as_number(value: Any) -> Number | None:
    """Return `value` where it is a finite number that JSON can carry, else `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if isfinite(value) else None
    except OverflowError:  # an integer beyond a double
        return None


_Named = Iterator[tuple[str, Any]]


def _final_metrics(response: Doc) -> _Named:
    data = docs_at(response, "FinalMetricDataList")
    for each in sorted(data, key=lambda one: time_at(one, "Timestamp") or _NEVER):
        if name := text_at(each, "MetricName"):
            yield name, each.get("Value")


def _tuning_objective(response: Doc) -> _Named:
    metric = dig(response, "BestTrainingJob", "FinalHyperParameterTuningJobObjectiveMetric")
    if name := text_at(metric, "MetricName"):
        yield name, dig(metric, "Value")


def _candidate_metrics(response: Doc) -> _Named:
    best = dig(response, "BestCandidate")
    for each in docs_at(best, "CandidateProperties", "CandidateMetrics"):
        name = text_at(each, "MetricName") or text_at(each, "StandardMetricName")
        if name:
            yield ":".join(part for part in (text_at(each, "Set"), name) if part), each.get("Value")
    objective = dig(best, "FinalAutoMLJobObjectiveMetric")
    if name := text_at(objective, "MetricName"):
        yield name, dig(objective, "Value")


_METRICS = {"TrainingJob": _final_metrics, "TuningJob": _tuning_objective, "AutoMLJob": _candidate_metrics}
