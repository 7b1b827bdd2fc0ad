"""Posture of one bucket: what the responses about it say together, and why."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.posture import bucket_owner
from chalicelib.core.posture.bucket_facts import Encryption, Grants, ReplicationTarget, Versioning, parse_account_block
from chalicelib.core.posture.bucket_names import BUCKET, DIRECTORY, kind_of_name
from chalicelib.core.posture.bucket_owner import Owner
from chalicelib.core.posture.bucket_policy import PolicyFacts
from chalicelib.core.posture.bucket_reads import FIXED_BY_AWS, READS, Facts, read_facts
from chalicelib.core.posture.fact import Fact
from chalicelib.core.posture.public_access import UNKNOWN_FLAGS, AccessInputs, AccessVerdict, BlockFlags, judge_access
from chalicelib.core.values.model import UNKNOWN, Gap, Response
from chalicelib.core.values.tristate import Tri

# Never looked at: access points have blocks of their own, and an object's ACL or encryption is shown only to
# callers who may read the data itself.
OUT_OF_SIGHT = ("accessPoints", "objectAcls", "objectEncryption")


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
    def kind(self) -> str:
        """Return the kind of place that it is: a bucket of S3's two kinds, or what is none."""
        return kind_of_name(self.bucket)

    @property
    def refused(self) -> bool:
        """Return whether the bucket was asked about, and nothing of it could be read."""
        return self.exists is None and any(getattr(self, attribute).gap for attribute in READS)

    @property
    def facts(self) -> Mapping[str, Fact[Any]]:
        """Return the facts by the names that `evaluated` and `notEvaluated` use."""
        return {attribute: getattr(self, attribute) for attribute in (*READS, "account_block")}

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
    def tls_only(self) -> Tri:
        """Return whether requests without TLS are denied, by the policy or by AWS for all directory buckets.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-data-protection.html
        """
        if self.kind == DIRECTORY:
            return True
        return self.policy.value.tls_only if self.policy.value else None

    @property
    def kms_key(self) -> str | None:
        """Return the default KMS key as the bucket names it; `alias/aws/s3` where KMS is on without a key.

        `None` where KMS is off, or where the encryption is not known.
        """
        default = self.encryption.value
        if default is None or not (default.algorithm or "").startswith("aws:kms"):
            return None
        return default.key or "alias/aws/s3"


def build_posture(
    bucket: str,
    responses: Mapping[str, Response],
    account_response: Response | None,
    pipeline_account: str | None,
    repeated: Mapping[str, Response] | None = None,
    region: str | None = None,
) -> BucketPosture:
    """Return the posture that follows from the responses about one bucket.

    `responses` holds them by operation (a field of `Reads`), to reads that expected the pipeline's account as owner,
    where it is known; `repeated` holds those to the same reads without that expectation. `account_response` is the
    response about the account's public access block; `None` where it was not asked for. `region` is the one asked.
    """
    gone = _said_gone(bucket, responses)
    heard = dict.fromkeys(responses, gone) if gone else responses
    facts, owner = _own(bucket, heard, pipeline_account)
    if repeated and not owner.own:
        facts, owner = _anothers(bucket, facts, owner, repeated)
    exists: Tri = False if gone else any(fact.known for fact in facts.values()) or None
    gaps = (_gone(bucket, gone),) if gone else _gaps(bucket, facts)
    if kind_of_name(bucket) == DIRECTORY:
        # It lies where S3's Regional endpoint knows it.
        facts |= {**FIXED_BY_AWS, "region": Fact(asked=True, value=region) if exists and region else Fact()}
    account_block = parse_account_block(account_response)
    return BucketPosture(
        bucket=bucket,
        exists=exists,
        owner=owner,
        access=judge_access(AccessInputs()) if gone else _access(facts, account_block, owner),
        account_block=account_block,
        pipeline_account=pipeline_account,
        gaps=gaps,
        **facts,
    )


def account_gaps(account_response: Response | None) -> tuple[Gap, ...]:
    """Return one warning where the account's block could not be read, however many buckets that leaves in doubt."""
    gap = parse_account_block(account_response).gap
    return (gap,) if gap else ()


def _said_gone(bucket: str, responses: Mapping[str, Response]) -> Gap | None:
    """Return the response that says that there is no such bucket.

    Of a directory bucket it only says that the Region asked has none: each has its own.
    """
    if kind_of_name(bucket) != BUCKET:
        return None
    return next((a for a in responses.values() if isinstance(a, Gap) and a.code == "NoSuchBucket"), None)


def _own(bucket: str, responses: Mapping[str, Response], account: str | None) -> tuple[Facts, Owner]:
    """Return what the reads say that expected `account` as owner, and whether they show that it is.

    Of a directory bucket only the read of its tags does, by its ARN.
    """
    facts = read_facts(bucket, responses, account)
    telling = [facts["tags"]] if kind_of_name(bucket) == DIRECTORY else facts.values()
    if account and any(fact.known for fact in telling):
        return facts, bucket_owner.confirmed(account)
    return facts, bucket_owner.unknown(bucket)


def _anothers(bucket: str, unread: Facts, owner: Owner, repeated: Mapping[str, Response]) -> tuple[Facts, Owner]:
    """Return what the reads say that were repeated without an expected owner, and what that says about the owner.

    A fact that was not asked for again is as unread as it was.
    """
    facts = read_facts(bucket, repeated, None)
    if not any(fact.known for fact in facts.values()):
        return unread, owner
    merged = {name: fact if fact.asked else unread[name] for name, fact in facts.items()}
    return merged, bucket_owner.contradicted(bucket)


def _gaps(bucket: str, facts: Facts) -> tuple[Gap, ...]:
    refused = tuple(fact.gap for fact in facts.values() if fact.gap)
    kind = kind_of_name(bucket)
    if kind == DIRECTORY:
        message = (
            f"{bucket} is a directory bucket: AWS blocks public access, switches ACLs off, keeps no versions and "
            "demands TLS for all of them; of access logs, object lock and replication nothing can be read"
        )
        return (*refused, Gap("NotEvaluated", message, bucket))
    if "access point" in kind.lower():
        message = (
            f"{bucket} is no bucket ({kind}): which bucket it leads to is not looked up, so neither that bucket's "
            "protection is known nor who else uses its data; where a step names the bucket itself, both are"
        )
        return (Gap("NotEvaluated", message, bucket),)
    if kind != BUCKET:
        return (Gap("NotEvaluated", f"{bucket} is no bucket ({kind}): what lies behind it is not known", bucket),)
    if any(fact.asked for fact in facts.values()):
        return refused
    return (Gap("NotEvaluated", f"{bucket} is nothing that can be asked about as a bucket", bucket),)


def _gone(bucket: str, gap: Gap) -> Gap:
    return gap._replace(message=f"The bucket {bucket} does not exist.", resource=bucket, action=None)


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
