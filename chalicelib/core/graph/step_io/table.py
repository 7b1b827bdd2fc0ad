"""Table of step types: what each reads, writes and names."""

from __future__ import annotations

from chalicelib.core.graph.step_io.places import (
    athena,
    cleaned_step,
    feature_group,
    file_system,
    model_package,
    redshift,
)
from chalicelib.core.graph.step_io.rules import (
    Made,
    Rule,
    StepType,
    creates,
    deletes,
    keeps,
    reads,
    step_type,
    uses,
    writes,
)

_MODEL = "AWS::SageMaker::Model"
_PACKAGE_GROUP = "AWS::SageMaker::ModelPackageGroup"
_ENDPOINT = "AWS::SageMaker::Endpoint"
_ENDPOINT_CONFIG = "AWS::SageMaker::EndpointConfig"
_COMPONENT = "AWS::SageMaker::InferenceComponent"
_HUB_CONTENT = "AWS::SageMaker::HubContent"
_LAMBDA = "AWS::Lambda::Function"
_OBJECT = "AWS::S3::Object"
_CLUSTER = "AWS::EMR::Cluster"
_APPLICATION = "AWS::EMRServerless::Application"

# https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/logging.html
_SERVERLESS_LOGS = "applications/{ApplicationId}/jobs/{JobRunId}"

_ATHENA_INPUT = "ProcessingInputs[InputName].DatasetDefinition.AthenaDatasetDefinition"
_REDSHIFT_INPUT = "ProcessingInputs[InputName].DatasetDefinition.RedshiftDatasetDefinition"

_PROCESSING = (
    reads("ProcessingInputs[InputName].S3Input.S3Uri", channel=True),
    reads(_ATHENA_INPUT, assemble=athena),
    # A query's result has the query's own name there, and no job but the query's reads it.
    # https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
    writes(f"{_ATHENA_INPUT}.OutputS3Uri", "{}", below="{QueryExecutionId}*"),
    reads(_REDSHIFT_INPUT, assemble=redshift),
    # What a query unloads is written there for the job, which then reads it.
    keeps(f"{_REDSHIFT_INPUT}.OutputS3Uri", "{}"),
    writes("ProcessingOutputConfig.Outputs[OutputName].S3Output.S3Uri"),
    writes("ProcessingOutputConfig.Outputs[OutputName].FeatureStoreOutput.FeatureGroupName", compose=feature_group),
)

_CHECK = (
    *_PROCESSING,
    reads("/SuppliedBaselineStatistics", kind="report", extent="object"),
    reads("/SuppliedBaselineConstraints", kind="report", extent="object"),
    uses("/ModelName", _MODEL),
    uses("/ModelPackageGroupName", _PACKAGE_GROUP),
    # What a run adds
    reads("BaselineUsedForDriftCheckStatistics", kind="report", extent="object"),
    reads("BaselineUsedForDriftCheckConstraints", kind="report", extent="object"),
    writes("CalculatedBaselineStatistics", kind="report", extent="object"),
    writes("CalculatedBaselineConstraints", kind="report", extent="object"),
    writes("ViolationReport", kind="report", extent="object"),
)


def _channels(path: str) -> tuple[Rule, ...]:
    source = f"{path}.DataSource"
    return (
        reads(f"{source}.S3DataSource.S3Uri", channel=True),
        reads(f"{source}.FileSystemDataSource", assemble=file_system),
        reads(f"{source}.DatasetSource.DatasetArn"),
        uses(f"{source}.S3DataSource.HubAccessConfig.HubContentArn", _HUB_CONTENT),
        uses(f"{source}.S3DataSource.ModelAccessConfig.HubContentArn", _HUB_CONTENT),
    )


def _training(at: str = "", hyperparameters: str = "HyperParameters", below: str | None = None) -> tuple[Rule, ...]:
    """Return a training job's rules below `at`; tuning jobs and job documents contain a training job too.

    `below` says where below a path such a job writes.
    https://docs.aws.amazon.com/sagemaker/latest/dg/model-train-storage.html
    """
    artifacts = f"{at}ModelArtifacts.S3ModelArtifacts"
    return (
        *_channels(f"{at}InputDataConfig[ChannelName]"),
        reads(f"{at}ModelPackageConfig.SourceModelPackageArn", "source_model_package", "model"),
        uses(f"{at}ModelPackageConfig.ModelPackageGroupArn", _PACKAGE_GROUP),
        uses(f"{at}ServerlessJobConfig.BaseModelArn", _HUB_CONTENT),
        uses(f"{at}ServerlessJobConfig.EvaluatorArn", _HUB_CONTENT),
        # The model file itself where a run tells it, else the path below which it will be; never both.
        writes(artifacts, "model_artifacts", "model", below=below, model="file"),
        writes(
            f"{at}OutputDataConfig.S3OutputPath",
            "model_artifacts",
            "model",
            unless=artifacts,
            below=below,
            model="path" if below else None,
        ),
        writes(f"{at}OutputModelPackageArn", "model_package", "model"),
        keeps(f"{at}CheckpointConfig.S3Uri", "checkpoints"),
        writes(f"{at}DebugHookConfig.S3OutputPath", "debug", "report", below=below),
        writes(f"{at}DebugRuleConfigurations[RuleConfigurationName].S3OutputPath", kind="report", below=below),
        writes(f"{at}TensorBoardOutputConfig.S3OutputPath", "tensorboard", "report", below=below),
        writes(f"{at}ProfilerConfig.S3OutputPath", "profiler", "report", below=below),
        writes(f"{at}ProfilerRuleConfigurations[RuleConfigurationName].S3OutputPath", kind="report", below=below),
        reads(f"{at}{hyperparameters}.sagemaker_submit_directory", "sagemaker_submit_directory", "code"),
        # Where TensorFlow's estimator lets the script save its model, as given: not below the job's folder.
        writes(f"{at}{hyperparameters}.model_dir", "model_dir", "model", located=True),
    )


def _containers(at: str) -> tuple[Rule, ...]:
    """Return the rules for what an inference container loads."""
    return (
        reads(f"{at}.ModelDataUrl", "model_data", "model", extent="object"),
        reads(f"{at}.ModelDataSource.S3DataSource.S3Uri", "model_data", "model"),
        uses(f"{at}.ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn", _HUB_CONTENT),
        reads(f"{at}.AdditionalModelDataSources[ChannelName].S3DataSource.S3Uri", kind="model"),
        uses(f"{at}.AdditionalModelDataSources[ChannelName].S3DataSource.HubAccessConfig.HubContentArn", _HUB_CONTENT),
        reads(f"{at}.AdditionalS3DataSource.S3Uri", "additional_data"),
        reads(f"{at}.ModelPackageName", "model_package", "model", compose=model_package),
        reads(f"{at}.Environment.SAGEMAKER_SUBMIT_DIRECTORY", "sagemaker_submit_directory", "code"),
        reads(f"{at}.DatasetSource.DatasetArn", "dataset"),
    )


_AUTO_ML_CANDIDATE = "BestCandidate.CandidateProperties.CandidateArtifactLocations"

TABLE: dict[str, StepType] = {
    "Processing": step_type(_PROCESSING),
    "QualityCheck": step_type(_CHECK),
    "ClarifyCheck": step_type(_CHECK),
    "Training": step_type(_training(below="job"), job="TrainingJobName"),
    "Tuning": step_type(
        _training("TrainingJobDefinition.", "StaticHyperParameters", below="children"),
        _training("TrainingJobDefinitions[DefinitionName].", "StaticHyperParameters", below="children"),
        uses(
            "WarmStartConfig.ParentHyperParameterTuningJobs[].HyperParameterTuningJobName",
            "AWS::SageMaker::HyperParameterTuningJob",
        ),
        job="HyperParameterTuningJobName",
    ),
    "Transform": step_type(
        reads("TransformInput.DataSource.S3DataSource.S3Uri", "transform_input"),
        writes("TransformOutput.S3OutputPath", "transform_output"),
        writes("DataCaptureConfig.DestinationS3Uri", "data_capture"),
        uses("ModelName", _MODEL),
    ),
    "AutoML": step_type(
        _channels("InputDataConfig[ChannelType]"),
        _channels("AutoMLJobInputDataConfig[ChannelType]"),
        reads(
            "AutoMLJobConfig.CandidateGenerationConfig.FeatureSpecificationS3Uri",
            "feature_specification",
            extent="object",
        ),
        reads("AutoMLProblemTypeConfig.*.FeatureSpecificationS3Uri", "feature_specification", extent="object"),
        writes("OutputDataConfig.S3OutputPath", "model_artifacts", "model", below="job"),
        writes("BestCandidate.InferenceContainers[].ModelDataUrl", "best_candidate", "model", extent="object"),
        writes(f"{_AUTO_ML_CANDIDATE}.*", kind="report"),
        writes("AutoMLJobArtifacts.*", kind="report"),
        creates("ModelDeployConfig.EndpointName", _ENDPOINT),
        job="AutoMLJobName",
    ),
    "Model": step_type(
        _containers("PrimaryContainer"),
        _containers("Containers[ContainerHostname]"),
        made=(Made(_MODEL, "ModelName", "ModelArn"),),
    ),
    "RegisterModel": step_type(
        _containers("InferenceSpecification.Containers[]"),
        _containers("AdditionalInferenceSpecifications[].Containers[]"),
        _containers("SourceAlgorithmSpecification.SourceAlgorithms[]"),
        reads("ModelMetrics.*.*.S3Uri", "ModelMetrics.{}", "report", extent="object"),
        reads("DriftCheckBaselines.*.*.S3Uri", "DriftCheckBaselines.{}", "report", extent="object"),
        reads("SamplePayloadUrl", "sample_payload", extent="object"),
        reads("SourceUri", "source", "model"),
        reads(
            "ValidationSpecification.ValidationProfiles[ProfileName].TransformJobDefinition.TransformInput"
            ".DataSource.S3DataSource.S3Uri"
        ),
        writes(
            "ValidationSpecification.ValidationProfiles[ProfileName].TransformJobDefinition.TransformOutput"
            ".S3OutputPath"
        ),
        writes("ModelPackageArn", "model_package", "model"),
        uses("ModelPackageGroupName", _PACKAGE_GROUP),
        promised=(("model_package", "model", "ModelPackageArn"),),
    ),
    "EndpointConfig": step_type(
        writes("DataCaptureConfig.DestinationS3Uri", "data_capture"),
        writes("AsyncInferenceConfig.OutputConfig.S3OutputPath", "async_output"),
        writes("AsyncInferenceConfig.OutputConfig.S3FailurePath", "async_failures"),
        writes("ProductionVariants[VariantName].CoreDumpConfig.DestinationS3Uri", "{}.core_dump", "report"),
        writes("ShadowProductionVariants[VariantName].CoreDumpConfig.DestinationS3Uri", "{}.core_dump", "report"),
        uses("ProductionVariants[VariantName].ModelName", _MODEL),
        uses("ShadowProductionVariants[VariantName].ModelName", _MODEL),
        made=(Made(_ENDPOINT_CONFIG, "EndpointConfigName", "EndpointConfigArn"),),
    ),
    "Endpoint": step_type(
        writes("DataCaptureConfig.DestinationS3Uri", "data_capture"),
        writes("AsyncInferenceConfig.OutputConfig.S3OutputPath", "async_output"),
        writes("AsyncInferenceConfig.OutputConfig.S3FailurePath", "async_failures"),
        uses("EndpointConfigName", _ENDPOINT_CONFIG),
        made=(Made(_ENDPOINT, "EndpointName", "EndpointArn"),),
    ),
    "InferenceComponent": step_type(
        [
            rule
            for at in ("Specification", "Specifications[]")
            for rule in (
                reads(f"{at}.Container.ArtifactUrl", "model_data", "model", extent="object"),
                uses(f"{at}.ModelName", _MODEL),
                uses(f"{at}.BaseInferenceComponentName", _COMPONENT),
            )
        ],
        uses("EndpointName", _ENDPOINT),
        made=(Made(_COMPONENT, "InferenceComponentName", "InferenceComponentArn"),),
    ),
    "Lambda": step_type(uses("/FunctionArn", _LAMBDA)),
    "Callback": step_type(uses("/SqsQueueUrl", "AWS::SQS::Queue")),
    "EMR": step_type(
        reads("StepConfig.HadoopJarStep.Jar", "jar", "code"),
        reads("ClusterConfig.BootstrapActions[Name].ScriptBootstrapAction.Path", kind="code"),
        writes("ClusterConfig.LogUri", "logs", "report", below="{ClusterId}"),
        writes(
            "StepConfig.StepMonitoringConfiguration.S3MonitoringConfiguration.LogUri",
            "logs",
            "report",
            below="{ClusterId}",
        ),
        uses("ClusterId", _CLUSTER),
        uses("/ClusterId", _CLUSTER),
        creates("ClusterConfig.Name", _CLUSTER),
        starts=frozenset({_CLUSTER}),
    ),
    "EMRServerless": step_type(
        reads("JobConfig.jobDriver.sparkSubmit.entryPoint", "entry_point", "code"),
        reads("JobConfig.jobDriver.hive.query", "query", "code"),
        reads("JobConfig.jobDriver.hive.initQueryFile", "init_query", "code"),
        writes(
            "JobConfig.configurationOverrides.monitoringConfiguration.s3MonitoringConfiguration.logUri",
            "logs",
            "report",
            below=_SERVERLESS_LOGS,
        ),
        writes(
            "ApplicationConfig.monitoringConfiguration.s3MonitoringConfiguration.logUri",
            "logs",
            "report",
            below=_SERVERLESS_LOGS,
        ),
        uses("ApplicationId", _APPLICATION),
        creates("ApplicationConfig.name", _APPLICATION),
        starts=frozenset({_APPLICATION}),
    ),
    "Lineage": step_type(
        reads("Artifacts[ArtifactName].Source.SourceUri"),
        reads("Actions[ActionName].Source.SourceUri"),
        creates("Artifacts[ArtifactName].ArtifactName", "AWS::SageMaker::Artifact"),
        creates("Actions[ActionName].ActionName", "AWS::SageMaker::Action"),
        creates("Contexts[ContextName].ContextName", "AWS::SageMaker::Context"),
    ),
    "Job": step_type(
        _training("JobConfigDocument."),
        uses("JobConfigDocument.AgentConfig.CustomAgentLambdaConfig.LambdaArn", _LAMBDA),
        uses(
            "JobConfigDocument.AgentConfig.BedrockAgentCoreConfig.AgentRuntimeArn",
            "AWS::BedrockAgentCore::Runtime",
        ),
        uses("JobConfigDocument.EvaluationConfig.BaseModelArn", _HUB_CONTENT),
    ),
    "Cleanup": step_type(
        deletes("Resources.S3[].S3Uris[]", _OBJECT),
        deletes("Resources.S3[]", _OBJECT, assemble=cleaned_step),
    ),
    "Condition": step_type(),
    "ForEach": step_type(),
    "Fail": step_type(),
    "BedrockCustomModel": step_type(
        reads("ModelSourceConfig.S3DataSource.S3Uri", "model_data", "model"),
        reads("TrainingDataConfig.S3Uri", "training_data"),
        reads("ValidationDataConfig.Validators[].S3Uri", "validation_data"),
        # https://docs.aws.amazon.com/bedrock/latest/userguide/model-customization-analyze.html
        writes("OutputDataConfig.S3Uri", "output", below="model-customization-job-{JobId}"),
        made=(Made("AWS::Bedrock::CustomModel", "ModelName", "ModelArn"),),
    ),
    "BedrockModelImport": step_type(
        reads("ModelDataSource.S3DataSource.S3Uri", "model_data", "model"),
        made=(Made("AWS::Bedrock::ImportedModel", "ImportedModelName", "ImportedModelArn"),),
    ),
    "BedrockCustomModelDeployment": step_type(
        uses("ModelArn", "AWS::Bedrock::CustomModel"),
        made=(Made("AWS::Bedrock::CustomModelDeployment", "ModelDeploymentName", "CustomModelDeploymentArn"),),
    ),
    "BedrockProvisionedModelThroughput": step_type(
        uses("ModelId", "AWS::Bedrock::CustomModel"),
        made=(Made("AWS::Bedrock::ProvisionedModelThroughput", "ProvisionedModelName", "ProvisionedModelArn"),),
    ),
    "Athena": step_type(
        reads("QueryExecutionContext", "database", assemble=athena),
        writes("ResultConfiguration.OutputLocation", "query_results", below="{QueryExecutionId}*"),
        writes("S3OutputLocation", "query_results"),
    ),
    "HubContent": step_type(uses("HubContentArn", _HUB_CONTENT)),
}

UNKNOWN_TYPE = step_type()
"""Entry for a type that is not in the table; it has no rule, so all locations are found by their form alone."""
