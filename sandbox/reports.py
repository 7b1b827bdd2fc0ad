"""JSON reports that a run must leave behind so that its conditions have something to read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.names import fraction
from sandbox.synthesis import iterables, put
from sandbox.values import Document, Unresolvable, Values, json_gets, references, split_path


def declared(step: Document) -> list[str]:
    """Return the names of a step's property files."""
    entries = step.get("PropertyFiles") or (step.get("Arguments") or {}).get("PropertyFiles") or []
    return [str(entry["PropertyFileName"]) for entry in entries]


def reports_of(step: Document, definition: Document, values: Values, told: Any | None) -> Iterator[tuple[str, bytes]]:
    """Yield the location and content of each report that a finished step leaves.

    The content is `told`, if given, else a value at every path that some `Std:JsonGet` of the definition reads. An
    object that exists already is not overwritten with synthesised values.
    """
    name = str(step["Name"])
    here = set(_own_files(step, values))
    for location in sorted(here):
        wanted = [(path, value) for where, path, value in _wanted(definition, values) if where == location]
        yield location, _document(location, wanted or [("metrics.accuracy.value", None)], told)
    by_place: dict[str, list[tuple[str, Any]]] = {}
    for where, path, value in _wanted(definition, values, naming=name):
        if where not in here:
            by_place.setdefault(where, []).append((path, value))
    for where, paths in by_place.items():
        try:
            values.read(where)
        except Unresolvable:
            yield where, _document(where, paths, told)


def _own_files(step: Document, values: Values) -> Iterator[str]:
    """Yield the locations of a step's property files."""
    for file in declared(step):
        try:
            yield values.property_file(str(step["Name"]), file)
        except Unresolvable:
            continue


def _wanted(definition: Document, values: Values, naming: str | None = None) -> Iterator[tuple[str, str, Any]]:
    """Yield location, path and required list of every JsonGet whose location is known by now.

    The list is `None` unless a ForEach iterates over the value. With `naming`, only JsonGets whose S3 location refers
    to that step are yielded.
    """
    lists = [(written, found) for written, found in iterables(values.steps) if isinstance(written, Mapping)]
    for one in json_gets(definition):
        if naming is not None and not _names(one, naming):
            continue
        value = next((found for written, found in lists if written.get("Std:JsonGet") == one), None)
        try:
            yield values.location(one), str(values.resolve(one.get("Path", ""))), value
        except Unresolvable:
            continue


def _names(json_get: Document, step: str) -> bool:
    return "S3Uri" in json_get and any(path[:2] == ("Steps", step) for path in references(json_get["S3Uri"]))


def _document(location: str, wanted: list[tuple[str, Any]], told: Any | None) -> bytes:
    document: Any = {} if told is None else told
    for text, value in wanted if told is None else ():
        path = split_path(text)
        put(document, path, fraction(f"{location} {path}", 0.6, 0.95) if value is None else value)
        if path and path[-1] == "value":
            deviation = fraction(f"{location} {path} deviation", 0.001, 0.05)
            put(document, (*path[:-1], "standard_deviation"), deviation)
    return json.dumps(document, indent=2, sort_keys=True).encode()
