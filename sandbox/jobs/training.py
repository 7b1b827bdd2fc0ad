"""Training jobs, also those that a tuning job starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.jobs.task import Task, Work, below, model_archive, tag_map
from sandbox.names import fraction
from sandbox.shapes import answer

_SECONDARY = {"Completed": "Completed", "Failed": "Failed", "InProgress": "Training", "Stopped": "Stopped"}


def metric_names(arguments: Mapping[str, Any]) -> list[str]:
    """Return the metrics that a training job declares; XGBoost reports its evaluation metric without that."""
    algorithm = arguments.get("AlgorithmSpecification") or {}
    declared = [one["Name"] for one in algorithm.get("MetricDefinitions") or []]
    if declared or "xgboost" not in str(algorithm.get("TrainingImage", "")):
        return declared
    metric = (arguments.get("HyperParameters") or {}).get("eval_metric", "rmse")
    channels = [str(one.get("ChannelName")) for one in arguments.get("InputDataConfig") or []]
    return [f"{channel}:{metric}" for channel in ("train", "validation") if channel in channels]


def describe(task: Task, arguments: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the DescribeTrainingJob response for one training job of the task."""
    where = below(str((arguments.get("OutputDataConfig") or {}).get("S3OutputPath", "")), name, "output")
    named = metric_names(arguments) if task.done else []
    measured = {one: fraction(f"{task.execution} {name} {one}", 0.6, 0.95) for one in named}
    measured |= task.metrics if task.done else {}
    ended = task.end is not None
    return answer(
        "DescribeTrainingJob",
        {"StoppingCondition": {"MaxRuntimeInSeconds": 86400}, "RoleArn": task.role},
        {"EnableNetworkIsolation": False, "EnableInterContainerTrafficEncryption": False},
        arguments,
        {
            "TrainingJobName": name,
            "TrainingJobArn": task.place.arn("training-job", name),
            "TrainingJobStatus": task.status,
            "SecondaryStatus": _SECONDARY[task.status],
            "FailureReason": task.reason,
            "ModelArtifacts": {"S3ModelArtifacts": below(where, "model.tar.gz")} if task.done else {},
            "CreationTime": task.start,
            "TrainingStartTime": task.at(0.2),
            "TrainingEndTime": task.end,
            "LastModifiedTime": task.end or task.start,
            "FinalMetricDataList": [
                {"MetricName": key, "Value": value, "Timestamp": task.end} for key, value in measured.items()
            ]
            or None,
            "TrainingTimeInSeconds": task.seconds if ended else None,
            "BillableTimeInSeconds": task.seconds if ended else None,
        },
    )


def train(task: Task) -> Work:
    """Run a training job, which writes one model archive under its output path."""
    described = describe(task, task.arguments, task.job_name)
    arn = described["TrainingJobArn"]
    archive = described["ModelArtifacts"].get("S3ModelArtifacts")
    return Work(
        metadata={"TrainingJob": {"Arn": arn}},
        properties=described,
        answers={("DescribeTrainingJob", task.job_name): described},
        objects={archive: model_archive(archive)} if archive else {},
        tags={arn: tag_map(task.arguments)},
    )
