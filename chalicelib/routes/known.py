"""Knowledge of the account, from a store or read at once: its graph, and how much of it that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from chalicelib.core.account.graph import AccountGraph, NewerStore, parse_graph
from chalicelib.core.account.merge import merged
from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.core.values.model import Gap
from chalicelib.fetch.cache import Cache
from chalicelib.store.layout import GRAPH, Document, Region, Store
from chalicelib.store.state import FILE, coverage, parse_state

T = TypeVar("T")


REMEMBERED_SEC = 3600.0
"""How long what was read of a store stays in memory that nobody asks for; a changed file has another tag."""


class Remember(Protocol):
    """Memory of what was made of a store's files: of each the last, with the files' tags."""

    def __call__(self, files: str, tags: str, read: Callable[[], T], /) -> T:
        """Return what was made of these files, read anew where it is not remembered with these tags."""


def remember_in(cache: Cache) -> Remember:
    """Return a memory in a cache, which a graph may fill: loading one takes a second for each 2,000 pipelines."""

    def remember(files: str, tags: str, read: Callable[[], T], /) -> T:
        known = cache.get(("store", files))
        if known is not None and known.response[0] == tags:
            kept: T = known.response[1]
            return kept
        del known
        cache.drop(("store", files))  # before the newer one comes: two graphs may be more than there is memory
        made = read()
        cache.put(("store", files), (tags, made), REMEMBERED_SEC, share=1)
        return made

    return remember


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The account's graph and its coverage, in the words of the answer.

    `read_at` says when each bucket was looked at, `unread` why a pipeline was not read.
    """

    graph: AccountGraph
    coverage: Document
    read_at: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, Sequence[Document]] = field(default_factory=dict)
    gaps: Sequence[Gap] = ()

    @property
    def is_whole(self) -> bool:
        """Return whether everything was read: only then is what is not in the graph nowhere."""
        return bool(self.coverage["regions"]) and not self.coverage["unread"]


def from_store(store: Store, region: str | None, remember: Remember) -> Known:
    """Return what a store knows, of one region or of all that it holds.

    `StoreUnreadable` where the store is damaged, a newer one, or one of several accounts.
    """
    regions = [each for each in store.regions() if region in (None, each.name)]
    if len({each.account for each in regions}) > 1:
        raise StoreUnreadable("the store holds several accounts; keep each in a store of its own")
    tags = {each: tag for each in regions if (tag := each.tag(GRAPH)) is not None}
    regions = [*tags]
    states = {each.name: _state(each, remember) for each in regions}
    return Known(
        graph=_graph(tags, remember),
        coverage=coverage(states),
        read_at={bucket: at for state in states.values() for bucket, at in state["buckets"].items()},
        unread=_by_pipeline(states),
        gaps=() if regions else (_nothing(region),),
    )


def _state(region: Region, remember: Remember) -> Document:
    tag = region.tag(FILE)
    if tag is None:  # a graph that says neither of when it is nor what it lacks
        raise StoreUnreadable(f"{FILE} is missing in the store: scan again")
    return remember(region.folder + FILE, tag, lambda: parse_state(region.read(FILE)))


def _nothing(region: str | None) -> Gap:
    where = f" of {region}" if region else ""
    return Gap("NothingKept", f"the store holds nothing{where}: run sagemaker-lineage scan first", region)


def _graph(regions: Mapping[Region, str], remember: Remember) -> AccountGraph:
    """Return the graph of all regions, each with its graph's tag: what is remembered is not read again."""

    def read() -> AccountGraph:
        try:
            graphs = [parse_graph(each.read(GRAPH) or {}) for each in regions]
        except (NewerStore, KeyError) as error:
            raise StoreUnreadable(f"graph.json.gz cannot be read: {error}") from None
        return merged(graphs)

    return remember(" ".join(each.folder + GRAPH for each in regions), " ".join(regions.values()), read)


def _by_pipeline(states: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Document]]:
    unread: dict[str, list[Document]] = {}
    for state in states.values():
        for name, why in state["unread"].items():
            unread.setdefault(name, []).append({"why": why["why"], "action": why["action"]})
    return unread
