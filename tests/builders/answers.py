"""AWS's answers about executions and jobs: dicts that botocore's own service model accepts, or the test fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, StructureShape
from botocore.validate import validate_parameters

from chalicelib.core.runs.step_runs import STEP_KINDS, parse_step_run
from chalicelib.core.values.model import JobRef, StepRun

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
T0 = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/train:1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/pipeline"

# The service model's required members that say nothing to most tests.
_FILLING: Mapping[str, Mapping[str, Any]] = {
    "DescribeProcessingJob": {
        "ProcessingJobName": "job",
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
        },
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:processing-job/job",
        "ProcessingJobStatus": "Completed",
        "CreationTime": T0,
    },
    "DescribeTrainingJob": {
        "TrainingJobName": "job",
        "TrainingJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:training-job/job",
        "ModelArtifacts": {"S3ModelArtifacts": "s3://data/job/output/model.tar.gz"},
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "StoppingCondition": {},
        "CreationTime": T0,
    },
    "DescribeTransformJob": {
        "TransformJobName": "job",
        "TransformJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:transform-job/job",
        "TransformJobStatus": "Completed",
        "ModelName": "model",
        "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in"}}},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        "CreationTime": T0,
    },
    "DescribeHyperParameterTuningJob": {
        "HyperParameterTuningJobName": "job",
        "HyperParameterTuningJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:hyper-parameter-tuning-job/job",
        "HyperParameterTuningJobConfig": {"Strategy": "Bayesian", "ResourceLimits": {"MaxParallelTrainingJobs": 2}},
        "HyperParameterTuningJobStatus": "Completed",
        "CreationTime": T0,
        "TrainingJobStatusCounters": {},
        "ObjectiveStatusCounters": {},
    },
    "DescribeAutoMLJob": {
        "AutoMLJobName": "job",
        "AutoMLJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:automl-job/job",
        "InputDataConfig": [
            {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in"}},
                "TargetAttributeName": "y",
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "RoleArn": ROLE,
        "CreationTime": T0,
        "LastModifiedTime": T0,
        "AutoMLJobStatus": "Completed",
        "AutoMLJobSecondaryStatus": "Completed",
    },
    "DescribeAutoMLJobV2": {
        "AutoMLJobName": "job",
        "AutoMLJobArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:automl-job/job",
        "AutoMLJobInputDataConfig": [
            {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in"}}}
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://data/out"},
        "RoleArn": ROLE,
        "CreationTime": T0,
        "LastModifiedTime": T0,
        "AutoMLJobStatus": "Completed",
        "AutoMLJobSecondaryStatus": "Completed",
    },
    "DescribeModel": {
        "ModelName": "model",
        "ModelArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model/model",
        "CreationTime": T0,
    },
    "DescribeModelPackage": {
        "ModelPackageName": "churn",
        "ModelPackageArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package/churn/3",
        "CreationTime": T0,
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
    },
    "DescribeEndpoint": {
        "EndpointName": "live",
        "EndpointArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/live",
        "EndpointStatus": "InService",
        "CreationTime": T0,
        "LastModifiedTime": T0,
    },
    "DescribeEndpointConfig": {
        "EndpointConfigName": "config",
        "EndpointConfigArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint-config/config",
        "ProductionVariants": [{"VariantName": "all", "ModelName": "model"}],
        "CreationTime": T0,
    },
    "DescribeFeatureGroup": {
        "FeatureGroupName": "customers",
        "FeatureGroupArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:feature-group/customers",
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": [{"FeatureName": "id", "FeatureType": "String"}],
        "CreationTime": T0,
        "NextToken": "",
    },
    "DescribeInferenceComponent": {
        "InferenceComponentName": "component",
        "InferenceComponentArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:inference-component/component",
        "EndpointName": "live",
        "EndpointArn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/live",
        "CreationTime": T0,
        "LastModifiedTime": T0,
    },
}


@cache
def service_model(service: str = "sagemaker") -> ServiceModel:
    """botocore's model of a service, of SageMaker unless said otherwise: what AWS may answer."""
    return botocore.session.get_session().get_service_model(service)


def answer(operation: str, **members: Any) -> dict[str, Any]:
    """An answer of `operation`, complete by the service model; what a test does not name is filled in."""
    filled = {**_FILLING.get(operation, {}), **members}
    validate_parameters(filled, output_shape(operation))
    return filled


def output_shape(operation: str) -> StructureShape:
    """What `operation` answers, by the service model."""
    shape = service_model().operation_model(operation).output_shape
    assert shape is not None
    return shape


def metadata_members() -> dict[str, set[str]]:
    """Every key of a step's metadata, with the keys below it, by the service model."""
    shape = service_model().shape_for("PipelineExecutionStepMetadata")
    assert isinstance(shape, StructureShape)
    members = {key: value for key, value in shape.members.items() if isinstance(value, StructureShape)}
    return {key: set(value.members) for key, value in members.items()}


def step_record(
    name: str, status: str = "Succeeded", start: int | None = 0, end: int | None = 60, **members: Any
) -> Any:
    """One entry of ListPipelineExecutionSteps; `start` and `end` are seconds after `T0`."""
    record: dict[str, Any] = {"StepName": name, "StepStatus": status, **members}
    if start is not None:
        record["StartTime"] = at(start)
    if end is not None:
        record["EndTime"] = at(end)
    known = {key: value for key, value in record.get("Metadata", {}).items() if key in STEP_KINDS}
    answer("ListPipelineExecutionSteps", PipelineExecutionSteps=[{**record, "Metadata": known}])
    return record


def step_run(
    name: str, status: str = "Succeeded", start: int | None = 0, end: int | None = 60, **members: Any
) -> StepRun:
    """A `StepRun` read from such an entry."""
    return parse_step_run(step_record(name, status, start, end, **members))


def at(seconds: int) -> datetime:
    """A time so many seconds after `T0`."""
    return T0 + timedelta(seconds=seconds)


def arn_of(resource: str) -> str:
    """The ARN of a SageMaker resource: `training-job/train-1`."""
    return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:{resource}"


def execution_arn(execution: str) -> str:
    """The ARN of an execution of the pipeline under test."""
    return arn_of(f"pipeline/mlops-pipeline/execution/{execution}")


def made(kind: str, resource: str) -> dict[str, Any]:
    """A step's metadata for what it made, under the key that AWS uses for this kind of step."""
    return {kind: {STEP_KINDS[kind].arn or "Arn": arn_of(resource)}}


def ref(kind: str, resource: str) -> JobRef:
    """The reference that `made` comes to."""
    return JobRef(kind, arn_of(resource))


def texts_in(value: Any) -> Iterable[str]:
    """Every piece of text in a JSON value, keys too."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value
