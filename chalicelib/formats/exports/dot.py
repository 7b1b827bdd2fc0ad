"""The graph in Graphviz' DOT language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.formats.exports.drawing import Box, Json, drawing_of
from chalicelib.formats.exports.export import Answer

_SHAPES = {"step": "box", "condition": "diamond", "loop": "box3d", "data": "cylinder"}
_STYLES = {
    "dependsOn": "style=dashed",
    "branch:if": 'style=bold, label="if"',
    "branch:else": 'style=bold, label="else"',
    "forEach": 'style=dashed, label="each"',
    "artifact": 'label="data"',
}
_COLOURS = {"Succeeded": "#d9f2e0", "Failed": "#fbdcdc", "Executing": "#dbe8fd", "Stopped": "#eeeeee"}


def write(answers: Sequence[Answer]) -> str:
    """Return the one answer's graph in the DOT language."""
    (answer,) = answers
    return to_dot(answer.lineage)


def to_dot(lineage: Json) -> str:
    """Return a `/lineage` reply's graph as a directed graph; what a condition or loop holds is a cluster."""
    return "\n".join(_lines(lineage)) + "\n"


def _lines(lineage: Json) -> Iterator[str]:
    drawing = drawing_of(lineage)
    inside: dict[str | None, list[Box]] = {}
    for box in drawing.boxes:
        inside.setdefault(box.parent, []).append(box)
    yield f"digraph {_quoted(str(lineage['pipeline']['name']))} {{"
    yield "  rankdir=LR"
    yield '  node [fontname="sans-serif", style=filled, fillcolor=white]'
    yield from _boxes(inside)
    for arrow in drawing.arrows:
        style = _STYLES.get(arrow.via)
        yield f"  {_quoted(arrow.source)} -> {_quoted(arrow.target)}{f' [{style}]' if style else ''}"
    yield "}"


def _boxes(inside: Mapping[str | None, Sequence[Box]]) -> Iterator[str]:
    """Yield the boxes, each cluster after the box that it belongs to, without a limit to how deep they nest."""
    clusters = 0
    todo: list[Box | None] = [*reversed(inside.get(None, ()))]
    while todo:
        box = todo.pop()
        if box is None:
            yield "  }"
            continue
        yield f"  {_quoted(box.id)} [{_attributes(box)}]"
        if held := inside.get(box.id):
            yield f"  subgraph cluster_{clusters} {{"
            yield f"  label={_quoted(box.text)}"
            clusters += 1
            todo += [None, *reversed(held)]


def _attributes(box: Box) -> str:
    mark = f" ⚠ {box.findings}" if box.findings else ""
    colour = _COLOURS.get(box.status or "")
    filled = f', fillcolor="{colour}"' if colour else ""
    return f"label={_quoted(box.text + mark)}, shape={_SHAPES[box.kind]}{filled}"


def _quoted(text: str) -> str:
    """Return a DOT string that stands for this very text: in it a backslash begins an escape, a quote ends it."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'
