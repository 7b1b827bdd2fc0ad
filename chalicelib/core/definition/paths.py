"""Shape of expressions: which objects are functions, and the paths that a `Get` holds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

GET, JOIN, JSON_GET = "Get", "Std:Join", "Std:JsonGet"
FUNCTIONS = frozenset({GET, JOIN, JSON_GET})

MAX_DEPTH = 200
"""Maximum levels of JSON in one step, the steps inside it not counted: enough for sixty nested joins.

A deeper document is refused, as reading it takes two stack frames a level.
"""

TOO_DEEP = f"a step nests deeper than {MAX_DEPTH} levels"

# Every bracket matches, an unclosed one to the end of the text, and no part gives back what it took: linear time.
_SEGMENT = re.compile(r"""([^.\[\]]++)|\[\s*+(?:(?:(\d{1,9}+)|'([^']*+)'|"([^"]*+)")\s*+\]|([^\]]*+)\]?)""")


def references(value: Any) -> Iterator[str]:
    """Yield the path of every `Get` in a JSON value, in document order."""
    waiting = [value] if type(value) in (dict, list) else []
    while waiting:
        item = waiting.pop()
        if type(item) is dict:
            path = item.get(GET)
            if type(path) is str:
                yield path
                if len(item) == 1:
                    continue
            item = item.values()
        below = [child for child in item if type(child) is dict or type(child) is list]
        below.reverse()
        waiting += below


def parse_path(text: str) -> tuple[str | int, ...]:
    """Split a `Get`'s path into segments: `Steps.A.Outputs['b.c'][0]` → `("Steps", "A", "Outputs", "b.c", 0)`."""
    if "[" not in text:
        return tuple(segment for segment in text.split(".") if segment)
    segments: list[str | int] = []
    for name, index, single, double, bare in _SEGMENT.findall(text):
        segments.append(int(index) if index else name or single or double or bare)
    return tuple(segments)


def step_of(path: str) -> str | None:
    """Return the name of the step that a `Get`'s path refers to, `None` where it refers to none."""
    if not path.startswith("Steps."):
        return None
    return path[6:].partition(".")[0].partition("[")[0] or None


def is_function(value: dict[str, Any]) -> bool:
    """Return whether an object is nothing but a `Get`, `Std:Join` or `Std:JsonGet`: an expression, no structure."""
    return len(value) == 1 and next(iter(value)) in FUNCTIONS


def expression_text(expression: Any) -> str:
    """Return an unresolved expression as it is shown: a `Get`'s path, or compact JSON for a function."""
    if type(expression) is dict and len(expression) == 1:
        path = expression.get(GET)
        if type(path) is str:
            return path
    return json.dumps(expression, separators=(",", ":"), ensure_ascii=False)
