"""Comparisons of a Condition step: each condition, with the values of its operands as far as they are known."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import GET, JSON_GET, expression_text, is_function, parse_path
from chalicelib.core.definition.scope import Resolved, Scope
from chalicelib.core.runs.metrics import as_number
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import UNKNOWN, Doc, Step
from chalicelib.core.values.redaction import redact, redact_named

Reports = Mapping[str, Any]
"""The JSON documents of the reports that were read, by location."""

# `Not` was written with `Expression` before 2021; `Or` and `Not` hold conditions, all else are operands.
_NESTED = ("Conditions", "Condition", "Expression")


class Operand(NamedTuple):
    """One side of a comparison; `expression` is what the definition says, where that is not a plain value."""

    known: bool
    value: Any = None
    expression: str | None = None


class Comparison(NamedTuple):
    """One condition: its type, its operands by their key in the definition, and the conditions that it joins."""

    type: str
    operands: Mapping[str, tuple[Operand, ...]]
    nested: tuple["Comparison", ...] = ()


def compared(step: Step, scope: Scope, reports: Reports) -> tuple[Comparison, ...]:
    """Return the conditions of a Condition step, all of which must hold for its `if` branch.

    Raises `BadDefinition` for an operand that nests too deeply.
    """
    written = docs_at(step.arguments, "Conditions") or docs_at(step.document, "Conditions")
    return tuple(_comparison(condition, scope, reports) for condition in written)


def operand_of(expression: Any, scope: Scope, reports: Reports) -> Operand:
    """Return one operand, its value taken from the scope or from the report that its `Std:JsonGet` reads.

    A report's value is known only where it is a number or a boolean.
    Raises `BadDefinition` for an operand that nests too deeply.
    """
    found = _from_report(expression, scope, reports) or resolve(expression, scope)
    if not isinstance(expression, Mapping | list):
        return Operand(found.known, redact(found.value))
    if not found.known or isinstance(found.value, Mapping | list):  # what is compared is a scalar
        return Operand(False, expression=expression_text(expression))
    names = parse_path(expression[GET]) if isinstance(expression, Mapping) and _is_get(expression) else ()
    value = redact_named(str(names[-1]) if names else "", found.value)
    return Operand(True, value, expression_text(expression))


def value_at(document: Any, path: Sequence[str | int]) -> Any:
    """Return the value at `path` in a JSON document, `None` where there is none."""
    for segment in path:
        if isinstance(document, Mapping):
            document = document.get(segment, document.get(str(segment)))
        elif isinstance(document, list) and isinstance(segment, int) and segment < len(document):
            document = document[segment]
        else:
            return None
    return document


def _comparison(condition: Doc, scope: Scope, reports: Reports) -> Comparison:
    operands: dict[str, tuple[Operand, ...]] = {}
    nested: list[Comparison] = []
    for key, value in condition.items():
        if key in _NESTED:
            inner = value if isinstance(value, list) else [value]
            nested += [_comparison(each, scope, reports) for each in inner if isinstance(each, Mapping)]
        elif key != "Type":
            several = value if isinstance(value, list) else [value]
            operands[key] = tuple(operand_of(each, scope, reports) for each in several)
    return Comparison(text_at(condition, "Type") or UNKNOWN, operands, tuple(nested))


def _is_get(expression: Any) -> bool:
    return isinstance(expression, Mapping) and isinstance(expression.get(GET), str)


def _from_report(expression: Any, scope: Scope, reports: Reports) -> Resolved | None:
    location, path = _place_in_report(expression, scope)
    if location is None or location not in reports:
        return None
    value = value_at(reports[location], path)
    # Text of a file does not leave: whoever wrote the definition chose the file and the place in it.
    return Resolved(True, value) if isinstance(value, bool) or as_number(value) is not None else None


def _place_in_report(expression: Any, scope: Scope) -> tuple[str | None, tuple[str | int, ...]]:
    """Return the location of the report that an expression reads, and the path in it.

    Hand-written definitions continue the path of a `Get` below `PropertyFiles.<name>`.
    """
    if not isinstance(expression, dict) or not is_function(expression):
        return None, ()
    call = expression.get(JSON_GET)
    if isinstance(call, Mapping):
        place = resolve(call.get("PropertyFile") or call.get("S3Uri"), scope)
        path = parse_path((text_at(call, "Path") or "").removeprefix("$").removeprefix("."))
        return (place.value if place.known and isinstance(place.value, str) else None), path
    segments = parse_path(expression[GET]) if _is_get(expression) else ()
    if len(segments) > 4 and segments[0] == "Steps" and segments[2] == "PropertyFiles":
        place = resolve({GET: f"Steps.{segments[1]}.PropertyFiles['{segments[3]}']"}, scope)
        return (place.value if place.known else None), segments[4:]
    return None, ()
