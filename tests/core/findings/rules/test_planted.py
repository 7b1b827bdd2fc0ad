"""A flow planted for each rule, the same flow mended, and the same flow with a needed read refused."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.findings.facts import Facts
from chalicelib.core.findings.judge import judge
from chalicelib.core.findings.table import RULES
from chalicelib.core.values.model import Finding
from tests.builders import buckets as b
from tests.builders.graphs import facts, found, graph, step
from tests.core.findings.plants import KMS_TO_SSE, PLANTS, PUBLIC, SECRET, Plant, build, model


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_flow_is_found(plant: Plant) -> None:
    findings = found(build(plant), plant.rule)

    assert {(finding.severity, finding.status) for finding in findings} == {(plant.severity, "Fail")}

    there = [finding for finding in findings if plant.path in (None, finding.path)]

    assert there, [finding.path for finding in findings]
    assert plant.evidence.items() <= there[0].evidence.items()


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_mended_flow_leaves_no_finding(plant: Plant) -> None:
    assert found(build(plant, mended=True), plant.rule) == []


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.refuse], ids=str)
def test_a_flow_of_which_a_needed_fact_is_refused_is_a_warning(plant: Plant) -> None:
    findings = found(build(plant, *([plant.refuse] if plant.refuse else [])), plant.rule)

    assert findings
    assert {finding.status for finding in findings} == {"Warning"}


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_refusal_turns_findings_into_warnings_and_never_into_failures_or_silence(plant: Plant) -> None:
    """For each of the two buckets and each of the thirteen reads."""
    known = {finding.uid: finding for finding in judge(build(plant))}
    for bucket, operation in product(("in", "out"), b.FULL):
        refused = {finding.uid: finding for finding in judge(build(plant, (bucket, operation)))}
        invented = [f for uid, f in refused.items() if f.status == "Fail" and uid not in known]
        hushed = [f for uid, f in known.items() if uid not in refused]
        assert not invented, (bucket, operation)
        assert not hushed, (bucket, operation)


@given(
    plant=st.sampled_from(PLANTS),
    denied=st.lists(st.tuples(st.sampled_from(("in", "out")), st.sampled_from(b.FULL)), unique=True),
)
@settings(max_examples=150, deadline=None)
def test_no_failure_rests_on_what_was_refused_whatever_was_refused(plant: Plant, denied: list[tuple[str, str]]) -> None:
    failures = {finding.uid for finding in judge(build(plant)) if finding.status == "Fail"}

    assert {finding.uid for finding in judge(build(plant, *denied)) if finding.status == "Fail"} <= failures


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_paths_alternate_and_name_what_exists(plant: Plant) -> None:
    planted = build(plant)
    known = {f"node:{node.id}" for node in planted.graph.nodes}
    known |= {f"artifact:{artifact.id}" for artifact in planted.graph.artifacts}
    for finding in judge(planted):
        assert set(finding.path) <= known
        kinds = [item.split(":")[0] for item in finding.path]
        assert all(one != other for one, other in pairwise(kinds)), finding


def test_every_flow_rule_is_planted() -> None:
    planted = {plant.rule for plant in PLANTS} | {"FLOW-16"}  # a blind spot is never more than a warning

    assert planted == {rule.id for rule in RULES if rule.id.startswith("FLOW")}


def test_a_flow_in_which_nothing_is_wrong_has_no_finding_at_all() -> None:
    assert judge(build(Plant("", "", inside=SECRET, approval="Approved"))) == ()


def ids(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.uid for finding in findings]


def test_uids_are_the_same_for_the_next_run_with_other_file_names() -> None:
    def run(job: str) -> Facts:
        flow = graph(
            step("T", "Training", ["s3://in/a"], [model("model_artifacts", f"s3://out/{job}/model.tar.gz")]),
            step("R", "RegisterModel", [model("model_data", f"s3://out/{job}/model.tar.gz")]),
        )
        postures = b.posture("in", SECRET), b.posture("out", {**PUBLIC, **KMS_TO_SSE})
        return facts(flow, *postures, approvals={"R": "Approved"}, security={"T": {"networkIsolation": False}})

    first, second = judge(run("job-1")), judge(run("job-2"))

    assert ids(first) == ids(second)
    assert len(set(ids(first))) == len(first) > 4


def test_failures_come_before_doubts_then_the_gravest_then_by_rule_and_uid() -> None:
    order = ["Critical", "High", "Medium", "Low", "Informational"]
    plant = next(p for p in PLANTS if p.rule == "FLOW-01")
    findings = judge(build(plant, ("in", "get_bucket_versioning")))
    rules = [rule.id for rule in RULES]
    keys = [(f.status != "Fail", order.index(f.severity), rules.index(f.rule), f.uid) for f in findings]

    assert keys == sorted(keys)
    assert len({f.severity for f in findings}) > 2
    assert {f.status for f in findings} == {"Fail", "Warning"}


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_severities_and_words_are_the_tables(plant: Plant) -> None:
    table = {rule.id: rule for rule in RULES}
    for finding in judge(build(plant)):
        rule = table[finding.rule]
        assert finding.severity in rule.severities
        assert (finding.title, finding.controls, finding.remediation) == (rule.title, rule.controls, rule.remediation)
        assert finding.uid.startswith(f"{finding.rule}:")
