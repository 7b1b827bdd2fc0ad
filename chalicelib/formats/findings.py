"""Findings as JSON, in OCSF's field names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.core.values.doc import stated
from chalicelib.core.values.model import Finding

if TYPE_CHECKING:
    from chalicelib.formats.types import lineage as shapes


def to_finding(finding: Finding) -> shapes.Finding:
    """Return the contract's short form of one finding; `related` is present where other findings are behind it."""
    more: shapes.FindingMore = {"related": list(finding.related)}
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "status": finding.status,
        "finding_info": {"uid": finding.uid, "title": finding.title, "desc": finding.desc},
        "path": list(finding.path),
        "evidence": dict(finding.evidence),
        "controls": list(finding.controls),
        "remediation": {"desc": finding.remediation},
        **stated(more),
    }
