"""Every definition in the repository, read a second time by a walk that shares nothing with the first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.values.model import Graph
from tests.builders.walked import s3_texts, walk

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for path in (ROOT / "corpus" / "emitted").rglob("*.json") if "Steps" in json.loads(path.read_text())
)


def graph_of(path: Path) -> Graph:
    definition = parse_definition(path.read_text())
    return build_graph(definition, Scope(definition))


def test_there_are_definitions_to_read() -> None:
    assert len(FILES) > 20


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_graph_equals_an_independent_walk(path: Path) -> None:
    document = json.loads(path.read_text())
    names, edges = walk(document)
    graph = graph_of(path)

    assert sorted(node.id for node in graph.nodes) == sorted(names)
    assert {(edge.source, edge.target, edge.via) for edge in graph.edges if edge.via != "artifact"} == edges
    assert len(graph.edges) == len({(edge.source, edge.target, edge.via) for edge in graph.edges})
    places = {artifact.uri for artifact in graph.artifacts}
    # A training's output path is only the beginning of the model file's location.
    begun = [text for text in s3_texts(document) if text not in places]
    assert all(any(uri.startswith(f"{text.rstrip('/')}/${{Steps.") for uri in places) for text in begun)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_edge_points_forward_and_reading_twice_gives_the_same(path: Path) -> None:
    graph = graph_of(path)
    place = {node.id: index for index, node in enumerate(graph.nodes)}

    assert all(place[edge.source] < place[edge.target] for edge in graph.edges)
    assert graph_of(path) == graph
