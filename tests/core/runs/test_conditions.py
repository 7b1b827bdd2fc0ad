from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.conditions import Comparison, Operand, compared, operand_of, value_at
from chalicelib.core.values.model import Step
from chalicelib.core.values.redaction import REDACTED

REPORT = {"Get": "Steps.Score.PropertyFiles.Report"}
SCORE = {
    "Name": "Score",
    "Type": "Processing",
    "Arguments": {
        "ProcessingOutputConfig": {"Outputs": [{"OutputName": "evaluation", "S3Output": {"S3Uri": "s3://data/eval"}}]}
    },
    "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}],
}
READ = {"s3://data/eval/evaluation.json": {"metrics": {"auc": {"value": 0.91}, "by.class": [0.7, 0.8]}}}


def scope_with(*conditions: Any, place: str = "Arguments") -> tuple[Step, Scope]:
    good: dict[str, Any] = {"Name": "Good", "Type": "Condition", "Arguments": {"IfSteps": [], "ElseSteps": []}}
    (good["Arguments"] if place == "Arguments" else good)["Conditions"] = list(conditions)
    parameter = {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.8}
    definition = parse_definition({"Parameters": [parameter], "Steps": [SCORE, good]})
    return definition.steps[-1], Scope(definition, values={"Threshold": "0.85"})


def json_get(path: str, **place: Any) -> dict[str, Any]:
    return {"Std:JsonGet": {**(place or {"PropertyFile": REPORT}), "Path": path}}


@pytest.mark.parametrize("path", ["metrics.auc.value", "$.metrics.auc.value", "metrics['auc'].value"])
def test_operand_is_read_from_the_property_file(path: str) -> None:
    _, scope = scope_with()
    operand = operand_of(json_get(path), scope, READ)

    assert (operand.known, operand.value) == (True, 0.91)
    assert operand.expression is not None
    assert path in operand.expression


def test_operand_is_read_from_a_file_named_by_its_location() -> None:
    _, scope = scope_with()
    location = {"Std:Join": {"On": "/", "Values": ["s3:/", "data", "eval", "evaluation.json"]}}

    assert operand_of(json_get("metrics['by.class'][1]", S3Uri=location), scope, READ).value == 0.8


def test_hand_written_path_below_a_property_file_is_read() -> None:
    _, scope = scope_with()

    assert operand_of({"Get": "Steps.Score.PropertyFiles.Report.metrics.auc.value"}, scope, READ).value == 0.91


SAID = {"text": "alice", "list": [1], "object": {"a": 1}, "huge": 10**400, "yes": True, "number": 3}


@pytest.mark.parametrize(
    ("path", "known"),
    [("text", False), ("list", False), ("object", False), ("huge", False), ("yes", True), ("number", True)],
)
def test_numbers_and_booleans_of_a_report_leave_and_nothing_else_does(path: str, known: bool) -> None:
    _, scope = scope_with()

    operand = operand_of(json_get(path), scope, {"s3://data/eval/evaluation.json": SAID})

    assert (operand.known, operand.value) == ((True, SAID[path]) if known else (False, None))


def test_operand_under_the_name_of_a_credential_is_redacted() -> None:
    _, scope = scope_with()
    run_documents = {"Score": {"Environment": {"API_KEY": "k"}}}
    scope = Scope(scope.definition, values={"DbPassword": "hunter2"}, run_documents=run_documents)

    shown = [
        operand_of({"Get": path}, scope, {}) for path in ("Parameters.DbPassword", "Steps.Score.Environment.API_KEY")
    ]

    assert [(operand.known, operand.value) for operand in shown] == [(True, REDACTED)] * 2


@pytest.mark.parametrize("reports", [{}, {"s3://data/eval/evaluation.json": {"metrics": {}}}])
def test_operand_whose_report_was_not_read_is_unknown_and_says_what_it_is(reports: dict[str, Any]) -> None:
    _, scope = scope_with()
    operand = operand_of(json_get("metrics.auc.value"), scope, reports)

    assert (operand.known, operand.value) == (False, None)
    assert operand.expression is not None
    assert "Steps.Score.PropertyFiles.Report" in operand.expression


def test_execution_value_of_a_parameter_and_a_plain_value_are_known() -> None:
    _, scope = scope_with()

    assert operand_of({"Get": "Parameters.Threshold"}, scope, {}) == Operand(True, "0.85", "Parameters.Threshold")
    assert operand_of(0.5, scope, {}) == Operand(True, 0.5, None)


@pytest.mark.parametrize("place", ["Arguments", "step"])
def test_every_form_of_condition_shows_its_operands(place: str) -> None:
    step, scope = scope_with(
        {"Type": "GreaterThanOrEqualTo", "LeftValue": json_get("metrics.auc.value"), "RightValue": 0.8},
        {"Type": "In", "QueryValue": "a", "Values": ["a", {"Get": "Parameters.Threshold"}]},
        {"Type": "Not", "Condition": {"Type": "Equals", "LeftValue": 1, "RightValue": 2}},
        {"Type": "Not", "Expression": {"Type": "Equals", "LeftValue": 1, "RightValue": 2}},
        {"Type": "Or", "Conditions": [{"Type": "LessThan", "LeftValue": 1, "RightValue": 2}]},
        place=place,
    )
    at_least, among, negated, old, either = compared(step, scope, READ)

    assert at_least.operands["LeftValue"][0].value == 0.91
    assert [operand.value for operand in among.operands["Values"]] == ["a", "0.85"]

    equal = Comparison("Equals", {"LeftValue": (Operand(True, 1),), "RightValue": (Operand(True, 2),)})

    assert negated.nested == old.nested == (equal,)
    assert either.nested[0].type == "LessThan"


@pytest.mark.parametrize("condition", [{}, {"Type": 3}, "x", {"Type": "Or", "Conditions": "x"}, {"LeftValue": None}])
def test_odd_condition_is_read_without_a_crash(condition: Any) -> None:
    step, scope = scope_with(condition)

    assert all(isinstance(each, Comparison) for each in compared(step, scope, {}))


@pytest.mark.parametrize(
    ("path", "value"),
    [((), {"a": [1]}), (("a", 0), 1), (("a", 5), None), (("b",), None), (("a", "x"), None)],
)
def test_place_in_a_document(path: tuple[str | int, ...], value: Any) -> None:
    assert value_at({"a": [1]}, path) == value
