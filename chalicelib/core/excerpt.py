"""One step of a lineage, for a caller who wants less than the whole or for whom the whole is too large."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.core.answer import Lineage
from chalicelib.core.errors import BadQuery
from chalicelib.core.model import Graph


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
    return replace(
        lineage,
        graph=Graph(nodes, edges, artifacts, graph.gaps),
        findings=tuple(finding for finding in lineage.findings if places.intersection(finding.path)),
        postures={bucket: posture for bucket, posture in lineage.postures.items() if bucket in buckets},
    )
