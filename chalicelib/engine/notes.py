"""Notes: what a piece of work learnt, beside the graph until it is folded into the region's state.

A worker writes a file of its own and no other's, so that any number of them write at once. The folding is the same in
whatever order notes come, and however often: of two words about one thing the later one counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.scan.listing import is_read
from chalicelib.store.layout import Document, Region
from chalicelib.store.state import Fact, in_order

MADE = "made"
"""The section of a note that tells who made a thing: `{"by": PIPELINE/EXECUTION}` or `{"why"}` that is not known."""


DRAWN = ("pipelines", "gone", "traced")
"""The sections that the graph depends on: an answer that was kept counts, though it says what another one said."""


class Note(NamedTuple):
    """One note, and where it lies."""

    path: str
    document: Document

    @property
    def at(self) -> str:
        """Return when what it says was so."""
        return str(self.document["at"])


def add_note(
    region: Region,
    folder: str,
    at: str,
    facts: Sequence[Fact],
    buckets: Mapping[str, Document] | None = None,
    **stamps: str,
) -> None:
    """Leave a note; the same note twice is one. `stamps` are `asOf` or `served`."""
    document = {"at": at, "learnt": [*map(list, facts)], "buckets": dict(sorted((buckets or {}).items())), **stamps}
    region.add_note(folder, document)


def read_notes(region: Region, folder: str = "") -> list[Note]:
    """Return the notes that lie there, the oldest first."""
    paths = [*region.notes(folder)]
    notes = [Note(path, note) for path, note in zip(paths, region.each(paths), strict=True) if note is not None]
    return sorted(notes, key=lambda note: (note.at, note.path))


def folded(state: Document, notes: Iterable[Note]) -> Document:
    """Return the state with what the notes say. Its graph is stale where they say of anything that it is made of."""
    before = {name: dict(state[name]) for name in DRAWN}
    learnt = [section for note in notes for section in fold(state, note)]
    _tidy(state)
    if "pipelines" in learnt or any(before[name] != state[name] for name in DRAWN):
        state["graph"] = "stale"
    return in_order(state)


def fold(state: Document, note: Note) -> list[str]:
    """Fold one note into a state, whose sections are changed and whose entries are not; return the note's sections."""
    for section, key, value in note.document["learnt"]:
        _FOLDS[section](state, key, value, note.at)
    for stamp in ("asOf", "served"):
        state[stamp] = max(filter(None, (state.get(stamp), note.document.get(stamp))), default=None)
    return [section for section, _, _ in note.document["learnt"]]


def _tidy(state: Document) -> None:
    """Remove what something later has made untrue."""
    pipelines, unread = state["pipelines"], state["unread"]
    for key, since in [*state["gone"].items()]:
        kind, _, name = key.partition(":")
        if kind == "pipeline":
            unread.pop(name, None) if unread.get(name, {}).get("at", "") <= since else None
            if name not in pipelines or pipelines[name]["readAt"] > since:
                del state["gone"][key]
    for name in [*unread]:
        if name in pipelines and _is_mended(pipelines[name], unread[name]):
            del unread[name]


def _is_mended(entry: Mapping[str, Any], why: Mapping[str, Any]) -> bool:
    """Return whether a pipeline was read since it is said to be unread, or with the times that it waits for."""
    waited = bool(why.get("waits")) and not why["again"] and is_read(entry, why["times"])
    return waited or entry["readAt"] >= why.get("at", "")


def _fold_pipeline(state: Document, key: str, value: Any, _: str) -> None:
    there = state["pipelines"].get(key)
    if value is not None and (there is None or _rank(there) <= _rank(value)):
        state["pipelines"][key] = value


def _rank(entry: Mapping[str, Any]) -> tuple[str, bool]:
    return entry["readAt"], entry["over"]


def _fold_unread(state: Document, key: str, value: Any, _: str) -> None:
    there = state["unread"].get(key, {})
    if value is not None and there.get("at", "") <= value["at"]:
        why = {name: there[name] for name in ("why", "action") if there and value.get("waits")}
        state["unread"][key] = {**value, **why}  # what waits once more is unread for the reason that it was


def _fold_gone(state: Document, key: str, value: Any, at: str) -> None:
    if value is not None:
        state["gone"][key] = min(value, state["gone"].get(key, value))
    elif key in state["gone"] and state["gone"][key] <= at:
        del state["gone"][key]


def _fold_bucket(state: Document, key: str, value: Any, _: str) -> None:
    if value is not None and (state["buckets"].get(key) or "") <= value:
        state["buckets"][key] = value


def _fold_package(state: Document, key: str, value: Any, at: str) -> None:
    there = (state["packages"].get(key) or {}).get("readAt") or ""
    if value is None and there <= at:
        state["packages"].pop(key, None)
    elif value is not None and there <= (value["readAt"] or ""):
        state["packages"][key] = value


def _fold_refused(state: Document, key: str, value: Any, _: str) -> None:
    if value is None:
        state["refused"].pop(key, None)
    else:
        state["refused"][key] = value


def _fold_made(state: Document, key: str, value: Any, at: str) -> None:
    traced = {name: [each for each in things if each != key] for name, things in state["traced"].items()}
    if "by" in value:
        traced[value["by"]] = sorted([*traced.get(value["by"], []), key])
        state["traced"] = {name: things for name, things in traced.items() if things}
        state["untraced"].pop(key, None)
    elif not any(key in things for things in state["traced"].values()):
        state["untraced"][key] = {**value, "at": at}


_FOLDS: Mapping[str, Callable[[Document, str, Any, str], None]] = {
    "pipelines": _fold_pipeline,
    "unread": _fold_unread,
    "gone": _fold_gone,
    "buckets": _fold_bucket,
    "packages": _fold_package,
    "refused": _fold_refused,
    MADE: _fold_made,
}
