"""Rules of the table of step types: each says what one place in a step's document means."""

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from chalicelib.core.definition.scope import Resolved, Scope
from chalicelib.core.values.field_path import parse_field_path

Compose = Callable[[Any, Scope], Resolved]
"""Function that builds a URI or ARN from the name, or the object, at a place."""


class Rule(NamedTuple):
    """Meaning of the value at `path`: a port or a `resource`, and what the step does with it.

    `path` starts below `Arguments` (with a leading `/`: below the step itself), and at the root of a job's description.
    `Outputs[OutputName]` enters a list and names the port by that key of the item; `*` is any key, and names it too.
    `flow`: `in`, `out` or `both` for a port, `uses`, `creates` or `deletes` for a resource.
    `name` names the port where no list does; in it `{}` is the list's name. Without either, the last key is the name.
    `kind` is the port's kind or the resource's type. `channel`: the port may hold code, which its name tells.
    `unless` names a key of the document that switches the rule off. `compose` builds the URI of a text or expression,
    `assemble` that of an object. `located`: what is no location there (a path in the container, a name) is no port.
    `extent` and `below` say which objects are meant, where not all that begin with the location, or lie below it:
    `extent` is `object`; `below` is `job` for those below `<location>/<the job's name>/` alone, `children` for those
    whose keys begin with `<location>/<the job's name>-`, and anything else for those below that folder of the location,
    where properties of the run stand in braces, or with `*` at the end for those whose keys begin so:
    `applications/{ApplicationId}`. `model` says where the model file stands: `file` is the file itself, `path` the
    location below whose job's folder it will be.
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
    located: bool = False
    extent: str | None = None
    below: str | None = None
    model: str | None = None


class Made(NamedTuple):
    """Resource of type `type` that every step of a type creates; `arn` and `name` are its properties at run time."""

    type: str
    name: str | None = None
    arn: str | None = None


class Place:
    """Node of the tree of a step type's rules; the walk descends it together with the document.

    `rules` apply to a text or expression at this place, `wholes` to an object.
    """

    __slots__ = ("any_key", "items", "keys", "named_by", "rules", "wholes")

    def __init__(self) -> None:
        self.keys: dict[str, Place] = {}
        self.items: Place | None = None
        self.named_by: str | None = None
        self.any_key: Place | None = None
        self.rules: tuple[Rule, ...] = ()
        self.wholes: tuple[Rule, ...] = ()


NOWHERE = Place()
"""Place without rules, for the parts of a document that no rule covers."""


class StepType:
    """One entry of the table: the rules of a type, and trees of them that can be walked, each made at its first use.

    `promised` lists the outputs that only a run can name, as (port, kind, property). `job` is the property that names
    the job, which is known only at run time. `starts` are the types of resources of which a run names one in any case:
    its own, where the document names none to use.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        made: tuple[Made, ...] = (),
        promised: tuple[tuple[str, str, str], ...] = (),
        job: str | None = None,
        starts: frozenset[str] = frozenset(),
    ) -> None:
        self.rules = rules
        self.made = made
        self.promised = promised
        self.job = job
        self.starts = starts

    @cached_property
    def defined(self) -> Place:
        """Return the rules as a tree for a step's document."""
        root = Place()
        for rule in self.rules:
            path = rule.path.removeprefix("/")
            _plant(root, path if path != rule.path else f"Arguments.{path}", rule)
        return root

    @cached_property
    def described(self) -> Place:
        """Return the tree for a job's description: it holds at one level what the document splits in two."""
        root = Place()
        for rule in self.rules:
            _plant(root, rule.path.removeprefix("/"), rule)
        return root


def step_type(
    *rules: Rule | Iterable[Rule],
    made: tuple[Made, ...] = (),
    promised: tuple[tuple[str, str, str], ...] = (),
    job: str | None = None,
    starts: frozenset[str] = frozenset(),
) -> StepType:
    """Build an entry of the table from its rules; groups of rules may stand among them."""
    flat = [rule for entry in rules for rule in ([entry] if isinstance(entry, Rule) else entry)]
    return StepType(flat, made, promised, job, starts)


def _plant(root: Place, path: str, rule: Rule) -> None:
    place = root
    for member in parse_field_path(path):
        if member.name == "*":
            place.any_key = place = place.any_key or Place()
        else:
            place = place.keys.setdefault(member.name, Place())
        if member.is_list:
            place.items = place.items or Place()
            place.named_by = member.named_by or place.named_by
            place = place.items
    if rule.assemble is None:
        place.rules = (*place.rules, rule)
    else:
        place.wholes = (*place.wholes, rule)


def reads(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """Build a rule: the step reads the location at `path`."""
    return Rule(path, "in", name, kind, **more)


def writes(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """Build a rule: the step writes to the location at `path`."""
    return Rule(path, "out", name, kind, **more)


def keeps(path: str, name: str | None = None, kind: str = "data", **more: Any) -> Rule:
    """Build a rule: the step writes to the location at `path` and reads it again."""
    return Rule(path, "both", name, kind, **more)


def uses(path: str, resource_type: str) -> Rule:
    """Build a rule: the step uses the resource named at `path`."""
    return Rule(path, "uses", kind=resource_type, resource=True)


def creates(path: str, resource_type: str) -> Rule:
    """Build a rule: the step creates the resource named at `path`."""
    return Rule(path, "creates", kind=resource_type, resource=True)


def deletes(path: str, resource_type: str, **more: Any) -> Rule:
    """Build a rule: the step deletes the resource at `path`."""
    return Rule(path, "deletes", kind=resource_type, resource=True, **more)
