"""Artifacts: every location that a pipeline touches, once, with the steps that write and read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.meetings import Met, positions
from chalicelib.core.values.model import Artifact, Node
from chalicelib.core.values.s3uri import locations_in, parse_s3uri

_WRITTEN, _READ = 0, 1
_Places = dict[str, tuple[set[int], set[int]]]


MAX_MET = 10_000
"""Maximum number of makers and readers of artifacts that are told though their own ports name another place."""


def build_artifacts(
    nodes: Sequence[Node], scope: Scope, met: Met, rank: Sequence[int]
) -> tuple[tuple[Artifact, ...], bool]:
    """Return an artifact for each URI of the nodes' ports, in the order in which the nodes name them, and if it is all.

    URIs are compared by their exact text. Who makes and who reads an artifact are the steps whose ports name it, and
    those whose places `met` it; `rank` is the position of each of its steps among `nodes`. After them come the S3
    locations that the document names and no port holds: what a Cleanup deletes, a location where a resource's name
    should be or in a description, a parameter that only begins other locations or that no step uses. No step produces
    or consumes those.
    """
    places: _Places = {}
    for at, node in enumerate(nodes):
        for ports, side in ((node.inputs, _READ), (node.outputs, _WRITTEN)):
            for port in ports:
                places.setdefault(port.uri, (set(), set()))[side].add(at)
    complete = _add_met(places, met, rank)
    for uri in _named_elsewhere(nodes, scope):
        places.setdefault(uri, (set(), set()))
    artifacts = tuple(
        _artifact(number, uri, *(tuple(nodes[at].id for at in sorted(side)) for side in sides))
        for number, (uri, sides) in enumerate(places.items())
    )
    return artifacts, complete


def _add_met(places: _Places, met: Met, rank: Sequence[int]) -> bool:
    """Add the makers and readers whose places met an artifact; return whether that is all of them."""
    left = MAX_MET
    for sides, side in ((met.makers, _WRITTEN), (met.readers, _READ)):
        for uri, steps in sides.items():
            named = places[uri][side]
            for step in positions(steps):
                if rank[step] not in named:
                    if not left:
                        return False
                    named.add(rank[step])
                    left -= 1
    return True


def _artifact(number: int, uri: str, written: tuple[str, ...], read: tuple[str, ...]) -> Artifact:
    location = parse_s3uri(uri)
    if location is None or "${" in location.bucket:  # a bucket that only a run names
        return Artifact(number, uri, None, None, written, read)
    return Artifact(number, uri, location.bucket, location.key, written, read)


def _named_elsewhere(nodes: Iterable[Node], scope: Scope) -> Iterator[str]:
    for node in nodes:
        for resource in node.resources:
            if resource.name is not None:
                yield from locations_in(resource.name)
        if node.description is not None:
            yield from locations_in(node.description)
    document = scope.definition.document
    for parameter in scope.definition.parameters.values():
        yield from _locations(scope.values.get(parameter.name, parameter.default))
    for key, value in document.items():
        if key == "Parameters":
            value = [_allowed(entry) for entry in value] if isinstance(value, list) else None
        if key != "Steps":
            yield from _locations(value)


def _allowed(parameter: Any) -> Any:
    return parameter.get("EnumValues") if isinstance(parameter, dict) else None


def _locations(value: Any) -> Iterator[str]:
    """Yield the S3 locations in every text of a JSON value, which may nest as deep as JSON can be read."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield from locations_in(item)
        elif isinstance(item, dict | list):
            waiting.extend(reversed(list(item.values() if isinstance(item, dict) else item)))
