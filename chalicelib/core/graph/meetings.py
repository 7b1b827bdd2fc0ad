"""Meetings of steps' outputs and inputs: artifact edges, and who makes and reads an artifact, are made from this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.core.values.meeting import MeetingIndex, Taken, Written, meets, taken_at, written_at
from chalicelib.core.values.model import Port

MAX_ARTIFACT_EDGES = 10_000
"""Maximum number of `artifact` edges in a lineage: a thousand steps at one location would give half a million."""

MAX_MEETINGS = 100_000
"""Maximum number of pairs of places that are looked at: nested places meet all with all."""

NO_FLOW = ("code", "resource")
"""Kinds of ports through which no data flows."""

Ports = tuple[Iterable[Port], Iterable[Port]]
"""Inputs and outputs of one step."""


class _Place:
    """One location as steps fill or take it: the set (as bits) of those who do, and the texts that they show for it."""

    __slots__ = ("steps", "uris")

    def __init__(self) -> None:
        self.steps = 0
        self.uris: dict[str, None] = {}


class Met:
    """Meetings among the steps of a pipeline; a step stands for its position, sets of steps are bits.

    `pairs` are (writer, reader), each once, nearest first for each reader, in at most `MAX_ARTIFACT_EDGES` pairs;
    `more` says that there are others. `makers` and `readers` are by the text that ports show for a place.
    """

    __slots__ = ("makers", "more", "pairs", "readers")

    def __init__(self) -> None:
        self.pairs: list[tuple[int, int]] = []
        self.more = False
        self.makers: dict[str, int] = {}
        self.readers: dict[str, int] = {}


def meet(steps: Sequence[Ports], known: Iterable[tuple[int, int]]) -> Met:
    """Return what the steps' ports have in common by the meeting rule; `known` pairs are left out.

    Only data counts, never code. Places that several steps name are asked about once, so that the cost is linear in
    the ports and the meetings.
    """
    made, read = _places(steps)
    places = list(made.values())
    spans = list(made)
    index = MeetingIndex(spans)
    met = Met()
    before: dict[int, int] = {}
    for writer, reader in known:
        before[reader] = before.get(reader, 0) | 1 << writer
    left = MAX_MEETINGS
    for taken, reading in read.items():
        makers = 0
        for at in index.met_by(taken):
            left -= 1
            if left < 0:
                met.more = True
                return met
            fresh = places[at].steps & ~makers
            makers |= fresh
            _add(met.readers, _shown(places[at], spans[at], taken), reading.steps)
            if fresh:
                _pair(met, fresh, reading.steps, before)
        _add(met.makers, reading.uris, makers)
    return met


def _places(steps: Sequence[Ports]) -> tuple[dict[Written, _Place], dict[Taken, _Place]]:
    made: dict[Written, _Place] = {}
    read: dict[Taken, _Place] = {}
    for step, (inputs, outputs) in enumerate(steps):
        for port in _data(outputs):
            for written in written_at(port):
                _note(made.setdefault(written, _Place()), step, port)
        for port in _data(inputs):
            _note(read.setdefault(taken_at(port), _Place()), step, port)
    return made, read


def _data(ports: Iterable[Port]) -> Iterator[Port]:
    return (port for port in ports if port.kind not in NO_FLOW)


def _note(place: _Place, step: int, port: Port) -> None:
    place.steps |= 1 << step
    place.uris[port.uri] = None


def _shown(place: _Place, span: Written, taken: Taken) -> Iterator[str]:
    """Yield the texts shown for a place that is read, of those that ports show for it.

    A training's model file is not read by whoever reads another file of its job's folder.
    """
    for uri in place.uris:
        if uri == span.location or meets(Written(uri), taken):
            yield uri


def _add(sides: dict[str, int], uris: Iterable[str], steps: int) -> None:
    for uri in uris:
        sides[uri] = sides.get(uri, 0) | steps


def _pair(met: Met, writers: int, readers: int, before: dict[int, int]) -> None:
    for reader in positions(readers):
        fresh = writers & ~before.get(reader, 0) & ~(1 << reader)
        if not fresh:
            continue
        before[reader] = before.get(reader, 0) | fresh
        for writer in positions(fresh):
            if len(met.pairs) == MAX_ARTIFACT_EDGES:
                met.more = True
                return
            met.pairs.append((writer, reader))


def positions(bits: int) -> Iterator[int]:
    """Yield the positions in a set of bits, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
