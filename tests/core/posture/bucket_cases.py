"""Forty buckets with known verdicts: what AWS answers, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.core.values.model import Absent, Response
from tests.builders import buckets as b

OPEN = {
    "get_public_access_block": b.NO_BLOCK,
    "get_bucket_policy_status": b.NO_POLICY,
    "get_bucket_acl": b.granted(),
    "get_bucket_ownership_controls": b.NO_OWNERSHIP,
}
"""A bucket of before 2023: nothing blocked, ACLs live, and nobody let in."""

IGNORE, RESTRICT = "IgnorePublicAcls", "RestrictPublicBuckets"
PUBLIC_POLICY = {**OPEN, "get_bucket_policy_status": b.policy_public(True)}
PUBLIC_ACL = {
    **OPEN,
    "get_bucket_ownership_controls": b.owned("ObjectWriter"),
    "get_bucket_acl": b.granted((b.ALL_USERS, "READ")),
}


@dataclass(frozen=True)
class Case:
    """A sound bucket with `answers` changed; the verdicts that it must have, `None` where it is not the point."""

    name: str
    answers: dict[str, Response] = field(default_factory=dict)
    account: Response | None = b.NO_BLOCK
    access: str = "Blocked"
    encryption: str = "aws:kms"
    versioning: str = "Enabled"
    region: str = b.REGION
    key_owner: str | None = None
    objects_can_be_public: bool | None = None


def _acl(who: str, permission: str, ownership: str = "ObjectWriter") -> dict[str, Response]:
    return {
        **OPEN,
        "get_bucket_ownership_controls": b.owned(ownership),
        "get_bucket_acl": b.granted((who, permission)),
    }


CASES = (
    # --- public access
    Case("a new bucket", objects_can_be_public=False),
    Case("an old bucket that lets nobody in", OPEN, access="NotPublic", objects_can_be_public=True),
    Case("a public policy", PUBLIC_POLICY, access="Public"),
    Case("a public ACL", PUBLIC_ACL, access="Public"),
    Case("an ACL for every AWS user", _acl(b.AUTHENTICATED, "READ"), access="Public"),
    Case("an ACL that lets anyone write", _acl(b.ALL_USERS, "WRITE"), access="Public"),
    Case("an ACL that lets anyone change the ACL", _acl(b.ALL_USERS, "WRITE_ACP"), access="Public"),
    Case("an ACL that lets anyone read the ACL", _acl(b.ALL_USERS, "READ_ACP"), access="Public"),
    Case("full control for anyone", _acl(b.ALL_USERS, "FULL_CONTROL"), access="Public"),
    Case("log delivery is not the public", _acl(b.LOG_DELIVERY, "WRITE"), access="NotPublic"),
    Case("a named account is not the public", _acl("c" * 64, "FULL_CONTROL"), access="NotPublic"),
    Case("an old public ACL, ACLs since switched off", _acl(b.ALL_USERS, "READ", "BucketOwnerEnforced"),
         access="NotPublic", objects_can_be_public=False),
    Case("a public ACL, owner preferred", _acl(b.ALL_USERS, "READ", "BucketOwnerPreferred"), access="Public"),
    Case("a public ACL of before object ownership", {**PUBLIC_ACL, "get_bucket_ownership_controls": b.NO_OWNERSHIP},
         access="Public"),
    Case("a public ACL, ignored", {**PUBLIC_ACL, "get_public_access_block": b.blocked(IGNORE)},
         access="NotPublic", objects_can_be_public=False),
    Case("a public ACL, only new ones refused", {**PUBLIC_ACL, "get_public_access_block": b.blocked("BlockPublicAcls")},
         access="Public", objects_can_be_public=True),
    Case("a public ACL, ignored by the account", PUBLIC_ACL, account=b.blocked(IGNORE), access="NotPublic"),
    Case("a public policy, restricted", {**PUBLIC_POLICY, "get_public_access_block": b.blocked(RESTRICT)},
         access="NotPublic"),
    Case("a public policy, only new ones refused",
         {**PUBLIC_POLICY, "get_public_access_block": b.blocked("BlockPublicPolicy")}, access="Public"),
    Case("a public policy, restricted by the account", PUBLIC_POLICY, account=b.blocked(RESTRICT), access="NotPublic"),
    Case("a public policy, ACLs ignored", {**PUBLIC_POLICY, "get_public_access_block": b.blocked(IGNORE)},
         access="Public"),
    Case("public by both ways", {**PUBLIC_ACL, "get_bucket_policy_status": b.policy_public(True)}, access="Public"),
    Case("both ways, both neutralised",
         {**PUBLIC_ACL, "get_bucket_policy_status": b.policy_public(True),
          "get_public_access_block": b.blocked(IGNORE, RESTRICT)}, access="NotPublic"),
    Case("both ways, one left open",
         {**PUBLIC_ACL, "get_bucket_policy_status": b.policy_public(True),
          "get_public_access_block": b.blocked(IGNORE)}, access="Public"),
    Case("public by both ways, the account blocks all",
         {**PUBLIC_ACL, "get_bucket_policy_status": b.policy_public(True)}, account=b.blocked(*b.FLAGS)),
    Case("public by both ways, the bucket blocks all",
         {**PUBLIC_ACL, "get_bucket_policy_status": b.policy_public(True),
          "get_public_access_block": b.blocked(*b.FLAGS)}),
    Case("half blocked here, half by the account",
         {**OPEN, "get_public_access_block": b.blocked("BlockPublicAcls", IGNORE)},
         account=b.blocked("BlockPublicPolicy", RESTRICT)),
    Case("three of four blocked", {**OPEN, "get_public_access_block": b.blocked(*b.FLAGS[:3])}, access="NotPublic"),
    Case("a policy that is not public", {**OPEN, "get_bucket_policy_status": b.policy_public(False)},
         access="NotPublic"),
    Case("the account was not asked", OPEN, account=None, access="NotPublic"),
    # --- encryption
    Case("SSE-S3", {"get_bucket_encryption": b.encrypted("AES256")}, encryption="AES256"),
    Case("KMS without a key", {"get_bucket_encryption": b.encrypted("aws:kms")}, key_owner="AwsManaged"),
    Case("KMS with AWS's own alias", {"get_bucket_encryption": b.encrypted("aws:kms", "alias/aws/s3")},
         key_owner="AwsManaged"),
    Case("KMS with a key id", {"get_bucket_encryption": b.encrypted("aws:kms", b.KEY.rsplit("/")[-1])},
         key_owner="Customer"),
    Case("KMS with another account's key", {"get_bucket_encryption": b.encrypted("aws:kms", b.FOREIGN_KEY)},
         key_owner="AnotherAccount"),
    Case("two layers of KMS", {"get_bucket_encryption": b.encrypted("aws:kms:dsse", b.KEY)},
         encryption="aws:kms:dsse", key_owner="Customer"),
    Case("no encryption", {"get_bucket_encryption": b.NO_ENCRYPTION}, encryption="None"),
    # --- versions and region
    Case("never versioned", {"get_bucket_versioning": b.versioned(None)}, versioning="Disabled"),
    Case("versioning suspended", {"get_bucket_versioning": b.versioned("Suspended")}, versioning="Suspended"),
    Case("MFA delete", {"get_bucket_versioning": b.versioned("Enabled", "Enabled")}),
    Case("us-east-1 is written as nothing", {"get_bucket_location": {"LocationConstraint": None}}, region="us-east-1"),
    Case("the first European region", {"get_bucket_location": b.located("EU")}, region="eu-west-1"),
    Case("another region", {"get_bucket_location": b.located("us-west-2")}, region="us-west-2"),
    Case("tags are not asked for by the verdict", {"get_bucket_tagging": Absent("NoSuchTagSet")}),
)  # fmt: skip
