"""Compact: the notes folded into the region's state, and the graph made anew where they say something new."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.account.serving import EMPTY
from chalicelib.engine.notes import Note, folded, read_notes
from chalicelib.scan.drawing import Drawing
from chalicelib.scan.keeper import drop_answers, is_forgotten
from chalicelib.scan.options import Options
from chalicelib.scan.trace import Orphan, orphans
from chalicelib.store.blobs import Conflict
from chalicelib.store.layout import BUCKETS, GRAPH, SERVING, Document, Region
from chalicelib.store.state import FILE, gone_of, in_order, parse_state

ATTEMPTS = 3
"""How often a graph is made that somebody else's is in the way of; whoever gives up leaves it to the next."""

NOT_TRACED = "made by an execution that was not read: it waits to be traced"


@dataclass(frozen=True, slots=True)
class _State:
    """The state as it was read, with its tag, and the tag of the graph, which was looked at before.

    `buckets` are the postures with their tag where they were read already.
    """

    document: Document
    tag: str | None
    graph: str | None
    buckets: tuple[Document | None, str | None] | None = None


def compact(region: Region, options: Options, clock: Callable[[], datetime]) -> Document:
    """Fold the notes of a region, make its graph anew where it is not current, and return the state.

    Any number may do so at once: state and graph are written only over what their writer saw, and the graph is called
    current only where nothing was folded since its making began.
    """
    notes = read_notes(region)
    state = _fold(region, notes)
    if any(note.document["buckets"] for note in notes):
        state = replace(state, buckets=_fold_buckets(region, notes, state))
    for note in notes:
        region.remove(note.path)
    state = _forget(region, state, options, clock())
    for _ in range(ATTEMPTS):
        try:
            return _current(region, state) or _make(region, state, options)
        except Conflict:
            state = _fold(region, ())
    return state.document


def _fold(region: Region, notes: Sequence[Note]) -> _State:
    """Return the state with the notes folded into it."""
    graph = region.tag(GRAPH)
    if not notes:
        found, tag = region.tagged(FILE)
        return _State(parse_state(found), tag, graph)
    revised = region.revise(FILE, lambda there: folded(parse_state(there), notes))
    return _State(dict(revised.document), revised.tag, graph)


def _fold_buckets(region: Region, notes: Sequence[Note], state: _State) -> tuple[Document, str]:
    """Write the postures that the notes hold and the state says are the last ones, and return all with their tag.

    The state is written first, and looked at here after the postures were: so a posture that is later than these is in
    the state already, or is yet to be written.
    """

    def change(there: Document | None) -> Document:
        buckets = dict((there or {}).get("buckets", {}))
        same = region.tag(FILE) == state.tag
        read = (state.document if same else parse_state(region.read(FILE)))["buckets"]
        for note in notes:
            buckets |= {
                bucket: entry for bucket, entry in note.document["buckets"].items() if read.get(bucket, "") <= note.at
            }
        return {"buckets": dict(sorted(buckets.items()))}

    revised = region.revise(BUCKETS, change)
    return dict(revised.document), revised.tag


def _forget(region: Region, state: _State, options: Options, now: datetime) -> _State:
    """Drop the pipelines that have been gone for long enough: first their answers, then what says that there are."""
    gone = gone_of(state.document, "pipeline").items()
    names = [name for name, since in gone if is_forgotten(since, now, options)]
    if not names:
        return state

    def change(there: Document | None) -> Document:
        document = parse_state(there)
        for name in names:
            document["gone"].pop(f"pipeline:{name}", None)
            document["pipelines"].pop(name, None)
        return {**document, "graph": "stale"}

    drop_answers(region, names)
    region.update(FILE, change)
    return _fold(region, ())


def _current(region: Region, state: _State) -> Document | None:
    """Return the state where the graph is made of it, and of the documents beside it."""
    there = state.document["graph"] == "current" and state.graph is not None
    return state.document if there and state.document["drawn"] == [region.tag(SERVING), region.tag(BUCKETS)] else None


def _make(region: Region, state: _State, options: Options) -> Document:
    """Make the graph, and return the state then.

    Raises `Conflict` where something of what it is made of, or itself, is not what it was when its making began.
    """
    found, serving_tag = region.tagged(SERVING)
    serving = found or dict(EMPTY)
    postures, buckets_tag = state.buckets or region.tagged(BUCKETS)
    buckets = (postures or {}).get("buckets", {})
    drawing = Drawing(region, state.document["gone"], options.sensitive_tags)
    graph = drawing.latest(serving, buckets)
    older, traced, untraced = _traced(drawing.older, state.document, orphans(graph, serving))
    if older:
        graph = drawing.whole(older, serving, buckets)
    region.replace(GRAPH, graph.document(), state.graph)
    touched = drawing.touched(buckets)
    if len(touched) < len(buckets):
        buckets_tag = region.write(BUCKETS, {"buckets": touched}, buckets_tag)
    made = {"graph": "current", "drawn": [serving_tag, buckets_tag], "traced": traced, "untraced": untraced}
    document = in_order({**state.document, **made, "buckets": drawing.touched(state.document["buckets"])})
    region.write(FILE, document, state.tag)
    return document


def _traced(
    kept: Collection[tuple[str, str]], state: Document, things: Sequence[Orphan]
) -> tuple[set[tuple[str, str]], Document, Document]:
    """Return the older executions that made things, and what the state is to say of who made what."""
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
