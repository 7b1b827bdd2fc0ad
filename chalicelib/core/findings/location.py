"""Location of a finding in a definition file: at the argument that it is about, else at the step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.core.definition.document import NESTING, parse_definition, unwrap_definition
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.lines import Place, Region, read_lines
from chalicelib.core.definition.paths import expression_text, is_function
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.table import RULES
from chalicelib.core.posture.step.places import setting_paths
from chalicelib.core.values.doc import dig, docs_at, text_at
from chalicelib.core.values.field_path import Member, parse_field_path
from chalicelib.core.values.model import Step
from chalicelib.core.values.redaction import redact_text
from chalicelib.core.values.s3uri import location_at

Doc = Mapping[str, Any]
Pointer = tuple[str | int, ...]

MOST_COMPARED = 20
"""How many places of one location in one step are looked at for the port's name."""

SETTINGS = {rule.id: rule.settings for rule in RULES}


class Locator:
    """Places of one `/lineage` answer in the definition file that it was made from.

    A location is looked for among the step's own values, so no text of the file leaves: what is returned are lines.
    """

    def __init__(self, answer: Doc, text: str) -> None:
        """Read the file's `text` again; raises `BadDefinition` where it is no definition."""
        definition = parse_definition(unwrap_definition(text))
        given = dig(answer, "pipeline", "parameters") or {}
        known = {name: value for name, value in given.items() if value is not None}
        self._scope = Scope(definition, values=known, region=text_at(answer, "pipeline", "region"))
        self._lines = read_lines(text)
        self._steps = {step.name: step for step in definition.steps}
        self._nodes = {f"node:{node.get('id')}": node for node in docs_at(answer, "graph", "nodes")}
        self._artifacts = {f"artifact:{each.get('id')}": each for each in docs_at(answer, "graph", "artifacts")}
        self._located: dict[str, dict[str, list[Pointer]]] = {}

    def primary(self, finding: Doc) -> Region:
        """Return where a finding stands: at a setting or location of its step, else at the step, else at the top."""
        path = [place for place in finding.get("path") or () if isinstance(place, str)]
        steps = [f"node:{each['name']}" for each in docs_at(finding, "resources") if each.get("type") == "step"]
        nodes = [*steps, *(place for place in reversed(path) if place in self._nodes)]
        settings = SETTINGS.get(str(finding.get("rule")), ())
        found = self._setting(nodes[0], settings) if settings and nodes else None
        data = [] if settings else [index for index, place in enumerate(path) if place in self._artifacts]
        for index in reversed(data):
            found = found or self._data(path, index)
        if found is None and nodes:
            found = self._step(nodes[0])
        return self._lines.region(found or self._lines.place(())[0])

    def path(self, finding: Doc) -> Iterator[tuple[str, Region]]:
        """Yield the steps and locations on a finding's path, each with what it is called, in the data's direction."""
        path = [place for place in finding.get("path") or () if isinstance(place, str)]
        for index, place in enumerate(path):
            if place in self._nodes:
                name = text_at(self._nodes[place], "label") or place
                found = self._step(place)
            else:
                name = text_at(self._artifacts.get(place), "uri") or place
                found = self._data(path, index) or next(filter(None, map(self._step, _around(path, index))), None)
            if found is not None:
                yield name, self._lines.region(found)

    def _step(self, node: str) -> Place | None:
        step = self._steps.get(node.removeprefix("node:"))
        return self._lines.place((*_pointer(step), "Name"))[0] if step else None

    def _setting(self, node: str, settings: Iterable[str]) -> Place | None:
        """Return the place of the first setting that is written; else of the object that it would stand in."""
        step = self._steps.get(node.removeprefix("node:"))
        if step is None:
            return None
        root = (*_pointer(step), "Arguments")
        ways = [
            way
            for setting in settings
            for path in setting_paths(step.type, setting)
            for way in _entered(step.arguments, parse_field_path(path))
        ]
        found = [(self._lines.place((*root, *way)), len(way)) for way in ways]
        whole = next((place for (place, depth), length in found if depth == len(root) + length), None)
        partly = max((item for item, _ in found), key=lambda item: item[1], default=None)
        return whole or (partly[0] if partly and partly[1] > len(root) else None)

    def _data(self, path: list[str], index: int) -> Place | None:
        """Return the place of a location in the step before it on the path, which writes it, or in the one after it."""
        artifact = self._artifacts.get(path[index], {})
        for node in _around(path, index):
            step, drawn = self._steps.get(node.removeprefix("node:")), self._nodes.get(node)
            if step is None or drawn is None:
                continue
            ports = "outputs" if index and node == path[index - 1] else "inputs"
            for port in docs_at(drawn, ports):
                if port.get("uri") == artifact.get("uri") and (place := self._port(step, port)):
                    return place
        return None

    def _port(self, step: Step, port: Doc) -> Place | None:
        """Return the place of a port: of its location, there where its name stands if it is written several times."""
        located = self._located.setdefault(step.name, {})
        if not located:
            for pointer, text in _values(step, self._scope.at(step.name)):
                located.setdefault(text, []).append(pointer)
        above = str(port.get("within")).rpartition("/")[0]  # a job's own folder is not written in the definition
        texts = (str(port.get("uri")), str(port.get("expression")), above, f"{above}/")
        found: list[Pointer] = next((located[text] for text in texts if text in located), [])
        named = (pointer for pointer in found[:MOST_COMPARED] if _bears(step.document, pointer, port.get("name")))
        return self._lines.place((*_pointer(step), *next(named, found[0])))[0] if found else None


def _around(path: list[str], index: int) -> list[str]:
    return [*path[max(index - 1, 0) : index], *path[index + 1 : index + 2]]


def _pointer(step: Step) -> Pointer:
    parts = step.pointer.split("/")[1:]
    return tuple(int(part) if part.isdecimal() else part for part in parts)


def _entered(value: Any, path: Sequence[Member]) -> Iterator[Pointer]:
    """Yield the ways that a path takes in a document; a list on it may have no item to enter."""
    if not path:
        yield ()
        return
    name = path[0].name
    below = value.get(name) if isinstance(value, Mapping) else None
    items = list(enumerate(below)) if path[0].is_list and isinstance(below, list) else None
    if items is None:
        yield from ((name, *rest) for rest in _entered(below, path[1:]))
    for index, item in items or ():
        yield from ((name, index, *rest) for rest in _entered(item, path[1:]))


def _values(step: Step, scope: Scope) -> Iterator[tuple[Pointer, str]]:
    """Yield each text and expression of a step's own document with where it stands, as the answer's ports show it."""
    nested = NESTING.get(step.type, {})
    waiting: list[tuple[Pointer, Any]] = [((), step.document)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, str):
            yield pointer, _shown(value)
        elif isinstance(value, dict) and is_function(value):
            resolved = resolve(value, scope)
            known = resolved.value if resolved.known else resolved.template
            yield pointer, _shown(known) if isinstance(known, str) else expression_text(value)
        elif isinstance(value, dict):
            below = [(key, child) for key, child in value.items() if pointer != ("Arguments",) or key not in nested]
            waiting += [((*pointer, key), child) for key, child in reversed(below)]
        elif isinstance(value, list):
            waiting += [((*pointer, index), child) for index, child in reversed(list(enumerate(value)))]


def _shown(text: str) -> str:
    location = location_at(text) or text
    return redact_text(location) if "?" in location else location


def _bears(document: Any, pointer: Pointer, name: Any) -> bool:
    """Tell whether an object on the way to a value bears a port's name, as items of lists do."""
    for key in pointer:
        if isinstance(document, Mapping) and name in [each for each in document.values() if isinstance(each, str)]:
            return True
        document = document[key]
    return False
