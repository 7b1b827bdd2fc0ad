"""One region's scan, from the list of its pipelines to the graph."""

from __future__ import annotations

import time
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from itertools import islice

from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.values.errors import LineageError
from chalicelib.core.values.model import Doc
from chalicelib.formats.run import to_time
from chalicelib.scan.drawing import draw, steps_of, touching
from chalicelib.scan.keeper import Keeper, drop_answers, mark_gone
from chalicelib.scan.listing import arns_of, by_name, differences, ran_again, times_of
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.served import refresh_serving
from chalicelib.scan.trace import orphans, trace
from chalicelib.store.layout import BUCKETS, GRAPH, SERVING, Document, Region
from chalicelib.store.state import State

SIDE_BY_SIDE = 8
"""Pipelines under way at once."""

WRITE_EVERY_SEC = 2.0
"""How much work a killed scan may lose."""


class RegionScan:
    """Scan of one region into a store. Use once: `run` raises a `LineageError` where the list is refused."""

    def __init__(
        self, region: Region, listed: list[Doc], reader: Reader, options: Options, now: datetime, progress: Progress
    ) -> None:
        self._region = region
        self._listed = by_name(listed)
        self._reader = reader
        self._options = options
        self._now = now
        self._progress = progress
        self._state = State(region)
        self._keeper = Keeper(region, self._state, region.buckets(), now)
        self._changed = not self._state.graph_is_current or region.read(GRAPH) is None

    def run(self) -> None:
        """Read what changed, and write the region anew; what is unchanged costs the lists alone."""
        self._mark_gone()
        unread = self._state.section("unread")
        self._state.replace("unread", {name: why for name, why in unread.items() if name in self._listed})
        reread = self._refresh_postures()
        names, doubtful = differences(self._region, self._state.document, self._listed)
        ran = ran_again(self._reader, self._state.section("pipelines"), doubtful)
        try:
            self._read_pipelines(sorted({*names, *ran, *(reread & self._listed.keys())}))
        finally:
            self._write()  # stopped or not: what was read need not be read again
        serving = self._read_serving()
        if self._changed or self._keeper.changed:
            self._write_graph(serving)
        self._state.finish(to_time(self._now) or "")

    def _write(self) -> None:
        self._region.put(BUCKETS, {"buckets": dict(sorted(self._keeper.buckets.items()))})
        self._state.write()

    def _mark_gone(self) -> None:
        gone = {*self._state.section("gone")}
        known = [*self._state.section("pipelines")]
        self._changed |= mark_gone(self._state, "pipeline", self._listed, known, self._now, self._options)
        unmarked = {key.removeprefix("pipeline:") for key in gone - self._state.section("gone").keys()}
        forgotten = unmarked & self._state.section("pipelines").keys() - self._listed.keys()
        if forgotten:
            drop_answers(self._region, forgotten)
        for name in forgotten:
            self._state.learn("pipelines", name, None)

    # --- Pipelines

    def _read_pipelines(self, names: list[str]) -> None:
        self._progress.begin(self._region.name, len(self._listed), len(names))
        written = time.monotonic()
        rest = iter(names)
        under_way: dict[Future[Document | LineageError], str] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            while True:
                for name in islice(rest, 2 * SIDE_BY_SIDE - len(under_way)):
                    under_way[threads.submit(self._reader.attempt, name)] = name
                if not under_way:
                    break
                for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                    name = under_way.pop(done)
                    self._keeper.take(name, done.result(), times_of(self._listed[name]))
                    self._progress.advance(self._reader)
                if time.monotonic() - written > WRITE_EVERY_SEC:
                    self._write()
                    written = time.monotonic()

    # --- Buckets

    def _refresh_postures(self) -> set[str]:
        """Read the postures past their age, and return the pipelines of the buckets that are not what they were."""
        known = self._state.section("buckets").items()
        old = [bucket for bucket, at in known if self._options.is_old(at, self._now)]
        return touching(self._region, self._keeper.look_again(self._reader, old, self._keeper.buckets))

    # --- What serves the models

    def _read_serving(self) -> Document:
        before, gone = self._region.read(SERVING) or dict(EMPTY), {*self._state.section("gone")}
        document = refresh_serving(self._reader, before, self._state, self._options, self._now)
        self._changed |= self._region.put(SERVING, document) or gone != self._state.section("gone").keys()
        return document

    # --- The graph

    def _write_graph(self, serving: Document) -> None:
        """Make the graph of the latest answers, then once more with the older ones that made what is in service."""
        graph = self._draw(serving, set())
        older = self._trace(graph, serving)
        if older:
            graph = self._draw(serving, older)
        self._write()
        self._region.put(GRAPH, graph.document())

    def _draw(self, serving: Document, older: Collection[tuple[str, str]]) -> AccountGraph:
        gone = self._state.section("gone")
        return draw(self._region, serving, self._keeper.buckets, gone, older, self._options.sensitive_tags)

    def _trace(self, graph: AccountGraph, serving: Document) -> set[tuple[str, str]]:
        """Return the older executions that made what is in service or approved, read where they were not yet."""
        makers = {thing: key for key, things in self._state.section("traced").items() for thing in things}
        things = orphans(graph, serving)
        known = {thing.id: makers[thing.id] for thing in things if thing.id in makers}
        unknown = [thing for thing in things if thing.id not in known]
        traced = trace(self._reader, unknown, steps_of(graph), arns_of(self._listed))
        for thing, key in known.items():
            pipeline, _, execution = key.partition("/")
            traced.executions.setdefault((pipeline, execution), []).append(thing)
        untraced = dict(traced.untraced)
        older = set()
        for (pipeline, execution), made in traced.executions.items():
            why = self._read_older(pipeline, execution)
            if why is None:
                older.add((pipeline, execution))
            untraced |= {thing: f"made by an execution of {pipeline} that was not read: {why}" for thing in made if why}
        self._state.replace("traced", {f"{p}/{e}": sorted(made) for (p, e), made in traced.executions.items()})
        self._state.replace("untraced", {thing: {"why": why} for thing, why in untraced.items()})
        return older

    def _read_older(self, pipeline: str, execution: str) -> str | None:
        """Read an older execution, unless it is kept already; return why that could not be done."""
        if self._region.answer(pipeline, execution) is None:
            answer = self._reader.attempt(pipeline, execution)
            if isinstance(answer, LineageError):
                return answer.message
            self._keeper.keep(pipeline, answer, latest=False)
        return None
