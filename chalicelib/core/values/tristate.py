"""Three-valued logic: true, false or not known (`None`). Unknown facts are combined in no other way."""

from __future__ import annotations

from collections.abc import Iterable

Tri = bool | None


def any3(values: Iterable[Tri]) -> Tri:
    """Return true if one is true, false if all are false, else not known (`None`)."""
    found = list(values)
    if any(value is True for value in found):
        return True
    return None if any(value is None for value in found) else False


def all3(values: Iterable[Tri]) -> Tri:
    """Return false if one is false, true if all are true, else not known (`None`)."""
    found = list(values)
    if any(value is False for value in found):
        return False
    return None if any(value is None for value in found) else True


def not3(value: Tri) -> Tri:
    """Return the opposite; of what is not known, not known."""
    return None if value is None else not value
