"""What a definition itself says to the rules: tags of jobs, and the approval that a registration asks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.facts import declared_approval, step_tags
from chalicelib.core.values.model import Step


def step(**arguments: Any) -> tuple[Step, Scope]:
    document = {
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Level", "Type": "String", "DefaultValue": "Confidential"}],
        "Steps": [{"Name": "S", "Type": "RegisterModel", "Arguments": arguments}],
    }
    definition = parse_definition(json.dumps(document))
    return definition.steps[0], Scope(definition)


def test_tags_are_resolved_and_what_cannot_be_is_left_out() -> None:
    tags = [
        {"Key": "DataClassification", "Value": {"Get": "Parameters.Level"}},
        {"Key": "Team", "Value": {"Get": "Parameters.Nowhere"}},
        {"Key": "Cost", "Value": 7},
        {"Value": "no key"},
        "no tag",
    ]
    assert step_tags(*step(Tags=tags)) == {"DataClassification": "Confidential", "Cost": "7"}


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
