"""A whole scan: every region that was asked for, into one store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from chalicelib.aws.reads import Reads
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.core.values.model import Doc
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.region import Options, RegionScan, list_pipelines
from chalicelib.settings import Settings
from chalicelib.store.layout import Document, Region, Store
from chalicelib.store.state import FILE, coverage, parse_state


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
        region = _region(store, name, listed)
        if region is None:
            progress.say(f"{name}: no pipelines, and nothing kept")
            states[name] = parse_state(None)
            continue
        RegionScan(region, listed, reader, options, now(), progress).run()
        progress.say(f"{name}: {reader.calls.made} calls in all, {reader.refusals} throttled")
        states[name] = parse_state(region.read(FILE))
    return coverage(states)


def _region(store: Store, name: str, listed: Sequence[Doc]) -> Region | None:
    """Return the store's part for a region: the account is its pipelines', else the one that the store has there."""
    accounts = {(text_at(each, "PipelineArn") or "").split(":")[4] for each in listed if text_at(each, "PipelineArn")}
    if not accounts:
        accounts = {region.account for region in store.regions() if region.name == name}
    if len(accounts) > 1:
        raise StoreUnreadable(f"the store holds several accounts for {name}, and no pipeline says which is meant")
    return store.region(accounts.pop(), name) if accounts else None
