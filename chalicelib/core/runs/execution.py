"""Executions: AWS's records, read into values that hold no secret, and their sums."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from chalicelib.core.values.doc import docs_at, present, text_at, time_at
from chalicelib.core.values.model import UNKNOWN, Doc, Execution, StepRun
from chalicelib.core.values.redaction import redact, redact_text

OVER = frozenset({"Succeeded", "Completed", "Failed", "Stopped", "CompletedWithFailures"})
"""Statuses of executions, steps and jobs that are over: they do nothing more."""

_EXECUTION_DETAILS = (
    "CreatedBy",
    "LastModifiedBy",
    "LastModifiedTime",
    "PipelineVersionId",
    "PipelineVersionAliases",
    "PipelineExperimentConfig",
    "MLflowConfig",
    "ParallelismConfiguration",
    "SelectiveExecutionConfig",
    "RoleArn",
)


class Summary(NamedTuple):
    """The `summary` of a reply; `elapsed_sec` is in whole seconds, `None` where no step's time was read."""

    overall_status: str
    node_status: Mapping[str, int]
    elapsed_sec: int | None
    last_activity: datetime | None


def parse_execution(document: Doc) -> Execution:
    """Return the execution in a ListPipelineExecutions summary or a DescribePipelineExecution response.

    Neither holds `end`: `end_of` adds it.
    """
    reason = text_at(document, "FailureReason") or text_at(document, "PipelineExecutionFailureReason")
    return Execution(
        arn=text_at(document, "PipelineExecutionArn") or "",
        status=text_at(document, "PipelineExecutionStatus") or UNKNOWN,
        start=time_at(document, "StartTime") or time_at(document, "CreationTime"),
        display_name=text_at(document, "PipelineExecutionDisplayName"),
        description=text_at(document, "PipelineExecutionDescription"),
        failure_reason=redact_text(reason) if reason else None,
        details=redact(present(**{key: document.get(key) for key in _EXECUTION_DETAILS})),
    )


def latest_execution(response: Doc) -> Execution | None:
    """Return the execution that started last of a ListPipelineExecutions response; `None` where it lists none."""
    return next(iter(listed_executions(response)), None)


def listed_executions(response: Doc) -> list[Execution]:
    """Return the executions of a ListPipelineExecutions response, the one that started last first."""
    listed = [parse_execution(summary) for summary in docs_at(response, "PipelineExecutionSummaries")]
    return sorted((one for one in listed if one.arn), key=_started, reverse=True)


def _started(execution: Execution) -> float:
    return execution.start.timestamp() if execution.start else 0.0


def end_of(execution: Execution, runs: Iterable[StepRun]) -> Execution:
    """Return the execution with its `end`: when its last step ended, `None` while it is not over."""
    ends = [run.end for run in runs if run.end]
    return execution._replace(end=max(ends)) if ends and execution.status in OVER else execution._replace(end=None)


def summarise(
    execution: Execution | None,
    runs: Sequence[StepRun],
    node_statuses: Iterable[str | None],
    last_modified: datetime | None,
) -> Summary:
    """Return the summary of an execution, or of a pipeline of which none was read (`execution` is None).

    `node_statuses` has one entry for each node of the graph: its run's status, or None where it has no run.
    `last_modified` is the pipeline's. While steps still run, time counts to the last event, not to a clock.
    """
    if execution is None:
        count = sum(1 for _ in node_statuses)
        return Summary(UNKNOWN, {UNKNOWN: count} if count else {}, None, last_modified)
    counted = Counter(status for status in node_statuses if status is not None)
    ends = [run.end for run in runs if run.end]
    return Summary(
        overall_status=execution.status,
        node_status=dict(sorted(counted.items())),
        elapsed_sec=_elapsed(execution, runs),
        last_activity=max(ends) if ends else last_modified,
    )


def seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Return the whole seconds from `start` to `end`, `None` where either is missing; never negative."""
    return max(int((end - start).total_seconds()), 0) if start and end else None


def _elapsed(execution: Execution, runs: Sequence[StepRun]) -> int | None:
    starts = [run.start for run in runs if run.start]
    ends = [run.end for run in runs if run.end]
    last = ends if execution.status in OVER else ends + starts
    return seconds_between(min(starts), max(last)) if starts and last else None
