"""Walking a step's document along its type's rules: what it reads, writes, names and refers to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.core.expressions import (
    FUNCTIONS,
    GET,
    JOB_DESCRIPTION,
    JOIN,
    JSON_GET,
    LITERAL,
    Resolved,
    Scope,
    expression_text,
    read_embedded,
    references,
    resolve,
    step_of,
)
from chalicelib.core.model import Doc, Port, Resource
from chalicelib.core.s3uri import locations_in
from chalicelib.core.step_io.free_text import is_code, leading_word, leads_out
from chalicelib.core.step_io.rules import Place, Rule

_NOWHERE = Place()
_PORT_FLOWS = frozenset({"in", "out", "both"})
_LOCATION_PROPERTIES = ("Uri", "Url", "S3OutputPath", "S3ModelArtifacts", "S3OutputLocation", "S3FailurePath")


@dataclass(slots=True)
class Found:
    """What a walk has come upon so far; `loose` are ports that no rule names, with the flow judged by their words."""

    inputs: list[Port]
    outputs: list[Port]
    loose: list[tuple[str, Port]]
    resources: list[Resource]
    references: list[str]


class Walk:
    """One walk over one document. `resolution` is how its plain values are known.

    With `everywhere`, locations outside the rules' places are found too.
    """

    __slots__ = ("_document", "_everywhere", "_path", "_resolution", "_scope", "found")

    def __init__(self, document: Doc, scope: Scope, resolution: str = LITERAL, *, everywhere: bool = True) -> None:
        self._document = document
        self._scope = scope
        self._resolution = resolution
        self._everywhere = everywhere
        self._path: list[str] = []
        self.found = Found([], [], [], [], [])

    def over(self, value: Any, place: Place, key: str = "") -> Walk:
        """Walk `value`, which stands at `place` under `key`; the walk itself, for what it found."""
        self._path.append(key)
        self._value(value, place, key, None, None)
        self._path.pop()
        return self

    def _value(self, value: Any, place: Place | None, key: str, name: str | None, holder: Any) -> None:
        kind = type(value)
        if kind is dict:
            if len(value) == 1 and next(iter(value)) in FUNCTIONS:
                self._function(value, place, key, name, holder)
            else:
                if place is not None and place.rules:
                    self._apply(value, place, key, name, holder)
                self._object(value, place, name)
        elif kind is list:
            self._list(value, place, key, name)
        elif kind is str and value:
            self._text(value, place, key, name, holder)

    def _object(self, value: dict[str, Any], place: Place | None, name: str | None) -> None:
        keys = (place or _NOWHERE).keys
        any_key = (place or _NOWHERE).any_key
        path = self._path
        for key, child in value.items():
            below = keys.get(key)
            called = name
            if below is None and any_key is not None:
                below, called = any_key, f"{name}.{key}" if name else key
            kind = type(child)
            if kind is dict or kind is list:
                path.append(key)
                self._value(child, below, key, called, value)
                path.pop()
            elif kind is str:
                if below is not None or "://" in child:
                    self._text(child, below, key, called, value)
                elif key == GET:
                    self.found.references.append(child)

    def _list(self, value: list[Any], place: Place | None, key: str, name: str | None) -> None:
        below = place.items if place is not None else None
        named_by = place.named_by if place is not None else None
        flag = None
        for index, item in enumerate(value):
            kind = type(item)
            if kind is str:
                if below is not None or "://" in item:
                    self._text(item, below, flag or key, name, None)
                flag = item.lstrip("-") if item.startswith("-") else None
            elif kind is dict or kind is list:
                called = name
                if named_by is not None and kind is dict:
                    called = self._name_of(item.get(named_by)) or f"{key}[{index}]"
                self._value(item, below, flag or key, called, value)
                flag = None

    def _name_of(self, value: Any) -> str | None:
        if type(value) is str:
            return value or None
        resolved = resolve(value, self._scope)
        return resolved.value if type(resolved.value) is str and resolved.value else None

    def _text(self, text: str, place: Place | None, key: str, name: str | None, holder: Any) -> None:
        if place is not None and place.rules:
            self._apply(text, place, key, name, holder)
        elif place is not None and place.keys:
            self._embedded(text, place, key)
        elif self._everywhere and "://" in text:
            self._loose_text(text, key, self._resolution)

    def _embedded(self, text: Any, place: Place | None, key: str) -> bool:
        document = read_embedded(text)
        if document is not None:
            self._value(document, place, key, None, None)
        elif type(text) is str:
            self._loose_text(text, key, self._resolution)
        return document is not None

    def _function(self, function: dict[str, Any], place: Place | None, key: str, name: str | None, holder: Any) -> None:
        path = function.get(GET)
        if type(path) is str:
            self.found.references.append(path)
        else:
            self.found.references.extend(references(function))
        if place is not None and place.rules:
            self._apply(function, place, key, name, holder)
        elif place is not None and place.keys and JOIN in function and self._embedded(function, place, key):
            pass
        elif self._everywhere:
            self._loose_function(function, path, key)

    # --- At a rule's place ---------------------------------------------------------------------------------

    def _apply(self, value: Any, place: Place, key: str, name: str | None, holder: Any) -> None:
        for rule in place.rules:
            if rule.unless is not None and self._holds(rule.unless):
                continue
            if rule.flow in _PORT_FLOWS:
                called = (rule.name.replace("{}", name or key) if rule.name else name) or key
                for port in self._ports(rule, value, called, holder):
                    if rule.flow != "out":
                        self.found.inputs.append(port)
                    if rule.flow != "in":
                        self.found.outputs.append(port)
            else:
                self._resource(rule, value)

    def _holds(self, path: str) -> bool:
        value: Any = self._document
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return bool(value)

    def _ports(self, rule: Rule, value: Any, name: str, holder: Any) -> list[Port]:
        if type(value) is str and rule.compose is None:
            known, expression, resolution = value, None, self._resolution
        else:
            resolved = self._resolved(rule, value)
            if resolved.known and type(resolved.value) is not str:
                return []
            known, expression = resolved.value, resolved.expression
            resolution = resolved.resolution or LITERAL
            if resolution == LITERAL:
                resolution = self._resolution
        local_path = holder.get("LocalPath") if rule.channel and type(holder) is dict else None
        if known is None:
            kind = "code" if rule.channel and is_code(name, None, local_path) else rule.kind
            return [Port(name, None, kind, expression)]
        ports = []
        for uri in locations_in(known) or ([known] if known else []):
            kind = "code" if rule.channel and is_code(name, uri, local_path) else rule.kind
            ports.append(Port(name, uri, kind, None, resolution))
        return ports

    def _resolved(self, rule: Rule, value: Any) -> Resolved:
        if rule.compose is not None:
            return rule.compose(value, self._scope)
        if type(value) is dict and next(iter(value), None) not in FUNCTIONS:
            return Resolved(True, None)  # an object where a location should be: its insides are looked through
        return resolve(value, self._scope)

    def _resource(self, rule: Rule, value: Any) -> None:
        resolved = self._resolved(rule, value)
        text = resolved.value
        if not resolved.known:
            self.found.resources.append(Resource(rule.kind, rule.flow, expression=resolved.expression))
        elif type(text) is str and text:
            self.found.resources.append(named_resource(rule.kind, rule.flow, text))

    # --- Anywhere else -------------------------------------------------------------------------------------

    def _loose_text(self, text: str, key: str, resolution: str, *, read: bool = False) -> None:
        for uri in locations_in(text):
            start = text.find(uri)
            word = leading_word(text, start) if start > 0 else None
            name = (word or key).strip("-") or key
            out = not read and self._leads_out(name)
            kind = "code" if not out and is_code(name, uri) else "data"
            self.found.loose.append(("out" if out else "in", Port(name, uri, kind, None, resolution)))

    def _leads_out(self, name: str) -> bool:
        return leads_out(name) or any(map(leads_out, self._path))

    def _loose_function(self, function: dict[str, Any], path: Any, key: str) -> None:
        if JSON_GET in function:
            source = function[JSON_GET]
            if type(source) is dict and "S3Uri" in source:
                self._loose(source["S3Uri"], "S3Uri", read=True)
            return
        from_step = type(path) is str and step_of(path) is not None
        self._loose(function, key, read=from_step)

    def _loose(self, expression: Any, key: str, *, read: bool) -> None:
        resolved = resolve(expression, self._scope)
        if resolved.known:
            if type(resolved.value) is str and "://" in resolved.value:
                self._loose_text(resolved.value, key, resolved.resolution or LITERAL, read=read)
        elif _is_location(expression):
            out = not read and self._leads_out(key)
            port = Port(key, None, "data", resolved.expression or expression_text(expression))
            self.found.loose.append(("out" if out else "in", port))


def named_resource(kind: str, relation: str, text: str) -> Resource:
    """A resource known by its ARN or else by its name."""
    return Resource(kind, relation, arn=text) if text.startswith("arn:") else Resource(kind, relation, name=text)


def _is_location(expression: Any) -> bool:
    """Whether an expression of unknown value is a location: a join that begins as one, a property that is one."""
    if type(expression) is not dict:
        return False
    path = expression.get(GET)
    if type(path) is str:
        return step_of(path) is not None and path.endswith(_LOCATION_PROPERTIES)
    join = expression.get(JOIN)
    parts = join.get("Values") if type(join) is dict else None
    first = parts[0] if type(parts) is list and parts else None
    return type(first) is str and first.lower().startswith(("s3:/", "s3a:/"))


def described(document: Doc, place: Place, scope: Scope) -> Found:
    """What a job's description says at the rules' places; its other texts are messages and names."""
    return Walk(document, scope, JOB_DESCRIPTION, everywhere=False).over(dict(document), place).found
