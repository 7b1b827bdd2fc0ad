"""The double answers as AWS's own service model says: every member known, of its type, within its bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from faults.double.account import world_of
from faults.double.running import KEY, Double
from faults.double.sagemaker import OPERATIONS
from faults.double.step_results import KINDS

REGION = "eu-west-1"
ARN = f"arn:aws:sagemaker:{REGION}:111122223333:pipeline/mix-20x4"
EXECUTION = f"{ARN}/execution/exec00000003"

PLAIN_QUESTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("DescribePipeline", {"PipelineName": "mix-20x4"}),
    ("DescribePipeline", {"PipelineName": ARN}),
    ("DescribePipelineDefinitionForExecution", {"PipelineExecutionArn": EXECUTION}),
    ("DescribePipelineExecution", {"PipelineExecutionArn": EXECUTION}),
    ("ListPipelineExecutions", {"PipelineName": "mix-20x4", "MaxResults": 2}),
    ("ListPipelineExecutionSteps", {"PipelineExecutionArn": EXECUTION}),
    ("ListPipelineParametersForExecution", {"PipelineExecutionArn": EXECUTION}),
    ("ListPipelines", {"MaxResults": 50}),
    ("ListTags", {"ResourceArn": ARN}),
    ("ListDomains", {}),
)


def strays(value: Any, shape: Shape, where: str) -> Iterator[str]:
    """Where `value` is not what `shape` allows; pattern and length are checked, enumerations too."""
    if isinstance(shape, StructureShape):
        yield from strays_of_members(value, shape, where)
    elif isinstance(shape, ListShape):
        for number, inner in enumerate(value):
            yield from strays(inner, shape.member, f"{where}[{number}]")
    elif isinstance(shape, MapShape):
        for name, inner in value.items():
            yield from strays(inner, shape.value, f"{where}.{name}")
    elif isinstance(shape, StringShape):
        yield from strays_of_text(value, shape, where)
    elif not isinstance(value, {"boolean": bool, "float": float, "double": float}.get(shape.type_name, int) | int):
        yield f"{where}: {value!r} is no {shape.type_name}"


def strays_of_members(value: Any, shape: StructureShape, where: str) -> Iterator[str]:
    """The same for a structure."""
    for missing in set(shape.required_members) - set(value):
        yield f"{where}: {missing} is missing"
    for name, inner in value.items():
        if name in shape.members:
            yield from strays(inner, shape.members[name], f"{where}.{name}")
        else:
            yield f"{where}.{name} is unknown"


def strays_of_text(value: Any, shape: StringShape, where: str) -> Iterator[str]:
    """The same for a string."""
    pattern = shape.metadata.get("pattern")
    if not isinstance(value, str):
        yield f"{where}: {value!r} is no string"
    elif shape.enum and value not in shape.enum:
        yield f"{where}: {value!r} is none of {shape.enum}"
    elif pattern and not re.fullmatch(pattern.replace(r"\p{L}", r"\w").replace(r"\p{Z}\p{N}", r"\s"), value):
        yield f"{where}: {value!r} does not match {pattern}"
    elif len(value) > shape.metadata.get("max", len(value)):
        yield f"{where}: {value!r} is too long"


def client(service: str, double: Double) -> Any:
    """A client of boto3's that asks the double."""
    make: Any = boto3.client
    return make(
        service,
        region_name=REGION,
        endpoint_url=double.url,
        aws_access_key_id=KEY,
        aws_secret_access_key=KEY,
        config=Config(retries={"total_max_attempts": 1}),
    )


def described() -> Iterator[tuple[str, str]]:
    """Every Describe answer of a pipeline of each kind: its operation and the name to ask for."""
    for kind in KINDS:
        world = world_of(f"one-{kind}", REGION)
        assert world is not None
        yield from world.answers


@pytest.mark.parametrize(("operation", "arguments"), PLAIN_QUESTIONS)
def test_answer_is_what_the_service_model_says(operation: str, arguments: dict[str, Any], double: Double) -> None:
    shape = client("sagemaker", double).meta.service_model.operation_model(operation).output_shape
    answer = OPERATIONS[operation](arguments, REGION)

    assert list(strays(answer, shape, operation)) == []


@pytest.mark.parametrize(("operation", "name"), sorted(set(described())))
def test_description_is_what_the_service_model_says(operation: str, name: str, double: Double) -> None:
    service = "emr" if operation == "DescribeCluster" else "sagemaker"
    model = client(service, double).meta.service_model.operation_model(operation)
    argument = model.input_shape.required_members[0]
    answer = OPERATIONS[operation]({argument: name}, REGION)
    # SageMaker's model calls NextToken required in DescribeFeatureGroup's answer; the service leaves it out.
    found = [stray for stray in strays(answer, model.output_shape, operation) if "NextToken is missing" not in stray]

    assert found == []


def test_every_describe_operation_of_the_double_has_something_to_describe() -> None:
    pipelines = {"DescribePipeline", "DescribePipelineDefinitionForExecution", "DescribePipelineExecution"}

    assert {operation for operation, _ in described()} == {
        name for name in OPERATIONS if name.startswith("Describe")
    } - pipelines


def test_boto3_reads_a_whole_pipeline_over_http(double: Double) -> None:
    sagemaker = client("sagemaker", double)
    pipeline = sagemaker.describe_pipeline(PipelineName="mix-20x4")

    assert pipeline["PipelineArn"] == ARN
    assert len(json.loads(pipeline["PipelineDefinition"])["Steps"]) == 18

    pages = sagemaker.get_paginator("list_pipeline_execution_steps").paginate(
        PipelineExecutionArn=EXECUTION, PaginationConfig={"PageSize": 7}
    )
    steps = [step for page in pages for step in page["PipelineExecutionSteps"]]

    assert len(steps) == 19

    jobs = [step for step in steps if "TrainingJob" in step["Metadata"]]
    name = jobs[0]["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    training = sagemaker.describe_training_job(TrainingJobName=name)

    assert training["TrainingStartTime"].tzinfo is not None


def test_buckets_differ_and_are_told_over_http(double: Double) -> None:
    s3 = client("s3", double)
    told = set()
    for number in range(20):
        bucket = f"mix-50x20-{REGION}-b{number}"
        assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        status = s3.get_bucket_versioning(Bucket=bucket).get("Status")
        told.add((rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], status))

    assert told == {("aws:kms", "Enabled"), ("AES256", None), ("AES256", "Suspended")}

    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.get_bucket_versioning(Bucket="no-such-bucket")


def test_locked_bucket_tells_all_its_settings(double: Double) -> None:
    s3 = client("s3", double)
    names = [f"mix-50x20-{REGION}-b{number}" for number in range(20)]
    locked = next(name for name in names if s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled")

    assert s3.get_public_access_block(Bucket=locked)["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is True
    assert s3.get_bucket_policy_status(Bucket=locked)["PolicyStatus"]["IsPublic"] is False
    assert s3.get_bucket_acl(Bucket=locked)["Grants"][0]["Permission"] == "FULL_CONTROL"

    owners = s3.get_bucket_ownership_controls(Bucket=locked)["OwnershipControls"]["Rules"]

    assert owners == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert {"Key": "Env", "Value": "bench"} in s3.get_bucket_tagging(Bucket=locked)["TagSet"]
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=locked)["Policy"]
    assert s3.get_bucket_logging(Bucket=locked)["LoggingEnabled"]["TargetBucket"] == f"{locked}-logs"

    lock = s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]

    assert lock["ObjectLockEnabled"] == "Enabled"
    assert s3.get_bucket_lifecycle_configuration(Bucket=locked)["Rules"][0]["Expiration"] == {"Days": 365}

    copies = s3.get_bucket_replication(Bucket=locked)["ReplicationConfiguration"]["Rules"]

    assert copies[0]["Destination"]["Bucket"] == f"arn:aws:s3:::{locked}-copy"
