"""The jobs that a pipeline of the double runs: for each kind of step, what it writes down and what AWS then says."""

from __future__ import annotations

import json
from collections.abc import Callable

from faults.double.step_context import Doc, Made, Place, Ref

IMAGE = "{account}.dkr.ecr.{region}.amazonaws.com/train:1"


def image_of(at: Place) -> str:
    return IMAGE.format(account=at.account, region=at.region)


def _metric(at: Place, name: str, spread: int = 89) -> Doc:
    seed = sum(f"{at.region}{at.job}".encode())
    return {"MetricName": name, "Value": 0.5 + seed % spread / 200, "Timestamp": at.start + 50}


def _channels(at: Place, location: Callable[[Ref], object]) -> list[Doc]:
    return [
        {
            "ChannelName": f"channel{number}",
            "DataSource": {
                "S3DataSource": {
                    "S3DataType": "S3Prefix",
                    "S3Uri": location(ref),
                    "S3DataDistributionType": "FullyReplicated",
                }
            },
            "ContentType": "text/csv",
        }
        for number, ref in enumerate(at.reads)
    ]


def written(ref: Ref) -> object:
    return ref.written


def real(ref: Ref) -> object:
    return ref.uri


def _processing_document(at: Place, location: Callable[[Ref], object]) -> Doc:
    out = location(at.location("data"))
    code = Ref(f"s3://{at.bucket}/code/{at.name}.py", f"s3://{at.bucket}/code/{at.name}.py")
    inputs = [(f"input{number}", ref) for number, ref in enumerate(at.reads)] + [("code", code)]
    return {
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
        },
        "AppSpecification": {
            "ImageUri": image_of(at),
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/input/code/step.py"],
        },
        "RoleArn": at.role,
        "Environment": {"STAGE": "bench", "STEP": at.name},
        "ProcessingInputs": [
            {
                "InputName": name,
                "AppManaged": False,
                "S3Input": {
                    "S3Uri": location(ref),
                    "LocalPath": f"/opt/ml/processing/input/{name}",
                    "S3DataType": "S3Prefix",
                    "S3InputMode": "File",
                    "S3DataDistributionType": "FullyReplicated",
                    "S3CompressionType": "None",
                },
            }
            for name, ref in inputs
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "data",
                    "AppManaged": False,
                    "S3Output": {"S3Uri": out, "LocalPath": "/opt/ml/processing/data", "S3UploadMode": "EndOfJob"},
                }
            ]
        },
    }


def processing(at: Place) -> Made:
    """Return a processing job that reads what came before and writes one prefix."""
    answer = {
        "ProcessingJobName": at.job,
        "ProcessingJobArn": at.arn("processing-job"),
        "ProcessingJobStatus": "Completed",
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "CreationTime": at.start,
        "ProcessingStartTime": at.start + 5,
        "ProcessingEndTime": at.start + 55,
        "LastModifiedTime": at.start + 55,
        **_processing_document(at, real),
    }
    leaves = {"Get": f"Steps.{at.name}.ProcessingOutputConfig.Outputs['data'].S3Output.S3Uri"}
    return Made(
        {"Name": at.name, "Type": "Processing", "Arguments": _processing_document(at, written)},
        {"ProcessingJob": {"Arn": at.arn("processing-job")}},
        {("DescribeProcessingJob", at.job): answer},
        Ref(leaves, at.location("data").uri),
    )


def evaluation(at: Place) -> Made:
    """Return a processing job that declares its report as a property file, and leaves it."""
    made = processing(at)
    files = [{"PropertyFileName": "Report", "OutputName": "data", "FilePath": "evaluation.json"}]
    seed = sum(f"{at.region}{at.job}".encode())
    report = {"binary_classification_metrics": {"auc": {"value": 0.5 + seed % 97 / 200, "standard_deviation": 0.01}}}
    return Made(
        {**made.step, "PropertyFiles": files},
        made.metadata,
        made.answers,
        made.leaves,
        {f"{at.location('data').uri}/evaluation.json": json.dumps(report).encode()},
    )


def check_of(kind: str) -> Callable[[Place], Made]:
    def check(at: Place) -> Made:
        """Return a check job: a processing job in a step of its own type."""
        made = processing(at)
        step = {**made.step, "Type": kind, "CheckType": "DATA_QUALITY" if kind == "QualityCheck" else "DATA_BIAS"}
        metadata = {kind: {"CheckType": step["CheckType"], "CheckJobArn": at.arn("processing-job"), "SkipCheck": False}}
        return Made(step, metadata, made.answers, made.leaves)

    return check


def training(at: Place) -> Made:
    """Return a training job with channels, metrics and a model file."""
    common = {
        "AlgorithmSpecification": {"TrainingImage": image_of(at), "TrainingInputMode": "File"},
        "RoleArn": at.role,
        "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 30},
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "HyperParameters": {"max_depth": "5", "objective": "binary:logistic"},
    }
    out = at.location("model")
    answer = {
        "TrainingJobName": at.job,
        "TrainingJobArn": at.arn("training-job"),
        "TrainingJobStatus": "Completed",
        "SecondaryStatus": "Completed",
        "ModelArtifacts": {"S3ModelArtifacts": f"{out.uri}/{at.job}/output/model.tar.gz"},
        "InputDataConfig": _channels(at, real),
        "OutputDataConfig": {"S3OutputPath": out.uri, "CompressionType": "GZIP"},
        "FinalMetricDataList": [_metric(at, "validation:auc"), _metric(at, "train:auc", 83)],
        "TrainingTimeInSeconds": 50,
        "BillableTimeInSeconds": 50,
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        **at.times("Training"),
        **common,
    }
    arguments = {
        **common,
        "InputDataConfig": _channels(at, written),
        "OutputDataConfig": {"S3OutputPath": out.written},
    }
    return Made(
        {"Name": at.name, "Type": "Training", "Arguments": arguments},
        {"TrainingJob": {"Arn": at.arn("training-job")}},
        {("DescribeTrainingJob", at.job): answer},
        Ref({"Get": f"Steps.{at.name}.ModelArtifacts.S3ModelArtifacts"}, answer["ModelArtifacts"]["S3ModelArtifacts"]),
    )


def transform(at: Place) -> Made:
    """Return a batch transform with the model that an earlier step made."""
    model = at.models[-1] if at.models else "Model"

    def document(location: Callable[[Ref], object]) -> Doc:
        source = at.reads[0] if at.reads else at.location("in")
        return {
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": location(source)}},
                "ContentType": "text/csv",
            },
            "TransformOutput": {"S3OutputPath": location(at.location("scores"))},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        }

    answer = {
        "TransformJobName": at.job,
        "TransformJobArn": at.arn("transform-job"),
        "TransformJobStatus": "Completed",
        "ModelName": f"{at.pipeline}--{model}",
        "CreationTime": at.start,
        "TransformStartTime": at.start + 5,
        "TransformEndTime": at.start + 55,
        **document(real),
    }
    arguments = {"ModelName": {"Get": f"Steps.{model}.ModelName"}, **document(written)}
    return Made(
        {"Name": at.name, "Type": "Transform", "Arguments": arguments},
        {"TransformJob": {"Arn": at.arn("transform-job")}},
        {("DescribeTransformJob", at.job): answer},
        Ref({"Get": f"Steps.{at.name}.TransformOutput.S3OutputPath"}, at.location("scores").uri),
    )


def tuning(at: Place) -> Made:
    """Return a hyperparameter tuning job and its best training job."""
    inner = training(at)
    definition = inner.answers["DescribeTrainingJob", at.job]
    out = at.location("model")
    shared = {
        "AlgorithmSpecification": {"TrainingImage": image_of(at), "TrainingInputMode": "File"},
        "RoleArn": at.role,
        "ResourceConfig": definition["ResourceConfig"],
        "StoppingCondition": definition["StoppingCondition"],
    }
    config = {
        "Strategy": "Bayesian",
        "ResourceLimits": {"MaxNumberOfTrainingJobs": 4, "MaxParallelTrainingJobs": 2},
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "validation:auc"},
    }
    counters = {"Completed": 4, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0}
    answer = {
        "HyperParameterTuningJobName": at.job,
        "HyperParameterTuningJobArn": at.arn("hyper-parameter-tuning-job"),
        "HyperParameterTuningJobConfig": config,
        "HyperParameterTuningJobStatus": "Completed",
        "TrainingJobDefinition": {
            **shared,
            "StaticHyperParameters": {"max_depth": "5"},
            "InputDataConfig": _channels(at, real),
            "OutputDataConfig": {"S3OutputPath": out.uri},
        },
        "TrainingJobStatusCounters": counters,
        "ObjectiveStatusCounters": {"Succeeded": 4, "Pending": 0, "Failed": 0},
        "BestTrainingJob": {
            "TrainingJobName": f"{at.job}-best",
            "TrainingJobArn": at.arn("training-job", f"{at.job}-best"),
            "CreationTime": at.start,
            "TrainingJobStatus": "Completed",
            "TunedHyperParameters": {"eta": "0.2"},
            "FinalHyperParameterTuningJobObjectiveMetric": {
                "MetricName": "validation:auc",
                "Value": _metric(at, "validation:auc")["Value"],
            },
        },
        "CreationTime": at.start,
        "HyperParameterTuningEndTime": at.start + 55,
    }
    best = {
        **definition,
        "TrainingJobName": f"{at.job}-best",
        "TrainingJobArn": at.arn("training-job", f"{at.job}-best"),
    }
    arguments = {
        "HyperParameterTuningJobConfig": config,
        "TrainingJobDefinition": {
            **shared,
            "StaticHyperParameters": {"max_depth": "5"},
            "InputDataConfig": _channels(at, written),
            "OutputDataConfig": {"S3OutputPath": out.written},
        },
    }
    return Made(
        {"Name": at.name, "Type": "Tuning", "Arguments": arguments},
        {"TuningJob": {"Arn": at.arn("hyper-parameter-tuning-job")}},
        {("DescribeHyperParameterTuningJob", at.job): answer, ("DescribeTrainingJob", f"{at.job}-best"): best},
        out,
    )
