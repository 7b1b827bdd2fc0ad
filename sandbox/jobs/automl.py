"""AutoML jobs, as both versions of the API describe them."""

from __future__ import annotations

from typing import Any

from sandbox.jobs.task import Task, Work, below, model_archive, tag_map
from sandbox.names import fraction
from sandbox.shapes import answer

_SECONDARY = {"Completed": "Completed", "Failed": "Failed", "InProgress": "ModelTuning", "Stopped": "Stopped"}


def _best(task: Task, where: str) -> dict[str, Any]:
    """Return the best candidate: its objective, its model, its reports."""
    candidate = f"{task.short_name}-trial-1"
    objective = task.arguments.get("AutoMLJobObjective") or {}
    metric = objective.get("MetricName", "AUC")
    smaller = metric in ("MSE", "RMSE", "MAE", "MAPE", "MASE", "WAPE", "AverageWeightedQuantileLoss")
    value = next(iter(task.metrics.values()), fraction(f"{task.execution} {candidate}", 0.6, 0.95))
    return {
        "CandidateName": candidate,
        "FinalAutoMLJobObjectiveMetric": {
            "Type": "Minimize" if smaller else "Maximize",
            "MetricName": metric,
            "Value": value,
        },
        "ObjectiveStatus": "Succeeded",
        "CandidateStatus": "Completed",
        "CandidateSteps": [
            {
                "CandidateStepType": "AWS::SageMaker::TrainingJob",
                "CandidateStepName": candidate,
                "CandidateStepArn": task.place.arn("training-job", candidate),
            }
        ],
        "InferenceContainers": [
            {
                "Image": f"123456789012.dkr.ecr.{task.place.region}.amazonaws.com/autopilot-inference:1",
                "ModelDataUrl": below(where, task.short_name, "tuning", candidate, "output", "model.tar.gz"),
                "Environment": {"SAGEMAKER_PROGRAM": "sagemaker_serve.py"},
            }
        ],
        "CandidateProperties": {
            "CandidateArtifactLocations": {
                "Explainability": below(where, task.short_name, "documentation/explainability/output"),
                "ModelInsights": below(where, task.short_name, "documentation/model_monitor/output"),
            },
            "CandidateMetrics": [{"MetricName": metric, "Value": value, "Set": "Validation"}],
        },
        "CreationTime": task.start,
        "EndTime": task.end,
        "LastModifiedTime": task.end or task.start,
    }


def _as_version_two(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return a job of the API's first version as the second describes it."""
    channels = arguments.get("InputDataConfig") or []
    target = next((one.get("TargetAttributeName") for one in channels), None)
    tabular = {"TargetAttributeName": target or "", "ProblemType": arguments.get("ProblemType")}
    return {
        **arguments,
        "AutoMLJobInputDataConfig": channels,
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {key: one for key, one in tabular.items() if one is not None}},
        "AutoMLProblemTypeConfigName": "Tabular",
    }


def automl(task: Task) -> Work:
    """Run an AutoML job.

    Both versions of the API describe a job made by the first; only the second describes one made by the second.
    """
    name = task.short_name
    arn = task.place.arn("automl-job", name)
    where = str((task.arguments.get("OutputDataConfig") or {}).get("S3OutputPath", ""))
    best = _best(task, where) if task.done else None
    facts = {
        "AutoMLJobName": name,
        "AutoMLJobArn": arn,
        "AutoMLJobStatus": task.status,
        "AutoMLJobSecondaryStatus": _SECONDARY[task.status],
        "FailureReason": task.reason,
        "CreationTime": task.start,
        "EndTime": task.end,
        "LastModifiedTime": task.end or task.start,
        "BestCandidate": best,
    }
    arguments = {"RoleArn": task.role, "OutputDataConfig": {}, **task.arguments}
    answers = {}
    if "AutoMLJobInputDataConfig" not in arguments:
        answers["DescribeAutoMLJob"] = answer("DescribeAutoMLJob", {"InputDataConfig": []}, arguments, facts)
        arguments = _as_version_two(arguments)
    answers["DescribeAutoMLJobV2"] = answer("DescribeAutoMLJobV2", arguments, facts)
    described = answers.get("DescribeAutoMLJob", answers["DescribeAutoMLJobV2"])
    properties, objects = dict(described), {}
    if best:
        reports = best["CandidateProperties"]["CandidateArtifactLocations"]
        properties["BestCandidateProperties"] = {
            "ModelInsightsJsonReportPath": below(reports["ModelInsights"], "statistics.json"),
            "ExplainabilityJsonReportPath": below(reports["Explainability"], "analysis.json"),
        }
        objects = dict.fromkeys(properties["BestCandidateProperties"].values(), b"{}")
        archive = best["InferenceContainers"][0]["ModelDataUrl"]
        objects[archive] = model_archive(archive)
    return Work(
        metadata={"AutoMLJob": {"Arn": arn}},
        properties=properties,
        answers={(operation, name): document for operation, document in answers.items()},
        objects=objects,
        tags={arn: tag_map(task.arguments)},
    )
