"""The questions about buckets and accounts, checked against botocore's own model of S3."""

from __future__ import annotations

import botocore.session
import pytest
from botocore.validate import validate_parameters

from chalicelib.aws.s3 import account_question, bucket_questions
from tests.builders.buckets import ACCOUNT


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
