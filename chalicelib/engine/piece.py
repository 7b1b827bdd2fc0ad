"""Pieces of work, as the queue carries them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VERSION = 1
KINDS = ("census", "pipeline", "trace", "postures", "serving")

_KEYS = ("version", "kind", "account", "region", "at")


class BadPiece(ValueError):
    """Message that is no piece of work of this product's."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work for a region. `at` is when that was so which asks for it; `body` goes with the kind.

    - `census`: what the list says. `waits`: of each pipeline that is to be read, by name, its `times` in the list, and
      whether it is to be read `again`, though these are known; `gone` and `back`: those that the list misses, and has.
    - `pipeline`: one to read. `name`; `times` and `again` as above, `null` where an event asks; `execution` that the
      event says is over; `doubtful` where the list does not say whether it ran.
    - `trace`: a thing in service whose maker is not known. `thing`, `clues`.
    - `postures`: of `buckets`, to read anew.
    - `serving`: what serves the models; `packages` are those that an event says something of, if one does.
    """

    kind: str
    account: str
    region: str
    at: str
    body: Mapping[str, Any]

    def text(self) -> str:
        """Return the message."""
        head = {"version": VERSION, "kind": self.kind, "account": self.account, "region": self.region, "at": self.at}
        return json.dumps({**head, **self.body}, separators=(",", ":"))


Send = Callable[[Iterable[Piece]], None]
"""Sends pieces to the queue; raises where not all could be sent."""


def parse_piece(text: str) -> Piece:
    """Return the piece that a message carries; `BadPiece` where it is none."""
    try:
        document = json.loads(text)
        version, kind, account, region, at = (document.pop(key) for key in _KEYS)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadPiece("a message that is no piece of work") from None
    if version != VERSION or kind not in KINDS:
        raise BadPiece(f"a piece of work of version {version!r} and kind {kind!r}")
    return Piece(kind, account, region, at, document)
