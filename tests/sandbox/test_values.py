"""What expressions are worth while a pipeline runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.values import Unresolvable, Values, split_path
from tests.builders.played import get, join

REPORT = {"PropertyFileName": "R", "OutputName": "reports", "FilePath": "/r.json"}
OUTPUTS = [
    {"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}},
    {"OutputName": "a.b", "S3Output": {"S3Uri": "s3://b/dotted"}},
    {"OutputName": "reports", "S3Output": {"S3Uri": "s3://b/reports/"}},
]


def values() -> Values:
    """Parameters, one finished step, one report."""
    files = {"s3://b/reports/r.json": json.dumps({"m": {"v": 0.5}, "list": [1, 2]}), "s3://b/bad.json": "{"}

    def read(uri: str) -> str:
        if uri not in files:
            raise Unresolvable(f"there is no object at {uri}")
        return files[uri]

    return Values(
        parameters={"Bucket": "s3://b", "Count": 3, "Flag": True},
        variables={"Execution.PipelineName": "p"},
        read=read,
        steps={"A": {"Name": "A", "PropertyFiles": [REPORT]}},
        properties={"A": {"ProcessingOutputConfig": {"Outputs": OUTPUTS}, "Env": {"K": "v"}}},
    )


@pytest.mark.parametrize(
    ("path", "tokens"),
    [
        ("Steps.A.Outputs['a.b'].S3Uri", ("Steps", "A", "Outputs", "a.b", "S3Uri")),
        ('Steps.A["k"][0]', ("Steps", "A", "k", 0)),
        ("$.metrics.auc", ("metrics", "auc")),
        ("['x'].y", ("x", "y")),
    ],
)
def test_path_is_split(path: str, tokens: tuple[Any, ...]) -> None:
    assert split_path(path) == tokens


@pytest.mark.parametrize(
    ("expression", "worth"),
    [
        ("plain", "plain"),
        (get("Parameters.Count"), 3),
        (get("Execution.PipelineName"), "p"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"), "s3://b/train"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['a.b'].S3Output.S3Uri"), "s3://b/dotted"),
        (get("Steps.A.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri"), "s3://b/train"),
        (get("Steps.A.Env['K']"), "v"),
        (get("Steps.A.PropertyFiles.R.m.v"), 0.5),
        (join(get("Parameters.Bucket"), get("Parameters.Count"), get("Parameters.Flag")), "s3://b/3/true"),
        (join("a", join("b", "c", on="-")), "a/b-c"),
        ({"Std:JsonGet": {"PropertyFile": get("Steps.A.PropertyFiles.R"), "Path": "m.v"}}, 0.5),
        ({"Std:JsonGet": {"PropertyFile": "Steps.A.PropertyFiles.R", "Path": "list[1]"}}, 2),
        ({"Std:JsonGet": {"S3Uri": join(get("Parameters.Bucket"), "reports/r.json"), "Path": "m['v']"}}, 0.5),
        ({"k": [get("Parameters.Count")]}, {"k": [3]}),
    ],
)
def test_expression_is_worth(expression: Any, worth: Any) -> None:
    assert values().resolve(expression) == worth


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        (get("Parameters.Nothing"), "Parameters.Nothing has no value"),
        (get("Steps.B.Arn"), "step B did not run"),
        (get("Steps.A.ProcessingOutputConfig.Outputs['gone'].S3Output.S3Uri"), "'gone'"),
        (get("Steps.A.ProcessingOutputConfig.Outputs[7]"), "7"),
        (get("Steps.A.PropertyFiles.Q.m"), "no property file 'Q'"),
        ({"Std:JsonGet": {"PropertyFile": get("Steps.A.PropertyFiles.R"), "Path": "m.w"}}, "has no m.w"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/none.json", "Path": "m"}}, "no object at s3://b/none.json"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/bad.json", "Path": "m"}}, "has no m"),
    ],
)
def test_expression_without_a_value_says_why(expression: Any, problem: str) -> None:
    with pytest.raises(Unresolvable, match=problem.replace("[", r"\[")):
        values().resolve(expression)
