"""Views that existing dashboards read: the steps alone, and steps with their data as a bipartite graph.

Both dashboards show what they get unchanged: a value that they take for a string is always one here, and an unknown
one is left out. They join places by the text of their `uri`, which is equal where the places are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.core.lineage import Lineage
from chalicelib.core.runs.node_runs import NodeRun
from chalicelib.core.values.doc import stated
from chalicelib.core.values.model import UNKNOWN, Artifact, Node, Port
from chalicelib.formats.posture import to_s3
from chalicelib.formats.run import to_time

if TYPE_CHECKING:
    from chalicelib.formats.types import views as shapes
    from chalicelib.formats.types.lineage import Views

PIPELINE_VIEWS = ("pipeline", "both")
DATA_VIEWS = ("data", "both")
COUNTED = ("Failed", "Succeeded")
"""Statuses that a dashboard looks up in `nodeStatus`; where one is missing it shows none, and not 0."""


def to_views(lineage: Lineage) -> Views:
    """Return the keys that the lineage's `view` adds to the contract's reply; none for `graph`."""
    views: Views = {}
    if lineage.view in PIPELINE_VIEWS:
        views["graphPipeline"] = to_graph_pipeline(lineage)
    if lineage.view in DATA_VIEWS:
        views["graphData"] = to_graph_data(lineage)
    return views


def to_graph_pipeline(lineage: Lineage) -> shapes.GraphPipeline:
    """Return the steps in topological order, in which the dashboard chains them, and their edges."""
    return {
        "nodes": [
            {
                "id": node.id,
                "label": node.label,
                "type": node.type,
                "run": _run(lineage.runs.get(node.id)),
                "inputs": [_port(port) for port in node.inputs],
                "outputs": [_port(port) for port in node.outputs],
            }
            for node in lineage.graph.nodes
        ],
        "edges": [{"from": edge.source, "to": edge.target, "via": edge.via} for edge in lineage.graph.edges],
    }


def to_graph_data(lineage: Lineage) -> shapes.GraphData:
    """Return processes and data, each after what it depends on.

    Edges of the kind `read` lead into a process, those of the kind `write` out of one.
    """
    artifacts = {artifact.uri: artifact for artifact in lineage.graph.artifacts}
    nodes: dict[str, shapes.ProcessNode | shapes.DataNode] = {}
    edges: dict[tuple[str, str, str], shapes.DataEdge] = {}

    def connect(source: str, target: str, kind: str) -> None:
        edge: shapes.DataEdge = {"id": f"{source}->{target}", "source": source, "target": target, "kind": kind}
        edges.setdefault((source, target, kind), edge)

    for node in lineage.graph.nodes:
        process = f"process:{node.id}"
        for port in node.inputs:
            data = _data_node(artifacts[port.uri], lineage)
            nodes.setdefault(data["id"], data)
            connect(data["id"], process, "read")
        nodes[process] = _process_node(process, node, lineage.runs.get(node.id))
        for port in node.outputs:
            data = _data_node(artifacts[port.uri], lineage)
            nodes.setdefault(data["id"], data)
            connect(process, data["id"], "write")
    return {"nodes": list(nodes.values()), "edges": list(edges.values())}


def _process_node(process: str, node: Node, run: NodeRun | None) -> shapes.ProcessNode:
    return {
        "id": process,
        "type": "processNode",
        "label": node.label,
        "stepId": node.id,
        "stepType": node.type,
        "run": _run(run),
    }


def _data_node(artifact: Artifact, lineage: Lineage) -> shapes.DataNode:
    posture = lineage.postures.get(artifact.bucket) if artifact.bucket else None
    return {
        "id": f"data:{artifact.uri}",
        "type": "dataArtifact",
        "label": artifact.uri.rstrip("/").rsplit("/", 1)[-1] or artifact.uri,
        "uri": artifact.uri,
        # Where these are missing, the dashboard says that a scan has found nothing: nobody has looked.
        "meta": {
            "s3": to_s3(artifact.bucket, posture),
            "pii": {"hasPII": None, "scanner": "none"},
            "retention": {"expired": None, "policyName": "not checked"},
        },
    }


def _run(run: NodeRun | None) -> shapes.ViewRun:
    if run is None:
        return {"status": UNKNOWN}
    more: shapes.ViewRunMore = {
        "startTime": to_time(run.start),
        "endTime": to_time(run.end),
        "elapsedSec": run.elapsed_sec,
        "jobName": run.job.name if run.job else None,
        "jobArn": run.job.arn if run.job else None,
    }
    return {"status": run.status, **stated(more)}


def _port(port: Port) -> shapes.ViewPort:
    return {"name": port.name, "uri": port.uri}
