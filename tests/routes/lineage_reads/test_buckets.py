"""Buckets are asked about as early as they are known, and none that the execution did not use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from chalicelib.core.query.query import LineageQuery
from chalicelib.core.values.model import Gap
from chalicelib.routes.lineage_reads.collected import BucketRead, Collected
from chalicelib.settings import Settings
from tests.builders.answers import ACCOUNT, arn_of, execution_arn
from tests.builders.collected import collected
from tests.builders.reads import aws_error, make_reads

PIPELINE = arn_of("pipeline/copy")
BUCKET = {"Name": "Bucket", "Type": "String", "DefaultValue": "usual"}
JOINED = {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, "in"]}}


def copying(source: Any) -> str:
    inputs = [{"InputName": "in", "S3Input": {"S3Uri": source}}]
    step = {"Name": "Copy", "Type": "Processing", "Arguments": {"ProcessingInputs": inputs}}
    return json.dumps({"Version": "2020-12-01", "Parameters": [BUCKET], "Steps": [step]})


def owners_expected(owner: str | None) -> tuple[list[str | None], BucketRead]:
    """The owners that the reads of a bucket's location expected, and what was read of it; `owner` owns it."""
    expected: list[str | None] = []

    def location(*, Bucket: str, ExpectedBucketOwner: str | None = None) -> dict[str, Any]:
        assert Bucket == "lake"
        expected.append(ExpectedBucketOwner)
        if owner is None or ExpectedBucketOwner not in (None, owner):
            raise aws_error("AccessDenied", 403)
        return {"LocationConstraint": "ap-northeast-2"}

    got = read(copying("s3://lake/in"), copying("s3://lake/in"), {}, location)
    return expected, got.buckets["lake"]


def read(definition: str, ran: str, values: dict[str, str], location: Any) -> Collected:
    """What is read of a pipeline whose buckets refuse all but `location`; `definition` is it now, `ran` as it ran."""
    start = datetime(2026, 3, 1, tzinfo=UTC)
    summary = {"PipelineExecutionArn": execution_arn("e1"), "StartTime": start, "PipelineExecutionStatus": "Succeeded"}
    denied = aws_error("AccessDenied", 403)
    reads = make_reads(
        describe_pipeline={"PipelineArn": PIPELINE, "PipelineName": "copy", "PipelineDefinition": definition},
        list_pipeline_executions={"PipelineExecutionSummaries": [summary]},
        list_tags={"Tags": []},
        describe_pipeline_definition_for_execution={"PipelineDefinition": ran},
        list_pipeline_execution_steps={"PipelineExecutionSteps": []},
        list_pipeline_parameters_for_execution={
            "PipelineParameters": [{"Name": name, "Value": value} for name, value in values.items()]
        },
        get_bucket_location=location,
        account_public_access_block=denied,
        get_bucket_encryption=denied,
        get_bucket_versioning=denied,
        get_public_access_block=denied,
        get_bucket_policy_status=denied,
        get_bucket_acl=denied,
        get_bucket_ownership_controls=denied,
        get_bucket_tagging=denied,
    )
    query = LineageQuery(pipeline="copy", region="ap-northeast-2")
    return collected(reads, query, Settings(enable_reports=False, posture_ttl_sec=0))


def buckets_asked(definition: str, ran: str, values: dict[str, str]) -> set[str]:
    """The buckets that an answer asks about: `definition` is the pipeline's now, `ran` the latest execution's."""
    asked: set[str] = set()

    def location(*, Bucket: str, **_: str) -> dict[str, Any]:
        asked.add(Bucket)
        raise aws_error("AccessDenied", 403)

    read(definition, ran, values, location)
    return asked


def test_a_bucket_that_an_execution_replaced_is_not_asked_about() -> None:
    definition = copying(JOINED)

    assert buckets_asked(definition, definition, {"Bucket": "special"}) == {"special"}


def test_the_default_bucket_is_asked_about_where_the_execution_used_it() -> None:
    definition = copying(JOINED)

    assert buckets_asked(definition, definition, {"Bucket": "usual"}) == {"usual"}
    assert buckets_asked(definition, definition, {}) == {"usual"}


def test_a_bucket_that_only_the_executions_own_definition_names_is_asked_about() -> None:
    assert "then" in buckets_asked(copying("s3://now/in"), copying("s3://then/in"), {})


def test_every_read_of_a_bucket_expects_the_pipelines_account_to_own_it() -> None:
    expected, bucket = owners_expected(ACCOUNT)

    assert expected == [ACCOUNT]
    assert not bucket.unowned


def test_reads_are_repeated_without_that_only_where_all_were_denied() -> None:
    expected, bucket = owners_expected("111122223333")

    assert expected == [ACCOUNT, None]
    assert isinstance(bucket.owned["get_bucket_location"], Gap)
    assert bucket.unowned["get_bucket_location"] == {"LocationConstraint": "ap-northeast-2"}


def test_a_bucket_that_denies_everyone_is_asked_twice_and_no_more() -> None:
    expected, bucket = owners_expected(None)

    assert expected == [ACCOUNT, None]
    assert all(isinstance(response, Gap) for response in bucket.unowned.values())
