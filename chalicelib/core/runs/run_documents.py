"""Run documents: the JSON that `Steps.<name>.<path>` addresses at run time.

Each is a Describe response with what only the step's own record tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.runs.jobs import DESCRIBED, best_of_tuning, description_of, name_in
from chalicelib.core.runs.step_runs import STEP_KINDS, iterations_of, latest_attempts, run_key
from chalicelib.core.values.doc import NOTHING, dig, int_at, present, text_at
from chalicelib.core.values.model import Definition, Doc, JobRef, StepRun

_ADDRESSED_ELSEWHERE = frozenset({"Arn", "CallbackToken", "CheckJobArn"})


Values = Mapping[str, Mapping[str, str]]
"""Parameter values of executions, by the execution's ARN and the parameter's name."""


def run_document(
    run: StepRun, description: Doc | None, followed: Mapping[JobRef, Doc] | None = None, values: Values = NOTHING
) -> Doc:
    """Return the JSON object of one run: its job's description, and what the run's metadata adds.

    Without a description it holds the name and ARN of what was made, and the metadata. `OutputParameters` are a list
    of `{"Name", "Value"}`; a check has `CalculatedBaseline…` and `BaselineUsedForDriftCheck…`; a condition `Outcome`.
    `followed` may hold the description of a tuning's best training job, whose model file then stands under
    `BestTrainingJob`. Of a step that took over another execution's results, `Execution` says which execution that was,
    and `Parameters` holds that one's `values`, as far as they were read: others stay unknown.
    """
    document: dict[str, Any] = dict(description or {})
    source = run.selected_from or run.cached_from
    if source is not None:
        document["Execution"] = {
            "PipelineExecutionArn": source,
            "PipelineExecutionId": source.rsplit("/", 1)[-1],
        }
        if source in values:
            document["Parameters"] = values[source]
    for key, content in run.metadata.items():
        if isinstance(content, Mapping):
            document |= {name: value for name, value in content.items() if name not in _ADDRESSED_ELSEWHERE}
            document |= _ADDED.get(key, _nothing)(content, document)
    if run.job is not None:
        document = _named(run.job) | document
        best = best_of_tuning(run.job, document, followed or {})
        if best:
            artifacts = {"ModelArtifacts": best.get("ModelArtifacts")}
            document["BestTrainingJob"] = {**document["BestTrainingJob"], **artifacts}
            document["TrainingJobSummaries"] = [document["BestTrainingJob"]]
    return document


def run_documents(
    definition: Definition, runs: Iterable[StepRun], descriptions: Mapping[JobRef, Doc], values: Values = NOTHING
) -> Mapping[str, Doc]:
    """Return the run documents of all steps, by `run_key` (`<body>-<i>` for an iteration), for `Scope.run_documents`.

    `values` are those of the executions whose results selected steps were given.

    A ForEach has its iterations' documents under `IterationOutputs` and the chosen one's under `Selected`. A body
    step that ran once has that run's document under its own name too.
    """
    latest = {run_key(run): run for run in latest_attempts(runs)}
    documents: dict[str, Doc] = {
        key: run_document(run, description_of(run.job, descriptions), descriptions, values)
        for key, run in latest.items()
    }
    parents = {step.name: step.parent or "" for step in definition.steps}
    by_body: dict[str, list[str]] = {}
    by_parent: dict[str, dict[int, dict[str, Doc]]] = {}
    for key, body in iterations_of(definition, latest.values()).items():
        by_body.setdefault(body, []).append(key)
        index = iteration_index(latest[key])
        if index is not None:
            by_parent.setdefault(parents[body], {}).setdefault(index, {})[body] = documents[key]
    for body, keys in by_body.items():
        if len(keys) == 1:
            documents.setdefault(body, documents[keys[0]])
    for parent, by_index in by_parent.items():
        of_parent = documents.get(parent, {})
        documents[parent] = {**of_parent, **_iteration_outputs(of_parent, by_index)}
    return documents


def iteration_index(run: StepRun) -> int | None:
    """Return the index of an iteration: what AWS says, else the number at its name's end, else `None`."""
    if run.iteration_index is not None:
        return run.iteration_index
    tail = run.name.rpartition("-")[2]
    return int(tail) if tail.isdigit() else None


def _iteration_outputs(parent: Doc, by_index: Mapping[int, Mapping[str, Doc]]) -> dict[str, Any]:
    outputs = [by_index.get(index, {}) for index in range(max(by_index) + 1)] if max(by_index) < 10_000 else []
    chosen = int_at(parent, "Selector", "Index")
    bodies = by_index.get(chosen, {}) if chosen is not None else {}
    named = text_at(parent, "Selector", "StepName") or ""
    selected = bodies.get(named) or bodies.get(named.rpartition("-")[0])
    if selected is None and len(bodies) == 1:
        selected = next(iter(bodies.values()))
    return {"IterationOutputs": outputs} | ({"Selected": selected} if selected is not None else {})


def _named(job: JobRef) -> dict[str, str]:
    """Return the name and ARN by which even a job without a description is known.

    A kind without a Describe call has no name key of ours.
    """
    described = DESCRIBED.get(job.kind)
    if described is None:
        return {f"{job.kind}Arn": job.arn} if job.kind in STEP_KINDS else {}
    return ({} if described.by_arn else {described.name_key: name_in(job.arn)}) | {described.arn_key: job.arn}


def _nothing(_content: Doc, _document: Doc) -> dict[str, Any]:
    return {}


def _emr(content: Doc, _document: Doc) -> dict[str, Any]:
    """Return `Id` and `Name`, as EMR's own Step calls what the metadata calls StepId and StepName."""
    return {"Id": content.get("StepId"), "Name": content.get("StepName")}


def _tuning(_content: Doc, document: Doc) -> dict[str, Any]:
    """Return the ranked list of training jobs, of which the description tells only the first."""
    best = dig(document, "BestTrainingJob")
    return {"TrainingJobSummaries": [best]} if best else {}


def _auto_ml(_content: Doc, document: Doc) -> dict[str, Any]:
    """Return what version 2 says under the names of version 1, which are those that a definition addresses."""
    if "AutoMLJobInputDataConfig" not in document or "InputDataConfig" in document:
        return {}
    features = text_at(document, "AutoMLProblemTypeConfig", "TabularJobConfig", "FeatureSpecificationS3Uri")
    config = present(
        SecurityConfig=document.get("SecurityConfig"),
        CandidateGenerationConfig=present(FeatureSpecificationS3Uri=features),
    )
    return {"InputDataConfig": document["AutoMLJobInputDataConfig"], "AutoMLJobConfig": config}


_ADDED = {"EMR": _emr, "TuningJob": _tuning, "AutoMLJob": _auto_ml}
