"""Runs of nodes: the last attempt, job and metrics of each, and for a ForEach body all its iterations."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.conditions import Comparison, Reports, compared
from chalicelib.core.runs.execution import seconds_between
from chalicelib.core.runs.job_facts.pieces import model_location
from chalicelib.core.runs.jobs import Job, best_of_tuning, description_of, parse_job
from chalicelib.core.runs.metrics import Number, job_metrics
from chalicelib.core.runs.report_places import Report
from chalicelib.core.runs.reports import metrics_of
from chalicelib.core.runs.run_documents import iteration_index
from chalicelib.core.runs.step_runs import STEP_KINDS, attempts_of, iterations_of
from chalicelib.core.values.doc import NOTHING, camel, docs_at, int_at, present, text_at
from chalicelib.core.values.model import Definition, Doc, JobRef, Step, StepRun


class NodeRun(NamedTuple):
    """Run of one node in an execution; `name` is the name that ran, `None` means that the record does not say.

    `attempts` is AWS's count, or the number of records where AWS lists each; `earlier` are those before the last.
    `cached_from` and `selected_from` are ARNs of the execution that really made the data. `job` is what the step
    made. `outcome` and `comparisons` are a condition's; `iterations` a ForEach body's, by index; `iteration_index` and
    `iteration_item` an iteration's. `details` is what else the record says, by its own metadata key, with its names in
    camel case.
    """

    name: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    elapsed_sec: int | None = None
    display_name: str | None = None
    description: str | None = None
    failure_reason: str | None = None
    attempts: int | None = None
    earlier: tuple["NodeRun", ...] = ()
    cached_from: str | None = None
    selected_from: str | None = None
    job: Job | None = None
    metrics: Mapping[str, Number] = NOTHING
    outcome: str | None = None
    comparisons: tuple[Comparison, ...] = ()
    iterations: tuple["NodeRun", ...] = ()
    iteration_index: int | None = None
    iteration_item: str | None = None
    details: Mapping[str, Any] = NOTHING


def node_runs(
    definition: Definition,
    runs: Iterable[StepRun],
    scope: Scope,
    descriptions: Mapping[JobRef, Doc],
    reports: Mapping[Report, Any] | None = None,
) -> Mapping[str, NodeRun]:
    """Return the run of each node that ran, by node id (the step's name).

    `descriptions` are the Describe responses that were read, `reports` the evaluation reports with their JSON. A body
    step of a ForEach has one run that stands for all its iterations (`aggregate`). Raises `BadDefinition` for a
    condition that nests too deeply.
    """
    reports = reports or {}
    by_location = {report.uri: document for report, document in reports.items()}
    of_run: dict[str, list[tuple[Report, Any]]] = {}
    for report, document in reports.items():
        of_run.setdefault(report.run, []).append((report, document))
    steps = {step.name: step for step in definition.steps}
    attempts = attempts_of(runs)
    bodies = iterations_of(definition, (of_step[-1] for of_step in attempts.values()))
    found: dict[str, NodeRun] = {}
    iterations: dict[str, list[NodeRun]] = {}
    for key, of_step in attempts.items():
        metrics = metrics_of(of_run.get(key, ()))
        node_run = _node_run(of_step, steps.get(bodies.get(key, key)), scope, descriptions, metrics, by_location)
        if key in bodies:
            iterations.setdefault(bodies[key], []).append(node_run)
        else:
            found[key] = node_run
    return found | {body: aggregate(body, of_body) for body, of_body in iterations.items()}


def aggregate(body: str, iterations: Iterable[NodeRun]) -> NodeRun:
    """Return one run for all iterations of a ForEach body step.

    Its status is the first of Stopping, Executing, Starting, Failed, Stopped that any iteration has, else theirs:
    what still runs comes first, then what went wrong. It starts with the first and ends with the last, once all have
    ended.
    """
    ordered = tuple(
        sorted(iterations, key=lambda run: (run.iteration_index is None, run.iteration_index or 0, run.name))
    )
    starts = [run.start for run in ordered if run.start]
    ends = [run.end for run in ordered if run.end]
    start = min(starts) if starts else None
    end = max(ends) if len(ends) == len(ordered) else None
    sources = {run.cached_from for run in ordered}
    selected = {run.selected_from for run in ordered}
    return NodeRun(
        name=body,
        status=_status_of(ordered),
        start=start,
        end=end,
        elapsed_sec=seconds_between(start, end),
        display_name=next((run.display_name for run in ordered if run.display_name), None),
        description=next((run.description for run in ordered if run.description), None),
        failure_reason=next((run.failure_reason for run in ordered if run.failure_reason), None),
        attempts=max((run.attempts for run in ordered if run.attempts is not None), default=None),
        cached_from=sources.pop() if len(sources) == 1 else None,
        selected_from=selected.pop() if len(selected) == 1 else None,
        iterations=ordered,
    )


def untaken(definition: Definition, runs: Mapping[str, NodeRun]) -> frozenset[str]:
    """Return the steps in a branch that its condition did not take, with all that they hold."""
    outcomes = {name: run.outcome for name, run in runs.items() if run.outcome}
    passed_by = {"True": "else", "False": "if"}
    found: set[str] = set()
    for step in definition.steps:  # each stands after the step that holds it
        not_chosen = step.branch is not None and passed_by.get(outcomes.get(step.parent or "", "")) == step.branch
        if (not_chosen or step.parent in found) and step.name not in runs:
            found.add(step.name)
    return frozenset(found)


_ORDER = ("Stopping", "Executing", "Starting", "Failed", "Stopped")


def _status_of(iterations: Iterable[NodeRun]) -> str:
    statuses = Counter(run.status for run in iterations)
    telling = [status for status in _ORDER if status in statuses]
    others = [status for status in statuses if status != "Succeeded"]
    return (telling or others or ["Succeeded"])[0]


def _node_run(
    attempts: tuple[StepRun, ...],
    step: Step | None,
    scope: Scope,
    descriptions: Mapping[JobRef, Doc],
    reported: Mapping[str, Number],
    by_location: Reports,
) -> NodeRun:
    *before, run = attempts
    is_iteration = run.iteration_of is not None or (step is not None and step.branch == "forEach")
    return NodeRun(
        name=run.name,
        status=run.status,
        start=run.start,
        end=run.end,
        elapsed_sec=seconds_between(run.start, run.end),
        display_name=run.display_name,
        description=run.description,
        failure_reason=run.failure_reason,
        attempts=_count(attempts),
        earlier=tuple(_node_run((each,), None, scope, descriptions, {}, {}) for each in before),
        cached_from=run.cached_from,
        selected_from=run.selected_from,
        job=_job(run.job, descriptions) if run.job else None,
        metrics=dict(reported) | _metrics_of_job(run.job, descriptions),
        outcome=text_at(run.metadata, "Condition", "Outcome"),
        comparisons=compared(step, scope, by_location) if step and step.type == "Condition" else (),
        iteration_index=iteration_index(run) if is_iteration else None,
        iteration_item=run.iteration_item,
        details=_details(run.metadata),
    )


def _count(attempts: tuple[StepRun, ...]) -> int | None:
    """Return how often a step was tried: AWS's count, but at least as often as its attempts are listed."""
    counted = [run.attempts for run in attempts if run.attempts is not None]
    listed = [len(attempts)] if len(attempts) > 1 else []
    return max(counted + listed, default=None)


def _job(ref: JobRef, descriptions: Mapping[JobRef, Doc]) -> Job:
    """Return the job; for a tuning also where the model of its best training job is and what that job cost."""
    description = description_of(ref, descriptions)
    job = parse_job(ref, description)
    best = best_of_tuning(ref, description or {}, descriptions)
    if not best:
        return job
    more = present(modelData=model_location(best), billableSec=int_at(best, "BillableTimeInSeconds"))
    return job._replace(facts={**job.facts, "bestTrainingJob": {**job.facts.get("bestTrainingJob", {}), **more}})


def _metrics_of_job(ref: JobRef | None, descriptions: Mapping[JobRef, Doc]) -> dict[str, Number]:
    """Return the job's own metrics, for a tuning after those of its best training job."""
    description = description_of(ref, descriptions)
    if ref is None or not description:
        return {}
    best = best_of_tuning(ref, description, descriptions)
    return job_metrics(JobRef("TrainingJob", ref.arn), best) | job_metrics(ref, description)


# --- What the metadata says beside the job's ARN ----------------------------------------------------------

_MAPS_OF_THE_USER = frozenset({"ActionArns", "ArtifactArns", "ContextArns"})


def _details(metadata: Doc) -> dict[str, Any]:
    """Return the facts of each metadata key; a key that is not known here is kept as AWS shaped it."""
    found = {
        key: _facts(content, STEP_KINDS[key].arn) if key in STEP_KINDS and isinstance(content, Mapping) else content
        for key, content in metadata.items()
        if key != "Condition"
    }
    return {key: facts for key, facts in found.items() if facts not in ({}, None)}


def _facts(content: Doc, arn: str | None) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in content.items():
        if name == "OutputParameters":
            facts["outputParameters"] = {
                text_at(each, "Name") or "": each.get("Value") for each in docs_at(content, name)
            }
        elif name != arn or name not in ("Arn", "CheckJobArn"):
            facts[camel(name)] = value if name in _MAPS_OF_THE_USER else _camel_keys(value)
    return facts


def _camel_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {camel(name): _camel_keys(item) for name, item in value.items()}
    return [_camel_keys(item) for item in value] if isinstance(value, list) else value
