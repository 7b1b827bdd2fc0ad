"""Timetable of an execution: which step's turn it is, and when; `run` does the work.

Any definition becomes steps, jobs and objects, on a clock of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox import foreach, reuse
from sandbox.conditions import holds
from sandbox.names import Place
from sandbox.plan import Planned, nested, plan
from sandbox.run import Run, Storage
from sandbox.run_options import RunOptions, as_text, check, parameter_values
from sandbox.values import WRONG, Document, Values, why
from sandbox.world import Execution, Pipeline, Region

_OVER = "Step failure: One or multiple steps failed."
_PAUSE = timedelta(seconds=1)


def run_pipeline(
    pipeline: Pipeline,
    arn: str,
    place: Place,
    region: Region,
    storage: Storage,
    start: datetime,
    given: Mapping[str, Any],
    wishes: RunOptions,
    display_name: str | None = None,
    description: str | None = None,
) -> Execution:
    """Run one execution of a pipeline and keep it there.

    Raises ValueError where the run options or the parameters do not fit the definition.
    """
    definition = json.loads(pipeline.definition)
    parameters = parameter_values(definition, given)
    execution = arn.rsplit("/", 1)[-1]
    moment = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    experiment = definition.get("PipelineExperimentConfig") or {}
    variables = {
        "Execution.StartDateTime": moment,
        "Execution.CurrentDateTime": moment,
        "Execution.PipelineName": pipeline.name,
        "Execution.PipelineArn": pipeline.arn,
        "Execution.PipelineExecutionId": execution,
        "Execution.PipelineExecutionArn": arn,
    }
    bare = Values(parameters, variables, storage.read)
    named = {f"PipelineExperimentConfig.{key}": bare.resolve(value) for key, value in experiment.items()}
    values = replace(bare, variables={**variables, **named}, steps=_documents(definition))
    run = Run(pipeline, arn, place, region, storage, definition, values, wishes, start)
    check(wishes, values.steps)
    play(run)
    status = run.verdict()
    made = Execution(
        arn=arn,
        pipeline=pipeline.name,
        definition=pipeline.definition,
        parameters=tuple((name, as_text(value)) for name, value in parameters.items()),
        status=status,
        start=start,
        last_event=run.last_event(),
        steps=sorted(run.records, key=lambda one: one["StartTime"]),
        properties=values.properties,
        display_name=display_name or f"execution-{int(start.timestamp() * 1000)}",
        description=description,
        failure_reason=_OVER if status == "Failed" else None,
        selective=reuse.selection(wishes),
    )
    pipeline.executions[arn] = made
    return made


def _documents(definition: Document) -> dict[str, Document]:
    """Return every step as written, in ForEach bodies too, by name."""
    found: dict[str, Document] = {}
    for name, planned in plan(definition).items():
        found[name] = planned.document
        body = nested(planned.document, "ForEachBody")
        found |= {one["Name"]: one for one in body if isinstance(one, Mapping)}
    return found


def play(run: Run) -> None:
    """Run every step whose turn comes; a step whose turn never comes leaves no record."""
    run.steps = plan(run.definition)
    settled: set[str] = set()
    while True:
        ready = [
            one
            for one in run.steps.values()
            if one.name not in settled and all(name in settled for name in one.waits if name in run.steps)
        ]
        if not ready:
            return
        for one in ready:
            settled.add(one.name)
            if reuse.is_unselected(run, one):
                reuse.take_from_source(run, one)
            elif _may_start(run, one):
                _start(run, one)


def _may_start(run: Run, step: Planned) -> bool:
    gate = step.gate
    if gate and run.outcomes.get(gate.condition) is not gate.branch:
        return False
    for name in step.waits:
        if name not in run.steps:
            continue
        wanted = step.triggers.get(name, "Succeeded")
        status = run.ends[name][0] if name in run.ends else "Absent"
        if status in ("Absent", "Executing") or wanted not in ("Any", status):
            return False
    return True


def _start(run: Run, step: Planned) -> None:
    ends = [run.ends[name][1] for name in step.waits if name in run.ends]
    start = max([run.start + _PAUSE, *(end + _PAUSE for end in ends)])
    kind = step.document.get("Type")
    if step.name in run.wishes.cached:
        reuse.hit_cache(run, step, start)
    elif kind == "Condition":
        _decide(run, step, start)
    elif kind == "ForEach":
        foreach.play(run, step, start)
    else:
        run.work(step.name, step.document, run.values, start)


def _decide(run: Run, step: Planned, start: datetime) -> None:
    conditions = nested(step.document, "Conditions")
    try:
        outcome = all(holds(one, run.values.resolve) for one in conditions)
    except WRONG as wrong:
        run.record(step.document, step.name, start, start + _PAUSE, "Failed", {}, reason=why(wrong))
        return
    run.outcomes[step.name] = outcome
    run.values.properties[step.name] = {"Outcome": str(outcome)}
    metadata = {"Condition": {"Outcome": str(outcome)}}
    run.record(step.document, step.name, start, start + _PAUSE, "Succeeded", metadata)
