"""Readers of what serves a model: models, model packages, endpoints, endpoint configurations, inference components."""

from __future__ import annotations

from typing import Any

from chalicelib.core.runs.job_facts.pieces import (
    carried,
    containers_of,
    images_of,
    model_data_of,
    settings_at,
    specifications_of,
)
from chalicelib.core.values.doc import dig, docs_at, int_at, present, text_at
from chalicelib.core.values.model import Doc


def read_model(response: Doc) -> dict[str, Any]:
    """Return the fields of a model and its containers."""
    containers = containers_of(response)
    return {
        "images": images_of(containers, "Image"),
        "role_arn": text_at(response, "ExecutionRoleArn"),
        "environment": settings_at(containers[0], "Environment") if containers else {},
        "facts": present(
            modelData=[data for container in containers if (data := model_data_of(container))],
            modelPackages=[name for container in containers if (name := text_at(container, "ModelPackageName"))],
            containers=[_served(container) for container in containers] if len(containers) > 1 else None,
        )
        | carried(response, "InferenceExecutionConfig"),
    }


def read_model_package(response: Doc) -> dict[str, Any]:
    """Return the fields of a model package; the rest of its registry entry is in `registry.Registration`."""
    containers = docs_at(response, "InferenceSpecification", "Containers")
    return {
        "images": images_of(containers, "Image"),
        "environment": settings_at(containers[0], "Environment") if containers else {},
        "facts": present(approvalStatus=text_at(response, "ModelApprovalStatus")),
    }


def read_endpoint(response: Doc) -> dict[str, Any]:
    """Return the fields of an endpoint, with the images that are deployed on it."""
    variants = docs_at(response, "ProductionVariants")
    deployed = [image for variant in variants for image in docs_at(variant, "DeployedImages")]
    counts = [count for variant in variants if (count := int_at(variant, "CurrentInstanceCount")) is not None]
    return {
        "images": images_of(deployed, "ResolvedImage") or images_of(deployed, "SpecifiedImage"),
        "instance_count": sum(counts) if counts else None,
        "facts": present(
            endpointConfigName=text_at(response, "EndpointConfigName"),
        )
        | carried(
            response,
            "ProductionVariants",
            "ShadowProductionVariants",
            "DataCaptureConfig",
            "AsyncInferenceConfig",
            "LastDeploymentConfig",
            "PendingDeploymentSummary",
            "LastModifiedTime",
        ),
    }


def read_endpoint_config(response: Doc) -> dict[str, Any]:
    """Return the fields of an endpoint configuration; instance type and count are its first variant's."""
    variants = docs_at(response, "ProductionVariants") + docs_at(response, "ShadowProductionVariants")
    first = variants[0] if variants else {}
    return {
        "instance_type": text_at(first, "InstanceType"),
        "instance_count": int_at(first, "InitialInstanceCount"),
        "role_arn": text_at(response, "ExecutionRoleArn"),
        "facts": carried(
            response,
            "ProductionVariants",
            "ShadowProductionVariants",
            "DataCaptureConfig",
            "AsyncInferenceConfig",
        ),
    }


def read_inference_component(response: Doc) -> dict[str, Any]:
    """Return the fields of an inference component, with the endpoint and variant that it runs on."""
    specifications = specifications_of(response)
    images = [dig(specification, "Container", "DeployedImage") for specification in specifications]
    first = specifications[0] if specifications else {}
    return {
        "images": images_of(images, "ResolvedImage") or images_of(images, "SpecifiedImage"),
        "instance_type": text_at(first, "InstanceType"),
        "environment": settings_at(first, "Container", "Environment"),
        "facts": present(
            endpointName=text_at(response, "EndpointName"),
            variantName=text_at(response, "VariantName"),
            modelNames=[name for each in specifications if (name := text_at(each, "ModelName"))],
            modelData=[url for each in specifications if (url := text_at(each, "Container", "ArtifactUrl"))],
        )
        | carried(
            response, "Specification", "Specifications", "RuntimeConfig", "LastDeploymentConfig", "LastModifiedTime"
        ),
    }


def _served(container: Doc) -> dict[str, Any]:
    """Return one container of a model that has several."""
    return present(
        hostname=text_at(container, "ContainerHostname"),
        image=text_at(container, "Image"),
        mode=text_at(container, "Mode"),
        modelData=model_data_of(container),
        modelPackage=text_at(container, "ModelPackageName"),
        environment=settings_at(container, "Environment"),
    )
