"""Let Mermaid's own parser and Graphviz read the drawing of every definition in the corpus, and of names that bite."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.formats.exports.dot import to_dot
from chalicelib.formats.exports.drawing import drawing_of
from chalicelib.formats.exports.mermaid import to_mermaid
from tools.npm import InstallFailed, install
from tools.sarif import answers

ROOT = Path(__file__).resolve().parent.parent
PARSERS = ROOT / "tools" / "drawings"
NAMES = (
    "end",
    "subgraph",
    "1. x",
    "- x",
    '"]}); click',
    "`a` **b** __c__",
    "#quot; &lt; <br/>",
    "a\\nb\\",
    "한글 𝒳",
    "%% x",
)


class CheckFailed(Exception):
    """The check could not be made; the message says why."""


def why_not() -> str | None:
    """Return why the check cannot be made on this machine, or `None` where it can."""
    return None if shutil.which("npm") and shutil.which("node") else "Node, which runs the parsers, is not installed"


def lineages() -> Iterator[Any]:
    """Yield the corpus, and a pipeline for each of some names that mean something to a parser."""
    for answer in answers():
        yield answer.lineage
    for name in NAMES:
        nodes = [
            {"id": f"{name} {number}", "label": name, "type": "Condition", "inputs": [], "outputs": []}
            for number in range(2)
        ]
        edges = [{"from": f"{name} 0", "to": f"{name} 1", "via": "branch:if"}]
        nodes[1]["parent"] = nodes[0]["id"]
        graph = {"nodes": nodes, "edges": edges, "artifacts": []}
        yield {"pipeline": {"name": name}, "graph": graph, "findings": []}


def seen(drawings: list[tuple[str, str]]) -> list[Any]:
    """Return what the parsers see: boxes and arrows of each drawing (`[18, 29]`), or why it is none."""
    asked = "".join(json.dumps(drawing) + "\n" for drawing in drawings)
    command = ["node", "parse.mjs"]
    done = subprocess.run(command, cwd=PARSERS, input=asked, capture_output=True, text=True, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    if len(told) != len(drawings):
        raise CheckFailed(f"the parsers did not get through: {done.stderr[-2000:]}")
    return told


def check() -> list[str]:
    """Return a line for each drawing that a parser reads otherwise than meant; a broken one must be seen as such."""
    meant, drawings = [], []
    for lineage in lineages():
        drawing = drawing_of(lineage)
        for format_, text in (("mermaid", to_mermaid(lineage)), ("dot", to_dot(lineage))):
            drawings.append((format_, text))
            meant.append([len(drawing.boxes), len(drawing.arrows)])
    broken = [("mermaid", 'flowchart LR\n  a["b"c"]\n'), ("dot", "digraph { a [label=b-c] }")]
    told = seen(drawings + broken)
    if not all(isinstance(each, str) for each in told[-len(broken) :]):
        raise CheckFailed("the parsers do not see a broken drawing")
    return [
        f"{format_} of {text.splitlines()[0 if format_ == 'dot' else 1].strip()}: {is_} instead of {should}"
        for (format_, text), is_, should in zip(drawings, told, meant, strict=False)
        if is_ != should
    ]


def main() -> int:
    """Make the check; 1 where it fails."""
    try:
        install(PARSERS)
        found = check()
    except (CheckFailed, InstallFailed) as failed:
        print(f"drawings: {failed}", file=sys.stderr)
        return 1
    print("\n".join(found) or "drawings: as they were meant")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
