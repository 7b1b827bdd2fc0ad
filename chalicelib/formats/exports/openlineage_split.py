"""Events of one run, none of them larger than its readers take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.formats.exports.export import Json

MAX_EVENT_BYTES = 300_000
"""Most that DataZone takes: https://docs.aws.amazon.com/datazone/latest/APIReference/API_PostLineageEvent.html"""

LISTS: Final[Sequence[tuple[str, ...]]] = (
    ("inputs",),
    ("outputs",),
    ("run", "facets", "executionParameters", "parameters"),
    ("run", "facets", "jobDependencies", "upstream"),
    ("job", "facets", "tags", "tags"),
    ("run", "facets", "tags", "tags"),
)
"""What an event may hold any number of; the first of them leave the last event first."""

FRAME: Final = 2_048
"""Room for the keys around the lists, and for what names their facets' schemas."""

Piece = tuple[tuple[str, ...], Any]


def slim(event: Json) -> Json:
    """Return an event as it is, or without its lists where it is too large: the events after it bring them."""
    return event if _size(event) <= MAX_EVENT_BYTES else _with(event, event, ())


def in_parts(running: Json, last: Json) -> Iterator[Json]:
    """Yield the last event of a run; events before it, of the kind `running`, carry what it has no room for."""
    if _size(last) <= MAX_EVENT_BYTES:
        yield last
        return
    pieces: list[Piece] = [(path, item) for path in LISTS for item in _at(last, path)]
    sizes = [_size(item) + 2 for _, item in pieces]
    least = _size(_with(last, last, ())) + FRAME
    most = MAX_EVENT_BYTES - _size(_with(running, running, ())) - FRAME
    at, rest = 0, sum(sizes)
    while at < len(pieces) and least + rest > MAX_EVENT_BYTES:
        room, start = most, at
        while at < len(pieces) and (at == start or sizes[at] <= room):
            room -= sizes[at]
            rest -= sizes[at]
            at += 1
        yield _with(running, last, pieces[start:at])
    yield _with(last, last, pieces[at:])


def _with(event: Json, model: Json, pieces: Sequence[Piece]) -> Json:
    """Return an event with these pieces in its lists and no others; `model` has the facets that the lists stand in."""
    made: dict[str, Any] = _without_lists(event)
    for path in dict.fromkeys(path for path, _ in pieces):
        items = [item for at, item in pieces if at == path]
        if len(path) == 1:
            made[path[0]] = items
            continue
        of, facets, key, name = path
        facet = {**_at(model, (of, facets, key)), name: items}
        made[of] = {**made[of], facets: {**made[of][facets], key: facet}}
    return made


def _without_lists(event: Json) -> dict[str, Any]:
    made: dict[str, Any] = {**event, **{name: [] for name in ("inputs", "outputs") if name in event}}
    for of in ("run", "job"):
        long = {path[2] for path in LISTS if path[0] == of}
        kept = {key: facet for key, facet in event[of]["facets"].items() if key not in long}
        made[of] = {**event[of], "facets": kept}
    return made


def _at(event: Json, path: Sequence[str]) -> Any:
    found: Any = event
    for key in path:
        found = found.get(key, ()) if isinstance(found, Mapping) else ()
    return found


def _size(value: Any) -> int:
    """Return how many bytes a value takes however JSON is written: escaped to ASCII, with spaces."""
    return len(json.dumps(value))
