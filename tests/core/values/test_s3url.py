"""Which location a URL of S3 names, as AWS's documents list the forms of its endpoints."""

from __future__ import annotations

import pytest

from chalicelib.core.values.s3uri import located_in, location_at, locations_in
from chalicelib.core.values.s3url import location_of_url


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://store.s3.amazonaws.com/a/b.csv", "s3://store/a/b.csv"),
        ("https://store.s3.eu-west-1.amazonaws.com/a/", "s3://store/a/"),
        ("https://store.s3-eu-west-1.amazonaws.com/a", "s3://store/a"),
        ("https://my.dotted.store.s3.us-gov-east-1.amazonaws.com/a", "s3://my.dotted.store/a"),
        ("https://s3.amazonaws.com/store/a", "s3://store/a"),
        ("https://s3.eu-west-1.amazonaws.com/store/a", "s3://store/a"),
        ("https://s3-ap-northeast-2.amazonaws.com/store/a", "s3://store/a"),
        ("https://s3-external-1.amazonaws.com/store/a", "s3://store/a"),
        ("https://s3.dualstack.eu-west-1.amazonaws.com/store/a", "s3://store/a"),
        ("https://store.s3.dualstack.eu-west-1.amazonaws.com/a", "s3://store/a"),
        ("https://s3-fips.dualstack.us-east-1.amazonaws.com/store/a", "s3://store/a"),
        ("https://store.s3-accelerate.amazonaws.com/a", "s3://store/a"),
        ("https://store.s3.eusc-de-east-1.amazonaws.eu/a", "s3://store/a"),
        ("https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/a", "s3://mfzwi23gnjvgw.mrap/a"),
        (
            "https://far-123456789012.op-01ac5d28a6a232904.s3-outposts.us-west-2.amazonaws.com/a",
            "s3://arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/far/a",
        ),
        (
            "https://masked-123456789012.s3-object-lambda.us-west-2.amazonaws.com/a",
            "s3://arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/masked/a",
        ),
        ("http://store.s3-website-us-east-1.amazonaws.com/a", "s3://store/a"),
        ("http://store.s3-website.eu-central-1.amazonaws.com/a", "s3://store/a"),
        ("https://store.s3.cn-north-1.amazonaws.com.cn/a", "s3://store/a"),
        ("https://store--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/a", "s3://store--use1-az4--x-s3/a"),
        ("https://bucket.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/store/a", "s3://store/a"),
        ("https://store.bucket.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/a", "s3://store/a"),
        (
            "https://reports-123456789012.accesspoint.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/a",
            "s3://arn:aws:s3:us-east-1:123456789012:accesspoint/reports/a",
        ),
        ("https://accesspoint.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/a", None),
        ("https://control.vpce-1a2b-5e6f.s3.us-east-1.vpce.amazonaws.com/v20180820/x", None),
        (
            "https://reports-123456789012.s3-accesspoint.eu-west-1.amazonaws.com/a",
            "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/reports/a",
        ),
        ("HTTPS://STORE.S3.AMAZONAWS.COM/A", "s3://STORE/A"),
        ("https://store.s3.amazonaws.com:443/a", "s3://store/a"),
        ("https://store.s3.amazonaws.com", "s3://store/"),
        ("https://store.s3.amazonaws.com/a%20b/%ED%95%9C.csv?versionId=1#x", "s3://store/a b/한.csv"),
        ("https://store.s3.amazonaws.com/%ff", "s3://store/%ff"),
        ("https://s3.${AWS::Region}.amazonaws.com/store/${Execution.PipelineExecutionId}/a",
         "s3://store/${Execution.PipelineExecutionId}/a"),
        ("https://${Parameters.Bucket}.s3.amazonaws.com/a", "s3://${Parameters.Bucket}/a"),
        ("https://s3.amazonaws.com/", None),
        ("https://s3.console.aws.amazon.com/s3/buckets/store", None),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/queue", None),
        ("https://s3.example.com/store/a", None),
        ("https://store.s3.amazonaws.com.example.com/a", None),
        ("https://example.com/s3.amazonaws.com/store", None),
        ("https://huggingface.co/model", None),
        ("s3://store/a", None),
        ("", None),
    ],
)  # fmt: skip
def test_url_names_a_location(url: str, location: str | None) -> None:
    assert location_of_url(url) == location


def test_url_is_a_location_wherever_one_stands() -> None:
    url = "https://store.s3.amazonaws.com/a.csv"

    assert location_at(f' "{url}" ') == "s3://store/a.csv"
    assert locations_in(f"--data {url} --other https://example.com/x s3://b/c") == ["s3://store/a.csv", "s3://b/c"]
    assert located_in(f"--data '{url}' --out 's3://b/c'") == [("s3://store/a.csv", 8), ("s3://b/c", 53)]


@pytest.mark.parametrize("unit", ["https://a.s3.", "s3.", "https://", "https://s3.amazonaws.com/", "${"])
def test_hostile_url_takes_no_time(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    location_of_url(f"https://{text}")

    assert locations_in(text) is not None
