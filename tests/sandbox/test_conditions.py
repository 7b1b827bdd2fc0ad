"""What each type of condition says of its operands."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.conditions import holds

ONE, TWO = {"LeftValue": 1, "RightValue": 1}, {"LeftValue": 1, "RightValue": 2}
YES, NO = {"Type": "Equals", **ONE}, {"Type": "Equals", **TWO}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (YES, True),
        (NO, False),
        ({"Type": "NotEquals", **TWO}, True),
        ({"Type": "GreaterThan", **ONE}, False),
        ({"Type": "GreaterThanOrEqualTo", **ONE}, True),
        ({"Type": "LessThan", **TWO}, True),
        ({"Type": "LessThanOrEqualTo", **ONE}, True),
        ({"Type": "Equals", "LeftValue": "0.50", "RightValue": 0.5}, True),
        ({"Type": "Equals", "LeftValue": "a", "RightValue": "b"}, False),
        ({"Type": "Equals", "LeftValue": True, "RightValue": "true"}, True),
        ({"Type": "In", "QueryValue": "b", "Values": ["a", "b"]}, True),
        ({"Type": "In", "Value": "c", "In": ["a", "b"]}, False),
        ({"Type": "NotIn", "QueryValue": "c", "Values": ["a", "b"]}, True),
        ({"Type": "Not", "Condition": NO}, True),
        ({"Type": "Not", "Expression": YES}, False),
        ({"Type": "Or", "Conditions": [NO, YES]}, True),
        ({"Type": "Or", "Conditions": [NO, NO]}, False),
        ({"Type": "Or", "Arguments": {"Conditions": [YES]}}, True),
        ({"Type": "And", "Conditions": [YES, NO]}, False),
    ],
)
def test_condition_holds(condition: dict[str, Any], expected: bool) -> None:
    assert holds(condition, lambda value: value) is expected


def test_unknown_type_of_condition_is_named() -> None:
    with pytest.raises(ValueError, match="'Sometimes' is not known"):
        holds({"Type": "Sometimes"}, lambda value: value)
