"""One pipeline that has a step of (nearly) every type, each of which runs well."""

from __future__ import annotations

import json

from tests.builders.played import (
    BUCKET,
    definition,
    get,
    join,
    model,
    processing,
    register,
    step,
    training,
    training_arguments,
)

OBJECTIVE = {"Type": "Maximize", "MetricName": "validation:auc"}
RANGES = {
    "ContinuousParameterRanges": [{"Name": "eta", "MinValue": "0.1", "MaxValue": "0.5"}],
    "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "3", "MaxValue": "9"}],
    "CategoricalParameterRanges": [{"Name": "booster", "Values": ["gbtree", "dart"]}],
}
EVERY_STEP = definition(
    processing("Prepare", {"raw": f"{BUCKET}/raw"}, {"train": f"{BUCKET}/train", "test": f"{BUCKET}/test"}),
    training("Train", {"train": get("Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri")}),
    step(
        "Tune",
        "Tuning",
        {
            "HyperParameterTuningJobConfig": {
                "Strategy": "Bayesian",
                "HyperParameterTuningJobObjective": OBJECTIVE,
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
                "ParameterRanges": RANGES,
            },
            "TrainingJobDefinition": {
                **training_arguments(),
                "StaticHyperParameters": {"objective": "binary:logistic"},
            },
        },
    ),
    step(
        "Auto",
        "AutoML",
        {
            "InputDataConfig": [
                {
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/train"}},
                    "TargetAttributeName": "label",
                }
            ],
            "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/auto"},
            "RoleArn": "arn:aws:iam::123456789012:role/Work",
            "AutoMLJobObjective": {"MetricName": "F1"},
        },
    ),
    step(
        "AutoTwo",
        "AutoML",
        {
            "AutoMLJobInputDataConfig": [
                {
                    "ChannelType": "training",
                    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"{BUCKET}/train"}},
                }
            ],
            "OutputDataConfig": {"S3OutputPath": f"{BUCKET}/auto"},
            "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "label"}},
            "RoleArn": "arn:aws:iam::123456789012:role/Work",
        },
    ),
    model("Make", get("Steps.Train.ModelArtifacts.S3ModelArtifacts")),
    step(
        "Score",
        "Transform",
        {
            "ModelName": get("Steps.Make.ModelName"),
            "TransformInput": {
                "DataSource": {
                    "S3DataSource": {
                        "S3DataType": "S3Prefix",
                        "S3Uri": get("Steps.Prepare.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"),
                    }
                }
            },
            "TransformOutput": {"S3OutputPath": f"{BUCKET}/scores"},
            "TransformResources": {"InstanceCount": 1, "InstanceType": "ml.m5.large"},
        },
    ),
    register(
        "Register",
        join(f"{BUCKET}/models", get("Steps.Tune.TrainingJobSummaries[0].TrainingJobName"), "output/model.tar.gz"),
    ),
    step(
        "Configure",
        "EndpointConfig",
        {
            "ProductionVariants": [
                {
                    "VariantName": "all",
                    "ModelName": get("Steps.Make.ModelName"),
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                }
            ]
        },
    ),
    step(
        "Serve", "Endpoint", {"EndpointName": "live", "EndpointConfigName": get("Steps.Configure.EndpointConfigName")}
    ),
    step(
        "Add",
        "InferenceComponent",
        {
            "InferenceComponentName": "part",
            "EndpointName": get("Steps.Serve.EndpointName"),
            "VariantName": "all",
            "Specification": {"ModelName": get("Steps.Make.ModelName")},
        },
    ),
    step(
        "Call",
        "Lambda",
        {"arn": get("Steps.Register.ModelPackageArn")},
        FunctionArn="arn:aws:lambda:ap-northeast-2:123456789012:function:notify",
        OutputParameters=[
            {"OutputName": "ticket", "OutputType": "String"},
            {"OutputName": "rows", "OutputType": "Integer"},
        ],
    ),
    step(
        "Ask",
        "Callback",
        {"ticket": get("Steps.Call.OutputParameters['ticket']")},
        SqsQueueUrl="https://sqs.ap-northeast-2.amazonaws.com/123456789012/approvals",
        OutputParameters=[{"OutputName": "answer", "OutputType": "String"}],
    ),
    {
        **processing(
            "Drift", {"baseline_dataset_input": f"{BUCKET}/train"}, {"quality_check_output": f"{BUCKET}/drift"}
        ),
        "Type": "QualityCheck",
        "CheckType": "DATA_QUALITY",
        "ModelPackageGroupName": "models",
        "SkipCheck": False,
        "RegisterNewBaseline": True,
    },
    {
        **processing("Bias", {"dataset": f"{BUCKET}/train"}, {"analysis_result": f"{BUCKET}/bias"}),
        "Type": "ClarifyCheck",
        "CheckType": "DATA_BIAS",
        "SkipCheck": False,
    },
    step(
        "Spark",
        "EMR",
        {
            "ClusterId": "j-1234567890ABC",
            "StepConfig": {
                "Name": "count",
                "HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["--out", f"{BUCKET}/spark"]},
            },
        },
    ),
    step("Serverless", "EMRServerless", {"ApplicationId": "00abc", "JobConfig": {"jobDriver": {}}}),
    step("Query", "Athena", {"ResultConfiguration": {"OutputLocation": f"{BUCKET}/athena/"}}),
    step("Hub", "HubContent", {"HubName": "ours", "HubContentName": "base"}),
    step("Custom", "BedrockCustomModel", {"ModelName": "tuned"}),
    step(
        "State",
        "Lineage",
        {
            "Artifacts": [{"ArtifactName": "raw", "Source": {"SourceUri": f"{BUCKET}/raw"}}],
            "Actions": [{"ActionName": "score"}],
            "Associations": [
                {"Source": {"Name": "raw", "Type": "Artifact"}, "Destination": {"Name": "score", "Type": "Action"}}
            ],
        },
    ),
    step(
        "Evaluate",
        "Job",
        {
            "JobCategory": "AgentRFTEvaluation",
            "JobConfigDocument": json.dumps({"OutputDataConfig": {"S3OutputPath": f"{BUCKET}/job"}}),
        },
    ),
    step(
        "After",
        "Lambda",
        {
            "where": get("Steps.Evaluate.JobConfigDocument.OutputDataConfig.S3OutputPath"),
            "arg": get("Steps.Spark.Config.Args[1]"),
        },
        FunctionArn="arn:aws:lambda:ap-northeast-2:123456789012:function:notify",
    ),
    step("Unheard", "QuantumAnnealing", {"Place": f"{BUCKET}/odd"}),
)
