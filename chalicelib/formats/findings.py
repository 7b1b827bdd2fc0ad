"""A finding as JSON, in OCSF's field names."""

from __future__ import annotations

from typing import Any

from chalicelib.core.model import Finding


def to_finding(finding: Finding) -> dict[str, Any]:
    """The contract's short form of one finding; `related` is there where other findings are behind it."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "status": finding.status,
        "finding_info": {"uid": finding.uid, "title": finding.title, "desc": finding.desc},
        "path": list(finding.path),
        "evidence": dict(finding.evidence),
        "controls": list(finding.controls),
        "remediation": {"desc": finding.remediation},
        **({"related": list(finding.related)} if finding.related else {}),
    }
