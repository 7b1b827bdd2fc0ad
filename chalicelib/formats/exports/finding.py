"""Findings with what a format needs to know around them: whose account, when, and the places that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core.findings.suppression import SUPPRESSED
from chalicelib.core.values.doc import dig, docs_at, text_at
from chalicelib.formats.exports.export import Answer

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding of one answer, and the answer.

    `partition`, `region` and `account` are the pipeline's, as its ARN has them; a definition file has none of them.
    `uris` are the locations by their name in a path, `buckets` the strings of `s3` by bucket.
    """

    finding: Json
    answer: Json
    partition: str | None
    region: str | None
    account: str | None
    uris: Mapping[str, str]
    buckets: Mapping[str, Json]

    @property
    def uid(self) -> str:
        """Return the finding's uid, the same from run to run."""
        return text_at(self.finding, "finding_info", "uid") or ""

    @property
    def title(self) -> str:
        """Return the finding's title."""
        return text_at(self.finding, "finding_info", "title") or self.finding["rule"]

    @property
    def desc(self) -> str:
        """Return what was found, in a sentence."""
        return text_at(self.finding, "finding_info", "desc") or self.title

    @property
    def suppressed(self) -> bool:
        """Return whether somebody has accepted the finding."""
        return bool(self.finding["status"] == SUPPRESSED)

    @property
    def doubtful(self) -> bool:
        """Return whether a needed fact is unknown, be the finding suppressed or not."""
        return "Warning" in (self.finding["status"], dig(self.finding, "suppression", "status"))

    @property
    def time(self) -> datetime | None:
        """Return when the pipeline was last active, or else changed; no time is known of a definition file."""
        text = text_at(self.answer, "summary", "lastActivityTime") or text_at(
            self.answer, "pipeline", "lastModifiedTime"
        )
        return datetime.fromisoformat(text) if text else None


def told(answers: Sequence[Answer]) -> Iterator[Told]:
    """Yield every finding of some answers in their order; one that several pipelines share once."""
    known = set()
    for answer in answers:
        arn = (text_at(answer.lineage, "pipeline", "arn") or "").split(":")
        partition, region, account = (arn[1], arn[3], arn[4]) if len(arn) > 5 else (None, None, None)
        artifacts = docs_at(answer.lineage, "graph", "artifacts")
        uris = {f"artifact:{artifact['id']}": artifact["uri"] for artifact in artifacts}
        buckets = {artifact["bucket"]: artifact["s3"] for artifact in artifacts if artifact["bucket"]}
        for finding in docs_at(answer.lineage, "findings"):
            each = Told(finding, answer.lineage, partition, region, account, uris, buckets)
            if (identity := (each.uid, region, account)) not in known:
                known.add(identity)
                yield each
