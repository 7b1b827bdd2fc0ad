"""S3 locations in texts of every kind."""

from __future__ import annotations

import time

import pytest

from chalicelib.core.values.s3uri import S3Uri, location_at, locations_in, parse_s3uri


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("s3://bucket/a/b.csv", S3Uri("bucket", "a/b.csv")),
        ("s3://bucket/a/", S3Uri("bucket", "a/")),
        ("s3://bucket", S3Uri("bucket", "")),
        ("s3://bucket/", S3Uri("bucket", "")),
        ("S3://bucket/a", S3Uri("bucket", "a")),
        ("s3a://bucket/a", S3Uri("bucket", "a")),
        ("s3n://bucket/a", S3Uri("bucket", "a")),
        (
            "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/mine/a/b",
            S3Uri("arn:aws:s3:eu-west-1:123456789012:accesspoint/mine", "a/b"),
        ),
        ("s3:///a", None),
        ("s3://", None),
        ("s3:/bucket/a", None),
        ("https://bucket.s3.amazonaws.com/a", None),
        ("bucket/a", None),
        ("", None),
    ],
)
def test_text_is_a_location(text: str, location: S3Uri | None) -> None:
    assert parse_s3uri(text) == location


@pytest.mark.parametrize(
    ("text", "locations"),
    [
        ("s3://b/a", ["s3://b/a"]),
        ("s3://b/a/", ["s3://b/a/"]),
        ("S3://b/a", ["S3://b/a"]),
        ("s3://b/a file with blanks.csv", ["s3://b/a file with blanks.csv"]),
        ("s3://b/dt=2026-01-01/part(1).csv", ["s3://b/dt=2026-01-01/part(1).csv"]),
        ("s3://${bucket}/a", ["s3://${bucket}/a"]),
        ('"s3://b/a"', ["s3://b/a"]),
        (' "s3://b/a" ', ["s3://b/a"]),
        ("--in s3://b/a --out s3://b/c", ["s3://b/a", "s3://b/c"]),
        ("s3://b/a --out s3://b/c", ["s3://b/a", "s3://b/c"]),
        ("s3://b/a -x", ["s3://b/a"]),
        ("s3://b/a,s3://b/c", ["s3://b/a", "s3://b/c"]),
        ("s3://b/a;s3://b/c", ["s3://b/a", "s3://b/c"]),
        ("key=s3://b/a", ["s3://b/a"]),
        ("UNLOAD (select 1) TO 's3://b/out/' IAM_ROLE 'r'", ["s3://b/out/"]),
        ('{"in": "s3://b/a", "out": ["s3://b/c"]}', ["s3://b/a", "s3://b/c"]),
        ('{\\"in\\": \\"s3://b/a\\"}', ["s3://b/a"]),
        ("see s3://b/a.", ["s3://b/a"]),
        ("copy s3://b/${day}/x to s3://b/y", ["s3://b/${day}/x", "s3://b/y"]),
        ("the scheme s3:// alone", []),
        ("s3 :// no", []),
        ("", []),
    ],
)
def test_locations_in_a_text(text: str, locations: list[str]) -> None:
    assert locations_in(text) == locations


def test_location_where_one_is_expected_keeps_its_text() -> None:
    assert location_at("s3://b/a, b -c") == "s3://b/a, b -c"
    assert location_at('"s3://b/a"') == "s3://b/a"
    assert location_at("not one") is None


POINT = "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-1/accesspoint/far"


@pytest.mark.parametrize(
    ("arn", "location"),
    [
        ("arn:aws:s3:::b/a", "s3://b/a"),
        ("arn:aws-us-gov:s3:::b", "s3://b"),
        (POINT, f"s3://{POINT}"),
        (f"{POINT}/object/a/b", f"s3://{POINT}/a/b"),
        (f"{OUTPOST}/object/a", f"s3://{OUTPOST}/a"),
        (
            "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/object/a",
            "s3://arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap/a",
        ),
        (
            "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/masked",
            "s3://arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/masked",
        ),
        ("arn:aws:s3express:us-east-1:123456789012:bucket/d--use1-az4--x-s3/a", "s3://d--use1-az4--x-s3/a"),
        ("arn:aws:s3:::b/*", None),
        ("arn:aws:s3:eu-west-1:123456789012:accesspoint/*", None),
        ("arn:aws:s3:eu-west-1:123456789012:job/1", None),
        ("arn:aws:s3express:us-east-1:123456789012:bucket/*", None),
    ],
)
def test_arn_of_a_bucket_access_point_or_object_is_its_location(arn: str, location: str | None) -> None:
    assert location_at(arn) == location


@pytest.mark.parametrize("unit", ["s3://${", "s3://", "s3://a ", "${", "x", '"', "s3://b/$"])
def test_hostile_text_takes_no_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    begun = time.process_time()
    locations_in(text)
    locations_in(f"s3://b/a {text}")

    assert time.process_time() - begun < 10
