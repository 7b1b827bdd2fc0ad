"""The account's graph as it is kept and walked: sorted vertices, sorted edges, and both directions by position."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple, NotRequired, TypedDict

SCHEMA = 1
"""The version of the document that `AccountGraph.document` writes; a reader of a newer one says so."""

Span = tuple[str, str]
"""A location and its extent (`folder`, `object`, `prefix`, `manifest`), as `core.values.meeting` reads them."""


class Vertex(TypedDict):
    """One thing of the account. `id` begins with its type and a colon.

    `type`: `step`, `data`, `package`, `model` or `endpoint`. `name`: a step's own, a location, a package's
    `GROUP/VERSION`. `pipeline` is a step's, and that of a location with `${…}` in it. `facts` are what is shown of it.
    `runs` are a step's, as (start, end), one for each execution that was read; `earlier` the ARNs of the earlier ones
    and their jobs; `gone` says that AWS has it no more.
    """

    id: str
    type: str
    name: str
    arn: str | None
    pipeline: str | None
    region: str | None
    facts: dict[str, Any]
    runs: NotRequired[list[list[str | None]]]
    earlier: NotRequired[list[str]]
    gone: NotRequired[bool]


class Edge(NamedTuple):
    """Data that goes from one vertex to another, by their positions.

    `known`: `observed` or `declared`. `timing`, between pipelines: `before`, `after` or `unknown`, else `None`.
    `at` is the reader's own text where that is not the vertex's name. `spans` are the locations behind the edge with
    their extents, where it comes from a port and they are not simply the vertex's name in the usual extent.
    """

    source: int
    target: int
    via: str
    known: str
    timing: str | None = None
    at: str | None = None
    spans: Sequence[Sequence[str]] = ()


class NewerStore(ValueError):
    """A document that a newer product wrote, or that none did."""


@dataclass(frozen=True, slots=True)
class AccountGraph:
    """Vertices sorted by id and edges by (source, target, via): the same account has the same document.

    `edges` are `Edge`s as plain lists, as JSON gives them. Edges out of vertex v stand at `out[v]` to `out[v + 1]`;
    those into it at the positions `into[into_at[v] : into_at[v + 1]]`. `pipelines`, `places` and `findings` are what
    `overview` sums up: a row a pipeline, a row a bucket, and the severity of each finding's uid.
    """

    vertices: Sequence[Vertex]
    edges: Sequence[Sequence[Any]]
    out: Sequence[int]
    into: Sequence[int]
    into_at: Sequence[int]
    pipelines: Sequence[Mapping[str, Any]] = ()
    places: Sequence[Mapping[str, Any]] = ()
    findings: Mapping[str, str] = field(default_factory=dict)

    def position(self, vertex_id: str) -> int | None:
        """Return where the vertex of this id stands, or `None`."""
        at = bisect_left(self.vertices, vertex_id, key=_id)
        return at if at < len(self.vertices) and self.vertices[at]["id"] == vertex_id else None

    def following(self, vertex: int) -> Iterator[tuple[int, int]]:
        """Yield (edge, target) for each edge out of a vertex, by target."""
        for edge in range(self.out[vertex], self.out[vertex + 1]):
            yield edge, self.edges[edge][1]

    def preceding(self, vertex: int) -> Iterator[tuple[int, int]]:
        """Yield (edge, source) for each edge into a vertex, by source."""
        for edge in self.into[self.into_at[vertex] : self.into_at[vertex + 1]]:
            yield edge, self.edges[edge][0]

    def document(self) -> dict[str, Any]:
        """Return the graph as plain JSON; `parse_graph` reads it back."""
        return {
            "schema": SCHEMA,
            "vertices": self.vertices,
            "edges": self.edges,
            "out": self.out,
            "into": self.into,
            "intoAt": self.into_at,
            "pipelines": self.pipelines,
            "places": self.places,
            "findings": self.findings,
        }


def _id(vertex: Vertex) -> str:
    return vertex["id"]


def parse_graph(document: Mapping[str, Any]) -> AccountGraph:
    """Read a kept document; `NewerStore` where its schema is not this one. Costs nothing beyond the JSON itself."""
    if document.get("schema") != SCHEMA:
        raise NewerStore(f"the kept graph has schema {document.get('schema')!r}, and this product reads {SCHEMA}")
    return AccountGraph(
        vertices=document["vertices"],
        edges=document["edges"],
        out=document["out"],
        into=document["into"],
        into_at=document["intoAt"],
        pipelines=document["pipelines"],
        places=document["places"],
        findings=document["findings"],
    )


def arranged(vertices: Sequence[Vertex], edges: Sequence[Edge], **summary: Any) -> AccountGraph:
    """Return the graph of vertices sorted by id and edges sorted by (source, target, via)."""
    into = sorted(range(len(edges)), key=lambda edge: (edges[edge].target, edge))
    return AccountGraph(
        vertices=vertices,
        edges=[_compact(edge) for edge in edges],
        out=_offsets((edge.source for edge in edges), len(vertices)),
        into=into,
        into_at=_offsets((edge.target for edge in edges), len(vertices)),
        **summary,
    )


def _offsets(ends: Iterator[int], count: int) -> list[int]:
    degrees = [0] * (count + 1)
    for vertex in ends:
        degrees[vertex + 1] += 1
    return list(accumulate(degrees))


def _compact(edge: Edge) -> list[Any]:
    """Return an edge as a list without what its end leaves unsaid."""
    fields = list(edge)
    while not fields[-1]:
        fields.pop()
    return fields
