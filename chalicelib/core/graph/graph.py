"""Graph of a definition: nodes in topological order, edges, artifacts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.artifacts import build_artifacts
from chalicelib.core.graph.edges import (
    defined_edges,
    forward_only,
    never_together,
    pairs,
    topological_order,
)
from chalicelib.core.graph.meetings import MAX_ARTIFACT_EDGES, Met, meet
from chalicelib.core.graph.step_io.ports import StepIO, read_steps
from chalicelib.core.graph.step_io.used import Described, not_asked, with_things_used
from chalicelib.core.values.doc import NOTHING
from chalicelib.core.values.model import Definition, Edge, Gap, Graph, Node, Step


def build_graph(definition: Definition, scope: Scope, things: Described = NOTHING) -> Graph:
    """Return the graph of `definition` as far as `scope` knows its values; `things` describe what the steps use.

    The graph's `gaps` are about its edges (a dependency on no step, a cycle); those from reading the document are in
    `definition.gaps`. Raises `BadDefinition` for a step that nests too deeply.
    """
    steps = definition.steps
    ios = with_things_used(read_steps(steps, scope), scope, things)
    edges, gaps = defined_edges(definition, ios)
    position = {step.name: index for index, step in enumerate(steps)}
    fixed = pairs((position[edge.source], position[edge.target]) for edge in edges)
    order, cyclic = topological_order(len(steps), fixed, {})
    if cyclic:
        gaps.append(Gap("CyclicDefinition", "steps wait for one another in a circle", None))
    referred = [(position[edge.source], position[edge.target]) for edge in edges if edge.via == "ref:Get"]
    met = meet([(ios[step.name].inputs, ios[step.name].outputs) for step in steps], referred)
    candidates = [pair for pair in met.pairs if not never_together(steps[pair[0]], steps[pair[1]], scope.steps)]
    wished = forward_only(candidates, order, fixed)
    if wished:
        order, _ = topological_order(len(steps), fixed, pairs(wished))
    nodes = tuple(_node(steps[index], ios[steps[index].name]) for index in order)
    rank = {node.id: at for at, node in enumerate(nodes)}
    edges += _kept(wished, order, steps)
    gaps += [*_manifests(nodes), *not_asked(nodes, scope)]
    artifacts, complete = build_artifacts(nodes, scope, met, [rank[step.name] for step in steps])
    if met.more or not complete:
        message = f"only {MAX_ARTIFACT_EDGES} edges, makers and readers of shared locations are shown"
        gaps.append(Gap("TooManyArtifactEdges", message, None))
    return Graph(nodes, _sorted(edges, order, steps), artifacts, tuple(gaps))


def draft_graph(definition: Definition, scope: Scope) -> Graph:
    """Return what steps, places and things `definition` names, with nothing between them and in no other order.

    That is enough to know what to ask about. Raises `BadDefinition` for a step that nests too deeply.
    """
    ios = read_steps(definition.steps, scope)
    nodes = tuple(_node(step, ios[step.name]) for step in definition.steps)
    artifacts, _ = build_artifacts(nodes, scope, Met(), ())
    return Graph(nodes, (), artifacts)


def _manifests(nodes: Iterable[Node]) -> Iterator[Gap]:
    """Yield what a manifest leaves untold: the data that it lists stands in a file, which is not read."""
    for node in nodes:
        for port in node.inputs:
            if port.extent == "manifest":
                yield Gap("ManifestNotRead", f"{port.name} is a manifest: the data that it lists is not shown", node.id)


def _node(step: Step, io: StepIO) -> Node:
    return Node(
        id=step.name,
        label=step.display_name or step.name,
        type=step.type,
        description=step.description,
        parent=step.parent,
        branch=step.branch,
        inputs=io.inputs,
        outputs=io.outputs,
        resources=io.resources,
    )


def _kept(wished: Iterable[tuple[int, int]], order: Sequence[int], steps: Sequence[Step]) -> list[Edge]:
    """Return the artifact edges that point forward: where two steps feed each other, the one of the first stays."""
    rank = {position: index for index, position in enumerate(order)}
    return [Edge(steps[s].name, steps[t].name, "artifact") for s, t in wished if rank[s] < rank[t]]


def _sorted(edges: Iterable[Edge], order: Sequence[int], steps: Sequence[Step]) -> tuple[Edge, ...]:
    rank: Mapping[str, int] = {steps[position].name: index for index, position in enumerate(order)}
    return tuple(sorted(edges, key=lambda edge: (rank[edge.source], rank[edge.target], edge.via)))
