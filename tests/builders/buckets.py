"""A bucket's answers as S3 shapes them: a bucket in which nothing is wrong, and what to change about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import validate_parameters

from chalicelib.aws.reads import iam_action
from chalicelib.aws.s3 import account_question, bucket_questions
from chalicelib.core.posture.bucket import BucketPosture, build_posture
from chalicelib.core.values.model import Absent, Gap, Response

ACCOUNT = "123456789012"
OTHER = "111122223333"
REGION = "ap-northeast-2"
OWNER = "a" * 64
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/66666666-7777-8888-9999-000000000000"
FOREIGN_KEY = f"arn:aws:kms:{REGION}:{OTHER}:key/11111111-2222-3333-4444-555555555555"

BASIC = tuple(question.operation for question in bucket_questions("b"))
FULL = tuple(question.operation for question in bucket_questions("b", full=True))
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@cache
def _s3() -> ServiceModel:
    return botocore.session.get_session().get_service_model("s3")


def answer(operation: str, document: Mapping[str, Any]) -> Response:
    """`document`, provided that botocore's service model accepts it as an answer to `operation`."""
    name = "".join(part.capitalize() for part in operation.split("_"))
    shape = _s3().operation_model(name).output_shape
    assert shape is not None
    validate_parameters({key: value for key, value in document.items() if value is not None}, shape)
    return document


def located(region: str | None) -> Response:
    return answer("get_bucket_location", {"LocationConstraint": region})


def encrypted(algorithm: str, key: str | None = None, bucket_key: bool = False) -> Response:
    default = {"SSEAlgorithm": algorithm, **({"KMSMasterKeyID": key} if key else {})}
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bucket_key}
    return answer("get_bucket_encryption", {"ServerSideEncryptionConfiguration": {"Rules": [rule]}})


def versioned(status: str | None, mfa: str | None = None) -> Response:
    said = {"Status": status, "MFADelete": mfa}
    return answer("get_bucket_versioning", {key: value for key, value in said.items() if value})


def blocked(*names: str) -> Response:
    """A public access block with these settings on, and the others off."""
    return answer(
        "get_public_access_block",
        {"PublicAccessBlockConfiguration": {flag: flag in names for flag in FLAGS}},
    )


def policy_public(is_public: bool) -> Response:
    return answer("get_bucket_policy_status", {"PolicyStatus": {"IsPublic": is_public}})


def granted(*grants: tuple[str, str]) -> Response:
    """The owner's full control, and further grants as (group URI or canonical id, permission)."""
    grantees = [
        {"Type": "Group", "URI": who} if who.startswith("http") else {"Type": "CanonicalUser", "ID": who}
        for who, _ in grants
    ]
    further = [{"Grantee": g, "Permission": p} for g, (_, p) in zip(grantees, grants, strict=True)]
    own = {"Grantee": {"Type": "CanonicalUser", "ID": OWNER}, "Permission": "FULL_CONTROL"}
    return answer("get_bucket_acl", {"Owner": {"ID": OWNER}, "Grants": [own, *further]})


def owned(word: str) -> Response:
    return answer("get_bucket_ownership_controls", {"OwnershipControls": {"Rules": [{"ObjectOwnership": word}]}})


def tagged(**tags: str) -> Response:
    return answer("get_bucket_tagging", {"TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]})


def policy(*statements: Mapping[str, Any]) -> Response:
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return answer("get_bucket_policy", {"Policy": text})


def tls_statement(bucket: str) -> dict[str, Any]:
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def public_statement(bucket: str, *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": "*", "Action": list(actions), "Resource": f"arn:aws:s3:::{bucket}/*"}


def replicated(bucket: str, account: str | None = None, status: str = "Enabled") -> Response:
    destination = {"Bucket": f"arn:aws:s3:::{bucket}", **({"Account": account} if account else {})}
    rules = [{"Status": status, "Destination": destination}]
    return answer("get_bucket_replication", {"ReplicationConfiguration": {"Role": "role", "Rules": rules}})


NO_BLOCK = Absent("NoSuchPublicAccessBlockConfiguration")
NO_POLICY = Absent("NoSuchBucketPolicy")
NO_ENCRYPTION = Absent("ServerSideEncryptionConfigurationNotFoundError")
NO_OWNERSHIP = Absent("OwnershipControlsNotFoundError")
NO_TAGS = Absent("NoSuchTagSet")


def sound(bucket: str = "b", *, full: bool = False) -> dict[str, Response]:
    """Answers of a bucket that breaks no rule: of new buckets' defaults, and KMS and versions besides."""
    answers = {
        "get_bucket_location": located(REGION),
        "get_bucket_encryption": encrypted("aws:kms", KEY, bucket_key=True),
        "get_bucket_versioning": versioned("Enabled"),
        "get_public_access_block": blocked(*FLAGS),
        "get_bucket_policy_status": NO_POLICY,
        "get_bucket_acl": granted(),
        "get_bucket_ownership_controls": owned("BucketOwnerEnforced"),
        "get_bucket_tagging": NO_TAGS,
    }
    if full:
        retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        answers |= {
            "get_bucket_policy_status": policy_public(False),
            "get_bucket_policy": policy(tls_statement(bucket)),
            "get_bucket_logging": answer(
                "get_bucket_logging", {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": ""}}
            ),
            "get_object_lock_configuration": answer(
                "get_object_lock_configuration",
                {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": retention}},
            ),
            "get_bucket_lifecycle_configuration": answer(
                "get_bucket_lifecycle_configuration",
                {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {}}]},
            ),
            "get_bucket_replication": Absent("ReplicationConfigurationNotFoundError"),
        }
    return answers


DIRECTORY = "fast--apne2-az1--x-s3"


def sound_directory(*, full: bool = False) -> dict[str, Response]:
    """Answers of a directory bucket that breaks no rule."""
    rules = {"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {}}]}
    answers: dict[str, Response] = {
        "directory_bucket_encryption": encrypted("aws:kms", KEY, bucket_key=True),
        "directory_bucket_tags": {"Tags": []},
    }
    if full:
        answers["directory_bucket_policy"] = NO_POLICY
        answers["directory_bucket_lifecycle"] = answer("get_bucket_lifecycle_configuration", rules)
    return answers


def directory(
    changes: Mapping[str, Response] | None = None, *, full: bool = False, denied: tuple[str, ...] = ()
) -> BucketPosture:
    """The posture of a sound directory bucket with some answers changed (by operation) and some refused."""
    answers = {**sound_directory(full=full), **(changes or {})}
    answers |= {operation: refused(operation, DIRECTORY) for operation in denied}
    return build_posture(DIRECTORY, answers, NO_BLOCK, ACCOUNT, region=REGION)


def refused(operation: str, bucket: str = "b", code: str = "AccessDenied") -> Gap:
    """What the reading side makes of a refusal."""
    return Gap(code, f"{iam_action(operation)} was refused", bucket, iam_action(operation))


def account_refused() -> Gap:
    return refused("account_public_access_block", account_question(ACCOUNT).resource)


def posture(
    bucket: str = "b",
    changes: Mapping[str, Response] | None = None,
    *,
    full: bool = False,
    account: Response | None = NO_BLOCK,
    denied: tuple[str, ...] = (),
    foreign: bool = False,
) -> BucketPosture:
    """The posture of a sound bucket with some answers changed (by operation) and some refused.

    A `foreign` one answers so only to who does not expect it to be the pipeline's account's.
    """
    answers: dict[str, Response] = {**sound(bucket, full=full), **(changes or {})}
    answers |= {operation: refused(operation, bucket) for operation in denied}
    if foreign:
        return build_posture(bucket, {o: refused(o, bucket) for o in answers}, account, ACCOUNT, answers)
    return build_posture(bucket, answers, account, ACCOUNT)
