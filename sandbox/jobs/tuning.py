"""Hyperparameter tuning jobs: several training jobs, of which one is best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.jobs.task import Task, Work, model_archive, tag_map
from sandbox.jobs.training import describe as describe_training
from sandbox.names import digits, fraction
from sandbox.shapes import answer

_MOST = 3


def _children(task: Task) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Return name, objective and arguments of each training job; the definitions take turns."""
    arguments = task.arguments
    configuration = arguments.get("HyperParameterTuningJobConfig") or {}
    one = arguments.get("TrainingJobDefinition")
    definitions = arguments.get("TrainingJobDefinitions") or ([one] if one else [])
    limit = int((configuration.get("ResourceLimits") or {}).get("MaxNumberOfTrainingJobs") or _MOST)
    found = []
    for index in range(min(limit, _MOST) if definitions else 0):
        definition = definitions[index % len(definitions)]
        objective = configuration.get("HyperParameterTuningJobObjective") or definition.get("TuningObjective") or {}
        name = f"{task.short_name}-{index + 1:03}-{digits(f'{task.short_name} {index}', 8)}"
        found.append((name, objective, definition))
    return found


def _tuned(task: Task, name: str, definition: Mapping[str, Any]) -> dict[str, str]:
    """Return a value for each parameter: within a numeric one's range, the first of a categorical one."""
    ranges = (task.arguments.get("HyperParameterTuningJobConfig") or {}).get("ParameterRanges")
    ranges = ranges or definition.get("HyperParameterRanges") or {}
    chosen = {}
    for one in ranges.get("ContinuousParameterRanges") or []:
        chosen[one["Name"]] = str(fraction(f"{name} {one['Name']}", float(one["MinValue"]), float(one["MaxValue"])))
    for one in ranges.get("IntegerParameterRanges") or []:
        value = fraction(f"{name} {one['Name']}", float(one["MinValue"]), float(one["MaxValue"]))
        chosen[one["Name"]] = str(int(value))
    for one in ranges.get("CategoricalParameterRanges") or []:
        chosen[one["Name"]] = str(one["Values"][0])
    return chosen


def _train(task: Task, name: str, objective: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    tuned = _tuned(task, name, definition)
    arguments = {**definition, "HyperParameters": {**(definition.get("StaticHyperParameters") or {}), **tuned}}
    metric = objective.get("MetricName")
    measured = {str(metric): fraction(f"{name} {metric}", 0.6, 0.95)} if metric else {}
    made = describe_training(replace(task, metrics=measured), arguments, name)
    made["TuningJobArn"] = task.place.arn("hyper-parameter-tuning-job", task.short_name)
    return made


def _summary(described: Mapping[str, Any], objective: Mapping[str, Any], tuned: dict[str, str]) -> dict[str, Any]:
    metrics = {one["MetricName"]: one["Value"] for one in described.get("FinalMetricDataList") or []}
    name = objective.get("MetricName")
    kept = (
        "TrainingJobName",
        "TrainingJobArn",
        "CreationTime",
        "TrainingStartTime",
        "TrainingEndTime",
        "TrainingJobStatus",
    )
    found = {key: described[key] for key in kept if key in described}
    found["TunedHyperParameters"] = tuned
    if name in metrics:
        found["FinalHyperParameterTuningJobObjectiveMetric"] = {
            "Type": objective.get("Type", "Maximize"),
            "MetricName": name,
            "Value": metrics[name],
        }
        found["ObjectiveStatus"] = "Succeeded"
    return found


def _objective_value(summary: Mapping[str, Any]) -> float:
    metric = summary.get("FinalHyperParameterTuningJobObjectiveMetric") or {"Value": 0.0, "Type": "Maximize"}
    return float(metric["Value"]) * (1 if metric["Type"] == "Minimize" else -1)


def tune(task: Task) -> Work:
    """Run a tuning job; `TrainingJobSummaries` of its properties are sorted best first."""
    name, children = task.short_name, _children(task)
    trained = [_train(task, *child) for child in children]
    summaries = [
        _summary(made, objective, _tuned(task, child, definition))
        for made, (child, objective, definition) in zip(trained, children, strict=True)
    ]
    summaries.sort(key=_objective_value)
    arn = task.place.arn("hyper-parameter-tuning-job", name)
    counted = {
        "Completed": "Completed",
        "Failed": "NonRetryableError",
        "InProgress": "InProgress",
        "Stopped": "Stopped",
    }
    counters = dict.fromkeys(("Completed", "InProgress", "RetryableError", "NonRetryableError", "Stopped"), 0)
    counters[counted[task.status]] = len(trained)
    succeeded = len(trained) if task.done else 0
    best = {**summaries[0], "TrainingJobDefinitionName": "best"} if task.done and summaries else None
    described = answer(
        "DescribeHyperParameterTuningJob",
        {"HyperParameterTuningJobConfig": {}},
        task.arguments,
        {
            "HyperParameterTuningJobName": name,
            "HyperParameterTuningJobArn": arn,
            "HyperParameterTuningJobStatus": task.status,
            "FailureReason": task.reason,
            "CreationTime": task.start,
            "HyperParameterTuningEndTime": task.end,
            "LastModifiedTime": task.end or task.start,
            "TrainingJobStatusCounters": counters,
            "ObjectiveStatusCounters": {"Succeeded": succeeded, "Pending": len(trained) - succeeded, "Failed": 0},
            "BestTrainingJob": best,
        },
    )
    archives = [made["ModelArtifacts"].get("S3ModelArtifacts") for made in trained]
    return Work(
        metadata={"TuningJob": {"Arn": arn}},
        properties={**described, "TrainingJobSummaries": summaries},
        answers={
            ("DescribeHyperParameterTuningJob", name): described,
            **{("DescribeTrainingJob", made["TrainingJobName"]): made for made in trained},
        },
        objects={uri: model_archive(uri) for uri in archives if uri},
        tags={arn: tag_map(task.arguments)},
    )
