"""Runs of steps: entries of ListPipelineExecutionSteps, read into values that hold no secret, and their attempts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.doc import dig, int_at, text_at, time_at
from chalicelib.core.values.model import UNKNOWN, Definition, Doc, Gap, JobRef, Step, StepRun
from chalicelib.core.values.redaction import redact, redact_text


class StepKind(NamedTuple):
    """Meaning of one key of a step's metadata: the step type, and the key of the ARN of what the step made."""

    step_type: str
    arn: str | None = None


# PipelineExecutionStepMetadata, all 28 members. A Lambda's Arn is left out: its step did not make the function.
STEP_KINDS: Mapping[str, StepKind] = {
    "TrainingJob": StepKind("Training", "Arn"),
    "ProcessingJob": StepKind("Processing", "Arn"),
    "TransformJob": StepKind("Transform", "Arn"),
    "TuningJob": StepKind("Tuning", "Arn"),
    "AutoMLJob": StepKind("AutoML", "Arn"),
    "Model": StepKind("Model", "Arn"),
    "RegisterModel": StepKind("RegisterModel", "Arn"),
    "Endpoint": StepKind("Endpoint", "Arn"),
    "EndpointConfig": StepKind("EndpointConfig", "Arn"),
    "InferenceComponent": StepKind("InferenceComponent", "Arn"),
    "Job": StepKind("Job", "Arn"),
    "BedrockCustomModel": StepKind("BedrockCustomModel", "Arn"),
    "BedrockCustomModelDeployment": StepKind("BedrockCustomModelDeployment", "Arn"),
    "BedrockProvisionedModelThroughput": StepKind("BedrockProvisionedModelThroughput", "Arn"),
    "BedrockModelImport": StepKind("BedrockModelImport", "Arn"),
    "QualityCheck": StepKind("QualityCheck", "CheckJobArn"),
    "ClarifyCheck": StepKind("ClarifyCheck", "CheckJobArn"),
    "HubContent": StepKind("HubContent", "HubContentArn"),
    "Condition": StepKind("Condition"),
    "Callback": StepKind("Callback"),
    "Lambda": StepKind("Lambda"),
    "EMR": StepKind("EMR"),
    "EMRServerless": StepKind("EMRServerless"),
    "Fail": StepKind("Fail"),
    "Lineage": StepKind("Lineage"),
    "Athena": StepKind("Athena"),
    "Cleanup": StepKind("Cleanup"),
    "ForEach": StepKind("ForEach"),
}


def parse_step_run(document: Doc) -> StepRun:
    """Return the run in one entry of ListPipelineExecutionSteps; metadata of an unknown kind is kept too."""
    metadata = dig(document, "Metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    reason = text_at(document, "FailureReason")
    item = text_at(document, "IterationContext", "Item")
    return StepRun(
        name=text_at(document, "StepName") or "",
        status=text_at(document, "StepStatus") or UNKNOWN,
        start=time_at(document, "StartTime"),
        end=time_at(document, "EndTime"),
        display_name=text_at(document, "StepDisplayName"),
        description=text_at(document, "StepDescription"),
        failure_reason=redact_text(reason) if reason else None,
        attempts=int_at(document, "AttemptCount"),
        cached_from=text_at(document, "CacheHitResult", "SourcePipelineExecutionArn"),
        selected_from=text_at(document, "SelectiveExecutionResult", "SourcePipelineExecutionArn"),
        iteration_of=text_at(document, "IterationContext", "ParentStepName"),
        iteration_index=int_at(document, "IterationContext", "Index"),
        iteration_item=redact_text(item) if item else None,
        metadata=redact(metadata),
        job=_job_of(metadata),
    )


def attempts_of(runs: Iterable[StepRun]) -> Mapping[str, tuple[StepRun, ...]]:
    """Return all attempts of each step that ran, oldest first, by `run_key`, in the order in which the steps appear.

    A list that changes while its pages are read may hold a step twice: records with the same start are one attempt,
    and the record that is further on counts. A record without a start is an older state of another one, unless its
    attempt count is higher.
    """
    records: dict[str, list[StepRun]] = {}
    for run in runs:
        records.setdefault(run_key(run), []).append(run)
    return {key: _attempts(of_step) for key, of_step in records.items()}


def latest_attempts(runs: Iterable[StepRun]) -> tuple[StepRun, ...]:
    """Return the last attempt of each step that ran."""
    return tuple(attempts[-1] for attempts in attempts_of(runs).values())


def run_key(run: StepRun) -> str:
    """Return the name that tells this run from all others: the step's, or `<body>-<index>` for an iteration."""
    index = f"-{run.iteration_index}"
    return run.name if run.iteration_index is None or run.name.endswith(index) else run.name + index


def step_type_of(run: StepRun) -> str:
    """Return the step type that a run's metadata shows; `Unknown` for a run without such metadata."""
    return next((STEP_KINDS[key].step_type for key in run.metadata if key in STEP_KINDS), UNKNOWN)


def with_undefined_steps(definition: Definition, runs: Iterable[StepRun]) -> Definition:
    """Return the definition with all steps that ran: those not in it come last, with a gap that names them."""
    runs = tuple(runs)
    known = {step.name for step in definition.steps} | set(iterations_of(definition, runs))
    unknown: dict[str, StepRun] = {}
    for run in runs:
        if run.name not in known and run_key(run) not in known:
            unknown.setdefault(run.name, run)
    if not unknown:
        return definition
    steps = tuple(_undefined_step(run) for run in sorted(unknown.values(), key=_by_start))
    names = ", ".join(step.name for step in steps)
    message = f"these steps ran and are not in the definition that was read: {names}"
    return definition._replace(steps=definition.steps + steps, gaps=(*definition.gaps, Gap("UndefinedStep", message)))


def iterations_of(definition: Definition, runs: Iterable[StepRun]) -> Mapping[str, str]:
    """Return the ForEach body step of each iteration among `runs`, by `run_key`; such a run is called `<body>-<i>`.

    AWS says which ForEach an iteration belongs to; where it does not, the name decides, unless a step has that name.
    """
    bodies = {step.name: step.parent for step in definition.steps if step.branch == "forEach"}
    defined = {step.name for step in definition.steps}
    found: dict[str, str] = {}
    for run in runs if bodies else ():
        head, _, tail = run.name.rpartition("-")
        shortened = head if tail.isdigit() and (run.iteration_of or run.name not in defined) else run.name
        body = run.name if run.name in bodies else shortened
        if body in bodies and run.iteration_of in (None, bodies[body]):
            found[run_key(run)] = body
    return found


def _attempts(records: Sequence[StepRun]) -> tuple[StepRun, ...]:
    by_start: dict[datetime | None, StepRun] = {}
    for record in records:
        known = by_start.get(record.start)
        if known is None or _progress(record) >= _progress(known):
            by_start[record.start] = record
    waiting = by_start.pop(None, None)
    started = sorted(by_start.values(), key=_by_start)
    if waiting and (not started or (waiting.attempts or 0) > max(run.attempts or 0 for run in started)):
        started.append(waiting)
    return tuple(started)


def _progress(run: StepRun) -> tuple[bool, bool, bool]:
    return (run.end is not None, run.status in OVER, bool(run.metadata))


def _job_of(metadata: Doc) -> JobRef | None:
    """Return a reference to what a step made; an unknown kind counts if it has an ARN where the others have theirs."""
    for key, content in metadata.items():
        kind = STEP_KINDS.get(key, StepKind(UNKNOWN, "Arn"))
        arn = text_at(content, kind.arn) if kind.arn else None
        if arn:
            return JobRef(key, arn)
    return None


def _undefined_step(run: StepRun) -> Step:
    document: dict[str, Any] = {"Name": run.name, "Type": step_type_of(run)}
    return Step(
        name=run.name,
        type=step_type_of(run),
        document=document,
        arguments={},
        display_name=run.display_name,
        description=run.description,
    )


def _by_start(run: StepRun) -> tuple[bool, float, str]:
    return (run.start is None, run.start.timestamp() if run.start else 0.0, run.name)
