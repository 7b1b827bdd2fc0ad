"""Values of a definition's expressions while a pipeline runs: parameters, step properties, files in S3."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Document = Mapping[str, Any]
Path = tuple[str | int, ...]

_TOKEN = re.compile(r"""\[\s*(?:'([^']*)'|"([^"]*)"|(-?\d+))\s*\]|\.?([^.\[\]]+)""")
_NAMES = ("OutputName", "InputName", "ChannelName", "ParameterName", "VariantName", "MetricName", "Name")


class Unresolvable(Exception):
    """Error for an expression without a value: its step did not run, or its job has no such property."""


WRONG = (Unresolvable, KeyError, TypeError, ValueError, AttributeError)
"""Errors that a wrongly written step raises: the service would refuse it, so the step fails."""


def why(wrong: Exception) -> str:
    """Return the failure reason of a step that could not be started."""
    if isinstance(wrong, Unresolvable):
        return f"ClientError: {wrong}"
    return f"ClientError: the step is not valid: {type(wrong).__name__}: {wrong}"


def split_path(text: str) -> Path:
    """Return the parts of a path; a leading `$` is dropped.

    `Steps.A.Outputs['x'][0].B` → `("Steps", "A", "Outputs", "x", 0, "B")`.
    """
    found: list[str | int] = []
    for single, double, index, word in _TOKEN.findall(text.removeprefix("$")):
        found.append(int(index) if index else single or double or word)
    return tuple(found)


def walk(value: Any, path: Sequence[str | int]) -> Any:
    """Return what stands at `path`; a list is entered by index or by the name of an entry.

    Raises `Unresolvable` where nothing is there.
    """
    for token in path:
        value = _enter(value, token)
    return value


def _enter(value: Any, token: str | int) -> Any:
    if isinstance(value, Mapping) and str(token) in value:
        return value[str(token)]
    if isinstance(value, list):
        if isinstance(token, int) and -len(value) <= token < len(value):
            return value[token]
        for entry in value:
            if isinstance(entry, Mapping) and any(entry.get(name) == token for name in _NAMES):
                return entry
    raise Unresolvable(f"there is no {token!r}")


def text_of(value: Any) -> str:
    """Return a value as a `Std:Join` writes it."""
    if isinstance(value, str):
        return value
    return json.dumps(value, default=str)


def references(value: Any) -> Iterator[Path]:
    """Yield every `Get` path inside a JSON value, in document order."""
    if isinstance(value, Mapping):
        path = value.get("Get")
        if len(value) == 1 and isinstance(path, str):
            yield split_path(path)
            return
        for entry in value.values():
            yield from references(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from references(entry)


def json_gets(value: Any) -> Iterator[Document]:
    """Yield every `Std:JsonGet` inside a JSON value."""
    if isinstance(value, Mapping):
        if isinstance(value.get("Std:JsonGet"), Mapping):
            yield value["Std:JsonGet"]
        for entry in value.values():
            yield from json_gets(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from json_gets(entry)


def locations(value: Any) -> Iterator[str]:
    """Yield every `s3://` text inside a JSON value."""
    if isinstance(value, str):
        if value.lower().startswith("s3://"):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from locations(one)
    elif isinstance(value, list):
        for one in value:
            yield from locations(one)


def property_file_of(step: Document, name: str) -> tuple[str, str]:
    """Return the output and the path of a declared property file; raise `Unresolvable` where none is declared."""
    declared = step.get("PropertyFiles") or (step.get("Arguments") or {}).get("PropertyFiles") or []
    for entry in declared:
        if entry.get("PropertyFileName") == name:
            return entry["OutputName"], entry.get("FilePath") or entry.get("Path") or ""
    raise Unresolvable(f"step {step.get('Name')} declares no property file {name!r}")


@dataclass(frozen=True, slots=True)
class Values:
    """Everything that expressions can refer to at one moment of an execution.

    `parameters` and `variables` (`Execution.…`, `PipelineExperimentConfig.…`, by full path) are what the execution was
    started with; `properties` are the finished steps' property documents by step name; `steps` are the steps as
    written, for their property files; `read` returns the text of an object; `extra` holds further roots.
    """

    parameters: Mapping[str, Any]
    variables: Mapping[str, Any]
    read: Callable[[str], str]
    steps: Mapping[str, Document] = field(default_factory=dict)
    properties: dict[str, Document] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def also(self, **extra: Any) -> Values:
        """Return the same values with further roots: `ForEach={"CurrentItem": …}`."""
        return replace(self, extra={**self.extra, **extra})

    def with_variables(self, **variables: Any) -> Values:
        """Return the same values with further execution variables."""
        named = {f"Execution.{name}": value for name, value in variables.items()}
        return replace(self, variables={**self.variables, **named})

    def resolve(self, value: Any) -> Any:
        """Return a JSON value with every expression replaced by its value; raise `Unresolvable` where one has none."""
        if isinstance(value, list):
            return [self.resolve(entry) for entry in value]
        if not isinstance(value, Mapping):
            return value
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key == "Get" and isinstance(inner, str):
                return self.get(inner)
            if key == "Std:Join":
                return str(inner.get("On", "")).join(text_of(self.resolve(one)) for one in inner["Values"])
            if key == "Std:JsonGet":
                return self._from_file(inner)
        return {key: self.resolve(inner) for key, inner in value.items()}

    def get(self, text: str) -> Any:
        """Return the value of a `Get` path; raise `Unresolvable` where it has none."""
        if text in self.variables:
            return self.variables[text]
        path = split_path(text)
        try:
            return self._at(path)
        except Unresolvable as gap:
            raise Unresolvable(f"{text} has no value: {gap}") from None

    def _at(self, path: Path) -> Any:
        root, rest = path[0], path[1:]
        if root == "Parameters":
            return walk(self.parameters, rest)
        if root != "Steps":
            return walk(self.extra, path)
        name = str(rest[0])
        if rest[1:2] == ("PropertyFiles",):
            document = json.loads(self.read(self.property_file(name, str(rest[2]))))
            return walk(document, rest[3:])
        if name not in self.properties:
            raise Unresolvable(f"step {name} did not run")
        return walk(self.properties[name], rest[1:])

    def property_file(self, step: str, name: str) -> str:
        """Return the `s3://` location of a property file that `step` has written.

        Raises `Unresolvable` where the step declares no such file or did not run.
        """
        output, path = property_file_of(self.steps.get(step, {}), name)
        if step not in self.properties:
            raise Unresolvable(f"step {step} did not run")
        where = walk(self.properties[step], ("ProcessingOutputConfig", "Outputs", output, "S3Output", "S3Uri"))
        return f"{where.rstrip('/')}/{path.lstrip('/')}"

    def location(self, json_get: Document) -> str:
        """Return the `s3://` location that a `Std:JsonGet` reads, in both its forms.

        Raises `Unresolvable` where it is not known.
        """
        if "S3Uri" in json_get:
            return text_of(self.resolve(json_get["S3Uri"]))
        named = json_get["PropertyFile"]
        path = split_path(named["Get"] if isinstance(named, Mapping) else str(named))
        if len(path) < 4:
            raise Unresolvable(f"{named} is no property file")
        return self.property_file(str(path[1]), str(path[3]))

    def _from_file(self, json_get: Document) -> Any:
        location = self.location(json_get)
        path = text_of(self.resolve(json_get["Path"]))
        try:
            return walk(json.loads(self.read(location)), split_path(path))
        except (Unresolvable, ValueError) as gap:
            raise Unresolvable(f"{location} has no {path}: {gap}") from None
