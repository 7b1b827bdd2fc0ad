"""Sending of findings to Security Hub: the one write there is, which the command line alone imports."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.faults import SENTENCES, THROTTLED, TRANSIENT, fault_of

Finding = Mapping[str, Any]
Import = Callable[..., Mapping[str, Any]]
"""`batch_import_findings` of a client."""

ACTION = "securityhub:BatchImportFindings"
OPERATION = "BatchImportFindings"
MAX_BATCH = 100
"""Most findings of one call."""

TRIES = 3
"""How often a finding is sent that Security Hub says it could not take just now."""


class Sent(NamedTuple):
    """Outcome of sending findings: how many were taken, why others were not, and what ended it early.

    `refused` has a line for each; `unsent` counts those that were not tried after the end.
    """

    taken: int = 0
    refused: tuple[str, ...] = ()
    ended: str | None = None
    unsent: int = 0


def importer(region: str) -> Import:
    """Return the operation in a region, with botocore's own retries: this is not bound to a request's deadline."""
    config = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 5})
    client = boto3.client("securityhub", region_name=region, config=config)
    operation: Import = client.batch_import_findings
    return operation


def send_findings(findings: Sequence[Finding], import_findings: Import, now: datetime) -> Sent:
    """Send findings of the format ASFF, in batches; one that was sent before has its id, and is the same finding.

    `now` becomes the time of their update: Security Hub leaves an older one aside. Nothing is raised for what AWS
    refuses: it is told, and what every other batch would meet ends the sending.
    """
    time = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    dated = [{**finding, "UpdatedAt": time, "LastObservedAt": time} for finding in findings]
    sent = Sent()
    for start in range(0, len(dated), MAX_BATCH):
        try:
            refused = _import(dated[start : start + MAX_BATCH], import_findings)
        except (BotoCoreError, ClientError) as error:
            return sent._replace(ended=_told(error), unsent=len(dated) - start)
        taken = len(dated[start : start + MAX_BATCH]) - len(refused)
        sent = Sent(sent.taken + taken, (*sent.refused, *refused))
    return sent


def _import(batch: Sequence[Finding], import_findings: Import) -> list[str]:
    """Send one batch, and again what could not be taken just now; return a line for each finding refused for good."""
    refused: list[str] = []
    for attempt in range(TRIES):
        failed = import_findings(Findings=list(batch)).get("FailedFindings") or ()
        later = (
            {each["Id"] for each in failed if each["ErrorCode"] in TRANSIENT | THROTTLED} if attempt + 1 < TRIES else ()
        )
        refused += [_line(each) for each in failed if each["Id"] not in later]
        batch = [finding for finding in batch if finding["Id"] in later]
        if not batch:
            break
    return refused


def _line(failed: Mapping[str, Any]) -> str:
    return " ".join(f"{failed['Id']}: {failed['ErrorCode']} {failed.get('ErrorMessage', '')}".split())


def _told(error: Exception) -> str:
    """Return why nothing more can be sent, in a sentence without AWS's own text, which names principals."""
    fault = fault_of(error, OPERATION)
    if fault.code == "InvalidAccessException":
        return "Security Hub is not enabled in this account and region (InvalidAccessException)"
    return f"{SENTENCES[fault.kind].format(what=ACTION)} ({fault.code})"
