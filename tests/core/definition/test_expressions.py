"""The expression language, case by case, as `expressions.json` states it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import parse_path, references
from chalicelib.core.definition.scope import Resolved, Scope
from chalicelib.core.values.errors import BadDefinition
from tests.builders.played import definition, get, join, step

TABLE = json.loads(Path(__file__).with_name("expressions.json").read_text())


def scope(*steps: dict[str, Any], **facts: Any) -> Scope:
    return Scope(parse_definition(definition(*steps)), **facts)


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["case"])
def test_expression_stands_for(case: dict[str, Any]) -> None:
    world = TABLE["worlds"][case.get("world", "offline")]
    resolved = resolve(case["expression"], Scope(parse_definition(TABLE["definition"]), **world))

    if "unknown" in case:
        assert (resolved.known, resolved.expression, resolved.template) == (False, case["unknown"], case["template"])
    else:
        assert resolved == Resolved(True, case["value"], case["resolution"])


def test_every_case_says_something_of_its_own() -> None:
    sentences = [case["case"] for case in TABLE["cases"]]

    assert len(sentences) == len(set(sentences))
    assert {case.get("world", "offline") for case in TABLE["cases"]} == set(TABLE["worlds"])


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("Parameters.Bucket", ("Parameters", "Bucket")),
        ("Steps.A.Outputs['b.c'][0]", ("Steps", "A", "Outputs", "b.c", 0)),
        ('Steps.A.Outputs["x"].Y', ("Steps", "A", "Outputs", "x", "Y")),
        ("Steps.A.Outputs[bare]", ("Steps", "A", "Outputs", "bare")),
        ("Steps.A-1_b.X", ("Steps", "A-1_b", "X")),
        pytest.param("a[" + "[" * 9, ("a", "[" * 9), id="an unclosed bracket is read once, to the end"),
        ("", ()),
    ],
)
def test_path_is_its_segments(text: str, segments: tuple[str | int, ...]) -> None:
    assert parse_path(text) == segments


def test_references_come_in_document_order() -> None:
    value = {"a": [get("one"), {"b": join("x", get("two"), join(get("three")))}], "c": get("four")}

    assert list(references(value)) == ["one", "two", "three", "four"]


def test_chain_of_references_through_five_thousand_steps_is_followed() -> None:
    steps = [step("S0", "Custom", {"Out": "s3://data"})]
    steps += [step(f"S{n}", "Custom", {"Out": get(f"Steps.S{n - 1}.Out")}) for n in range(1, 5000)]

    assert resolve(get("Steps.S4999.Out"), scope(*steps)).value == "s3://data"


def test_join_that_doubles_at_each_level_ends_as_unknown() -> None:
    steps = [step("S0", "Custom", {"Out": "x" * 16})]
    steps += [step(f"S{n}", "Custom", {"Out": join(*[get(f"Steps.S{n - 1}.Out")] * 2)}) for n in range(1, 200)]
    begun = time.process_time()

    assert not resolve(get("Steps.S199.Out"), scope(*steps)).known
    assert resolve(get("Steps.S5.Out"), scope(*steps)).known
    assert time.process_time() - begun < 5


def test_circle_through_many_steps_is_unknown_everywhere_and_what_hangs_on_it_too() -> None:
    steps = [step(f"S{n}", "Custom", {"Out": join("x", get(f"Steps.S{(n + 1) % 300}.Out"))}) for n in range(300)]
    steps.append(step("Reader", "Custom", {"Out": get("Steps.S7.Out")}))
    circle = scope(*steps)

    assert not any(resolve(get(f"Steps.S{n}.Out"), circle).known for n in range(300))
    assert resolve(get("Steps.Reader.Out"), circle).expression == "Steps.Reader.Out"


@pytest.mark.parametrize("levels", [1, 20, 60])
def test_joins_nest_to_any_sane_depth(levels: int) -> None:
    expression: Any = "x"
    for _ in range(levels):
        expression = join(expression, "y", on="")

    assert resolve(expression, scope()).value == "x" + "y" * levels


@pytest.mark.parametrize("levels", [200, 5000, 100_000])
def test_absurdly_deep_expression_is_one_clear_error(levels: int) -> None:
    expression: Any = "x"
    for _ in range(levels):
        expression = join(expression)

    with pytest.raises(BadDefinition, match="nests deeper than 200 levels"):
        resolve(expression, scope())


def test_absurdly_deep_value_at_the_end_of_a_reference_is_one_clear_error() -> None:
    deep: Any = []
    for _ in range(600):
        deep = [deep]

    with pytest.raises(BadDefinition, match="nests deeper"):
        resolve(get("Steps.A.Deep"), scope(step("A", "Custom", {"Deep": deep})))


def test_job_document_that_nests_absurdly_is_one_clear_error() -> None:
    text = '{"a":' * 50_000 + "1" + "}" * 50_000
    with pytest.raises(BadDefinition, match="nests deeper"):
        resolve(get("Steps.A.JobConfigDocument.a"), scope(step("A", "Job", {"JobConfigDocument": text})))


def test_text_that_is_no_job_document_is_unknown() -> None:
    jobs = scope(
        step("A", "Job", {"JobConfigDocument": "{broken"}), step("B", "Job", {"JobConfigDocument": join(get("x"))})
    )

    assert not resolve(get("Steps.A.JobConfigDocument.a"), jobs).known
    assert not resolve(get("Steps.B.JobConfigDocument.a"), jobs).known


def test_big_job_document_is_read_once_for_a_thousand_references() -> None:
    document = json.dumps({f"k{n}": f"s3://data/{n}" for n in range(20_000)})
    jobs = scope(step("A", "Job", {"JobConfigDocument": document}))
    begun = time.process_time()

    assert all(resolve(get(f"Steps.A.JobConfigDocument.k{n}"), jobs).known for n in range(1000))
    assert time.process_time() - begun < 5
