"""docs/findings.md and the table of rules say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.core.findings.rule import SEVERITIES, Rule
from chalicelib.core.findings.table import RULES

TEXT = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")
SECTION = re.compile(r"^### (\S+): [^\n]+\n(.*?)(?=^##|\Z)", re.DOTALL | re.MULTILINE)
SECTIONS: dict[str, str] = dict(SECTION.findall(TEXT))


def test_every_rule_is_documented_once_and_nothing_else_is() -> None:
    assert list(SECTIONS) == [rule.id for rule in RULES]
    assert len(re.findall(r"^### ", TEXT, re.MULTILINE)) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_title_severities_controls_and_remedy_are_the_tables(rule: Rule) -> None:
    assert f"### {rule.id}: {rule.title}\n" in TEXT
    section = SECTIONS[rule.id]
    stated = re.search(r"^- Severity: (.+)$", section, re.MULTILINE)
    assert stated is not None
    assert re.findall("|".join(SEVERITIES), stated.group(1)) == list(rule.severities)
    assert [f"`{control}`" for control in rule.controls] == re.findall(
        r"`[^`]+`", section.split("- Controls: ")[1].split("\n- ")[0]
    )
    assert " ".join(section.split("- What to do: ")[1].split()) == rule.remediation
    assert "- Fails when: " in section
    assert "- Warns when: " in section


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_table_is_well_formed(rule: Rule) -> None:
    assert set(rule.severities) <= set(SEVERITIES)
    assert list(rule.severities) == sorted(rule.severities, key=SEVERITIES.index)
    assert rule.controls
    assert all(re.fullmatch(r"[A-Za-z0-9.-]+:\S+", control) for control in rule.controls)
    assert rule.remediation.endswith(".")


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
