"""The demo account, asked as a stranger would: unmodified boto3 over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

import sandbox
from sandbox.demo import CHAIN, KMS_KEY, MAIN, PUBLIC, REPORTS, RESTRICTED, RETIRED, fill


@pytest.fixture(scope="module")
def demo() -> Iterator[sandbox.Account]:
    with sandbox.demo_account() as opened:
        yield opened


@pytest.fixture(scope="module")
def sagemaker(demo: sandbox.Account) -> Any:
    return demo.client("sagemaker")


def latest(sagemaker: Any, pipeline: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = sagemaker.list_pipeline_executions(PipelineName=pipeline)[
        "PipelineExecutionSummaries"
    ]
    return found[0]


def test_each_pipeline_is_in_its_own_state(sagemaker: Any) -> None:
    names = [one["PipelineName"] for one in sagemaker.list_pipelines()["PipelineSummaries"]]
    states = {
        name: [
            one["PipelineExecutionStatus"]
            for one in sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
        ]
        for name in names
    }

    assert states == {
        "mlops-pipeline": ["Succeeded", "Failed", "Succeeded"],
        "churn-retrain": ["Failed", "Succeeded"],
        "nightly-scoring": ["Executing"],
        "fraud-experiment": [],
        "batch-inference": ["Succeeded"],
        **{name: ["Succeeded"] for name in CHAIN},
    }


def test_latest_run_of_the_first_pipeline_registered_the_model_it_trained(sagemaker: Any) -> None:
    arn = latest(sagemaker, "mlops-pipeline")["PipelineExecutionArn"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    made = {one["StepName"]: one["Metadata"] for one in steps}
    job = made["Train"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    trained = sagemaker.describe_training_job(TrainingJobName=job)
    package = sagemaker.describe_model_package(
        ModelPackageName=made["RegisterModel-RegisterModel"]["RegisterModel"]["Arn"]
    )
    container = package["InferenceSpecification"]["Containers"][0]

    assert container["ModelDataUrl"] == trained["ModelArtifacts"]["S3ModelArtifacts"]
    assert {one["MetricName"]: round(one["Value"], 2) for one in trained["FinalMetricDataList"]} == {
        "train:auc": 0.72,
        "validation:auc": 0.63,
    }


def told_by(read: Any, bucket: str) -> str:
    """The error code of a read of a bucket, or `read`."""
    try:
        read(Bucket=bucket)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "read"


def test_buckets_differ_in_their_protection(demo: sandbox.Account) -> None:
    s3 = demo.client("s3")
    encryption = {
        name: s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
        for name in (MAIN, REPORTS)
    }
    defaults = {name: one["ApplyServerSideEncryptionByDefault"] for name, one in encryption.items()}

    assert defaults[MAIN] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KMS_KEY}
    assert defaults[REPORTS] == {"SSEAlgorithm": "AES256"}
    assert s3.get_bucket_versioning(Bucket=MAIN)["Status"] == "Enabled"
    assert "Status" not in s3.get_bucket_versioning(Bucket=REPORTS)
    assert s3.get_bucket_policy_status(Bucket=PUBLIC)["PolicyStatus"]["IsPublic"]
    assert told_by(s3.get_public_access_block, PUBLIC) == "NoSuchPublicAccessBlockConfiguration"
    assert told_by(s3.get_bucket_encryption, RESTRICTED) == "AccessDenied"
    assert told_by(s3.get_bucket_tagging, RESTRICTED) == "AccessDenied"
    assert told_by(s3.get_bucket_encryption, RETIRED) == "NoSuchBucket"


def test_pipelines_belong_to_the_domain(sagemaker: Any) -> None:
    (domain,) = sagemaker.list_domains()["Domains"]
    arn = sagemaker.describe_pipeline(PipelineName="mlops-pipeline")["PipelineArn"]
    tags = {one["Key"]: one["Value"] for one in sagemaker.list_tags(ResourceArn=arn)["Tags"]}

    assert (tags["DomainName"], tags["sagemaker:domain-arn"]) == (domain["DomainName"], domain["DomainArn"])


def test_cached_step_of_the_failed_run_shows_the_job_of_the_run_before(sagemaker: Any) -> None:
    found = sagemaker.list_pipeline_executions(PipelineName="churn-retrain")["PipelineExecutionSummaries"]
    failed, before = (one["PipelineExecutionArn"] for one in found)
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=failed)["PipelineExecutionSteps"]
    statuses = {one["StepName"]: one["StepStatus"] for one in steps}

    assert statuses == {"BuildFeatures": "Succeeded", "TrainChurn": "Failed"}

    cached = next(one for one in steps if one["StepName"] == "BuildFeatures")

    assert cached["CacheHitResult"] == {"SourcePipelineExecutionArn": before}


def test_batch_inference_reads_what_the_first_pipeline_wrote(sagemaker: Any) -> None:
    arn = latest(sagemaker, "batch-inference")["PipelineExecutionArn"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    job = next(one["Metadata"]["ProcessingJob"]["Arn"] for one in steps if one["StepName"] == "SelectRows")
    described = sagemaker.describe_processing_job(ProcessingJobName=job.rsplit("/", 1)[-1])
    reads = [one["S3Input"]["S3Uri"] for one in described["ProcessingInputs"]]

    assert f"s3://{MAIN}/pipelines/mlops/preprocessed/test" in [one.rstrip("/") for one in reads]


def everything(account: sandbox.Account) -> list[tuple[str, dict[str, Any]]]:
    """What an account answers to every question about its pipelines, executions and objects."""
    sagemaker, s3 = account.client("sagemaker"), account.client("s3")
    found: list[tuple[str, dict[str, Any]]] = []

    def ask(client: Any, operation: str, **arguments: Any) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(client, operation)(**arguments)
        del answer["ResponseMetadata"]
        found.append((client.meta.method_to_api_mapping[operation], answer))
        return answer

    ask(sagemaker, "list_domains")
    for pipeline in ask(sagemaker, "list_pipelines")["PipelineSummaries"]:
        ask(sagemaker, "describe_pipeline", PipelineName=pipeline["PipelineName"])
        ask(sagemaker, "list_tags", ResourceArn=pipeline["PipelineArn"])
        runs = ask(sagemaker, "list_pipeline_executions", PipelineName=pipeline["PipelineName"])
        for run in runs["PipelineExecutionSummaries"]:
            arn = {"PipelineExecutionArn": run["PipelineExecutionArn"]}
            ask(sagemaker, "describe_pipeline_execution", **arn)
            ask(sagemaker, "describe_pipeline_definition_for_execution", **arn)
            ask(sagemaker, "list_pipeline_parameters_for_execution", **arn)
            ask(sagemaker, "list_pipeline_execution_steps", **arn)
    for bucket in (MAIN, REPORTS, PUBLIC):
        ask(s3, "list_objects_v2", Bucket=bucket)
    return found


def test_every_answer_is_what_the_service_model_promises(demo: sandbox.Account) -> None:
    sagemaker, s3 = (demo.client(name).meta.service_model for name in ("sagemaker", "s3"))
    answers = everything(demo)
    for operation, answer in answers:
        model = sagemaker if operation in sagemaker.operation_names else s3
        shape = model.operation_model(operation).output_shape
        assert ParamValidator().validate(answer, shape).generate_report() == "", operation

    assert len({operation for operation, _ in answers}) == 10


def test_demo_is_the_same_whenever_it_is_opened(demo: sandbox.Account) -> None:
    before = everything(demo)
    demo.reset()
    fill(demo)

    assert everything(demo) == before
