"""The graphs of the committed definitions are those that a person read out of the pipelines' Python sources.

`expected/<pipeline>.json` was written by hand from `corpus`, not by running the service. `nodes` maps each
step to its type; an edge is `"<from> -> <to>: <via>"`, with the trigger after it where it has one. `undecided` holds
edges that are right either way, each with the reason.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.values.model import Edge, Graph, Node

CORPUS = Path(__file__).parents[2] / "corpus"
EXPECTED = sorted((CORPUS / "expected").glob("*.json"))
DEFINITIONS = {path.stem: path for path in sorted((CORPUS / "emitted").rglob("*.json")) if path.stem != "manifest"}


def load(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def graph_of(name: str) -> Graph:
    definition = parse_definition(DEFINITIONS[name].read_text(encoding="utf-8"))
    return build_graph(definition, Scope(definition, region="ap-northeast-2", account="123456789012"))


def written(edge: Edge) -> str:
    return f"{edge.source} -> {edge.target}: {edge.via}" + (f" {edge.trigger}" if edge.trigger else "")


def test_every_committed_definition_has_a_graph_stated_by_hand() -> None:
    assert {path.stem for path in EXPECTED} == set(DEFINITIONS)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_nodes_are_those_of_the_source(path: Path) -> None:
    assert {node.id: node.type for node in graph_of(path.stem).nodes} == load(path)["nodes"]


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_each_node_stands_once(path: Path) -> None:
    assert len(graph_of(path.stem).nodes) == len(load(path)["nodes"])


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_edges_are_those_of_the_source(path: Path) -> None:
    expected = load(path)
    edges = sorted(written(edge) for edge in graph_of(path.stem).edges)

    assert [edge for edge in edges if edge not in expected.get("undecided", {})] == sorted(expected["edges"])


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_nodes_stand_in_the_order_in_which_the_steps_can_run(path: Path) -> None:
    graph = graph_of(path.stem)
    position = {node.id: index for index, node in enumerate(graph.nodes)}

    assert [written(edge) for edge in graph.edges if position[edge.source] >= position[edge.target]] == []


def node(name: str, step: str) -> Node:
    return next(node for node in graph_of(name).nodes if node.id == step)


def ports(name: str, step: str, side: str) -> dict[str, str | None]:
    return {port.name: port.uri for port in getattr(node(name, step), side) if port.kind != "code"}


MAIN = "s3://my-mlops-dev2-v2-main-data/pipelines/mlops"


@pytest.mark.parametrize(
    ("step", "inputs", "outputs"),
    [
        (
            "Extract",
            {"raw": f"{MAIN}/raw"},
            {"customers": f"{MAIN}/extracted/customers", "profile": f"{MAIN}/extracted/profile"},
        ),
        (
            "Validate",
            {"customers": f"{MAIN}/extracted/customers", "profile": f"{MAIN}/extracted/profile"},
            {"report": "s3://my-mlops-dev2-v2-reports/pipelines/mlops/validation"},
        ),
        (
            "Preprocess",
            {"customers": f"{MAIN}/extracted/customers"},
            {part: f"{MAIN}/preprocessed/{part}" for part in ("train", "validation", "test")},
        ),
        (
            "Train",
            {part: f"{MAIN}/preprocessed/{part}" for part in ("train", "validation")},
            {"model_artifacts": f"{MAIN}/models/${{Steps.Train.TrainingJobName}}/output/model.tar.gz"},
        ),
    ],
)
def test_locations_of_the_demo_pipeline_resolve_through_joins_and_references(
    step: str, inputs: dict[str, str], outputs: dict[str, str]
) -> None:
    assert ports("mlops-pipeline", step, "inputs") == inputs
    assert ports("mlops-pipeline", step, "outputs") == outputs


def test_scripts_of_the_demo_pipeline_are_code() -> None:
    code = [port for port in node("mlops-pipeline", "Extract").inputs if port.kind == "code"]

    assert [port.name for port in code] == ["code"]
    assert (code[0].uri or "").endswith("/extract.py")


def test_topology_is_read_where_the_document_lists_the_steps_backwards() -> None:
    order = [node.id for node in graph_of("processing-frameworks").nodes]

    assert all(before != after for before, after in pairwise(order))
    assert order.index("TorchPrepare") < order.index("SklearnScale") < order.index("Publish")
