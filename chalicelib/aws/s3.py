"""Questions about a bucket and its account, and the error codes that only mean "not configured"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question
from chalicelib.core.posture.bucket_names import BUCKET, DIRECTORY, kind_of_name
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

# What S3 offers of directory buckets: https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-APIs.html
DIRECTORY_BASIC = {"directory_bucket_encryption": BASIC["get_bucket_encryption"]}
DIRECTORY_FULL = {
    "directory_bucket_policy": FULL["get_bucket_policy"],
    "directory_bucket_lifecycle": FULL["get_bucket_lifecycle_configuration"],
}

PROBE = "get_bucket_location"
"""The setting that a bucket's owner most often lets other accounts read, along with the objects."""

PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov", "eusc-": "aws-eusc"}


def bucket_questions(
    bucket: str, full: bool = False, owner: str | None = None, region: str | None = None
) -> tuple[Question, ...]:
    """Return the questions about one bucket: eight, with `full` five more; none where they do not apply to the name.

    With `owner`, an account's id, S3 refuses them unless that account owns the bucket. A directory bucket has two, with
    `full` two more: S3 answers them to the owner's account alone and does not support naming one, but asks for the
    tags by the bucket's ARN, which takes `owner` and `region`.
    """
    if not ASKABLE.fullmatch(bucket):
        return ()
    kind = kind_of_name(bucket)
    if kind == DIRECTORY:
        settings = {**DIRECTORY_BASIC, **(DIRECTORY_FULL if full else {})}
        return (*_questions(settings, bucket, {}), *_directory_tags(bucket, owner, region))
    return _questions({**BASIC, **(FULL if full else {})}, bucket, expecting(owner)) if kind == BUCKET else ()


def _questions(settings: Mapping[str, str | None], bucket: str, further: Mapping[str, str]) -> tuple[Question, ...]:
    return tuple(
        Question(operation, {"Bucket": bucket, **further}, bucket, "posture", frozenset(filter(None, [absent])))
        for operation, absent in settings.items()
    )


def _directory_tags(bucket: str, owner: str | None, region: str | None) -> tuple[Question, ...]:
    if not owner or not region:
        return ()
    partition = next((name for start, name in PARTITIONS.items() if region.startswith(start)), "aws")
    arn = f"arn:{partition}:s3express:{region}:{owner}:bucket/{bucket}"
    return (Question("directory_bucket_tags", {"AccountId": owner, "ResourceArn": arn}, bucket, "posture"),)


def questions_again(
    bucket: str, full: bool, owned: Mapping[str, Response], again: Mapping[str, Response]
) -> tuple[Question, ...]:
    """Return what to ask next without an expected owner, to tell another account's bucket from one that denies all.

    `owned` holds the responses to all questions that expected an owner, `again` those to what was asked since without.
    S3 denies alike to who lacks a permission and to a wrong owner, so where nothing was answered one read is repeated,
    and all the others where that one shows that the bucket is another account's.
    """
    refusal = owned.get(PROBE)
    if not all(isinstance(response, Gap) for response in owned.values()):
        return ()
    if not isinstance(refusal, Gap) or not is_denial(refusal):
        return ()
    answered = PROBE in again and not isinstance(again[PROBE], Gap)
    wanted = (owned.keys() if answered else {PROBE}) - again.keys()
    return tuple(question for question in bucket_questions(bucket, full) if question.operation in wanted)


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
