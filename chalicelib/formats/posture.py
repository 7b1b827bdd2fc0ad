"""A bucket's posture as JSON: the flat strings that every artifact carries, and the detail beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from chalicelib.core.posture.bucket import OUT_OF_SIGHT, BucketPosture
from chalicelib.core.posture.bucket_facts import ReplicationTarget
from chalicelib.core.posture.bucket_names import DIRECTORY
from chalicelib.core.posture.bucket_reads import READS
from chalicelib.core.posture.fact import Fact
from chalicelib.core.posture.kms import parse_key
from chalicelib.core.posture.public_access import BlockFlags
from chalicelib.core.posture.reasons import reasons
from chalicelib.core.values.doc import stated
from chalicelib.core.values.model import UNKNOWN

if TYPE_CHECKING:
    from chalicelib.formats.types import posture as shapes
    from chalicelib.formats.types.words import Unknown

V = TypeVar("V")

ACCOUNT_API = "s3control.GetPublicAccessBlock"
DIRECTORY_TAGS_API = "s3control.ListTagsForResource"

NAMES = {
    "region": "region",
    "encryption": "encryption",
    "versioning": "versioning",
    "block": "publicAccessBlock",
    "account_block": "accountPublicAccessBlock",
    "policy_public": "policyStatus",
    "acl": "acl",
    "ownership": "ownership",
    "tags": "tags",
    "policy": "policy",
    "logging": "logging",
    "object_lock": "objectLock",
    "lifecycle": "lifecycle",
    "replication": "replication",
}


def to_s3(bucket: str | None, posture: BucketPosture | None) -> shapes.S3:
    """Return the contract's `s3`: strings, and tags of strings.

    A string is `Unknown` where it was not read, or where the artifact is not in S3.
    """
    if bucket is None or posture is None:
        return {
            "bucket": bucket or UNKNOWN,
            "region": UNKNOWN,
            "encryption": UNKNOWN,
            "versioning": UNKNOWN,
            "publicAccess": UNKNOWN,
            "tags": {},
        }
    return {
        "bucket": posture.bucket,
        "region": posture.region.value or UNKNOWN,
        "encryption": posture.encryption_word,
        "versioning": posture.versioning_word,
        "publicAccess": posture.access.word,
        "tags": dict(posture.tags.value or {}),
    }


def to_posture(posture: BucketPosture) -> shapes.Posture:
    """Return the detail: `Unknown` where a fact was not read, `null` where it was read and is not configured."""
    facts = posture.facts
    return {
        "exists": UNKNOWN if posture.exists is None else posture.exists,
        "owner": {
            "account": posture.owner.account or UNKNOWN,
            "basis": posture.owner.basis,
            "reason": posture.owner.reason,
        },
        "encryption": _encryption(posture),
        "versioning": _versioning(posture),
        "publicAccess": _public_access(posture),
        **_further(posture),
        "evaluated": [name for attribute, name in NAMES.items() if facts[attribute].known],
        "notEvaluated": [
            *(name for attribute, name in NAMES.items() if not facts[attribute].asked),
            *OUT_OF_SIGHT,
        ],
        "errors": {
            _api(posture, attribute): fact.gap.code
            for attribute in NAMES
            if (fact := facts[attribute]).gap and fact.gap is not None
        },
    }


def _encryption(posture: BucketPosture) -> shapes.Encryption:
    default, key = posture.encryption.value, posture.kms_key
    if default is None:
        return {"algorithm": UNKNOWN, "kmsKeyId": UNKNOWN, "kmsKeyOwner": UNKNOWN, "bucketKey": UNKNOWN}
    named = parse_key(key) if key else None
    more: shapes.EncryptionMore = {
        "kmsKeyAccount": named.account if named else None,
        "blockedTypes": list(default.blocked_types),
    }
    return {
        "algorithm": default.algorithm or "None",
        "kmsKeyId": key,
        "kmsKeyOwner": named.owner(posture.pipeline_account) if named else None,
        "bucketKey": bool(default.bucket_key),
        **stated(more),
    }


def _versioning(posture: BucketPosture) -> shapes.Versioning:
    read = posture.versioning.value
    return {"status": posture.versioning_word, "mfaDelete": read.mfa_delete if read else UNKNOWN}


def _public_access(posture: BucketPosture) -> shapes.PublicAccess:
    access, grants, by_policy = posture.access, posture.acl.value, _said(posture.policy_public)
    return {
        "verdict": access.word,
        "reasons": list(reasons(posture)),
        "accountBlock": _flags(posture.account_block) if posture.owner.own else UNKNOWN,
        "bucketBlock": _flags(posture.block),
        "effectiveBlock": _flags(Fact(asked=True, value=access.effective)),
        "policyIsPublic": by_policy,
        "publicGrants": list(grants.public) if grants else UNKNOWN,
        "objectOwnership": _said(posture.ownership),
        "objectsCanBePublic": UNKNOWN if access.objects_can_be_public is None else access.objects_can_be_public,
    }


def _further(posture: BucketPosture) -> shapes.PostureFurther:
    """Return what `posture=full` adds; each key is present only where it was asked for."""
    replication, lifecycle = posture.replication.value, posture.lifecycle.value
    lock = _said(posture.object_lock)
    further: shapes.PostureFurther = {}
    if posture.policy.asked:
        further["tlsOnly"] = UNKNOWN if posture.tls_only is None else posture.tls_only
    if posture.logging.asked:
        further["loggingTarget"] = _said(posture.logging)
    if posture.object_lock.asked:
        further["objectLock"] = lock
    if posture.lifecycle.asked:
        further["lifecycleRules"] = UNKNOWN if lifecycle is None else list(lifecycle)
    if posture.replication.asked:
        further["replicationTargets"] = UNKNOWN if replication is None else [_target(each) for each in replication]
    return further


def _target(target: ReplicationTarget) -> shapes.ReplicationTarget:
    named: shapes.ReplicationTarget = {"bucket": target.bucket, "account": target.account}
    return stated(named)


def _flags(fact: Fact[BlockFlags]) -> shapes.BlockFlags | Unknown:
    if not fact.known or fact.value is None:
        return UNKNOWN
    flags: list[bool | Unknown] = [UNKNOWN if flag is None else flag for flag in fact.value.each]
    acls, ignored, policies, buckets = flags
    return {
        "blockPublicAcls": acls,
        "ignorePublicAcls": ignored,
        "blockPublicPolicy": policies,
        "restrictPublicBuckets": buckets,
    }


def _said(fact: Fact[V]) -> V | Unknown | None:
    return fact.value if fact.known else UNKNOWN


def _api(posture: BucketPosture, attribute: str) -> str:
    if attribute == "account_block":
        return ACCOUNT_API
    if attribute == "tags" and posture.kind == DIRECTORY:
        return DIRECTORY_TAGS_API
    operation = READS[attribute][0]
    return "".join(word.capitalize() for word in operation.split("_"))
