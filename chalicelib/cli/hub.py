"""Sending of findings to Security Hub, with the caller's own rights. The API never sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.cli.send import Delivery
from chalicelib.formats.exports.export import Answer

Importer = Callable[[str], Callable[..., Mapping[str, Any]]]
"""Gives `batch_import_findings` of a region."""


def of_the_account(region: str) -> Callable[..., Mapping[str, Any]]:
    """Return the operation with the credentials of the environment."""
    from chalicelib.aws.securityhub import importer  # boto3 is imported where AWS is asked

    return importer(region)


def send_to_hub(answers: Sequence[Answer], importer: Importer, now: datetime) -> list[tuple[str, Delivery]]:
    """Send the answers' findings, each to the region of its pipeline; return what became of them by region."""
    from chalicelib.aws.securityhub import send_findings
    from chalicelib.formats.exports.asff import write

    regions: dict[str, list[Mapping[str, Any]]] = {}
    for finding in write(answers):
        regions.setdefault(finding["ProductArn"].split(":")[3], []).append(finding)
    return [
        (f"Security Hub in {region}", Delivery(*send_findings(findings, importer(region), now), what="findings"))
        for region, findings in regions.items()
    ]
