"""A whole scan: every region that was asked for, into one store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.aws.reads import Reads
from chalicelib.scan.listing import list_pipelines, region_of
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.region import RegionScan
from chalicelib.settings import Settings
from chalicelib.store.layout import Document, Store
from chalicelib.store.state import FILE, coverage, parse_state

MOST_TOLD = 5
"""Reasons in one line."""


def scan(
    store: Store,
    regions: Sequence[str],
    reads: Callable[[str], Reads],
    settings: Settings,
    options: Options,
    *,
    now: Callable[[], datetime],
    progress: Progress,
) -> Document:
    """Bring the store up to date, and return the coverage of these regions.

    Raises a `LineageError` where a region's list of pipelines cannot be read, or the store not be used.
    """
    store.blobs.tidy()
    states = {}
    for name in regions:
        reader = Reader(name, reads(name), settings)
        listed = list_pipelines(reader)
        region = region_of(store, name, listed)
        if region is None:
            progress.say(f"{name}: no pipelines, and nothing kept")
            states[name] = parse_state(None)
            continue
        RegionScan(region, listed, reader, options, now(), progress).run()
        progress.tell(reader)
        progress.say(f"{name}: {reader.calls.made} calls in all, {reader.refusals} throttled")
        states[name] = parse_state(region.read(FILE))
        if told := _lacking(states[name]):
            progress.say(f"{name}: {told}")
    return coverage(states)


def _lacking(state: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return a sentence about how many pipelines lack something, and why; `None` where none does."""
    lacks = [each["lacks"] for each in state["pipelines"].values() if each.get("lacks")]
    if not lacks:
        return None
    whys = sorted({each["why"] for some in lacks for each in some})
    more = f" and {len(whys) - MOST_TOLD} more" if len(whys) > MOST_TOLD else ""
    pipelines = "1 pipeline" if len(lacks) == 1 else f"{len(lacks)} pipelines"
    return f"something of {pipelines} is not known: {'; '.join(whys[:MOST_TOLD])}{more}"
