"""Readers joined to every location that somebody else writes and that meets theirs, and what was written when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from chalicelib.core.account.graph import Span, Vertex
from chalicelib.core.account.sketch import Note, Sketch
from chalicelib.core.values.meeting import MeetingIndex, Taken, Written, piece_scoped

Writers = dict[tuple[str, Written], set[str]]


def join_readers(sketch: Sketch) -> None:
    """Add an edge from each location that another writes to each reader that takes of it, with `at`, and timing.

    The pieces of a template are its pipeline's own. O(n log n) for n ports, and the edges that there are.
    """
    writers: Writers = {}
    for data, writer, _, span, _ in sketch.spans("into"):
        written = Written(_scoped(span[0], sketch.vertices[data]), span[1])  # type: ignore[arg-type]
        writers.setdefault((data, written), set()).add(writer)
    places = sorted(writers)
    index = MeetingIndex([written for _, written in places])
    met: dict[Taken, Sequence[int]] = {}
    found: dict[tuple[str, str, str], set[str]] = {}
    for data, reader, via, span, observed in list(sketch.spans("out")):
        taken = Taken(_scoped(span[0], sketch.vertices[data]), span[1])  # type: ignore[arg-type]
        if taken not in met:
            met[taken] = sorted(index.met_by(taken))
        for position in met[taken]:
            source = places[position][0]
            others = writers[places[position]] - {reader}
            if others:
                found.setdefault((source, reader, via), set()).update(others)
                _note(sketch, (source, reader, via), span, observed)
    for edge, others in found.items():
        sketch.edges[edge].timing = _timing(sketch.vertices, others, edge[1])


def _note(sketch: Sketch, edge: tuple[str, str, str], span: Span, observed: bool) -> None:
    """Add an edge that a meeting makes; one that the reader names itself stays as it is."""
    note = sketch.edges.get(edge)
    if note is None:
        sketch.edges[edge] = Note(observed, at=span[0])
    elif note.at is not None:
        note.observed |= observed
        note.at = min(note.at, span[0])


def _scoped(location: str, data: Vertex) -> str:
    return piece_scoped(location, f"{data['region']}/{data['pipeline']}") if "${" in location else location


def _timing(vertices: Mapping[str, Vertex], writers: Iterable[str], reader: str) -> str | None:
    """Return when those of other pipelines wrote what a step read; `None` where none of another pipeline writes it."""
    reading = vertices[reader]
    if reading["type"] != "step":
        return None
    home = (reading["region"], reading["pipeline"])
    foreign = [vertices[key] for key in writers if (vertices[key]["region"], vertices[key]["pipeline"]) != home]
    if not foreign:
        return None
    starts = [start for start, _ in reading.get("runs", ())] or [None]
    ends = [end for writer in foreign for _, end in (writer.get("runs") or [[None, None]])]
    if any(start and end and end <= start for end in ends for start in starts):
        return "before"
    return "unknown" if None in starts or None in ends else "after"
