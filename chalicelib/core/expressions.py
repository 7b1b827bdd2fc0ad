"""The definition's expression language: what a parameter, a join or a reference stands for, as far as it is known."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from chalicelib.core.model import Definition, Doc, Step

LITERAL = "literal"
PARAMETER_DEFAULT = "parameter default"
EXECUTION_VALUE = "execution value"
JOB_DESCRIPTION = "job description"
_RANK = {LITERAL: 0, PARAMETER_DEFAULT: 1, EXECUTION_VALUE: 2, JOB_DESCRIPTION: 3}

GET, JOIN, JSON_GET = "Get", "Std:Join", "Std:JsonGet"
FUNCTIONS = frozenset({GET, JOIN, JSON_GET})

MAX_TEXT = 64 * 1024
"""The longest text a join may come to; beyond it a join that doubles at each level would not end."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an expression stands for.

    Where `known`, `value` is it and `resolution` says how (`literal`, `parameter default`, `execution value`,
    `job description`; a mixture takes the last of these that took part). Else `expression` says what stands
    there: a `Get`'s path, or compact JSON.
    """

    known: bool
    value: Any = None
    resolution: str | None = None
    expression: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may refer to.

    `values`: an execution's parameters by name. `variables`: `Execution.…` and `PipelineExperimentConfig.…` by
    their full path. `run_documents`: by step name, what `Steps.<name>.<path>` addresses at run time.
    `region`, `account` and `partition` complete ARNs of which a definition gives only the name.
    """

    definition: Definition
    values: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    run_documents: Mapping[str, Doc] = field(default_factory=dict)
    region: str | None = None
    account: str | None = None
    partition: str = "aws"
    # Not part of the value: a path means the same for the life of a scope, and is looked up once.
    _steps: dict[str, Step] = field(default_factory=dict, init=False, repr=False, compare=False)
    _settled: dict[str, Resolved] = field(default_factory=dict, init=False, repr=False, compare=False)
    _embedded: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._steps.update((step.name, step) for step in self.definition.steps)


def resolve(expression: Any, scope: Scope) -> Resolved:
    """What `expression`, any JSON value of a definition, stands for in `scope`. Never raises."""
    if type(expression) is str:
        return Resolved(True, expression, LITERAL)
    for path in references(expression):
        if path not in scope._settled:
            _settle(path, scope)
    return _evaluate(expression, scope)


def references(value: Any) -> Iterator[str]:
    """The path of every `Get` in a JSON value, in document order."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is dict:
            path = item.get(GET)
            if type(path) is str:
                yield path
            waiting.extend([child for child in item.values() if type(child) in (dict, list)][::-1])
        elif kind is list:
            waiting.extend([child for child in item if type(child) in (dict, list)][::-1])


_SEGMENT = re.compile(
    r"""\[\s*(?:(?P<index>\d{1,9})|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^\]]*))\s*\]|(?P<name>[^.\[\]]+)""",
)


@lru_cache(maxsize=4096)
def parse_path(text: str) -> tuple[str | int, ...]:
    """A `Get`'s path in its segments: `Steps.A.Outputs['b.c'][0]` → `("Steps", "A", "Outputs", "b.c", 0)`."""
    segments: list[str | int] = []
    for match in _SEGMENT.finditer(text):
        index = match["index"]
        segments.append(int(index) if index is not None else match[match.lastgroup or 0])
    return tuple(segments)


_STEP = re.compile(r"Steps\.([^.\[]+)")


def step_of(path: str) -> str | None:
    """The name of the step that a `Get`'s path refers to, if it refers to one."""
    match = _STEP.match(path)
    return match[1] if match else None


def is_function(value: dict[str, Any]) -> bool:
    """Whether an object is an expression rather than a structure: `Get`, `Std:Join` or `Std:JsonGet`, and no more."""
    if len(value) != 1:
        return False
    for name in value:
        return name in FUNCTIONS
    return False


def expression_text(expression: Any) -> str:
    """How an unresolved expression is shown: a `Get`'s path, or compact JSON for a function."""
    if type(expression) is dict and len(expression) == 1:
        path = expression.get(GET)
        if isinstance(path, str):
            return path
    return json.dumps(expression, separators=(",", ":"), ensure_ascii=False)


# --- Evaluation: the paths that an expression needs are settled before, so that nothing here looks further ----


def _evaluate(expression: Any, scope: Scope) -> Resolved:
    kind = type(expression)
    if kind is dict:
        if is_function(expression):
            return _call(expression, scope)
        members = list(expression.items())
    elif kind is list:
        members = list(enumerate(expression))
    else:
        return Resolved(True, expression, LITERAL)
    structure: Any = dict.fromkeys(expression) if kind is dict else [None] * len(expression)
    resolution = LITERAL
    for key, member in members:
        part = _evaluate(member, scope)
        if not part.known:
            return _unknown(expression)
        structure[key] = part.value
        resolution = _later(resolution, part.resolution)
    return Resolved(True, structure, resolution)


def _call(expression: dict[str, Any], scope: Scope) -> Resolved:
    path = expression.get(GET)
    if type(path) is str:
        return scope._settled.get(path) or Resolved(False, expression=path)
    join = expression.get(JOIN)
    # What a JsonGet reads stands in a file that the run writes: no definition tells it.
    return _unknown(expression) if type(join) is not dict else _join(expression, join, scope)


def _join(expression: dict[str, Any], join: dict[str, Any], scope: Scope) -> Resolved:
    separator, parts = join.get("On", ""), join.get("Values")
    if type(separator) is not str or type(parts) is not list:
        return _unknown(expression)
    texts: list[str] = []
    resolution, length = LITERAL, 0
    for part in parts:
        if type(part) is str:
            text = part
        else:
            resolved = _evaluate(part, scope)
            if not resolved.known or type(resolved.value) not in (str, int, float, bool):
                return _unknown(expression)
            resolution = _later(resolution, resolved.resolution)
            text = as_text(resolved.value)
        length += len(text) + len(separator)
        if length > MAX_TEXT:
            return _unknown(expression)
        texts.append(text)
    return Resolved(True, separator.join(texts), resolution)


def as_text(value: Any) -> str:
    """A scalar as a join writes it: a string as it is, anything else as JSON."""
    return value if type(value) is str else json.dumps(value)


def _unknown(expression: Any) -> Resolved:
    return Resolved(False, expression=expression_text(expression))


def _later(one: str, other: str | None) -> str:
    return other if other is not None and _RANK[other] > _RANK[one] else one


# --- References: where a path leads, followed without recursion as references chain through a thousand steps ---


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a path leads: an expression or plain value, how it is known at least, and what to append to it."""

    expression: Any
    resolution: str = LITERAL
    below: str = ""


def _settle(path: str, scope: Scope) -> None:
    """Put what `path` stands for into the scope's memory, and first what that in turn refers to.

    A path that leads back to itself stays unresolved, and so does all that depends on it.
    """
    settled = scope._settled
    targets: dict[str, _Target | None] = {}
    waiting = [path]
    while waiting:
        current = waiting[-1]
        if current in settled:
            waiting.pop()
            continue
        if current not in targets:
            target = targets[current] = _locate(current, scope)
            if target is not None and type(target.expression) in (dict, list):
                needed = [p for p in references(target.expression) if p not in settled and p not in targets]
                if needed:
                    waiting.extend(needed)
                    continue
        settled[current] = _reach(current, targets[current], scope)
        waiting.pop()


def _reach(path: str, target: _Target | None, scope: Scope) -> Resolved:
    resolved = _evaluate(target.expression, scope) if target else None
    if target is None or resolved is None or not resolved.known or resolved.value is None:
        return Resolved(False, expression=path)
    value = resolved.value
    if target.below:
        if type(value) is not str or len(value) > MAX_TEXT:
            return Resolved(False, expression=path)
        value = f"{value.rstrip('/')}/{target.below.lstrip('/')}"
    return Resolved(True, value, _later(target.resolution, resolved.resolution))


def _locate(path: str, scope: Scope) -> _Target | None:
    if path in scope.variables:
        return _Target(scope.variables[path], EXECUTION_VALUE)
    root, _, rest = path.partition(".")
    if root == "Parameters":
        return _parameter(rest, scope)
    segments = parse_path(path)
    if root == "Steps" and len(segments) > 2:
        return _step_property(str(segments[1]), segments[2:], scope)
    if root in ("PipelineExperimentConfig", "MlflowConfig"):
        return _found(_descend(scope.definition.document, segments, scope))
    return None


def _parameter(name: str, scope: Scope) -> _Target | None:
    if name in scope.values:
        return _Target(scope.values[name], EXECUTION_VALUE)
    parameter = scope.definition.parameters.get(name)
    return _Target(parameter.default, PARAMETER_DEFAULT) if parameter and parameter.has_default else None


_ABSENT = object()


def _found(value: Any, resolution: str = LITERAL) -> _Target | None:
    return None if value is _ABSENT or value is None else _Target(value, resolution)


def _step_property(name: str, segments: tuple[str | int, ...], scope: Scope) -> _Target | None:
    """What `Steps.<name>.<segments>` is: what the run says, else what the step's own document declares."""
    run = scope.run_documents.get(name)
    if run is not None:
        target = _found(_descend(run, segments, scope), JOB_DESCRIPTION)
        if target is not None:
            return target
    step = scope._steps.get(name)
    if step is None:
        return None
    first = segments[0]
    if first == "PropertyFiles":
        return _property_file(step, segments[1:])
    if first == "IterationOutputs" and len(segments) > 3:
        body = str(segments[2])
        ran = f"{body}-{segments[1]}"
        return _step_property(ran if ran in scope.run_documents else body, segments[3:], scope)
    if first == "Config" and step.type == "EMR":
        segments = ("StepConfig", "HadoopJarStep", *segments[1:])
    declared = _descend(step.arguments, segments, scope)
    return _found(_descend(step.document, segments, scope) if declared is _ABSENT else declared)


def _property_file(step: Step, segments: tuple[str | int, ...]) -> _Target | None:
    """The file itself; a path that goes on below it is a value in the file, which no definition tells."""
    if len(segments) != 1:
        return None
    for file in step.property_files:
        if file.name == segments[0]:
            output = f"Steps.{step.name}.ProcessingOutputConfig.Outputs['{file.output}'].S3Output.S3Uri"
            return _Target({GET: output}, below=file.path)
    return None


def _descend(value: Any, segments: tuple[str | int, ...], scope: Scope) -> Any:
    """What stands at `segments` below `value`; `_ABSENT` where the way ends before.

    A list is entered by position, or by the name that its items carry (`OutputName`, `ChannelName`, …). A run's
    output parameters are items with a `Value`. Text on the way is a JSON document in a string or a join.
    """
    for position, segment in enumerate(segments):
        if type(value) is str or (type(value) is dict and JOIN in value):
            value = _embedded(value, scope)
        if isinstance(value, Mapping):
            value = value.get(segment, _ABSENT) if type(segment) is str else _ABSENT
        elif isinstance(value, list | tuple):
            value = _item(value, segment)
            if position and segments[position - 1] == "OutputParameters" and isinstance(value, Mapping):
                value = value.get("Value", _ABSENT)
        else:
            return _ABSENT
    return value


def _item(items: list[Any] | tuple[Any, ...], segment: str | int) -> Any:
    if type(segment) is int:
        return items[segment] if segment < len(items) else _ABSENT
    for item in items:
        if isinstance(item, Mapping):
            for key, value in item.items():
                if value == segment and key.endswith("Name"):
                    return item
    return _ABSENT


# --- JSON in a string or in a join (a Job step's JobConfigDocument) ---------------------------------------------

_PLACEHOLDER = re.compile("\ue000(\\d+)\ue001")  # private-use characters: no text of a definition holds them


def read_embedded(text: Any) -> Any:
    """The JSON document in a string, or in a join of JSON text and expressions; `None` where there is none.

    Expressions inside it come out as the definition language writes them, so that what reads a definition can
    read the document: a string that was partly joined is a `Std:Join` of its own.
    """
    expressions: list[Any] = []
    written = text if type(text) is str else _written(text, expressions)
    if written is None or not written.lstrip().startswith(("{", "[")):
        return None
    try:
        document = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return _restored(document, expressions) if expressions else document


def _embedded(text: Any, scope: Scope) -> Any:
    """`read_embedded`, once for each place in the definition."""
    memory = scope._embedded
    if id(text) not in memory:
        memory[id(text)] = read_embedded(text)
    return memory[id(text)]


def _written(join: Any, expressions: list[Any]) -> str | None:
    """The text of a join with a placeholder for each expression, quoted where it stands outside a string."""
    if type(join) is not dict or type(join.get(JOIN)) is not dict:
        return None
    separator, parts = join[JOIN].get("On", ""), join[JOIN].get("Values")
    if type(separator) is not str or type(parts) is not list:
        return None
    written: list[str] = []
    inside = False
    for position, part in enumerate(parts):
        for text in [separator, part] if position else [part]:
            if type(text) is str:
                inside ^= len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1
                written.append(text)
            else:
                token = f"\ue000{len(expressions)}\ue001"
                written.append(token if inside else f'"{token}"')
                expressions.append(text)
    return "".join(written)


def _restored(value: Any, expressions: list[Any]) -> Any:
    if type(value) is dict:
        return {key: _restored(child, expressions) for key, child in value.items()}
    if type(value) is list:
        return [_restored(child, expressions) for child in value]
    if type(value) is not str or "\ue000" not in value:
        return value
    pieces = _PLACEHOLDER.split(value)  # text, number, text, number, … text
    parts = [expressions[int(piece)] if odd % 2 else piece for odd, piece in enumerate(pieces)]
    parts = [part for part in parts if part != ""]
    return parts[0] if len(parts) == 1 else {JOIN: {"On": "", "Values": parts}}
