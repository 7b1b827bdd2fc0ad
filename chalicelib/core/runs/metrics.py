"""Metrics of a run: a job's own, and the numbers in the evaluation reports that steps wrote."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NamedTuple

from chalicelib.core.definition.expressions import Scope, resolve
from chalicelib.core.runs.conditions import files_read
from chalicelib.core.runs.execution import iterations_of, latest_attempts, run_key
from chalicelib.core.values.doc import dig, docs_at, text_at, time_at
from chalicelib.core.values.model import Definition, Doc, JobRef, Step, StepRun
from chalicelib.core.values.s3uri import containers, location_of, parse_s3uri

MAX_REPORT_METRICS = 500
"""Maximum number of metrics from one report; numbers in lists come last."""

Number = int | float
_NEVER = datetime.min.replace(tzinfo=UTC)


class Report(NamedTuple):
    """JSON document that a step wrote, at `uri`.

    `run` is the run's `run_key`; `name` tells one step's reports apart. `expected`: the step succeeded, so that the
    file must be there.
    """

    run: str
    name: str
    uri: str
    expected: bool = True


def job_metrics(ref: JobRef, description: Doc | None) -> dict[str, Number]:
    """Return the metrics in a job's description, by AWS's names; empty for kinds that have none.

    Training: the last value of each final metric. Tuning: the objective of the best training job. AutoML: the best
    candidate's objective, and its other metrics as `<set>:<metric>`.
    """
    read = _METRICS.get(ref.kind)
    found = read(description) if read and description else ()
    return {name: number for name, value in found if (number := as_number(value)) is not None}


def report_locations(definition: Definition, runs: Iterable[StepRun], scope: Scope) -> tuple[Report, ...]:
    """Return the reports to read: each lies under an output of the step that is said to have written it.

    They are the property files that a step declares, a check's statistics of a model's quality, and the files that a
    registration names as its model's quality or a condition reads, whichever step of this run wrote them.
    `scope.run_documents` must hold the runs' documents. Raises `BadDefinition` for a location that nests too deeply.
    """
    ended = {run_key(run): run for run in latest_attempts(runs) if run.end}
    bodies = iterations_of(definition, ended.values())
    steps = {step.name: step for step in definition.steps}
    outputs = {key: _outputs_of(steps.get(bodies.get(key, run.name)), scope, key) for key, run in ended.items()}
    reports: dict[str, Report] = {}
    for key, run in ended.items():
        for name, uri in (*_declared(steps.get(bodies.get(key, run.name)), outputs[key]), *_checked(run)):
            if _lies_under(uri, outputs[key].values()):
                reports.setdefault(uri, Report(key, name, uri, run.status == "Succeeded"))
    for name, uri in _named_elsewhere(definition, scope):
        writer = _writer_of(uri, outputs)
        if writer is not None:
            reports.setdefault(uri, Report(writer, name, uri, ended[writer].status == "Succeeded"))
    return tuple(reports.values())


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
    metrics.
    """
    numbers: dict[str, Number] = {}
    left_out = 0
    for key, value in _leaves(report):
        number = as_number(value)
        if number is None:
            continue
        if len(numbers) < limit:
            numbers.setdefault(key, number)
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


def as_number(value: Any) -> Number | None:
    """Return `value` where it is a finite number that JSON can carry, else `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if isfinite(value) else None
    except OverflowError:
        return None


# --- A job's own metrics --------------------------------------------------------------------------------

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


# --- Where reports are ----------------------------------------------------------------------------------


def _outputs_of(step: Step | None, scope: Scope, run: str) -> dict[str, str]:
    """Return where a processing or check run wrote, by output name: by its job's description, else its definition."""
    described = docs_at(scope.run_documents.get(run), "ProcessingOutputConfig", "Outputs")
    declared = docs_at(step.arguments, "ProcessingOutputConfig", "Outputs") if step else ()
    found: dict[str, str] = {}
    for position, output in enumerate(described or declared):
        location = resolve(dig(output, "S3Output", "S3Uri"), scope)
        if location.known and isinstance(location.value, str) and parse_s3uri(location.value):
            found[text_at(output, "OutputName") or str(position)] = location.value
    return found


def _declared(step: Step | None, outputs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for file in step.property_files if step else ():
        if file.output in outputs and file.path:
            yield file.name, f"{outputs[file.output].rstrip('/')}/{file.path.lstrip('/')}"


def _checked(run: StepRun) -> Iterator[tuple[str, str]]:
    """Yield the name and location of the statistics of a model quality check.

    Only these hold a model's metrics; the statistics of data are a profile of each column.
    """
    check = dig(run.metadata, "QualityCheck")
    uri = text_at(check, "CalculatedBaselineStatistics")
    if uri and text_at(check, "CheckType") == "MODEL_QUALITY":
        yield "CalculatedBaselineStatistics", uri


def _named_elsewhere(definition: Definition, scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield the files that a registration or a condition names, whether or not that step was reached."""
    quality = ("ModelMetrics", "ModelQuality", "Statistics", "S3Uri")
    for step in definition.steps:
        if step.type == "RegisterModel":
            described = text_at(scope.run_documents.get(step.name), *quality)
            yield from _known("ModelQuality", described or dig(step.arguments, *quality), scope)
        elif step.type == "Condition":
            for expression in files_read(step):
                yield from _known(step.name, expression, scope)


def _known(name: str, expression: Any, scope: Scope) -> Iterator[tuple[str, str]]:
    location = resolve(expression, scope)
    if location.known and isinstance(location.value, str):
        yield name, location.value


def _writer_of(uri: str, outputs: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the run with the narrowest output that holds `uri`; `None` where no run's does."""
    held = [
        (len(output.rstrip("/")), run)
        for run, of_run in outputs.items()
        for output in of_run.values()
        if _lies_under(uri, (output,))
    ]
    return max(held, key=lambda one: one[0])[1] if held else None


def _lies_under(uri: str, outputs: Iterable[str]) -> bool:
    """Return whether an object lies in one of the locations, by whole path segments."""
    parsed = parse_s3uri(uri)
    if parsed is None or not parsed.key or ".." in parsed.key.split("/"):
        return False
    above = {location_of(place) for output in outputs if (place := parse_s3uri(output))}
    return not above.isdisjoint(containers(parsed))


def _finite(text: str) -> float | str:
    number = float(text)
    return number if isfinite(number) else text


def _leaves(report: Any) -> Iterator[tuple[str, Any]]:
    """Yield every named value that holds no other, with its dotted key: level by level, what stands in lists last.

    A list is mostly a curve of many points, an object mostly a few results.
    """
    waiting: deque[tuple[str, Any]] = deque([("", report)])
    listed: deque[tuple[str, Any]] = deque()
    while waiting or listed:
        key, value = waiting.popleft() if waiting else listed.popleft()
        if isinstance(value, Mapping):
            waiting.extend((f"{key}.{name}" if key else str(name), item) for name, item in value.items())
        elif isinstance(value, list):
            listed.extend((f"{key}.{position}" if key else str(position), item) for position, item in enumerate(value))
        elif key:
            yield key, value
