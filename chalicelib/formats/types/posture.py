"""Shapes of a place's protection: the flat strings that dashboards render, and the detail beside them."""

from typing import Annotated, Any, TypedDict

from chalicelib.formats.types.words import Said, Tags, Unknown, Words


class S3(TypedDict):
    """A bucket in strings, to be rendered as they are. Unknown is what was not read, or what is no S3."""

    bucket: str
    region: str
    encryption: Annotated[str, Words(("AES256", "aws:kms", "aws:kms:dsse", "None", "Unknown"))]
    versioning: Annotated[str, Words(("Enabled", "Suspended", "Disabled", "Unknown"))]
    publicAccess: Annotated[str, Words(("Blocked", "Public", "NotPublic", "Unknown"))]
    tags: Tags


class Owner(TypedDict, total=False):
    """Owner of the bucket, and how that is known."""

    account: str
    basis: str
    reason: str


class EncryptionMore(TypedDict, total=False):
    """Optional keys of `Encryption`, present only where the bucket has them."""

    kmsKeyAccount: Said[str]
    blockedTypes: Said[list[str]]


class Encryption(EncryptionMore, total=False):
    """The default encryption; a null key is one that is not configured."""

    algorithm: str
    kmsKeyId: str | None
    kmsKeyOwner: str | None
    bucketKey: bool | Unknown


class Versioning(TypedDict, total=False):
    """Versioning, and whether deleting a version asks for a second factor."""

    status: str
    mfaDelete: str


class BlockFlags(TypedDict, total=False):
    """The four flags of a public access block."""

    blockPublicAcls: bool | Unknown
    ignorePublicAcls: bool | Unknown
    blockPublicPolicy: bool | Unknown
    restrictPublicBuckets: bool | Unknown


class PublicAccess(TypedDict, total=False):
    """The verdict on public access, why, and the facts that it rests on."""

    verdict: str
    reasons: list[str]
    accountBlock: BlockFlags | Unknown
    bucketBlock: BlockFlags | Unknown
    effectiveBlock: BlockFlags | Unknown
    policyIsPublic: bool | Unknown | None
    publicGrants: list[str] | Unknown
    objectOwnership: str | None
    objectsCanBePublic: bool | Unknown


class ReplicationTarget(TypedDict, total=False):
    """Place to which new objects are copied."""

    bucket: str
    account: Said[str]


class PostureFurther(TypedDict, total=False):
    """Keys of `Posture` that `posture=full` adds."""

    tlsOnly: bool | Unknown | None
    loggingTarget: str | None
    objectLock: Annotated[dict[str, Any] | Unknown | None, "The default retention; null where there is no lock."]
    lifecycleRules: list[str] | Unknown
    replicationTargets: list[ReplicationTarget] | Unknown


class Posture(PostureFurther, total=False):
    """The detail: Unknown is what was not read, null what was read and is not configured."""

    exists: bool | Unknown
    owner: Owner
    encryption: Encryption
    versioning: Versioning
    publicAccess: PublicAccess
    evaluated: Annotated[list[str], "What was read."]
    notEvaluated: Annotated[list[str], "What was not asked for, or cannot be seen."]
    errors: Annotated[dict[str, str], "AWS's error code by the API that was refused."]
