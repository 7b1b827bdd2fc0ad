"""Directory buckets: what S3 offers of them is read, what AWS fixes is known, and the rest is said to be unread."""

from __future__ import annotations

import pytest

from chalicelib.core.posture.bucket import build_posture
from chalicelib.core.values.model import Absent
from chalicelib.formats.posture import to_posture, to_s3
from tests.builders import buckets as b

OPERATIONS = tuple(b.sound_directory(full=True))


def test_what_s3_offers_of_it_is_read() -> None:
    posture = b.directory({"directory_bucket_tags": {"Tags": [{"Key": "Env", "Value": "dev"}]}}, full=True)

    assert to_s3(b.DIRECTORY, posture) == {
        "bucket": b.DIRECTORY,
        "region": b.REGION,
        "encryption": "aws:kms",
        "versioning": "Disabled",
        "publicAccess": "Blocked",
        "tags": {"Env": "dev"},
    }
    assert posture.lifecycle.value == ("old",)
    assert (posture.exists, posture.kms_key) == (True, b.KEY)


def test_what_it_offers_no_read_of_is_not_evaluated_and_the_warning_says_why() -> None:
    posture = b.directory(full=True)

    assert {"acl", "policyStatus", "logging", "objectLock", "replication"} <= set(to_posture(posture)["notEvaluated"])
    assert [gap.code for gap in posture.gaps] == ["NotEvaluated"]
    assert "directory bucket" in posture.gaps[0].message


def test_what_aws_fixes_for_all_of_them_is_known_of_one_that_refuses_everything() -> None:
    posture = b.directory(denied=OPERATIONS, full=True)

    assert (posture.access.word, posture.versioning_word, posture.tls_only) == ("Blocked", "Disabled", True)
    assert (posture.encryption_word, posture.region.value, posture.exists) == ("Unknown", None, None)
    assert posture.refused
    assert [gap.action for gap in posture.gaps] == [*(b.refused(op).action for op in OPERATIONS), None]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_only_the_read_by_its_arn_shows_that_it_is_the_pipelines_accounts(operation: str) -> None:
    posture = b.directory(denied=tuple(other for other in OPERATIONS if other != operation), full=True)

    assert posture.owner.own is (operation == "directory_bucket_tags")
    assert posture.exists is True


def test_the_requests_take_tls_whatever_its_policy_says() -> None:
    shared = {"directory_bucket_policy": b.policy(b.public_statement(b.DIRECTORY, "s3express:CreateSession"))}

    assert to_posture(b.directory(shared, full=True))["tlsOnly"] is True
    assert b.directory(shared, full=True).access.word == "Blocked"


def test_one_that_the_region_asked_does_not_have_is_not_said_to_exist_nowhere() -> None:
    gone = {operation: b.refused(operation, b.DIRECTORY, "NoSuchBucket") for operation in OPERATIONS}

    posture = b.directory(gone, full=True)

    assert posture.exists is None
    assert {gap.code for gap in posture.gaps} == {"NoSuchBucket", "NotEvaluated"}


def test_errors_are_named_by_the_operation_that_failed() -> None:
    errors = to_posture(b.directory(denied=OPERATIONS, full=True))["errors"]

    assert set(errors) == {
        "GetBucketEncryption",
        "s3control.ListTagsForResource",
        "GetBucketPolicy",
        "GetBucketLifecycleConfiguration",
    }


def test_of_one_that_nobody_asked_only_what_is_fixed_is_known() -> None:
    posture = build_posture(b.DIRECTORY, {}, b.NO_BLOCK, b.ACCOUNT)

    assert (posture.access.word, posture.encryption_word, posture.owner.basis) == ("Blocked", "Unknown", "Unknown")
    assert posture.access.objects_can_be_public is False


def test_tags_without_an_answer_in_their_form_are_no_tags() -> None:
    for malformed in ({"Tags": None}, {"Tags": [{"Key": "a"}]}, Absent("NoSuchTagSet")):
        assert not b.directory({"directory_bucket_tags": malformed}).tags.known
