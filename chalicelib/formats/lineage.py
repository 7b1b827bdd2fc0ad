"""A `Lineage` as the contract's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from chalicelib.core.lineage import Lineage
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.values.doc import stated
from chalicelib.core.values.model import Artifact, Edge, Node, Pipeline, Port, Resource
from chalicelib.core.values.redaction import Redacted, redact
from chalicelib.formats.findings import to_finding
from chalicelib.formats.posture import to_posture, to_s3
from chalicelib.formats.run import to_execution, to_registry, to_run, to_summary, to_time
from chalicelib.formats.views import COUNTED, to_views
from chalicelib.formats.warnings import to_warnings

if TYPE_CHECKING:
    from chalicelib.formats.types import lineage as shapes
    from chalicelib.formats.types.posture import S3, Posture


def to_json_text(body: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """Return one line of JSON without secrets: every JSON answer passes here, whatever it was made from.

    It is escaped to ASCII where a string holds what UTF-8 cannot carry (lone surrogates). Raises ValueError for a
    number that is not finite, which JSON cannot carry.
    """
    body = redact(body)
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(body, allow_nan=False, separators=(",", ":"))
    return text + "\n"


def to_lineage(lineage: Lineage) -> shapes.Lineage:
    """Return the body of a 200 reply to `GET /lineage`, without secrets: every other format is made from it."""
    places = {bucket: _place(bucket, posture) for bucket, posture in lineage.postures.items()}
    body: shapes.Lineage = {
        "pipeline": to_pipeline(lineage.pipeline),
        "execution": to_execution(lineage.execution) if lineage.execution else None,
        "summary": to_summary(lineage.summary, always=COUNTED if lineage.view != "graph" else ()),
        "graph": {
            "nodes": [to_node(node, lineage) for node in lineage.graph.nodes],
            "edges": [to_edge(edge) for edge in lineage.graph.edges],
            "artifacts": [to_artifact(artifact, places) for artifact in lineage.graph.artifacts],
        },
        "findings": [to_finding(finding) for finding in lineage.findings],
        "warnings": to_warnings(lineage.gaps),
        **to_views(lineage),
    }
    return cast("shapes.Lineage", Redacted(redact(body)))


def to_pipeline(pipeline: Pipeline) -> shapes.Pipeline:
    """Return the pipeline itself; its contract keys are present also where their values are not known."""
    more: shapes.PipelineMore = {"displayName": pipeline.display_name, "description": pipeline.description}
    return {
        "name": pipeline.name,
        "arn": pipeline.arn,
        "lastModifiedTime": to_time(pipeline.last_modified),
        "region": pipeline.region,
        "roleArn": pipeline.role_arn,
        "parameters": dict(pipeline.parameters),
        "tags": dict(pipeline.tags),
        **stated(more),
    }


def to_node(node: Node, lineage: Lineage) -> shapes.Node:
    """Return one step with everything that is known of it; unknown optional parts have no key."""
    run, registration = lineage.runs.get(node.id), lineage.registrations.get(node.id)
    security: Any = dict(lineage.security.get(node.id) or {})
    more: shapes.NodeMore = {
        "description": node.description,
        "parent": node.parent,
        "branch": node.branch,
        "resources": [to_resource(resource) for resource in node.resources],
        "run": to_run(run) if run else None,
        "branchTaken": False if not run and node.id in lineage.untaken else None,
        "registry": to_registry(registration) if registration else None,
        "security": security,
    }
    return {
        "id": node.id,
        "label": node.label,
        "type": node.type,
        "inputs": [to_port(port) for port in node.inputs],
        "outputs": [to_port(port) for port in node.outputs],
        **stated(more),
    }


def to_port(port: Port) -> shapes.Port:
    """Return one input or output; `expression` is the text in the definition where its `uri` is a template."""
    more: shapes.PortMore = {
        "kind": port.kind,
        "resolution": port.resolution if port.resolved else "unresolved",
        "expression": port.expression,
        "extent": port.extent,
        "within": port.within[0] if port.within else None,
    }
    return {"name": port.name, "uri": port.uri, **stated(more)}


def to_resource(resource: Resource) -> shapes.Resource:
    """Return one resource that a step names and that is not data."""
    more: shapes.ResourceMore = {"expression": resource.expression}
    return {
        "type": resource.type,
        "relation": resource.relation,
        "name": resource.name,
        "arn": resource.arn,
        **stated(more),
    }


def to_edge(edge: Edge) -> shapes.Edge:
    """Return one edge between two steps."""
    more: shapes.EdgeMore = {"trigger": edge.trigger}
    return {"from": edge.source, "to": edge.target, "via": edge.via, **stated(more)}


class Place(NamedTuple):
    """Bucket as each artifact in it shows it: flat strings in `s3`, the detail in `posture`."""

    s3: S3
    posture: Posture | None = None


def _place(bucket: str, posture: BucketPosture) -> Place:
    """Return a bucket without secrets, so that none of its artifacts is looked through for them again."""
    s3, detail = Redacted(redact(to_s3(bucket, posture))), Redacted(redact(to_posture(posture)))
    return Place(cast("S3", s3), cast("Posture", detail))


def to_artifact(artifact: Artifact, places: Mapping[str, Place]) -> shapes.Artifact:
    """Return one location with what is known of its bucket."""
    bucket = artifact.bucket
    place = places.get(bucket) if bucket else None
    more: shapes.ArtifactMore = {"posture": place.posture if place else None}
    return {
        "id": artifact.id,
        "uri": artifact.uri,
        "bucket": bucket,
        "key": artifact.key,
        "s3": place.s3 if place else to_s3(bucket, None),
        "producedBy": list(artifact.produced_by),
        "consumedBy": list(artifact.consumed_by),
        **stated(more),
    }
