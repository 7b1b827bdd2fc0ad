"""Models, endpoint configurations, packages and feature groups that a step uses and no step makes, as places."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import sagemaker
from chalicelib.aws.s3 import BASIC
from chalicelib.web.handlers import get_lineage
from tests.builders.answers import T0, answer, arn_of, at, execution_arn, step_record
from tests.builders.reads import aws_error
from tests.builders.services import ask, pipeline_reads

IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/churn@sha256:" + "1" * 64
TRANSFORM = {
    "Name": "Score",
    "Type": "Transform",
    "Arguments": {
        "ModelName": "Churn-Model",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://lake/in"}}},
        "TransformOutput": {"S3OutputPath": "s3://lake/out"},
    },
}
MODEL = answer(
    "DescribeModel",
    ModelName="Churn-Model",
    PrimaryContainer={"Image": IMAGE, "ModelDataUrl": "s3://models/churn/model.tar.gz"},
    ExecutionRoleArn="arn:aws:iam::123456789012:role/Serve",
    EnableNetworkIsolation=True,
)
PACKAGE = arn_of("model-package/churn/7")
PACKAGED = answer(
    "DescribeModelPackage",
    ModelPackageArn=PACKAGE,
    InferenceSpecification={
        "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://registry/churn/7/model.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    },
)
CONFIG = answer(
    "DescribeEndpointConfig",
    EndpointConfigName="live",
    ProductionVariants=[{"VariantName": "all", "ModelName": "Churn-Model"}],
    DataCaptureConfig={
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://captured/live",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    },
    AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://answers/live"}},
)
GROUP = answer(
    "DescribeFeatureGroup",
    FeatureGroupName="customers",
    OfflineStoreConfig={
        "S3StorageConfig": {
            "S3Uri": "s3://features",
            "ResolvedOutputS3Uri": "s3://features/123456789012/sagemaker/ap-northeast-2/offline-store/customers-1/data",
        }
    },
)


def ingest(name: str = "Ingest") -> dict[str, Any]:
    written = {"OutputName": "features", "FeatureStoreOutput": {"FeatureGroupName": "customers"}}
    return {"Name": name, "Type": "Processing", "Arguments": {"ProcessingOutputConfig": {"Outputs": [written]}}}


def lineage(*steps: Any, asked: list[str] | None = None, **reads: Any) -> Any:
    """The answer about a pipeline of these steps, in an account whose buckets are closed; `asked` takes their names."""

    def closed(Bucket: str, **_: Any) -> Any:
        if asked is not None:
            asked.append(Bucket)
        raise aws_error("AccessDenied", 403)

    shut = dict.fromkeys(BASIC, closed) | {"account_public_access_block": aws_error("AccessDenied", 403)}
    status, body = ask(get_lineage, pipeline_reads(*steps, **(shut | reads)), pipeline="p")
    assert status == 200, body
    return body


def ran(*records: Any) -> dict[str, Any]:
    """The reads of an execution with these records."""
    summary = {"PipelineExecutionArn": execution_arn("e1"), "StartTime": at(-5), "PipelineExecutionStatus": "Succeeded"}
    return {
        "list_pipeline_executions": {"PipelineExecutionSummaries": [summary]},
        "describe_pipeline_definition_for_execution": aws_error("AccessDeniedException"),
        "list_pipeline_parameters_for_execution": {"PipelineParameters": []},
        "list_pipeline_execution_steps": {"PipelineExecutionSteps": list(records)},
    }


def places(body: Any, step: str, side: str) -> set[str]:
    node = next(node for node in body["graph"]["nodes"] if node["id"] == step)
    return {port["uri"] for port in node[side]}


def test_a_transform_reads_the_data_of_the_model_that_it_names_whether_it_ran_or_not() -> None:
    job = answer("DescribeTransformJob", ModelName="Churn-Model")
    record = step_record("Score", Metadata={"TransformJob": {"Arn": arn_of("transform-job/job")}})
    asked: list[str] = []

    before = lineage(TRANSFORM, describe_model=MODEL, asked=asked)
    after = lineage(TRANSFORM, describe_model=MODEL, describe_transform_job=job, **ran(record))

    for body in (before, after):
        assert "s3://models/churn/model.tar.gz" in places(body, "Score", "inputs")
        artifact = next(each for each in body["graph"]["artifacts"] if each["bucket"] == "models")
        assert (artifact["consumedBy"], artifact["s3"]["publicAccess"]) == (["Score"], "Unknown")

    assert "models" in asked


def test_image_network_and_role_of_a_transform_are_those_of_its_model() -> None:
    (node,) = lineage(TRANSFORM, describe_model=MODEL)["graph"]["nodes"]

    assert (node["security"]["image"], node["security"]["networkIsolation"]) == (IMAGE, True)
    assert node["security"]["roleArn"] == "arn:aws:iam::123456789012:role/Serve"
    assert node["security"]["imagePinnedByDigest"] is True


def test_a_model_of_a_package_holds_the_packages_data() -> None:
    of_package = answer("DescribeModel", ModelName="Churn-Model", PrimaryContainer={"ModelPackageName": PACKAGE})

    body = lineage(TRANSFORM, describe_model=of_package, describe_model_package=PACKAGED)

    assert {PACKAGE, "s3://registry/churn/7/model.tar.gz"} <= places(body, "Score", "inputs")


def test_an_endpoint_writes_where_its_configuration_says_and_reads_its_models() -> None:
    step = {"Name": "Deploy", "Type": "Endpoint", "Arguments": {"EndpointName": "live", "EndpointConfigName": "live"}}

    body = lineage(step, describe_endpoint_config=CONFIG, describe_model=MODEL)

    assert {"s3://captured/live", "s3://answers/live"} <= places(body, "Deploy", "outputs")
    assert "s3://models/churn/model.tar.gz" in places(body, "Deploy", "inputs")


def test_what_is_written_to_a_feature_group_lies_in_its_offline_store_and_two_writers_overwrite_nothing() -> None:
    body = lineage(ingest("A"), ingest("B"), describe_feature_group=GROUP)

    store = GROUP["OfflineStoreConfig"]["S3StorageConfig"]["ResolvedOutputS3Uri"]
    artifact = next(each for each in body["graph"]["artifacts"] if each["uri"] == store)

    assert artifact["producedBy"] == ["A", "B"]
    assert "FLOW-08" not in {finding["rule"] for finding in body["findings"]}


def test_what_a_step_of_the_pipeline_makes_is_that_steps_and_is_not_asked_about() -> None:
    container = {"Image": IMAGE, "ModelDataUrl": "s3://lake/own/model.tar.gz"}
    make = {
        "Name": "Make",
        "Type": "Model",
        "Arguments": {"ModelName": "churn-model", "PrimaryContainer": container},
    }

    body = lineage(make, TRANSFORM)

    assert places(body, "Score", "inputs") == {"s3://lake/in"}
    assert not [warning for warning in body["warnings"] if "Model" in str(warning["action"])]


ON_CLUSTER = {
    "Name": "Crunch",
    "Type": "EMR",
    "Arguments": {"ClusterId": "j-1ABC", "StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["x"]}}},
}
CLUSTER = {"Cluster": {"Id": "j-1ABC", "LogUri": "s3n://logs/emr/"}}


def test_a_cluster_that_exists_keeps_its_logs_where_it_says_and_two_steps_on_it_overwrite_nothing() -> None:
    asked: list[str] = []

    body = lineage(ON_CLUSTER, ON_CLUSTER | {"Name": "More"}, describe_cluster=CLUSTER, asked=asked)

    assert places(body, "Crunch", "outputs") == {"s3://logs/emr/"}
    (artifact,) = body["graph"]["artifacts"]
    assert (artifact["bucket"], artifact["producedBy"]) == ("logs", ["Crunch", "More"])
    assert body["graph"]["nodes"][0]["outputs"][0]["within"] == "s3://logs/emr/j-1ABC"
    assert "logs" in asked
    assert "FLOW-08" not in {finding["rule"] for finding in body["findings"]}


def test_a_cluster_that_the_step_starts_is_not_asked_about() -> None:
    jar = {"HadoopJarStep": {"Jar": "command-runner.jar"}}
    arguments = {"StepConfig": jar, "ClusterConfig": {"Name": "own", "LogUri": "s3://logs/own"}}
    record = step_record("Crunch", Metadata={"EMR": {"ClusterId": "j-9", "StepId": "s-1"}})

    body = lineage(ON_CLUSTER | {"Arguments": arguments}, **ran(record))

    (port,) = body["graph"]["nodes"][0]["outputs"]

    assert (port["uri"], port["within"]) == ("s3://logs/own", "s3://logs/own/j-9")
    assert not [warning for warning in body["warnings"] if "Cluster" in str(warning["action"])]


@pytest.mark.parametrize(
    "there",
    [
        "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/7",
        "arn:aws:sagemaker:eu-west-1:123456789012:feature-group/customers",
    ],
)
def test_what_another_region_has_is_not_asked_and_said_so(there: str) -> None:
    container = {"Image": IMAGE, "ModelPackageName": there}
    group = {"OutputName": "f", "FeatureStoreOutput": {"FeatureGroupName": there}}
    steps = {
        "model-package": {"Name": "S", "Type": "Model", "Arguments": {"PrimaryContainer": container}},
        "feature-group": {
            "Name": "S",
            "Type": "Processing",
            "Arguments": {"ProcessingOutputConfig": {"Outputs": [group]}},
        },
    }

    body = lineage(next(step for kind, step in steps.items() if kind in there))

    (warning,) = [each for each in body["warnings"] if each["code"] == "OtherRegion"]

    assert warning["resource"] == there
    assert "it is in eu-west-1, and only ap-northeast-2 is asked" in warning["message"]


@pytest.mark.parametrize(
    ("kind", "bare", "told"),
    [
        ("Athena", {"QueryString": "SELECT 1"}, {"ResultConfiguration": {"OutputLocation": "s3://lake/results"}}),
        (
            "EMRServerless",
            {"ApplicationId": "00a", "JobConfig": {}},
            {
                "ApplicationConfig": {
                    "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://lake/l"}}
                }
            },
        ),
    ],
)
def test_what_a_thing_that_is_not_asked_decides_is_a_warning_and_not_silence(kind: str, bare: Any, told: Any) -> None:
    silent, said = (lineage({"Name": "S", "Type": kind, "Arguments": each}) for each in (bare, bare | told))

    assert [each["resource"] for each in silent["warnings"] if each["code"] == "NotAsked"] == ["S"]
    assert not [each for each in said["warnings"] if each["code"] == "NotAsked"]


@pytest.mark.parametrize(
    ("step", "read", "action"),
    [
        (ON_CLUSTER, "describe_cluster", "elasticmapreduce:DescribeCluster"),
        (TRANSFORM, "describe_model", "sagemaker:DescribeModel"),
        (ingest(), "describe_feature_group", "sagemaker:DescribeFeatureGroup"),
    ],
)
def test_what_may_not_be_described_is_a_warning_with_its_action_and_no_place(step: Any, read: str, action: str) -> None:
    refused: Any = {read: aws_error("AccessDeniedException")}

    body = lineage(step, **refused)

    assert action in [warning["action"] for warning in body["warnings"]]
    assert {artifact["bucket"] for artifact in body["graph"]["artifacts"]} <= {"lake", None}


# --- Made again after the run


def test_a_model_made_again_after_the_run_is_no_fact_of_it() -> None:
    job = answer("DescribeTransformJob", ModelName="Churn-Model")
    record = step_record("Score", Metadata={"TransformJob": {"Arn": arn_of("transform-job/job")}})
    later = record["EndTime"] + timedelta(days=1)

    body = lineage(TRANSFORM, describe_model=MODEL | {"CreationTime": later}, describe_transform_job=job, **ran(record))

    assert "s3://models/churn/model.tar.gz" not in places(body, "Score", "inputs")
    assert "image" not in body["graph"]["nodes"][0]["security"]
    assert [w["resource"] for w in body["warnings"] if w["code"] == "MadeAgain"] == [arn_of("model/Churn-Model")]


def test_a_configuration_made_again_under_the_name_that_a_step_made_is_no_fact_of_the_run() -> None:
    step = {"Name": "Configure", "Type": "EndpointConfig", "Arguments": {"EndpointConfigName": "live"}}
    record = step_record("Configure", Metadata={"EndpointConfig": {"Arn": arn_of("endpoint-config/live")}})
    younger = CONFIG | {"CreationTime": record["EndTime"] + timedelta(minutes=1)}
    reads = {"describe_model": MODEL, **ran(record)}

    again = lineage(step, describe_endpoint_config=younger, **reads)
    same = lineage(step, describe_endpoint_config=CONFIG | {"CreationTime": T0 - timedelta(days=1)}, **reads)

    assert "s3://captured/live" not in places(again, "Configure", "outputs")
    assert "s3://captured/live" in places(same, "Configure", "outputs")
    assert "MadeAgain" in {warning["code"] for warning in again["warnings"]}
    assert "MadeAgain" not in {warning["code"] for warning in same["warnings"]}


def test_an_endpoint_updated_after_the_run_to_a_younger_configuration_is_no_fact_of_it() -> None:
    step = {"Name": "Deploy", "Type": "Endpoint", "Arguments": {"EndpointName": "live"}}
    record = step_record("Deploy", Metadata={"Endpoint": {"Arn": arn_of("endpoint/live")}})
    endpoint = answer("DescribeEndpoint", EndpointConfigName="live", CreationTime=T0 - timedelta(days=30))
    younger = CONFIG | {"CreationTime": record["EndTime"] + timedelta(days=1)}
    reads = {"describe_endpoint": endpoint, "describe_model": MODEL, **ran(record)}

    since = lineage(step, describe_endpoint_config=younger, **reads)
    then = lineage(step, describe_endpoint_config=CONFIG, **reads)

    assert "s3://captured/live" not in places(since, "Deploy", "outputs")
    assert "s3://captured/live" in places(then, "Deploy", "outputs")
    told = {warning["code"]: warning["resource"] for warning in since["warnings"]}
    assert (told["UpdatedSince"], told["MadeAgain"]) == (arn_of("endpoint/live"), arn_of("endpoint-config/live"))


@pytest.mark.parametrize("operation", ["describe_model", "describe_endpoint_config", "describe_feature_group"])
def test_what_may_be_made_again_under_its_name_is_remembered_no_longer_than_the_settings_say(operation: str) -> None:
    kept = [sagemaker.description(operation, {}, arn_of("x"), seconds).keep({}) for seconds in (0.0, 300.0)]

    assert kept == [0.0, 300.0]
