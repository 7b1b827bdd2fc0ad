"""Sending of findings to Security Hub, with the caller's own rights. The API never sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.cli.send import Delivery
from chalicelib.core.diff import READ, diff
from chalicelib.core.values.doc import dig, docs_at, text_at
from chalicelib.formats.exports.export import Answer, Json

Importer = Callable[[str], Callable[..., Mapping[str, Any]]]
"""Gives `batch_import_findings` of a region."""


def of_the_account(region: str) -> Callable[..., Mapping[str, Any]]:
    """Return the operation with the credentials of the environment."""
    from chalicelib.aws.securityhub import importer  # boto3 is imported where AWS is asked

    return importer(region)


def send_to_hub(
    answers: Sequence[Answer], importer: Importer, now: datetime, earlier: Sequence[Json] = ()
) -> list[tuple[str, Delivery]]:
    """Send the answers' findings, each to the region of its pipeline; return what became of them by region.

    What `earlier` answers of the same pipelines have, and is found no longer, is archived.
    """
    from chalicelib.formats.exports.asff import write

    found = _send(write(answers), "findings", importer, now)
    gone = [each for answer in answers for last in earlier for each in _gone(last, answer.lineage)]
    return found + _send(gone, "archived findings", importer, now)


def _send(findings: Sequence[Json], what: str, importer: Importer, now: datetime) -> list[tuple[str, Delivery]]:
    from chalicelib.aws.securityhub import send_findings

    regions: dict[str, list[Json]] = {}
    for finding in findings:
        regions.setdefault(finding["ProductArn"].split(":")[3], []).append(finding)
    return [
        (f"Security Hub in {region}", Delivery(*send_findings(of_region, importer(region), now), what=what))
        for region, of_region in regions.items()
    ]


def _gone(last: Json, now: Json) -> list[Json]:
    """Return as archived what an earlier answer of a pipeline found and a later one knows to be no more."""
    from chalicelib.formats.exports.asff import write

    if dig(last, "pipeline", "arn") != dig(now, "pipeline", "arn") or not _is_as_well_read(last, now):
        return []
    uids = {change["subject"].removeprefix("finding:") for change in diff(last, now)["changes"] if _went(change, now)}
    findings = [each for each in docs_at(last, "findings") if dig(each, "finding_info", "uid") in uids]
    return [{**each, "RecordState": "ARCHIVED"} for each in write([Answer({**last, "findings": findings})])]


def _is_as_well_read(last: Json, now: Json) -> bool:
    """Tell whether a later answer lacks nothing that the earlier one had read: what it does not find is not there."""
    refused, before = ({text_at(each, "action") for each in docs_at(one, "warnings")} - {None} for one in (now, last))
    known, knew = _evaluated(now), _evaluated(last)
    return (
        refused <= before
        and (last.get("execution") is None) == (now.get("execution") is None)
        and all(knew[bucket] <= known[bucket] for bucket in known.keys() & knew.keys())
    )


def _evaluated(answer: Json) -> dict[str, frozenset[str]]:
    """Return what was read of each bucket."""
    artifacts = docs_at(answer, "graph", "artifacts")
    known = ((text_at(each, "bucket"), dig(each, "posture", "evaluated")) for each in artifacts)
    return {bucket: frozenset(read if isinstance(read, list) else ()) for bucket, read in known if bucket}


def _went(change: Json, now: Json) -> bool:
    """Tell whether a finding is no more: it was not only read otherwise, and its place is still looked at."""
    if change["kind"] != "finding" or change["after"] is not None or dig(change, "cause", "basis") == READ:
        return False
    if not change["before"]["rule"].startswith("S3."):
        return True  # a flow or step that the pipeline no longer has is no more; a bucket is there for others
    named = dig(change, "before", "evidence", "buckets") or ()
    about = {each.partition(":")[2] for each in change["about"] if each.startswith("bucket:")} | set(named)
    return about <= {text_at(each, "bucket") for each in docs_at(now, "graph", "artifacts")}
