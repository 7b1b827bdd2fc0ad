"""Compact: the notes folded into the region's state, and the graph made anew where they say something new."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.serving import EMPTY
from chalicelib.engine.notes import Note, folded, read_notes
from chalicelib.scan.drawing import draw
from chalicelib.scan.keeper import drop_answers, is_forgotten
from chalicelib.scan.options import Options
from chalicelib.scan.trace import Orphan, orphans
from chalicelib.store.blobs import Conflict
from chalicelib.store.layout import BUCKETS, GRAPH, SERVING, Document, Region
from chalicelib.store.state import FILE, in_order, parse_state

ATTEMPTS = 3
"""How often a graph is made that somebody else's is in the way of; whoever gives up leaves it to the next."""

NOT_TRACED = "made by an execution that was not read: it waits to be traced"


def compact(region: Region, options: Options, clock: Callable[[], datetime]) -> Document:
    """Fold the notes of a region, make its graph anew where it is not current, and return the state.

    Any number may do so at once: state and graph are written only over what their writer saw, and the graph is called
    current only where nothing was folded since its making began.
    """
    notes = read_notes(region)
    if notes:
        region.update(FILE, lambda there: folded(parse_state(there), notes))
        _fold_buckets(region, notes)
        for note in notes:
            region.remove(note.path)
    _forget(region, options, clock())
    for _ in range(ATTEMPTS):
        try:
            if _is_current(region) or _make(region, options):
                break
        except Conflict:
            continue
    return parse_state(region.read(FILE))


def _fold_buckets(region: Region, notes: Sequence[Note]) -> None:
    """Write the postures that the notes hold and the state says are the last ones.

    The state is written first, and read here after the postures were: so a posture that is later than these is in the
    state already, or is yet to be written.
    """
    if not any(note.document["buckets"] for note in notes):
        return

    def change(there: Document | None) -> Document:
        buckets = dict((there or {}).get("buckets", {}))
        read = parse_state(region.read(FILE))["buckets"]
        for note in notes:
            buckets |= {
                bucket: entry for bucket, entry in note.document["buckets"].items() if read.get(bucket, "") <= note.at
            }
        return {"buckets": dict(sorted(buckets.items()))}

    region.update(BUCKETS, change)


def _forget(region: Region, options: Options, now: datetime) -> None:
    """Drop the pipelines that have been gone for long enough: first their answers, then what says that there are."""
    state = parse_state(region.read(FILE))
    names = [
        key.removeprefix("pipeline:")
        for key, since in state["gone"].items()
        if key.startswith("pipeline:") and is_forgotten(since, now, options)
    ]
    if not names:
        return

    def change(there: Document | None) -> Document:
        document = parse_state(there)
        for name in names:
            document["gone"].pop(f"pipeline:{name}", None)
            document["pipelines"].pop(name, None)
        return {**document, "graph": "stale"}

    drop_answers(region, names)
    region.update(FILE, change)


def _is_current(region: Region) -> bool:
    state = parse_state(region.read(FILE))
    return state["graph"] == "current" and state.get("drawn") == _drawn(region) and region.tag(GRAPH) is not None


def _drawn(region: Region) -> list[str | None]:
    """Return what tells whether the documents beside the state are those that the graph was made of."""
    return [region.tag(SERVING), region.tag(BUCKETS)]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What a graph is made of, beside the answers, and the tags that it had."""

    state: Document
    serving: Document
    buckets: Document
    drawn: list[str | None]


def _make(region: Region, options: Options) -> bool:
    """Make the graph; raises `Conflict` where state or graph are not what they were when its making began."""
    graph_tag = region.tag(GRAPH)
    found, seen = region.tagged(FILE)
    drawn = _drawn(region)
    serving = region.read(SERVING) or dict(EMPTY)
    got = _Inputs(parse_state(found), serving, region.buckets(), drawn)
    graph = _draw(region, got, set(), options)
    things = orphans(graph, serving)
    older, traced, untraced = _traced(region, got.state, things)
    if older:
        graph = _draw(region, got, older, options)
    region.replace(GRAPH, graph.document(), graph_tag)
    state = {**got.state, "graph": "current", "drawn": drawn, "traced": traced, "untraced": untraced}
    region.replace(FILE, in_order(state), seen)
    return True


def _draw(region: Region, got: _Inputs, older: set[tuple[str, str]], options: Options) -> AccountGraph:
    return draw(region, got.serving, got.buckets, got.state["gone"], older, options.sensitive_tags)


def _traced(
    region: Region, state: Document, things: Sequence[Orphan]
) -> tuple[set[tuple[str, str]], Document, Document]:
    """Return the older executions that made things, and what the state is to say of who made what."""
    kept = {each for each in region.answers() if each[1] is not None}
    makers = {thing: key for key, made in state["traced"].items() for thing in made}
    older: set[tuple[str, str]] = set()
    traced: Document = {}
    untraced: Document = {}
    for thing in things:
        pipeline, _, execution = makers.get(thing.id, "").partition("/")
        clues = [*thing.clues]
        if (pipeline, execution) in kept:
            older.add((pipeline, execution))
            traced.setdefault(f"{pipeline}/{execution}", []).append(thing.id)
        elif state["untraced"].get(thing.id, {}).get("clues") == clues:
            untraced[thing.id] = state["untraced"][thing.id]
        else:
            untraced[thing.id] = {"why": NOT_TRACED, "clues": clues}
    return older, {key: sorted(made) for key, made in traced.items()}, untraced
