"""A `Lineage` as the contract's JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.core.answer import Lineage
from chalicelib.core.model import Artifact, Edge, Node, Pipeline, Port, Resource
from chalicelib.formats.findings import to_finding
from chalicelib.formats.posture import to_posture, to_s3
from chalicelib.formats.run import to_execution, to_registry, to_run, to_summary, to_time
from chalicelib.formats.views import to_views
from chalicelib.formats.warnings import to_warnings


def to_json_text(body: Mapping[str, Any]) -> str:
    """One line of JSON; text stands as it is, unless it holds what UTF-8 cannot carry."""
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(body, allow_nan=False, separators=(",", ":"))
    return text + "\n"


def to_lineage(lineage: Lineage) -> dict[str, Any]:
    """The body of a 200 answer."""
    postures = {bucket: to_posture(posture) for bucket, posture in lineage.postures.items()}
    return {
        "pipeline": to_pipeline(lineage.pipeline),
        "execution": to_execution(lineage.execution) if lineage.execution else None,
        "summary": to_summary(lineage.summary),
        "graph": {
            "nodes": [to_node(node, lineage) for node in lineage.graph.nodes],
            "edges": [to_edge(edge) for edge in lineage.graph.edges],
            "artifacts": [to_artifact(artifact, lineage, postures) for artifact in lineage.graph.artifacts],
        },
        "findings": [to_finding(finding) for finding in lineage.findings],
        "warnings": to_warnings(lineage.gaps),
        **to_views(lineage),
    }


def to_pipeline(pipeline: Pipeline) -> dict[str, Any]:
    """The pipeline itself; its contract keys are there also where nothing is known of them."""
    more = {"displayName": pipeline.display_name, "description": pipeline.description}
    return {
        "name": pipeline.name,
        "arn": pipeline.arn,
        "lastModifiedTime": to_time(pipeline.last_modified),
        "region": pipeline.region,
        "roleArn": pipeline.role_arn,
        "parameters": dict(pipeline.parameters),
        "tags": dict(pipeline.tags),
        **{key: value for key, value in more.items() if value},
    }


def to_node(node: Node, lineage: Lineage) -> dict[str, Any]:
    """One step with everything that is known of it; what is not known of it has no key."""
    body: dict[str, Any] = {"id": node.id, "label": node.label, "type": node.type}
    if node.description:
        body["description"] = node.description
    if node.parent:
        body["parent"], body["branch"] = node.parent, node.branch
    body["inputs"] = [to_port(port) for port in node.inputs]
    body["outputs"] = [to_port(port) for port in node.outputs]
    if node.resources:
        body["resources"] = [to_resource(resource) for resource in node.resources]
    if node.id in lineage.runs:
        body["run"] = to_run(lineage.runs[node.id])
    elif node.id in lineage.untaken:
        body["branchTaken"] = False
    if node.id in lineage.registrations:
        body["registry"] = to_registry(lineage.registrations[node.id])
    if lineage.security.get(node.id):
        body["security"] = dict(lineage.security[node.id])
    return body


def to_port(port: Port) -> dict[str, Any]:
    """One input or output; `expression` says what stands where no `uri` is known."""
    body: dict[str, Any] = {"name": port.name, "uri": port.uri, "kind": port.kind}
    if port.resolution:
        body["resolution"] = port.resolution
    if port.expression is not None:
        body["expression"] = port.expression
    return body


def to_resource(resource: Resource) -> dict[str, Any]:
    """One thing that a step names and that is not data."""
    body: dict[str, Any] = {
        "type": resource.type,
        "relation": resource.relation,
        "name": resource.name,
        "arn": resource.arn,
    }
    if resource.expression is not None:
        body["expression"] = resource.expression
    return body


def to_edge(edge: Edge) -> dict[str, Any]:
    """One edge between two steps."""
    body = {"from": edge.source, "to": edge.target, "via": edge.via}
    return {**body, "trigger": edge.trigger} if edge.trigger else body


def to_artifact(artifact: Artifact, lineage: Lineage, postures: Mapping[str, Any]) -> dict[str, Any]:
    """One location with its bucket's posture: flat strings in `s3`, the whole of it in `posture`."""
    bucket = artifact.bucket
    body = {
        "id": artifact.id,
        "uri": artifact.uri,
        "bucket": bucket,
        "key": artifact.key,
        "s3": to_s3(bucket, lineage.postures.get(bucket) if bucket else None),
        "producedBy": list(artifact.produced_by),
        "consumedBy": list(artifact.consumed_by),
    }
    return {**body, "posture": postures[bucket]} if bucket is not None and bucket in postures else body
