"""Reads that tell the facts of a bucket, and what AWS fixes for all directory buckets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.core.posture import bucket_facts as said
from chalicelib.core.posture.bucket_facts import Encryption, Versioning
from chalicelib.core.posture.bucket_names import DIRECTORY, kind_of_name
from chalicelib.core.posture.bucket_policy import NO_POLICY, PolicyFacts, parse_policy
from chalicelib.core.posture.fact import Fact, read_fact, require
from chalicelib.core.posture.public_access import ALL_FLAGS, NO_FLAGS
from chalicelib.core.values.model import Response

Facts = dict[str, Fact[Any]]
Parser = Callable[[Mapping[str, Any]], Any]

_NEVER = object()

# attribute: (operation, parser, what "not configured" means or _NEVER where AWS has no such response)
READS: Mapping[str, tuple[str, Parser, Any]] = {
    "region": ("get_bucket_location", said.parse_location, _NEVER),
    "encryption": ("get_bucket_encryption", said.parse_encryption, Encryption()),
    "versioning": ("get_bucket_versioning", said.parse_versioning, _NEVER),
    "block": ("get_public_access_block", said.parse_block, NO_FLAGS),
    "policy_public": ("get_bucket_policy_status", said.parse_policy_status, False),
    "acl": ("get_bucket_acl", said.parse_acl, _NEVER),
    "ownership": ("get_bucket_ownership_controls", said.parse_ownership, None),
    "tags": ("get_bucket_tagging", said.parse_tags, {}),
    "policy": ("get_bucket_policy", lambda response: response, NO_POLICY),
    "logging": ("get_bucket_logging", said.parse_logging, _NEVER),
    "object_lock": ("get_object_lock_configuration", said.parse_object_lock, None),
    "lifecycle": ("get_bucket_lifecycle_configuration", said.parse_lifecycle, ()),
    "replication": ("get_bucket_replication", said.parse_replication, ()),
}

# What S3 offers of a directory bucket: the other operations are documented as not supported for it.
DIRECTORY_READS: Mapping[str, tuple[str, Parser, Any]] = {
    "encryption": ("directory_bucket_encryption", said.parse_encryption, Encryption()),
    "tags": ("directory_bucket_tags", said.parse_resource_tags, _NEVER),
    "policy": ("directory_bucket_policy", lambda response: response, NO_POLICY),
    "lifecycle": ("directory_bucket_lifecycle", said.parse_lifecycle, ()),
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-express-security.html: public access is always blocked and
# ACLs are off; .../s3-express-differences.html: there are no versions.
FIXED_BY_AWS: Mapping[str, Fact[Any]] = {
    "block": Fact(asked=True, value=ALL_FLAGS),
    "ownership": Fact(asked=True, value="BucketOwnerEnforced"),
    "versioning": Fact(asked=True, value=Versioning("Disabled", "Disabled")),
}


def read_facts(bucket: str, responses: Mapping[str, Response | None], owner: str | None) -> Facts:
    """Return every fact about a bucket, by attribute; `owner` is the account that is known to own it."""
    reads = DIRECTORY_READS if kind_of_name(bucket) == DIRECTORY else READS
    facts: Facts = {attribute: Fact() for attribute in READS}
    for attribute, (operation, parse, absent) in reads.items():
        facts[attribute] = read_fact(
            responses,
            operation,
            _policy_of(bucket, owner) if attribute == "policy" else parse,
            None if absent is _NEVER else absent,
            may_be_absent=absent is not _NEVER,
            resource=bucket,
        )
    return facts


def _policy_of(bucket: str, account: str | None) -> Callable[[Mapping[str, Any]], PolicyFacts]:
    def parse(response: Mapping[str, Any]) -> PolicyFacts:
        return parse_policy(require(response, "Policy", str), bucket, account)

    return parse
