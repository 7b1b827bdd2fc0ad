"""Evaluator of the definition's expression language: parameters, joins and references, as far as they are known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from chalicelib.core.definition.paths import (
    GET,
    JOIN,
    JSON_GET,
    MAX_DEPTH,
    TOO_DEEP,
    expression_text,
    is_function,
    references,
    step_of,
)
from chalicelib.core.definition.scope import LITERAL, Resolved, Scope, latest
from chalicelib.core.definition.targets import Target, locate
from chalicelib.core.definition.templates import meant_in, piece
from chalicelib.core.values.errors import BadDefinition

MAX_TEXT = 64 * 1024
"""Maximum length of a join's text, in characters: a join that doubles at each level would not end otherwise."""

MAX_TEMPLATE = 2 * 1024
"""Maximum length of a template: twice that of a key. A longer one is a piece of its own, told by its digest."""

MAX_REFERRED = 1536
"""Maximum length of a text that is read by reference, in characters.

A thousand references may read one text, and each is shown. A key of S3 and the value of an execution's parameter have
at most 1,024: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Parameter.html
"""


def resolve(expression: Any, scope: Scope) -> Resolved:
    """Resolve `expression`, any JSON value of a definition, in `scope`.

    Raises `BadDefinition` for one that nests deeper than `MAX_DEPTH`, and nothing else.
    """
    return _evaluate(expression, scope, 0, scope.step)


# --- Evaluation -------------------------------------------------------------------------------------------------


def _evaluate(expression: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    if type(expression) is dict:
        path = expression.get(GET)
        if type(path) is str and len(expression) == 1:
            return _read(path, scope, step)
        if depth > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        if not is_function(expression):
            return _structure(expression, dict.fromkeys(expression), expression.items(), scope, depth, step)
        join = expression.get(JOIN)
        if type(join) is dict:
            return _join(expression, join, scope, depth, step)
        return _json_get(expression, expression.get(JSON_GET), scope, depth, step)
    if type(expression) is list:
        if depth > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        return _structure(expression, [None] * len(expression), enumerate(expression), scope, depth, step)
    return Resolved(True, expression, LITERAL)


def _read(path: str, scope: Scope, step: str | None) -> Resolved:
    meant = meant_in(scope.steps.get(step or ""), path, scope.run_documents)
    resolved = scope.settled.get(meant) or _settle(meant, scope)
    if resolved is _UNDERWAY:
        return Resolved(False, expression=path, template=piece(meant))
    return resolved if resolved.known or meant == path else resolved._replace(expression=path)


def _structure(expression: Any, filled: Any, members: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    resolution = LITERAL
    for key, member in members:
        part = _evaluate(member, scope, depth + 1, step)
        if not part.known:
            return Resolved(False) if depth else _unknown(expression)  # what is around it says the whole
        filled[key] = part.value
        resolution = latest(resolution, part.resolution)
    return Resolved(True, filled, resolution)


def _join(expression: dict[str, Any], join: dict[str, Any], scope: Scope, depth: int, step: str | None) -> Resolved:
    separator, parts = join.get("On", ""), join.get("Values")
    if type(separator) is not str or type(parts) is not list:
        return _unknown(expression)
    texts: list[str] = []
    resolution, known = LITERAL, True
    length = len(separator) * len(parts)
    for part in parts:
        if type(part) is str:
            text = part
        else:
            resolved = _evaluate(part, scope, depth + 3, step)
            if resolved.resolution != resolution:
                resolution = latest(resolution, resolved.resolution)
            if resolved.known and type(resolved.value) in (str, int, float, bool):
                text = as_text(resolved.value)
            else:
                known = False
                text = resolved.template or piece(expression_text(part))
        length += len(text)
        if length > MAX_TEXT:
            shown = expression_text(expression)
            return Resolved(False, expression=shown, template=piece(f"{step}: {shown}"))
        texts.append(text)
    whole = separator.join(texts)
    if known:
        return Resolved(True, whole, resolution)
    if len(whole) > MAX_TEMPLATE:
        whole = piece(whole)
    return Resolved(False, None, resolution, None if depth else expression_text(expression), whole)


def _json_get(expression: dict[str, Any], source: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    """Return what is read from a file that a run writes: never known, but named by the file and the path in it."""
    shown, path = expression_text(expression), source.get("Path") if type(source) is dict else None
    if type(path) is str:
        file = source.get("PropertyFile")
        if type(file) is dict and type(file.get(GET)) is str:
            meant = meant_in(scope.steps.get(step or ""), file[GET], scope.run_documents)
            return Resolved(False, expression=shown, template=piece(f"{meant}.{path}"))
        place = _evaluate(source.get("S3Uri"), scope, depth + 2, step)
        text = place.value if place.known else place.template
        if type(text) is str and text:
            return Resolved(False, expression=shown, template=piece(f"{text}#{path}"))
    return Resolved(False, expression=shown, template=piece(shown))


def as_text(value: Any) -> str:
    """Return a scalar as a join writes it: a string as it is, anything else as JSON."""
    return value if type(value) is str else json.dumps(value)


def _unknown(expression: Any) -> Resolved:
    shown = expression_text(expression)
    return Resolved(False, expression=shown, template=piece(shown))


# --- References: followed without recursion, as they chain through a thousand steps --------------------------------

_UNDERWAY = Resolved(False)


def _settle(path: str, scope: Scope) -> Resolved:
    """Resolve `path` and put the result into the scope's cache, and before it all that it refers to.

    A path counts as unresolved while it is being resolved, so that one which leads back to itself stays unresolved,
    and with it all that depends on it.
    """
    settled = scope.settled
    targets: dict[str, Target] = {}
    waiting = [path]
    while waiting:
        current = waiting.pop()
        target = targets.pop(current, None)
        if target is None:
            if current in settled:
                continue
            settled[current] = _UNDERWAY
            target = locate(current, scope)
            if target is not None and type(target[0]) in (dict, list):
                needed = [needed for needed in _needed(current, target, scope) if needed not in settled]
                if needed:
                    targets[current] = target
                    waiting.append(current)
                    waiting.extend(needed)
                    continue
        reached = _reach(current, target, scope)
        if not reached.known and ".IterationOutputs[" in current and "${Steps." in reached.template:
            reached = Resolved(False, expression=current, template=piece(current))  # each iteration has its own
        settled[current] = reached
    return settled[path]


def _needed(path: str, target: Target, scope: Scope) -> Iterator[str]:
    step = scope.steps.get(step_of(path) or "")
    for reference in references([target[0], target[2]]):
        yield meant_in(step, reference, scope.run_documents)


def _reach(path: str, target: Target | None, scope: Scope) -> Resolved:
    unknown = Resolved(False, expression=path, template=piece(path))
    if target is None:
        return unknown
    value, resolution, below = target
    step = step_of(path)
    found = Resolved(True, value, resolution) if type(value) is str else _evaluate(value, scope, 0, step)
    if found.value is None if found.known else type(value) is not dict or not is_function(value):
        return unknown
    text = found.value if found.known else found.template
    resolution = latest(resolution, found.resolution)
    if type(text) is str and len(text) > MAX_REFERRED:
        return unknown
    if not below:
        return Resolved(True, text, resolution) if found.known else Resolved(False, None, resolution, path, text)
    end = _evaluate(below, scope, 0, step)
    if type(text) is not str:
        return unknown
    whole = f"{text.rstrip('/')}/{(end.value if end.known else end.template).lstrip('/')}"
    if found.known and end.known:
        return Resolved(True, whole, latest(resolution, end.resolution))
    return Resolved(False, None, resolution, path, whole)
