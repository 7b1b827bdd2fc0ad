"""A finding in the contract's keys."""

from __future__ import annotations

import json

from chalicelib.core.values.model import Finding
from chalicelib.formats.findings import to_finding


def test_a_finding_has_exactly_the_contracts_keys_in_its_order() -> None:
    finding = Finding(
        rule="FLOW-03",
        severity="Medium",
        status="Fail",
        uid="FLOW-03:9c1e",
        title="Encryption downgrade across a step",
        desc="Train reads KMS data and writes SSE-S3",
        path=("artifact:3", "node:Train", "artifact:8"),
        evidence={"in": "aws:kms", "out": "AES256"},
        controls=("SecurityHub:S3.17", "NIST.800-53.r5:SC-28(1)"),
        remediation="Set a key.",
    )

    assert json.dumps(to_finding(finding)) == json.dumps(
        {
            "rule": "FLOW-03",
            "severity": "Medium",
            "status": "Fail",
            "finding_info": {
                "uid": "FLOW-03:9c1e",
                "title": "Encryption downgrade across a step",
                "desc": "Train reads KMS data and writes SSE-S3",
            },
            "path": ["artifact:3", "node:Train", "artifact:8"],
            "evidence": {"in": "aws:kms", "out": "AES256"},
            "controls": ["SecurityHub:S3.17", "NIST.800-53.r5:SC-28(1)"],
            "remediation": {"desc": "Set a key."},
        }
    )
