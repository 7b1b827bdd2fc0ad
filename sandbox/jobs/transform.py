"""Batch transform jobs."""

from __future__ import annotations

from sandbox.jobs.task import Task, Work, below, tag_map
from sandbox.shapes import answer


def transform(task: Task) -> Work:
    """Run a transform job, which writes one `.out` file for what it reads."""
    name = task.job_name
    arn = task.place.arn("transform-job", name)
    described = answer(
        "DescribeTransformJob",
        {"TransformResources": {}},
        task.arguments,
        {
            "TransformJobName": name,
            "TransformJobArn": arn,
            "TransformJobStatus": task.status,
            "FailureReason": task.reason,
            "CreationTime": task.start,
            "TransformStartTime": task.at(0.2),
            "TransformEndTime": task.end,
        },
    )
    where = (described.get("TransformOutput") or {}).get("S3OutputPath")
    source = ((described.get("TransformInput") or {}).get("DataSource") or {}).get("S3DataSource") or {}
    file = str(source.get("S3Uri", "")).rstrip("/").rsplit("/", 1)[-1] or "data"
    return Work(
        metadata={"TransformJob": {"Arn": arn}},
        properties=described,
        answers={("DescribeTransformJob", name): described},
        objects={below(where, f"{file}.out"): b"0.25\n0.75\n"} if task.done and where else {},
        tags={arn: tag_map(task.arguments)},
    )
