"""Findings as JSON, in OCSF's field names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.core.values.doc import stated
from chalicelib.core.values.model import Finding

if TYPE_CHECKING:
    from chalicelib.formats.types import lineage as shapes


def to_finding(finding: Finding) -> shapes.Finding:
    """Return the contract's short form of one finding; `related` is present where other findings are behind it."""
    more: shapes.FindingMore = {
        "related": list(finding.related),
        "resources": [_resource(resource) for resource in finding.resources],
    }
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


def _resource(resource: str) -> shapes.FindingResource:
    kind, _, name = resource.partition(":")
    if kind == "arn":
        return {"type": "AWS::S3::Bucket", "name": resource.rsplit(":", 1)[-1], "uid": resource}
    return {"type": kind, "name": name, "uid": None}
