"""Security Hub's controls on single buckets and steps: failed, met, refused, and not asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.core.findings.judge import judge
from chalicelib.core.findings.table import RULES
from chalicelib.core.values.model import Absent, Response
from tests.builders import buckets as b
from tests.builders.graphs import facts, found, graph, step

FLOW = graph(step("P", reads=["s3://b/one", "s3://b/two"], writes=["s3://b/three"]))
LIVE_ACLS = {"get_bucket_ownership_controls": b.owned("ObjectWriter"), "get_public_access_block": b.NO_BLOCK}
FOREIGN_RIGHTS = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{b.OTHER}:root"},
    "Action": "s3:PutBucket*",
    "Resource": "arn:aws:s3:::b",
}

BROKEN: dict[str, tuple[dict[str, Response], str]] = {
    "S3.2": ({**LIVE_ACLS, "get_bucket_acl": b.granted((b.ALL_USERS, "READ"))}, "get_bucket_acl"),
    "S3.3": ({**LIVE_ACLS, "get_bucket_acl": b.granted((b.AUTHENTICATED, "WRITE"))}, "get_bucket_acl"),
    "S3.5": ({"get_bucket_policy": b.NO_POLICY}, "get_bucket_policy"),
    "S3.6": ({"get_bucket_policy": b.policy(b.tls_statement("b"), FOREIGN_RIGHTS)}, "get_bucket_policy"),
    "S3.8": ({"get_public_access_block": b.blocked("IgnorePublicAcls")}, "get_public_access_block"),
    "S3.9": ({"get_bucket_logging": {}}, "get_bucket_logging"),
    "S3.12": ({**LIVE_ACLS, "get_bucket_acl": b.granted(("c" * 64, "READ"))}, "get_bucket_acl"),
    "S3.13": (
        {"get_bucket_lifecycle_configuration": Absent("NoSuchLifecycleConfiguration")},
        "get_bucket_lifecycle_configuration",
    ),
    "S3.14": ({"get_bucket_versioning": b.versioned("Suspended")}, "get_bucket_versioning"),
    "S3.15": (
        {"get_object_lock_configuration": Absent("ObjectLockConfigurationNotFoundError")},
        "get_object_lock_configuration",
    ),
    "S3.17": ({"get_bucket_encryption": b.encrypted("AES256")}, "get_bucket_encryption"),
}
"""By rule: what breaks it, and the read without which that cannot be told."""

LOOKED_AT_IN_FULL_ONLY = {"S3.5", "S3.6", "S3.9", "S3.13", "S3.15"}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_control_fails_once_for_the_bucket(rule: str) -> None:
    finding = found(facts(FLOW, b.posture("b", BROKEN[rule][0], full=True)), rule)

    assert [(f.status, f.path, f.evidence["artifacts"]) for f in finding] == [("Fail", ("artifact:0",), [0, 1, 2])]


@pytest.mark.parametrize("rule", BROKEN)
def test_a_control_that_is_met_is_silent(rule: str) -> None:
    assert found(facts(FLOW, b.posture("b", full=True)), rule) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_a_control_that_may_not_be_looked_at_is_a_warning(rule: str) -> None:
    changes, operation = BROKEN[rule]
    finding = found(facts(FLOW, b.posture("b", changes, full=True, denied=(operation,))), rule)

    assert [f.status for f in finding] == ["Warning"]


@pytest.mark.parametrize("rule", BROKEN)
def test_controls_that_need_the_full_posture_are_not_spoken_of_without_it(rule: str) -> None:
    changes = {k: v for k, v in BROKEN[rule][0].items() if k in b.BASIC}

    assert bool(found(facts(FLOW, b.posture("b", changes)), rule)) is (rule not in LOOKED_AT_IN_FULL_ONLY)


def test_every_bucket_control_has_its_breach() -> None:
    assert {*BROKEN, "S3.1", "S3.25"} == {rule.id for rule in RULES if rule.id.startswith("S3.")}


IN_A_DIRECTORY_BUCKET = graph(step("P", reads=[f"s3://{b.DIRECTORY}/one"]))


@pytest.mark.parametrize(
    ("lifecycle", "statuses"),
    [
        (b.sound_directory(full=True)["directory_bucket_lifecycle"], []),
        (Absent("NoSuchLifecycleConfiguration"), ["Fail"]),
        (b.refused("directory_bucket_lifecycle", b.DIRECTORY), ["Warning"]),
    ],
)
def test_a_directory_bucket_is_judged_by_the_control_for_its_kind(lifecycle: Response, statuses: list[str]) -> None:
    answers = {"directory_bucket_lifecycle": lifecycle, "directory_bucket_encryption": b.encrypted("AES256")}
    posture = b.directory(answers, full=True)

    findings = [f for f in judge(facts(IN_A_DIRECTORY_BUCKET, posture)) if f.rule.startswith("S3.")]

    assert [(f.rule, f.status) for f in findings] == [("S3.25", status) for status in statuses]


def test_a_sound_bucket_has_no_finding() -> None:
    assert judge(facts(FLOW, b.posture("b", full=True))) == ()


@pytest.mark.parametrize("full", [False, True])
def test_of_a_bucket_that_may_not_be_read_nothing_is_claimed(full: bool) -> None:
    shut = b.posture("b", full=full, denied=b.FULL if full else b.BASIC, account=b.account_refused())
    findings = judge(facts(FLOW, shut, tags={"pii": "true", "Env": "prod"}, approvals={"P": "Approved"}))

    assert findings
    assert {finding.status for finding in findings} == {"Warning"}


def test_nothing_is_said_of_buckets_where_s3_was_not_asked() -> None:
    assert judge(facts(FLOW, tags={"pii": "true"})) == ()


@pytest.mark.parametrize(
    ("ownership", "grants", "broken"),
    [
        ("BucketOwnerEnforced", [(b.ALL_USERS, "READ")], False),
        ("ObjectWriter", [], False),
        ("ObjectWriter", [(b.LOG_DELIVERY, "WRITE")], False),
        ("BucketOwnerPreferred", [("c" * 64, "READ")], True),
    ],
)
def test_an_acl_counts_where_it_acts_and_gives_to_others(
    ownership: str, grants: list[tuple[str, str]], broken: bool
) -> None:
    changes = {"get_bucket_ownership_controls": b.owned(ownership), "get_bucket_acl": b.granted(*grants)}

    assert bool(found(facts(FLOW, b.posture("b", changes)), "S3.12")) is broken


def test_a_public_policy_is_readable_for_all_we_know_and_not_writable_for_sure() -> None:
    public = {"get_public_access_block": b.NO_BLOCK, "get_bucket_policy_status": b.policy_public(True)}
    basic = facts(FLOW, b.posture("b", public))

    assert [f.status for f in found(basic, "S3.2")] == ["Fail"]
    assert [f.status for f in found(basic, "S3.3")] == ["Warning"]

    text = {"get_bucket_policy": b.policy(b.public_statement("b", "s3:PutObject"), b.tls_statement("b"))}
    full = facts(FLOW, b.posture("b", {**public, **text}, full=True))

    assert found(full, "S3.2") == []
    assert [f.status for f in found(full, "S3.3")] == ["Fail"]


@pytest.mark.parametrize(
    ("account", "own", "status"),
    [
        (b.NO_BLOCK, b.blocked("BlockPublicAcls"), "Fail"),
        (b.blocked("BlockPublicAcls"), b.NO_BLOCK, "Fail"),
        (b.account_refused(), b.NO_BLOCK, "Warning"),
        (b.NO_BLOCK, b.blocked(*b.FLAGS), None),
        (b.blocked(*b.FLAGS), b.NO_BLOCK, None),
        (None, b.NO_BLOCK, None),
    ],
)
def test_the_account_is_spoken_of_where_a_bucket_leans_on_it(
    account: Response | None, own: Response, status: str | None
) -> None:
    two = graph(step("P", reads=["s3://b/one", "s3://c/two"]))
    changes = {"get_public_access_block": own}
    postures = [b.posture(bucket, changes, account=account) for bucket in ("b", "c")]

    assert [f.status for f in found(facts(two, *postures), "S3.1")] == ([status] if status else [])


MODEL = {"networkIsolation": True, "privateRegistry": True, "image": "i", "imagePinnedByDigest": True}
STEPS: list[tuple[str, str, Mapping[str, Any], str | None]] = [
    ("SageMaker.4", "EndpointConfig", {"instanceCount": 1}, "Fail"),
    ("SageMaker.4", "EndpointConfig", {"instanceCount": 2}, None),
    ("SageMaker.4", "EndpointConfig", {"instanceCount": "Unknown"}, "Warning"),
    ("SageMaker.4", "EndpointConfig", {}, None),
    ("SageMaker.4", "Training", {"instanceCount": 1}, None),
    ("SageMaker.5", "Model", MODEL | {"networkIsolation": False}, "Fail"),
    ("SageMaker.5", "Model", MODEL | {"networkIsolation": "Unknown"}, "Warning"),
    ("SageMaker.5", "Model", MODEL, None),
    ("SageMaker.5", "Training", {"networkIsolation": False}, None),
    ("SageMaker.16", "Model", MODEL | {"privateRegistry": False}, "Fail"),
    ("SageMaker.16", "Model", MODEL | {"privateRegistry": "Unknown"}, "Warning"),
    ("SageMaker.16", "Model", MODEL | {"privateRegistry": False, "images": ["i", "j"]}, None),
    ("SageMaker.16", "Model", MODEL, None),
    ("SageMaker.19", "Model", MODEL | {"privateRegistry": False, "images": ["i", "j"]}, "Fail"),
    ("SageMaker.19", "Model", MODEL | {"privateRegistry": False}, None),
]


@pytest.mark.parametrize(("rule", "type", "settings", "status"), STEPS)
def test_controls_on_steps(rule: str, type: str, settings: Mapping[str, Any], status: str | None) -> None:  # noqa: A002
    findings = found(facts(graph(step("S", type)), security={"S": settings}), rule)

    assert [(f.status, f.path) for f in findings] == ([(status, ("node:S",))] if status else [])
