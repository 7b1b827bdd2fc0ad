"""Plan: the lists, compared with what the store knows, and a piece of work for each difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.core.values.model import Doc
from chalicelib.engine.piece import Piece, Send
from chalicelib.formats.run import to_time
from chalicelib.scan.listing import Times, by_name, differences, is_read, list_pipelines, region_of, times_of
from chalicelib.scan.options import Options
from chalicelib.scan.postures import BATCH
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import Document, Region, Store
from chalicelib.store.state import FILE, gone_of, parse_state

SENT_AGAIN = timedelta(hours=6)
"""After how long a piece that was sent is taken for lost."""

TRIED_AGAIN = timedelta(hours=24)
"""After how long a pipeline is tried again that every reading of failed; one that changed is, at once."""

A_MESSAGE = 400
"""Names in one message: with their times less than the 256 KiB that SQS has carried ever since."""


def plan(store: Store, reader: Reader, send: Send, options: Options, now: datetime) -> Document:
    """Send a piece of work for whatever the store does not know yet of a region, and return how many, by kind.

    Raises a `LineageError` where the list cannot be read. What the list says goes out first, so that the store can say
    what it still waits for before any of it is read.
    """
    listed = by_name(list_pipelines(reader))
    region = region_of(store, reader.region, [*listed.values()])
    if region is None:
        return {}
    state = parse_state(region.read(FILE))
    sent: Counter[str] = Counter()
    send(_counted(_Pieces(region, state, listed, options, now).all(), sent))
    return dict(sent)


def _counted(pieces: Iterable[Piece], sent: Counter[str]) -> Iterator[Piece]:
    for piece in pieces:
        sent[piece.kind] += 1
        yield piece


class _Pieces:
    """Pieces of work for one region, at one time."""

    def __init__(
        self, region: Region, state: Document, listed: Mapping[str, Doc], options: Options, now: datetime
    ) -> None:
        self._region = region
        self._state = state
        self._listed = listed
        self._options = options
        self._now = now
        found = differences(region, state, listed, options, now)
        self._names = [name for name in sorted([*found.changed, *found.lacking]) if self._is_due(name)]
        self._doubtful = sorted(found.doubtful)

    def all(self) -> Iterator[Piece]:
        """Yield what the list says, then what there is to do."""
        yield from self._census()
        yield self._piece("serving")
        buckets = sorted(at for at, read in self._state["buckets"].items() if self._options.is_old(read, self._now))
        for some in _chunks(buckets, BATCH):
            yield self._piece("postures", buckets=some)
        for name in self._names:
            yield self._piece("pipeline", name=name, **self._wish(name))
        for name in self._doubtful:
            yield self._piece("pipeline", name=name, times=self._times(name), doubtful=True)
        for thing, each in sorted(self._state["untraced"].items()):
            if "clues" in each and ("at" not in each or self._is_past(each["at"], TRIED_AGAIN)):
                yield self._piece("trace", thing=thing, clues=each["clues"])

    def _census(self) -> Iterator[Piece]:
        """Yield what the list says: at least one piece, so that the store knows when it was asked."""
        known = self._state["pipelines"].keys() | self._state["unread"].keys()
        gone = gone_of(self._state, "pipeline").keys()
        lost, back = sorted(known - self._listed.keys() - gone), sorted(gone & self._listed.keys())
        yield self._piece("census", waits={}, gone=lost[:A_MESSAGE], back=back[:A_MESSAGE])
        for some in _chunks(lost[A_MESSAGE:], A_MESSAGE):
            yield self._piece("census", waits={}, gone=some, back=[])
        for some in _chunks(back[A_MESSAGE:], A_MESSAGE):
            yield self._piece("census", waits={}, gone=[], back=some)
        for some in _chunks(self._names, A_MESSAGE):
            yield self._piece("census", waits={name: self._wish(name) for name in some}, gone=[], back=[])

    def _piece(self, kind: str, **body: object) -> Piece:
        return Piece(kind, self._region.account, self._region.name, to_time(self._now) or "", body)

    def _wish(self, name: str) -> Document:
        """Return the times of a pipeline in the list, and whether it is to be read though it was with just these."""
        entry, times = self._state["pipelines"].get(name), self._times(name)
        return {"times": times, "again": entry is not None and is_read(entry, times)}

    def _times(self, name: str) -> Times:
        return times_of(self._listed[name])

    def _is_due(self, name: str) -> bool:
        """Return whether a pipeline that is to be read is not waiting for that already, nor was tried just now."""
        entry = self._state["unread"].get(name)
        if entry is None or entry.get("times") != [*self._times(name)]:
            return True
        if entry.get("waits"):
            return self._is_past(entry["at"], SENT_AGAIN)
        return not entry.get("dead") or self._is_past(entry["at"], TRIED_AGAIN)

    def _is_past(self, at: str, age: timedelta) -> bool:
        return self._now - datetime.fromisoformat(at) >= age


def _chunks(names: Sequence[str], most: int) -> Iterator[Sequence[str]]:
    return (names[start : start + most] for start in range(0, len(names), most))
