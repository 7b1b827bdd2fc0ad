"""What stands in place of a bucket, and what kind of place it is."""

from __future__ import annotations

import pytest

from chalicelib.core.posture.bucket_names import BUCKET, DIRECTORY, kind_of_name
from tests.builders.buckets import ACCOUNT, OTHER

NO_BUCKETS = {
    "train-ap-ab1cd2ef3gh4ij5kl6mn7op8qr9stapn2a-s3alias": "access point",
    "files-ap-ab1cd2ef3gh4ij5kl6mn7op8qr9stapn2a-ext-s3alias": "access point of an FSx file system",
    "myolap-ab1cd2ef3gh4ij5kl6mn7op8qr9st--ol-s3": "Object Lambda access point",
    "outpost-ap-ab1cd2ef3gh4ij5kl6mn7op8qr--op-s3": "access point of S3 on Outposts",
    "reader--usw2-az1--xa-s3": "access point of a directory bucket",
    "63a8e430-6e0b-46f5-k833abtwr6s8tmtsycedn8s4yc3xhuse1b--table-s3": "table of S3 Tables",
    "mfzwi23gnjvgw.mrap": "Multi-Region access point",
    f"arn:aws:s3:us-west-2:{OTHER}:accesspoint/mine": "access point",
    f"arn:aws:s3:us-west-2:{OTHER}:accesspoint:mine": "access point",
    f"arn:aws-cn:s3:cn-north-1:{OTHER}:accesspoint/mine": "access point",
    f"arn:aws:s3::{OTHER}:accesspoint/mfzwi23gnjvgw.mrap": "Multi-Region access point",
    f"arn:aws:s3-object-lambda:us-west-2:{OTHER}:accesspoint/mine": "Object Lambda access point",
    f"arn:aws:s3-outposts:us-west-2:{OTHER}:outpost/op-01/accesspoint/mine": "access point of S3 on Outposts",
    f"arn:aws:s3-outposts:us-west-2:{OTHER}:outpost/op-01/bucket/mine": "bucket of S3 on Outposts",
    f"arn:aws:s3express:us-west-2:{OTHER}:accesspoint/reader--usw2-az1--xa-s3": "access point of a directory bucket",
    f"arn:aws:s3tables:us-west-2:{OTHER}:bucket/warehouse": "table bucket of S3 Tables",
}
"""By name or ARN: what is none of S3's buckets, in AWS's words."""


@pytest.mark.parametrize(("name", "kind"), NO_BUCKETS.items())
def test_a_reserved_suffix_or_an_arn_tells_the_kind(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize("name", ["fast--usw2-az1--x-s3", "fast--use1-bos1-az1--x-s3"])
def test_a_directory_bucket_is_known_by_its_suffix(name: str) -> None:
    assert kind_of_name(name) == DIRECTORY


@pytest.mark.parametrize(
    "name",
    [
        "data",
        "my-s3alias-data",
        "x-s3",
        "--x-s3",
        "mrap",
        "tables-s3",
        f"data-{ACCOUNT}-us-west-2-an",
        "arnold",
        "b.mrap.data",
    ],
)
def test_any_other_name_is_a_general_purpose_buckets(name: str) -> None:
    assert kind_of_name(name) == BUCKET
