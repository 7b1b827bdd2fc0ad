"""The questions about a bucket and its account, and the codes that are no error but "not configured"."""

from __future__ import annotations

from chalicelib.aws.reads import Question

# botocore does not model these errors, so codes are compared whole: "NoSuchBucket" begins "NoSuchBucketPolicy".
BASIC = {
    "get_bucket_location": None,
    "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
    "get_bucket_versioning": None,
    "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
    "get_bucket_policy_status": "NoSuchBucketPolicy",
    "get_bucket_acl": None,
    "get_bucket_ownership_controls": "OwnershipControlsNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
}
FULL = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_logging": None,
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
}


def bucket_questions(bucket: str, full: bool = False) -> tuple[Question, ...]:
    """What to ask of one bucket: eight reads, and with `full` five more."""
    return tuple(
        Question(operation, {"Bucket": bucket}, bucket, "posture", frozenset({absent} if absent else ()))
        for operation, absent in {**BASIC, **(FULL if full else {})}.items()
    )


def account_question(account: str) -> Question:
    """The account's public access block: the effective one, an organization's policy included."""
    return Question(
        "account_public_access_block",
        {"AccountId": account},
        account,
        "posture",
        frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    )
