"""Partly resolved S3 locations: what two steps name alike before any run has filled in the rest."""

from __future__ import annotations

from typing import Any

from chalicelib.core.definition.expressions import MAX_TEXT, Scope, as_text, resolve
from chalicelib.core.definition.paths import GET, JOIN
from chalicelib.core.values.s3uri import location_at

# Paths whose value is the same in every step of an execution. A step's property is not here: its `Get` is a reference.
_CONSTANT = ("Execution.", "Parameters.", "PipelineExperimentConfig.")


def pattern_of(expression: Any, scope: Scope) -> str | None:
    """Return an S3 location with `${Execution.PipelineExecutionId}` and the like where a run will put a value.

    `None` where the expression is no join, where it is no S3 location whatever the run says, or where a piece of it
    may differ from step to step. Raises `BadDefinition` for an expression that nests too deeply.
    """
    text = _filled(expression, scope)
    return location_at(text) if text is not None else None


def _filled(expression: Any, scope: Scope) -> str | None:
    join = expression.get(JOIN) if type(expression) is dict else None
    if type(join) is not dict or type(join.get("Values")) is not list:
        return None
    separator = join.get("On", "")
    if type(separator) is not str:
        return None
    texts: list[str] = []
    length = len(separator) * len(join["Values"])
    for part in join["Values"]:
        resolved = resolve(part, scope)
        if resolved.known:
            text = as_text(resolved.value) if type(resolved.value) in (str, int, float, bool) else None
        else:
            path = part.get(GET) if type(part) is dict else None
            constant = type(path) is str and path.startswith(_CONSTANT)
            text = f"${{{path}}}" if constant else _filled(part, scope)
        length += len(text or "")
        if text is None or length > MAX_TEXT:
            return None
        texts.append(text)
    return separator.join(texts)
