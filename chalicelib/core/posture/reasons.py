"""Reasons for the verdict on a bucket's public access, as sentences for a person."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.fact import Fact
from chalicelib.core.posture.public_access import NO_FLAGS, BlockFlags
from chalicelib.core.values.tristate import all3


def reasons(posture: BucketPosture) -> tuple[str, ...]:
    """Return the reasons for the verdict, that about the owner last; an input that could not be read has its own."""
    if posture.exists is False:
        return ("The bucket does not exist.",)
    return (*_blocks(posture), *_policy(posture), *_acl(posture), posture.owner.reason)


def _blocks(posture: BucketPosture) -> Iterator[str]:
    if not posture.owner.own:
        yield "The account's public access block is left out: it counts for the account's own buckets."
    else:
        yield from _block("The account", posture.account_block)
    yield from _block("The bucket", posture.block)


def _block(who: str, fact: Fact[BlockFlags]) -> Iterator[str]:
    if not fact.asked:
        return
    flags = fact.value or NO_FLAGS
    if fact.gap:
        yield f"{who}'s public access block could not be read ({fact.gap.code})."
    elif flags == NO_FLAGS:
        yield f"{who} blocks no public access."
    else:
        yield f"{who} blocks {'all' if all3(flags.each) else 'some kinds of'} public access."


def _policy(posture: BucketPosture) -> Iterator[str]:
    fact = posture.policy_public
    if fact.gap:
        yield f"Whether the bucket policy is public could not be read ({fact.gap.code})."
    elif fact.value is False:
        yield "No bucket policy makes it public."
    elif fact.value and posture.access.by_policy is False:
        yield "The bucket policy is public, but RestrictPublicBuckets takes its effect away."
    elif fact.value and posture.access.by_policy:
        yield "The bucket policy is public, and RestrictPublicBuckets is off."
    elif fact.value:
        yield "The bucket policy is public; whether RestrictPublicBuckets restricts it is not known."


def _acl(posture: BucketPosture) -> Iterator[str]:
    grants = posture.acl.value
    if posture.acl.gap:
        yield f"The bucket's ACL could not be read ({posture.acl.gap.code})."
    elif grants and grants.public:
        yield f"The ACL grants {', '.join(grants.public)}{_acl_effect(posture)}."
    elif grants:
        yield "The ACL grants nothing to everyone."
    if posture.ownership.gap:
        yield f"Object ownership could not be read ({posture.ownership.gap.code})."


def _acl_effect(posture: BucketPosture) -> str:
    if posture.ownership.value == "BucketOwnerEnforced":
        return ", without effect: BucketOwnerEnforced switches ACLs off"
    if posture.access.effective.ignore_public_acls:
        return ", without effect: IgnorePublicAcls"
    return "" if posture.access.by_acl else "; whether that takes effect is not known"
