"""Facts of training jobs, and of the tuning jobs that run many."""

from __future__ import annotations

from typing import Any

from chalicelib.core.runs.job_facts.pieces import (
    carried,
    images_of,
    instances_of,
    model_location,
    redacted_at,
    settings_at,
    training_definitions,
)
from chalicelib.core.values.doc import dig, docs_at, int_at, present, text_at, time_at
from chalicelib.core.values.model import Doc


def read_training(response: Doc) -> dict[str, Any]:
    """Return the fields of a training job."""
    algorithm = response.get("AlgorithmSpecification")
    return {
        "images": images_of([algorithm], "TrainingImage"),
        **instances_of(response.get("ResourceConfig")),
        "role_arn": text_at(response, "RoleArn"),
        "billable_sec": int_at(response, "BillableTimeInSeconds"),
        "start": time_at(response, "TrainingStartTime"),
        "end": time_at(response, "TrainingEndTime"),
        "environment": settings_at(response, "Environment"),
        "hyperparameters": settings_at(response, "HyperParameters"),
        "facts": present(
            secondaryStatus=text_at(response, "SecondaryStatus"),
            algorithmName=text_at(algorithm, "AlgorithmName"),
            modelData=model_location(response),
            outputModelPackageArn=text_at(response, "OutputModelPackageArn"),
            trainingSec=int_at(response, "TrainingTimeInSeconds"),
            billableTokens=int_at(response, "BillableTokenCount"),
            spot=dig(response, "EnableManagedSpotTraining"),
            volumeSizeInGB=int_at(response, "ResourceConfig", "VolumeSizeInGB"),
            instanceGroups=redacted_at(response, "ResourceConfig", "InstanceGroups"),
            entrypoint=redacted_at(algorithm, "ContainerEntrypoint"),
            arguments=redacted_at(algorithm, "ContainerArguments"),
            experiment=redacted_at(response, "ExperimentConfig"),
            ruleEvaluations=_rule_evaluations(response),
        )
        | carried(
            response,
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


def read_tuning(response: Doc) -> dict[str, Any]:
    """Return the fields of a tuning job: those its training jobs share, and the best training job."""
    definitions = training_definitions(response)
    first = definitions[0] if definitions else {}
    resources = [
        config
        for definition in definitions
        for config in (definition.get("ResourceConfig"), definition.get("HyperParameterTuningResourceConfig"))
        if config
    ]
    objective = dig(response, "HyperParameterTuningJobConfig", "HyperParameterTuningJobObjective")
    return {
        "images": images_of([definition.get("AlgorithmSpecification") for definition in definitions], "TrainingImage"),
        **instances_of(resources[0] if resources else None),
        "role_arn": text_at(first, "RoleArn"),
        "end": time_at(response, "HyperParameterTuningEndTime"),
        "environment": settings_at(first, "Environment"),
        "hyperparameters": settings_at(first, "StaticHyperParameters"),
        "facts": present(
            objective=redacted_at(objective or first.get("TuningObjective")),
            bestTrainingJob=_best_training_job(response.get("BestTrainingJob")),
            overallBestTrainingJob=_best_training_job(response.get("OverallBestTrainingJob")),
            trainingJobStatusCounters=redacted_at(response, "TrainingJobStatusCounters"),
            objectiveStatusCounters=redacted_at(response, "ObjectiveStatusCounters"),
            consumedSec=int_at(response, "ConsumedResources", "RuntimeInSeconds"),
            definitions=[_tuned(definition) for definition in definitions] if len(definitions) > 1 else None,
        )
        | carried(
            response,
            "HyperParameterTuningJobConfig",
            "WarmStartConfig",
            "Autotune",
            "TuningJobCompletionDetails",
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


def _rule_evaluations(response: Doc) -> list[dict[str, Any]]:
    evaluations = docs_at(response, "DebugRuleEvaluationStatuses") + docs_at(response, "ProfilerRuleEvaluationStatuses")
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
