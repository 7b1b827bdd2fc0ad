"""Limits of a scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.findings.sensitivity import SensitiveTags


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Limits of a scan: how old a posture or an approval may grow, how long what is gone is kept; sensitive tags."""

    posture_max_age: timedelta = timedelta(hours=24)
    retain: timedelta = timedelta(days=365)
    sensitive_tags: SensitiveTags

    def is_old(self, at: str | None, now: datetime) -> bool:
        """Return whether a posture or an approval that was read then is to be read again."""
        return at is None or now - datetime.fromisoformat(at) >= self.posture_max_age
