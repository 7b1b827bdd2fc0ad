"""Limits of a scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.core.findings.sensitivity import SensitiveTags


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Limits of a scan: how old what is kept may grow, how long what is gone is kept; sensitive tags."""

    posture_max_age: timedelta = timedelta(hours=24)
    retain: timedelta = timedelta(days=365)
    sensitive_tags: SensitiveTags

    def is_old(self, at: str | None, now: datetime) -> bool:
        """Return whether a posture or an approval that was read then is to be read again."""
        return at is None or now - datetime.fromisoformat(at) >= self.posture_max_age

    def is_due(self, entry: Mapping[str, Any], now: datetime) -> bool:
        """Return whether a kept answer is to be read again, as it lacks something and is old enough.

        `entry` is what the state says of it: one that an earlier version wrote does not say whether it lacks anything.
        """
        return entry.get("lacks") != [] and self.is_old(entry["readAt"], now)
