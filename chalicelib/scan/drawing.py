"""The graph of what a region's store holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from chalicelib.core.account.build import Builder, collector_at_rest
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.findings.sensitivity import SensitiveTags
from chalicelib.store.layout import GRAPH, Document, Region, answer_path

Kept = TypeVar("Kept")


class Drawing:
    """Drawing of a region's graph: the keys are listed once, and each answer is read once.

    `gone` are the keys of the state's section.
    """

    def __init__(self, region: Region, gone: Collection[str], sensitive_tags: SensitiveTags) -> None:
        kept = [*region.answers()]
        self.older = {(pipeline, execution) for pipeline, execution in kept if execution is not None}
        """The executions of which an answer is kept, as (pipeline, id)."""
        self._region = region
        self._gone = {f"{kind}:{region.name}/{name}" for kind, _, name in (key.partition(":") for key in gone)}
        self._builder = Builder(sensitive_tags)
        self._add((pipeline, None) for pipeline, execution in kept if execution is None)

    def latest(self, serving: Document, buckets: Mapping[str, Document]) -> AccountGraph:
        """Return the graph of the latest answers."""
        with collector_at_rest():
            return self._builder.show({self._region.name: serving}, self._postures(buckets), self._gone)

    def whole(
        self, older: Iterable[tuple[str, str]], serving: Document, buckets: Mapping[str, Document]
    ) -> AccountGraph:
        """Return the graph with the answers of older executions too; it is the last that is made."""
        self._add(sorted(older))
        with collector_at_rest():
            return self._builder.finish({self._region.name: serving}, self._postures(buckets), self._gone)

    def touched(self, buckets: Mapping[str, Kept]) -> dict[str, Kept]:
        """Return the entries of the buckets that an answer names: no other is of any use."""
        return {bucket: entry for bucket, entry in buckets.items() if bucket in self._builder.buckets}

    def _add(self, answers: Iterable[tuple[str, str | None]]) -> None:
        with collector_at_rest():
            for answer in self._region.each([answer_path(*each) for each in answers]):
                if answer is not None:
                    self._builder.add(answer)

    def _postures(self, buckets: Mapping[str, Document]) -> dict[str, Any]:
        return {bucket: entry["s3"] for bucket, entry in self.touched(buckets).items()}


def touching(region: Region, buckets: Collection[str]) -> set[str]:
    """Return the pipelines that read or write in one of the buckets, by the graph that is kept."""
    if not buckets:
        return set()
    places = (region.read(GRAPH) or {}).get("places", ())
    touched = (place for place in places if place["bucket"] in buckets)
    return {name for place in touched for name in (*place["readBy"], *place["writtenBy"])}
