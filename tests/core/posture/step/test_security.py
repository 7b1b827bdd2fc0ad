"""What each kind of step says of its own protection, by its definition and by its job's description."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.posture.step.places import PLACES
from chalicelib.core.posture.step.security import (
    MODELS_OWN,
    NO_OUTPUT_KEY,
    NO_VOLUME_KEY,
    ONE_INSTANCE,
    SEVERAL,
    step_security,
)

KEY, ROLE = "arn:aws:kms:ap-northeast-2:123456789012:key/k", "arn:aws:iam::123456789012:role/r"
IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/own"
PINNED = f"{IMAGE}@sha256:{'0' * 64}"
VPC = {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
VPC_SHOWN = {"subnets": ["subnet-1"], "securityGroupIds": ["sg-1"]}

TRAINING = {
    "AlgorithmSpecification": {"TrainingImage": PINNED},
    "OutputDataConfig": {"S3OutputPath": "s3://b/out", "KmsKeyId": KEY},
    "ResourceConfig": {"InstanceCount": 2, "VolumeKmsKeyId": KEY},
    "RoleArn": ROLE,
    "VpcConfig": VPC,
    "EnableNetworkIsolation": True,
    "EnableInterContainerTrafficEncryption": True,
    "RemoteDebugConfig": {"EnableRemoteDebug": True},
}
PROCESSING = {
    "AppSpecification": {"ImageUri": IMAGE},
    "ProcessingOutputConfig": {"KmsKeyId": KEY, "Outputs": []},
    "ProcessingResources": {"ClusterConfig": {"InstanceCount": 1, "VolumeKmsKeyId": KEY}},
    "NetworkConfig": {"EnableNetworkIsolation": False, "VpcConfig": VPC},
    "RoleArn": ROLE,
}
ALL_KEYS = {"volumeKmsKeyId": KEY, "outputKmsKeyId": KEY}


def secured(
    type: str,  # noqa: A002
    arguments: Mapping[str, Any],
    *,
    parameters: Mapping[str, Any] | None = None,
    description: Mapping[str, Any] | None = None,
    models: Sequence[Mapping[str, Any]] = (),
) -> Mapping[str, Any]:
    document = {
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": name, "Type": "String", **({} if value is None else {"DefaultValue": value})}
            for name, value in (parameters or {}).items()
        ],
        "Steps": [{"Name": "S", "Type": type, "Arguments": arguments}],
    }
    definition = parse_definition(json.dumps(document))
    return step_security(definition.steps[0], Scope(definition), description, models)


CASES: list[tuple[str, Mapping[str, Any], Mapping[str, Any]]] = [
    (
        "Training",
        TRAINING,
        {
            **ALL_KEYS,
            "networkIsolation": True,
            "interContainerEncryption": True,
            "roleArn": ROLE,
            "remoteDebug": True,
            "vpcConfig": VPC_SHOWN,
            "instanceCount": 2,
            "image": PINNED,
            "imagePinnedByDigest": True,
        },
    ),
    (
        "Training",
        {"ResourceConfig": {"InstanceGroups": [{"InstanceCount": 1}, {"InstanceCount": 3}]}},
        {"instanceCount": 4, "networkIsolation": False, "remoteDebug": False, "vpcConfig": None, "roleArn": None},
    ),
    (
        "Processing",
        PROCESSING,
        {
            **ALL_KEYS,
            "networkIsolation": False,
            "interContainerEncryption": False,
            "vpcConfig": VPC_SHOWN,
            "instanceCount": 1,
            "image": IMAGE,
            "imagePinnedByDigest": False,
        },
    ),
    ("QualityCheck", PROCESSING, {**ALL_KEYS, "networkIsolation": False}),
    (
        "ClarifyCheck",
        {"ProcessingOutputConfig": {"Outputs": [{"S3Output": {"KmsKeyId": KEY}}]}},
        {"outputKmsKeyId": KEY, "volumeKmsKeyId": None},
    ),
    ("Tuning", {"TrainingJobDefinition": TRAINING}, {**ALL_KEYS, "networkIsolation": True, "instanceCount": 2}),
    (
        "Tuning",
        {"TrainingJobDefinition": {"HyperParameterTuningResourceConfig": {"InstanceCount": 3, "VolumeKmsKeyId": KEY}}},
        {"instanceCount": 3, "volumeKmsKeyId": KEY},
    ),
    (
        "Transform",
        {
            "TransformOutput": {"KmsKeyId": KEY},
            "TransformResources": {"InstanceCount": 2, "VolumeKmsKeyId": KEY},
        },
        {**ALL_KEYS, "instanceCount": 2},
    ),
    (
        "AutoML",
        {
            "AutoMLJobConfig": {"SecurityConfig": {"VpcConfig": VPC, "VolumeKmsKeyId": KEY}},
            "OutputDataConfig": {"KmsKeyId": KEY},
        },
        {**ALL_KEYS, "vpcConfig": VPC_SHOWN, "interContainerEncryption": False},
    ),
    (
        "AutoML",
        {"SecurityConfig": {"VpcConfig": VPC, "EnableInterContainerTrafficEncryption": True}},
        {"vpcConfig": VPC_SHOWN, "interContainerEncryption": True},
    ),
    (
        "Model",
        {
            "PrimaryContainer": {"Image": PINNED, "ImageConfig": {"RepositoryAccessMode": "Vpc"}},
            "ExecutionRoleArn": ROLE,
        },
        {"image": PINNED, "imagePinnedByDigest": True, "privateRegistry": True, "networkIsolation": False}
        | {"roleArn": ROLE},
    ),
    (
        "Model",
        {"Containers": [{"Image": PINNED}, {"Image": IMAGE}, {"ModelPackageName": "p"}]},
        {"image": PINNED, "images": [PINNED, IMAGE], "imagePinnedByDigest": False, "privateRegistry": False},
    ),
    (
        "RegisterModel",
        {"InferenceSpecification": {"Containers": [{"Image": IMAGE}]}, "SecurityConfig": {"KmsKeyId": KEY}},
        {"outputKmsKeyId": KEY, "image": IMAGE, "imagePinnedByDigest": False},
    ),
    (
        "EndpointConfig",
        {
            "KmsKeyId": KEY,
            "ProductionVariants": [{"InitialInstanceCount": 3}, {"InitialInstanceCount": 1}],
            "DataCaptureConfig": {"KmsKeyId": KEY},
        },
        {**ALL_KEYS, "instanceCount": 1},
    ),
    ("EMR", {"ExecutionRoleArn": ROLE}, {"roleArn": ROLE}),
    ("EMRServerless", {"ExecutionRoleArn": ROLE}, {"roleArn": ROLE}),
    ("InferenceComponent", {"Specification": {"Container": {"Image": IMAGE}}}, {"image": IMAGE}),
    (  # as its description has it
        "InferenceComponent",
        {"Specifications": [{"Container": {"DeployedImage": {"SpecifiedImage": IMAGE}}}]},
        {"image": IMAGE},
    ),
]


@pytest.mark.parametrize(("type", "arguments", "expected"), CASES)
def test_a_kind_of_step_keeps_its_settings_in_its_own_places(
    type: str,  # noqa: A002
    arguments: Mapping[str, Any],
    expected: Mapping[str, Any],
) -> None:
    found = secured(type, arguments)

    assert expected.items() <= found.items()
    assert found["source"] == "definition"


def test_every_kind_of_step_with_settings_is_in_the_table_of_cases() -> None:
    assert {case[0] for case in CASES} == set(PLACES)


@pytest.mark.parametrize("type", ["Condition", "Fail", "Lambda", "Callback", "Cleanup", "Something new"])
def test_a_step_without_settings_says_nothing(type: str) -> None:  # noqa: A002
    assert secured(type, {}) == {}


@pytest.mark.parametrize("type", sorted(PLACES))
@pytest.mark.parametrize("junk", [None, "text", 7, [], [None], {"Get": "Parameters.Nowhere"}, {"Get": 7}, {"a": {}}])
def test_arguments_of_an_unexpected_shape_are_no_fault_and_no_fact(type: str, junk: Any) -> None:  # noqa: A002
    names = [
        *TRAINING,
        *PROCESSING,
        "TrainingJobDefinition",
        "TrainingJobDefinitions",
        "PrimaryContainer",
        "Containers",
    ]
    names += ["InferenceSpecification", "SecurityConfig", "AutoMLJobConfig", "ProductionVariants", "KmsKeyId"]
    found = secured(type, dict.fromkeys(names, junk))

    assert json.dumps(found)
    assert found.get("networkIsolation", False) is not True
    assert found.get("imagePinnedByDigest", False) is not True


def test_the_jobs_description_wins_over_the_definition() -> None:
    found = secured("Training", TRAINING, description={"EnableNetworkIsolation": False, "RoleArn": "other"})

    assert (found["networkIsolation"], found["roleArn"], found["outputKmsKeyId"]) == (False, "other", None)
    assert found["source"] == "job description"


def test_parameters_are_resolved_and_what_cannot_be_is_unknown() -> None:
    arguments = {
        "OutputDataConfig": {"KmsKeyId": {"Get": "Parameters.Key"}},
        "ResourceConfig": {"InstanceCount": {"Get": "Parameters.Count"}, "VolumeKmsKeyId": {"Get": "Parameters.None"}},
        "EnableNetworkIsolation": {"Get": "Parameters.Isolated"},
        "EnableInterContainerTrafficEncryption": {"Get": "Steps.X.Y"},
        "VpcConfig": {"Subnets": [{"Get": "Parameters.Subnet"}, {"Get": "Parameters.None"}]},
        "AlgorithmSpecification": {"TrainingImage": {"Std:Join": {"On": "", "Values": [IMAGE, ":1"]}}},
        "RoleArn": {"Get": "Parameters.None"},
    }
    parameters = {"Key": KEY, "Count": "2", "Isolated": "True", "Subnet": "subnet-1", "None": None}
    found = secured("Training", arguments, parameters=parameters)

    assert found["outputKmsKeyId"] == KEY
    assert found["volumeKmsKeyId"] == "Unknown"
    assert found["instanceCount"] == 2
    assert found["networkIsolation"] is True
    assert found["interContainerEncryption"] == "Unknown"
    assert found["vpcConfig"] == {"subnets": ["subnet-1", "Unknown"], "securityGroupIds": []}
    assert (found["image"], found["imagePinnedByDigest"]) == (f"{IMAGE}:1", False)
    assert found["roleArn"] == "Unknown"


@pytest.mark.parametrize("whole", ["VpcConfig", "NetworkConfig"])
def test_a_whole_object_that_is_an_expression_leaves_everything_in_it_unknown(whole: str) -> None:
    expression = {"Get": "Parameters.Network"}
    arguments = {"NetworkConfig": expression if whole == "NetworkConfig" else {"VpcConfig": expression}}
    found = secured("Processing", arguments)

    assert found["vpcConfig"] == "Unknown"
    assert found["networkIsolation"] == ("Unknown" if whole == "NetworkConfig" else False)


@pytest.mark.parametrize("image", [{"Get": "Parameters.Image"}, {"Get": "Steps.Build.OutputParameters['Image']"}])
def test_an_image_that_is_not_known_is_neither_pinned_nor_not(image: Any) -> None:
    found = secured("Processing", {"AppSpecification": {"ImageUri": image}})

    assert (found["image"], found["imagePinnedByDigest"]) == ("Unknown", "Unknown")


def test_a_package_is_pinned_by_the_digest_that_the_registry_resolved() -> None:
    containers = [{"Image": IMAGE, "ImageDigest": "sha256:0"}, {"Image": IMAGE, "ImageDigest": "sha256:1"}]
    package = {"InferenceSpecification": {"Containers": containers}}

    assert secured("RegisterModel", {}, description=package)["imagePinnedByDigest"] is True

    half = {"InferenceSpecification": {"Containers": [containers[0], {"Image": IMAGE}]}}

    assert secured("RegisterModel", {}, description=half)["imagePinnedByDigest"] is False


def test_of_several_definitions_the_weakest_setting_is_shown() -> None:
    weak = {"EnableNetworkIsolation": False, "ResourceConfig": {"InstanceCount": 5}}
    found = secured("Tuning", {"TrainingJobDefinitions": [TRAINING, weak]})

    assert (found["networkIsolation"], found["outputKmsKeyId"], found["instanceCount"]) == (False, None, 5)
    assert SEVERAL in found["notes"]

    same = secured("Tuning", {"TrainingJobDefinitions": [TRAINING, TRAINING]})

    assert SEVERAL not in same["notes"]


def test_a_missing_key_is_not_customer_managed_and_not_called_unencrypted() -> None:
    found = secured("Training", {"ResourceConfig": {"InstanceCount": 1}, "OutputDataConfig": {"KmsKeyId": ""}})

    assert (found["outputKmsKeyId"], found["volumeKmsKeyId"]) == (None, None)
    assert found["notes"] == [NO_OUTPUT_KEY, NO_VOLUME_KEY, ONE_INSTANCE]
    assert "unencrypted" not in " ".join(found["notes"])


def test_root_is_a_matter_of_notebooks_and_of_no_step() -> None:
    assert secured("Training", TRAINING)["rootAccess"] == "NotApplicable"


# --- Settings of models that a step uses and no step makes

ISOLATED = {"PrimaryContainer": {"Image": PINNED}, "ExecutionRoleArn": ROLE, "EnableNetworkIsolation": True}
OPEN = {"Containers": [{"Image": IMAGE}], "ExecutionRoleArn": ROLE, "EnableNetworkIsolation": False, "VpcConfig": VPC}


def test_what_a_step_has_no_setting_of_is_its_models() -> None:
    shown = secured("Transform", {}, models=[ISOLATED])

    assert (shown["image"], shown["imagePinnedByDigest"], shown["roleArn"]) == (PINNED, True, ROLE)
    assert (shown["networkIsolation"], shown["vpcConfig"]) == (True, None)
    assert MODELS_OWN in shown["notes"]


def test_of_several_models_the_weakest_setting_counts_and_every_image_is_told() -> None:
    shown = secured("Transform", {}, models=[ISOLATED, OPEN])

    assert (shown["networkIsolation"], shown["imagePinnedByDigest"], shown["vpcConfig"]) == (False, False, None)
    assert shown["images"] == [PINNED, IMAGE]


def test_a_steps_own_setting_is_not_its_models() -> None:
    shown = secured("EndpointConfig", {"EnableNetworkIsolation": True, "VpcConfig": VPC}, models=[OPEN])

    assert (shown["networkIsolation"], shown["vpcConfig"], shown["image"]) == (True, VPC_SHOWN, IMAGE)
