"""Places of the evaluation reports that a run wrote, and of which each is read at most once."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.step_runs import iterations_of, latest_attempts, run_key
from chalicelib.core.values.doc import dig, docs_at, text_at, time_at
from chalicelib.core.values.meeting import MeetingIndex, Taken, Written, meets
from chalicelib.core.values.model import Definition, Step, StepRun
from chalicelib.core.values.s3uri import parse_s3uri


class Report(NamedTuple):
    """JSON document that a step wrote, at `uri`.

    `run` is the run's `run_key`; `name` tells one step's reports apart. `since`: when that run's job was made, where
    it is known; an older file is none of its reports.
    """

    run: str
    name: str
    uri: str
    since: datetime | None = None


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
    written = _Written(outputs)
    for name, uri in _registered(definition, scope):
        writer = written.by(uri)
        if writer is not None:
            reports.setdefault(uri, Report(writer, name, uri, _made_at(done[writer], scope)))
    return tuple(reports.values())


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


class _Written:
    """Outputs of all runs, by which the writer of an object is found without asking each of them."""

    def __init__(self, outputs: Mapping[str, Mapping[str, str]]) -> None:
        self._folders = [(run, output.rstrip("/")) for run, of_run in outputs.items() for output in of_run.values()]
        self._index = MeetingIndex([Written(f"{folder}/") for _, folder in self._folders])

    def by(self, uri: str) -> str | None:
        """Return the run with the narrowest output that holds the object at `uri`; `None` where no run's does."""
        met = self._index.met_by(Taken(uri, "object")) if _is_object(uri) else ()
        return max((self._folders[at] for at in met), key=lambda held: len(held[1]), default=(None, ""))[0]


def _lies_below(uri: str, outputs: Iterable[str]) -> bool:
    """Return whether an object is one of those that may be written below one of the locations."""
    return _is_object(uri) and any(
        meets(Written(f"{output.rstrip('/')}/"), Taken(uri, "object")) for output in outputs if parse_s3uri(output)
    )


def _is_object(uri: str) -> bool:
    """Return whether a location is an object's, without detours."""
    place = parse_s3uri(uri)
    if place is None or not place.key or place.key.endswith("/"):
        return False
    return {".", ".."}.isdisjoint(place.key.split("/"))
