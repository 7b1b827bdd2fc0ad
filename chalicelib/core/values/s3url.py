"""URLs of S3's web endpoints: which location each of them names.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
https://docs.aws.amazon.com/general/latest/gr/s3.html
"""

from __future__ import annotations

import re

MAX_HOST = 1024
"""Maximum length of a host that is looked at, in characters: a name has 253, and `${…}` may stand in it."""

_URL = r"(?i)https?://(?P<host>[^/\s?#]+)(?:/(?P<path>[^\s?#]*))?"
_REGION = r"(?:[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}|\$\{[^{}]*\})"
_ENDPOINT = (
    rf"(?i)(?:(?P<bucket>.+)\.)?(?P<service>s3(?:-fips|-external-1|-accelerate|-website)?(?:-{_REGION})?|s3express-[a-z0-9-]+"
    rf"|(?:s3-accesspoint|s3-object-lambda|s3-outposts)(?:-fips)?)(?:\.dualstack)?(?:\.(?P<region>{_REGION}))?"
    r"(?P<private>\.vpce)?(?:\.amazonaws\.com(?P<china>\.cn)?|\.amazonaws\.eu)(?::\d+)?"
)
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRequests.html
_MULTI_REGION = r"(?i)(?P<alias>[a-z0-9]+\.mrap)\.accesspoint\.s3-global\.amazonaws\.com"
_SERVICES = ("s3-accesspoint", "s3-object-lambda", "s3-outposts")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
_PRIVATE = r"(?i)(?:(?P<named>.+)\.)?(?P<kind>bucket|accesspoint)\.vpce-[a-z0-9-]+"
_NAMED = r"(?i)(?P<name>[a-z0-9-]+)-(?P<account>\d{12})(?:\.(?P<outpost>op-[a-z0-9]+))?"
_ENCODED = r"(?:%[0-9A-Fa-f]{2})+"


def location_of_url(url: str) -> str | None:
    """Return the location `s3://bucket/key` that a URL of S3 names; `None` where it names none.

    Virtual-hosted and path style, dual-stack, FIPS, accelerated, website, directory bucket and VPC endpoint, with or
    without a Region; of an access point its ARN stands where the bucket does. A query, which may be signed, is left
    out.
    """
    parts = re.match(_URL, url)
    if parts is None or len(parts["host"]) > MAX_HOST or ".amazonaws." not in parts["host"].lower():
        return None
    path = re.sub(_ENCODED, _decoded, parts["path"] or "")
    everywhere = re.fullmatch(_MULTI_REGION, parts["host"])
    if everywhere:
        return f"s3://{everywhere['alias']}/{path}"
    endpoint = re.fullmatch(_ENDPOINT, parts["host"])
    if endpoint is None:
        return None
    bucket, service = endpoint["bucket"], endpoint["service"].lower()
    if endpoint["private"]:
        private = re.fullmatch(_PRIVATE, bucket or "")
        if private is None:
            return None
        bucket, service = private["named"], f"s3-{private['kind'].lower()}"
    pointing = next((name for name in _SERVICES if service.startswith(name)), None)
    if pointing:
        bucket = _access_point(pointing, bucket or "", endpoint["region"], endpoint["china"])
    elif bucket is None:
        bucket, _, path = path.partition("/")
    return f"s3://{bucket}/{path}" if bucket else None


def _access_point(service: str, host: str, region: str | None, china: str | None) -> str | None:
    named = re.fullmatch(_NAMED, host)
    if named is None or region is None or (named["outpost"] is not None) != (service == "s3-outposts"):
        return None
    partition = "aws-cn" if china else "aws-us-gov" if (region or "").startswith("us-gov-") else "aws"
    if region.startswith("eusc-"):
        partition = "aws-eusc"
    at = f"outpost/{named['outpost']}/" if named["outpost"] else ""
    name = {"s3-accesspoint": "s3"}.get(service, service)
    return f"arn:{partition}:{name}:{region}:{named['account']}:{at}accesspoint/{named['name']}"


def _decoded(encoded: re.Match[str]) -> str:
    try:
        return bytes.fromhex(encoded[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return encoded[0]
