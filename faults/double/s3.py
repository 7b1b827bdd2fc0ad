"""S3's side of the double: buckets whose settings follow from their names, and the objects that a run left."""

from __future__ import annotations

import re
from collections.abc import Callable
from zlib import crc32

from faults.double.account import ACCOUNT, world_of

XMLNS = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
BUCKET = re.compile(
    r"(?P<pipeline>(?:mix|one)-[a-z0-9\-]+?)-(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)-b\d+(?:--[a-z0-9-]+--x-s3)?"
)
OWNER = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"


class Refusal(Exception):
    """An error of S3's own: its status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


def _profile(bucket: str) -> int:
    """Return which of four ways to be configured a bucket has: locked, plain, public, bare."""
    return crc32(bucket.encode()) % 4


def location(bucket: str, region: str) -> str:
    """Answer GetBucketLocation; us-east-1 is said by saying nothing."""
    del bucket
    return f"<LocationConstraint {XMLNS}>{'' if region == 'us-east-1' else region}</LocationConstraint>"


def encryption(bucket: str, region: str) -> str:
    """Answer GetBucketEncryption."""
    key = f"arn:aws:kms:{region}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    kms = f"<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>{key}</KMSMasterKeyID>"
    algorithm = kms if _profile(bucket) == 0 else "<SSEAlgorithm>AES256</SSEAlgorithm>"
    return (
        f"<ServerSideEncryptionConfiguration {XMLNS}><Rule><ApplyServerSideEncryptionByDefault>{algorithm}"
        f"</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>"
        f"</ServerSideEncryptionConfiguration>"
    )


def versioning(bucket: str, region: str) -> str:
    """Answer GetBucketVersioning; a bucket that never had it says nothing."""
    del region
    status = {0: "<Status>Enabled</Status>", 2: "<Status>Suspended</Status>"}.get(_profile(bucket), "")
    return f"<VersioningConfiguration {XMLNS}>{status}</VersioningConfiguration>"


def public_access_block(bucket: str, region: str) -> str:
    """Answer GetPublicAccessBlock."""
    del region
    if _profile(bucket) == 3:
        raise Refusal(404, "NoSuchPublicAccessBlockConfiguration")
    return _block(_profile(bucket) != 2)


def _block(on: bool) -> str:
    flags = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    inside = "".join(f"<{flag}>{str(on).lower()}</{flag}>" for flag in flags)
    return f"<PublicAccessBlockConfiguration {XMLNS}>{inside}</PublicAccessBlockConfiguration>"


def account_block() -> str:
    """Answer s3control's GetPublicAccessBlock: nothing is blocked for the account as a whole."""
    return _block(False)


def policy_status(bucket: str, region: str) -> str:
    """Answer GetBucketPolicyStatus."""
    del region
    if _profile(bucket) == 1:
        raise Refusal(404, "NoSuchBucketPolicy")
    verdict = str(_profile(bucket) == 2).upper()
    return f"<PolicyStatus {XMLNS}><IsPublic>{verdict}</IsPublic></PolicyStatus>"


def acl(bucket: str, region: str) -> str:
    """Answer GetBucketAcl: the owner alone."""
    del bucket, region
    return (
        f"<AccessControlPolicy {XMLNS}><Owner><ID>{OWNER}</ID></Owner><AccessControlList><Grant>"
        f'<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>{OWNER}</ID>'
        f"</Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>"
    )


def ownership(bucket: str, region: str) -> str:
    """Answer GetBucketOwnershipControls."""
    del region
    if _profile(bucket) == 3:
        raise Refusal(404, "OwnershipControlsNotFoundError")
    rule = "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
    return f"<OwnershipControls {XMLNS}>{rule}</OwnershipControls>"


def tagging(bucket: str, region: str) -> str:
    """Answer GetBucketTagging."""
    del region
    if _profile(bucket) == 3:
        raise Refusal(404, "NoSuchTagSet")
    tags = "".join(
        f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>"
        for key, value in (("Env", "bench"), ("Bucket", bucket), ("DataClassification", "internal"))
    )
    return f"<Tagging {XMLNS}><TagSet>{tags}</TagSet></Tagging>"


def resource_tags(bucket: str) -> str:
    """Answer s3control's ListTagsForResource, of a directory bucket."""
    tags = f"<Tags><Tag><Key>Bucket</Key><Value>{bucket}</Value></Tag></Tags>"
    return f"<ListTagsForResourceResult>{tags}</ListTagsForResourceResult>"


def policy(bucket: str, region: str) -> str:
    """Answer GetBucketPolicy: a JSON document, not XML."""
    del region
    if _profile(bucket) == 1:
        raise Refusal(404, "NoSuchBucketPolicy")
    principal, effect = ('"*"', "Allow") if _profile(bucket) == 2 else ('"*"', "Deny")
    tls = ',"Condition":{"Bool":{"aws:SecureTransport":"false"}}' if effect == "Deny" else ""
    return (
        f'{{"Version":"2012-10-17","Statement":[{{"Effect":"{effect}","Principal":{principal},"Action":"s3:*",'
        f'"Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"]{tls}}}]}}'
    )


def logging(bucket: str, region: str) -> str:
    """Answer GetBucketLogging; a bucket without says nothing."""
    del region
    target = (
        f"<LoggingEnabled><TargetBucket>{bucket}-logs</TargetBucket><TargetPrefix>s3/</TargetPrefix></LoggingEnabled>"
    )
    return f"<BucketLoggingStatus {XMLNS}>{target if _profile(bucket) == 0 else ''}</BucketLoggingStatus>"


def object_lock(bucket: str, region: str) -> str:
    """Answer GetObjectLockConfiguration."""
    del region
    if _profile(bucket) != 0:
        raise Refusal(404, "ObjectLockConfigurationNotFoundError")
    inside = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>"
    return f"<ObjectLockConfiguration {XMLNS}>{inside}</ObjectLockConfiguration>"


def lifecycle(bucket: str, region: str) -> str:
    """Answer GetBucketLifecycleConfiguration."""
    del region
    if _profile(bucket) != 0:
        raise Refusal(404, "NoSuchLifecycleConfiguration")
    rule = "<ID>old</ID><Status>Enabled</Status><Filter><Prefix/></Filter><Expiration><Days>365</Days></Expiration>"
    return f"<LifecycleConfiguration {XMLNS}><Rule>{rule}</Rule></LifecycleConfiguration>"


def replication(bucket: str, region: str) -> str:
    """Answer GetBucketReplication."""
    del region
    if _profile(bucket) != 0:
        raise Refusal(404, "ReplicationConfigurationNotFoundError")
    rule = (
        f"<ID>copy</ID><Status>Enabled</Status><Priority>1</Priority><Filter><Prefix/></Filter>"
        f"<Destination><Bucket>arn:aws:s3:::{bucket}-copy</Bucket></Destination>"
        f"<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>"
    )
    role = f"<Role>arn:aws:iam::{ACCOUNT}:role/replication</Role>"
    return f"<ReplicationConfiguration {XMLNS}>{role}<Rule>{rule}</Rule></ReplicationConfiguration>"


SUBRESOURCES: dict[str, tuple[str, Callable[[str, str], str]]] = {
    "location": ("GetBucketLocation", location),
    "encryption": ("GetBucketEncryption", encryption),
    "versioning": ("GetBucketVersioning", versioning),
    "publicAccessBlock": ("GetPublicAccessBlock", public_access_block),
    "policyStatus": ("GetBucketPolicyStatus", policy_status),
    "acl": ("GetBucketAcl", acl),
    "ownershipControls": ("GetBucketOwnershipControls", ownership),
    "tagging": ("GetBucketTagging", tagging),
    "policy": ("GetBucketPolicy", policy),
    "logging": ("GetBucketLogging", logging),
    "object-lock": ("GetObjectLockConfiguration", object_lock),
    "lifecycle": ("GetBucketLifecycleConfiguration", lifecycle),
    "replication": ("GetBucketReplication", replication),
}
"""By the query parameter that names it: the operation, and what answers it."""


def object_of(bucket: str, key: str) -> bytes:
    """Answer GetObject: a report that some run left."""
    named = BUCKET.fullmatch(bucket)
    pipeline = re.match(r"pipelines/([^/]+)/", key)
    world = world_of(pipeline[1] if pipeline else named["pipeline"], named["region"]) if named else None
    body = world.objects.get(f"s3://{bucket}/{key}") if world else None
    if body is None:
        raise Refusal(404, "NoSuchKey")
    return body


def exists(bucket: str) -> bool:
    """Return whether there is such a bucket: those of the pipelines that there are."""
    named = BUCKET.fullmatch(bucket)
    return named is not None and world_of(named["pipeline"], named["region"]) is not None
