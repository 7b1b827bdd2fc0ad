"""Kinds of places that stand where an S3 location has its bucket: not all of them are buckets."""

from __future__ import annotations

import re

BUCKET = "bucket"
DIRECTORY = "directory bucket"
ACCESS_POINT = "access point"

# Suffixes that S3 reserves, so that no general purpose bucket ends with one:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_ALIAS = re.compile(r".+(?:-s3alias|--op-s3|--ol-s3|--xa-s3|\.mrap)", re.DOTALL)
_DIRECTORY = re.compile(r".+--x-s3", re.DOTALL)
_ARN = re.compile(r"arn:[^:]*:s3[^:]*:.*", re.DOTALL)


def kind_of_name(bucket: str) -> str:
    """Return `bucket`, `directory bucket`, or `access point` for all that leads to a bucket and is none.

    The latter are access points by ARN or alias: to buckets and directory buckets, multi-Region, object lambda, and
    on Outposts.
    """
    if _ARN.fullmatch(bucket) or _ALIAS.fullmatch(bucket):
        return ACCESS_POINT
    return DIRECTORY if _DIRECTORY.fullmatch(bucket) else BUCKET
