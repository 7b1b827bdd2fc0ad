"""Kinds of places that stand where an S3 location has its bucket: not all of them are buckets."""

from __future__ import annotations

import re

BUCKET = "general purpose bucket"
DIRECTORY = "directory bucket"

# Suffixes that S3 reserves, so that no general purpose bucket ends with one; the first that fits tells the kind:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, directory-bucket-naming-rules.html,
# s3-tables-buckets-naming.html
_SUFFIXES = (
    ("--x-s3", DIRECTORY),
    ("--xa-s3", "access point of a directory bucket"),
    ("--op-s3", "access point of S3 on Outposts"),
    ("--ol-s3", "Object Lambda access point"),
    ("--table-s3", "table of S3 Tables"),
    ("-ext-s3alias", "access point of an FSx file system"),
    ("-s3alias", "access point"),
    (".mrap", "Multi-Region access point"),
)
_ARNS = (
    (r"arn:[^:]*:s3-object-lambda:.*", "Object Lambda access point"),
    (r"arn:[^:]*:s3-outposts:[^/]*/[^/]*/bucket/.*", "bucket of S3 on Outposts"),
    (r"arn:[^:]*:s3-outposts:.*", "access point of S3 on Outposts"),
    (r"arn:[^:]*:s3express:.*", "access point of a directory bucket"),
    (r"arn:[^:]*:s3tables:.*", "table bucket of S3 Tables"),
    (r"arn:[^:]*:s3::[^:]+:accesspoint[/:].*\.mrap", "Multi-Region access point"),
    (r"arn:.*", "access point"),
)


def kind_of_name(bucket: str) -> str:
    """Return the kind of place that a name or ARN is, in AWS's words: `BUCKET`, `DIRECTORY`, or one that is no bucket.

    The others lead to a bucket, or are kept by another service than S3: none can be asked about as a bucket.
    """
    if bucket.startswith("arn:"):
        return next(kind for pattern, kind in _ARNS if re.fullmatch(pattern, bucket, re.DOTALL))
    return next((kind for suffix, kind in _SUFFIXES if bucket.endswith(suffix) and bucket != suffix), BUCKET)
