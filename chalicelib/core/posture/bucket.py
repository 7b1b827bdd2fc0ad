"""Posture of one bucket: what the responses about it say together, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from chalicelib.core.posture import bucket_facts as said
from chalicelib.core.posture.bucket_facts import Encryption, Fact, Grants, ReplicationTarget, Versioning
from chalicelib.core.posture.bucket_names import ACCESS_POINT, DIRECTORY, kind_of_name
from chalicelib.core.posture.bucket_policy import NO_POLICY, PolicyFacts, parse_policy
from chalicelib.core.posture.public_access import (
    NO_FLAGS,
    UNKNOWN_FLAGS,
    AccessInputs,
    AccessVerdict,
    BlockFlags,
    judge_access,
)
from chalicelib.core.values.model import UNKNOWN, Gap, Response
from chalicelib.core.values.tristate import Tri

# Never looked at: access points have blocks of their own, and an object's ACL or encryption is shown only to
# callers who may read the data itself.
OUT_OF_SIGHT = ("accessPoints", "objectAcls", "objectEncryption")


CONFIRMED, CONTRADICTED = "Confirmed", "Contradicted"


class Owner(NamedTuple):
    """Account that owns a bucket, and how that is known.

    `basis`: `Confirmed` (S3 answered a read that expected the pipeline's account as owner), `Contradicted` (S3
    answered only without that expectation: the bucket is another account's) or `Unknown` (nothing was read).
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
    """

    account: str | None
    basis: str
    reason: str

    @property
    def own(self) -> bool:
        """Return whether the pipeline's account owns the bucket, so that the account's settings apply to it."""
        return self.basis == CONFIRMED


class BucketPosture(NamedTuple):
    """Posture of a bucket: the facts that were read, and the verdicts that follow from them.

    `exists` is `False` where AWS said NoSuchBucket, `None` where no read succeeded. `gaps` are the warnings for every
    unknown fact here, except the account's own block: that is one warning for all buckets.
    """

    bucket: str
    exists: Tri
    owner: Owner
    access: AccessVerdict
    region: Fact[str]
    encryption: Fact[Encryption]
    versioning: Fact[Versioning]
    block: Fact[BlockFlags]
    account_block: Fact[BlockFlags]
    policy_public: Fact[bool]
    acl: Fact[Grants]
    ownership: Fact[str]
    tags: Fact[dict[str, str]]
    policy: Fact[PolicyFacts]
    logging: Fact[str]
    object_lock: Fact[dict[str, Any]]
    lifecycle: Fact[tuple[str, ...]]
    replication: Fact[tuple[ReplicationTarget, ...]]
    pipeline_account: str | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def refused(self) -> bool:
        """Return whether the bucket was asked about, and nothing of it could be read."""
        return self.exists is None and any(getattr(self, attribute).gap for attribute in TABLE)

    @property
    def facts(self) -> Mapping[str, Fact[Any]]:
        """Return the facts by the names that `evaluated` and `notEvaluated` use."""
        return {attribute: getattr(self, attribute) for attribute in (*TABLE, "account_block")}

    @property
    def encryption_word(self) -> str:
        """Return the default encryption as `AES256`, `aws:kms`, `aws:kms:dsse`, the text `None`, or `Unknown`."""
        default = self.encryption.value
        return UNKNOWN if not self.encryption.known or default is None else default.algorithm or "None"

    @property
    def versioning_word(self) -> str:
        """Return `Enabled`, `Suspended`, `Disabled` or `Unknown`."""
        return self.versioning.value.status if self.versioning.value else UNKNOWN

    @property
    def kms_key(self) -> str | None:
        """Return the default KMS key as the bucket names it; `alias/aws/s3` where KMS is on without a key.

        `None` where KMS is off, or where the encryption is not known.
        """
        default = self.encryption.value
        if default is None or not (default.algorithm or "").startswith("aws:kms"):
            return None
        return default.key or "alias/aws/s3"


def _policy_of(bucket: str, account: str | None) -> Callable[[Mapping[str, Any]], PolicyFacts]:
    def parse(response: Mapping[str, Any]) -> PolicyFacts:
        return parse_policy(said.require(response, "Policy", str), bucket, account)

    return parse


_NEVER = object()

# attribute: (operation, parser, what "not configured" means or _NEVER where AWS has no such response)
TABLE: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Any], Any]] = {
    "region": ("get_bucket_location", said.parse_location, _NEVER),
    "encryption": ("get_bucket_encryption", said.parse_encryption, Encryption()),
    "versioning": ("get_bucket_versioning", said.parse_versioning, _NEVER),
    "block": ("get_public_access_block", said.parse_block, NO_FLAGS),
    "policy_public": ("get_bucket_policy_status", said.parse_policy_status, False),
    "acl": ("get_bucket_acl", said.parse_acl, _NEVER),
    "ownership": ("get_bucket_ownership_controls", said.parse_ownership, None),
    "tags": ("get_bucket_tagging", said.parse_tags, {}),
    "policy": ("get_bucket_policy", lambda response: response, NO_POLICY),
    "logging": ("get_bucket_logging", said.parse_logging, _NEVER),
    "object_lock": ("get_object_lock_configuration", said.parse_object_lock, None),
    "lifecycle": ("get_bucket_lifecycle_configuration", said.parse_lifecycle, ()),
    "replication": ("get_bucket_replication", said.parse_replication, ()),
}


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security.html: public access is always blocked and
# ACLs are off; .../s3-express-differences.html: there are no versions.
FIXED_BY_AWS: Mapping[str, Response] = {
    "get_public_access_block": {
        "PublicAccessBlockConfiguration": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
    },
    "get_bucket_ownership_controls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    "get_bucket_versioning": {},
}


def build_posture(
    bucket: str,
    responses: Mapping[str, Response],
    account_response: Response | None,
    pipeline_account: str | None,
    repeated: Mapping[str, Response] | None = None,
) -> BucketPosture:
    """Return the posture that follows from the responses about one bucket.

    `responses` holds them by operation (a field of `Reads`), to reads that expected the pipeline's account as owner,
    where it is known; `repeated` holds those to the same reads without that expectation. `account_response` is the
    response about the account's public access block; `None` where it was not asked for.
    """
    gone = next((a for a in responses.values() if isinstance(a, Gap) and a.code == "NoSuchBucket"), None)
    heard = dict.fromkeys(responses, gone) if gone else responses
    facts, owner = _own(bucket, heard, pipeline_account)
    if repeated and not owner.own:
        facts, owner = _anothers(bucket, facts, repeated)
    some = any(fact.known for fact in facts.values())
    if kind_of_name(bucket) == DIRECTORY:
        facts |= {name: fact for name, fact in _read_facts(bucket, FIXED_BY_AWS, None).items() if fact.asked}
    account_block = said.parse_account_block(account_response)
    return BucketPosture(
        bucket=bucket,
        exists=False if gone else some or None,
        owner=owner,
        access=judge_access(AccessInputs()) if gone else _access(facts, account_block, owner),
        account_block=account_block,
        pipeline_account=pipeline_account,
        gaps=(_gone(bucket, gone),) if gone else _gaps(bucket, facts),
        **facts,
    )


Facts = dict[str, Fact[Any]]


def _own(bucket: str, responses: Mapping[str, Response], account: str | None) -> tuple[Facts, Owner]:
    """Return what the reads say that expected `account` as owner, and whether they show that it is."""
    facts = _read_facts(bucket, responses, account)
    if account and any(fact.known for fact in facts.values()):
        return facts, Owner(account, CONFIRMED, f"S3 confirmed that account {account} owns the bucket.")
    named = _account_in(RESERVED_NAME, bucket) or _account_in(DEFAULT_NAME, bucket)
    hint = f" Its name is that of a bucket of account {named}." if named else ""
    return facts, Owner(None, UNKNOWN, f"Which account owns the bucket could not be read.{hint}")


def _anothers(bucket: str, unread: Facts, repeated: Mapping[str, Response]) -> tuple[Facts, Owner]:
    """Return what the reads say that were repeated without an expected owner, and what that says about the owner."""
    facts = _read_facts(bucket, repeated, None)
    if not any(fact.known for fact in facts.values()):
        return unread, _own(bucket, {}, None)[1]
    reason = "S3 denied every read that expected the pipeline's account as owner, and answered without."
    return facts, Owner(_account_in(RESERVED_NAME, bucket), CONTRADICTED, reason)


def account_gaps(account_response: Response | None) -> tuple[Gap, ...]:
    """Return one warning where the account's block could not be read, however many buckets that leaves in doubt."""
    gap = said.parse_account_block(account_response).gap
    return (gap,) if gap else ()


def _read_facts(bucket: str, responses: Mapping[str, Response | None], owner: str | None) -> dict[str, Fact[Any]]:
    facts: dict[str, Fact[Any]] = {}
    for attribute, (operation, parse, absent) in TABLE.items():
        reader = _policy_of(bucket, owner) if attribute == "policy" else parse
        facts[attribute] = said.read_fact(
            responses,
            operation,
            reader,
            None if absent is _NEVER else absent,
            may_be_absent=absent is not _NEVER,
            resource=bucket,
        )
    return facts


def _gaps(bucket: str, facts: Mapping[str, Fact[Any]]) -> tuple[Gap, ...]:
    kind = kind_of_name(bucket)
    if kind == ACCESS_POINT:
        return (Gap("NotEvaluated", f"{bucket} leads to a bucket and is none: what lies behind is not known", bucket),)
    if kind == DIRECTORY:
        message = f"{bucket} is a directory bucket: only what AWS fixes for all of them is known"
        return (Gap("NotEvaluated", message, bucket),)
    if any(fact.asked for fact in facts.values()):
        return tuple(fact.gap for fact in facts.values() if fact.gap)
    return (Gap("NotEvaluated", f"{bucket} is nothing that can be asked about as a bucket", bucket),)


def _gone(bucket: str, gap: Gap) -> Gap:
    return gap._replace(message=f"The bucket {bucket} does not exist.", resource=bucket, action=None)


# Names that hold an account id: the account regional namespace is reserved to that account by S3, SageMaker's
# default bucket is a convention that anyone could have taken.
RESERVED_NAME = re.compile(r".+-(\d{12})-[a-z]{2}(?:-[a-z]+)+-\d-an")
DEFAULT_NAME = re.compile(r"sagemaker-[a-z]{2}(?:-[a-z]+)+-\d-(\d{12})")


def _account_in(pattern: re.Pattern[str], bucket: str) -> str | None:
    match = pattern.fullmatch(bucket)
    return match.group(1) if match else None


def _access(facts: Mapping[str, Fact[Any]], account_block: Fact[BlockFlags], owner: Owner) -> AccessVerdict:
    grants: Grants | None = facts["acl"].value
    policy: PolicyFacts | None = facts["policy"].value
    ownership = facts["ownership"]
    account = account_block.value if owner.own else None
    # A policy that AWS calls public, and whose text shows no way in that is known here, leaves open what it lets do.
    told = policy if policy and (policy.everyone_reads or policy.everyone_writes) else None
    if policy and facts["policy_public"].value is not True:
        told = policy
    return judge_access(
        AccessInputs(
            account=account or UNKNOWN_FLAGS,
            bucket=facts["block"].value or UNKNOWN_FLAGS,
            acl_read=grants.read if grants else None,
            acl_write=grants.write if grants else None,
            policy_public=facts["policy_public"].value,
            owner_enforced=ownership.value == "BucketOwnerEnforced" if ownership.known else None,
            policy_read=told.everyone_reads if told else None,
            policy_write=told.everyone_writes if told else None,
        )
    )
