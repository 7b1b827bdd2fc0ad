"""A bucket's posture as JSON: the flat strings that every artifact carries, and the detail beside them."""

from __future__ import annotations

from typing import Any

from chalicelib.core.bucket_answers import Fact
from chalicelib.core.bucket_reasons import reasons
from chalicelib.core.buckets import OUT_OF_SIGHT, TABLE, BucketPosture
from chalicelib.core.kms import parse_key
from chalicelib.core.model import UNKNOWN
from chalicelib.core.public_access import BlockFlags

ACCOUNT_API = "s3control.GetPublicAccessBlock"

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


def to_s3(bucket: str | None, posture: BucketPosture | None) -> dict[str, Any]:
    """The contract's `s3`: strings, and tags of strings. What was not read is `Unknown`, as is what is no S3."""
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


def to_posture(posture: BucketPosture) -> dict[str, Any]:
    """The detail: `Unknown` is what was not read, `null` what was read and is not configured."""
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
            _api(attribute): fact.gap.code
            for attribute in NAMES
            if (fact := facts[attribute]).gap and fact.gap is not None
        },
    }


def _encryption(posture: BucketPosture) -> dict[str, Any]:
    default, key = posture.encryption.value, posture.kms_key
    if default is None:
        return {"algorithm": UNKNOWN, "kmsKeyId": UNKNOWN, "kmsKeyOwner": UNKNOWN, "bucketKey": UNKNOWN}
    named = parse_key(key) if key else None
    return {
        "algorithm": default.algorithm or "None",
        "kmsKeyId": key,
        "kmsKeyOwner": named.owner(posture.pipeline_account) if named else None,
        **({"kmsKeyAccount": named.account} if named and named.account else {}),
        "bucketKey": bool(default.bucket_key),
        **({"blockedTypes": list(default.blocked_types)} if default.blocked_types else {}),
    }


def _versioning(posture: BucketPosture) -> dict[str, Any]:
    read = posture.versioning.value
    return {"status": posture.versioning_word, "mfaDelete": read.mfa_delete if read else UNKNOWN}


def _public_access(posture: BucketPosture) -> dict[str, Any]:
    access, grants = posture.access, posture.acl.value
    return {
        "verdict": access.word,
        "reasons": list(reasons(posture)),
        "accountBlock": _flags(posture.account_block) if posture.owner.own else UNKNOWN,
        "bucketBlock": _flags(posture.block),
        "effectiveBlock": _flags(Fact(asked=True, value=access.effective)),
        "policyIsPublic": _said(posture.policy_public),
        "publicGrants": list(grants.public) if grants else UNKNOWN,
        "objectOwnership": _said(posture.ownership),
        "objectsCanBePublic": UNKNOWN if access.objects_can_be_public is None else access.objects_can_be_public,
    }


def _further(posture: BucketPosture) -> dict[str, Any]:
    """What `posture=full` adds; each key is there only where it was asked for."""
    policy, replication, lifecycle = posture.policy, posture.replication.value, posture.lifecycle.value
    values = {
        "policy": ("tlsOnly", policy.value.tls_only if policy.value else UNKNOWN),
        "logging": ("loggingTarget", _said(posture.logging)),
        "object_lock": ("objectLock", _said(posture.object_lock)),
        "lifecycle": ("lifecycleRules", UNKNOWN if lifecycle is None else list(lifecycle)),
        "replication": (
            "replicationTargets",
            UNKNOWN
            if replication is None
            else [{"bucket": t.bucket, **({"account": t.account} if t.account else {})} for t in replication],
        ),
    }
    return {name: value for attribute, (name, value) in values.items() if posture.facts[attribute].asked}


def _flags(fact: Fact[BlockFlags]) -> Any:
    if not fact.known or fact.value is None:
        return UNKNOWN
    names = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
    pairs = zip(names, fact.value.each, strict=True)
    return {name: UNKNOWN if value is None else value for name, value in pairs}


def _said(fact: Fact[Any]) -> Any:
    return fact.value if fact.known else UNKNOWN


def _api(attribute: str) -> str:
    if attribute == "account_block":
        return ACCOUNT_API
    operation = TABLE[attribute][0]
    return "".join(word.capitalize() for word in operation.split("_"))
