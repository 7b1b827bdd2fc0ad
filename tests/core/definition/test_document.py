"""Reading the envelope of a definition: what is tolerated, and what is refused with a pointer."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition, same_definition
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Dependency, Parameter, PropertyFile
from tests.builders.played import compare, condition, definition, processing, step

ALWAYS = compare("Equals", 1, 1)


@pytest.mark.parametrize(
    ("source", "problem", "pointer"),
    [
        ("", "it is not JSON", ""),
        ("{", "it is not JSON", ""),
        ('{"Steps": [],}', "it is not JSON", ""),
        ('{"Steps": [NaN]}', "NaN is no JSON value", "/Steps/0"),
        (b"\xff\xfe\xfa", "it is not JSON", ""),
        ('{"Steps": [' + "9" * 5000 + "]}", f"the number {'9' * 20}… is larger than a double can hold", "/Steps/0"),
        ('{"Steps": [' + "9" * 309 + "]}", "is larger than a double can hold", "/Steps/0"),
        ('{"a/b": {"c": -1e999}}', "the number -1e999 is larger than a double can hold", "/a~1b/c"),
        ('{"a": 1e999, "b": }', "the number 1e999 is larger than a double can hold", ""),
        ("[]", "it is not a JSON object", ""),
        ("null", "it is not a JSON object", ""),
        ('"Steps"', "it is not a JSON object", ""),
        ("{}", "it has no list of steps", "/Steps"),
        ('{"Steps": null}', "it has no list of steps", "/Steps"),
        ('{"Steps": {"Name": "A"}}', "it has no list of steps", "/Steps"),
        ('{"PipelineDefinition": "{}"}', "it has no list of steps", "/Steps"),
        ('{"Steps": ["A"]}', "a step is not an object", "/Steps/0"),
        ('{"Steps": [{"Type": "Fail"}]}', "a step has no Name", "/Steps/0/Name"),
        ('{"Steps": [{"Name": "", "Type": "Fail"}]}', "a step has no Name", "/Steps/0/Name"),
        ('{"Steps": [{"Name": 5, "Type": "Fail"}]}', "a step has no Name", "/Steps/0/Name"),
        ('{"Steps": [{"Name": "A"}]}', "a step has no Type", "/Steps/0/Type"),
        ('{"Steps": [{"Name": "A", "Type": ["Fail"]}]}', "a step has no Type", "/Steps/0/Type"),
        (
            '{"Steps": [{"Name": "C", "Type": "Condition", "Arguments": {"ElseSteps": [{"Name": "A"}]}}]}',
            "a step has no Type",
            "/Steps/0/Arguments/ElseSteps/0/Type",
        ),
        (
            '{"Steps": [{"Name": "C", "Type": "Condition", "Arguments": {"IfSteps": {"Name": "A"}}}]}',
            "IfSteps is not a list of steps",
            "/Steps/0/Arguments/IfSteps",
        ),
        (
            '{"Steps": [{"Name": "E", "Type": "ForEach", "Arguments": {"ForEachBody": [3]}}]}',
            "a step is not an object",
            "/Steps/0/Arguments/ForEachBody/0",
        ),
    ],
)
def test_what_is_no_definition_is_one_clear_line(source: str | bytes, problem: str, pointer: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        parse_definition(source)

    assert problem in refused.value.message
    assert refused.value.pointer == pointer
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("text", ["[" * 100_000, '{"Steps":[' + '{"a":' * 100_000])
def test_absurdly_deep_document_is_one_clear_line(text: str) -> None:
    with pytest.raises(BadDefinition, match=r"nests deeper|not JSON"):
        parse_definition(text)


def test_text_bytes_and_object_say_the_same() -> None:
    document = definition(processing("A"))
    text = json.dumps(document)

    expected = parse_definition(document)

    assert parse_definition(text) == parse_definition(text.encode()) == expected
    assert parse_definition("\ufeff" + text) == parse_definition(b"\xef\xbb\xbf" + text.encode()) == expected


def test_whatever_may_be_missing_or_null_is() -> None:
    document = {
        "Version": "of another year",
        "Metadata": None,
        "Parameters": None,
        "PipelineExperimentConfig": None,
        "MlflowConfig": None,
        "Steps": [
            {"Name": "Bare", "Type": "Training"},
            {"Name": "Null", "Type": "Training", "Arguments": None, "DependsOn": None, "DisplayName": None},
            {"Name": "Odd", "Type": "Training", "Arguments": ["s3://b/a"], "PropertyFiles": "none"},
            {"Name": "Empty", "Type": "Condition", "Arguments": {"IfSteps": None}},
        ],
    }
    read = parse_definition(document)

    assert [step.name for step in read.steps] == ["Bare", "Null", "Odd", "Empty"]
    assert all(step.arguments == {} for step in read.steps[:3])
    assert read.parameters == {}
    assert read.gaps == ()


def test_definition_without_steps_is_an_empty_one() -> None:
    assert parse_definition({"Steps": []}).steps == ()


def test_parameters_are_read_with_and_without_a_default() -> None:
    entries = [
        {"Name": "A", "Type": "String", "DefaultValue": ""},
        {"Name": "B", "Type": "Integer", "DefaultValue": 0},
        {"Name": "C", "Type": "Boolean", "DefaultValue": False},
        {"Name": "D", "Type": "Float"},
        {"Name": "E"},
        {"Name": "A", "Type": "String", "DefaultValue": "a second one"},
    ]

    assert parse_definition({"Parameters": entries, "Steps": []}).parameters == {
        "A": Parameter("A", "String", "", has_default=True),
        "B": Parameter("B", "Integer", 0, has_default=True),
        "C": Parameter("C", "Boolean", default=False, has_default=True),
        "D": Parameter("D", "Float"),
        "E": Parameter("E", "String"),
    }


@pytest.mark.parametrize("entries", [["text"], [{"Type": "String"}], {"Name": 3}, "text"])
def test_parameter_without_a_name_is_a_gap(entries: Any) -> None:
    read = parse_definition({"Parameters": entries, "Steps": []})

    assert read.parameters == {}
    assert [(gap.code, gap.resource) for gap in read.gaps] == [("UnreadableParameter", "/Parameters/0")]


def test_nested_steps_stand_after_the_step_that_holds_them() -> None:
    inner = condition("Inner", [ALWAYS], [step("Deep", "Fail")])
    body = step("Each", "ForEach", {"ForEachBody": [step("Body", "Lambda")]})
    read = parse_definition(
        definition(condition("Outer", [ALWAYS], [inner, step("Then", "Fail")], [body]), step("Last", "Fail"))
    )

    assert [(step.name, step.parent, step.branch, step.pointer) for step in read.steps] == [
        ("Outer", None, None, "/Steps/0"),
        ("Inner", "Outer", "if", "/Steps/0/Arguments/IfSteps/0"),
        ("Deep", "Inner", "if", "/Steps/0/Arguments/IfSteps/0/Arguments/IfSteps/0"),
        ("Then", "Outer", "if", "/Steps/0/Arguments/IfSteps/1"),
        ("Each", "Outer", "else", "/Steps/0/Arguments/ElseSteps/0"),
        ("Body", "Each", "forEach", "/Steps/0/Arguments/ElseSteps/0/Arguments/ForEachBody/0"),
        ("Last", None, None, "/Steps/1"),
    ]


def test_conditions_nest_sixty_deep() -> None:
    inner = step("Last", "Fail")
    for level in range(60):
        inner = condition(f"C{level}", [ALWAYS], [inner])

    assert len(parse_definition(json.dumps(definition(inner))).steps) == 61


def test_bare_name_in_a_branch_is_no_step() -> None:
    read = parse_definition(definition(step("A", "Fail"), condition("C", [ALWAYS], ["A"])))

    assert [step.name for step in read.steps] == ["A", "C"]


def test_only_a_condition_and_a_loop_hold_steps() -> None:
    read = parse_definition(definition(step("L", "Lambda", {"IfSteps": [{"Name": "No", "Type": "Step"}]})))

    assert [step.name for step in read.steps] == ["L"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["A", "B"], (Dependency("A"), Dependency("B"))),
        ([{"Step": "A", "Trigger": "Failed"}], (Dependency("A", "Failed"),)),
        ([{"Step": "A"}], (Dependency("A"),)),
        (["A", {"Step": "B", "Trigger": "Any"}], (Dependency("A"), Dependency("B", "Any"))),
        ("A", (Dependency("A"),)),
        ([], ()),
        (None, ()),
        ([None, 5, {"Trigger": "Any"}], ()),
    ],
)
def test_dependencies_in_every_form(written: Any, read: tuple[Dependency, ...]) -> None:
    assert parse_definition(definition(step("X", "Fail", DependsOn=written))).steps[0].depends_on == read


def test_property_files_in_every_place_and_spelling() -> None:
    file = {"PropertyFileName": "R", "OutputName": "o", "FilePath": "r.json"}
    by_hand = {"PropertyFileName": "R", "OutputName": "o", "Path": "r.json"}
    broken = [{"PropertyFileName": "R"}, "text", None]
    read = parse_definition(
        definition(
            step("Above", "Processing", PropertyFiles=[file, *broken]),
            step("Within", "Processing", {"PropertyFiles": [by_hand]}),
        )
    )

    assert [step.property_files for step in read.steps] == [(PropertyFile("R", "o", "r.json"),)] * 2


def test_every_namesake_stays_findable() -> None:
    read = parse_definition(
        definition(step("A", "Fail"), step("A~2", "Fail"), step("A", "Fail", DisplayName="Mine"), step("A", "Fail"))
    )

    assert [step.name for step in read.steps] == ["A", "A~2", "A~3", "A~4"]
    assert [step.display_name for step in read.steps] == [None, None, "Mine", "A"]
    assert [(gap.code, gap.resource) for gap in read.gaps] == [
        ("DuplicateStep", "/Steps/2"),
        ("DuplicateStep", "/Steps/3"),
    ]


def test_ten_thousand_namesakes_take_no_time() -> None:
    begun = time.process_time()

    assert len(parse_definition(definition(*[step("A", "Fail")] * 10_000)).steps) == 10_000
    assert time.process_time() - begun < 5


def test_same_definition_however_it_is_laid_out() -> None:
    document = definition(processing("A"))

    assert same_definition(json.dumps(document), json.dumps(document, indent=4, sort_keys=True))
    assert same_definition(document, json.dumps(document).encode())
    assert not same_definition(document, definition(processing("B")))
