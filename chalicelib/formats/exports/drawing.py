"""The graph of a `/lineage` reply as boxes and arrows, for the formats that draw it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Box:
    """A step or a location. `kind`: `step`, `condition`, `loop` or `data`; `parent` is the id of the step around it."""

    id: str
    text: str
    kind: str
    status: str | None = None
    findings: int = 0
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation of two boxes, by their ids; `via` as in the graph's edges, or `reads` and `writes` of data."""

    source: str
    target: str
    via: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows in the order of the reply, and what was left out, a sentence each."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    left_out: tuple[str, ...] = ()


def drawing_of(lineage: Json) -> Drawing:
    """Return the whole drawing of a `/lineage` reply: its steps, its data (code is none), and what connects them."""
    graph = lineage["graph"]
    open_findings = Counter(
        place
        for finding in lineage.get("findings", ())
        if finding["status"] != "Suppressed"
        for place in set(finding["path"])
    )
    steps = tuple(
        Box(
            id=f"step:{node['id']}",
            text=node["label"],
            kind={"Condition": "condition", "ForEach": "loop"}.get(node["type"], "step"),
            status=(node.get("run") or {}).get("status"),
            findings=open_findings[f"node:{node['id']}"],
            parent=f"step:{node['parent']}" if node.get("parent") else None,
        )
        for node in graph["nodes"]
    )
    touched = list(dict.fromkeys(_data_arrows(graph["nodes"])))
    drawn = {end for arrow in touched for end in (arrow.source, arrow.target)}
    data = tuple(
        Box(f"data:{artifact['uri']}", artifact["uri"], "data", findings=open_findings[f"artifact:{artifact['id']}"])
        for artifact in graph["artifacts"]
        if f"data:{artifact['uri']}" in drawn
    )
    between = (Arrow(f"step:{edge['from']}", f"step:{edge['to']}", edge["via"]) for edge in graph["edges"])
    return Drawing((*steps, *data), (*between, *touched))


def _data_arrows(nodes: Sequence[Json]) -> Iterator[Arrow]:
    for node in nodes:
        for port in node["inputs"]:
            if port.get("kind") != "code":
                yield Arrow(f"data:{port['uri']}", f"step:{node['id']}", "reads")
        for port in node["outputs"]:
            if port.get("kind") != "code":
                yield Arrow(f"step:{node['id']}", f"data:{port['uri']}", "writes")


def without_data(drawing: Drawing) -> Drawing:
    """Return the drawing of the steps alone."""
    boxes = tuple(box for box in drawing.boxes if box.kind != "data")
    arrows = tuple(arrow for arrow in drawing.arrows if arrow.via not in ("reads", "writes"))
    gone = f"{len(drawing.boxes) - len(boxes)} locations are left out"
    return replace(drawing, boxes=boxes, arrows=arrows, left_out=(*drawing.left_out, gone))


def without_branches(drawing: Drawing) -> Drawing:
    """Return the drawing with what stands inside conditions and loops folded into the outermost of them."""
    parents = {box.id: box.parent for box in drawing.boxes}
    outer: dict[str, str] = {}
    for box in drawing.boxes:
        at = box.id
        while parent := parents.get(at):
            at = parent
        outer[box.id] = at
    boxes = tuple(box for box in drawing.boxes if box.parent is None)
    moved = (Arrow(outer[arrow.source], outer[arrow.target], arrow.via) for arrow in drawing.arrows)
    arrows = tuple(dict.fromkeys(arrow for arrow in moved if arrow.source != arrow.target))
    gone = f"{len(drawing.boxes) - len(boxes)} steps inside conditions and loops are folded into them"
    return replace(drawing, boxes=boxes, arrows=arrows, left_out=(*drawing.left_out, gone))
