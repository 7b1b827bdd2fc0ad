"""Search over what the runs have made: the records of an expression that lists ARNs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.shapes import answer
from sandbox.world import Region

COMPONENTS = {
    "DescribeProcessingJob": ("ProcessingJob", "ProcessingJobArn", "aws-processing-job"),
    "DescribeTrainingJob": ("TrainingJob", "TrainingJobArn", "aws-training-job"),
    "DescribeTransformJob": ("TransformJob", "TransformJobArn", "aws-transform-job"),
}
"""Of each kind of job that has a trial component: its member there, its ARN's, and how the component's name ends."""

RESOURCES = {
    "TrainingJob": ("DescribeTrainingJob", "TrainingJobArn"),
    "HyperParameterTuningJob": ("DescribeHyperParameterTuningJob", "HyperParameterTuningJobArn"),
    "Endpoint": ("DescribeEndpoint", "EndpointArn"),
    "ModelPackage": ("DescribeModelPackage", "ModelPackageArn"),
}


def search(here: Region, arguments: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the records that any of the `In` filters on ARNs finds; `None` for an expression of another kind."""
    resource, expression = arguments["Resource"], arguments.get("SearchExpression") or {}
    filters = expression.get("Filters") or []
    named = {(each["Name"], each.get("Operator")) for each in filters}
    wanted = {value for each in filters for value in each["Value"].split(",")}
    if expression.get("Operator") != "Or" or len(named) != 1:
        return None
    if resource == "ExperimentTrialComponent" and named == {("Source.SourceArn", "In")}:
        found = _components(here, wanted)
    elif resource in RESOURCES and named == {(RESOURCES[resource][1], "In")}:
        found = _things(here, resource, wanted)
    else:
        return None
    fitted: list[dict[str, Any]] = answer("Search", {"Results": list(found)})["Results"]
    return fitted


def _components(here: Region, wanted: set[str]) -> Iterator[dict[str, Any]]:
    for (operation, name), described in sorted(here.answers.items(), key=lambda one: one[0]):
        member, arn_key, ending = COMPONENTS.get(operation, ("", "", ""))
        if described.get(arn_key) in wanted:
            source = {"SourceArn": described[arn_key], "SourceType": f"SageMaker{member}"}
            detail = {"SourceArn": described[arn_key], member: described}
            component = {"TrialComponentName": f"{name}-{ending}", "Source": source, "SourceDetail": detail}
            yield {"TrialComponent": component}


def _things(here: Region, resource: str, wanted: set[str]) -> Iterator[dict[str, Any]]:
    operation, arn_key = RESOURCES[resource]
    for (of, _), described in sorted(here.answers.items(), key=lambda one: one[0]):
        if of == operation and described.get(arn_key) in wanted:
            yield {resource: described}
