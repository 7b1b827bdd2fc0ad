"""One region's scan, from the list of its pipelines to the graph."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.aws.required import error_for
from chalicelib.core.account.build import build_account
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.findings.sensitivity import SensitiveTags
from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.doc import docs_at, text_at, time_at
from chalicelib.core.values.errors import LineageError, NotFound
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.formats.run import to_time
from chalicelib.routes.serving import Watched, read_serving
from chalicelib.scan.postures import postures_in, read_postures
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.trace import orphans, trace
from chalicelib.store.layout import Document, Region
from chalicelib.store.state import State

SIDE_BY_SIDE = 8
"""Pipelines under way at once."""

WRITE_EVERY_SEC = 2.0
"""How much work a killed scan may lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Limits of a scan: how old a posture or an approval may grow, how long what is gone is kept; sensitive tags."""

    posture_max_age: timedelta = timedelta(hours=24)
    retain: timedelta = timedelta(days=365)
    sensitive_tags: SensitiveTags


class RegionScan:
    """Scan of one region into a store. Use once: `run` raises a `LineageError` where the list is refused."""

    def __init__(
        self, region: Region, listed: list[Doc], reader: Reader, options: Options, now: datetime, progress: Progress
    ) -> None:
        self._region = region
        self._listed = {text_at(each, "PipelineName") or "": each for each in listed}
        self._reader = reader
        self._options = options
        self._now = now
        self._progress = progress
        self._state = State(region)
        self._buckets: dict[str, Document] = (region.read("buckets.json.gz") or {}).get("buckets", {})
        self._changed = not self._state.graph_is_current or region.read("graph.json.gz") is None

    def run(self) -> None:
        """Read what changed, and write the region anew; what is unchanged costs the lists alone."""
        self._mark_gone("pipeline", self._listed)
        unread = self._state.section("unread")
        self._state.replace("unread", {name: why for name, why in unread.items() if name in self._listed})
        reread = self._refresh_postures()
        try:
            self._read_pipelines(self._to_read(reread))
        finally:
            self._write()  # stopped or not: what was read need not be read again
        serving = self._read_serving()
        if self._changed:
            self._write_graph(serving)
        self._state.finish(to_time(self._now) or "")

    def _write(self) -> None:
        self._region.put("buckets.json.gz", {"buckets": dict(sorted(self._buckets.items()))})
        self._state.write()

    # --- Which pipelines

    def _to_read(self, reread: Collection[str]) -> list[str]:
        """Return the pipelines that changed since they were read, that were not over then, or could not be read."""
        kept = {pipeline for pipeline, execution in self._region.answers() if execution is None}
        known = self._state.section("pipelines")
        names: list[str] = []
        doubtful: list[str] = []
        for name, summary in self._listed.items():
            entry = known.get(name)
            modified, ran = _times(summary)
            unread = name not in kept or name in self._state.section("unread") or name in reread
            if entry is None or unread or not entry["over"] or modified != entry["lastModifiedTime"]:
                names.append(name)
            elif ran is None:
                doubtful.append(name)
            elif ran != entry["lastExecutionTime"]:
                names.append(name)
        return sorted([*names, *self._ran_again(doubtful)])

    def _ran_again(self, names: list[str]) -> Iterator[str]:
        """Yield those that have another latest execution than the kept one, where the list does not say when it was."""
        answers = self._reader.responses([sagemaker.executions_page(name, 1, None) for name in names])
        for name, answer in zip(names, answers, strict=True):
            latest = next((text_at(each, "PipelineExecutionArn") for each in _executions(answer)), None)
            if isinstance(answer, Gap) or latest != self._state.section("pipelines")[name]["execution"]:
                yield name

    def _read_pipelines(self, names: list[str]) -> None:
        self._progress.begin(self._region.name, len(self._listed), len(names))
        written = time.monotonic()
        rest = iter(names)
        under_way: dict[Future[Document | LineageError], str] = {}
        with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
            while True:
                for name in islice(rest, 2 * SIDE_BY_SIDE - len(under_way)):
                    under_way[threads.submit(self._attempt, name)] = name
                if not under_way:
                    break
                for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                    self._take(under_way.pop(done), done.result())
                    self._progress.advance(self._reader)
                if time.monotonic() - written > WRITE_EVERY_SEC:
                    self._write()
                    written = time.monotonic()

    def _attempt(self, name: str) -> Document | LineageError:
        try:
            return self._reader.lineage(name)
        except LineageError as error:
            return error

    def _take(self, name: str, outcome: Document | LineageError) -> None:
        if isinstance(outcome, NotFound):
            return  # deleted since it was listed: the next scan will miss it
        if isinstance(outcome, LineageError):
            self._state.learn("unread", name, {"why": outcome.message, "action": outcome.action})
            return
        self._state.learn("unread", name, None)
        self._keep(name, outcome)
        modified, ran = _times(self._listed[name])
        execution = text_at(outcome, "execution", "arn")
        self._state.learn(
            "pipelines",
            name,
            {
                "lastModifiedTime": modified,
                "lastExecutionTime": ran,
                "execution": execution,
                "over": execution is None or text_at(outcome, "execution", "status") in OVER,
                "readAt": to_time(self._now),
            },
        )

    def _keep(self, name: str, answer: Document, *, latest: bool = True) -> None:
        """Keep an answer, and what it says of buckets that were not looked at in this scan yet."""
        execution = text_at(answer, "execution", "arn")
        if execution is not None and text_at(answer, "execution", "status") in OVER:
            self._changed |= self._region.keep(name, execution.rsplit("/", 1)[-1], answer)
        if latest:
            self._changed |= self._region.keep_latest(name, answer)
            for node in docs_at(answer, "graph", "nodes"):
                arn = text_at(node, "registry", "modelPackageArn")
                if arn is not None:
                    approval = text_at(node, "registry", "approvalStatus")
                    self._state.learn("packages", arn, {"approval": approval, "readAt": to_time(self._now)})
        for bucket, entry in postures_in(answer).items():
            if self._state.section("buckets").get(bucket) != to_time(self._now):
                self._look(bucket, entry)

    # --- Buckets

    def _refresh_postures(self) -> set[str]:
        """Read the postures past their age, and return the pipelines of the buckets that are not what they were."""
        old = [bucket for bucket, at in self._state.section("buckets").items() if self._is_old(at)]
        changed = set()
        for bucket, entry in read_postures(self._reader, old, self._region.account):
            if self._buckets.get(bucket, {}).get("s3") != entry["s3"]:
                changed.add(bucket)
            self._look(bucket, entry)
        return self._touching(changed)

    def _look(self, bucket: str, entry: Document) -> None:
        self._changed |= self._buckets.get(bucket) != entry
        self._buckets[bucket] = entry
        self._state.learn("buckets", bucket, to_time(self._now))

    def _touching(self, buckets: Collection[str]) -> set[str]:
        if not buckets:
            return set()
        places = (self._region.read("graph.json.gz") or {}).get("places", ())
        touched = (place for place in places if place["bucket"] in buckets)
        return {name for place in touched for name in (*place["readBy"], *place["writtenBy"])}

    def _is_old(self, at: str | None) -> bool:
        return at is None or self._now - datetime.fromisoformat(at) >= self._options.posture_max_age

    # --- What serves the models

    def _read_serving(self) -> Document:
        before = self._region.read("serving.json.gz") or dict(EMPTY)
        watched = {
            arn: Watched(each["approval"], self._is_old(each["readAt"]))
            for arn, each in self._state.section("packages").items()
        }
        got = read_serving(self._reader, before, watched)
        for arn, approval in got.packages.items():
            self._state.learn("packages", arn, {"approval": approval, "readAt": to_time(self._now)})
        for arn in got.gone & watched.keys():
            self._state.learn("packages", arn, None)
        self._state.replace("refused", {action: gap.message for action, gap in got.refused.items()})
        current = {each["name"] for each in got.document["endpoints"]}
        self._mark_gone("endpoint", current, {each["name"] for each in before["endpoints"]})
        document = self._with_gone(got.document, before)
        self._changed |= self._region.put("serving.json.gz", document)
        return document

    def _with_gone(self, document: Document, before: Mapping[str, Any]) -> Document:
        """Return what serves, with the endpoints that are gone and what they served: kept as they were last seen."""
        gone = {key.removeprefix("endpoint:") for key in self._state.section("gone") if key.startswith("endpoint:")}
        lost = [each for each in before["endpoints"] if each["name"] in gone]
        wanted = {"endpoints": {each["name"] for each in lost}, "configurations": {each["config"] for each in lost}}
        configurations = [each for each in before["configurations"] if each["name"] in wanted["configurations"]]
        wanted["models"] = {model for each in configurations for model in each["models"]}
        merged = dict(document)
        for kind, names in wanted.items():
            have = {each["name"] for each in document[kind]}
            kept = [each for each in before[kind] if each["name"] in names - have]
            merged[kind] = sorted([*document[kind], *kept], key=lambda each: each["name"])
        packages = {arn for each in merged["models"] for arn in each["packages"]}
        have = {each["arn"] for each in document["packages"]}
        kept = [each for each in before["packages"] if each["arn"] in packages - have]
        merged["packages"] = sorted([*document["packages"], *kept], key=lambda each: each["arn"])
        return merged

    # --- What is gone

    def _mark_gone(self, kind: str, there: Collection[str], known: Collection[str] | None = None) -> None:
        """Mark what is not there any more, unmark what came back, and drop what has been gone for long enough."""
        gone = self._state.section("gone")
        for name in known if known is not None else [*self._state.section("pipelines")]:
            if name not in there and f"{kind}:{name}" not in gone:
                self._state.learn("gone", f"{kind}:{name}", to_time(self._now))
                self._changed = True
        for key, since in [*gone.items()]:
            name = key.removeprefix(f"{kind}:")
            if name == key:
                continue
            long_ago = self._now - datetime.fromisoformat(since) >= self._options.retain
            if name in there or long_ago:
                self._state.learn("gone", key, None)
                self._changed = True
                if name not in there and kind == "pipeline":
                    self._drop(name)

    def _drop(self, pipeline: str) -> None:
        for name, execution in [*self._region.answers()]:
            if name == pipeline:
                self._region.drop(name, execution)
        self._state.learn("pipelines", pipeline, None)

    # --- The graph

    def _write_graph(self, serving: Document) -> None:
        """Make the graph of the latest answers, then once more with the older ones that made what is in service."""
        graph = self._build(serving, set())
        older = self._trace(graph, serving)
        if older:
            graph = self._build(serving, older)
        self._write()
        self._region.put("graph.json.gz", graph.document())

    def _trace(self, graph: AccountGraph, serving: Document) -> set[tuple[str, str]]:
        """Return the older executions that made what is in service or approved, read where they were not yet."""
        makers = {thing: key for key, things in self._state.section("traced").items() for thing in things}
        things = orphans(graph, serving)
        known = {thing.id: makers[thing.id] for thing in things if thing.id in makers}
        traced = trace(self._reader, [thing for thing in things if thing.id not in known], _steps(graph), self._arns())
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

    def _arns(self) -> dict[str, str]:
        return {name: text_at(each, "PipelineArn") or "" for name, each in self._listed.items()}

    def _read_older(self, pipeline: str, execution: str) -> str | None:
        """Read an older execution, unless it is kept already; return why that could not be done."""
        if self._region.answer(pipeline, execution) is None:
            try:
                self._keep(pipeline, self._reader.lineage(pipeline, execution), latest=False)
            except LineageError as error:
                return error.message
        return None

    def _build(self, serving: Document, older: Collection[tuple[str, str]]) -> AccountGraph:
        gone = {
            f"{kind}:{self._region.name}/{name}"
            for kind, _, name in (key.partition(":") for key in self._state.section("gone"))
        }
        return build_account(
            self._answers(older),
            {self._region.name: serving},
            {bucket: entry["s3"] for bucket, entry in self._buckets.items()},
            gone=gone,
            sensitive_tags=self._options.sensitive_tags,
        )

    def _answers(self, older: Collection[tuple[str, str]]) -> Iterator[Document]:
        """Yield the latest answer of each pipeline, and those of the older executions asked for."""
        for pipeline, execution in self._region.answers():
            if execution is None or (pipeline, execution) in older:
                answer = self._region.answer(pipeline, execution)
                if answer is not None:
                    yield answer


def _steps(graph: AccountGraph) -> dict[str, set[str]]:
    steps: dict[str, set[str]] = {}
    for vertex in graph.vertices:
        if vertex["type"] == "step":
            steps.setdefault(vertex["pipeline"] or "", set()).add(vertex["name"])
    return steps


def _times(summary: Doc) -> tuple[str | None, str | None]:
    """Return when a listed pipeline was changed, and when it last began to run."""
    return to_time(time_at(summary, "LastModifiedTime")), to_time(time_at(summary, "LastExecutionTime"))


def _executions(answer: Response) -> tuple[Doc, ...]:
    return docs_at(answer, "PipelineExecutionSummaries")


def list_pipelines(reader: Reader) -> list[Doc]:
    """Return every pipeline of a region; raises a `LineageError` where the list cannot be read."""
    items, gap = reader.items(sagemaker.pipelines_page(100, None, reader.region), "PipelineSummaries")
    if gap is not None:
        raise error_for(gap)
    return [item for item in items if text_at(item, "PipelineName")]
