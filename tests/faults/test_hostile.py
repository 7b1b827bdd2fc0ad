"""Hostile questions and definitions: no 500, no hang, nothing reflected; and odd but honest text stays whole."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bench.asking import ROUTES
from faults.fuzzing import NASTY, definitions, queries, trees
from faults.hostile import Hostile, ask, check_definition, check_query

# The gate gives the same verdict twice; `make fuzz` looks further.
BRIEFLY = settings(max_examples=120, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MIB = 1024 * 1024
LIMIT = 1024 * 1024
"""SageMaker's own limit of a definition, in characters."""


@BRIEFLY
@given(st.sampled_from(sorted(ROUTES)), queries())
@example("/lineage", {"pipeline": ["<script>alert(1)</script>"], "<script>": ["x"]})
@example("/lineage", {"pipeline": list(NASTY)})
@example("/pipelines", {"nextToken": ["\ud800"]})
def test_any_query_is_answered_or_refused_in_one_clear_sentence(route: str, params: dict[str, list[str]]) -> None:
    check_query(route, params)


@BRIEFLY
@given(definitions(), trees)
@example('{"Version": "2020-12-01", "Steps": [{"Name": "\\ud800", "Type": "Processing"}]}', None)
@example('{"Steps": [{"Name": "\\ud800", "Type": "Processing", "PropertyFiles": "s3://b/k"}]}', None)
@example('{"Steps": [{"Name": "A", "Type": "Job", "Arguments": {"JobConfigDocument": "[\\ue00099\\ue001]"}}]}', {})
def test_any_definition_is_a_graph_that_holds_or_one_clear_error(definition: str, said: Any) -> None:
    check_definition(definition, said)


def processing(name: str, uri: Any) -> dict[str, Any]:
    outputs = [{"OutputName": "o", "S3Output": {"S3Uri": uri}}]
    return {"Name": name, "Type": "Processing", "Arguments": {"ProcessingOutputConfig": {"Outputs": outputs}}}


def output_of(name: str) -> dict[str, str]:
    return {"Get": f"Steps.{name}.ProcessingOutputConfig.Outputs['o'].S3Output.S3Uri"}


def join(values: list[Any], on: str = "") -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": values}}


def document(*steps: Any, **parameters: str) -> str:
    declared = [{"Name": name, "Type": "String", "DefaultValue": value} for name, value in parameters.items()]
    return json.dumps({"Version": "2020-12-01", "Parameters": declared, "Steps": steps})


def nested(depth: int) -> str:
    opened, closed = '{"Std:Join":{"On":"","Values":[' * depth, "]}}" * depth
    return document(processing("A", "HERE")).replace('"HERE"', f'{opened}"s3://b"{closed}')


ABSURD = {
    "joins nested a thousand deep": nested(1_000),
    "joins nested to the limit": nested(LIMIT // 35),
    "joins side by side to the limit": document(processing("A", join([join(["a"])] * 25_000))),
    "one long value twenty thousand times": document(
        processing("A", join(["s3://b", *[{"Get": "Parameters.P"}] * 20_000])), P="x" * 500_000
    ),
    "a long separator between many": document(processing("A", join(["s3://b", *["x"] * 100_000], on="y" * 400_000))),
    "each step ten times the one before": document(
        processing("s0", "s3://b/k"),
        *(processing(f"s{n}", join(["s3://b", *[output_of(f"s{n - 1}")] * 10], on="/")) for n in range(1, 40)),
    ),
    "a document of many separators": document(
        {"Name": "A", "Type": "Job", "Arguments": {"JobConfigDocument": join(["["] * 50_000, on=" " * 400_000)}}
    ),
    "steps that wait for each other": document(processing("A", output_of("B")), processing("B", output_of("A"))),
    "an endless number": '{"Steps": [{"Name": "A", "Type": "X", "Arguments": {"x": ' + "9" * 900_000 + "}}]}",
    "a thousand steps of one name": document(*[processing("A", "s3://b/x")] * 1_000),
    "brackets in a string": document({"Name": "A", "Type": "Job", "Arguments": {"JobConfigDocument": "[" * 400_000}}),
}


@pytest.mark.parametrize("what", ABSURD)
def test_absurd_definition_costs_neither_time_nor_memory_without_bounds(what: str) -> None:
    tracemalloc.start()
    try:
        check_definition(ABSURD[what], None)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 200 * MIB


ODD = "학습 データ ünïcødé 🧪 \u202e<b>&amp;\"'\\ \t"


def test_odd_but_honest_text_comes_through_intact() -> None:
    steps = [processing("A", f"s3://bucket/{ODD.strip()}/x") | {"DisplayName": ODD, "Description": ODD}]
    account = Hostile(document(*steps, P=ODD))
    reply = ask("/lineage", {"pipeline": ["p"], "region": ["us-east-1"]}, account)
    body = json.loads(reply.body)
    node = body["graph"]["nodes"][0]

    assert (reply.status, node["label"]) == (200, ODD)
    assert body["graph"]["artifacts"][0]["key"] == f"{ODD.strip()}/x"
    assert body["pipeline"]["tags"]["<script>alert(1)</script>"] == "<script>alert(1)</script>"


@pytest.mark.parametrize("name", ["a", "A-0-b", "x" * 256, "0" * 100, "a-----b"])
def test_every_name_that_aws_permits_can_be_asked_for(name: str) -> None:
    assert ask("/lineage", {"pipeline": [name], "region": ["us-east-1"]}, Hostile(document())).status == 200
