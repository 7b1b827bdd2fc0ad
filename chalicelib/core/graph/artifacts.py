"""Artifacts: every location that a pipeline touches, once, with the steps that write and read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.core.definition.expressions import Scope
from chalicelib.core.values.model import Artifact, Node, Port
from chalicelib.core.values.s3uri import locations_in, parse_s3uri

_WRITTEN, _READ = 0, 1


def build_artifacts(nodes: Iterable[Node], scope: Scope) -> tuple[Artifact, ...]:
    """Return an artifact for each URI of the nodes' ports, in the order in which the nodes name them.

    URIs are compared by their exact text. After them come the S3 locations that the document names and no port holds:
    what a Cleanup deletes, a location where a resource's name should be or in a description, a parameter that only
    begins other locations or that no step uses. No step produces or consumes those.
    """
    nodes = list(nodes)
    places: dict[str, tuple[list[str], list[str]]] = {}
    for node in nodes:
        for ports, side in ((node.inputs, _READ), (node.outputs, _WRITTEN)):
            for uri in _uris(ports):
                steps = places.setdefault(uri, ([], []))[side]
                if not steps or steps[-1] != node.id:
                    steps.append(node.id)
    for uri in _named_elsewhere(nodes, scope):
        places.setdefault(uri, ([], []))
    return tuple(
        _artifact(number, uri, tuple(written), tuple(read))
        for number, (uri, (written, read)) in enumerate(places.items())
    )


def _uris(ports: Iterable[Port]) -> Iterator[str]:
    for port in ports:
        if port.uri is not None:
            yield port.uri


def _artifact(number: int, uri: str, written: tuple[str, ...], read: tuple[str, ...]) -> Artifact:
    location = parse_s3uri(uri)
    bucket, key = (location.bucket, location.key) if location else (None, None)
    return Artifact(number, uri, bucket, key, written, read)


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
