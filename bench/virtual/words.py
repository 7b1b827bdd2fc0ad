"""Numbers as the document shows them: no more digits than they are worth."""

from __future__ import annotations

from math import floor, log10


def count(number: float) -> str:
    """Return a count in at most three digits that say something."""
    return f"{_rounded(number):,.0f}"


def _rounded(number: float, digits: int = 3) -> float:
    if number == 0:
        return 0
    return (
        round(number, max(0, digits - 1 - floor(log10(abs(number)))))
        if abs(number) < 1
        else round(number, digits - 1 - floor(log10(abs(number))))
    )


def about(number: float) -> str:
    """Return a count in two digits."""
    return f"{_rounded(number, 2):,.0f}"


def money(amount: float) -> str:
    """Return dollars: cents where there are few."""
    return f"{amount:,.2f}" if amount < 10 else count(amount)


def mega(amount: float) -> str:
    """Return megabytes."""
    return f"{amount:.2f}" if amount < 10 else count(amount)


def share(part: float, whole: float) -> str:
    """Return a share in percent."""
    percent = 100 * part / whole
    return f"{percent:.2f} %" if percent < 1 else f"{percent:.0f} %"


def time_of(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds < 100:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
