"""The graph as a Mermaid flowchart, as pull requests and wikis draw it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from chalicelib.formats.exports.drawing import Arrow, Box, Drawing, Json, drawing_of, without_branches, without_data
from chalicelib.formats.exports.export import Answer

# Mermaid refuses more by default: https://mermaid.js.org/config/schema-docs/config.html (maxEdges, maxTextSize)
MAX_EDGES = 500
MAX_CHARACTERS = 50_000

_MARKDOWN = re.compile(r"^\s*\d*[-+.](?=\s)|(?<![^\W_])_|_(?![^\W_])")
"""What would begin a list or an emphasis: a label is Markdown to Mermaid."""

_SHAPES = {"step": '["{}"]', "condition": '{{"{}"}}', "loop": '[["{}"]]', "data": '[("{}")]'}
_LINES = {
    "dependsOn": "-.->",
    "ref:Get": "-->",
    "branch:if": "==>|if|",
    "branch:else": "==>|else|",
    "forEach": "-.->|each|",
    "artifact": "-->|data|",
    "reads": "-->",
    "writes": "-->",
}
_CLASSES = {
    "Succeeded": "fill:#d9f2e0,stroke:#2e7d4f",
    "Failed": "fill:#fbdcdc,stroke:#b3261e",
    "Executing": "fill:#dbe8fd,stroke:#2a5db0",
    "Stopped": "fill:#eeeeee,stroke:#757575",
}


def write(answers: Sequence[Answer]) -> str:
    """Return the one answer's graph as a flowchart."""
    (answer,) = answers
    return to_mermaid(answer.lineage)


def to_mermaid(lineage: Json) -> str:
    """Return a `/lineage` reply's graph as a flowchart that Mermaid draws with its default limits.

    Where it is larger than these, data is left out first, then what stands inside conditions and loops, then the last
    edges; a comment says so.
    """
    drawing = drawing_of(lineage)
    folds: tuple[Callable[[Drawing], Drawing], ...] = (without_data, without_branches)
    for fold in folds:
        if _fits(drawing):
            break
        drawing = fold(drawing)
    return _cut(drawing)


def _fits(drawing: Drawing) -> bool:
    return len(drawing.arrows) <= MAX_EDGES and len(_text(drawing)) <= MAX_CHARACTERS


def _cut(drawing: Drawing) -> str:
    """Return the text with as many edges, and then as many boxes, as the limits leave room for."""
    arrows, boxes = drawing.arrows[:MAX_EDGES], drawing.boxes
    while True:
        said = drawing.left_out
        if len(arrows) < len(drawing.arrows):
            said = (*said, f"{len(drawing.arrows) - len(arrows)} edges are left out")
        if len(boxes) < len(drawing.boxes):
            said = (*said, f"{len(drawing.boxes) - len(boxes)} steps are left out")
        text = _text(Drawing(boxes, arrows, said))
        if len(text) <= MAX_CHARACTERS:
            return text
        boxes = boxes[: len(boxes) * 3 // 4]
        kept = {box.id for box in boxes}
        arrows = tuple(arrow for arrow in arrows if arrow.source in kept and arrow.target in kept)


def _text(drawing: Drawing) -> str:
    return "\n".join(_lines(drawing)) + "\n"


def _lines(drawing: Drawing) -> Iterator[str]:
    names = {box.id: f"n{number}" for number, box in enumerate(drawing.boxes)}
    yield "flowchart LR"
    for sentence in drawing.left_out:
        yield f"  %% {sentence}"
    for box in drawing.boxes:
        yield f"  {names[box.id]}{_SHAPES[box.kind].format(_label(box))}"
    for arrow in drawing.arrows:
        yield f"  {names[arrow.source]} {_line(arrow)} {names[arrow.target]}"
    for status, style in _CLASSES.items():
        having = [names[box.id] for box in drawing.boxes if box.status == status]
        if having:
            yield f"  classDef {status.lower()} {style}"
            yield f"  class {','.join(having)} {status.lower()}"


def _line(arrow: Arrow) -> str:
    return _LINES.get(arrow.via, "-->")


def _label(box: Box) -> str:
    mark = f" ⚠ {box.findings}" if box.findings else ""
    text = "".join(_escaped(character) for character in box.text)
    return _MARKDOWN.sub(lambda match: f"{match[0][:-1]}#{ord(match[0][-1])};", text) + mark


def _escaped(character: str) -> str:
    """Return a character so that it is text and nothing else: Mermaid reads `#35;` as the character of that number."""
    if character.isalnum() or character in " -_./:=,+@":
        return character
    return f"#{ord(character)};" if character.isprintable() else " "
