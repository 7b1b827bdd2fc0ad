"""What docs/frontend.md shows is run: its mappings, in Node, on real answers."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sandbox.demo import PIPELINES
from tests.api.conftest import ROOT, Api

GUIDE = (ROOT / "docs" / "frontend.md").read_text(encoding="utf-8")
FUNCTIONS = [block for block in re.findall(r"```js\n(.*?)```", GUIDE, re.DOTALL) if block.startswith("export")]
NODE = shutil.which("node")

needs_node = pytest.mark.skipif(NODE is None, reason="Node is not installed")


def mapped(function: str, answer: Any, folder: Path) -> Any:
    """What a function of the guide makes of an answer."""
    [source] = [block for block in FUNCTIONS if f"function {function}(" in block]
    module = folder / "mapping.mjs"
    module.write_text(
        f"{source}\nimport {{ readFileSync }} from 'node:fs';\n"
        f"console.log(JSON.stringify({function}(JSON.parse(readFileSync(0, 'utf8')))));\n"
    )
    run = subprocess.run(
        [str(NODE), str(module)], input=json.dumps(answer), capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_guide_has_the_two_mappings() -> None:
    assert len(FUNCTIONS) == 2


@needs_node
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_react_flow_mapping_draws_every_step_after_what_it_depends_on(
    api: Api, pipeline: str, tmp_path: Path
) -> None:
    answer = api.lineage(pipeline)
    drawn = mapped("toReactFlow", answer, tmp_path)
    nodes = {node["id"]: node for node in drawn["nodes"]}

    assert [(id_, node["data"]["label"]) for id_, node in nodes.items()] == [
        (step["id"], step["label"]) for step in answer["graph"]["nodes"]
    ]
    assert {node["data"]["status"] for node in nodes.values()} <= {"Succeeded", "Failed", "Executing", "Unknown"}
    assert len({(node["position"]["x"], node["position"]["y"]) for node in nodes.values()}) == len(nodes)
    assert len({edge["id"] for edge in drawn["edges"]}) == len(answer["graph"]["edges"])

    for edge in drawn["edges"]:
        assert nodes[edge["source"]]["position"]["x"] < nodes[edge["target"]]["position"]["x"]


@needs_node
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_the_cytoscape_mapping_draws_every_step_and_every_place(api: Api, pipeline: str, tmp_path: Path) -> None:
    answer = api.lineage(pipeline, view="both")
    drawn = mapped("toCytoscape", answer, tmp_path)
    nodes = {node["data"]["id"]: node["data"] for node in drawn["nodes"]}
    processes = [node["label"] for node in nodes.values() if node["type"] == "processNode"]

    assert processes == [step["label"] for step in answer["graph"]["nodes"]]

    posture = {id_: node["publicAccess"] for id_, node in nodes.items() if node["type"] == "dataArtifact"}

    assert posture == {
        f"data:{artifact['uri']}": artifact["s3"]["publicAccess"]
        for artifact in answer["graph"]["artifacts"]
        if artifact["producedBy"] or artifact["consumedBy"]
    }

    ids = [element["data"]["id"] for element in drawn["nodes"] + drawn["edges"]]

    assert len(set(ids)) == len(ids)
    assert all({edge["data"]["source"], edge["data"]["target"]} <= set(nodes) for edge in drawn["edges"])


@needs_node
def test_the_mappings_do_not_mind_a_step_with_an_odd_name_or_without_a_run(tmp_path: Path) -> None:
    empty: dict[str, Any] = {"type": "Training", "inputs": [], "outputs": []}
    steps = [{"id": name, "label": name, **empty} for name in ("__proto__", "한")]
    graph = {"nodes": steps, "edges": [{"from": "__proto__", "to": "한", "via": "dependsOn"}], "artifacts": []}
    first, second = mapped("toReactFlow", {"graph": graph}, tmp_path)["nodes"]

    assert (first["id"], second["id"], second["data"]["status"]) == ("__proto__", "한", "Unknown")
    assert first["position"]["x"] < second["position"]["x"]


def test_the_guide_names_only_what_is_described(api: Api) -> None:
    paths = set(re.findall(r"`GET (/[^`?]*)", GUIDE))

    assert paths >= {"/lineage", "/sagemaker/catalog", "/sagemaker/pipelines", "/schema", "/lineage/schema"}
    assert paths <= set(api.get("/openapi.json").body["paths"])


def test_the_guides_links_and_commands_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^(?:.*`)?make ([a-z-]+)", GUIDE, re.MULTILINE)

    assert targets == ["demo", "types-ts"]
    assert all(f"\n{target}:" in makefile for target in targets)

    for target, anchor in re.findall(r"\]\(([a-z]+\.md)#([a-z-]+)\)", GUIDE):
        headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / target).read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}
