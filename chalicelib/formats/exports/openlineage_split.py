"""Events of one run, none of them larger than its readers take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.formats.exports.export import Json

MAX_EVENT_BYTES = 300_000
"""Most that DataZone takes: https://docs.aws.amazon.com/datazone/latest/APIReference/API_PostLineageEvent.html"""


def in_parts(running: Json, last: Json, inputs: Sequence[Json], outputs: Sequence[Json]) -> Iterator[Json]:
    """Yield the last event of a run with its datasets; events before it carry those that it has no room for."""
    datasets = [*(("inputs", each) for each in inputs), *(("outputs", each) for each in outputs)]
    sizes = [_size(each) + 2 for _, each in datasets]
    # What the lists themselves take is counted too.
    least, most = _size(last) + 64, MAX_EVENT_BYTES
    at, rest = 0, sum(sizes)
    while at < len(datasets) and least + rest > most:
        room, start = most - _size(running) - 64, at
        while at < len(datasets) and (at == start or sizes[at] <= room):
            room -= sizes[at]
            rest -= sizes[at]
            at += 1
        yield _with(running, datasets[start:at])
    yield _with(last, datasets[at:])


def _with(event: Json, datasets: Sequence[tuple[str, Json]]) -> Json:
    sides = {name: [each for side, each in datasets if side == name] for name in ("inputs", "outputs")}
    return {**event, **sides}


def _size(value: Any) -> int:
    """Return how many bytes a value takes however JSON is written: escaped to ASCII, with spaces."""
    return len(json.dumps(value))
