"""Facts of processing and batch transform jobs."""

from __future__ import annotations

from typing import Any

from chalicelib.core.runs.job_facts.pieces import (
    carried,
    images_of,
    instances_of,
    redacted_at,
    settings_at,
)
from chalicelib.core.values.doc import dig, docs_at, int_at, present, text_at, time_at
from chalicelib.core.values.model import Doc
from chalicelib.core.values.redaction import redact


def read_processing(response: Doc) -> dict[str, Any]:
    """Return the fields of a processing job, also of one that a check step runs."""
    cluster = dig(response, "ProcessingResources", "ClusterConfig")
    return {
        "images": images_of([response.get("AppSpecification")], "ImageUri"),
        **instances_of(cluster),
        "role_arn": text_at(response, "RoleArn"),
        "start": time_at(response, "ProcessingStartTime"),
        "end": time_at(response, "ProcessingEndTime"),
        "environment": settings_at(response, "Environment"),
        "facts": present(
            exitMessage=redacted_at(response, "ExitMessage"),
            entrypoint=redacted_at(response, "AppSpecification", "ContainerEntrypoint"),
            arguments=redacted_at(response, "AppSpecification", "ContainerArguments"),
            volumeSizeInGB=int_at(cluster, "VolumeSizeInGB"),
            maxRuntimeSec=int_at(response, "StoppingCondition", "MaxRuntimeInSeconds"),
            experiment=redacted_at(response, "ExperimentConfig"),
            autoMLJobArn=text_at(response, "AutoMLJobArn"),
            trainingJobArn=text_at(response, "TrainingJobArn"),
            monitoringScheduleArn=text_at(response, "MonitoringScheduleArn"),
            datasets={
                text_at(each, "InputName") or str(position): redact(each["DatasetDefinition"])
                for position, each in enumerate(docs_at(response, "ProcessingInputs"))
                if each.get("DatasetDefinition")
            },
        )
        | carried(response, "LastModifiedTime"),
    }


def read_transform(response: Doc) -> dict[str, Any]:
    """Return the fields of a batch transform job; its image, role and isolation are those of its model."""
    return {
        **instances_of(response.get("TransformResources")),
        "start": time_at(response, "TransformStartTime"),
        "end": time_at(response, "TransformEndTime"),
        "environment": settings_at(response, "Environment"),
        "facts": present(
            modelName=text_at(response, "ModelName"),
            batchStrategy=text_at(response, "BatchStrategy"),
            maxConcurrentTransforms=int_at(response, "MaxConcurrentTransforms"),
            maxPayloadInMB=int_at(response, "MaxPayloadInMB"),
            experiment=redacted_at(response, "ExperimentConfig"),
            contentType=text_at(response, "TransformInput", "ContentType"),
            splitType=text_at(response, "TransformInput", "SplitType"),
            accept=text_at(response, "TransformOutput", "Accept"),
            assembleWith=text_at(response, "TransformOutput", "AssembleWith"),
        )
        | carried(response, "DataProcessing", "ModelClientConfig", "AutoMLJobArn", "LabelingJobArn"),
    }
