"""S3 on this machine: what a new bucket has, what a played bucket may lack, who may read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

import sandbox

KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/11111111-2222-4333-8444-555555555555"
BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


@pytest.fixture
def s3(account: sandbox.Account) -> Any:
    return account.client("s3")


def code(ask: Callable[..., Any], **arguments: Any) -> str:
    """The error code that a call ends in."""
    with pytest.raises(ClientError) as refused:
        ask(**arguments)
    return str(refused.value.response["Error"]["Code"])


def policy(principal: Any) -> dict[str, Any]:
    """A bucket policy that lets `principal` read."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::held/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def rule(s3: Any, name: str) -> dict[str, Any]:
    """A bucket's default encryption."""
    found: dict[str, Any] = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    return found


@pytest.mark.parametrize("by_client", [True, False])
def test_new_bucket_has_the_defaults_of_aws(account: sandbox.Account, s3: Any, by_client: bool) -> None:
    if by_client:
        s3.create_bucket(Bucket="held", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    else:
        account.add_bucket("held")

    assert rule(s3, "held")["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert s3.get_public_access_block(Bucket="held")["PublicAccessBlockConfiguration"] == BLOCKED

    owned = s3.get_bucket_ownership_controls(Bucket="held")["OwnershipControls"]["Rules"]

    assert owned == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert "Status" not in s3.get_bucket_versioning(Bucket="held")
    assert s3.get_bucket_location(Bucket="held")["LocationConstraint"] == "ap-northeast-2"
    assert code(s3.get_bucket_policy_status, Bucket="held") == "NoSuchBucketPolicy"
    assert code(s3.get_bucket_tagging, Bucket="held") == "NoSuchTagSet"
    assert code(s3.get_object_lock_configuration, Bucket="held") == "ObjectLockConfigurationNotFoundError"
    assert code(s3.get_bucket_lifecycle_configuration, Bucket="held") == "NoSuchLifecycleConfiguration"
    assert code(s3.get_bucket_replication, Bucket="held") == "ReplicationConfigurationNotFoundError"
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket="held")


def test_old_bucket_may_lack_everything(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket("held", encryption=None, block=None, ownership=None)

    assert code(s3.get_bucket_encryption, Bucket="held") == "ServerSideEncryptionConfigurationNotFoundError"
    assert code(s3.get_public_access_block, Bucket="held") == "NoSuchPublicAccessBlockConfiguration"
    assert code(s3.get_bucket_ownership_controls, Bucket="held") == "OwnershipControlsNotFoundError"


def test_protected_bucket_shows_key_versioning_and_tags(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket(
        "held", encryption="aws:kms", kms_key=KEY, bucket_key=True, versioning="Suspended", tags={"Env": "dev"}
    )

    assert rule(s3, "held") == {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
        "BucketKeyEnabled": True,
    }
    assert s3.get_bucket_versioning(Bucket="held")["Status"] == "Suspended"
    assert s3.get_bucket_tagging(Bucket="held")["TagSet"] == [{"Key": "Env", "Value": "dev"}]


@pytest.mark.parametrize(
    ("principal", "public"), [("*", True), ({"AWS": "*"}, True), ({"AWS": "arn:aws:iam::111122223333:root"}, False)]
)
def test_policy_for_everyone_is_public(account: sandbox.Account, s3: Any, principal: Any, public: bool) -> None:
    account.add_bucket("held", block=None, policy=policy(principal))

    assert s3.get_bucket_policy_status(Bucket="held")["PolicyStatus"]["IsPublic"] is public
    assert json.loads(s3.get_bucket_policy(Bucket="held")["Policy"]) == policy(principal)


def test_single_flags_and_canned_acls_can_be_set(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket("held", block={"BlockPublicAcls": True}, ownership="ObjectWriter", acl="public-read")
    shown = s3.get_public_access_block(Bucket="held")["PublicAccessBlockConfiguration"]

    assert shown == {**dict.fromkeys(BLOCKED, False), "BlockPublicAcls": True}

    grants = s3.get_bucket_acl(Bucket="held")["Grants"]

    assert "http://acs.amazonaws.com/groups/global/AllUsers" in {one["Grantee"].get("URI") for one in grants}


def test_account_block_is_read_on_the_plain_host(account: sandbox.Account) -> None:
    control = account.client("s3control")

    assert code(control.get_public_access_block, AccountId="123456789012") == "NoSuchPublicAccessBlockConfiguration"

    account.block_public_access()
    shown = control.get_public_access_block(AccountId="123456789012")["PublicAccessBlockConfiguration"]

    assert shown == BLOCKED

    account.block_public_access({"BlockPublicAcls": True})
    shown = control.get_public_access_block(AccountId="123456789012")["PublicAccessBlockConfiguration"]

    assert shown == {**dict.fromkeys(BLOCKED, False), "BlockPublicAcls": True}


def test_removed_bucket_is_gone_and_stays_gone(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket("held")
    account.remove_bucket("held")
    account.put_object("s3://held/key", b"x")

    assert code(s3.get_bucket_encryption, Bucket="held") == "NoSuchBucket"
    assert code(s3.get_object, Bucket="held", Key="key") == "NoSuchBucket"


def test_bucket_of_another_account_is_refused_where_the_owner_is_named(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket("theirs", owner="111122223333")
    account.add_bucket("ours")
    expected = {"ExpectedBucketOwner": "123456789012"}

    assert code(s3.get_bucket_versioning, Bucket="theirs", **expected) == "AccessDenied"
    assert s3.get_bucket_versioning(Bucket="ours", **expected)["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert s3.get_bucket_versioning(Bucket="theirs")["ResponseMetadata"]["HTTPStatusCode"] == 200


DIRECTORY = "fast--apne2-az1--x-s3"
DIRECTORY_ARN = f"arn:aws:s3express:ap-northeast-2:123456789012:bucket/{DIRECTORY}"


def test_a_directory_bucket_answers_what_s3_offers_of_it_and_nothing_else(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket(DIRECTORY, tags={"Env": "dev"})
    control = account.client("s3control")

    assert rule(s3, DIRECTORY)["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    tags = control.list_tags_for_resource(AccountId="123456789012", ResourceArn=DIRECTORY_ARN)["Tags"]
    assert tags == [{"Key": "Env", "Value": "dev"}]
    assert code(s3.get_bucket_policy, Bucket=DIRECTORY) == "NoSuchBucketPolicy"
    assert code(s3.get_bucket_lifecycle_configuration, Bucket=DIRECTORY) == "NoSuchLifecycleConfiguration"
    assert code(s3.get_bucket_acl, Bucket=DIRECTORY) == "MethodNotAllowed"
    assert code(s3.get_bucket_encryption, Bucket=DIRECTORY, ExpectedBucketOwner="123456789012") == "NotImplemented"
    assert {call.action.partition(":")[0] for call in account.calls} == {"s3express"}


def test_a_directory_buckets_read_is_refused_by_its_own_action(account: sandbox.Account, s3: Any) -> None:
    account.add_bucket(DIRECTORY)
    account.deny("s3express:ListTagsForResource", DIRECTORY)
    control = account.client("s3control")

    assert code(control.list_tags_for_resource, AccountId="123456789012", ResourceArn=DIRECTORY_ARN) == "AccessDenied"
    assert rule(s3, DIRECTORY)


DENIABLE = [
    ("s3:GetBucketLocation", "get_bucket_location"),
    ("s3:GetEncryptionConfiguration", "get_bucket_encryption"),
    ("s3:GetBucketVersioning", "get_bucket_versioning"),
    ("s3:GetBucketPublicAccessBlock", "get_public_access_block"),
    ("s3:GetBucketPolicyStatus", "get_bucket_policy_status"),
    ("s3:GetBucketAcl", "get_bucket_acl"),
    ("s3:GetBucketOwnershipControls", "get_bucket_ownership_controls"),
    ("s3:GetBucketTagging", "get_bucket_tagging"),
    ("s3:GetBucketPolicy", "get_bucket_policy"),
    ("s3:GetBucketLogging", "get_bucket_logging"),
    ("s3:GetBucketObjectLockConfiguration", "get_object_lock_configuration"),
    ("s3:GetLifecycleConfiguration", "get_bucket_lifecycle_configuration"),
    ("s3:GetReplicationConfiguration", "get_bucket_replication"),
]


@pytest.mark.parametrize(("action", "operation"), DENIABLE)
def test_single_read_is_refused_and_no_other(account: sandbox.Account, s3: Any, action: str, operation: str) -> None:
    account.add_bucket("held", policy=policy("*"), tags={"a": "b"})
    account.add_bucket("other", policy=policy("*"), tags={"a": "b"})
    account.deny(action, "held")

    assert code(getattr(s3, operation), Bucket="held") == "AccessDenied"

    for _, name in DENIABLE:
        for bucket in ("held", "other"):
            if (name, bucket) == (operation, "held"):
                continue
            try:
                getattr(s3, name)(Bucket=bucket)
            except ClientError as error:
                assert error.response["Error"]["Code"] != "AccessDenied"  # noqa: PT017
    account.mend()
    noted = [one for one in account.calls if one.resource == "held"]

    assert noted[0].action == action


def test_refused_object_read_and_account_block(account: sandbox.Account, s3: Any) -> None:
    account.put_object("s3://held/report.json", "{}")
    account.deny("s3:GetObject", "held/*")
    account.deny("s3:GetAccountPublicAccessBlock")

    assert code(s3.get_object, Bucket="held", Key="report.json") == "AccessDenied"

    control = account.client("s3control")

    assert code(control.get_public_access_block, AccountId="123456789012") == "AccessDenied"
