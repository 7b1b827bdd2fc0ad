"""Jobs as Search tells them: when a record of it says what the job's own description says.

Search is eventually consistent. So a record counts only of a job that completed, which does not change any more, and
only where nothing is missing of what its step asked for; every other job is described.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.core.definition.paths import is_function
from chalicelib.core.runs.jobs import DESCRIBED
from chalicelib.core.runs.step_runs import iterations_of, run_key
from chalicelib.core.values.doc import dig, text_at
from chalicelib.core.values.model import Definition, Doc, JobRef, StepRun

ACTION = "sagemaker:Search"
"""The IAM action of Search; where it is refused, jobs are described instead and nothing is unknown for it."""


class Place(NamedTuple):
    """Place of a kind of job in Search: the resource, the property that is the job's ARN, the path in a record."""

    resource: str
    property: str
    path: tuple[str, ...]


def _component(member: str) -> Place:
    return Place("ExperimentTrialComponent", "Source.SourceArn", ("TrialComponent", "SourceDetail", member))


_PROCESSING = (_component("ProcessingJob"),)

# SageMaker makes a trial component of each processing, training and transform job; one Search finds all three kinds.
PLACES: Mapping[str, tuple[Place, ...]] = {
    "ProcessingJob": _PROCESSING,
    "QualityCheck": _PROCESSING,
    "ClarifyCheck": _PROCESSING,
    "TransformJob": (_component("TransformJob"),),
    "TrainingJob": (_component("TrainingJob"), Place("TrainingJob", "TrainingJobArn", ("TrainingJob",))),
    "TuningJob": (Place("HyperParameterTuningJob", "HyperParameterTuningJobArn", ("HyperParameterTuningJob",)),),
}
"""The places of each kind of job, the first to be searched first."""

_DOCUMENTS = {place.path: DESCRIBED[kind].arn_key for kind, places in PLACES.items() for place in places}

_TOLD_ONCE_COMPLETED = {
    "ProcessingJob": ("CreationTime", "ProcessingStartTime", "ProcessingEndTime"),
    "TransformJob": ("CreationTime", "TransformStartTime", "TransformEndTime"),
    "TrainingJob": ("CreationTime", "TrainingStartTime", "TrainingEndTime", "ModelArtifacts"),
    "TuningJob": ("CreationTime", "HyperParameterTuningEndTime"),
}

_NOT_DESCRIBED = frozenset({"Tags", "ProcessingJobName", "TrainingJobName", "TransformJobName"})
"""Arguments that a description does not repeat as they are: SageMaker makes a name of its own of each job's name."""


def jobs_sought(runs: Iterable[StepRun], definition: Definition) -> dict[JobRef, Doc]:
    """Return the jobs that may be searched for, each with what its step asks for.

    A job whose step is not in the definition is not among them: nothing tells then what a record of it lacks.
    """
    made = [run for run in runs if run.job is not None and run.job.kind in PLACES]
    bodies = iterations_of(definition, made)
    asked = {step.name: step.arguments for step in definition.steps}
    names = {run.job: bodies.get(run_key(run), run.name) for run in made if run.job is not None}
    return {job: asked[name] for job, name in names.items() if name in asked}


def jobs_told(records: Iterable[Doc]) -> Iterator[tuple[str, Doc]]:
    """Yield the ARN, in lower case, and the document of each job that records of Search hold."""
    for record in records:
        for path, arn_key in _DOCUMENTS.items():
            told = dig(record, *path)
            if isinstance(told, Mapping) and (arn := text_at(told, arn_key)):
                yield arn.lower(), told


def description_in(told: Doc, job: JobRef, asked: Doc) -> Doc | None:
    """Return the description of a job by what Search tells of it; `None` where a Describe call may tell otherwise.

    `asked` is what its step asks for.
    """
    expected = _TOLD_ONCE_COMPLETED.get(job.kind, _TOLD_ONCE_COMPLETED["ProcessingJob"])
    wanted = {name: value for name, value in asked.items() if name not in _NOT_DESCRIBED}
    if text_at(told, DESCRIBED[job.kind].status or "") != "Completed" or _may_change(told) or _lacks_metrics(told):
        return None
    if any(told.get(name) is None for name in expected) or not _covers(wanted, told):
        return None
    return {name: value for name, value in told.items() if name != "Tags"}


def _may_change(told: Doc) -> bool:
    """Return whether something of a completed job may still change: its instances are kept for the next one."""
    return dig(told, "ResourceConfig", "KeepAlivePeriodInSeconds") is not None


def _lacks_metrics(told: Doc) -> bool:
    return bool(dig(told, "AlgorithmSpecification", "MetricDefinitions")) and not told.get("FinalMetricDataList")


def _covers(asked: Any, told: Any) -> bool:
    """Return whether all that a step asks for is told, and told alike wherever it is written out."""
    if asked is None or asked in ("", [], {}):
        return True
    if isinstance(asked, Mapping):
        if is_function(dict(asked)):
            return told is not None
        return isinstance(told, Mapping) and all(_covers(value, told.get(name)) for name, value in asked.items())
    if isinstance(asked, list):
        return (
            isinstance(told, list)
            and len(told) >= len(asked)
            and all(_covers(one, other) for one, other in zip(asked, told, strict=False))
        )
    return str(asked) == str(told)
