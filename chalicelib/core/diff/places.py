"""Facts of the buckets: how each is protected, and the account's own public access block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.diff import vocabulary
from chalicelib.core.diff.facts import Facts
from chalicelib.core.values.doc import dig, docs_at, text_at

Doc = Mapping[str, Any]

ACCOUNT = "account"
"""The subject of the account's own public access block."""


def bucket_subject(bucket: str) -> str:
    """Return what a change of this bucket calls its subject."""
    return f"bucket:{bucket}"


def read_buckets(answer: Doc, facts: Facts) -> None:
    """Record the posture of every bucket, once."""
    seen: set[str] = set()
    for artifact in docs_at(answer, "graph", "artifacts"):
        bucket = text_at(artifact, "bucket")
        if bucket and bucket not in seen:
            seen.add(bucket)
            _bucket(artifact, facts, bucket_subject(facts.names.mask(bucket)))


def _bucket(artifact: Doc, facts: Facts, subject: str) -> None:
    posture = artifact.get("posture")
    s3 = artifact.get("s3")
    for name in ("region", "encryption", "versioning", "publicAccess"):
        facts.put("posture", subject, ("s3", name), dig(s3, name) or "Unknown")
    evaluated = dig(posture, "evaluated")
    if not isinstance(evaluated, list) or "tags" in evaluated:
        facts.put_all("posture", subject, ("s3", "tags"), dig(s3, "tags"))
    else:
        facts.close(subject, "s3", "tags", unread=True)
    if not isinstance(posture, Mapping):
        facts.close(subject, "posture")
        return
    facts.put("posture", subject, ("posture", "exists"), posture.get("exists"))
    for group, names in vocabulary.POSTURE.items():
        for name in names:
            _fact(facts, subject, ("posture", group, name), dig(posture, group, name))
    for name in vocabulary.POSTURE_FULL:
        if name in posture:
            facts.put("posture", subject, ("posture", name), posture[name], optional=True)
    _fact(facts, ACCOUNT, ("posture", "publicAccess", "accountBlock"), dig(posture, "publicAccess", "accountBlock"))


def _fact(facts: Facts, subject: str, path: tuple[str, ...], value: Any) -> None:
    """Record a fact, or each flag of one; where all of it is Unknown, nothing below it is known."""
    if value == "Unknown":
        facts.close(subject, *path, unread=True)
    else:
        facts.put_all("posture", subject, path, value)
