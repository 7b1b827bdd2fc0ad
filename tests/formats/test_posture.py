"""A posture as JSON: strings that can be rendered raw, and the detail that says why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.core.values.model import Absent
from chalicelib.formats.posture import to_posture, to_s3
from tests.builders import buckets as b

KEYS = ["bucket", "region", "encryption", "versioning", "publicAccess", "tags"]
UNREAD = {"region": "Unknown", "encryption": "Unknown", "versioning": "Unknown", "publicAccess": "Unknown", "tags": {}}


def test_the_contracts_strings_in_the_contracts_order() -> None:
    flat = to_s3("b", b.posture(changes={"get_bucket_tagging": b.tagged(Env="development", App="x")}))

    assert list(flat) == KEYS
    assert flat == {
        "bucket": "b",
        "region": b.REGION,
        "encryption": "aws:kms",
        "versioning": "Enabled",
        "publicAccess": "Blocked",
        "tags": {"App": "x", "Env": "development"},
    }


def test_what_is_no_s3_location_and_what_was_not_read_is_unknown() -> None:
    assert to_s3(None, None) == {"bucket": "Unknown", **UNREAD}
    assert to_s3("b", None) == {"bucket": "b", **UNREAD}
    assert list(to_s3(None, None)) == KEYS


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("denied", [(), *((operation,) for operation in b.FULL), b.FULL])
def test_every_value_is_a_string_and_everything_is_json(full: bool, denied: tuple[str, ...]) -> None:
    read = tuple(operation for operation in denied if full or operation in b.BASIC)
    posture = b.posture(full=full, denied=read, account=b.account_refused())
    flat: Mapping[str, Any] = to_s3("b", posture)

    assert all(isinstance(flat[key], str) for key in KEYS[:-1])
    assert all(isinstance(value, str) for value in flat["tags"].values())

    detail = to_posture(posture)

    assert json.loads(json.dumps(detail, allow_nan=False)) == detail

    errors = {"s3control.GetPublicAccessBlock": "AccessDenied"}
    errors |= {"".join(word.capitalize() for word in op.split("_")): "AccessDenied" for op in read}

    assert detail["errors"] == errors


def test_the_detail_of_a_sound_bucket() -> None:
    detail = to_posture(b.posture(full=True))

    assert detail["exists"] is True
    assert detail["encryption"] == {
        "algorithm": "aws:kms",
        "kmsKeyId": b.KEY,
        "kmsKeyOwner": "Customer",
        "kmsKeyAccount": b.ACCOUNT,
        "bucketKey": True,
    }
    assert detail["versioning"] == {"status": "Enabled", "mfaDelete": "Disabled"}
    assert detail["publicAccess"]["verdict"] == "Blocked"
    assert detail["publicAccess"]["objectsCanBePublic"] is False
    assert detail["tlsOnly"] is True
    assert detail["loggingTarget"] == "logs"
    assert detail["objectLock"] == {"enabled": True, "mode": "GOVERNANCE", "days": 1}
    assert detail["lifecycleRules"] == ["old"]
    assert detail["replicationTargets"] == []
    assert detail["notEvaluated"] == ["accessPoints", "objectAcls", "objectEncryption"]
    assert detail["errors"] == {}


def test_three_states_are_told_apart() -> None:
    off: dict[str, Any] = {
        "get_bucket_logging": {},
        "get_object_lock_configuration": Absent("ObjectLockConfigurationNotFoundError"),
        "get_bucket_encryption": b.NO_ENCRYPTION,
        "get_bucket_ownership_controls": b.NO_OWNERSHIP,
    }
    not_configured = to_posture(b.posture(changes=off, full=True))
    refused = to_posture(b.posture(full=True, denied=tuple(off)))
    not_asked = to_posture(b.posture())

    assert (not_configured["loggingTarget"], refused["loggingTarget"]) == (None, "Unknown")
    assert (not_configured["objectLock"], refused["objectLock"]) == (None, "Unknown")
    assert (not_configured["encryption"]["algorithm"], refused["encryption"]["algorithm"]) == ("None", "Unknown")
    assert (not_configured["encryption"]["kmsKeyId"], refused["encryption"]["kmsKeyId"]) == (None, "Unknown")
    assert not_configured["publicAccess"]["objectOwnership"] is None
    assert refused["publicAccess"]["objectOwnership"] == "Unknown"
    assert "loggingTarget" not in not_asked
    assert "logging" in not_asked["notEvaluated"]
    assert "logging" in not_configured["evaluated"]
    assert "logging" not in [*refused["evaluated"], *refused["notEvaluated"]]


def reasons(*args: Any, **kwargs: Any) -> str:
    return " ".join(to_posture(b.posture(*args, **kwargs))["publicAccess"]["reasons"])


def test_reasons_name_what_carries_the_verdict() -> None:
    open_to_all = {"get_public_access_block": b.NO_BLOCK, "get_bucket_policy_status": b.policy_public(True)}

    assert "The bucket blocks all public access." in reasons()
    assert "The bucket policy is public, and RestrictPublicBuckets is off." in reasons(changes=open_to_all)
    assert "takes its effect away" in reasons(changes=open_to_all, account=b.blocked("RestrictPublicBuckets"))
    assert "is not known" in reasons(changes=open_to_all, account=b.account_refused())
    assert "could not be read (AccessDenied)" in reasons(denied=("get_bucket_acl",))
    assert "S3 confirmed that account" in reasons()
    assert "does not exist" in reasons(changes={"get_bucket_acl": b.refused("get_bucket_acl", code="NoSuchBucket")})


@pytest.mark.parametrize(
    ("ownership", "block", "text"),
    [
        ("BucketOwnerEnforced", b.NO_BLOCK, "switches ACLs off"),
        ("ObjectWriter", b.blocked("IgnorePublicAcls"), "without effect: IgnorePublicAcls"),
        ("ObjectWriter", b.NO_BLOCK, "The ACL grants AllUsers:READ."),
        ("ObjectWriter", b.refused("get_public_access_block"), "whether that takes effect is not known"),
    ],
)
def test_reasons_say_whether_a_public_acl_acts(ownership: str, block: Any, text: str) -> None:
    acl = {
        "get_bucket_acl": b.granted((b.ALL_USERS, "READ")),
        "get_bucket_ownership_controls": b.owned(ownership),
        "get_public_access_block": block,
    }

    assert text in reasons(changes=acl)


def test_the_accounts_block_is_not_shown_for_another_accounts_bucket() -> None:
    detail = to_posture(b.posture(foreign=True, account=b.blocked(*b.FLAGS)))

    assert detail["publicAccess"]["accountBlock"] == "Unknown"
    assert detail["owner"] == {
        "account": "Unknown",
        "basis": "Contradicted",
        "reason": "S3 denied every read that expected the pipeline's account as owner, and answered without.",
    }


def test_replication_targets_are_named_with_their_account_where_the_rule_says_it() -> None:
    far = {"get_bucket_replication": b.replicated("far", b.OTHER)}

    assert to_posture(b.posture(changes=far, full=True))["replicationTargets"] == [
        {"bucket": "far", "account": b.OTHER}
    ]

    off = {"get_bucket_replication": b.replicated("far", b.OTHER, status="Disabled")}

    assert to_posture(b.posture(changes=off, full=True))["replicationTargets"] == []
