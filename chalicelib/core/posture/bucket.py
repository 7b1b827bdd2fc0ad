"""Posture of one bucket: what the responses about it say together, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.core.posture import bucket_facts as said
from chalicelib.core.posture.bucket_facts import Encryption, Fact, Grants, ReplicationTarget, Versioning
from chalicelib.core.posture.bucket_policy import NO_POLICY, PolicyFacts, parse_policy
from chalicelib.core.posture.public_access import (
    NO_FLAGS,
    UNKNOWN_FLAGS,
    AccessInputs,
    AccessVerdict,
    BlockFlags,
    judge_access,
)
from chalicelib.core.values.model import UNKNOWN, Absent, Gap, Response
from chalicelib.core.values.tristate import Tri

# Never looked at: access points have blocks of their own, and an object's ACL or encryption is shown only to
# callers who may read the data itself.
OUT_OF_SIGHT = ("accessPoints", "objectAcls", "objectEncryption")


@dataclass(frozen=True, slots=True)
class Owner:
    """Account that owns a bucket, and how that is known.

    `basis`: `Assumed` (nothing contradicts that it is the pipeline's own account), `Confirmed` (AWS gave a response
    that only the owner's account gets, or the name is reserved to the account), `Named` (the name follows SageMaker's
    convention with another account's id) or `Contradicted` (it is another account's).
    """

    account: str | None
    basis: str
    reason: str

    @property
    def own(self) -> bool:
        """Return whether the settings of the caller's account are taken to apply to this bucket."""
        return self.basis in ("Assumed", "Confirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPosture:
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


def build_posture(
    bucket: str,
    responses: Mapping[str, Response],
    account_response: Response | None,
    pipeline_account: str | None,
) -> BucketPosture:
    """Return the posture that follows from the responses about one bucket.

    `responses` holds them by operation (a field of `Reads`). `account_response` is the response about the account's
    public access block; `None` where it was not asked for.
    """
    gone = next((a for a in responses.values() if isinstance(a, Gap) and a.code == "NoSuchBucket"), None)
    heard = dict.fromkeys(responses, gone) if gone else responses
    owner = owner_of(bucket, heard, pipeline_account)
    facts = _read_facts(bucket, heard, owner)
    account_block = said.parse_account_block(account_response)
    some = any(fact.known for fact in facts.values())
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


def account_gaps(account_response: Response | None) -> tuple[Gap, ...]:
    """Return one warning where the account's block could not be read, however many buckets that leaves in doubt."""
    gap = said.parse_account_block(account_response).gap
    return (gap,) if gap else ()


def _read_facts(bucket: str, responses: Mapping[str, Response | None], owner: Owner) -> dict[str, Fact[Any]]:
    facts: dict[str, Fact[Any]] = {}
    for attribute, (operation, parse, absent) in TABLE.items():
        reader = _policy_of(bucket, owner.account) if attribute == "policy" else parse
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
    if any(fact.asked for fact in facts.values()):
        return tuple(fact.gap for fact in facts.values() if fact.gap)
    return (Gap("NotEvaluated", f"{bucket} is nothing that can be asked about as a bucket", bucket),)


def _gone(bucket: str, gap: Gap) -> Gap:
    return replace(gap, message=f"The bucket {bucket} does not exist.", resource=bucket, action=None)


# Names that hold an account id: the account regional namespace is reserved to that account by S3, SageMaker's
# default bucket is a convention that anyone could have taken.
RESERVED_NAME = re.compile(r".+-(\d{12})-[a-z]{2}(?:-[a-z]+)+-\d-an")
DEFAULT_NAME = re.compile(r"sagemaker-[a-z]{2}(?:-[a-z]+)+-\d-(\d{12})")


def owner_of(bucket: str, responses: Mapping[str, Response | None], account: str | None) -> Owner:
    """Return the owner of the bucket, as far as the responses and the name tell."""
    for operation in ("get_bucket_policy", "get_bucket_policy_status"):
        response = responses.get(operation)
        if isinstance(response, Gap) and response.code == "MethodNotAllowed":
            reason = f"{operation} answered MethodNotAllowed: the bucket is another account's."
            return Owner(_account_in(RESERVED_NAME, bucket), "Contradicted", reason)
    reserved = _account_in(RESERVED_NAME, bucket)
    if reserved:
        basis = "Confirmed" if reserved == account else "Contradicted"
        return Owner(reserved, basis, f"The bucket's name is reserved to account {reserved}.")
    if isinstance(responses.get("get_bucket_policy"), Mapping | Absent):
        return Owner(account, "Confirmed", "The bucket policy is shown to the owner's account only.")
    named = _account_in(DEFAULT_NAME, bucket)
    if named and account and named != account:
        return Owner(named, "Named", f"The name is that of account {named}'s default SageMaker bucket.")
    return Owner(
        account,
        "Assumed",
        "The bucket is taken to be the pipeline's own account's: nothing contradicts it.",
    )


def _account_in(pattern: re.Pattern[str], bucket: str) -> str | None:
    match = pattern.fullmatch(bucket)
    return match.group(1) if match else None


def _access(facts: Mapping[str, Fact[Any]], account_block: Fact[BlockFlags], owner: Owner) -> AccessVerdict:
    grants: Grants | None = facts["acl"].value
    policy: PolicyFacts | None = facts["policy"].value
    ownership = facts["ownership"]
    account = account_block.value if owner.own else None
    return judge_access(
        AccessInputs(
            account=account or UNKNOWN_FLAGS,
            bucket=facts["block"].value or UNKNOWN_FLAGS,
            acl_read=grants.read if grants else None,
            acl_write=grants.write if grants else None,
            policy_public=facts["policy_public"].value,
            owner_enforced=ownership.value == "BucketOwnerEnforced" if ownership.known else None,
            policy_read=policy.everyone_reads if policy else None,
            policy_write=policy.everyone_writes if policy else None,
        )
    )
