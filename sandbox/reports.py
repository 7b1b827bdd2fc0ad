"""The JSON reports that a run must leave behind so that its conditions have something to read."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.names import fraction
from sandbox.values import Document, Unresolvable, Values, json_gets, property_file_of, references, split_path


def declared(step: Document) -> list[str]:
    """The names of a step's property files."""
    entries = step.get("PropertyFiles") or (step.get("Arguments") or {}).get("PropertyFiles") or []
    return [str(entry["PropertyFileName"]) for entry in entries]


def reports_of(step: Document, definition: Document, values: Values, told: Any | None) -> Iterator[tuple[str, bytes]]:
    """Where a finished step leaves its reports, and what is in them: what it was told, or numbers at every path
    that some `Std:JsonGet` of the definition reads. Nothing is made up over an object that is there already."""
    name = str(step["Name"])
    for file in declared(step):
        try:
            location = values.property_file(name, file)
        except Unresolvable:
            continue
        wanted = [path for where, path in _wanted(definition, values) if where == location]
        yield location, _document(location, wanted or ["metrics.accuracy.value"], told)
    declared_here = {values.property_file(name, file) for file in declared(step) if _is_s3_output(step, file)}
    by_place: dict[str, list[str]] = {}
    for where, path in _wanted(definition, values, naming=name):
        if where not in declared_here:
            by_place.setdefault(where, []).append(path)
    for where, paths in by_place.items():
        try:
            values.read(where)
        except Unresolvable:
            yield where, _document(where, paths, told)


def _is_s3_output(step: Document, file: str) -> bool:
    output, _ = property_file_of(step, file)
    outputs = ((step.get("Arguments") or {}).get("ProcessingOutputConfig") or {}).get("Outputs") or []
    return any(one.get("OutputName") == output and "S3Output" in one for one in outputs)


def _wanted(definition: Document, values: Values, naming: str | None = None) -> Iterator[tuple[str, str]]:
    """Location and path of every JsonGet whose location is known by now; with `naming`, of those by S3 location
    alone that name that step."""
    for one in json_gets(definition):
        if naming is not None and not _names(one, naming):
            continue
        try:
            yield values.location(one), str(values.resolve(one.get("Path", "")))
        except Unresolvable:
            continue


def _names(json_get: Document, step: str) -> bool:
    return "S3Uri" in json_get and any(path[:2] == ("Steps", step) for path in references(json_get["S3Uri"]))


def _document(location: str, paths: list[str], told: Any | None) -> bytes:
    document: Any = {}
    if told is not None:
        document = told
    else:
        for path in paths:
            _put(document, split_path(path), location)
    return json.dumps(document, indent=2, sort_keys=True).encode()


def _put(document: Any, path: tuple[str | int, ...], seed: str) -> None:
    """Put a number at `path`, making the objects and lists on the way; a `value` gets its standard deviation."""
    for token, following in itertools.pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        document = _child(document, token, fresh)
    _child(document, path[-1], fraction(f"{seed} {path}", 0.6, 0.95))
    if path[-1] == "value" and isinstance(document, Mapping):
        _child(document, "standard_deviation", fraction(f"{seed} {path} deviation", 0.001, 0.05))


def _child(parent: Any, token: str | int, fresh: Any) -> Any:
    if isinstance(token, int):
        while len(parent) <= token:
            parent.append(fresh)
        return parent[token]
    return parent.setdefault(token, fresh)
