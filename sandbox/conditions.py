"""Conditions of a Condition step, which decide the branch that is taken."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.values import Document

Resolve = Callable[[Any], Any]


def _comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Return both as numbers where both can be: parameters and reports carry numbers as text too."""
    try:
        return float(left), float(right)
    except (TypeError, ValueError):
        return _plain(left), _plain(right)


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _compare(test: Callable[[Any, Any], bool]) -> Callable[[Document, Resolve], bool]:
    def decide(condition: Document, resolve: Resolve) -> bool:
        return test(*_comparable(resolve(condition["LeftValue"]), resolve(condition["RightValue"])))

    return decide


def _in(condition: Document, resolve: Resolve) -> bool:
    asked = resolve(condition["QueryValue"] if "QueryValue" in condition else condition["Value"])
    offered = resolve(condition["Values"] if "Values" in condition else condition["In"])
    return any(operator.eq(*_comparable(asked, one)) for one in offered)


def _not(condition: Document, resolve: Resolve) -> bool:
    inner = condition["Condition"] if "Condition" in condition else condition["Expression"]
    return not holds(inner, resolve)


def _or(condition: Document, resolve: Resolve) -> bool:
    operands = condition.get("Conditions") or (condition.get("Arguments") or {}).get("Conditions") or []
    return any(holds(one, resolve) for one in operands)


def _and(condition: Document, resolve: Resolve) -> bool:
    return all(holds(one, resolve) for one in condition.get("Conditions") or [])


KINDS: Mapping[str, Callable[[Document, Resolve], bool]] = {
    "Equals": _compare(operator.eq),
    "NotEquals": _compare(operator.ne),
    "GreaterThan": _compare(operator.gt),
    "GreaterThanOrEqualTo": _compare(operator.ge),
    "LessThan": _compare(operator.lt),
    "LessThanOrEqualTo": _compare(operator.le),
    "In": _in,
    "NotIn": lambda condition, resolve: not _in(condition, resolve),
    "Not": _not,
    "Or": _or,
    "And": _and,
}


def holds(condition: Document, resolve: Resolve) -> bool:
    """Return whether one condition holds.

    Raises `Unresolvable` where an operand has no value, ValueError for an unknown type.
    """
    kind = str(condition.get("Type"))
    if kind not in KINDS:
        raise ValueError(f"condition type {kind!r} is not known")
    return KINDS[kind](condition, resolve)
