"""Buckets as moto keeps them, with the settings that AWS gives a new one today or with others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from moto.s3.models import PublicAccessBlock, S3Backend, get_canned_acl, s3_backends

from sandbox.names import EPOCH, REGION

Block = bool | Mapping[str, bool] | None
"""Setting of the four public access blocks: all on, all off, some by name, or none configured."""

_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def backend(account: str, region: str = REGION) -> S3Backend:
    """Return moto's S3 of one account."""
    return s3_backends[account]["aws-cn" if region.startswith("cn-") else "aws"]


def blocks(block: Block) -> PublicAccessBlock | None:
    """Return the four public access blocks as moto keeps them."""
    if block is None:
        return None
    flags = dict.fromkeys(_FLAGS, block) if isinstance(block, bool) else {**dict.fromkeys(_FLAGS, False), **block}
    return PublicAccessBlock(*(flags[name] for name in _FLAGS))


def encrypt(bucket: Any, algorithm: str | None, kms_key: str | None = None, bucket_key: bool = False) -> None:
    """Set a bucket's default encryption, or leave it without."""
    rule: dict[str, Any] = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": kms_key} if kms_key else {})}
    held = {"ApplyServerSideEncryptionByDefault": rule, "BucketKeyEnabled": bucket_key}
    bucket.encryption = {"Rule": held} if algorithm else None


def give_defaults(bucket: Any) -> None:
    """Give a bucket the defaults of new ones since 2023: SSE-S3, all public access blocked, ACLs without effect."""
    bucket.creation_date = EPOCH - timedelta(days=30)
    encrypt(bucket, "AES256")
    bucket.public_access_block = blocks(True)
    bucket.ownership_rule = "BucketOwnerEnforced"


def make(
    name: str,
    region: str,
    *,
    owner: str,
    encryption: str | None,
    kms_key: str | None,
    bucket_key: bool,
    versioning: str | None,
    block: Block,
    ownership: str | None,
    acl: str | None,
    policy: Mapping[str, Any] | None,
    tags: Mapping[str, str] | None,
) -> None:
    """Make a bucket with exactly these settings; `Account.add_bucket` explains them."""
    store = backend(owner)
    made = store.create_bucket(name, region)
    give_defaults(made)
    encrypt(made, encryption, kms_key, bucket_key)
    made.versioning_status = versioning
    made.ownership_rule = ownership
    made.public_access_block = blocks(block)
    made.policy = json.dumps(policy).encode() if policy else None
    if acl:
        made.set_acl(get_canned_acl(acl))
    if tags:
        store.put_bucket_tagging(name, dict(tags))
