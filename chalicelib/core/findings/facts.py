"""Facts of one lineage that the rules judge by."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import is_function
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, SensitiveTags
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.values.doc import NOTHING, dig, docs_in
from chalicelib.core.values.model import Graph, Pipeline, Step


class Facts(NamedTuple):
    """Everything that a finding may rest on.

    `postures` are by bucket name (empty where S3 was not asked). By node id: `security` (as from `step_security`),
    `job_tags`, and `approvals` (of the package that a step registers: `Approved`, `PendingManualApproval`, `Rejected`).
    `pipeline_tags_known` is false where ListTags was refused.
    """

    pipeline: Pipeline
    graph: Graph
    postures: Mapping[str, BucketPosture] = NOTHING
    security: Mapping[str, Mapping[str, Any]] = NOTHING
    approvals: Mapping[str, str] = NOTHING
    job_tags: Mapping[str, Mapping[str, str]] = NOTHING
    pipeline_tags_known: bool = True
    sensitive_tags: SensitiveTags = DEFAULT_TAGS


# Where the services of the steps take tags: SageMaker, Bedrock, EMR, EMR Serverless.
TAG_PLACES = (
    *(("Tags",), ("JobTags",), ("ModelTags",), ("CustomModelTags",), ("ImportedModelTags",)),
    *(("ClusterConfig", "Tags"), ("JobConfig", "tags"), ("ApplicationConfig", "tags")),
)


def step_tags(step: Step, scope: Scope) -> dict[str, str]:
    """Return the tags that a step gives its job; the value of one is empty where only a run knows it.

    Raises `BadDefinition` where an expression in them nests too deep.
    """
    found = [pair for place in TAG_PLACES for pair in _pairs(dig(step.arguments, *place))]
    scope = scope.at(step.name) if found else scope
    resolved = ((resolve(key, scope), resolve(value, scope)) for key, value in found)
    return {
        key.value: str(value.value) if value.known else ""
        for key, value in resolved
        if key.known and isinstance(key.value, str)
    }


def _pairs(tags: Any) -> list[tuple[Any, Any]]:
    """Return the tags in a list of keys and values, or in an object that has the value under the key."""
    if isinstance(tags, Mapping):
        return [] if is_function(dict(tags)) else list(tags.items())
    return [(tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value"))) for tag in docs_in(tags)]


def declared_approval(step: Step, scope: Scope) -> str | None:
    """Return the approval status that a RegisterModel step asks for; the registry's, once read, takes precedence.

    Raises `BadDefinition` where its expression nests too deep.
    """
    status = resolve(step.arguments.get("ModelApprovalStatus"), scope.at(step.name))
    return status.value if status.known and isinstance(status.value, str) else None
