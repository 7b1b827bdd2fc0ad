"""Lineage of one pipeline, as values that the formats turn into JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.runs.execution import Summary
from chalicelib.core.runs.node_runs import NodeRun
from chalicelib.core.runs.registry import Registration
from chalicelib.core.values.doc import NOTHING
from chalicelib.core.values.errors import BadQuery
from chalicelib.core.values.model import Execution, Finding, Gap, Graph, Pipeline


class Lineage(NamedTuple):
    """One pipeline's lineage.

    `runs`, `registrations` and `security` are by node id, `postures` by bucket; `untaken` are node ids.
    """

    pipeline: Pipeline
    execution: Execution | None
    summary: Summary
    graph: Graph
    runs: Mapping[str, NodeRun] = NOTHING
    untaken: frozenset[str] = frozenset()
    registrations: Mapping[str, Registration] = NOTHING
    security: Mapping[str, Mapping[str, Any]] = NOTHING
    postures: Mapping[str, BucketPosture] = NOTHING
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    view: str = "graph"


def only_step(lineage: Lineage, name: str) -> Lineage:
    """Return the lineage of one step alone: its node, edges and artifacts, and the findings that concern them.

    Ids, the summary and the warnings stay those of the whole. Raises `BadQuery` where no step is called `name`.
    """
    graph = lineage.graph
    nodes = tuple(node for node in graph.nodes if node.id == name)
    if not nodes:
        raise BadQuery(["step names no step of this pipeline"])
    edges = tuple(edge for edge in graph.edges if name in (edge.source, edge.target))
    artifacts = tuple(a for a in graph.artifacts if name in a.produced_by or name in a.consumed_by)
    places = {f"node:{name}", *(f"artifact:{artifact.id}" for artifact in artifacts)}
    buckets = {artifact.bucket for artifact in artifacts}
    return lineage._replace(
        graph=Graph(nodes, edges, artifacts, graph.gaps),
        findings=tuple(finding for finding in lineage.findings if places.intersection(finding.path)),
        postures={bucket: posture for bucket, posture in lineage.postures.items() if bucket in buckets},
    )
