"""A gate for CI: which findings are bad enough to end in a failure."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.findings.rule import SEVERITIES

WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Gate:
    """A severity from which findings count; a doubt counts only with `warnings`, and what is suppressed never does."""

    severity: str
    warnings: bool = False

    def stops(self, finding: Mapping[str, Any]) -> bool:
        """Tell whether a finding, as the answer has it, is one that the gate is there for."""
        if finding.get("severity") not in SEVERITIES or finding.get("status") not in self._statuses:
            return False
        return SEVERITIES.index(str(finding["severity"])) <= SEVERITIES.index(self.severity)

    @property
    def _statuses(self) -> tuple[str, ...]:
        return ("Fail", "Warning") if self.warnings else ("Fail",)


def parse_gate(text: str) -> Gate:
    """Return the gate of `SEVERITY[,warning]`, in any case; raises what argparse tells the caller."""
    severity, comma, more = text.partition(",")
    known = {each.lower(): each for each in SEVERITIES}
    if severity.strip().lower() not in known or (comma and more.strip().lower() != WARNING):
        raise ArgumentTypeError(f"must be one of {', '.join(SEVERITIES)}, with ,{WARNING} or without")
    return Gate(known[severity.strip().lower()], bool(comma))
