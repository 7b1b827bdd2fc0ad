"""Steps, models and endpoints downstream of a change, over the edges of both graphs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chalicelib.core.diff.facts import Facts

MAX_STEPS = 500
"""How many steps one reach names, the nearest first."""

MADE: Mapping[tuple[str, ...], str] = {
    ("resources", "AWS::SageMaker::Model", "creates"): "models",
    ("resources", "AWS::SageMaker::ModelPackageGroup", "uses"): "models",
    ("resources", "AWS::SageMaker::Endpoint", "creates"): "endpoints",
    ("resources", "AWS::SageMaker::Endpoint", "uses"): "endpoints",
    ("registry", "endpoints"): "endpoints",
}
"""Where a step's facts name a model or endpoint that it makes, registers, updates or is served by."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Things downstream, by name; `more` where there are more steps than are named."""

    steps: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    more: bool = False


@dataclass(slots=True)
class Streams:
    """The edges of two answers together, in both directions, and what their steps make. Steps are subjects."""

    down: dict[str, set[str]] = field(default_factory=dict)
    up: dict[str, set[str]] = field(default_factory=dict)
    made: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    touching: dict[str, set[str]] = field(default_factory=dict)
    known: dict[frozenset[str], Reach] = field(default_factory=dict)

    def reach(self, starts: Iterable[str], *, including: bool = False) -> Reach:
        """Return what lies downstream of steps; `including` the steps themselves."""
        first = frozenset(starts)
        asked = first | {""} if including else first
        if asked not in self.known:
            found = walk(self.down, first)
            steps = [step for step in found if including or step not in first]
            self.known[asked] = Reach(
                steps=tuple(step.removeprefix("step:") for step in steps[:MAX_STEPS]),
                models=self._made(found, "models"),
                endpoints=self._made(found, "endpoints"),
                more=len(steps) > MAX_STEPS,
            )
        return self.known[asked]

    def _made(self, steps: Iterable[str], what: str) -> tuple[str, ...]:
        return tuple(sorted({name for step in steps for name in self.made.get(step, {}).get(what, ())}))


def walk(edges: Mapping[str, set[str]], starts: Iterable[str]) -> list[str]:
    """Return the steps that edges lead to, the starts first, then the nearest; a bounded number of them."""
    found = dict.fromkeys(sorted(starts))
    waiting = deque(found)
    enough = len(found) + MAX_STEPS
    while waiting and len(found) <= enough:
        for step in sorted(edges.get(waiting.popleft(), ())):
            if step not in found:
                found[step] = None
                waiting.append(step)
    return list(found)


def streams_of(before: Facts, after: Facts) -> Streams:
    """Return the edges of both answers, and what both say of models, endpoints and buckets."""
    streams = Streams()
    for facts in (before, after):
        for key, value in facts.values.items():
            if key.subject.startswith("edge:"):
                source, target = f"step:{value['from']}", f"step:{value['to']}"
                streams.down.setdefault(source, set()).add(target)
                streams.up.setdefault(target, set()).add(source)
            elif key.path in MADE:
                names = value if isinstance(value, list) else [value]
                made = streams.made.setdefault(key.subject, {}).setdefault(MADE[key.path], set())
                made.update(name.rsplit("/", 1)[-1] for name in names)
            elif key.path[:1] in (("inputs",), ("outputs",)):
                for bucket in buckets_in(value):
                    streams.touching.setdefault(f"bucket:{bucket}", set()).add(key.subject)
    return streams


def buckets_in(value: object) -> set[str]:
    """Return the buckets of a location, or of a list of them."""
    places = value if isinstance(value, list) else [value]
    return {
        place.removeprefix("s3://").split("/", 1)[0]
        for place in places
        if isinstance(place, str) and place.startswith("s3://")
    }
