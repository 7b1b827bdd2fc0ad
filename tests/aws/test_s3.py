"""The questions about buckets and accounts, checked against botocore's own model of S3."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from chalicelib.aws.reads import iam_action
from chalicelib.aws.s3 import account_question, bucket_questions, questions_again
from chalicelib.core.values.model import Gap, Response
from tests.builders.buckets import ACCOUNT, BASIC, DIRECTORY, FULL, NO_TAGS, REGION, located, refused, sound


def test_a_bucket_costs_eight_reads_and_five_more_in_full() -> None:
    assert len(bucket_questions("b")) == 8
    assert bucket_questions("b", full=True)[:8] == bucket_questions("b")
    assert len(bucket_questions("b", full=True)) == 13


@pytest.mark.parametrize("question", bucket_questions("my.bucket", full=True), ids=lambda q: q.operation)
def test_every_question_is_one_that_s3_takes(question: object) -> None:
    model = botocore.session.get_session().get_service_model("s3")
    operation = next(q for q in bucket_questions("my.bucket", full=True) if q == question)
    name = "".join(part.capitalize() for part in operation.operation.split("_"))
    shape = model.operation_model(name).input_shape

    assert shape is not None

    validate_parameters(dict(operation.arguments), shape)

    assert (operation.stage, operation.resource) == ("posture", "my.bucket")
    assert operation.action.startswith("s3:Get")


def test_the_codes_that_mean_not_configured_are_whole_and_exact() -> None:
    codes = {q.operation: set(q.absent) for q in bucket_questions("b", full=True) if q.absent}

    assert codes == {
        "get_bucket_encryption": {"ServerSideEncryptionConfigurationNotFoundError"},
        "get_public_access_block": {"NoSuchPublicAccessBlockConfiguration"},
        "get_bucket_policy_status": {"NoSuchBucketPolicy"},
        "get_bucket_ownership_controls": {"OwnershipControlsNotFoundError"},
        "get_bucket_tagging": {"NoSuchTagSet"},
        "get_bucket_policy": {"NoSuchBucketPolicy"},
        "get_object_lock_configuration": {"ObjectLockConfigurationNotFoundError"},
        "get_bucket_lifecycle_configuration": {"NoSuchLifecycleConfiguration"},
        "get_bucket_replication": {"ReplicationConfigurationNotFoundError"},
    }
    assert account_question(ACCOUNT).absent == {"NoSuchPublicAccessBlockConfiguration"}


def test_the_account_is_asked_of_s3control() -> None:
    question = account_question(ACCOUNT)
    shape = (
        botocore.session.get_session()
        .get_service_model("s3control")
        .operation_model("GetPublicAccessBlock")
        .input_shape
    )

    assert shape is not None

    validate_parameters(dict(question.arguments), shape)

    assert question.action == "s3:GetAccountPublicAccessBlock"


@pytest.mark.parametrize("name", ["${bucket}", "", "arn:aws:s3:us-east-1:123456789012:accesspoint/x", "a b", "a/b"])
def test_what_is_no_bucket_name_is_not_asked_about(name: str) -> None:
    assert bucket_questions(name, full=True) == ()


# --- Directory buckets

METHODS = {
    "directory_bucket_encryption": ("s3", "GetBucketEncryption"),
    "directory_bucket_tags": ("s3control", "ListTagsForResource"),
    "directory_bucket_policy": ("s3", "GetBucketPolicy"),
    "directory_bucket_lifecycle": ("s3", "GetBucketLifecycleConfiguration"),
}


@pytest.mark.parametrize("question", bucket_questions(DIRECTORY, True, ACCOUNT, REGION), ids=lambda q: q.operation)
def test_a_directory_bucket_is_asked_what_its_api_takes_under_actions_of_its_own(question: Any) -> None:
    service, name = METHODS[question.operation]
    operation = botocore.session.get_session().get_service_model(service).operation_model(name)

    assert operation.input_shape is not None
    validate_parameters(dict(question.arguments), operation.input_shape)
    assert "not supported for directory buckets" not in operation.documentation.lower()
    assert iam_action(question.operation).startswith("s3express:")
    # S3 answers 501 to a request about a directory bucket that names its owner.
    assert "ExpectedBucketOwner" not in question.arguments


def test_a_directory_bucket_costs_two_reads_and_two_more_in_full() -> None:
    basic, full = (bucket_questions(DIRECTORY, full, ACCOUNT, REGION) for full in (False, True))

    assert {question.operation for question in basic} == {"directory_bucket_encryption", "directory_bucket_tags"}
    assert {question.operation for question in full} == set(METHODS)


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("us-west-2", f"arn:aws:s3express:us-west-2:{ACCOUNT}:bucket/{DIRECTORY}"),
        ("cn-north-1", f"arn:aws-cn:s3express:cn-north-1:{ACCOUNT}:bucket/{DIRECTORY}"),
    ],
)
def test_a_directory_buckets_tags_are_asked_by_the_arn_that_it_has_in_the_pipelines_account(
    region: str, arn: str
) -> None:
    arguments = [q.arguments for q in bucket_questions(DIRECTORY, False, ACCOUNT, region)]

    assert {"AccountId": ACCOUNT, "ResourceArn": arn} in arguments
    assert len(bucket_questions(DIRECTORY, False, None, region)) == 1


# --- Whose bucket it is


def denied(*operations: str) -> dict[str, Response]:
    return {operation: refused(operation) for operation in operations}


@pytest.mark.parametrize(("full", "operations"), [(False, BASIC), (True, FULL)])
def test_a_bucket_that_denies_everything_is_asked_one_thing_more(full: bool, operations: tuple[str, ...]) -> None:
    owned = denied(*operations)

    (probe,) = questions_again("b", full, owned, {})

    assert probe.arguments == {"Bucket": "b"}
    assert questions_again("b", full, owned, {probe.operation: refused(probe.operation)}) == ()


@pytest.mark.parametrize(("full", "operations"), [(False, BASIC), (True, FULL)])
def test_of_another_accounts_bucket_all_is_asked_again(full: bool, operations: tuple[str, ...]) -> None:
    owned = denied(*operations)
    (probe,) = questions_again("b", full, owned, {})
    again: dict[str, Response] = {probe.operation: located(REGION)}

    rest = questions_again("b", full, owned, again)

    assert {question.operation for question in rest} == set(operations) - {probe.operation}
    assert questions_again("b", full, owned, {**again, **denied(*(q.operation for q in rest))}) == ()


@pytest.mark.parametrize(
    "owned",
    [
        sound(),
        {**denied(*BASIC), "get_bucket_tagging": NO_TAGS},
        {**denied(*BASIC), "get_bucket_location": Gap("Timeout", "late", "b")},
        {operation: refused(operation, code="NoSuchBucket") for operation in BASIC},
        {},
    ],
)
def test_nothing_is_asked_again_where_the_owner_answered_or_the_read_was_not_denied(owned: dict[str, Response]) -> None:
    assert questions_again("b", False, owned, {}) == ()
