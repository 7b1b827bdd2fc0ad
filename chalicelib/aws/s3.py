"""Questions about a bucket and its account, and the error codes that only mean "not configured"."""

from __future__ import annotations

import re

from chalicelib.aws.reads import Question

# What botocore sends without refusing it; a template's `${bucket}` or an access point's ARN is not asked about.
ASKABLE = re.compile(r"[a-zA-Z0-9._-]{1,255}")

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
    """Return the questions about one bucket: eight, with `full` five more; none where that is no bucket's name."""
    if not ASKABLE.fullmatch(bucket):
        return ()
    return tuple(
        Question(operation, {"Bucket": bucket}, bucket, "posture", frozenset({absent} if absent else ()))
        for operation, absent in {**BASIC, **(FULL if full else {})}.items()
    )


def account_question(account: str) -> Question:
    """Return the question for the account's effective public access block, an organization's policy included."""
    return Question(
        "account_public_access_block",
        {"AccountId": account},
        account,
        "posture",
        frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    )


def object_question(bucket: str, key: str, uri: str) -> Question:
    """Return the question for the content of one object, for an evaluation report."""
    return Question("get_object", {"Bucket": bucket, "Key": key}, uri, "jobs", required="Body")
