"""A graph in the making: vertices and edges by name, put together from answers in any order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

from chalicelib.core.account.graph import Span, Vertex

Order = tuple[str, ...]
"""What says which of two answers about one thing is the newer; the greater one is."""

ARN_TYPES = {"model-package": "package", "model": "model", "endpoint": "endpoint"}


@dataclass(slots=True)
class Note:
    """Facts of an edge: whether it was `observed`, and the spans that its ports name."""

    observed: bool = False
    spans: set[Span] = field(default_factory=set)
    at: str | None = None
    timing: str | None = None


@dataclass(slots=True)
class Sketch:
    """Vertices by key and edges by (source, target, via).

    A key is a vertex's id before it is known how its name is really written: SageMaker's ARNs have names in lower
    case. `refs` are references between steps that count only where no data goes the same way.
    """

    vertices: dict[str, Vertex] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], Note] = field(default_factory=dict)
    refs: dict[tuple[str, str], bool] = field(default_factory=dict)
    _orders: dict[str, Order] = field(default_factory=dict)
    _arns: dict[str, set[str]] = field(default_factory=dict)

    def copy(self) -> Sketch:
        """Return a sketch of the same, to be finished while this one goes on."""
        return Sketch(*(_copied(getattr(self, each.name)) for each in fields(self)))

    def step(self, region: str, pipeline: str, name: str) -> str:
        """Return the key of a step."""
        key = f"step:{region}/{pipeline}/{name}"
        if key not in self.vertices:
            self.vertices[key] = _vertex("step", f"step:{pipeline}/{name}", name, region, pipeline)
        return key

    def data(self, location: str, region: str, pipeline: str) -> str:
        """Return the key of a location; one with `${…}` in it is its pipeline's own."""
        name = location.rstrip("/") or location
        if "${" not in name:
            key = f"data:{name}"
            if key not in self.vertices:
                self.vertices[key] = _vertex("data", key, name, None, None)
            return key
        key = f"data:{name}@{region}/{pipeline}"
        if key not in self.vertices:
            self.vertices[key] = _vertex("data", f"data:{name}@{pipeline}", name, region, pipeline)
        return key

    def named(self, kind: str, region: str, name: str, arn: str | None = None) -> str:
        """Return the key of a package, model or endpoint; the name with capitals is the real one."""
        key = f"{kind}:{region}/{name.lower()}"
        found = self.vertices.get(key)
        if found is None:
            found = self.vertices[key] = _vertex(kind, f"{kind}:{name}", name, region, None)
        elif name < found["name"]:  # capitals sort before small letters
            found["name"], found["id"] = name, f"{kind}:{name}"
        if arn is not None:
            found["arn"] = arn
        return key

    def of_arn(self, arn: str) -> str | None:
        """Return the key of what an ARN names, where that is a package, model or endpoint."""
        parts = arn.split(":", 5)
        if len(parts) < 6 or parts[0] != "arn" or parts[2] != "sagemaker":
            return None
        kind, _, name = parts[5].partition("/")
        return self.named(ARN_TYPES[kind], parts[3], name, arn) if kind in ARN_TYPES and name else None

    def say(self, key: str, order: Order, arn: str | None = None, **facts: Any) -> None:
        """Give a vertex its facts, unless a newer answer has given it others."""
        if order >= self._orders.get(key, ()):
            self._orders[key] = order
            vertex = self.vertices[key]
            vertex["facts"] = facts
            vertex["arn"] = arn or vertex["arn"]

    def ran(self, key: str, start: str | None, end: str | None, *arns: str | None) -> None:
        """Add one run of a step, and the ARNs of its job and its execution."""
        runs = self.vertices[key].setdefault("runs", [])
        if [start, end] not in runs:
            runs.append([start, end])
        self._arns.setdefault(key, set()).update(arn for arn in arns if arn)

    def earlier_arns(self, key: str) -> list[str]:
        """Return the ARNs of a step's other runs than the one that its facts are of."""
        vertex = self.vertices[key]
        return sorted(self._arns.get(key, set()) - {vertex["arn"], vertex["facts"].get("execution")})

    def link(self, source: str, target: str, via: str, *, observed: bool, span: Span | None = None) -> None:
        """Add an edge; of two that say the same, the observed one counts."""
        note = self.edges.setdefault((source, target, via), Note())
        note.observed |= observed
        if span is not None:
            note.spans.add(span)

    def spans(self, kind: str) -> Iterator[tuple[str, str, str, Span, bool]]:
        """Yield (data key, other end, via, span, observed) of the edges into (`into`) or out of (`out`) locations."""
        for (source, target, via), note in self.edges.items():
            data, other = (target, source) if kind == "into" else (source, target)
            if data.startswith("data:"):
                for span in note.spans:
                    yield data, other, via, span, note.observed


def _copied(value: Any) -> Any:
    """Return a copy of what a sketch is made of, down to what is never changed."""
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [*map(_copied, value)]
    if isinstance(value, Note):
        return replace(value, spans={*value.spans})
    return {*value} if isinstance(value, set) else value


def _vertex(kind: str, vertex_id: str, name: str, region: str | None, pipeline: str | None) -> Vertex:
    return {
        "id": vertex_id,
        "type": kind,
        "name": name,
        "arn": name if name.startswith("arn:") else None,
        "pipeline": pipeline,
        "region": region,
        "facts": {},
    }
