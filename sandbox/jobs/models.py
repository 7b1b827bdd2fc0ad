"""Models, model packages, and what serves them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.jobs.task import Task, Work, tag_map
from sandbox.names import digits
from sandbox.shapes import answer

_STATES = {"Completed": "Completed", "Failed": "Failed", "InProgress": "InProgress", "Stopped": "Failed"}


def _with_digests(specification: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return an inference specification as a registry keeps it: each image with the digest it had then."""
    if not specification:
        return None
    containers = [
        {**one, "ImageDigest": "sha256:" + digits(str(one.get("Image")), 64, "0123456789abcdef")}
        for one in specification.get("Containers") or []
    ]
    return {**specification, "Containers": containers}


def register(task: Task) -> Work:
    """Register a model package, as the next version in its group."""
    arguments = task.arguments
    group = str(arguments.get("ModelPackageGroupName") or arguments.get("ModelPackageName") or task.job_name)
    group = group.rsplit("/", 1)[-1]
    version = task.version(group)
    arn = task.place.arn("model-package", f"{group}/{version}")
    status = _STATES[task.status]
    described = answer(
        "DescribeModelPackage",
        {"ModelApprovalStatus": "PendingManualApproval"},
        arguments,
        {
            "InferenceSpecification": _with_digests(arguments.get("InferenceSpecification")),
            "ModelPackageName": f"{group}/{version}",
            "ModelPackageGroupName": group,
            "ModelPackageVersion": version,
            "ModelPackageArn": arn,
            "ModelPackageStatus": status,
            "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
            "CreationTime": task.start,
            "LastModifiedTime": task.end or task.start,
        },
    )
    return Work(
        metadata={"RegisterModel": {"Arn": arn}},
        properties=described,
        answers={("DescribeModelPackage", arn): described},
        tags={arn: tag_map(arguments)},
    )


def create_model(task: Task) -> Work:
    """Create a model."""
    name = task.job_name
    arn = task.place.arn("model", name.lower())
    described = answer(
        "DescribeModel",
        {"ExecutionRoleArn": task.role, "EnableNetworkIsolation": False},
        task.arguments,
        {"ModelName": name, "ModelArn": arn, "CreationTime": task.start},
    )
    return Work(
        metadata={"Model": {"Arn": arn}},
        properties=described,
        answers={("DescribeModel", name): described},
        tags={arn: tag_map(task.arguments)},
    )


def create_endpoint_config(task: Task) -> Work:
    """Create an endpoint configuration; the service makes its name unique to the execution."""
    given = task.arguments.get("EndpointConfigName")
    name = f"{given}-{task.execution}"[:63] if given else task.job_name
    arn = task.place.arn("endpoint-config", name.lower())
    facts = {"EndpointConfigName": name, "EndpointConfigArn": arn, "CreationTime": task.start}
    described = answer("DescribeEndpointConfig", {"ProductionVariants": []}, task.arguments, facts)
    return Work(
        metadata={"EndpointConfig": {"Arn": arn}},
        properties=described,
        answers={("DescribeEndpointConfig", name): described},
        tags={arn: tag_map(task.arguments)},
    )


def create_endpoint(task: Task) -> Work:
    """Create an endpoint with one summary for each variant of its configuration."""
    name = str(task.arguments.get("EndpointName") or task.job_name)
    arn = task.place.arn("endpoint", name.lower())
    states = {"Completed": "InService", "Failed": "Failed", "InProgress": "Creating", "Stopped": "Failed"}
    wanted = str(task.arguments.get("EndpointConfigName"))
    configuration = task.described("DescribeEndpointConfig", wanted)
    variants = [
        {
            "VariantName": one.get("VariantName"),
            "CurrentWeight": one.get("InitialVariantWeight", 1.0),
            "CurrentInstanceCount": one.get("InitialInstanceCount", 1),
        }
        for one in configuration.get("ProductionVariants") or []
    ]
    described = answer(
        "DescribeEndpoint",
        task.arguments,
        {
            "EndpointName": name,
            "EndpointArn": arn,
            "EndpointStatus": states[task.status],
            "FailureReason": task.reason,
            "ProductionVariants": variants or None,
            "CreationTime": task.start,
            "LastModifiedTime": task.end or task.start,
        },
    )
    return Work(
        metadata={"Endpoint": {"Arn": arn}},
        properties=described,
        answers={("DescribeEndpoint", name): described},
        tags={arn: tag_map(task.arguments)},
    )


def create_inference_component(task: Task) -> Work:
    """Create an inference component on an endpoint."""
    name = str(task.arguments.get("InferenceComponentName") or task.job_name)
    arn = task.place.arn("inference-component", name.lower())
    endpoint = str(task.arguments.get("EndpointName"))
    states = {"Completed": "InService", "Failed": "Failed", "InProgress": "Creating", "Stopped": "Failed"}
    described = answer(
        "DescribeInferenceComponent",
        task.arguments,
        {
            "InferenceComponentName": name,
            "InferenceComponentArn": arn,
            "EndpointName": endpoint,
            "EndpointArn": task.place.arn("endpoint", endpoint.lower()),
            "InferenceComponentStatus": states[task.status],
            "FailureReason": task.reason,
            "CreationTime": task.start,
            "LastModifiedTime": task.end or task.start,
        },
    )
    _tell_images(task.arguments, described)
    return Work(
        metadata={"InferenceComponent": {"Arn": arn}},
        properties=described,
        answers={("DescribeInferenceComponent", name): described},
        tags={arn: tag_map(task.arguments)},
    )


def _tell_images(asked: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    """Say of each container which image it has, as only the answer does: the request calls it `Image`."""
    wanted = [asked.get("Specification") or {}, *(asked.get("Specifications") or ())]
    told = [described.get("Specification") or {}, *(described.get("Specifications") or ())]
    for specification, answered in zip(wanted, told, strict=False):
        image = (specification.get("Container") or {}).get("Image")
        if image:
            answered.setdefault("Container", {})["DeployedImage"] = {"SpecifiedImage": image}
