"""The graph of an account, from its `/lineage` answers, what serves its models, and its buckets' postures."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chalicelib.core.account.answers import Json, add_answer
from chalicelib.core.account.graph import AccountGraph, Edge, Span, Vertex, arranged
from chalicelib.core.account.meetings import join_readers
from chalicelib.core.account.overview import Ledger
from chalicelib.core.account.serving import Serving, add_serving
from chalicelib.core.account.sketch import Note, Sketch
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, SensitiveTags
from chalicelib.core.values.s3uri import parse_s3uri


def build_account(
    answers: Iterable[Json],
    serving: Mapping[str, Serving] | None = None,
    buckets: Mapping[str, Json] | None = None,
    *,
    gone: Collection[str] = (),
    sensitive_tags: SensitiveTags = DEFAULT_TAGS,
) -> AccountGraph:
    """Return the graph of all answers; the same whatever order they come in.

    `answers` are bodies of `GET /lineage`, of any number of executions a pipeline, read once and not kept; `serving`
    is by region; `buckets` are the `s3` objects of artifacts by bucket, newer than the answers' own. `gone` holds
    `pipeline:REGION/NAME` and `endpoint:REGION/NAME` of what AWS has no more. Time and memory are linear in the
    answers, memory in what is kept of them: names, locations and times.
    """
    builder = Builder(sensitive_tags)
    with collector_at_rest():
        for answer in answers:
            builder.add(answer)
        return builder.finish(serving or {}, buckets or {}, gone)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let nobody look for garbage: nothing of a graph in the making is, and looking takes longer the larger it is."""
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.enable()


class Builder:
    """Builder of an account's graph, who may show it before the last answer is there: each is read once."""

    def __init__(self, sensitive_tags: SensitiveTags) -> None:
        self._sketch, self._ledger = Sketch(), Ledger(sensitive_tags)

    @property
    def buckets(self) -> Collection[str]:
        """Return the buckets that the answers name."""
        return self._ledger.buckets

    def add(self, answer: Json) -> None:
        """Take one answer into the graph."""
        add_answer(self._sketch, answer)
        self._ledger.add(answer)

    def show(
        self, serving: Mapping[str, Serving], buckets: Mapping[str, Json], gone: Collection[str] = ()
    ) -> AccountGraph:
        """Return the graph of the answers so far; more may be added."""
        return _finished(self._sketch.copy(), self._ledger.copy(), serving, buckets, gone)

    def finish(
        self, serving: Mapping[str, Serving], buckets: Mapping[str, Json], gone: Collection[str] = ()
    ) -> AccountGraph:
        """Return the graph of all answers; nothing can be added to it any more."""
        return _finished(self._sketch, self._ledger, serving, buckets, gone)


def _finished(
    sketch: Sketch,
    ledger: Ledger,
    serving: Mapping[str, Serving],
    buckets: Mapping[str, Json],
    gone: Collection[str],
) -> AccountGraph:
    for region in sorted(serving):
        add_serving(sketch, serving[region], region)
    ledger.replace_buckets(buckets)
    join_readers(sketch)
    _keep_refs(sketch)
    for key, vertex in sketch.vertices.items():
        if earlier := sketch.earlier_arns(key):
            vertex["earlier"] = earlier
        _finish(vertex, ledger, gone)
    return assembled(sketch, ledger.summary())


def _keep_refs(sketch: Sketch) -> None:
    """Make an edge of each reference between steps that no location, package or model carries already."""
    out: dict[str, set[str]] = {}
    into: dict[str, set[str]] = {}
    for source, target, _ in sketch.edges:
        out.setdefault(source, set()).add(target)
        into.setdefault(target, set()).add(source)
    for (source, target), observed in sketch.refs.items():
        if out.get(source, set()).isdisjoint(into.get(target, set())):
            sketch.edges[source, target, "ref:Get"] = Note(observed)


def _finish(vertex: Vertex, ledger: Ledger, gone: Collection[str]) -> None:
    uri = parse_s3uri(vertex["name"]) if vertex["type"] == "data" else None
    if uri is not None:
        vertex["facts"] = ledger.bucket_facts(uri.bucket)
    if "runs" in vertex:
        vertex["runs"].sort(key=lambda run: (run[0] or "", run[1] or ""))
    owner = "pipeline" if vertex["type"] == "step" else vertex["type"]
    name = vertex["pipeline"] if vertex["type"] == "step" else vertex["name"]
    if f"{owner}:{vertex['region']}/{name}" in gone:
        vertex["gone"] = True


def assembled(sketch: Sketch, summary: Mapping[str, Any]) -> AccountGraph:
    """Return the sketch as a graph; vertices of one name in two regions have the region in their ids."""
    regions: dict[str, set[str | None]] = {}
    for vertex in sketch.vertices.values():
        regions.setdefault(vertex["id"], set()).add(vertex["region"])
    for vertex in sketch.vertices.values():
        if len(regions[vertex["id"]]) > 1:
            vertex["id"] = f"{vertex['id']}@{vertex['region']}"
    keys = sorted(sketch.vertices, key=lambda key: sketch.vertices[key]["id"])
    position = {key: at for at, key in enumerate(keys)}
    vertices = [sketch.vertices[key] for key in keys]
    edges = [_edge(position, vertices, ends, note) for ends, note in sketch.edges.items()]
    edges.sort(key=lambda edge: edge[:3])
    return arranged(vertices, edges, **summary)


def usual_span(source: Vertex, target: Vertex) -> Span:
    """Return the span that an edge from or to a location has where it says nothing else."""
    return (source["name"], "prefix") if source["type"] == "data" else (target["name"], "folder")


def _edge(position: Mapping[str, int], vertices: Sequence[Vertex], ends: tuple[str, str, str], note: Note) -> Edge:
    source, target, via = ends
    spans = sorted(note.spans) if note.at is None else []
    if spans == [usual_span(vertices[position[source]], vertices[position[target]])]:
        spans = []
    known = "observed" if note.observed else "declared"
    return Edge(position[source], position[target], via, known, note.timing, note.at, spans)
