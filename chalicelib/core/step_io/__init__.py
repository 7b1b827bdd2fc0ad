"""What a step reads and writes: its type's rules, then whatever else its document names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from chalicelib.core.definition import NESTING
from chalicelib.core.errors import BadDefinition
from chalicelib.core.expressions import Scope, resolve
from chalicelib.core.model import Doc, Port, Resource, Step
from chalicelib.core.paths import GET, TOO_DEEP
from chalicelib.core.step_io.rules import Made, StepType
from chalicelib.core.step_io.table import TABLE, UNKNOWN_TYPE
from chalicelib.core.step_io.walk import Found, Walk, described, named_resource

_NOT_WALKED = frozenset({"Name", "Type", "DependsOn", "DisplayName", "Description"})


@dataclass(frozen=True, slots=True)
class StepIO:
    """A step's ports and resources, and the path of every `Get` in its own document, nested steps left out."""

    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    resources: tuple[Resource, ...] = ()
    references: tuple[str, ...] = ()


def read_step(step: Step, scope: Scope) -> StepIO:
    """What `step` reads, writes and names: by its job's description where `scope` has one, else as defined.

    What the description does not speak of (a check's supplied baseline, an argument) stays as defined.
    """
    entry = TABLE.get(step.type, UNKNOWN_TYPE)
    found = _defined(step, entry, scope)
    run = scope.run_documents.get(step.name)
    if run is not None:
        _let_run_win(found, described(run, entry.described, scope))
    _add_loose(found)
    _add_made(found, step, entry, run, scope)
    return StepIO(
        _once(found.inputs), _once(found.outputs), tuple(dict.fromkeys(found.resources)), tuple(found.references)
    )


_EMR_ARGUMENT = re.compile(r"Steps\.([^.\[]+)\.Config\.Args\[\d+\]$")


def read_steps(steps: Iterable[Step], scope: Scope) -> dict[str, StepIO]:
    """`read_step` of every step, by name; and an EMR step's argument that another step refers to is an output.

    That is how the SDK's EMR steps declare outputs: `--name s3://…` among the arguments, and `Config.Args[n]`.
    """
    ios = {step.name: read_step(step, scope) for step in steps}
    for path in dict.fromkeys(path for io in ios.values() for path in io.references if ".Config.Args[" in path):
        match = _EMR_ARGUMENT.match(path)
        if match and match[1] in ios:
            io = ios[match[1]]
            argument = resolve({GET: path}, scope)
            meant = [port for port in io.inputs if port.uri is not None and port.uri == argument.value]
            inputs = tuple(port for port in io.inputs if port not in meant)
            ios[match[1]] = replace(io, inputs=inputs, outputs=(*io.outputs, *meant))
    return ios


def _defined(step: Step, entry: StepType, scope: Scope) -> Found:
    """What the step's own document says, the steps inside it left out."""
    document = {key: value for key, value in step.document.items() if key not in _NOT_WALKED}
    nested = NESTING.get(step.type)
    if nested and type(document.get("Arguments")) is dict:
        document["Arguments"] = {key: value for key, value in step.arguments.items() if key not in nested}
    try:
        return Walk(step.arguments, scope).over(document, entry.defined)
    except BadDefinition:
        raise BadDefinition(TOO_DEEP, step.pointer) from None


def _let_run_win(found: Found, run: Found) -> None:
    found.inputs = _merged(run.inputs, found.inputs)
    found.outputs = _merged(run.outputs, found.outputs)
    told = {(resource.type, resource.relation) for resource in run.resources}
    defined = [item for item in found.resources if (item.type, item.relation) not in told]
    found.resources = run.resources + defined


def _merged(run: list[Port], defined: list[Port]) -> list[Port]:
    told = {port.name for port in run}
    return run + [port for port in defined if port.name not in told]


def _add_loose(found: Found) -> None:
    """Add the ports that no rule names, unless a rule's port says the same: its direction is the surer one."""
    if not found.loose:
        return
    covered = {port.uri or port.expression for ports in (found.inputs, found.outputs) for port in ports}
    for flow, port in found.loose:
        if (port.uri or port.expression) not in covered:
            (found.outputs if flow == "out" else found.inputs).append(port)


def _add_made(found: Found, step: Step, entry: StepType, run: Doc | None, scope: Scope) -> None:
    """Add what every step of this type makes; what only a run can name is shown as the `Get` that would read it."""
    for name, kind, attribute in entry.promised:
        if not any(port.name == name for port in found.outputs):
            found.outputs.append(Port(name, None, kind, f"Steps.{step.name}.{attribute}"))
    found.resources.extend(_made(made, step, run or {}, scope) for made in entry.made)


def _made(made: Made, step: Step, run: Doc, scope: Scope) -> Resource:
    name, arn = (run.get(key) if key else None for key in (made.name, made.arn))
    if name or arn:
        return Resource(made.type, "creates", name=name, arn=arn)
    written = step.arguments.get(made.name) if made.name else None
    if written is None:
        return Resource(made.type, "creates", expression=f"Steps.{step.name}.{made.name}")
    resolved = resolve(written, scope)
    if resolved.known and isinstance(resolved.value, str):
        return named_resource(made.type, "creates", resolved.value)
    return Resource(made.type, "creates", expression=resolved.expression)


def _once(ports: list[Port]) -> tuple[Port, ...]:
    """Each port once: a tuning job's definitions, and the two forms of AutoML, say the same thing twice."""
    names = {port.name for port in ports}
    return tuple(ports if len(names) == len(ports) else dict.fromkeys(ports))


__all__ = ["StepIO", "read_step", "read_steps"]
