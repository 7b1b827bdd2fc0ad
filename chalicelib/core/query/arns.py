"""ARNs of pipelines and their executions, and what in them contradicts the rest of a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# The shapes are those of SageMaker's own service model.
PIPELINE_ARN = (
    r"arn:(?P<partition>aws[a-z\-]*):sagemaker:(?P<region>[a-z0-9\-]+):(?P<account>\d{12}|aws):pipeline/"
    r"(?P<name>(?![a-zA-Z0-9\-]{257})[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})"
)
EXECUTION_ARN = PIPELINE_ARN + r"/execution/(?P<id>[A-Za-z0-9\-]{1,64})"
_ANY_ARN = r"arn:(?P<partition>aws[a-z\-]*):sagemaker:(?P<region>[a-z0-9\-]+):(?P<account>\d{12}):\S+"

# What the region names of each partition begin with, by AWS's own endpoint rules; all others are of partition `aws`.
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
PARTS = ("partition", "region", "account", "pipeline")


def partition_of(region: str) -> str:
    """Return the partition that a region belongs to."""
    return next((partition for start, partition in _PARTITIONS.items() if region.startswith(start)), "aws")


def parts_of(arn: str) -> dict[str, str]:
    """Return the `PARTS` that the ARN of something of SageMaker's names; none where the text is no such ARN."""
    match = next(filter(None, (re.fullmatch(shape, arn) for shape in (EXECUTION_ARN, PIPELINE_ARN, _ANY_ARN))), None)
    groups = match.groupdict() if match else {}
    found = ((part, groups.get("name" if part == "pipeline" else part)) for part in PARTS)
    return {part: value for part, value in found if value}


def asked_of(region: str) -> dict[str, str]:
    """Return the `PARTS` that a region leaves no doubt about."""
    return {"partition": partition_of(region), "region": region}


def asked_for(pipeline: str, region: str) -> dict[str, str]:
    """Return the `PARTS` that a query about a pipeline, by name or ARN, leaves no doubt about.

    Whose account a pipeline that goes by its name lies in, no query says.
    """
    named = parts_of(pipeline) or {"pipeline": pipeline}
    return {**named, **asked_of(region)}


def contradiction(name: str, arn: str, asked: Mapping[str, str]) -> str | None:
    """Return what an ARN names otherwise than the query, in one sentence about the parameter `name`, else `None`."""
    named = parts_of(arn)
    differing = [part for part in PARTS if part in named and part in asked and not _same(part, named, asked)]
    if not differing:
        return None
    said = ", ".join(f"{part} {named[part]} instead of {asked[part]}" for part in differing)
    return f"{name} is an ARN of another {differing[-1]}: {said}"


def contradictions(named: Iterable[tuple[str, str]], asked: Mapping[str, str]) -> list[str]:
    """Return the sentence about each parameter whose ARN contradicts the query."""
    return [problem for name, arn in named if (problem := contradiction(name, arn, asked)) is not None]


def _same(part: str, named: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    # ARNs of older pipelines are in lower case, whatever their names are.
    one, other = named[part], asked[part]
    return one.lower() == other.lower() if part == "pipeline" else one == other
