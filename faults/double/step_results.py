"""The other kinds of step: models, packages, endpoints, AutoML, and what only says something at run time."""

from __future__ import annotations

from collections.abc import Callable

from faults.double.job_results import (
    check_of,
    evaluation,
    image_of,
    processing,
    real,
    training,
    transform,
    tuning,
    written,
)
from faults.double.step_context import Doc, Made, Place, Ref


def _automl_document(at: Place, location: Callable[[Ref], object]) -> Doc:
    source = at.reads[0] if at.reads else at.location("in")
    return {
        "InputDataConfig": [
            {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": location(source)}},
                "TargetAttributeName": "label",
            }
        ],
        "OutputDataConfig": {"S3OutputPath": location(at.location("automl"))},
        "RoleArn": at.role,
    }


def _automl_answer(at: Place) -> Doc:
    return {
        "AutoMLJobName": at.job,
        "AutoMLJobArn": at.arn("automl-job"),
        "AutoMLJobStatus": "Completed",
        "AutoMLJobSecondaryStatus": "Completed",
        "CreationTime": at.start,
        "EndTime": at.start + 55,
        "LastModifiedTime": at.start + 55,
        "BestCandidate": {
            "CandidateName": f"{at.job}-best",
            "ObjectiveStatus": "Succeeded",
            "CandidateSteps": [],
            "CandidateStatus": "Completed",
            "CreationTime": at.start,
            "LastModifiedTime": at.start + 55,
            "FinalAutoMLJobObjectiveMetric": {"MetricName": "F1", "Value": 0.75},
        },
    }


def automl(at: Place) -> Made:
    """Return an AutoML job of the first version."""
    return Made(
        {"Name": at.name, "Type": "AutoML", "Arguments": _automl_document(at, written)},
        {"AutoMLJob": {"Arn": at.arn("automl-job")}},
        {("DescribeAutoMLJob", at.job): {**_automl_answer(at), **_automl_document(at, real)}},
        at.location("automl"),
    )


def automl_v2(at: Place) -> Made:
    """Return an AutoML job of the second version: the first version's Describe does not know it."""
    document = _automl_document(at, real)
    channel = {**document.pop("InputDataConfig")[0], "ChannelType": "training"}
    del channel["TargetAttributeName"]
    answer = {**_automl_answer(at), **document, "AutoMLJobInputDataConfig": [channel]}
    step = {"Name": at.name, "Type": "AutoML", "Arguments": _automl_document(at, written)}
    return Made(
        step,
        {"AutoMLJob": {"Arn": at.arn("automl-job")}},
        {("DescribeAutoMLJobV2", at.job): answer},
        at.location("automl"),
    )


def model(at: Place) -> Made:
    """Return a model from an earlier training's file."""

    def container(location: Callable[[Ref], object]) -> Doc:
        source = at.reads[-1] if at.reads else at.location("model.tar.gz")
        return {"Image": image_of(at), "Environment": {"STAGE": "bench"}, "ModelDataUrl": location(source)}

    answer = {
        "ModelName": at.job,
        "ModelArn": at.arn("model"),
        "PrimaryContainer": container(real),
        "ExecutionRoleArn": at.role,
        "CreationTime": at.start,
        "EnableNetworkIsolation": False,
    }
    arguments = {"PrimaryContainer": container(written), "ExecutionRoleArn": at.role}
    return Made(
        {"Name": at.name, "Type": "Model", "Arguments": arguments},
        {"Model": {"Arn": at.arn("model")}},
        {("DescribeModel", at.job): answer},
        model=at.name,
    )


def register(at: Place) -> Made:
    """Return a model package in a group, approved."""
    arn = at.arn("model-package", f"{at.pipeline}/7")

    def specification(location: Callable[[Ref], object]) -> Doc:
        source = at.reads[-1] if at.reads else at.location("model.tar.gz")
        return {
            "Containers": [{"Image": image_of(at), "ModelDataUrl": location(source)}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        }

    answer = {
        "ModelPackageName": at.pipeline,
        "ModelPackageGroupName": at.pipeline,
        "ModelPackageVersion": 7,
        "ModelPackageArn": arn,
        "CreationTime": at.start,
        "InferenceSpecification": specification(real),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": []},
        "ModelApprovalStatus": "Approved",
        "MetadataProperties": {"GeneratedBy": f"{at.arn('pipeline', at.pipeline)}/execution/exec00000003"},
    }
    arguments = {
        "ModelPackageGroupName": at.pipeline,
        "ModelApprovalStatus": "PendingManualApproval",
        "InferenceSpecification": specification(written),
    }
    return Made(
        {"Name": at.name, "Type": "RegisterModel", "Arguments": arguments},
        {"RegisterModel": {"Arn": arn}},
        {("DescribeModelPackage", arn): answer},
        package=at.name,
    )


def endpoint_config(at: Place) -> Made:
    """Return a configuration with one variant of an earlier step's model, and data capture."""
    made_model = at.models[-1] if at.models else "Model"
    capture = at.location("capture")

    def document(name: object, location: object) -> Doc:
        return {
            "ProductionVariants": [
                {
                    "VariantName": "all",
                    "ModelName": name,
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                }
            ],
            "DataCaptureConfig": {
                "EnableCapture": True,
                "InitialSamplingPercentage": 10,
                "DestinationS3Uri": location,
                "CaptureOptions": [{"CaptureMode": "Input"}],
            },
        }

    answer = {
        "EndpointConfigName": at.job,
        "EndpointConfigArn": at.arn("endpoint-config"),
        "CreationTime": at.start,
        **document(f"{at.pipeline}--{made_model}", capture.uri),
    }
    arguments = document({"Get": f"Steps.{made_model}.ModelName"}, capture.written)
    return Made(
        {"Name": at.name, "Type": "EndpointConfig", "Arguments": {"EndpointConfigName": at.job, **arguments}},
        {"EndpointConfig": {"Arn": at.arn("endpoint-config")}},
        {("DescribeEndpointConfig", at.job): answer},
    )


def endpoint(at: Place) -> Made:
    """Return an endpoint that is in service, with a configuration of its own name."""
    config = endpoint_config(at).answers
    answer = {
        "EndpointName": at.job,
        "EndpointArn": at.arn("endpoint"),
        "EndpointConfigName": at.job,
        "EndpointStatus": "InService",
        "CreationTime": at.start,
        "LastModifiedTime": at.start + 55,
    }
    return Made(
        {
            "Name": at.name,
            "Type": "Endpoint",
            "Arguments": {"EndpointName": at.job, "EndpointConfigName": at.job},
        },
        {"Endpoint": {"Arn": at.arn("endpoint")}},
        {**config, ("DescribeEndpoint", at.job): answer},
    )


def inference_component(at: Place) -> Made:
    """Return an inference component on an endpoint."""
    answer = {
        "InferenceComponentName": at.job,
        "InferenceComponentArn": at.arn("inference-component"),
        "EndpointName": "shared",
        "EndpointArn": at.arn("endpoint", "shared"),
        "VariantName": "all",
        "InferenceComponentStatus": "InService",
        "Specification": {"Container": {"ArtifactUrl": at.location("model.tar.gz").uri}},
        "CreationTime": at.start,
        "LastModifiedTime": at.start + 55,
    }
    arguments = {
        "InferenceComponentName": at.job,
        "EndpointName": "shared",
        "Specification": {"Container": {"ArtifactUrl": at.location("model.tar.gz").written}},
    }
    return Made(
        {"Name": at.name, "Type": "InferenceComponent", "Arguments": arguments},
        {"InferenceComponent": {"Arn": at.arn("inference-component")}},
        {("DescribeInferenceComponent", at.job): answer},
    )


def feature_group(at: Place) -> Made:
    """Return a processing job that writes to a feature group."""
    made = processing(at)
    output = {"OutputName": "features", "AppManaged": True, "FeatureStoreOutput": {"FeatureGroupName": at.job}}
    made.step["Arguments"]["ProcessingOutputConfig"]["Outputs"].append(output)
    described = made.answers["DescribeProcessingJob", at.job]
    described["ProcessingOutputConfig"]["Outputs"].append(output)
    answer = {
        "FeatureGroupName": at.job,
        "FeatureGroupArn": at.arn("feature-group"),
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": [
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "at", "FeatureType": "Fractional"},
            {"FeatureName": "amount", "FeatureType": "Integral"},
        ],
        "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": at.location("store").uri}},
        "FeatureGroupStatus": "Created",
        "CreationTime": at.start,
    }
    return Made(made.step, made.metadata, {**made.answers, ("DescribeFeatureGroup", at.job): answer}, made.leaves)


def lambda_step(at: Place) -> Made:
    """Return a function call that gave one output."""
    arn = f"arn:aws:lambda:{at.region}:{at.account}:function:notify"
    step = {
        "Name": at.name,
        "Type": "Lambda",
        "FunctionArn": arn,
        "Arguments": {"what": at.reads[0].written if at.reads else "nothing"},
        "OutputParameters": [{"OutputName": "answer", "OutputType": "String"}],
    }
    return Made(step, {"Lambda": {"Arn": arn, "OutputParameters": [{"Name": "answer", "Value": "yes"}]}})


def on_cluster(at: Place) -> Made:
    """Return a step on a cluster that exists, which keeps its logs where it says."""
    arguments = {
        "ClusterId": at.job,
        "StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", "count"]}},
    }
    answer = {
        "Id": at.job,
        "Name": "shared",
        "Status": {"State": "WAITING"},
        "LogUri": at.location("logs/").uri.replace("s3://", "s3n://"),
        "ClusterArn": f"arn:aws:elasticmapreduce:{at.region}:{at.account}:cluster/{at.job}",
    }
    return Made(
        {"Name": at.name, "Type": "EMR", "Arguments": arguments},
        {"EMR": {"ClusterId": at.job, "StepId": "s-1"}},
        {("DescribeCluster", at.job): {"Cluster": answer}},
    )


def condition(at: Place, then: list[Doc], otherwise: list[Doc]) -> Made:
    """Return a condition that came out true; what stands in its branches is handed in."""
    arguments = {
        "Conditions": [{"Type": "GreaterThanOrEqualTo", "LeftValue": at.threshold, "RightValue": 0.5}],
        "IfSteps": then,
        "ElseSteps": otherwise,
    }
    return Made({"Name": at.name, "Type": "Condition", "Arguments": arguments}, {"Condition": {"Outcome": "True"}})


def fail(at: Place) -> Made:
    """Return a step that a branch not taken holds: it never ran."""
    return Made({"Name": at.name, "Type": "Fail", "Arguments": {"ErrorMessage": "the model is not good enough"}}, None)


KINDS: dict[str, Callable[[Place], Made]] = {
    "processing": processing,
    "directory": processing,
    "evaluation": evaluation,
    "quality": check_of("QualityCheck"),
    "clarify": check_of("ClarifyCheck"),
    "training": training,
    "transform": transform,
    "tuning": tuning,
    "automl": automl,
    "automl2": automl_v2,
    "model": model,
    "register": register,
    "config": endpoint_config,
    "endpoint": endpoint,
    "component": inference_component,
    "features": feature_group,
    "lambda": lambda_step,
    "emr": on_cluster,
}
