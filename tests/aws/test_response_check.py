"""Half an answer, none, or somebody else's is told from one that rightly says nothing."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from chalicelib.aws.response_check import ForeignResponse, Truncated, check_response

S3: Any = boto3.client("s3", region_name="us-east-1").meta.service_model
SAGEMAKER: Any = boto3.client("sagemaker", region_name="us-east-1").meta.service_model
NEVER_VERSIONED = b'<?xml version="1.0"?>\n<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'


def check(model: Any, operation: str, body: Any, *, status: int = 200, announced: int | None = None) -> None:
    headers = {} if announced is None else {"content-length": str(announced)}
    check_response(
        operation_model=model.operation_model(operation),
        response_dict={"body": body, "status_code": status, "headers": headers},
        customized_response_dict={},
    )


@pytest.mark.parametrize(
    ("model", "operation", "body"),
    [
        (S3, "GetBucketVersioning", NEVER_VERSIONED),
        (S3, "GetBucketVersioning", b"\xef\xbb\xbf" + NEVER_VERSIONED),
        (S3, "GetBucketLocation", b"<LocationConstraint/>"),
        (S3, "GetBucketAcl", b"<AnythingAtAll/>"),
        (S3, "GetBucketPolicy", b'{"Statement": []}'),
        (S3, "HeadBucket", b""),
        (SAGEMAKER, "ListTags", b" {}"),
    ],
)
def test_whole_answer_passes_whatever_it_says(model: Any, operation: str, body: bytes) -> None:
    check(model, operation, body, announced=len(body))
    check(model, operation, body)


@pytest.mark.parametrize(
    ("model", "operation", "body"),
    [
        (S3, "GetBucketVersioning", b""),
        (S3, "GetBucketVersioning", b"<html><body>Please log in</body></html>"),
        (S3, "GetBucketLocation", b"<html/>"),
        (S3, "GetBucketPolicy", b"<html/>"),
        (S3, "GetBucketAcl", b"no XML"),
        (SAGEMAKER, "ListTags", b""),
        (SAGEMAKER, "ListTags", b"<html/>"),
    ],
)
def test_what_is_no_answer_to_the_question_is_refused(model: Any, operation: str, body: bytes) -> None:
    with pytest.raises(ForeignResponse):
        check(model, operation, body)


def test_less_than_was_announced_is_cut_short_also_in_an_error() -> None:
    for status in (200, 500):
        with pytest.raises(Truncated):
            check(S3, "GetBucketAcl", b"<AccessControl", status=status, announced=400)


def test_an_error_may_have_any_body_and_a_stream_is_its_readers_care() -> None:
    check(S3, "GetBucketAcl", b"", status=301)
    check(SAGEMAKER, "ListTags", b"<html/>", status=503)
    check(S3, "GetObject", object(), announced=10)
