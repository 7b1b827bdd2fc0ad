"""Inputs and outputs of steps: by the rules of the step's type, then by whatever else its document names."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.core.definition.document import NESTING
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import GET, TOO_DEEP
from chalicelib.core.definition.scope import Scope
from chalicelib.core.definition.templates import piece
from chalicelib.core.graph.step_io.job_folders import is_function_step
from chalicelib.core.graph.step_io.rules import Made, StepType
from chalicelib.core.graph.step_io.table import TABLE, UNKNOWN_TYPE
from chalicelib.core.graph.step_io.walk import Found, Walk, described, named_resource
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Doc, Port, Resource, Step

_NOT_WALKED = ("Name", "Type", "DependsOn", "DisplayName", "Description")


class StepIO(NamedTuple):
    """Step's ports and resources, and the path of every `Get` in its own document, without nested steps."""

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    resources: tuple[Resource, ...] = ()
    references: tuple[str, ...] = ()


def read_step(step: Step, scope: Scope) -> StepIO:
    """Return what `step` reads, writes and names: by its job's description where `scope` has one, else as defined.

    Parts that the description does not mention (a check's supplied baseline, a payload) stay as defined. A step in a
    loop's body has what each of its iterations had. Raises `BadDefinition` where its document nests too deep.
    """
    entry = TABLE.get(step.type, UNKNOWN_TYPE)
    scope = scope.at(step.name)
    found = _defined(step, entry, scope)
    runs = _runs(step, scope)
    if runs:
        _let_runs_win(found, [described(run, entry.described, scope, entry.job) for run in runs], entry.starts)
    if is_function_step(step.arguments):
        found.loose = [_as_root(flow, port) for flow, port in found.loose]
    _add_loose(found)
    _add_made(found, step, entry, runs, scope)
    return StepIO(
        _once(found.inputs), _once(found.outputs), tuple(dict.fromkeys(found.resources)), tuple(found.references)
    )


def _runs(step: Step, scope: Scope) -> list[Doc]:
    """Return the run documents of a step: its own, or those of its iterations, which stand in the loop's."""
    loop = scope.run_documents.get(step.parent) if step.branch == "forEach" and step.parent else None
    iterations = loop.get("IterationOutputs") if loop is not None else None
    if isinstance(iterations, list):
        bodies = [bodies.get(step.name) for bodies in iterations if isinstance(bodies, dict)]
        return [body for body in bodies if isinstance(body, dict)]
    run = scope.run_documents.get(step.name)
    return [] if run is None else [run]


_EMR_ARGUMENT = re.compile(r"Steps\.([^.\[]+)\.Config\.Args\[\d+\]$")


def read_steps(steps: Iterable[Step], scope: Scope) -> dict[str, StepIO]:
    """Return `read_step` of every step, by name, with the outputs that EMR steps declare.

    The SDK's EMR steps declare an output as `--name s3://…` among the arguments, to which another step refers as
    `Config.Args[n]`; such an argument is moved to the outputs. Raises `BadDefinition` where a document nests too deep.
    """
    ios = {step.name: read_step(step, scope) for step in steps}
    for path in dict.fromkeys(path for io in ios.values() for path in io.references if ".Config.Args[" in path):
        match = _EMR_ARGUMENT.match(path)
        if match and match[1] in ios:
            io = ios[match[1]]
            argument = resolve({GET: path}, scope)
            text = argument.value if argument.known else argument.template
            meant = [port for port in io.inputs if port.uri == text]
            inputs = tuple(port for port in io.inputs if port not in meant)
            outputs = (port._replace(extent=None) for port in meant)
            ios[match[1]] = io._replace(inputs=inputs, outputs=(*io.outputs, *outputs))
    return ios


def _defined(step: Step, entry: StepType, scope: Scope) -> Found:
    """Return what the step's own document says, without the steps nested in it."""
    document = dict(step.document)
    for key in _NOT_WALKED:
        document.pop(key, None)
    nested = NESTING.get(step.type)
    if nested and type(document.get("Arguments")) is dict:
        document["Arguments"] = {key: value for key, value in step.arguments.items() if key not in nested}
    try:
        return Walk(step.arguments, scope, job=entry.job).over(document, entry.defined)
    except BadDefinition:
        raise BadDefinition(TOO_DEEP, step.pointer) from None


def _let_runs_win(found: Found, runs: list[Found], starts: frozenset[str]) -> None:
    """Replace what is defined by what the runs say: ports by name, resources by type and relation.

    A run that was told of no cluster to use, but of one to start, has made the one that it names.
    """
    found.inputs = _merged([port for run in runs for port in run.inputs], found.inputs)
    found.outputs = _merged([port for run in runs for port in run.outputs], found.outputs)
    found.covered = found.covered.union(*(run.covered for run in runs))
    loose = [item for run in runs for item in run.loose]
    told = {port.name for _, port in loose}
    found.loose = loose + [item for item in found.loose if item[1].name not in told]
    resources = [resource for run in runs for resource in run.resources]
    kinds = {(resource.type, resource.relation) for resource in resources}
    own = starts - {item.type for item in found.resources if item.relation == "uses"}
    resources = [item._replace(relation="creates") if item.type in own else item for item in resources]
    found.resources = resources + [item for item in found.resources if (item.type, item.relation) not in kinds]


def _merged(run: list[Port], defined: list[Port]) -> list[Port]:
    told = {port.name for port in run}
    return run + [port for port in defined if port.name not in told]


def _as_root(flow: str, port: Port) -> tuple[str, Port]:
    """Return a `@step` function's root of working files as a place through which no data flows."""
    return ("in", port._replace(kind="resource")) if port.name == "s3_base_uri" else (flow, port)


def _add_loose(found: Found) -> None:
    """Add the ports that no rule names, unless a rule's port holds the same location with a surer direction."""
    if not found.loose:
        return
    for flow, port in found.loose:
        if port.uri not in found.covered:
            (found.outputs if flow == "out" else found.inputs).append(port)


def _add_made(found: Found, step: Step, entry: StepType, runs: list[Doc], scope: Scope) -> None:
    """Add what every step of this type makes; what only a run can name is shown as the `Get` that would read it."""
    for name, kind, attribute in entry.promised:
        if not any(port.name == name for port in found.outputs):
            path = f"Steps.{step.name}.{attribute}"
            found.outputs.append(Port(name, piece(path), kind, path))
    for made in entry.made:
        ran = [resource for run in runs if (resource := _made_by(run, made)) is not None]
        found.resources.extend(ran or [_to_be_made(made, step, scope)])


def _made_by(run: Doc, made: Made) -> Resource | None:
    name, arn = (run.get(key) if key else None for key in (made.name, made.arn))
    return Resource(made.type, "creates", name=name, arn=arn) if name or arn else None


def _to_be_made(made: Made, step: Step, scope: Scope) -> Resource:
    written = step.arguments.get(made.name) if made.name else None
    if written is None:
        return Resource(made.type, "creates", expression=f"Steps.{step.name}.{made.name}")
    resolved = resolve(written, scope)
    if resolved.known and isinstance(resolved.value, str):
        return named_resource(made.type, "creates", resolved.value)
    return Resource(made.type, "creates", expression=resolved.expression)


def _once(ports: list[Port]) -> tuple[Port, ...]:
    """Return each port once: a tuning job's definitions, and the two forms of AutoML, may repeat one."""
    names = {port.name for port in ports}
    return tuple(ports if len(names) == len(ports) else dict.fromkeys(ports))


__all__ = ["StepIO", "read_step", "read_steps"]
