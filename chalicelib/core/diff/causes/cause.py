"""Cause of a change: other changes of the same difference, and how it is known that they are it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.core.diff.compare import Change

VALUE, FACTS, UPSTREAM, READ = "value", "facts", "upstream", "read"
BASES: Final = (VALUE, FACTS, UPSTREAM, READ)
"""How a cause is known. `value`: the old text with the cause's old value replaced by its new one is the new text.
`facts`: what is concluded rests on what changed. `upstream`: it changed at the step, or nearest above it, so the result
may have changed with it. `read`: only one of the two answers was read with an execution, or knows what it rests on."""

MAX_CAUSES = 10


@dataclass(frozen=True, slots=True)
class Cause:
    """Changes that explain another one, and how that is known; of `read`, whether both answers have an execution."""

    basis: str
    changes: tuple[Change, ...] = ()
    both_ran: bool = False


def cause_by(basis: str, changes: Iterable[Change]) -> Cause | None:
    """Return the changes as a cause, each once and the first ones only; `None` where there are none."""
    found = tuple(_once(changes))
    return Cause(basis, found[:MAX_CAUSES]) if found else None


def _once(changes: Iterable[Change]) -> Iterator[Change]:
    seen = set()
    for change in changes:
        if change.key not in seen:
            seen.add(change.key)
            yield change
