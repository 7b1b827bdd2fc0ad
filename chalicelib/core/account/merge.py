"""Several regions' graphs as one: buckets are global, so that data goes from one region's pipeline to another's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from chalicelib.core.account.build import assembled, usual_span
from chalicelib.core.account.graph import AccountGraph, Edge, Vertex
from chalicelib.core.account.meetings import join_readers
from chalicelib.core.account.sketch import Note, Sketch
from chalicelib.core.values.model import UNKNOWN
from chalicelib.core.values.s3uri import parse_s3uri


def merged(graphs: Sequence[AccountGraph]) -> AccountGraph:
    """Return the graph of all answers behind `graphs`, one for each region; of one, itself.

    What meets across regions is found anew, so that this is what `build_account` makes of all the answers.
    """
    if len(graphs) == 1:
        return graphs[0]
    sketch = Sketch()
    for graph in graphs:
        keys = [_key(vertex) for vertex in graph.vertices]
        for key, vertex in zip(keys, graph.vertices, strict=True):
            known = sketch.vertices.get(key)
            if known is None or _rank(vertex["facts"]) > _rank(known["facts"]):
                sketch.vertices[key] = deepcopy(vertex)
        for each in graph.edges:
            _add_edge(sketch, keys, graph.vertices, Edge(*each))
    join_readers(sketch)
    summary = _summary(graphs)
    _look_at_buckets(sketch, summary["places"])
    return assembled(sketch, summary)


def _look_at_buckets(sketch: Sketch, places: Iterable[Mapping[str, Any]]) -> None:
    """Give each location the facts of its bucket, which perhaps only another region's answers had."""
    facts = {
        place["bucket"]: {
            **{name: place["posture"][name] for name in ("publicAccess", "encryption")},
            "sensitive": place["sensitive"],
        }
        for place in places
    }
    for vertex in sketch.vertices.values():
        uri = parse_s3uri(vertex["name"]) if vertex["type"] == "data" else None
        if uri is not None and uri.bucket in facts:
            vertex["facts"] = facts[uri.bucket]


def _key(vertex: Vertex) -> str:
    home = f"{vertex['region']}/{vertex['pipeline']}"
    match vertex["type"]:
        case "data":
            return f"data:{vertex['name']}" + (f"@{home}" if "${" in vertex["name"] else "")
        case "step":
            return f"step:{home}/{vertex['name']}"
        case kind:
            return f"{kind}:{vertex['region']}/{vertex['name'].lower()}"


def _add_edge(sketch: Sketch, keys: Sequence[str], vertices: Sequence[Vertex], edge: Edge) -> None:
    """Add an edge of one region's graph, but those that its readers owe to a meeting."""
    if edge.at is not None:
        return
    note = sketch.edges.setdefault((keys[edge.source], keys[edge.target], edge.via), Note())
    note.observed |= edge.known == "observed"
    source, target = vertices[edge.source], vertices[edge.target]
    if "data" in (source["type"], target["type"]):
        note.spans |= {(location, extent) for location, extent in edge.spans} or {usual_span(source, target)}


def _summary(graphs: Sequence[AccountGraph]) -> dict[str, Any]:
    places: dict[str, dict[str, Any]] = {}
    for place in (place for graph in graphs for place in graph.places):
        other = places.get(place["bucket"])
        better = place if other is None or _rank(place["posture"]) > _rank(other["posture"]) else other
        touched = {key: _union((place, other or {}), key) for key in ("readBy", "writtenBy")}
        places[place["bucket"]] = {**better, **touched}
    rows = [row for graph in graphs for row in graph.pipelines]
    findings = {uid: severity for graph in graphs for uid, severity in graph.findings.items()}
    return {
        "pipelines": sorted(rows, key=lambda row: (row["region"], row["name"])),
        "places": [places[bucket] for bucket in sorted(places)],
        "findings": dict(sorted(findings.items())),
    }


def _union(rows: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return sorted({name for row in rows for name in row.get(key, ())})


def _rank(facts: Mapping[str, Any]) -> tuple[int, str]:
    """Return what decides between two readings of one bucket: the one that could read more."""
    return sum(value != UNKNOWN for value in facts.values()), json.dumps(facts, sort_keys=True)
