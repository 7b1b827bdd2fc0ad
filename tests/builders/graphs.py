"""Graphs written by hand: steps that read and write, the edges between them found or given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.facts import Facts
from chalicelib.core.findings.judge import judge
from chalicelib.core.graph.artifacts import build_artifacts
from chalicelib.core.graph.meetings import meet
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.values.model import Definition, Edge, Finding, Graph, Node, Pipeline, Port

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/p"

Place = str | Port
"""A location that is plain data, or a port of another name or kind."""


def step(name: str, type: str = "Processing", reads: Sequence[Place] = (), writes: Sequence[Place] = ()) -> Node:  # noqa: A002
    """A step; its ports are named `in0`, `out0` and so on where they are given as locations."""
    return Node(name, name, type, inputs=_ports("in", reads), outputs=_ports("out", writes))


def _ports(side: str, places: Sequence[Place]) -> tuple[Port, ...]:
    return tuple(p if isinstance(p, Port) else Port(f"{side}{n}", p) for n, p in enumerate(places))


def graph(*nodes: Node, edges: Sequence[tuple[str, str, str]] = ()) -> Graph:
    """The graph of these steps, which are in topological order.

    Where a step reads what an earlier one writes, an `artifact` edge joins them; `edges` are further ones.
    """
    met = meet([(node.inputs, node.outputs) for node in nodes], ())
    artifacts, _ = build_artifacts(nodes, Scope(Definition({}, ())), met, range(len(nodes)))
    found = [Edge(nodes[source].id, nodes[target].id, "artifact") for source, target in met.pairs if source < target]
    return Graph(nodes, (*found, *(Edge(*edge) for edge in edges)), artifacts)


def facts(graph: Graph, *postures: BucketPosture, tags: Mapping[str, str] | None = None, **further: Any) -> Facts:
    """The facts of a pipeline in the account and region that the bucket builders use."""
    pipeline = Pipeline("p", REGION, ARN, tags=tags or {})
    return Facts(pipeline=pipeline, graph=graph, postures={p.bucket: p for p in postures}, **further)


def found(facts: Facts, rule: str) -> list[Finding]:
    """What one rule finds."""
    return [finding for finding in judge(facts) if finding.rule == rule]
