"""Walk of a step's document along its type's rules; it finds what the step reads, writes, names and refers to."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from chalicelib.core.definition.embedded_json import read_embedded
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import FUNCTIONS, GET, JOIN, JSON_GET, MAX_DEPTH, TOO_DEEP, references
from chalicelib.core.definition.scope import JOB_DESCRIPTION, LITERAL, Resolved, Scope, latest
from chalicelib.core.graph.step_io.copying import NAMED, REMOVED, Done, copied, copied_in
from chalicelib.core.graph.step_io.free_text import is_code, is_location, leading_word, leads_out
from chalicelib.core.graph.step_io.job_folders import written_by_job
from chalicelib.core.graph.step_io.rules import NOWHERE, Place, Rule
from chalicelib.core.values.doc import dig
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Doc, Port, Resource
from chalicelib.core.values.s3uri import located_in, location_at


class Found:
    """Results of a walk; `loose` are ports that no rule covers, each with the flow that the words before it suggest.

    `covered` are the texts at which rules found their ports.
    """

    __slots__ = ("covered", "inputs", "loose", "outputs", "references", "resources")

    def __init__(self) -> None:
        self.inputs: list[Port] = []
        self.outputs: list[Port] = []
        self.loose: list[tuple[str, Port]] = []
        self.resources: list[Resource] = []
        self.references: list[str] = []
        self.covered: set[str] = set()


_FLAG = re.compile(r"-[^\s=]*")  # one that holds its value names nothing after it
_OBJECT = "AWS::S3::Object"
_TRAINS = ("TrainingJobName", "HyperParameterTuningJobName")


class Walk:
    """One walk over one document; `resolution` says how its plain values are known.

    `job` is the property that names the step's job. With `everywhere`, locations outside the rules' places are found
    too; without, only these places are looked at. Every value is visited once, because most of the time that it takes
    to read a definition is spent here.
    """

    __slots__ = ("_document", "_everywhere", "_job", "_keys", "_resolution", "_scope", "found")

    def __init__(
        self, document: Doc, scope: Scope, resolution: str = LITERAL, *, job: str | None = None, everywhere: bool = True
    ) -> None:
        self._document = document
        self._scope = scope
        self._job = job
        self._resolution = resolution
        self._everywhere = everywhere
        self._keys: list[str] = []  # from the root of the document to the current place
        self.found = Found()

    def over(self, document: Doc, place: Place) -> Found:
        """Walk an object that stands at `place`. Raises `BadDefinition` where it nests too deep."""
        self._members(document, place, None)
        return self.found

    def _members(self, value: Doc, place: Place, name: str | None) -> None:
        """Walk an object; `name` is the name of the ports in it, from the list or wildcard on the way."""
        places, any_key = place.keys, place.any_key
        for key, child in value.items():
            kind = type(child)
            below = places.get(key, any_key)
            if kind is str:
                if below is not None:
                    self._text(child, below, key, _extended(name, key, below is any_key), value)
                elif "://" in child or child.startswith("arn:"):
                    self._loose_text(child, key, self._resolution)
                elif key == GET:
                    self.found.references.append(child)
            elif below is None and not self._everywhere:
                continue
            elif kind is dict:
                called = name if below is None else _extended(name, key, below is any_key)
                self._object(child, below or NOWHERE, key, called, value)
            elif kind is list:
                self._items(child, below or NOWHERE, key, name)

    def _object(self, value: Doc, place: Place, key: str, name: str | None, holder: Doc | None) -> None:
        """Walk the object or function under `key`, or in the list there; `holder` is the object that has the key."""
        if len(value) == 1 and next(iter(value)) in FUNCTIONS:
            self._function(value, place, key, name, holder)
            return
        if place.wholes:
            self._apply(place.wholes, value, key, name, holder)
        keys = self._keys
        keys.append(key)
        if len(keys) > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        self._members(value, place, name)
        keys.pop()

    def _items(self, value: list[Any], place: Place, key: str, name: str | None) -> None:
        """Walk a list. In a list of arguments a flag names the one after it: `["--output", "s3://…"]`."""
        below = place.items or NOWHERE
        operands = copied(value) if below is NOWHERE else {}
        flag = None
        self._keys.append(key)
        if len(self._keys) > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        for index, item in enumerate(value):
            kind = type(item)
            if index in operands:
                flag = operands[index]
            if kind is str:
                if below is not NOWHERE or "://" in item or item.startswith("arn:"):
                    self._text(item, below, flag or key, name, None)
                flag = item.lstrip("-") if _FLAG.fullmatch(item) else None
            elif kind is dict:
                called = name
                if place.named_by is not None:
                    called = self._name_of(item.get(place.named_by)) or f"{key}[{index}]"
                self._object(item, below, flag or key, called, None)
                flag = None
            elif kind is list:
                self._items(item, below, flag or key, name)
        self._keys.pop()

    def _name_of(self, value: Any) -> str | None:
        known = value if type(value) is str else resolve(value, self._scope).value
        return known if type(known) is str and known else None

    def _text(self, text: str, place: Place, key: str, name: str | None, holder: Doc | None) -> None:
        if place.rules:
            self._apply(place.rules, text, key, name, holder)
        elif place.keys and self._embedded(text, place, key):
            return
        elif "://" in text or text.startswith("arn:"):
            self._loose_text(text, key, self._resolution)

    def _function(self, function: Doc, place: Place, key: str, name: str | None, holder: Doc | None) -> None:
        path = function.get(GET)
        if type(path) is str:
            self.found.references.append(path)
        else:
            self.found.references.extend(references(function))
        if place.rules:
            self._apply(place.rules, function, key, name, holder)
        elif place.keys and JOIN in function and self._embedded(function, place, key):
            return
        elif self._everywhere:
            self._loose_function(function, key)

    def _embedded(self, text: Any, place: Place, key: str) -> bool:
        """Walk the JSON document in a text or join where the rules expect an object; return whether there is one."""
        document = read_embedded(text)
        if type(document) is not dict:
            return False
        self._object(document, place, key, None, None)
        return True

    # --- At a rule's place --------------------------------------------------------------------------------------

    def _apply(self, rules: tuple[Rule, ...], value: Any, key: str, name: str | None, holder: Doc | None) -> None:
        for rule in rules:
            if rule.unless is not None and dig(self._document, *rule.unless.split(".")):
                continue
            if rule.resource:
                self._add_resource(rule, value)
                continue
            called = name or key
            port = self._port(rule, value, rule.name.replace("{}", called) if rule.name else called, holder)
            if port is not None:
                if rule.flow != "out":
                    self.found.inputs.append(port)
                if rule.flow != "in":
                    self.found.outputs.append(port)

    def _port(self, rule: Rule, value: Any, name: str, holder: Doc | None) -> Port | None:
        resolved = self._resolved(rule, value)
        uri = resolved.value if resolved.known else resolved.template
        if type(uri) is not str or not uri:
            return None
        uri = location_at(uri) or uri
        if (rule.located or rule.kind == "code") and resolved.known and "://" not in uri:
            return None  # a file in the image, or EMR's own command-runner.jar
        kind = "code" if rule.channel and is_code(name, uri, _local_path(holder)) else rule.kind
        resolution = latest(self._resolution, resolved.resolution)
        self.found.covered.add(uri)
        port = Port(name, uri, kind, resolved.expression, resolution, _extent(rule, uri, holder))
        return port if rule.below is None else written_by_job(port, rule, self._document, self._scope, self._job)

    def _resolved(self, rule: Rule, value: Any) -> Resolved:
        compose = rule.compose or rule.assemble
        if compose is not None:
            return compose(value, self._scope)
        return Resolved(True, value, LITERAL) if type(value) is str else resolve(value, self._scope)

    def _add_resource(self, rule: Rule, value: Any) -> None:
        resolved = self._resolved(rule, value)
        if not resolved.known:
            self.found.resources.append(Resource(rule.kind, rule.flow, expression=resolved.expression))
        elif type(resolved.value) is str and resolved.value:
            self.found.resources.append(named_resource(rule.kind, rule.flow, resolved.value))

    # --- Anywhere else ------------------------------------------------------------------------------------------

    def _loose_text(
        self, text: str, key: str, resolution: str, *, read: bool = False, expression: str | None = None
    ) -> None:
        """Add the locations in a text that no rule covers; `read` where it is certain that nothing writes there.

        `expression` is what the definition says where the text is a template.
        """
        if not self._everywhere:
            return
        operands = copied_in(text)
        for uri, start in located_in(text):
            operand = _operand_at(start, operands)
            name = operand or (leading_word(text, start) or key).strip("-") or key
            if name == NAMED:  # an empty bucket or folder is made: no data goes there
                continue
            if name == REMOVED:
                self.found.resources.append(named_resource(_OBJECT, "deletes", uri))
                continue
            out = not read and self._leads_out(name)
            kind = "code" if not out and is_code(name, uri) else "data"
            # Programs read a folder; only SageMaker's own channels take every key that begins with a text.
            extent = None if out else "folder"
            said = expression if "${" in uri else None
            self.found.loose.append(("out" if out else "in", Port(name, uri, kind, said, resolution, extent)))

    def _leads_out(self, name: str) -> bool:
        """Return whether a place is written, by the nearest of its names that says so or says the contrary."""
        if self._job in _TRAINS and name.lower().replace("-", "_") == "model_dir":
            return True
        said = (leads_out(each) for each in (name, *reversed(self._keys)))
        return next((out for out in said if out is not None), False)

    def _loose_function(self, function: Doc, key: str) -> None:
        if JSON_GET in function:
            source = function[JSON_GET]
            if type(source) is dict and type(source.get("S3Uri")) is dict:
                self._loose_location(source["S3Uri"], "S3Uri", read=True)
        else:
            path = function.get(GET)
            self._loose_location(function, key, read=type(path) is str and path.startswith("Steps."))

    def _loose_location(self, expression: Doc, key: str, *, read: bool) -> None:
        resolved = resolve(expression, self._scope)
        text = resolved.value if resolved.known else resolved.template
        if type(text) is not str:
            return
        resolution = resolved.resolution or LITERAL
        if "://" in text:
            self._loose_text(text, key, resolution, read=read, expression=resolved.expression)
        elif not resolved.known and is_location(expression):
            out = not read and self._leads_out(key)
            port = Port(key, text, "data", resolved.expression, resolution, None if out else "folder")
            self.found.loose.append(("out" if out else "in", port))


def _operand_at(position: int, operands: Sequence[tuple[int, int, Done]]) -> Done | None:
    """Return what a copying or removing command does with the operand that a location at this position belongs to."""
    at = bisect_right(operands, position, key=lambda operand: operand[0]) - 1
    return operands[at][2] if at >= 0 and position < operands[at][1] else None


_ONE_OBJECT = {"ManifestFile": "manifest", "AugmentedManifestFile": "manifest", "S3Object": "object"}


def _extent(rule: Rule, uri: str, holder: Doc | None) -> str | None:
    """Return which objects of a location are meant: by the data type beside it, else by its rule.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
    """
    said = holder.get("S3DataType") if holder is not None else None
    if type(said) is str and said in _ONE_OBJECT:
        return _ONE_OBJECT[said]
    many = uri.endswith("/") or (holder is not None and holder.get("Mode") == "MultiModel")
    return None if many else rule.extent


def _local_path(holder: Doc | None) -> Any:
    return holder.get("LocalPath") if holder is not None else None


def _extended(name: str | None, key: str, is_wild: bool) -> str | None:
    """Return the name below a wildcard: the keys that it matched, joined by dots."""
    if not is_wild:
        return name
    return f"{name}.{key}" if name else key


def named_resource(kind: str, relation: str, text: str) -> Resource:
    """Return a resource known by its ARN, or else by its name."""
    return Resource(kind, relation, arn=text) if text.startswith("arn:") else Resource(kind, relation, name=text)


# Members of a job's description that repeat, resolved, what the job's author wrote freely.
_FREE_FORM = ("AppSpecification", "AlgorithmSpecification", "Environment", "HyperParameters")


def described(document: Doc, place: Place, scope: Scope, job: str | None) -> Found:
    """Return what a job's description says, by the rules and in the parts that the job's author wrote freely.

    Locations elsewhere in it are ignored: the rest is names and messages. Raises `BadDefinition` where it nests too
    deep.
    """
    found = Walk(document, scope, JOB_DESCRIPTION, job=job, everywhere=False).over(document, place)
    free = {key: document[key] for key in _FREE_FORM if key in document}
    written_freely = Walk(document, scope, JOB_DESCRIPTION, job=job).over(free, NOWHERE)
    found.loose = written_freely.loose
    found.resources += written_freely.resources
    return found
