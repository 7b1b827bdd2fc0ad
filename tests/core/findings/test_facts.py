"""What a definition itself says to the rules: tags of jobs, and the approval that a registration asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.facts import declared_approval, step_tags
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS
from chalicelib.core.values.model import Step


def step(**arguments: Any) -> tuple[Step, Scope]:
    document = {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Level", "Type": "String", "DefaultValue": "Confidential"}],
        "Steps": [{"Name": "S", "Type": "RegisterModel", "Arguments": arguments}],
    }
    definition = parse_definition(json.dumps(document))
    return definition.steps[0], Scope(definition)


def test_tags_are_resolved_and_what_only_a_run_knows_is_empty() -> None:
    tags = [
        {"Key": "DataClassification", "Value": {"Get": "Parameters.Level"}},
        {"Key": "Team", "Value": {"Get": "Parameters.Nowhere"}},
        {"Key": "Cost", "Value": 7},
        {"Value": "no key"},
        "no tag",
    ]

    assert step_tags(*step(Tags=tags)) == {"DataClassification": "Confidential", "Team": "", "Cost": "7"}


def test_a_classifying_tag_whose_value_only_a_run_knows_leaves_it_open() -> None:
    tags = step_tags(*step(Tags=[{"Key": "PII", "Value": {"Get": "Parameters.Public"}}]))

    assert DEFAULT_TAGS.verdict(tags) is None


@pytest.mark.parametrize(
    "arguments",
    [
        {"JobTags": [{"Key": "pii", "Value": "yes"}]},
        {"CustomModelTags": [{"key": "pii", "value": "yes"}]},
        {"ClusterConfig": {"Tags": [{"Key": "pii", "Value": "yes"}]}},
        {"JobConfig": {"tags": {"pii": "yes"}}},
    ],
)
def test_tags_are_found_where_the_steps_service_takes_them(arguments: dict[str, Any]) -> None:
    assert step_tags(*step(**arguments)) == {"pii": "yes"}


@pytest.mark.parametrize("tags", [None, {}, "text", {"Get": "Parameters.Nowhere"}])
def test_tags_of_another_shape_are_none(tags: Any) -> None:
    assert step_tags(*step(Tags=tags)) == {}


@pytest.mark.parametrize(
    ("declared", "status"),
    [
        ("Approved", "Approved"),
        ({"Get": "Parameters.Level"}, "Confidential"),
        ({"Get": "Parameters.No"}, None),
        (None, None),
    ],
)
def test_the_approval_that_is_asked_for(declared: Any, status: str | None) -> None:
    assert declared_approval(*step(ModelApprovalStatus=declared)) == status
