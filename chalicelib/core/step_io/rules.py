"""How the table of step types is written: a rule says what one place in a step's document means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.expressions import Resolved, Scope

Compose = Callable[[Any, Scope], Resolved]
"""Makes a URI or ARN of the name that stands at a place, or of the object there with its parts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands at `path`, a port or a `resource`, and what the step does with it.

    `path` runs below `Arguments` (with a leading `/`: below the step itself), and alike in the job's description.
    `Outputs[OutputName]` enters a list and names the port by that key of the item; `*` is any key, and names it too.
    `flow`: `in`, `out` or `both` for a port, `uses`, `creates` or `deletes` for a resource.
    `name` names the port where no list does; in it `{}` is the list's name. Without either the last key does.
    `kind` is the port's kind or the resource's type. `channel`: code may come this way, told by its name.
    `unless` names a key of the document in whose presence the rule is silent. `compose` makes the URI of a text or
    expression, `assemble` that of an object.
    """

    path: str
    flow: str
    name: str | None = None
    kind: str = "data"
    channel: bool = False
    unless: str | None = None
    compose: Compose | None = None
    assemble: Compose | None = None
    resource: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A resource of type `type` that every step of a type creates; `arn` and `name` are its properties at run time."""

    type: str
    name: str | None = None
    arn: str | None = None


@dataclass(slots=True)
class Place:
    """A node of the tree that a type's rules form, walked in step with the document.

    `rules` are for a text or expression that stands here, `wholes` for an object.
    """

    keys: dict[str, Place] = field(default_factory=dict)
    items: Place | None = None
    named_by: str | None = None
    any_key: Place | None = None
    rules: tuple[Rule, ...] = ()
    wholes: tuple[Rule, ...] = ()


NOWHERE = Place()
"""Where no rule leads."""


@dataclass(frozen=True, slots=True)
class StepType:
    """One entry of the table, ready to be walked.

    `defined` is for a step's document, `described` for its job's description, which says at one level what the
    document says in the step and in its `Arguments`. `promised`: outputs that only a run can name, as (port, kind,
    property).
    """

    defined: Place
    described: Place
    made: tuple[Made, ...] = ()
    promised: tuple[tuple[str, str, str], ...] = ()


def step_type(
    *rules: Rule | Iterable[Rule],
    made: tuple[Made, ...] = (),
    promised: tuple[tuple[str, str, str], ...] = (),
) -> StepType:
    """An entry of the table from its rules; groups of rules may stand among them."""
    flat = [rule for entry in rules for rule in ([entry] if isinstance(entry, Rule) else entry)]
    defined, described = Place(), Place()
    for rule in flat:
        path = rule.path.removeprefix("/")
        _plant(defined, path if path != rule.path else f"Arguments.{path}", rule)
        _plant(described, path, rule)
    return StepType(defined, described, made, promised)


def _plant(root: Place, path: str, rule: Rule) -> None:
    place = root
    for part in path.split("."):
        key, bracket, named_by = part.removesuffix("]").partition("[")
        if key == "*":
            place.any_key = place = place.any_key or Place()
        else:
            place = place.keys.setdefault(key, Place())
        if bracket:
            place.items = place.items or Place()
            place.named_by = named_by or place.named_by
            place = place.items
    if rule.assemble is None:
        place.rules = (*place.rules, rule)
    else:
        place.wholes = (*place.wholes, rule)


def reads(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """The step reads what stands at `path`."""
    return Rule(path, "in", name, kind, **more)


def writes(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """The step writes to what stands at `path`."""
    return Rule(path, "out", name, kind, **more)


def keeps(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """The step writes to what stands at `path` and reads it again."""
    return Rule(path, "both", name, kind, **more)


def uses(path: str, resource_type: str) -> Rule:
    """The step names a resource at `path`."""
    return Rule(path, "uses", kind=resource_type, resource=True)


def creates(path: str, resource_type: str) -> Rule:
    """The step makes the resource named at `path`."""
    return Rule(path, "creates", kind=resource_type, resource=True)


def deletes(path: str, resource_type: str, **more: Any) -> Rule:
    """The step deletes what stands at `path`."""
    return Rule(path, "deletes", kind=resource_type, resource=True, **more)
