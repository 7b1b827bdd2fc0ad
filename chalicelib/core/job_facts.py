"""What the description of each kind of job, model, package or endpoint says, in the words of `jobs.Job`.

Each reader takes one Describe answer and gives the fields of `Job` that it tells, free of secrets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.doc import dig, docs_at, int_at, present, text_at, time_at
from chalicelib.core.model import Doc
from chalicelib.core.redaction import redact, redact_settings, redact_text


def read_processing(answer: Doc) -> dict[str, Any]:
    cluster = dig(answer, "ProcessingResources", "ClusterConfig")
    return {
        "images": _images([answer.get("AppSpecification")], "ImageUri"),
        **_instances(cluster),
        "role_arn": text_at(answer, "RoleArn"),
        "start": time_at(answer, "ProcessingStartTime"),
        "end": time_at(answer, "ProcessingEndTime"),
        "environment": _settings(answer, "Environment"),
        "facts": present(
            exitMessage=_redacted(answer, "ExitMessage"),
            entrypoint=_redacted(answer, "AppSpecification", "ContainerEntrypoint"),
            arguments=_redacted(answer, "AppSpecification", "ContainerArguments"),
            volumeSizeInGB=int_at(cluster, "VolumeSizeInGB"),
            maxRuntimeSec=int_at(answer, "StoppingCondition", "MaxRuntimeInSeconds"),
            experiment=_redacted(answer, "ExperimentConfig"),
            autoMLJobArn=text_at(answer, "AutoMLJobArn"),
            trainingJobArn=text_at(answer, "TrainingJobArn"),
            monitoringScheduleArn=text_at(answer, "MonitoringScheduleArn"),
        ),
    }


def read_training(answer: Doc) -> dict[str, Any]:
    algorithm = answer.get("AlgorithmSpecification")
    return {
        "images": _images([algorithm], "TrainingImage"),
        **_instances(answer.get("ResourceConfig")),
        "role_arn": text_at(answer, "RoleArn"),
        "billable_sec": int_at(answer, "BillableTimeInSeconds"),
        "start": time_at(answer, "TrainingStartTime"),
        "end": time_at(answer, "TrainingEndTime"),
        "environment": _settings(answer, "Environment"),
        "hyperparameters": _settings(answer, "HyperParameters"),
        "facts": present(
            secondaryStatus=text_at(answer, "SecondaryStatus"),
            algorithmName=text_at(algorithm, "AlgorithmName"),
            modelData=model_location(answer),
            outputModelPackageArn=text_at(answer, "OutputModelPackageArn"),
            trainingSec=int_at(answer, "TrainingTimeInSeconds"),
            billableTokens=int_at(answer, "BillableTokenCount"),
            spot=dig(answer, "EnableManagedSpotTraining"),
            volumeSizeInGB=int_at(answer, "ResourceConfig", "VolumeSizeInGB"),
            instanceGroups=_redacted(answer, "ResourceConfig", "InstanceGroups"),
            maxRuntimeSec=int_at(answer, "StoppingCondition", "MaxRuntimeInSeconds"),
            entrypoint=_redacted(algorithm, "ContainerEntrypoint"),
            arguments=_redacted(algorithm, "ContainerArguments"),
            experiment=_redacted(answer, "ExperimentConfig"),
            tuningJobArn=text_at(answer, "TuningJobArn"),
            autoMLJobArn=text_at(answer, "AutoMLJobArn"),
            ruleEvaluations=_rule_evaluations(answer),
            serverlessJob=_redacted(answer, "ServerlessJobConfig"),
            mlflow=_redacted(answer, "MlflowDetails"),
        ),
    }


def read_transform(answer: Doc) -> dict[str, Any]:
    return {
        **_instances(answer.get("TransformResources")),
        "start": time_at(answer, "TransformStartTime"),
        "end": time_at(answer, "TransformEndTime"),
        "environment": _settings(answer, "Environment"),
        "facts": present(
            modelName=text_at(answer, "ModelName"),
            batchStrategy=text_at(answer, "BatchStrategy"),
            maxConcurrentTransforms=int_at(answer, "MaxConcurrentTransforms"),
            maxPayloadInMB=int_at(answer, "MaxPayloadInMB"),
            experiment=_redacted(answer, "ExperimentConfig"),
        ),
    }


def read_tuning(answer: Doc) -> dict[str, Any]:
    definitions = training_definitions(answer)
    first = definitions[0] if definitions else {}
    resources = [
        config
        for definition in definitions
        for config in (definition.get("ResourceConfig"), definition.get("HyperParameterTuningResourceConfig"))
        if config
    ]
    objective = dig(answer, "HyperParameterTuningJobConfig", "HyperParameterTuningJobObjective")
    return {
        "images": _images([definition.get("AlgorithmSpecification") for definition in definitions], "TrainingImage"),
        **_instances(resources[0] if resources else None),
        "role_arn": text_at(first, "RoleArn"),
        "end": time_at(answer, "HyperParameterTuningEndTime"),
        "environment": _settings(first, "Environment"),
        "hyperparameters": _settings(first, "StaticHyperParameters"),
        "facts": present(
            strategy=text_at(answer, "HyperParameterTuningJobConfig", "Strategy"),
            objective=_redacted(objective or first.get("TuningObjective")),
            bestTrainingJob=_best_training_job(answer.get("BestTrainingJob")),
            overallBestTrainingJob=_best_training_job(answer.get("OverallBestTrainingJob")),
            trainingJobStatusCounters=_redacted(answer, "TrainingJobStatusCounters"),
            objectiveStatusCounters=_redacted(answer, "ObjectiveStatusCounters"),
            consumedSec=int_at(answer, "ConsumedResources", "RuntimeInSeconds"),
        ),
    }


def read_auto_ml(answer: Doc) -> dict[str, Any]:
    best = answer.get("BestCandidate")
    containers = docs_at(best, "InferenceContainers")
    return {
        "images": _images(containers, "Image"),
        "role_arn": text_at(answer, "RoleArn"),
        "end": time_at(answer, "EndTime"),
        "facts": present(
            secondaryStatus=text_at(answer, "AutoMLJobSecondaryStatus"),
            problemType=text_at(answer, "ProblemType")
            or text_at(answer, "ResolvedAttributes", "ProblemType")
            or text_at(answer, "AutoMLProblemTypeConfigName"),
            objective=text_at(answer, "AutoMLJobObjective", "MetricName")
            or text_at(answer, "ResolvedAttributes", "AutoMLJobObjective", "MetricName"),
            bestCandidate=_best_candidate(best, containers),
            notebooks=_redacted(answer, "AutoMLJobArtifacts"),
            partialFailures=[
                redact_text(message)
                for reason in docs_at(answer, "PartialFailureReasons")
                if (message := text_at(reason, "PartialFailureMessage"))
            ],
            deployedEndpoint=text_at(answer, "ModelDeployResult", "EndpointName"),
        ),
    }


def read_model(answer: Doc) -> dict[str, Any]:
    containers = containers_of(answer)
    return {
        "images": _images(containers, "Image"),
        "role_arn": text_at(answer, "ExecutionRoleArn"),
        "environment": _settings(containers[0], "Environment") if containers else {},
        "facts": present(
            modelData=[data for container in containers if (data := model_data_of(container))],
            modelPackages=[name for container in containers if (name := text_at(container, "ModelPackageName"))],
        ),
    }


def read_model_package(answer: Doc) -> dict[str, Any]:
    containers = docs_at(answer, "InferenceSpecification", "Containers")
    return {
        "images": _images(containers, "Image"),
        "environment": _settings(containers[0], "Environment") if containers else {},
        "facts": present(approvalStatus=text_at(answer, "ModelApprovalStatus")),
    }


def read_endpoint(answer: Doc) -> dict[str, Any]:
    variants = docs_at(answer, "ProductionVariants")
    deployed = [image for variant in variants for image in docs_at(variant, "DeployedImages")]
    counts = [count for variant in variants if (count := int_at(variant, "CurrentInstanceCount")) is not None]
    return {
        "images": _images(deployed, "ResolvedImage") or _images(deployed, "SpecifiedImage"),
        "instance_count": sum(counts) if counts else None,
        "facts": present(
            endpointConfigName=text_at(answer, "EndpointConfigName"),
            lastModifiedTime=time_at(answer, "LastModifiedTime"),
            variants=[name for variant in variants if (name := text_at(variant, "VariantName"))],
        ),
    }


def read_endpoint_config(answer: Doc) -> dict[str, Any]:
    variants = docs_at(answer, "ProductionVariants") + docs_at(answer, "ShadowProductionVariants")
    first = variants[0] if variants else {}
    return {
        "instance_type": text_at(first, "InstanceType"),
        "instance_count": int_at(first, "InitialInstanceCount"),
        "role_arn": text_at(answer, "ExecutionRoleArn"),
        "facts": present(
            variants=[
                present(
                    name=text_at(variant, "VariantName"),
                    modelName=text_at(variant, "ModelName"),
                    instanceType=text_at(variant, "InstanceType"),
                    instanceCount=int_at(variant, "InitialInstanceCount"),
                    serverless=_redacted(variant, "ServerlessConfig"),
                )
                for variant in variants
            ]
        ),
    }


def read_inference_component(answer: Doc) -> dict[str, Any]:
    specifications = specifications_of(answer)
    images = [dig(specification, "Container", "DeployedImage") for specification in specifications]
    first = specifications[0] if specifications else {}
    return {
        "images": _images(images, "ResolvedImage") or _images(images, "SpecifiedImage"),
        "instance_type": text_at(first, "InstanceType"),
        "environment": _settings(first, "Container", "Environment"),
        "facts": present(
            endpointName=text_at(answer, "EndpointName"),
            variantName=text_at(answer, "VariantName"),
            modelNames=[name for each in specifications if (name := text_at(each, "ModelName"))],
            modelData=[url for each in specifications if (url := text_at(each, "Container", "ArtifactUrl"))],
            copies=int_at(answer, "RuntimeConfig", "CurrentCopyCount"),
            lastModifiedTime=time_at(answer, "LastModifiedTime"),
        ),
    }


# --- Pieces of descriptions -----------------------------------------------------------------------------


def training_definitions(tuning: Doc) -> tuple[Doc, ...]:
    """A tuning's one training job definition, or its several."""
    one = dig(tuning, "TrainingJobDefinition")
    return ((one,) if isinstance(one, Mapping) and one else ()) + docs_at(tuning, "TrainingJobDefinitions")


def _images(documents: Iterable[Any], key: str) -> tuple[str, ...]:
    """Each image once."""
    return tuple(dict.fromkeys(image for document in documents if (image := text_at(document, key))))


def _instances(config: Any) -> dict[str, Any]:
    """What was asked for, or what AWS selected where several were offered. Groups of several types have no one type."""
    first = next(iter(docs_at(config, "InstanceConfigs")), config)
    groups = docs_at(config, "InstanceGroups")
    types = {text_at(group, "InstanceType") for group in groups}
    counts = [int_at(group, "InstanceCount") or 0 for group in groups]
    return {
        "instance_type": text_at(config, "SelectedInstanceType")
        or text_at(first, "InstanceType")
        or (types.pop() if len(types) == 1 else None),
        "instance_count": int_at(config, "SelectedInstanceCount")
        or int_at(first, "InstanceCount")
        or (sum(counts) if counts else None),
    }


def _settings(document: Any, *path: str) -> dict[str, str]:
    settings = dig(document, *path)
    return redact_settings(settings) if isinstance(settings, Mapping) else {}


def _redacted(document: Any, *path: str) -> Any:
    return redact(dig(document, *path))


def _rule_evaluations(answer: Doc) -> list[dict[str, Any]]:
    evaluations = docs_at(answer, "DebugRuleEvaluationStatuses") + docs_at(answer, "ProfilerRuleEvaluationStatuses")
    return [
        present(
            rule=text_at(each, "RuleConfigurationName"),
            status=text_at(each, "RuleEvaluationStatus"),
            details=_redacted(each, "StatusDetails"),
        )
        for each in evaluations
    ]


def _best_training_job(best: Any) -> dict[str, Any] | None:
    if not best:
        return None
    objective = dig(best, "FinalHyperParameterTuningJobObjectiveMetric")
    return present(
        name=text_at(best, "TrainingJobName"),
        arn=text_at(best, "TrainingJobArn"),
        status=text_at(best, "TrainingJobStatus"),
        definition=text_at(best, "TrainingJobDefinitionName"),
        objectiveName=text_at(objective, "MetricName"),
        objectiveValue=dig(objective, "Value"),
        objectiveType=text_at(objective, "Type"),
        objectiveStatus=text_at(best, "ObjectiveStatus"),
        hyperparameters=_settings(best, "TunedHyperParameters"),
        startTime=time_at(best, "TrainingStartTime"),
        endTime=time_at(best, "TrainingEndTime"),
        failureReason=_redacted(best, "FailureReason"),
    )


def _best_candidate(best: Any, containers: Iterable[Doc]) -> dict[str, Any] | None:
    if not best:
        return None
    objective = dig(best, "FinalAutoMLJobObjectiveMetric")
    return present(
        name=text_at(best, "CandidateName"),
        status=text_at(best, "CandidateStatus"),
        objectiveName=text_at(objective, "MetricName"),
        objectiveValue=dig(objective, "Value"),
        objectiveStatus=text_at(best, "ObjectiveStatus"),
        modelData=[url for container in containers if (url := text_at(container, "ModelDataUrl"))],
        steps=[arn for step in docs_at(best, "CandidateSteps") if (arn := text_at(step, "CandidateStepArn"))],
        artifacts=_redacted(best, "CandidateProperties", "CandidateArtifactLocations"),
        failureReason=_redacted(best, "FailureReason"),
    )


def specifications_of(answer: Doc) -> tuple[Doc, ...]:
    one = dig(answer, "Specification")
    return ((one,) if isinstance(one, Mapping) and one else ()) + docs_at(answer, "Specifications")


def model_location(description: Doc) -> str | None:
    """Where a training job's model file is: `ModelArtifacts.S3ModelArtifacts` of its description."""
    return text_at(description, "ModelArtifacts", "S3ModelArtifacts")


def containers_of(description: Doc) -> tuple[Doc, ...]:
    """A model's containers, the primary one first."""
    primary = dig(description, "PrimaryContainer")
    return ((primary,) if isinstance(primary, Mapping) and primary else ()) + docs_at(description, "Containers")


def model_data_of(container: Doc) -> str | None:
    """Where a container's model is: `ModelDataUrl`, or the S3 URI of its `ModelDataSource`."""
    return text_at(container, "ModelDataUrl") or text_at(container, "ModelDataSource", "S3DataSource", "S3Uri")
