"""Processing jobs, and the check steps that run as processing jobs."""

from __future__ import annotations

from typing import Any

from sandbox.jobs.task import Task, Work, below, tag_map
from sandbox.shapes import answer


def describe(task: Task) -> dict[str, Any]:
    """Return the DescribeProcessingJob response for the task's job."""
    name = task.job_name
    return answer(
        "DescribeProcessingJob",
        {"StoppingCondition": {"MaxRuntimeInSeconds": 86400}, "RoleArn": task.role},
        {"AppSpecification": {"ImageUri": ""}, "ProcessingResources": {}},
        task.arguments,
        {
            "ProcessingJobName": name,
            "ProcessingJobArn": task.place.arn("processing-job", name),
            "ProcessingJobStatus": task.status,
            "FailureReason": task.reason,
            "ExitMessage": "the container ended with exit code 1" if task.status == "Failed" else None,
            "CreationTime": task.start,
            "ProcessingStartTime": task.at(0.2),
            "ProcessingEndTime": task.end,
            "LastModifiedTime": task.end or task.start,
        },
    )


def outputs_of(described: dict[str, Any]) -> dict[str, str]:
    """Return a processing job's outputs in S3, by name."""
    found = (described.get("ProcessingOutputConfig") or {}).get("Outputs") or []
    return {
        one["OutputName"]: one["S3Output"]["S3Uri"]
        for one in found
        if (one.get("S3Output") or {}).get("S3Uri", "").lower().startswith("s3://")
    }


def process(task: Task) -> Work:
    """Run a processing job, which writes a data file to each of its outputs."""
    described = describe(task)
    arn = described["ProcessingJobArn"]
    files = {below(uri, "part-00000.csv"): b"label,f0,f1\n1,0.25,0.5\n" for uri in outputs_of(described).values()}
    return Work(
        metadata={"ProcessingJob": {"Arn": arn}},
        properties=described,
        answers={("DescribeProcessingJob", task.job_name): described},
        objects=files if task.done else {},
        tags={arn: tag_map(task.arguments)},
    )


def check(task: Task) -> Work:
    """Run a QualityCheck or ClarifyCheck: a processing job whose results become baselines for the drift check."""
    work = process(task)
    document = task.document
    arn = str(work.metadata["ProcessingJob"]["Arn"])
    where = next(iter(outputs_of(dict(work.properties)).values()), None)
    quality = document.get("Type") == "QualityCheck"
    names = ["Statistics", "Constraints"] if quality else ["Constraints"]
    files = {"Statistics": "statistics.json", "Constraints": "constraints.json" if quality else "analysis.json"}
    made: dict[str, Any] = {}
    for name in names if where else ():
        calculated = below(str(where), files[name])
        made[f"CalculatedBaseline{name}"] = calculated
        made[f"BaselineUsedForDriftCheck{name}"] = document.get(f"SuppliedBaseline{name}") or calculated
    facts = {
        "CheckType": document.get("CheckType"),
        "ModelPackageGroupName": document.get("ModelPackageGroupName"),
        "SkipCheck": _flag(document.get("SkipCheck")),
        "RegisterNewBaseline": _flag(document.get("RegisterNewBaseline")),
        "ViolationReport": below(str(where), "constraint_violations.json")
        if task.status == "Failed" and where
        else None,
        "CheckJobArn": arn,
        **made,
    }
    facts = {key: value for key, value in facts.items() if value is not None}
    baselines = {uri: b"{}" for key, uri in made.items() if key.startswith("Calculated")} if task.done else {}
    return Work(
        metadata={"QualityCheck" if quality else "ClarifyCheck": facts},
        properties={**work.properties, **made},
        answers=work.answers,
        objects={**work.objects, **baselines},
        tags=work.tags,
    )


def _flag(value: Any) -> bool | None:
    return None if value is None else value is True or str(value).lower() == "true"
