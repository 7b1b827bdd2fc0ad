"""One region's scan, from the list of its pipelines to the graph."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from itertools import islice

from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.values.errors import LineageError
from chalicelib.core.values.model import Doc
from chalicelib.formats.run import to_time
from chalicelib.scan.drawing import Drawing, touching
from chalicelib.scan.keeper import OTHER_APPROVAL, OTHER_BUCKET, Keeper, drop_answers, is_outdated, lacking, mark_gone
from chalicelib.scan.listing import arns_of, by_name, differences, ran_again, times_of
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.served import refresh_serving
from chalicelib.scan.trace import is_trace_due, orphans, steps_of, trace
from chalicelib.store.blobs import Conflict
from chalicelib.store.layout import GRAPH, SERVING, Document, Region, answer_path
from chalicelib.store.state import State

SIDE_BY_SIDE = 8
"""Pipelines under way at once."""

WRITE_EVERY_SEC = 2.0
"""How much work a killed scan may lose; more where the state is so large that writing it takes long."""

WRITING = 0.05
"""The share of a scan that writing its state may take."""


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
        self._keeper = Keeper(region, self._state, now)
        self._changed = not self._state.graph_is_current or region.tag(GRAPH) is None

    def run(self) -> None:
        """Read what changed, and write the region anew; what is unchanged costs the lists alone."""
        self._mark_gone()
        unread = self._state.section("unread")
        self._state.replace("unread", {name: why for name, why in unread.items() if name in self._listed})
        self._keeper.look_through(self._lost())
        self._refresh_postures()
        serving = self._read_serving()
        self._changed |= is_trace_due(self._state.document, self._options, self._now)
        found = differences(self._region, self._state.document, self._listed, self._options, self._now)
        ran = ran_again(self._reader, self._state.section("pipelines"), found.doubtful)
        changed = {*found.changed, *ran}
        self._progress.begin(self._region.name, len(self._listed), len(changed), len(found.lacking))
        if changed or found.lacking:
            self._state.spoil()
        try:
            self._read_pipelines(sorted(changed.union(found.lacking)))
        finally:
            self._write()  # stopped or not: what was read need not be read again
        if self._changed or self._keeper.changed:
            self._write_graph(serving)
        self._state.finish(to_time(self._now) or "")

    def _write(self) -> None:
        self._changed |= self._keeper.write_buckets()
        self._state.write()

    def _write_meanwhile(self) -> None:
        """Write what is cheap to write: not all postures anew, which the next scan can take from the answers."""
        self._state.write(hold=["buckets"])

    def _lost(self) -> Iterator[tuple[Document | None, str]]:
        """Yield the answers that a killed scan left, each with the time when it was read."""
        drawn = self._state.document["asOf"] or ""
        read = {name: each["readAt"] for name, each in self._state.section("pipelines").items()}
        lost = [name for name, at in read.items() if at > drawn]
        answers = self._region.each([answer_path(name, None) for name in lost])
        return ((answer, read[name]) for name, answer in zip(lost, answers, strict=True))

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
        due = time.monotonic() + WRITE_EVERY_SEC
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
                began = time.monotonic()
                if began > due:
                    self._write_meanwhile()
                    took = time.monotonic() - began
                    due = time.monotonic() + max(WRITE_EVERY_SEC, took / WRITING)

    # --- Buckets

    def _refresh_postures(self) -> None:
        """Read the postures past their age; the pipelines of the buckets that are not what they were are unread now.

        That is written before the postures are: a scan that is killed in between must know which these were.
        """
        known = self._state.section("buckets").items()
        old = [bucket for bucket, at in known if self._options.is_old(at, self._now)]
        if not old:
            return
        self._progress.say(f"{self._region.name}: the postures of {len(old)} buckets are read again, for their age")
        changed = self._keeper.look_again(self._reader, old)
        for name in self._touching(changed) & self._listed.keys():
            self._keeper.ask_again(name, OTHER_BUCKET)
        self._write_meanwhile()

    def _touching(self, buckets: Collection[str]) -> set[str]:
        """Return the pipelines that touch one of the buckets, or that the kept graph knows nothing of yet."""
        if not buckets:
            return set()
        drawn = self._state.document["asOf"] or ""
        pipelines = self._state.section("pipelines").items()
        return touching(self._region, buckets) | {name for name, each in pipelines if each["readAt"] > drawn}

    # --- What serves the models

    def _read_serving(self) -> Document:
        """Read what serves; the pipelines whose answers say another approval are unread by that."""
        before, gone = self._region.read(SERVING) or dict(EMPTY), {*self._state.section("gone")}
        served = refresh_serving(self._reader, before, self._state, self._options, self._now)
        for pipeline, execution in served.older:  # first: what serves now is what tells that they are outdated
            self._read_older(pipeline, execution, {}, again=True)
        if served.document != before:
            self._state.spoil()
        self._changed |= self._region.put(SERVING, served.document) or gone != self._state.section("gone").keys()
        for name in served.outdated:
            self._keeper.ask_again(name, OTHER_APPROVAL)
        return served.document

    # --- The graph

    def _write_graph(self, serving: Document) -> None:
        """Make the graph of the latest answers, then once more with the older ones that made what is in service.

        It is written only over the one that was there before it was begun: a scan beside this one may know more by now.
        """
        while True:
            seen, buckets = self._region.tag(GRAPH), self._region.buckets()
            drawing = Drawing(self._region, self._state.section("gone"), self._options.sensitive_tags)
            graph = drawing.latest(serving, buckets)
            older = self._trace(graph, serving, buckets)
            self._write()
            if older:
                graph = drawing.whole(older, serving, self._region.buckets())
            touched = drawing.touched(buckets)
            self._keeper.forget_buckets({bucket: buckets[bucket] for bucket in buckets.keys() - touched.keys()})
            try:
                return self._region.replace(GRAPH, graph.document(), seen)
            except Conflict:
                continue

    def _trace(self, graph: AccountGraph, serving: Document, buckets: Mapping[str, Document]) -> set[tuple[str, str]]:
        """Return the older executions that made what is in service or approved, read where they were not yet."""
        makers = {thing: key for key, things in self._state.section("traced").items() for thing in things}
        things = orphans(graph, serving)
        known = {thing.id: makers[thing.id] for thing in things if thing.id in makers}
        unknown = [thing for thing in things if thing.id not in known]
        if unknown:
            self._progress.say(f"{self._region.name}: the makers of {len(unknown)} models and packages are looked for")
        traced = trace(self._reader, unknown, steps_of(graph), arns_of(self._listed))
        for thing, key in known.items():
            pipeline, _, execution = key.partition("/")
            traced.executions.setdefault((pipeline, execution), []).append(thing)
        untraced = dict(traced.untraced)
        older = set()
        for (pipeline, execution), made in traced.executions.items():
            why = self._read_older(pipeline, execution, buckets, again=not known.keys() >= {*made})
            if why is None:
                older.add((pipeline, execution))
            untraced |= {thing: f"made by an execution of {pipeline} that was not read: {why}" for thing in made if why}
        self._remember({f"{p}/{e}": sorted(made) for (p, e), made in traced.executions.items()}, untraced)
        return older

    def _remember(self, traced: Document, untraced: Mapping[str, str]) -> None:
        now, older = to_time(self._now), self._state.section("older")
        self._state.replace("traced", traced)
        self._state.replace("untraced", {thing: {"why": why, "at": now} for thing, why in untraced.items()})
        self._state.replace("older", {key: entry for key, entry in older.items() if key in traced})

    def _read_older(self, pipeline: str, execution: str, buckets: Mapping[str, Document], *, again: bool) -> str | None:
        """Read an older execution, unless it is kept, lacks nothing and is true; return why that could not be done.

        `again`: what it made is of another approval by now, whatever is kept. `buckets` are the postures as they are.
        """
        kept = self._region.answer(pipeline, execution)
        summary = self._listed.get(pipeline)  # none: it is gone, and nothing more is to be read of it
        again = again or bool(kept and summary and is_outdated(kept, times_of(summary)[0], buckets))
        known = self._state.section("older").get(f"{pipeline}/{execution}")
        if kept is not None and known is None:  # it was kept as the latest: what it lacks was noted of another by now
            known = {"readAt": None, "lacks": lacking(kept)}
        if kept is not None and known is not None and not again and not self._options.is_due(known, self._now):
            self._keeper.look_through([(kept, "")])
            return None
        answer = self._reader.attempt(pipeline, execution)
        if not isinstance(answer, LineageError):
            self._keeper.keep_older(pipeline, execution, answer)
            return None
        if kept is None:
            return answer.message
        self._keeper.look_back(pipeline, execution, kept)
        return None
