"""Walk over the account's graph: what a change at one place reaches, or what a thing was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.account.graph import AccountGraph, Edge, Vertex
from chalicelib.core.account.start import starts
from chalicelib.core.values.s3uri import parse_s3uri

TYPES = ("step", "data", "package", "model", "endpoint")
DIRECTIONS = ("downstream", "upstream", "both")

_WORST_FIRST = (
    ("publicAccess", "Public"),
    ("encryption", "None"),
    ("publicAccess", "NotPublic"),
    ("encryption", "AES256"),
    ("publicAccess", "Blocked"),
    ("encryption", "aws:kms"),
    ("encryption", "aws:kms:dsse"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactQuery:
    """Walk that `/impact` is asked for, by the route's parameters. `types` empty means all, `depth` `None` no bound."""

    start: str
    direction: str = "downstream"
    depth: int | None = None
    types: Collection[str] = ()
    max_nodes: int = 500


@dataclass(frozen=True, slots=True)
class Walk:
    """Distance of each vertex from the start, and the one before it on one shortest path; -1 before a start."""

    distance: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)

    def path(self, vertex: int) -> list[int]:
        """Return one shortest path to a vertex, from the start on."""
        path = [vertex]
        while self.before[path[-1]] >= 0:
            path.append(self.before[path[-1]])
        return path[::-1]

    def passed(self, vertices: Iterable[int]) -> set[int]:
        """Return all that stands on the paths to these vertices, themselves too."""
        passed: set[int] = set()
        for at in vertices:
            while at >= 0 and at not in passed:
                passed.add(at)
                at = self.before[at]
        return passed


def impact(graph: AccountGraph, query: ImpactQuery, read_at: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return `start`, `nodes`, `edges`, `weakest` and `omitted`; `start` is empty where it is nowhere in the graph.

    `nodes` come nearest first and by id, without the start's own; each with one whole shortest path. `edges` are
    those between all that stands on these paths. `read_at` says when each bucket was last looked at. Time is linear
    in what is reached.
    """
    begin = starts(graph, query.start)
    walks = _walks(graph, begin, query)
    nearest: dict[int, Walk] = {}  # both ways may lead to a vertex; the nearer counts
    for walk in walks:
        for at, far in walk.distance.items():
            if far and (at not in nearest or far < nearest[at].distance[at]):
                nearest[at] = walk
    wanted = [at for at in nearest if not query.types or graph.vertices[at]["type"] in query.types]
    wanted.sort(key=lambda at: (nearest[at].distance[at], at))
    shown = wanted[: query.max_nodes]
    return {
        "start": [_shown(graph.vertices[at], read_at or {}) for at in begin],
        "nodes": [
            {
                **_shown(graph.vertices[at], read_at or {}),
                "distance": nearest[at].distance[at],
                "path": [graph.vertices[each]["id"] for each in nearest[at].path(at)],
            }
            for at in shown
        ],
        "edges": [*_edges(graph, _passed(begin, shown, nearest))],
        "weakest": _weakest(graph, _passed(begin, wanted, nearest)),
        "omitted": dict(sorted(Counter(graph.vertices[at]["type"] for at in wanted[query.max_nodes :]).items())),
    }


def _walks(graph: AccountGraph, begin: Sequence[int], query: ImpactQuery) -> list[Walk]:
    ways = {"downstream": (graph.following,), "upstream": (graph.preceding,)}
    steps = ways.get(query.direction, (graph.following, graph.preceding))
    return [_breadth_first(begin, step, query.depth) for step in steps]


def _breadth_first(begin: Sequence[int], steps: Callable[[int], Iterator[tuple[int, int]]], depth: int | None) -> Walk:
    """Walk layer by layer, each in order of ids, so that of several shortest paths always the same one is kept."""
    walk = Walk(dict.fromkeys(begin, 0), dict.fromkeys(begin, -1))
    layer, far = list(begin), 0
    while layer and (depth is None or far < depth):
        far += 1
        following: list[int] = []
        for at in layer:
            for _, other in steps(at):
                if other not in walk.distance:
                    walk.distance[other], walk.before[other] = far, at
                    following.append(other)
        layer = sorted(following)
    return walk


def _passed(begin: Sequence[int], vertices: Iterable[int], nearest: Mapping[int, Walk]) -> set[int]:
    """Return all that stands on the paths to these vertices, and the start."""
    passed = set(begin)
    by_walk: dict[int, list[int]] = {}
    for at in vertices:
        by_walk.setdefault(id(nearest[at]), []).append(at)
    for several in by_walk.values():
        passed |= nearest[several[0]].passed(several)
    return passed


def _shown(vertex: Vertex, read_at: Mapping[str, str]) -> dict[str, Any]:
    facts = {name: value for name, value in vertex["facts"].items() if value is not None}
    uri = parse_s3uri(vertex["name"]) if vertex["type"] == "data" else None
    if uri is not None:
        facts["readAt"] = read_at.get(uri.bucket)
    return {
        "id": vertex["id"],
        "type": vertex["type"],
        "name": vertex["name"],
        "arn": vertex["arn"],
        "pipeline": vertex["pipeline"] or None,
        "facts": facts,
        **({"gone": True} if vertex.get("gone") else {}),
    }


def _edges(graph: AccountGraph, drawn: Collection[int]) -> Iterator[dict[str, Any]]:
    for at in sorted(drawn):
        for position, target in graph.following(at):
            if target in drawn:
                edge = Edge(*graph.edges[position])
                yield {
                    "from": graph.vertices[at]["id"],
                    "to": graph.vertices[target]["id"],
                    "via": edge.via,
                    "known": edge.known,
                    "timing": edge.timing,
                    **({"at": edge.at} if edge.at else {}),
                }


def _weakest(graph: AccountGraph, passed: Iterable[int]) -> dict[str, str] | None:
    """Return the place that is worst protected, and why; `None` where no bucket on the way was read.

    Public comes first, then what is not encrypted; of equals the sensitive one, then the first by id.
    """
    worst: tuple[int, bool, int] | None = None
    for at in passed:
        facts = graph.vertices[at]["facts"]
        for rank, (name, value) in enumerate(_WORST_FIRST):
            if graph.vertices[at]["type"] == "data" and facts.get(name) == value:
                found = rank, facts.get("sensitive") is not True, at
                worst = found if worst is None else min(worst, found)
                break
    if worst is None:
        return None
    name, value = _WORST_FIRST[worst[0]]
    return {"id": graph.vertices[worst[2]]["id"], "why": f"{name} {value}"}


# --- As a table ---

COLUMNS = ("distance", "type", "id", "name", "arn", "pipeline", "facts", "path")


def table(answer: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the table of an answer of `impact`: its header, then one row a vertex, the start first."""
    yield COLUMNS
    for vertex in (*answer["start"], *answer["nodes"]):
        facts = "; ".join(f"{name}={value}" for name, value in vertex["facts"].items() if value is not None)
        path = " > ".join(vertex.get("path") or [vertex["id"]])
        yield (
            str(vertex.get("distance", 0)),
            vertex["type"],
            vertex["id"],
            vertex["name"],
            vertex["arn"] or "",
            vertex["pipeline"] or "",
            facts,
            path,
        )
