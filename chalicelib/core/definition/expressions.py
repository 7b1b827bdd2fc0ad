"""Evaluator of the definition's expression language: parameters, joins and references, as far as they are known."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.core.definition.embedded_json import read_embedded
from chalicelib.core.definition.paths import (
    FUNCTIONS,
    GET,
    JOIN,
    JSON_GET,
    MAX_DEPTH,
    TOO_DEEP,
    expression_text,
    is_function,
    parse_path,
    references,
    step_of,
)
from chalicelib.core.definition.templates import meant_in, piece
from chalicelib.core.values.doc import NOTHING, dig
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Definition, Doc, Step

LITERAL = "literal"
PARAMETER_DEFAULT = "parameter default"
EXECUTION_VALUE = "execution value"
JOB_DESCRIPTION = "job description"
_RANK: dict[str | None, int] = {None: 0, LITERAL: 0, PARAMETER_DEFAULT: 1, EXECUTION_VALUE: 2, JOB_DESCRIPTION: 3}

MAX_TEXT = 64 * 1024
"""Maximum length of a join's text, in characters: a join that doubles at each level would not end otherwise."""

MAX_TEMPLATE = 2 * 1024
"""Maximum length of a template: twice that of a key. A longer one is a piece of its own, told by its digest."""

MAX_REFERRED = 1536
"""Maximum length of a text that is read by reference, in characters.

A thousand references may read one text, and each is shown. A key of S3 and the value of an execution's parameter have
at most 1,024: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Parameter.html
"""


class Resolved(NamedTuple):
    """Result of resolving an expression.

    Where `known`, `value` is the result and `resolution` says how it is known (`literal`, `parameter default`,
    `execution value`, `job description`; a mixture takes the last of these that took part). Else `expression` is what
    the definition says, a `Get`'s path or compact JSON, and `template` is the text as far as it is known
    (`core.definition.templates`).
    """

    known: bool
    value: Any = None
    resolution: str | None = None
    expression: str | None = None
    template: str = ""


class Scope:
    """Values that an expression may refer to; it does not change, and remembers what it once resolved.

    `values`: an execution's parameters by name. `variables`: `Execution.…` and `PipelineExperimentConfig.…` by their
    full path. `run_documents`: by step name, what `Steps.<name>.<path>` addresses at run time. `region`, `account`
    and `partition` complete ARNs of which a definition gives only the name. `step` is the one in which an expression
    stands: a few variables mean something else in each.
    """

    __slots__ = (
        "_embedded",
        "_named",
        "_settled",
        "_steps",
        "account",
        "definition",
        "partition",
        "region",
        "run_documents",
        "step",
        "values",
        "variables",
    )

    def __init__(
        self,
        definition: Definition,
        values: Mapping[str, Any] = NOTHING,
        variables: Mapping[str, Any] = NOTHING,
        run_documents: Mapping[str, Doc] = NOTHING,
        region: str | None = None,
        account: str | None = None,
        partition: str = "aws",
        step: str | None = None,
    ) -> None:
        self.definition = definition
        self.values = values
        self.variables = variables
        self.run_documents = run_documents
        self.region = region
        self.account = account
        self.partition = partition
        self.step = step
        # A path means the same for the life of a scope, and is looked up once.
        self._steps: dict[str, Step] = {step.name: step for step in definition.steps}
        self._settled: dict[str, Resolved] = {}
        self._embedded: dict[int, Any] = {}
        self._named: dict[int, dict[str, Any]] = {}

    def at(self, step: str) -> "Scope":
        """Return the same values as an expression in the step called `step` sees them, with the same caches."""
        if self.step == step:
            return self
        there = object.__new__(Scope)
        for name in Scope.__slots__:
            setattr(there, name, getattr(self, name))
        there.step = step
        return there


def resolve(expression: Any, scope: Scope) -> Resolved:
    """Resolve `expression`, any JSON value of a definition, in `scope`.

    Raises `BadDefinition` for one that nests deeper than `MAX_DEPTH`, and nothing else.
    """
    return _evaluate(expression, scope, 0, scope.step)


def latest(one: str | None, other: str | None) -> str:
    """Return, of two ways in which parts of a value are known, the one that changes most from run to run."""
    return (other if _RANK[other] > _RANK[one] else one) or LITERAL


# --- Evaluation -------------------------------------------------------------------------------------------------


def _evaluate(expression: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    if type(expression) is dict:
        path = expression.get(GET)
        if type(path) is str and len(expression) == 1:
            return _read(path, scope, step)
        if depth > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        if not is_function(expression):
            return _structure(expression, dict.fromkeys(expression), expression.items(), scope, depth, step)
        join = expression.get(JOIN)
        if type(join) is dict:
            return _join(expression, join, scope, depth, step)
        return _json_get(expression, expression.get(JSON_GET), scope, depth, step)
    if type(expression) is list:
        if depth > MAX_DEPTH:
            raise BadDefinition(TOO_DEEP)
        return _structure(expression, [None] * len(expression), enumerate(expression), scope, depth, step)
    return Resolved(True, expression, LITERAL)


def _read(path: str, scope: Scope, step: str | None) -> Resolved:
    meant = meant_in(scope._steps.get(step or ""), path, scope.run_documents)
    resolved = scope._settled.get(meant) or _settle(meant, scope)
    if resolved is _UNDERWAY:
        return Resolved(False, expression=path, template=piece(meant))
    return resolved if resolved.known or meant == path else resolved._replace(expression=path)


def _structure(expression: Any, filled: Any, members: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    resolution = LITERAL
    for key, member in members:
        part = _evaluate(member, scope, depth + 1, step)
        if not part.known:
            return Resolved(False) if depth else _unknown(expression)  # what is around it says the whole
        filled[key] = part.value
        resolution = latest(resolution, part.resolution)
    return Resolved(True, filled, resolution)


def _join(expression: dict[str, Any], join: dict[str, Any], scope: Scope, depth: int, step: str | None) -> Resolved:
    separator, parts = join.get("On", ""), join.get("Values")
    if type(separator) is not str or type(parts) is not list:
        return _unknown(expression)
    texts: list[str] = []
    resolution, known = LITERAL, True
    length = len(separator) * len(parts)
    for part in parts:
        if type(part) is str:
            text = part
        else:
            resolved = _evaluate(part, scope, depth + 3, step)
            if resolved.resolution != resolution:
                resolution = latest(resolution, resolved.resolution)
            if resolved.known and type(resolved.value) in (str, int, float, bool):
                text = as_text(resolved.value)
            else:
                known = False
                text = resolved.template or piece(expression_text(part))
        length += len(text)
        if length > MAX_TEXT:
            shown = expression_text(expression)
            return Resolved(False, expression=shown, template=piece(f"{step}: {shown}"))
        texts.append(text)
    whole = separator.join(texts)
    if known:
        return Resolved(True, whole, resolution)
    if len(whole) > MAX_TEMPLATE:
        whole = piece(whole)
    return Resolved(False, None, resolution, None if depth else expression_text(expression), whole)


def _json_get(expression: dict[str, Any], source: Any, scope: Scope, depth: int, step: str | None) -> Resolved:
    """Return what is read from a file that a run writes: never known, but named by the file and the path in it."""
    shown, path = expression_text(expression), source.get("Path") if type(source) is dict else None
    if type(path) is str:
        file = source.get("PropertyFile")
        if type(file) is dict and type(file.get(GET)) is str:
            meant = meant_in(scope._steps.get(step or ""), file[GET], scope.run_documents)
            return Resolved(False, expression=shown, template=piece(f"{meant}.{path}"))
        place = _evaluate(source.get("S3Uri"), scope, depth + 2, step)
        text = place.value if place.known else place.template
        if type(text) is str and text:
            return Resolved(False, expression=shown, template=piece(f"{text}#{path}"))
    return Resolved(False, expression=shown, template=piece(shown))


def as_text(value: Any) -> str:
    """Return a scalar as a join writes it: a string as it is, anything else as JSON."""
    return value if type(value) is str else json.dumps(value)


def _unknown(expression: Any) -> Resolved:
    shown = expression_text(expression)
    return Resolved(False, expression=shown, template=piece(shown))


# --- References: followed without recursion, as they chain through a thousand steps --------------------------------

_Target = tuple[Any, str, Any]
"""Target of a path: an expression or plain value, how it is known at least, and what to append to it as a path."""


_UNDERWAY = Resolved(False)


def _settle(path: str, scope: Scope) -> Resolved:
    """Resolve `path` and put the result into the scope's cache, and before it all that it refers to.

    A path counts as unresolved while it is being resolved, so that one which leads back to itself stays unresolved,
    and with it all that depends on it.
    """
    settled = scope._settled
    targets: dict[str, _Target] = {}
    waiting = [path]
    while waiting:
        current = waiting.pop()
        target = targets.pop(current, None)
        if target is None:
            if current in settled:
                continue
            settled[current] = _UNDERWAY
            target = _locate(current, scope)
            if target is not None and type(target[0]) in (dict, list):
                needed = [needed for needed in _needed(current, target, scope) if needed not in settled]
                if needed:
                    targets[current] = target
                    waiting.append(current)
                    waiting.extend(needed)
                    continue
        reached = _reach(current, target, scope)
        if not reached.known and ".IterationOutputs[" in current and "${Steps." in reached.template:
            reached = Resolved(False, expression=current, template=piece(current))  # each iteration has its own
        settled[current] = reached
    return settled[path]


def _needed(path: str, target: _Target, scope: Scope) -> Iterator[str]:
    step = scope._steps.get(step_of(path) or "")
    for reference in references([target[0], target[2]]):
        yield meant_in(step, reference, scope.run_documents)


def _reach(path: str, target: _Target | None, scope: Scope) -> Resolved:
    unknown = Resolved(False, expression=path, template=piece(path))
    if target is None:
        return unknown
    value, resolution, below = target
    step = step_of(path)
    found = Resolved(True, value, resolution) if type(value) is str else _evaluate(value, scope, 0, step)
    if found.value is None if found.known else type(value) is not dict or not is_function(value):
        return unknown
    text = found.value if found.known else found.template
    resolution = latest(resolution, found.resolution)
    if type(text) is str and len(text) > MAX_REFERRED:
        return unknown
    if not below:
        return Resolved(True, text, resolution) if found.known else Resolved(False, None, resolution, path, text)
    end = _evaluate(below, scope, 0, step)
    if type(text) is not str:
        return unknown
    whole = f"{text.rstrip('/')}/{(end.value if end.known else end.template).lstrip('/')}"
    if found.known and end.known:
        return Resolved(True, whole, latest(resolution, end.resolution))
    return Resolved(False, None, resolution, path, whole)


def _locate(path: str, scope: Scope) -> _Target | None:
    if path in scope.variables:
        return scope.variables[path], EXECUTION_VALUE, ""
    root, _, rest = path.partition(".")
    if root == "Steps":
        segments = parse_path(path)
        return _step_property(str(segments[1]), segments[2:], scope) if len(segments) > 2 else None
    if root == "Parameters":
        return _parameter(rest, scope)
    if root in ("PipelineExperimentConfig", "MlflowConfig"):
        return _found(_descend(scope.definition.document, parse_path(path), scope))
    return None


def _parameter(name: str, scope: Scope) -> _Target | None:
    if name in scope.values:
        return scope.values[name], EXECUTION_VALUE, ""
    parameter = scope.definition.parameters.get(name)
    return (parameter.default, PARAMETER_DEFAULT, "") if parameter and parameter.has_default else None


_ABSENT = object()


def _found(value: Any, resolution: str = LITERAL) -> _Target | None:
    return None if value is _ABSENT or value is None else (value, resolution, "")


# The name that a definition gives a job is only the beginning of the one that the service makes of it.
MADE_AT_RUN_TIME = frozenset(
    {"AutoMLJobName", "HyperParameterTuningJobName", "ProcessingJobName", "TrainingJobName", "TransformJobName"}
)


def _step_property(name: str, segments: tuple[str | int, ...], scope: Scope) -> _Target | None:
    """Return the target of `Steps.<name>.<segments>`: what the run says, else what the step's document declares."""
    run = scope.run_documents.get(name)
    if run is not None:
        target = _found(_descend(run, segments, scope), JOB_DESCRIPTION)
        if target is not None:
            return target
    step = scope._steps.get(name)
    if step is None:
        return None
    first = segments[0]
    if first in MADE_AT_RUN_TIME and len(segments) == 1:
        return None
    if segments == MODEL_FILE and step.type == "Training":
        return _model_file(step, run)
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


MODEL_FILE = ("ModelArtifacts", "S3ModelArtifacts")
"""Segments below a training step of the path of the model file that its job writes."""


def _model_file(step: Step, run: Doc | None) -> _Target | None:
    """Return the target of the file that a training job will write, in a folder named after the job.

    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
    """
    output = dig(run, "OutputDataConfig") or step.arguments.get("OutputDataConfig")
    if not isinstance(output, dict) or not output.get("S3OutputPath"):
        return None
    job = {GET: f"Steps.{step.name}.TrainingJobName"}
    return output["S3OutputPath"], LITERAL, {JOIN: {"On": "/", "Values": [job, model_name(output)]}}


def model_name(output: Doc) -> str:
    """Return the name of a model's file or folder below its job's own folder, by the job's `OutputDataConfig`."""
    return "output/model/" if output.get("CompressionType") == "NONE" else "output/model.tar.gz"


def _property_file(step: Step, segments: tuple[str | int, ...]) -> _Target | None:
    """Return the target of the file itself; a longer path is a value in the file, which no definition tells."""
    if len(segments) != 1:
        return None
    for file in step.property_files:
        if file.name == segments[0]:
            output = f"Steps.{step.name}.ProcessingOutputConfig.Outputs['{file.output}'].S3Output.S3Uri"
            return {GET: output}, LITERAL, file.path
    return None


def _descend(value: Any, segments: tuple[str | int, ...], scope: Scope) -> Any:
    """Return the value at `segments` below `value`; `_ABSENT` where there is none.

    A list is entered by position, or by the name that its items carry (`OutputName`, `ChannelName`, …). A run's
    output parameters are items with a `Value`. Text on the way is read as a JSON document in a string or a join.
    """
    before: str | int | None = None
    for segment in segments:
        if type(value) is str or (type(value) is dict and JOIN in value):
            value = _embedded(value, scope)
        if isinstance(value, dict):
            value = value.get(segment, _ABSENT)
        elif isinstance(value, list):
            value = _item(value, segment, scope)
            if before == "OutputParameters" and isinstance(value, dict):
                value = value.get("Value", _ABSENT)
        else:
            return _ABSENT
        before = segment
    return value


def _item(items: list[Any], segment: str | int, scope: Scope) -> Any:
    if type(segment) is int:
        return items[segment] if segment < len(items) else _ABSENT
    named = scope._named.get(id(items))
    if named is None:
        named = scope._named[id(items)] = {}
        for item in items:
            for key, value in item.items() if isinstance(item, dict) else ():
                if key.endswith("Name") and type(value) is str:
                    named.setdefault(value, item)
    return named.get(str(segment), _ABSENT)


def _embedded(text: Any, scope: Scope) -> Any:
    """Return the result of `read_embedded`, cached for each place in the definition."""
    cache = scope._embedded
    if id(text) not in cache:
        cache[id(text)] = read_embedded(text)
    return cache[id(text)]


__all__ = [
    "EXECUTION_VALUE",
    "FUNCTIONS",
    "GET",
    "JOB_DESCRIPTION",
    "JOIN",
    "JSON_GET",
    "LITERAL",
    "MAX_TEXT",
    "PARAMETER_DEFAULT",
    "Resolved",
    "Scope",
    "as_text",
    "expression_text",
    "is_function",
    "latest",
    "parse_path",
    "references",
    "resolve",
    "step_of",
]
