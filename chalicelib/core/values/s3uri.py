"""S3 locations: how they are read from text."""

import re
from functools import lru_cache
from typing import NamedTuple

from chalicelib.core.values.s3url import location_of_url

SCHEMES = ("s3://", "s3a://", "s3n://")
"""S3's own scheme and those of Hadoop's file systems, which name the same objects."""

_SCHEME = re.compile(r"s3[an]?://", re.IGNORECASE)
# A location inside other text ends at white space, a quote, a backslash or a bracket; `${…}` belongs to it, and is
# short, as a text may open a thousand of them. What stands inside such a piece is no location of the text's own.
_EMBEDDED = re.compile(
    r"(?<!\$\{)(?:s3[an]?|https?)://(?:\$\{[^}\n]{0,256}\}|[^\s\"'`\\<>|{}()\[\],;])+", re.IGNORECASE
)
_SCHEMES = re.compile(r"(?:s3[an]?|https?)://", re.IGNORECASE)
_USUAL = re.compile(r"s3://[^\s\"'\\,;:/]+(?:/[^\s\"'\\,;:]*)?")
# The ARN of a bucket or access point, or of objects in one; a pattern of a policy (`…/*`) is no place.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-resources-for-iam-policies
_ARN = re.compile(
    r"(?:arn:aws[a-z-]*:s3:::|arn:aws[a-z-]*:s3express:[a-z0-9-]+:\d{12}:bucket/)(?P<bucket>[^\s/:*?]++)(?P<key>/[^\s*?]*+)?"
    r"|(?P<point>arn:aws[a-z-]*:s3(?:express|-object-lambda)?:[a-z0-9-]*:\d{12}:accesspoint[/:][^\s/:*?]++"
    r"|arn:aws[a-z-]*:s3-outposts:[a-z0-9-]+:\d{12}:outpost/[^\s/:*?]++/accesspoint/[^\s/:*?]++)"
    r"(?:(?:/object)?(?P<below>/[^\s*?]*+))?"
)
_MORE_THAN_ONE_THING = re.compile(r"[\"'\\\n,;]|\s-")


class S3Uri(NamedTuple):
    """A bucket and a key; the key is empty for a bucket's root, and keeps a trailing slash."""

    bucket: str
    key: str


def parse_s3uri(text: str) -> S3Uri | None:
    """Return the location that `text` is, whatever the case of its scheme; `None` where it is none.

    An access point's ARN stands where the bucket does, with its own slash, and one on Outposts with three:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-usage-examples.html
    """
    if text.startswith("s3://"):  # as nearly all are: this is asked of every place of a definition
        bucket, _, key = text[5:].partition("/")
    else:
        scheme = _SCHEME.match(text)
        if scheme is None:
            return None
        bucket, _, key = text[scheme.end() :].partition("/")
    if bucket.startswith("arn:"):
        slashes = 0 if ":accesspoint:" in bucket else 3 if ":s3-outposts:" in bucket else 1
        for _ in range(slashes):
            segment, _, key = key.partition("/")
            bucket = f"{bucket}/{segment}"
    elif ":" in bucket or "@" in bucket:
        bucket, _, key = _without_user(bucket, key)
    return S3Uri(bucket, key) if bucket else None


def _without_user(bucket: str, key: str) -> tuple[str, str, str]:
    """Return bucket, slash and key without Hadoop's `KEY:SECRET@` before them; AWS's secret keys may hold slashes."""
    if "@" not in bucket and ":" in bucket and "@" in key and "$" not in bucket:
        return key.partition("@")[2].partition("/")
    return bucket.rpartition("@")[2], "/", key


@lru_cache(maxsize=256)
def location_at(text: str) -> str | None:
    """Return the location that stands where one is expected, exactly as written; `None` where it is none.

    Quotes and white space around it are left out. Of a URL of S3, or of the ARN of a bucket, access point or object, it
    is the location that is named.
    """
    if _USUAL.fullmatch(text):
        return text
    bare = text.strip().strip("\"'").strip()
    if bare.startswith("arn:"):
        named = _ARN.fullmatch(bare)
        return f"s3://{named['bucket'] or named['point']}{named['key'] or named['below'] or ''}" if named else None
    return bare if parse_s3uri(bare) else location_of_url(bare)


def locations_in(text: str) -> list[str]:
    """Return every S3 location in a text that may be anything: one location, arguments, SQL, JSON in a string.

    A text that is nothing but a location is taken whole; in any other a location ends where such texts end a word.
    """
    return [location for location, _ in located_in(text)]


@lru_cache(maxsize=64)
def located_in(text: str) -> list[tuple[str, int]]:
    """Return `locations_in` a text, each with the position in the text at which it begins."""
    schemes = len(_SCHEMES.findall(text))
    if schemes == 1 or text.startswith("arn:"):
        whole = location_at(text)
        if whole is not None and not _MORE_THAN_ONE_THING.search(whole):
            return [(whole, max(0, text.find(whole)))]
    found = ((match[0].rstrip(".:"), match.start()) for match in _EMBEDDED.finditer(text)) if schemes else ()
    named = ((uri if parse_s3uri(uri) else location_of_url(uri), start) for uri, start in found)
    return [(location, start) for location, start in named if location]
