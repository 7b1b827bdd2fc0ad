"""Steps that do not run because an earlier execution has done their work: cache hits and selective executions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox.plan import Planned
from sandbox.run import Run
from sandbox.run_options import RunOptions
from sandbox.values import Document
from sandbox.world import Execution, Pipeline

_PAUSE = timedelta(seconds=1)


def hit_cache(run: Run, step: Planned, start: datetime) -> None:
    """Take a step's results from its latest success; raise ValueError where it has none."""
    earlier = _latest_success(run.pipeline, step.name)
    if earlier is None:
        raise ValueError(f"step {step.name} cannot be cached: it has not succeeded before")
    execution, record = earlier
    hit = record.get("CacheHitResult") or {}
    origin = hit.get("SourcePipelineExecutionArn") or execution.arn
    _take(run, step, start, earlier, {"CacheHitResult": {"SourcePipelineExecutionArn": origin}})


def is_unselected(run: Run, step: Planned) -> bool:
    """Return whether this execution runs only selected steps, and this is none of them."""
    return run.wishes.select is not None and step.name not in run.wishes.select


def take_from_source(run: Run, step: Planned) -> None:
    """Take the results of a step that a selected one needs from the source execution; of others, nothing."""
    needed = {name for selected in run.wishes.select or () for name in run.steps[selected].waits}
    earlier = _latest_success(run.pipeline, step.name, run.wishes.source) if step.name in needed else None
    if earlier:
        result = {"SelectiveExecutionResult": {"SourcePipelineExecutionArn": earlier[0].arn}}
        _take(run, step, run.start + _PAUSE, earlier, result)


def selection(wishes: RunOptions) -> Document | None:
    """Return what DescribePipelineExecution says of a selection; `None` where every step runs."""
    if wishes.select is None:
        return None
    steps = [{"StepName": name} for name in sorted(wishes.select)]
    return {"SourcePipelineExecutionArn": wishes.source, "SelectedSteps": steps}


def _take(
    run: Run, step: Planned, start: datetime, earlier: tuple[Execution, dict[str, Any]], result: Document
) -> None:
    execution, record = earlier
    run.values.properties[step.name] = execution.properties[step.name]
    outcome = (record["Metadata"].get("Condition") or {}).get("Outcome")
    if outcome:
        run.outcomes[step.name] = outcome == "True"
    run.record(step.document, step.name, start, start + _PAUSE, "Succeeded", record["Metadata"], extra=result)


def _latest_success(
    pipeline: Pipeline, step: str, source: str | None = None
) -> tuple[Execution, dict[str, Any]] | None:
    """Return the latest execution in which a step succeeded, and the step's entry there.

    With `source` only that execution counts. `None` where there is none.
    """
    for execution in sorted(pipeline.executions.values(), key=lambda one: one.start, reverse=True):
        if source is not None and execution.arn != source:
            continue
        for record in execution.steps:
            if record["StepName"] == step and record["StepStatus"] == "Succeeded":
                return execution, record
    return None
