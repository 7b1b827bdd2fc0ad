"""Answers with findings of every rule, as the planted flows give them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from chalicelib.core.findings.facts import Facts
from chalicelib.core.findings.judge import judge
from chalicelib.core.findings.suppression import parse_suppressions, suppress
from chalicelib.core.lineage import Lineage
from chalicelib.core.runs.execution import Summary
from chalicelib.formats.exports.export import Answer
from chalicelib.formats.lineage import to_lineage
from tests.core.findings.plants import PLANTS, build

ACTIVE = datetime(2026, 3, 3, 9, 13, 3, tzinfo=UTC)


def judged(facts: Facts, active: datetime | None = ACTIVE) -> Answer:
    """The answer about these facts, of a pipeline that was last active then."""
    lineage = Lineage(
        pipeline=facts.pipeline,
        execution=None,
        summary=Summary("Unknown", {}, None, active),
        graph=facts.graph,
        security=facts.security,
        postures=facts.postures,
        findings=judge(facts),
    )
    return Answer(to_lineage(lineage))


def with_rule(rule: str) -> Answer:
    """The answer about a planted flow in which this rule finds something, once."""
    answers = (judged(build(plant)) for plant in PLANTS)
    return next(answer for answer in answers if [each["rule"] for each in answer.lineage["findings"]].count(rule) == 1)


def accepted(answer: Answer, rule: str) -> Answer:
    """The same answer, in which findings of one rule are suppressed."""
    entry = f'[[ignore]]\nrule = "{rule}"\nreason = "by contract"\nexpires = 2026-12-31\n'
    return Answer(suppress(answer.lineage, parse_suppressions(entry, "f"), date(2026, 11, 26)).answer)


def changed(answer: Answer, **finding: Any) -> Answer:
    """The same answer, with its first finding changed."""
    first, *others = answer.lineage["findings"]
    return Answer({**answer.lineage, "findings": [{**first, **finding}, *others]})
