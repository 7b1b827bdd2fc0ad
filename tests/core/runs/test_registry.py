from typing import Any

import pytest

from chalicelib.core.runs.registry import Container, Deployment, deployments_of, parse_registration
from chalicelib.core.values.model import Doc, JobRef
from tests.builders.answers import IMAGE, answer, arn_of, at, ref

PACKAGE = ref("RegisterModel", "model-package/churn/3")
MODEL_DATA = "s3://data/model.tar.gz"


def package(**members: Any) -> Doc:
    containers = {"Containers": [{"Image": IMAGE, "ImageDigest": "sha256:ab", "ModelDataUrl": MODEL_DATA}]}
    containers["Containers"][0] |= {"Framework": "XGBOOST", "FrameworkVersion": "1.7"}
    return answer("DescribeModelPackage", **({"InferenceSpecification": containers} | members))


def deployed(model: dict[str, Any]) -> dict[JobRef, Doc]:
    return {
        PACKAGE: package(),
        ref("Endpoint", "endpoint/live"): answer("DescribeEndpoint", EndpointConfigName="Config-1"),
        ref("EndpointConfig", "endpoint-config/config-1"): answer(
            "DescribeEndpointConfig", ProductionVariants=[{"VariantName": "a", "ModelName": "m1"}]
        ),
        ref("Model", "model/m1"): answer("DescribeModel", PrimaryContainer=model),
    }


def test_package_is_told_with_who_approved_it_and_when() -> None:
    source = {"ContentType": "application/json", "S3Uri": "s3://data/statistics.json"}
    registration = parse_registration(
        PACKAGE,
        package(
            ModelPackageGroupName="churn",
            ModelPackageVersion=3,
            ModelApprovalStatus="Approved",
            ApprovalDescription="looks good",
            CreatedBy={"UserProfileName": "ann", "DomainId": "d-1"},
            LastModifiedTime=at(9),
            LastModifiedBy={"IamIdentity": {"Arn": "arn:aws:iam::123456789012:role/bob", "PrincipalId": "AROA:bob"}},
            MetadataProperties={"CommitId": "abc123", "Repository": "https://me:sesame@git/churn", "ProjectId": "p-1"},
            ModelMetrics={"ModelQuality": {"Statistics": source}, "Bias": {"PreTrainingReport": source}},
            DriftCheckBaselines={"Explainability": {"ConfigFile": source}},
            CustomerMetadataProperties={"team": "growth", "api_key": "k-123"},
            SecurityConfig={"KmsKeyId": "key-1"},
            ModelLifeCycle={"Stage": "Production", "StageStatus": "Live"},
        ),
    )

    assert (registration.arn, registration.group, registration.version) == (PACKAGE.arn, "churn", 3)
    assert (registration.approval_status, registration.approval_description) == ("Approved", "looks good")
    assert registration.created_by == {"userProfile": "ann", "domainId": "d-1"}
    assert (registration.modified, registration.modified_by) == (
        at(9),
        {"identityArn": "arn:aws:iam::123456789012:role/bob"},
    )
    assert registration.containers == (Container(IMAGE, "sha256:ab", MODEL_DATA, framework="XGBOOST 1.7"),)
    assert registration.model_metrics == {
        "ModelQuality.Statistics": "s3://data/statistics.json",
        "Bias.PreTrainingReport": "s3://data/statistics.json",
    }
    assert registration.drift_baselines == {"Explainability.ConfigFile": "s3://data/statistics.json"}
    assert registration.commit == "abc123"
    assert registration.repository is not None
    assert "sesame" not in registration.repository
    assert registration.customer_metadata == {"team": "growth", "api_key": "[redacted]"}
    assert registration.facts["kmsKeyId"] == "key-1"
    assert registration.facts["lifeCycle"]["Stage"] == "Production"


def test_package_that_may_not_be_described_is_told_by_its_arn() -> None:
    registration = parse_registration(PACKAGE, None)

    assert (registration.arn, registration.group, registration.version) == (PACKAGE.arn, "churn", 3)
    assert (registration.approval_status, registration.containers, registration.model_metrics) == (None, (), {})


def test_package_without_a_version_has_no_group() -> None:
    registration = parse_registration(ref("RegisterModel", "model-package/lonely"), None)

    assert (registration.group, registration.version) == (None, None)


def test_failed_validation_and_source_algorithm_are_told() -> None:
    registration = parse_registration(
        PACKAGE,
        package(
            ModelPackageStatusDetails={
                "ValidationStatuses": [{"Name": "v", "Status": "Failed", "FailureReason": "no"}]
            },
            SourceAlgorithmSpecification={"SourceAlgorithms": [{"AlgorithmName": "xgb", "ModelDataUrl": MODEL_DATA}]},
        ),
    )

    assert registration.facts["validations"] == [{"Name": "v", "Status": "Failed", "FailureReason": "no"}]
    assert registration.facts["sourceAlgorithms"] == [{"name": "xgb", "modelData": MODEL_DATA}]


@pytest.mark.parametrize(
    ("model", "by"),
    [
        ({"ModelPackageName": PACKAGE.arn}, "modelPackage"),
        ({"ModelPackageName": "churn/3"}, "modelPackage"),
        ({"Image": IMAGE, "ModelDataUrl": MODEL_DATA}, "modelData"),
    ],
)
def test_endpoint_of_this_pipeline_that_serves_the_package_is_found(model: dict[str, Any], by: str) -> None:
    assert deployments_of(PACKAGE, deployed(model)) == (Deployment("live", arn_of("endpoint/live"), by),)


def test_endpoint_that_serves_something_else_is_not_the_packages() -> None:
    assert deployments_of(PACKAGE, deployed({"ModelPackageName": arn_of("model-package/churn/2")})) == ()


def test_chain_that_could_not_be_read_to_its_end_claims_nothing() -> None:
    whole = deployed({"ModelPackageName": PACKAGE.arn})
    for missing in (ref("EndpointConfig", "endpoint-config/config-1"), ref("Model", "model/m1")):
        assert deployments_of(PACKAGE, {key: value for key, value in whole.items() if key != missing}) == ()


def test_inference_component_names_the_endpoint_that_it_runs_on() -> None:
    component = answer("DescribeInferenceComponent", Specification={"ModelName": "m1"})
    descriptions = {
        PACKAGE: package(),
        ref("InferenceComponent", "inference-component/component"): component,
        ref("Model", "model/m1"): answer("DescribeModel", PrimaryContainer={"ModelPackageName": PACKAGE.arn}),
    }

    assert deployments_of(PACKAGE, descriptions) == (Deployment("live", arn_of("endpoint/live"), "modelPackage"),)
