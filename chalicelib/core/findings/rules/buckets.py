"""Security Hub's S3 controls, checked on the buckets that the pipeline touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import CRITICAL, HIGH, LOW, MEDIUM, Hit
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.bucket_names import BUCKET, DIRECTORY
from chalicelib.core.posture.fact import Fact
from chalicelib.core.values.model import UNKNOWN
from chalicelib.core.values.tristate import Tri, all3, any3, not3

Check = Callable[[BucketPosture], Tri]


def _each(
    check: Check, severity: str, says: str, shows: Callable[[BucketPosture], Any], kind: str = BUCKET
) -> Callable[[Flow], Iterator[Hit]]:
    """Build a rule that reports each bucket where `check` is not true; `says` completes "The bucket x …".

    Security Hub has other controls for each `kind` of bucket.
    """

    def find(flow: Flow) -> Iterator[Hit]:
        for bucket, artifacts in flow.in_bucket.items():
            posture = flow.posture(artifacts[0])
            state = check(posture) if posture else True
            if posture is None or posture.kind != kind or state is True:
                continue
            yield Hit(
                resources=(flow.bucket_arn(bucket),),
                path=(name(artifacts[0]),),
                severity=severity,
                unknown=state is None,
                desc=f"The bucket {bucket} {says}." if state is False else f"Not known: whether {bucket} {says}.",
                evidence={
                    "bucket": bucket,
                    "value": shows(posture),
                    "artifacts": [artifact.id for artifact in artifacts],
                },
            )

    return find


def _read(fact: Fact[Any], passes: Callable[[Any], Tri]) -> Tri:
    """Return whether a fact passes; true where it was not asked for, because then nothing is claimed about it."""
    if not fact.asked:
        return True
    return passes(fact.value) if fact.known else None


def _unless_asked(posture: BucketPosture, state: Tri) -> Tri:
    return state if posture.acl.asked or posture.policy_public.asked else True


def _word(fact: Fact[Any]) -> Any:
    return fact.value if fact.known else UNKNOWN


def _no_public_reading(posture: BucketPosture) -> Tri:
    """Return whether nobody can read the bucket through a public grant or policy.

    A public policy counts as public reading, unless its text (`posture=full`) lets everyone do other things alone, or
    was refused: then it is in doubt.
    """
    access = posture.access
    presumed = access.reading_by_policy is None and not posture.policy.gap
    by_policy = access.by_policy if presumed else access.reading_by_policy
    return _unless_asked(posture, not3(any3((access.public_read, by_policy))))


def _access(posture: BucketPosture) -> str:
    return posture.access.word


def _acls_off(posture: BucketPosture) -> Tri:
    enforced = _read(posture.ownership, lambda word: word == "BucketOwnerEnforced")
    return any3((enforced, _read(posture.acl, lambda grants: not grants.others)))


public_read = _each(_no_public_reading, CRITICAL, "does not block public reading", _access)
public_write = _each(
    lambda p: _unless_asked(p, not3(p.access.public_write)), CRITICAL, "does not block public writing", _access
)
not_blocked = _each(
    lambda p: _unless_asked(p, all3(p.access.effective.each)), HIGH, "does not block all public access", _access
)
acl_grants = _each(
    _acls_off, MEDIUM, "grants access by ACL", lambda p: list(p.acl.value.public) if p.acl.value else UNKNOWN
)
unversioned = _each(
    lambda p: _read(p.versioning, lambda v: v.status == "Enabled"),
    LOW,
    "does not keep versions",
    lambda p: p.versioning_word,
)
without_kms = _each(
    lambda p: _read(p.encryption, lambda e: (e.algorithm or "").startswith("aws:kms")),
    MEDIUM,
    "does not encrypt with KMS by default",
    lambda p: p.encryption_word,
)
plain_http = _each(
    lambda p: _read(p.policy, lambda policy: policy.tls_only),
    MEDIUM,
    "lets in requests without TLS",
    lambda p: p.policy.value.tls_only if p.policy.value else UNKNOWN,
)
foreign_rights = _each(
    lambda p: _read(p.policy, lambda policy: not3(policy.foreign)),
    HIGH,
    "lets other accounts change its settings or its objects' ACLs",
    lambda p: [*p.policy.value.foreign_actions, *p.policy.value.doubtful_actions] if p.policy.value else UNKNOWN,
)
unlogged = _each(
    lambda p: _read(p.logging, lambda target: target is not None),
    MEDIUM,
    "keeps no access log",
    lambda p: _word(p.logging),
)
without_lifecycle = _each(
    lambda p: _read(p.lifecycle, bool),
    LOW,
    "has no lifecycle rules",
    lambda p: list(p.lifecycle.value or ()) if p.lifecycle.known else UNKNOWN,
)
expiring_nothing = _each(
    lambda p: _read(p.lifecycle, bool),
    LOW,
    "has no lifecycle rules",
    lambda p: list(p.lifecycle.value or ()) if p.lifecycle.known else UNKNOWN,
    kind=DIRECTORY,
)
without_lock = _each(
    lambda p: _read(p.object_lock, lambda lock: lock is not None),
    MEDIUM,
    "has no object lock",
    lambda p: _word(p.object_lock),
)


def _blocked_by_itself(posture: BucketPosture) -> Tri:
    return all3(posture.block.value.each) if posture.block.value else None


def account_open(flow: Flow) -> Iterator[Hit]:
    """Find an account that does not block public access and has a bucket here that does not either (S3.1)."""
    postures = [flow.facts.postures[bucket] for bucket in flow.in_bucket]
    own = [p for p in postures if p.exists is not False and p.owner.own and p.account_block.asked]
    leaning = [p for p in own if _blocked_by_itself(p) is not True]
    by_itself = all3(_blocked_by_itself(p) for p in leaning)
    state = any3((by_itself, *(_read(p.account_block, lambda flags: bool(all3(flags.each))) for p in leaning[:1])))
    if state is not True:
        yield Hit(
            resources=(f"account:{flow.account}",),
            path=(),
            severity=MEDIUM,
            unknown=state is None,
            desc=f"The account {'does not block' if leaning[0].account_block.known else 'is not known to block'} all "
            f"public access; {len(leaning)} of its buckets here {'do' if by_itself is False else 'may'} lean on it.",
            evidence={"account": flow.account, "buckets": [p.bucket for p in leaning]},
        )
