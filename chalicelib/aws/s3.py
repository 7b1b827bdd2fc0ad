"""Questions about a bucket and its account, and the error codes that only mean "not configured"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question
from chalicelib.core.posture.bucket_names import BUCKET, kind_of_name
from chalicelib.core.values.model import Gap, Response

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


def bucket_questions(bucket: str, full: bool = False, owner: str | None = None) -> tuple[Question, ...]:
    """Return the questions about one bucket: eight, with `full` five more; none where they do not apply to the name.

    With `owner`, an account's id, S3 refuses them unless that account owns the bucket.
    """
    if not ASKABLE.fullmatch(bucket) or kind_of_name(bucket) != BUCKET:
        return ()
    return tuple(
        Question(
            operation, {"Bucket": bucket, **expecting(owner)}, bucket, "posture", frozenset(filter(None, [absent]))
        )
        for operation, absent in {**BASIC, **(FULL if full else {})}.items()
    )


def may_be_anothers(responses: Mapping[str, Response]) -> bool:
    """Return whether every question was denied: S3 denies alike to who lacks a permission and to a wrong owner."""
    gaps = [response for response in responses.values() if isinstance(response, Gap)]
    return bool(gaps) and len(gaps) == len(responses) and all(is_denial(gap) for gap in gaps)


def is_denial(gap: Gap) -> bool:
    """Return whether S3 denied the read: no fault on the way, and no credentials that it does not know."""
    return gap.code == "MethodNotAllowed" or kind_of(gap) == "denied"


def expecting(owner: str | None) -> dict[str, str]:
    """Return the argument that makes S3 refuse a read of any other account's bucket; none without an account."""
    return {"ExpectedBucketOwner": owner} if owner else {}


def account_question(account: str) -> Question:
    """Return the question for the account's effective public access block, an organization's policy included."""
    return Question(
        "account_public_access_block",
        {"AccountId": account},
        account,
        "posture",
        frozenset({"NoSuchPublicAccessBlockConfiguration"}),
    )


def object_questions(bucket: str, key: str, uri: str, owner: str) -> tuple[Question, ...]:
    """Return the question for one object's content, for an evaluation report; none where the name is no bucket's.

    S3 refuses it unless the account `owner` owns the bucket: a success confirms that.
    """
    if not ASKABLE.fullmatch(bucket) or kind_of_name(bucket) != BUCKET:
        return ()
    arguments = {"Bucket": bucket, "Key": key, **expecting(owner)}
    return (Question("get_object", arguments, uri, "jobs", required="Body"),)
