"""Start of a walk: what an S3 URI, an ARN, a pipeline or a step names in the account's graph."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.sketch import ARN_TYPES
from chalicelib.core.values.meeting import Taken, Written, meets
from chalicelib.core.values.s3uri import SCHEMES, location_at, parse_s3uri


def starts(graph: AccountGraph, text: str) -> list[int]:
    """Return the positions of the vertices that `text` names, in order; none where it is nowhere in the graph.

    An S3 URI, or that of a file system, names every location that it meets as one who reads there: those that it
    covers as a prefix (S3's text rule, within its bucket) and those that contain it as a folder. An ARN names its
    pipeline's or execution's steps, the step that ran the job, or the thing itself; `pipeline:NAME` and
    `step:PIPELINE/STEP` what they say; anything else a vertex by its id or its location.
    """
    text = location_at(text) or text
    beginnings = _beginnings(text)
    if beginnings:
        found = (at for beginning in beginnings for at in _range(graph, f"data:{beginning}"))
        return sorted(at for at in found if meets(Written(graph.vertices[at]["name"]), Taken(text)))
    if text.startswith("pipeline:"):
        return [*_steps(graph, text.removeprefix("pipeline:"))]
    if text.startswith("arn:"):
        return [*_of_arn(graph, text)]
    return [*_exactly(graph, text)] or [*_exactly(graph, f"data:{text}")]


def _beginnings(text: str) -> list[str]:
    """Return how the locations begin that `text` may meet, a bucket's or a file system's; none for other texts."""
    uri = parse_s3uri(text)
    if uri is not None:
        return [f"{scheme}{uri.bucket}" for scheme in SCHEMES]
    return ["/".join(text.split("/", 3)[:3])] if text.startswith(("fsx://", "efs://")) else []


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


def _steps(graph: AccountGraph, pipeline: str, region: str | None = None) -> Iterator[int]:
    for at in _range(graph, f"step:{pipeline}/"):
        if region in (None, graph.vertices[at]["region"]):
            yield at


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
        own = (vertex["arn"], vertex["facts"].get("execution"), *vertex.get("earlier", ()))
        if any(each and each.lower() == wanted for each in own):
            yield at
