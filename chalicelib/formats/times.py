"""Times as the contract has them: ISO 8601 in UTC, with an offset."""

from __future__ import annotations

from datetime import UTC, datetime


def to_time(moment: datetime | None) -> str | None:
    """`2026-03-01T09:00:00+00:00`, with fractions of a second where AWS gave some."""
    return moment.astimezone(UTC).isoformat() if moment else None
