"""Logic over what is true, false, or not known (`None`): the one way in which unknown facts are combined."""

from __future__ import annotations

from collections.abc import Iterable

Tri = bool | None


def any3(values: Iterable[Tri]) -> Tri:
    """True if one is true, false if all are false, else not known."""
    found = list(values)
    if any(value is True for value in found):
        return True
    return None if any(value is None for value in found) else False


def all3(values: Iterable[Tri]) -> Tri:
    """False if one is false, true if all are true, else not known."""
    found = list(values)
    if any(value is False for value in found):
        return False
    return None if any(value is None for value in found) else True


def not3(value: Tri) -> Tri:
    """The opposite; of what is not known, not known."""
    return None if value is None else not value
