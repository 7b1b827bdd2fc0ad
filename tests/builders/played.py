"""Small pipeline definitions for the sandbox to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]

IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/work:1"
BUCKET = "s3://play-data"


def definition(*steps: Document, parameters: Sequence[Document] = ()) -> Document:
    """A definition with these steps."""
    return {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps)}


def get(path: str) -> Document:
    """A `Get`."""
    return {"Get": path}


def join(*values: Any, on: str = "/") -> Document:
    """A `Std:Join`."""
    return {"Std:Join": {"On": on, "Values": list(values)}}


def step(name: str, kind: str, arguments: Mapping[str, Any] | None = None, **keys: Any) -> Document:
    """A step of any type."""
    return {"Name": name, "Type": kind, "Arguments": dict(arguments or {}), **keys}


def processing(
    name: str, inputs: Mapping[str, Any] | None = None, outputs: Mapping[str, Any] | None = None, **keys: Any
) -> Document:
    """A Processing step with inputs and outputs by name."""
    return step(
        name,
        "Processing",
        {
            "ProcessingResources": {
                "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
            },
            "AppSpecification": {"ImageUri": IMAGE},
            "RoleArn": "arn:aws:iam::123456789012:role/Work",
            "ProcessingInputs": [
                {"InputName": key, "S3Input": {"S3Uri": uri, "LocalPath": f"/opt/ml/{key}", "S3DataType": "S3Prefix"}}
                for key, uri in (inputs or {}).items()
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": key,
                        "S3Output": {"S3Uri": uri, "LocalPath": f"/opt/ml/{key}", "S3UploadMode": "EndOfJob"},
                    }
                    for key, uri in (outputs or {"out": f"{BUCKET}/{name}"}).items()
                ]
            },
        },
        **keys,
    )


def training_arguments(inputs: Mapping[str, Any] | None = None) -> Document:
    """The arguments of a training job with these channels."""
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "validation:auc", "Regex": "auc=(.*)"}],
        },
        "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/models"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30},
        "RoleArn": "arn:aws:iam::123456789012:role/Work",
        "InputDataConfig": [
            {"ChannelName": key, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": uri}}}
            for key, uri in (inputs or {"train": f"{BUCKET}/train"}).items()
        ],
    }


def training(name: str, inputs: Mapping[str, Any] | None = None, **keys: Any) -> Document:
    """A Training step with input channels by name."""
    return step(name, "Training", training_arguments(inputs), **keys)


def condition(
    name: str, conditions: Sequence[Document], then: Sequence[Any] = (), other: Sequence[Any] = (), **keys: Any
) -> Document:
    """A Condition step."""
    arguments = {"Conditions": list(conditions), "IfSteps": list(then), "ElseSteps": list(other)}
    return step(name, "Condition", arguments, **keys)


def compare(kind: str, left: Any, right: Any) -> Document:
    """A comparison of two values."""
    return {"Type": kind, "LeftValue": left, "RightValue": right}


def model(name: str, url: Any) -> Document:
    """A Model step for one container."""
    container = {"Image": IMAGE, "ModelDataUrl": url}
    return step(
        name, "Model", {"PrimaryContainer": container, "ExecutionRoleArn": "arn:aws:iam::123456789012:role/Work"}
    )


def register(name: str, url: Any, group: Any = "models") -> Document:
    """A RegisterModel step for one container."""
    container = {"Image": IMAGE, "ModelDataUrl": url}
    specification = {
        "Containers": [container],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }
    return step(name, "RegisterModel", {"ModelPackageGroupName": group, "InferenceSpecification": specification})
