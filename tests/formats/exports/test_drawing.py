"""Mermaid and DOT of a lineage: everything is drawn, within the limits, and no name is more than text."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.query.query import parse_lineage_query
from chalicelib.core.values.errors import BadQuery
from chalicelib.formats.exports.dot import to_dot
from chalicelib.formats.exports.mermaid import MAX_CHARACTERS, MAX_EDGES, to_mermaid
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage

CORPUS = Path(__file__).resolve().parents[3] / "corpus" / "emitted"
DEFINITIONS = [path for path in sorted(CORPUS.rglob("*.json")) if "Steps" in json.loads(path.read_text())]
HOSTILE = 'end]"}}) --> x; <script>`#quot;\\" \n subgraph'
ARROW = re.compile(r"  n(\d+) (?:-->|-\.->|==>)(?:\|[a-z]+\|)? n(\d+)")
BOX = re.compile(r'  n(\d+)(?:\["|\{"|\[\["|\[\(")([^"\n]*)(?:"\]|"\}|"\]\]|"\)\])')
OTHER = re.compile(r"  classDef \w+ [\w:#,]+|  class (?:n\d+,?)+ \w+|  %% [\w ]+|flowchart LR")


def lineage(steps: int = 2, label: str = "Step", ports: int = 1, inside: str | None = None) -> Any:
    """A chain of steps, each with outputs that the next one reads."""
    nodes = [
        {
            "id": f"S{i}",
            "label": label,
            "type": "Processing",
            "inputs": [{"name": "in", "uri": f"s3://b/{i - 1}/{p}", "kind": "data"} for p in range(ports if i else 0)],
            "outputs": [{"name": "out", "uri": f"s3://b/{i}/{p}", "kind": "data"} for p in range(ports)],
            **({"parent": inside} if inside and f"S{i}" != inside else {}),
        }
        for i in range(steps)
    ]
    uris = dict.fromkeys(port["uri"] for node in nodes for port in (*node["inputs"], *node["outputs"]))  # type: ignore[index]
    edges = [{"from": f"S{i}", "to": f"S{i + 1}", "via": "ref:Get"} for i in range(steps - 1)]
    artifacts = [{"id": i, "uri": uri} for i, uri in enumerate(uris)]
    return {
        "pipeline": {"name": label},
        "graph": {"nodes": nodes, "edges": edges, "artifacts": artifacts},
        "findings": [],
    }


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_every_line_of_a_flowchart_is_a_box_an_arrow_or_a_style(path: Path) -> None:
    body: Any = to_lineage(offline_lineage(path.read_text(), path.stem, {}))

    lines = to_mermaid(body).splitlines()

    assert [line for line in lines if not any(form.fullmatch(line) for form in (ARROW, BOX, OTHER))] == []
    boxes = [match for line in lines if (match := BOX.fullmatch(line))]
    assert len(boxes) >= len(body["graph"]["nodes"])
    ends = {end for line in lines if (match := ARROW.fullmatch(line)) for end in match.groups()}
    assert ends <= {match[1] for match in boxes}


def test_a_hostile_name_is_text_and_nothing_else() -> None:
    body = lineage(label=HOSTILE)

    flowchart, graph = to_mermaid(body), to_dot(body)

    label = BOX.fullmatch(flowchart.splitlines()[1])

    assert label

    read = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label[2])

    assert read == HOSTILE.replace("\n", " ")
    assert len(flowchart.splitlines()) == 9

    strings = re.findall(r'label="((?:[^"\\]|\\.)*)", shape', graph)

    assert re.sub(r"\\(.)", r"\1", strings[0]) == HOSTILE.replace("\n", " ")


@pytest.mark.parametrize(
    ("label", "escaped"),
    [
        ("1. Prepare", "1#46; Prepare"),
        ("- Train", "#45; Train"),
        ("__x__ y_z", "#95;#95;x#95;#95; y_z"),
        ("1.5", "1.5"),
    ],
)
def test_a_label_is_no_markdown(label: str, escaped: str) -> None:
    box = BOX.fullmatch(to_mermaid(lineage(label=label)).splitlines()[1])

    assert box
    assert box[2] == escaped


def test_data_is_left_out_first_and_the_drawing_says_so() -> None:
    flowchart = to_mermaid(lineage(steps=200, ports=3))

    assert "%% 600 locations are left out" in flowchart
    assert sum(bool(ARROW.fullmatch(line)) for line in flowchart.splitlines()) == 199


def test_then_what_stands_inside_a_loop_is_folded_into_it() -> None:
    flowchart = to_mermaid(lineage(steps=800, inside="S0"))

    assert "%% 799 steps inside conditions and loops are folded into them" in flowchart
    assert not any(ARROW.fullmatch(line) for line in flowchart.splitlines())


@pytest.mark.parametrize("label", ["Step", "x" * 200, "한" * 200])
def test_no_flowchart_is_larger_than_mermaid_takes(label: str) -> None:
    flowchart = to_mermaid(lineage(steps=900, label=label))

    assert len(flowchart) <= MAX_CHARACTERS
    assert sum(bool(ARROW.fullmatch(line)) for line in flowchart.splitlines()) <= MAX_EDGES
    assert "are left out" in flowchart


def test_what_a_condition_holds_is_a_cluster() -> None:
    graph = to_dot(lineage(steps=3, inside="S0"))

    inside = graph.split("subgraph cluster_0 {")[1].split("  }")[0]

    assert '"step:S1"' in inside
    assert '"step:S2"' in inside


def test_a_finding_marks_every_place_on_its_path_unless_it_is_suppressed() -> None:
    body = lineage()
    body["findings"] = [{"status": "Fail", "path": ["node:S0"]}, {"status": "Suppressed", "path": ["node:S1"]}]

    flowchart = to_mermaid(body)

    assert flowchart.count("⚠ 1") == 1


def test_the_same_lineage_is_drawn_in_the_same_bytes() -> None:
    assert to_mermaid(lineage()) == to_mermaid(lineage())
    assert to_dot(lineage()) == to_dot(lineage())


def test_a_drawing_has_no_views() -> None:
    with pytest.raises(BadQuery, match="view does not go with format=dot"):
        parse_lineage_query({"pipeline": ["p"], "format": ["dot"], "view": ["both"]}, ["eu-west-1"], "eu-west-1")
