"""Buckets with known verdicts, each asked with and without each single permission; and answers gone wrong."""

from __future__ import annotations

from itertools import product

import pytest

from chalicelib.aws.s3 import bucket_questions
from chalicelib.core.posture.bucket import BucketPosture, account_gaps, build_posture
from chalicelib.core.posture.kms import parse_key
from chalicelib.core.values.model import Absent, Gap, Response
from tests.builders import buckets as b
from tests.core.posture.bucket_cases import CASES, OPEN, PUBLIC_ACL, PUBLIC_POLICY, Case
from tests.core.posture.test_bucket_names import NO_BUCKETS

WORD_OF = {
    "get_bucket_location": "region",
    "get_bucket_encryption": "encryption",
    "get_bucket_versioning": "versioning",
}


def said(posture: BucketPosture) -> dict[str, str]:
    return {
        "region": posture.region.value or "Unknown",
        "encryption": posture.encryption_word,
        "versioning": posture.versioning_word,
        "access": posture.access.word,
    }


def expected(case: Case) -> dict[str, str]:
    return {name: getattr(case, name) for name in ("region", "encryption", "versioning", "access")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bucket_is_what_its_answers_say(case: Case) -> None:
    posture = b.posture(account=case.account, changes=case.answers)

    assert said(posture) == expected(case)
    assert posture.exists is True
    assert posture.gaps == ()

    if case.key_owner:
        assert posture.kms_key is not None
        assert parse_key(posture.kms_key).owner(b.ACCOUNT) == case.key_owner
    if case.objects_can_be_public is not None:
        assert posture.access.objects_can_be_public is case.objects_can_be_public


@pytest.mark.parametrize(("case", "operation"), list(product(CASES, b.BASIC)), ids=lambda x: getattr(x, "name", x))
def test_a_refused_read_leaves_its_fact_unknown_and_no_other_verdict_false(case: Case, operation: str) -> None:
    posture = b.posture(account=case.account, denied=(operation,), changes=case.answers)
    words, truth = said(posture), expected(case)
    # An unread block of a bucket that lets nobody in: not public now, and no more than that is said.
    weaker = {"NotPublic"} if (truth["access"], operation) == ("Blocked", "get_public_access_block") else set()

    assert words["access"] in {truth["access"], "Unknown"} | weaker

    for other in WORD_OF.values():
        assert words[other] == ("Unknown" if other == WORD_OF.get(operation) else truth[other])

    assert [(gap.code, gap.action) for gap in posture.gaps] == [
        ("AccessDenied", b.refused(operation).action),
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_account_that_may_not_be_read_leaves_no_false_verdict(case: Case) -> None:
    if case.account is None:
        return
    posture = b.posture(account=b.account_refused(), changes=case.answers)
    lets_in = any(case.answers.get(key) == PUBLIC_ACL[key] for key in ("get_bucket_acl",))
    weaker = {"NotPublic"} if case.access == "Blocked" and not lets_in else set()

    assert posture.access.word in {case.access, "Unknown"} | weaker
    assert posture.gaps == ()
    assert account_gaps(b.account_refused()) == (b.account_refused(),)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bucket_of_which_nothing_may_be_read_has_no_verdict_whatever_the_account_blocks(case: Case) -> None:
    # The account's block covers the account's own buckets, and nothing shows that this is one of them.
    posture = b.posture(account=case.account, denied=b.BASIC)

    assert said(posture) == dict.fromkeys(("region", "encryption", "versioning", "access"), "Unknown")
    assert posture.owner.basis == "Unknown"
    assert posture.exists is None
    assert {gap.action for gap in posture.gaps} == {b.refused(operation).action for operation in b.BASIC}


def test_there_are_some_forty_buckets_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


# --- Gone, foreign, malformed


@pytest.mark.parametrize("operation", b.BASIC)
def test_a_bucket_that_does_not_exist_is_one_warning_and_no_fact(operation: str) -> None:
    posture = b.posture(changes={operation: b.refused(operation, code="NoSuchBucket")})

    assert posture.exists is False
    assert said(posture) == dict.fromkeys(("region", "encryption", "versioning", "access"), "Unknown")
    assert [(gap.code, gap.resource, gap.action) for gap in posture.gaps] == [("NoSuchBucket", "b", None)]


def test_no_bucket_policy_is_not_no_bucket() -> None:
    posture = b.posture(changes={"get_bucket_policy_status": b.NO_POLICY})

    assert posture.exists is True
    assert posture.policy_public.value is False


def test_another_accounts_bucket_is_not_covered_by_our_accounts_block() -> None:
    posture = b.posture(account=b.blocked(*b.FLAGS), changes={**PUBLIC_ACL}, foreign=True)

    assert posture.access.word == "Unknown"  # its own account may ignore the ACL, and cannot be asked
    assert (posture.owner.basis, posture.owner.account, posture.owner.own) == ("Contradicted", None, False)


def test_another_accounts_bucket_can_still_be_shown_to_be_blocked_by_itself() -> None:
    assert b.posture(foreign=True).access.word == "Blocked"


@pytest.mark.parametrize("operation", b.FULL)
def test_one_read_that_expected_our_account_shows_that_the_bucket_is_ours(operation: str) -> None:
    others = tuple(other for other in b.FULL if other != operation)
    owner = b.posture(full=True, denied=others).owner

    assert (owner.basis, owner.account) == ("Confirmed", b.ACCOUNT)


@pytest.mark.parametrize("region", ["ap-northeast-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"])
def test_name_of_an_accounts_own_default_bucket_is_a_hint_in_every_partition(region: str) -> None:
    name = f"sagemaker-{region}-{b.ACCOUNT}"
    denied = {operation: b.refused(operation, name) for operation in b.BASIC}

    owner = build_posture(name, denied, None, b.ACCOUNT).owner

    assert f"a bucket of account {b.ACCOUNT}" in owner.reason


@pytest.mark.parametrize(
    "name",
    ["data", f"sagemaker-ap-northeast-2-{b.ACCOUNT}", f"data-{b.ACCOUNT}-us-west-2-an", f"backup-of-{b.OTHER}"],
)
def test_no_name_shows_whose_bucket_it_is_where_every_read_is_refused(name: str) -> None:
    denied = {operation: b.refused(operation, name) for operation in b.BASIC}

    posture = build_posture(name, denied, b.blocked(*b.FLAGS), b.ACCOUNT, denied)

    assert (posture.owner.basis, posture.owner.account) == ("Unknown", None)
    assert said(posture)["access"] == "Unknown"


def test_a_read_that_expected_nobody_confirms_nobody() -> None:
    assert build_posture("b", b.sound(), b.blocked(*b.FLAGS), None).owner.basis == "Unknown"


@pytest.mark.parametrize("name", NO_BUCKETS)
def test_what_is_no_bucket_is_not_asked_as_one_and_told_once_as_what_it_is(name: str) -> None:
    posture = build_posture(name, {}, b.blocked(*b.FLAGS), b.ACCOUNT, region=b.REGION)

    assert bucket_questions(name, full=True, owner=b.ACCOUNT, region=b.REGION) == ()
    assert said(posture) == dict.fromkeys(("region", "encryption", "versioning", "access"), "Unknown")
    assert (posture.exists, posture.owner.basis) == (None, "Unknown")
    assert [gap.code for gap in posture.gaps] == ["NotEvaluated"]
    assert f"({NO_BUCKETS[name]})" in posture.gaps[0].message


MALFORMED: dict[str, list[Response]] = {
    "get_bucket_location": [{}, {"LocationConstraint": 7}],
    "get_bucket_encryption": [
        {},
        {"ServerSideEncryptionConfiguration": {}},
        {"ServerSideEncryptionConfiguration": {"Rules": []}},
        {"ServerSideEncryptionConfiguration": {"Rules": [{"BucketKeyEnabled": True}]}},
        {"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {}}]}},
        b.encrypted("aws:fsx"),
        {"ServerSideEncryptionConfiguration": {"Rules": ["AES256"]}},
    ],
    "get_bucket_versioning": [
        {"Status": "On"},
        {"Status": None},
        Absent("NoSuchVersioning"),
    ],
    "get_public_access_block": [
        {},
        {"PublicAccessBlockConfiguration": {}},
        {"PublicAccessBlockConfiguration": None},
        {"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}},
    ],
    "get_bucket_policy_status": [{}, {"PolicyStatus": {}}, {"PolicyStatus": {"IsPublic": "false"}}],
    "get_bucket_acl": [{}, {"Grants": [{}]}, {"Grants": [{"Permission": "READ"}]}, Absent("NoSuchAcl")],
    "get_bucket_ownership_controls": [
        {},
        {"OwnershipControls": {"Rules": []}},
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "Mine"}]}},
    ],
    "get_bucket_tagging": [{}, {"TagSet": [{"Key": "a"}]}, {"TagSet": None}],
    "get_bucket_policy": [{}, {"Policy": "no policy"}, {"Policy": "[]"}, {"Policy": "{}"}, {"Policy": "[" * 99999}],
    "get_bucket_logging": [{"LoggingEnabled": {}}],
    "get_object_lock_configuration": [{}],
    "get_bucket_lifecycle_configuration": [{}, {"Rules": [{}]}],
    "get_bucket_replication": [{}, {"ReplicationConfiguration": {"Rules": [{"Status": "Enabled"}]}}],
}


@pytest.mark.parametrize(
    ("operation", "answer"), [(operation, answer) for operation, answers in MALFORMED.items() for answer in answers]
)
def test_a_malformed_answer_is_a_gap_and_not_a_fact(operation: str, answer: Response) -> None:
    posture = b.posture(full=True, changes={operation: answer})

    assert [gap.code for gap in posture.gaps] == ["MalformedAnswer"]
    assert posture.gaps[0].resource == "b"
    assert operation in posture.gaps[0].message


def test_every_read_has_a_malformed_answer_in_the_table() -> None:
    assert tuple(MALFORMED) == b.FULL


def test_a_setting_that_a_block_leaves_out_is_off() -> None:
    partial = {"PublicAccessBlockConfiguration": {"IgnorePublicAcls": True}}
    posture = b.posture(changes={**PUBLIC_ACL, "get_public_access_block": partial})

    assert posture.block.value is not None
    assert posture.block.value.each == (False, True, False, False)
    assert posture.access.word == "NotPublic"


def test_what_was_not_asked_is_neither_known_nor_a_gap() -> None:
    posture = b.posture()

    assert not posture.logging.asked
    assert not posture.logging.known
    assert posture.gaps == ()


def test_a_name_that_cannot_be_asked_about_says_so_once() -> None:
    posture = build_posture("${bucket}", {}, None, b.ACCOUNT)

    assert [gap.code for gap in posture.gaps] == ["NotEvaluated"]
    assert said(posture)["access"] == "Unknown"


def test_a_read_that_came_too_late_is_a_gap_like_any_other() -> None:
    late = Gap("DeadlineExceeded", "too late", "b")
    posture = b.posture(changes={**OPEN, "get_bucket_acl": late})

    assert posture.access.word == "Unknown"
    assert posture.gaps == (late,)


def test_a_refused_acl_does_not_hide_a_public_policy() -> None:
    assert b.posture(denied=("get_bucket_acl",), changes=PUBLIC_POLICY).access.word == "Public"


def test_an_account_block_of_unreadable_shape_is_one_gap() -> None:
    assert [gap.code for gap in account_gaps({})] == ["MalformedAnswer"]
    assert account_gaps(None) == ()
    assert account_gaps(b.NO_BLOCK) == ()
