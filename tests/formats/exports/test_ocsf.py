"""OCSF events: valid by OCSF's own schema, each with what a SIEM sorts by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.findings.table import RULES
from chalicelib.formats.exports.export import Answer, to_text
from chalicelib.formats.exports.ocsf import write
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from tests.builders.findings import ocsf_problems
from tests.builders.judged import accepted, judged, with_rule
from tests.core.findings.plants import PLANTS, Plant, build

CORPUS = Path(__file__).resolve().parents[3] / "corpus" / "emitted"
DEFINITIONS = [path for path in sorted(CORPUS.rglob("*.json")) if "Steps" in json.loads(path.read_text())]


def events(answer: Answer) -> dict[str, Any]:
    """An answer's events by rule, as a reader of the text gets them."""
    return {each["metadata"]["event_code"]: each for each in json.loads(to_text(write([answer])))}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.rule)
def test_every_finding_is_a_valid_event_of_its_class(plant: Plant) -> None:
    answer = judged(build(plant))

    found = write([answer])

    assert len(found) == len(answer.lineage["findings"])
    assert [problem for event in found for problem in ocsf_problems(event)] == []
    flow = {event["metadata"]["event_code"].startswith("FLOW") for event in found if event["class_uid"] == 2006}
    control = {event["metadata"]["event_code"].startswith("FLOW") for event in found if event["class_uid"] == 2003}
    assert (flow, control) <= ({True}, {False})


@pytest.mark.parametrize("plant", [each for each in PLANTS if each.refuse], ids=lambda plant: plant.rule)
def test_a_doubt_is_a_warning_of_low_confidence(plant: Plant) -> None:
    event = events(judged(build(plant, plant.refuse)))[plant.rule]  # type: ignore[arg-type]

    assert ocsf_problems(event) == []
    if plant.rule.startswith("FLOW"):
        assert (event["status_id"], event["confidence_id"]) == (1, 1)
        assert event["unmapped"]["evaluation"] == "Warning"
    else:
        assert event["compliance"]["status_id"] == 2


@pytest.mark.parametrize("rule", ["FLOW-03", "S3.17"])
def test_what_is_suppressed_has_that_status_and_says_why(rule: str) -> None:
    event = events(accepted(with_rule(rule), rule))[rule]

    assert ocsf_problems(event) == []
    assert (event["status_id"], event["status"]) == (3, "Suppressed")
    assert event["comment"] == "by contract (until 2026-12-31)"


def test_an_event_has_what_a_siem_sorts_by() -> None:
    answer = with_rule("FLOW-01")
    [finding] = [each for each in answer.lineage["findings"] if each["rule"] == "FLOW-01"]

    event = events(answer)["FLOW-01"]

    assert event["time"] == 1772529183000
    assert (event["severity_id"], event["type_uid"]) == (5, 200601)
    assert event["finding_info"]["uid"] == finding["finding_info"]["uid"]
    assert event["cloud"]["account"] == {"uid": "123456789012", "type_id": 10, "type": "AWS Account"}
    assert event["databucket"]["name"] == "out"
    assert event["databucket"]["is_public"] is True
    assert event["unmapped"]["remediation"] == finding["remediation"]
    graph = event["resources"][0]["resource_relationship"]
    assert [node["uid"] for node in graph["nodes"]] == finding["path"]
    assert [(edge["source"], edge["target"]) for edge in graph["edges"]] == [
        *zip(finding["path"], finding["path"][1:], strict=False)
    ]


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_a_definition_file_has_no_account_and_no_time(path: Path) -> None:
    answer = Answer(to_lineage(offline_lineage(path.read_text(), path.stem, {})))

    found = write([answer])

    assert [problem for event in found for problem in ocsf_problems(event)] == []
    assert len(found) == len(answer.lineage["findings"])
    assert all(event["time"] == 0 and "cloud" not in event for event in found)


def test_a_finding_that_several_pipelines_share_is_told_once() -> None:
    answer = with_rule("S3.17")

    assert write([answer, answer]) == write([answer])


def test_every_rule_was_looked_at() -> None:
    planted = {each["rule"] for plant in PLANTS for each in judged(build(plant)).lineage["findings"]}
    written = {
        each["rule"]
        for path in DEFINITIONS
        for each in to_lineage(offline_lineage(path.read_text(), path.stem, {}))["findings"]
    }

    # What is left needs a read that no plant asks for, or refuses; it is told as its like are.
    left = {rule.id for rule in RULES} - planted - written

    assert {rule for rule in left if not rule.startswith("S3.")} <= {"FLOW-16"}
