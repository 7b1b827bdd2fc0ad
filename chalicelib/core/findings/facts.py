"""Facts of one lineage that the rules judge by."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, SensitiveTags
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.values.doc import NOTHING
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


def step_tags(step: Step, scope: Scope) -> dict[str, str]:
    """Return the tags that a step gives its job, as far as they are known.

    Raises `BadDefinition` where an expression in them nests too deep.
    """
    tags = step.arguments.get("Tags")
    pairs = [tag for tag in tags if isinstance(tag, Mapping)] if isinstance(tags, list) else []
    scope = scope.at(step.name) if pairs else scope
    resolved = ((resolve(tag.get("Key"), scope), resolve(tag.get("Value"), scope)) for tag in pairs)
    return {
        key.value: str(value.value)
        for key, value in resolved
        if key.known and value.known and isinstance(key.value, str)
    }


def declared_approval(step: Step, scope: Scope) -> str | None:
    """Return the approval status that a RegisterModel step asks for; the registry's, once read, takes precedence.

    Raises `BadDefinition` where its expression nests too deep.
    """
    status = resolve(step.arguments.get("ModelApprovalStatus"), scope.at(step.name))
    return status.value if status.known and isinstance(status.value, str) else None
