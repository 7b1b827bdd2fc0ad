"""Readers of jobs that run and end: processing, training, transform, tuning, AutoML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.core.doc import dig, docs_at, int_at, present, text_at, time_at
from chalicelib.core.job_facts.pieces import (
    carried,
    images_of,
    instances_of,
    model_location,
    redacted_at,
    settings_at,
    training_definitions,
)
from chalicelib.core.model import Doc
from chalicelib.core.redaction import redact, redact_text


def read_processing(answer: Doc) -> dict[str, Any]:
    """Return the fields of a processing job, also of one that a check step runs."""
    cluster = dig(answer, "ProcessingResources", "ClusterConfig")
    return {
        "images": images_of([answer.get("AppSpecification")], "ImageUri"),
        **instances_of(cluster),
        "role_arn": text_at(answer, "RoleArn"),
        "start": time_at(answer, "ProcessingStartTime"),
        "end": time_at(answer, "ProcessingEndTime"),
        "environment": settings_at(answer, "Environment"),
        "facts": present(
            exitMessage=redacted_at(answer, "ExitMessage"),
            entrypoint=redacted_at(answer, "AppSpecification", "ContainerEntrypoint"),
            arguments=redacted_at(answer, "AppSpecification", "ContainerArguments"),
            volumeSizeInGB=int_at(cluster, "VolumeSizeInGB"),
            maxRuntimeSec=int_at(answer, "StoppingCondition", "MaxRuntimeInSeconds"),
            experiment=redacted_at(answer, "ExperimentConfig"),
            autoMLJobArn=text_at(answer, "AutoMLJobArn"),
            trainingJobArn=text_at(answer, "TrainingJobArn"),
            monitoringScheduleArn=text_at(answer, "MonitoringScheduleArn"),
            datasets={
                text_at(each, "InputName") or str(position): redact(each["DatasetDefinition"])
                for position, each in enumerate(docs_at(answer, "ProcessingInputs"))
                if each.get("DatasetDefinition")
            },
        )
        | carried(answer, "LastModifiedTime"),
    }


def read_training(answer: Doc) -> dict[str, Any]:
    """Return the fields of a training job."""
    algorithm = answer.get("AlgorithmSpecification")
    return {
        "images": images_of([algorithm], "TrainingImage"),
        **instances_of(answer.get("ResourceConfig")),
        "role_arn": text_at(answer, "RoleArn"),
        "billable_sec": int_at(answer, "BillableTimeInSeconds"),
        "start": time_at(answer, "TrainingStartTime"),
        "end": time_at(answer, "TrainingEndTime"),
        "environment": settings_at(answer, "Environment"),
        "hyperparameters": settings_at(answer, "HyperParameters"),
        "facts": present(
            secondaryStatus=text_at(answer, "SecondaryStatus"),
            algorithmName=text_at(algorithm, "AlgorithmName"),
            modelData=model_location(answer),
            outputModelPackageArn=text_at(answer, "OutputModelPackageArn"),
            trainingSec=int_at(answer, "TrainingTimeInSeconds"),
            billableTokens=int_at(answer, "BillableTokenCount"),
            spot=dig(answer, "EnableManagedSpotTraining"),
            volumeSizeInGB=int_at(answer, "ResourceConfig", "VolumeSizeInGB"),
            instanceGroups=redacted_at(answer, "ResourceConfig", "InstanceGroups"),
            entrypoint=redacted_at(algorithm, "ContainerEntrypoint"),
            arguments=redacted_at(algorithm, "ContainerArguments"),
            experiment=redacted_at(answer, "ExperimentConfig"),
            ruleEvaluations=_rule_evaluations(answer),
        )
        | carried(
            answer,
            "TuningJobArn",
            "AutoMLJobArn",
            "LabelingJobArn",
            "StoppingCondition",
            "RetryStrategy",
            "WarmPoolStatus",
            "ServerlessJobConfig",
            "MlflowConfig",
            "MlflowDetails",
            "ProgressInfo",
            "SecondaryStatusTransitions",
            "LastModifiedTime",
        ),
    }


def read_transform(answer: Doc) -> dict[str, Any]:
    """Return the fields of a batch transform job; its image, role and isolation are those of its model."""
    return {
        **instances_of(answer.get("TransformResources")),
        "start": time_at(answer, "TransformStartTime"),
        "end": time_at(answer, "TransformEndTime"),
        "environment": settings_at(answer, "Environment"),
        "facts": present(
            modelName=text_at(answer, "ModelName"),
            batchStrategy=text_at(answer, "BatchStrategy"),
            maxConcurrentTransforms=int_at(answer, "MaxConcurrentTransforms"),
            maxPayloadInMB=int_at(answer, "MaxPayloadInMB"),
            experiment=redacted_at(answer, "ExperimentConfig"),
            contentType=text_at(answer, "TransformInput", "ContentType"),
            splitType=text_at(answer, "TransformInput", "SplitType"),
            accept=text_at(answer, "TransformOutput", "Accept"),
            assembleWith=text_at(answer, "TransformOutput", "AssembleWith"),
        )
        | carried(answer, "DataProcessing", "ModelClientConfig", "AutoMLJobArn", "LabelingJobArn"),
    }


def read_tuning(answer: Doc) -> dict[str, Any]:
    """Return the fields of a tuning job: those its training jobs share, and the best training job."""
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
        "images": images_of([definition.get("AlgorithmSpecification") for definition in definitions], "TrainingImage"),
        **instances_of(resources[0] if resources else None),
        "role_arn": text_at(first, "RoleArn"),
        "end": time_at(answer, "HyperParameterTuningEndTime"),
        "environment": settings_at(first, "Environment"),
        "hyperparameters": settings_at(first, "StaticHyperParameters"),
        "facts": present(
            objective=redacted_at(objective or first.get("TuningObjective")),
            bestTrainingJob=_best_training_job(answer.get("BestTrainingJob")),
            overallBestTrainingJob=_best_training_job(answer.get("OverallBestTrainingJob")),
            trainingJobStatusCounters=redacted_at(answer, "TrainingJobStatusCounters"),
            objectiveStatusCounters=redacted_at(answer, "ObjectiveStatusCounters"),
            consumedSec=int_at(answer, "ConsumedResources", "RuntimeInSeconds"),
            definitions=[_tuned(definition) for definition in definitions] if len(definitions) > 1 else None,
        )
        | carried(
            answer,
            "HyperParameterTuningJobConfig",
            "WarmStartConfig",
            "Autotune",
            "TuningJobCompletionDetails",
            "LastModifiedTime",
        ),
    }


def read_auto_ml(answer: Doc) -> dict[str, Any]:
    """Return the fields of an AutoML job of API version 1 or 2, and its best candidate."""
    best = answer.get("BestCandidate")
    containers = docs_at(best, "InferenceContainers")
    channels = docs_at(answer, "InputDataConfig")
    return {
        "images": images_of(containers, "Image"),
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
            notebooks=redacted_at(answer, "AutoMLJobArtifacts"),
            partialFailures=[
                redact_text(message)
                for reason in docs_at(answer, "PartialFailureReasons")
                if (message := text_at(reason, "PartialFailureMessage"))
            ],
            deployedEndpoint=text_at(answer, "ModelDeployResult", "EndpointName"),
            target=next((name for each in channels if (name := text_at(each, "TargetAttributeName"))), None),
        )
        | carried(
            answer,
            "AutoMLJobConfig",
            "AutoMLProblemTypeConfig",
            "AutoMLComputeConfig",
            "DataSplitConfig",
            "ResolvedAttributes",
            "LastModifiedTime",
        ),
    }


def _tuned(definition: Doc) -> dict[str, Any]:
    """Return one training job definition of a tuning job that has several."""
    config = definition.get("ResourceConfig") or definition.get("HyperParameterTuningResourceConfig")
    instances = instances_of(config)
    return present(
        name=text_at(definition, "DefinitionName"),
        image=text_at(definition, "AlgorithmSpecification", "TrainingImage"),
        algorithmName=text_at(definition, "AlgorithmSpecification", "AlgorithmName"),
        instanceType=instances["instance_type"],
        instanceCount=instances["instance_count"],
        roleArn=text_at(definition, "RoleArn"),
        objective=redacted_at(definition, "TuningObjective"),
        ranges=redacted_at(definition, "HyperParameterRanges"),
        hyperparameters=settings_at(definition, "StaticHyperParameters"),
        environment=settings_at(definition, "Environment"),
    )


def _rule_evaluations(answer: Doc) -> list[dict[str, Any]]:
    evaluations = docs_at(answer, "DebugRuleEvaluationStatuses") + docs_at(answer, "ProfilerRuleEvaluationStatuses")
    return [
        present(
            rule=text_at(each, "RuleConfigurationName"),
            status=text_at(each, "RuleEvaluationStatus"),
            details=redacted_at(each, "StatusDetails"),
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
        hyperparameters=settings_at(best, "TunedHyperParameters"),
        startTime=time_at(best, "TrainingStartTime"),
        endTime=time_at(best, "TrainingEndTime"),
        failureReason=redacted_at(best, "FailureReason"),
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
        artifacts=redacted_at(best, "CandidateProperties", "CandidateArtifactLocations"),
        failureReason=redacted_at(best, "FailureReason"),
    )
