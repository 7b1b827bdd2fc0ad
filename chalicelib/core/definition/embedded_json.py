"""JSON documents inside a string or a join, such as a Job step's `JobConfigDocument`."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.core.definition.paths import JOIN, MAX_DEPTH, TOO_DEEP
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.json_text import read_json

MAX_DOCUMENT = 1024 * 1024
"""Maximum length of a document, in characters: a whole definition is no longer."""

_PLACEHOLDER = re.compile("\ue000([0-9]{1,7})\ue001")  # private-use characters: no real definition holds them
_QUOTE = re.compile(r'(?<!\\)(?:\\\\)*"')


def read_embedded(text: Any) -> Any:
    """Return the JSON document in a string, or in a join of JSON text and expressions; `None` where there is none.

    Expressions inside it are returned as the definition language writes them, so that what reads a definition can
    read the document: a string that was partly joined is a `Std:Join` of its own. Raises `BadDefinition` for a
    document that nests too deeply.
    """
    expressions: list[Any] = []
    written = text if type(text) is str else _written(text, expressions)
    if written is None or not written.lstrip().startswith(("{", "[")):
        return None
    try:
        document = read_json(written)
    except ValueError:
        return None
    except RecursionError:
        raise BadDefinition(TOO_DEEP) from None
    return _restored(document, expressions, 0) if expressions else document


def _written(join: Any, expressions: list[Any]) -> str | None:
    """Return the text of a join with a placeholder for each expression, quoted where it stands outside a string."""
    if type(join) is not dict or type(join.get(JOIN)) is not dict:
        return None
    separator, parts = join[JOIN].get("On", ""), join[JOIN].get("Values")
    if type(separator) is not str or type(parts) is not list or len(separator) * len(parts) > MAX_DOCUMENT:
        return None
    written: list[str] = []
    inside = False
    for position, part in enumerate(parts):
        for text in [separator, part] if position else [part]:
            if type(text) is str:
                inside ^= len(_QUOTE.findall(text)) % 2 == 1
                written.append(text)
            else:
                token = f"\ue000{len(expressions)}\ue001"
                written.append(token if inside else f'"{token}"')
                expressions.append(text)
    return "".join(written)


def _restored(value: Any, expressions: list[Any], depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise BadDefinition(TOO_DEEP)
    if type(value) is dict:
        restored = {}
        for key, child in value.items():
            restored[key] = _restored(child, expressions, depth + 1)
        return restored
    if type(value) is list:
        for index, child in enumerate(value):
            value[index] = _restored(child, expressions, depth + 1)
        return value
    if type(value) is not str or "\ue000" not in value:
        return value
    pieces = _PLACEHOLDER.split(value)  # text, number, text, number, … text
    parts = [_expression(expressions, int(piece)) if odd % 2 else piece for odd, piece in enumerate(pieces)]
    parts = [part for part in parts if part != ""]
    return parts[0] if len(parts) == 1 else {JOIN: {"On": "", "Values": parts}}


def _expression(expressions: list[Any], number: int) -> Any:
    """Return the expression that a placeholder stands for; empty text where the document wrote one of its own."""
    return expressions[number] if number < len(expressions) else ""
