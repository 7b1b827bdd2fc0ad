"""Runs, jobs, registrations, the execution and the summary as plain JSON, under the contract's keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any

from chalicelib.core.runs.conditions import Comparison, Operand
from chalicelib.core.runs.execution import Summary
from chalicelib.core.runs.jobs import Job
from chalicelib.core.runs.node_runs import NodeRun
from chalicelib.core.runs.registry import Container, Deployment, Registration
from chalicelib.core.values.doc import camel, stated
from chalicelib.core.values.model import Execution

if TYPE_CHECKING:
    from chalicelib.formats.types import run as shapes


def to_execution(execution: Execution) -> shapes.Execution:
    """Return the contract's `execution`: its five keys always, the others where AWS gives them."""
    more: shapes.ExecutionMore = {"displayName": execution.display_name, "description": execution.description}
    return {
        "arn": execution.arn,
        "status": execution.status,
        "startTime": to_time(execution.start),
        "endTime": to_time(execution.end),
        "failureReason": execution.failure_reason,
        **stated(more),
        **_as_aws_says({camel(key): value for key, value in execution.details.items()}),
    }


def to_summary(summary: Summary, *, always: Iterable[str] = ()) -> shapes.Summary:
    """Return the contract's `summary`; the statuses `always` have a count, also where no node has them."""
    return {
        "overallStatus": summary.overall_status,
        "nodeStatus": dict(sorted({**dict.fromkeys(always, 0), **summary.node_status}.items())),
        "elapsedSec": summary.elapsed_sec,
        "lastActivityTime": to_time(summary.last_activity),
    }


def to_run(run: NodeRun) -> shapes.Run:
    """Return the contract's `run`: its seven keys always, the others where they have a value."""
    counts = Counter(iteration.status for iteration in run.iterations)
    more: shapes.RunMore = {
        "displayName": run.display_name,
        "description": run.description,
        "failureReason": run.failure_reason,
        "attempts": run.attempts,
        "earlierAttempts": [to_run(earlier) for earlier in run.earlier],
        "cachedFrom": run.cached_from,
        "selectedFrom": run.selected_from,
        "outcome": run.outcome,
        "conditions": [_comparison(each) for each in run.comparisons],
        "index": run.iteration_index,
        "item": run.iteration_item,
        "iterations": dict(sorted(counts.items())),
        "iterationRuns": [{"stepName": iteration.name, **to_run(iteration)} for iteration in run.iterations],
        "job": to_job(run.job) if run.job else None,
        "details": plain(run.details),
    }
    return {
        "status": run.status,
        "startTime": to_time(run.start),
        "endTime": to_time(run.end),
        "elapsedSec": run.elapsed_sec,
        "jobName": run.job.name if run.job else None,
        "jobArn": run.job.arn if run.job else None,
        "metrics": {name: run.metrics[name] for name in sorted(run.metrics)},
        **stated(more),
    }


def to_job(job: Job) -> shapes.Job:
    """Return what AWS says of a job, without its name and ARN, which are keys of the run."""
    body: shapes.Job = {
        "type": job.type,
        "status": job.status,
        "image": job.images[0] if job.images else None,
        "images": list(job.images) if len(job.images) > 1 else None,
        "instanceType": job.instance_type,
        "instanceCount": job.instance_count,
        "roleArn": job.role_arn,
        "billableSec": job.billable_sec,
        "failureReason": job.failure_reason,
        "creationTime": to_time(job.created),
        "startTime": to_time(job.start),
        "endTime": to_time(job.end),
        "environment": plain(job.environment),
        "hyperparameters": plain(job.hyperparameters),
        **_as_aws_says(job.facts),
    }
    return stated(body)


def to_registry(registration: Registration) -> shapes.Registry:
    """Return the contract's `registry`: the package's ARN always, the others where the registry gives them."""
    more: shapes.RegistryMore = {
        "modelPackageGroup": registration.group,
        "version": registration.version,
        "status": registration.status,
        "approvalStatus": registration.approval_status,
        "approvalDescription": registration.approval_description,
        "description": registration.description,
        "creationTime": to_time(registration.created),
        "createdBy": plain(registration.created_by),
        "lastModifiedTime": to_time(registration.modified),
        "lastModifiedBy": plain(registration.modified_by),
        "inferenceImage": registration.containers[0].image if registration.containers else None,
        "modelData": registration.containers[0].model_data if registration.containers else None,
        "containers": [_container(each) for each in registration.containers],
        "modelMetrics": plain(registration.model_metrics),
        "driftCheckBaselines": plain(registration.drift_baselines),
        "commitId": registration.commit,
        "repository": registration.repository,
        "customerMetadata": plain(registration.customer_metadata),
        "endpoints": [_deployment(each) for each in registration.endpoints],
    }
    return {"modelPackageArn": registration.arn, **stated(more), **_as_aws_says(registration.facts)}


def to_time(time: datetime | None) -> str | None:
    """Return a time in ISO 8601, in UTC with an offset: `2026-03-01T09:00:00+00:00`."""
    return None if time is None else time.astimezone(UTC).isoformat()


def plain(value: Any) -> Any:
    """Return a value that JSON can carry: times as text, tuples as lists, numbers that are not finite as text."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return to_time(value if value.tzinfo else value.replace(tzinfo=UTC))
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, float) else str(value)


def _as_aws_says(facts: Mapping[str, Any]) -> Any:
    """Return further keys under AWS's names; no type lists them, and AWS may add more."""
    return {name: plain(value) for name, value in facts.items()}


def _comparison(comparison: Comparison) -> shapes.Comparison:
    """Return one condition of a Condition step.

    `Values` (and `In`, which hand-written definitions use) hold several operands, every other key one.
    """
    operands: Any = {}
    for key, several in comparison.operands.items():
        shown = [_operand(each) for each in several]
        operands[camel(key)] = shown[0] if len(shown) == 1 and key not in ("Values", "In") else shown
    more: shapes.ComparisonMore = {"conditions": [_comparison(each) for each in comparison.nested]}
    return {"type": comparison.type, **operands, **stated(more)}


def _operand(operand: Operand) -> shapes.Operand:
    """Return one operand: `value` only where it is known, `expression` where the definition has no plain value."""
    known: shapes.Operand = {"value": plain(operand.value)} if operand.known else {}
    more: shapes.OperandMore = {"expression": operand.expression}
    return {**known, **stated(more)}


def _container(container: Container) -> shapes.Container:
    body: shapes.Container = {
        "image": container.image,
        "imageDigest": container.image_digest,
        "modelData": container.model_data,
        "modelDataETag": container.model_data_etag,
        "additionalData": container.additional_data,
        "framework": container.framework,
        "hostname": container.hostname,
    }
    return stated(body)


def _deployment(deployment: Deployment) -> shapes.Deployment:
    body: shapes.Deployment = {
        "endpointName": deployment.endpoint,
        "endpointArn": deployment.arn,
        "knownBy": deployment.by,
    }
    return stated(body)
