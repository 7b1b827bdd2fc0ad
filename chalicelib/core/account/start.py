"""Where a walk starts: what an S3 URI, an ARN, a pipeline or a step names in the account's graph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from chalicelib.core.account.graph import AccountGraph, Vertex
from chalicelib.core.account.sketch import ARN_TYPES
from chalicelib.core.values.meeting import Taken, Written, meets
from chalicelib.core.values.s3uri import S3Uri, containers, parse_s3uri

_FILE_SYSTEMS = ("fsx://", "efs://")


def starts(graph: AccountGraph, text: str) -> list[int]:
    """Return the positions of the vertices that `text` names, in order; none where it is nowhere in the graph.

    An S3 URI names every location that it covers as a prefix (S3's text rule, within its bucket) or that contains it
    as a folder; an ARN its pipeline's or execution's steps, the step that ran the job, or the thing itself;
    `pipeline:NAME` and `step:PIPELINE/STEP` what they say; anything else a vertex by its id or its location.
    """
    uri = parse_s3uri(text)
    if uri is not None:
        return sorted(set(_covered(graph, uri)) | set(_containing(graph, uri)))
    if text.startswith("pipeline:"):
        return [*_steps(graph, text.removeprefix("pipeline:"))]
    if text.startswith("arn:"):
        return [*_of_arn(graph, text)]
    if text.startswith(_FILE_SYSTEMS):
        return [at for at, vertex in _data(graph) if meets(Written(vertex["name"]), Taken(text))]
    return [*_exactly(graph, text)] or [*_exactly(graph, f"data:{text}")]


def _exactly(graph: AccountGraph, vertex_id: str) -> Iterator[int]:
    """Yield the vertex of this id; where regions tell it from a namesake, both."""
    for at in _range(graph, vertex_id):
        if graph.vertices[at]["id"] in (vertex_id, f"{vertex_id}@{graph.vertices[at]['region']}"):
            yield at


def _range(graph: AccountGraph, beginning: str) -> Iterator[int]:
    """Yield the vertices whose ids begin so."""
    at = bisect_left(graph.vertices, beginning, key=lambda vertex: vertex["id"])
    while at < len(graph.vertices) and graph.vertices[at]["id"].startswith(beginning):
        yield at
        at += 1


def _covered(graph: AccountGraph, uri: S3Uri) -> Iterator[int]:
    text = f"s3://{uri.bucket}/{uri.key}"
    yield from _range(graph, f"data:{text}")
    if not uri.key:
        yield from _exactly(graph, f"data:s3://{uri.bucket}")


def _containing(graph: AccountGraph, uri: S3Uri) -> Iterator[int]:
    for place in containers(uri):
        at = graph.position(f"data:s3://{place}")
        if at is not None:
            yield at
        if "${" in place:  # a template's vertex is its pipeline's own
            named = (each for each in _range(graph, f"data:s3://{place}@"))
            yield from (each for each in named if graph.vertices[each]["name"] == f"s3://{place}")


def _steps(graph: AccountGraph, pipeline: str, region: str | None = None) -> Iterator[int]:
    for at in _range(graph, f"step:{pipeline}/"):
        if region in (None, graph.vertices[at]["region"]):
            yield at


def _data(graph: AccountGraph) -> Iterator[tuple[int, Vertex]]:
    return ((at, graph.vertices[at]) for at in _range(graph, "data:"))


def _of_arn(graph: AccountGraph, arn: str) -> Iterator[int]:
    parts = arn.split(":", 5)
    kind, _, name = (parts[5] if len(parts) == 6 else "").partition("/")
    if kind == "pipeline" and "/execution/" not in name:
        yield from _steps(graph, name, parts[3])
        return
    wanted, thing = arn.lower(), ARN_TYPES.get(kind)
    for at, vertex in enumerate(graph.vertices):
        if thing is not None and vertex["type"] != thing:  # the step that made it is not meant
            continue
        own = (vertex["arn"] or "").lower()
        if wanted in (own, (vertex["facts"].get("execution") or "").lower()):
            yield at
