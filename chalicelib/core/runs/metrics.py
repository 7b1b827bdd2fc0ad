"""Metrics of a run: a job's own, and the numbers in the evaluation reports that steps wrote."""

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any, NamedTuple

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.execution import iterations_of, latest_attempts, run_key
from chalicelib.core.values.doc import dig, docs_at, text_at, time_at
from chalicelib.core.values.meeting import Taken, Written, meets
from chalicelib.core.values.model import Definition, Doc, JobRef, Step, StepRun
from chalicelib.core.values.redaction import redact_text
from chalicelib.core.values.s3uri import parse_s3uri

MAX_REPORT_METRICS = 500
"""Maximum number of metrics from one report; numbers in lists come last."""

MAX_REPORT_DEPTH = 32
"""Maximum levels of a report that are looked at: what lies deeper is no result that somebody compares."""

# What may stand in a metric's name, at one level. Names are all the text of a report that leaves: `recall@5` may, an
# address or a sentence may not.
_METRIC_NAME = re.compile(r"(?:[\w .:/%+=<>~^*()-]|@(?=\d)){1,64}")

Number = int | float
_NEVER = datetime.min.replace(tzinfo=UTC)


class Report(NamedTuple):
    """JSON document that a step wrote, at `uri`.

    `run` is the run's `run_key`; `name` tells one step's reports apart. `since`: when that run's job was made, where
    it is known; an older file is none of its reports.
    """

    run: str
    name: str
    uri: str
    since: datetime | None = None


def job_metrics(ref: JobRef, description: Doc | None) -> dict[str, Number]:
    """Return the metrics in a job's description, by AWS's names; empty for kinds that have none.

    Training: the last value of each final metric. Tuning: the objective of the best training job. AutoML: the best
    candidate's objective, and its other metrics as `<set>:<metric>`.
    """
    read = _METRICS.get(ref.kind)
    found = read(description) if read and description else ()
    return {name: number for name, value in found if (number := as_number(value)) is not None}


def report_locations(definition: Definition, runs: Iterable[StepRun], scope: Scope) -> tuple[Report, ...]:
    """Return the reports to read: each lies below an output of a step that succeeded.

    They are the property files that such a step declares, and the files that a registration names as its model's
    quality, whichever step of this run wrote them. Nothing else is read: a definition can name any object, and whoever
    wrote it may be allowed less than this service. `scope.run_documents` must hold the runs' documents. Raises
    `BadDefinition` for a location that nests too deeply.
    """
    runs = tuple(runs)
    done = {run_key(run): run for run in latest_attempts(runs) if run.end and run.status == "Succeeded"}
    bodies = iterations_of(definition, done.values())
    steps = {step.name: step for step in definition.steps}
    outputs = {key: _outputs_of(steps.get(bodies.get(key, run.name)), scope, run) for key, run in done.items()}
    reports: dict[str, Report] = {}
    for key, run in done.items():
        for name, uri in _declared(steps.get(bodies.get(key, run.name)), outputs[key]):
            if _lies_below(uri, outputs[key].values()):
                reports.setdefault(uri, Report(key, name, uri, _made_at(run, scope)))
    for name, uri in _registered(definition, scope):
        writer = _writer_of(uri, outputs)
        if writer is not None:
            reports.setdefault(uri, Report(writer, name, uri, _made_at(done[writer], scope)))
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


def as_number(value: Any) -> Number | None:
    """Return `value` where it is a finite number that JSON can carry, else `None`."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return value if isfinite(value) else None
    except OverflowError:  # an integer beyond a double
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


def _outputs_of(step: Step | None, scope: Scope, run: StepRun) -> dict[str, str]:
    """Return where a processing or check run wrote, by output name: by its job's description, else its definition.

    The latter tells nothing of a run that took over the results of another execution.
    """
    described = docs_at(scope.run_documents.get(run_key(run)), "ProcessingOutputConfig", "Outputs")
    own = step is not None and not run.cached_from and not run.selected_from
    declared = docs_at(step.arguments, "ProcessingOutputConfig", "Outputs") if step and own else ()
    found: dict[str, str] = {}
    for position, output in enumerate(described or declared):
        location = resolve(dig(output, "S3Output", "S3Uri"), scope.at(step.name) if step else scope)
        if location.known and isinstance(location.value, str) and parse_s3uri(location.value):
            found[text_at(output, "OutputName") or str(position)] = location.value
    return found


def _made_at(run: StepRun, scope: Scope) -> datetime | None:
    """Return when the job of a run was made: by its description; else the run's own start, if the job is its own."""
    described = time_at(scope.run_documents.get(run_key(run)), "CreationTime")
    return described or (None if run.cached_from or run.selected_from else run.start)


def _declared(step: Step | None, outputs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for file in step.property_files if step else ():
        if file.output in outputs and file.path:
            yield file.name, f"{outputs[file.output].rstrip('/')}/{file.path.lstrip('/')}"


def _registered(definition: Definition, scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield the statistics that a registration names as its model's quality, whether or not it was reached."""
    quality = ("ModelMetrics", "ModelQuality", "Statistics", "S3Uri")
    for step in definition.steps:
        scope = scope.at(step.name)
        if step.type == "RegisterModel":
            described = text_at(scope.run_documents.get(step.name), *quality)
            location = resolve(described or dig(step.arguments, *quality), scope)
            if location.known and isinstance(location.value, str):
                yield "ModelQuality", location.value


def _writer_of(uri: str, outputs: Mapping[str, Mapping[str, str]]) -> str | None:
    """Return the run with the narrowest output that holds `uri`; `None` where no run's does."""
    held = [
        (len(output.rstrip("/")), run)
        for run, of_run in outputs.items()
        for output in of_run.values()
        if _lies_below(uri, (output,))
    ]
    return max(held, key=lambda one: one[0])[1] if held else None


def _lies_below(uri: str, outputs: Iterable[str]) -> bool:
    """Return whether an object is one of those that may be written below one of the locations, without detours."""
    parsed = parse_s3uri(uri)
    if (
        parsed is None
        or not parsed.key
        or parsed.key.endswith("/")
        or not {".", ".."}.isdisjoint(parsed.key.split("/"))
    ):
        return False
    return any(
        meets(Written(f"{output.rstrip('/')}/"), Taken(uri, "object")) for output in outputs if parse_s3uri(output)
    )


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
