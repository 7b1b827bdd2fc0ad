"""Facts of AutoML jobs, and of their best candidate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chalicelib.core.runs.job_facts.pieces import (
    carried,
    images_of,
    redacted_at,
)
from chalicelib.core.values.doc import dig, docs_at, present, text_at, time_at
from chalicelib.core.values.model import Doc
from chalicelib.core.values.redaction import redact_text


def read_auto_ml(response: Doc) -> dict[str, Any]:
    """Return the fields of an AutoML job of API version 1 or 2, and its best candidate."""
    best = response.get("BestCandidate")
    containers = docs_at(best, "InferenceContainers")
    channels = docs_at(response, "InputDataConfig")
    return {
        "images": images_of(containers, "Image"),
        "role_arn": text_at(response, "RoleArn"),
        "end": time_at(response, "EndTime"),
        "facts": present(
            secondaryStatus=text_at(response, "AutoMLJobSecondaryStatus"),
            problemType=text_at(response, "ProblemType")
            or text_at(response, "ResolvedAttributes", "ProblemType")
            or text_at(response, "AutoMLProblemTypeConfigName"),
            objective=text_at(response, "AutoMLJobObjective", "MetricName")
            or text_at(response, "ResolvedAttributes", "AutoMLJobObjective", "MetricName"),
            bestCandidate=_best_candidate(best, containers),
            notebooks=redacted_at(response, "AutoMLJobArtifacts"),
            partialFailures=[
                redact_text(message)
                for reason in docs_at(response, "PartialFailureReasons")
                if (message := text_at(reason, "PartialFailureMessage"))
            ],
            deployedEndpoint=text_at(response, "ModelDeployResult", "EndpointName"),
            target=next((name for each in channels if (name := text_at(each, "TargetAttributeName"))), None),
        )
        | carried(
            response,
            "AutoMLJobConfig",
            "AutoMLProblemTypeConfig",
            "AutoMLComputeConfig",
            "DataSplitConfig",
            "ResolvedAttributes",
            "LastModifiedTime",
        ),
    }


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
