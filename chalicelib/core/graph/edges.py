"""Edges that a definition states, and a topological order that suits them and those of shared locations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from typing import TypeVar

from chalicelib.core.definition.document import NESTING
from chalicelib.core.definition.paths import step_of
from chalicelib.core.graph.step_io.ports import StepIO
from chalicelib.core.values.model import Definition, Edge, Gap, Step

K = TypeVar("K")

Pairs = dict[int, set[int]]
"""Edges by the position of their steps in the document: source → targets."""


def defined_edges(definition: Definition, ios: Mapping[str, StepIO]) -> tuple[list[Edge], list[Gap]]:
    """Return the edges that the document itself states, each once, and gaps for the names in it that are no step."""
    names = {step.name for step in definition.steps}
    edges: dict[tuple[str, str, str], Edge] = {}
    gaps: list[Gap] = []
    for step in definition.steps:
        for source, via, trigger in _said_of(step, ios[step.name]):
            if source not in names:
                gaps.append(_unknown(step, source, via))
            elif source != step.name:
                edges.setdefault((source, step.name, via), Edge(source, step.name, via, trigger))
        for name, via in _bare_names(step):
            if name not in names:
                gaps.append(_unknown(step, name, via))
            elif name != step.name:
                edges.setdefault((step.name, name, via), Edge(step.name, name, via))
    return list(edges.values()), list(dict.fromkeys(gaps))


def _said_of(step: Step, io: StepIO) -> Iterable[tuple[str, str, str | None]]:
    """Yield the edges into `step`, as (source, via, trigger)."""
    if step.parent is not None and step.branch is not None:
        yield step.parent, "forEach" if step.branch == "forEach" else f"branch:{step.branch}", None
    for dependency in step.depends_on:
        yield dependency.step, "dependsOn", dependency.trigger
    for path in io.references:
        name = step_of(path)
        if name is not None:
            yield name, "ref:Get", None


def _bare_names(step: Step) -> Iterable[tuple[str, str]]:
    """Yield the steps that a branch of `step` names instead of holding them, as (name, via)."""
    for key, branch in NESTING.get(step.type, {}).items():
        for entry in step.arguments.get(key) or ():
            if isinstance(entry, str):
                yield entry, "forEach" if branch == "forEach" else f"branch:{branch}"


def _unknown(step: Step, name: str, via: str) -> Gap:
    if via == "dependsOn":
        return Gap("UnknownDependency", f"{step.name} depends on {name}, which is no step", step.name)
    return Gap("UnknownReference", f"{step.name} refers to {name}, which is no step", step.name)


MAX_NESTING = 64
"""Maximum number of conditions around a step that are looked at: real ones nest thirty deep."""


def never_together(one: Step, other: Step, steps: Mapping[str, Step]) -> bool:
    """Return whether two steps stand in opposite branches of one condition, so that never both run."""
    inside = dict(_branches_around(one, steps))
    return any({inside.get(holder), branch} == {"if", "else"} for holder, branch in _branches_around(other, steps))


def _branches_around(step: Step, steps: Mapping[str, Step]) -> Iterator[tuple[str, str]]:
    for _ in range(MAX_NESTING):
        if step.parent is None or step.branch is None:
            return
        yield step.parent, step.branch
        step = steps[step.parent]


# --- Order ------------------------------------------------------------------------------------------------------


def topological_order(count: int, required: Pairs, preferred: Pairs) -> tuple[list[int], bool]:
    """Return the positions 0 … count-1 in topological order, and whether the required edges hold a cycle.

    Every required edge points forward, and every preferred one where that is possible. Positions that are free to
    come first do so in the order of the document. The members of a cycle stand where the document has them.
    """
    waits_required, waits_preferred = _degrees(count, required), _degrees(count, preferred)
    ready = [i for i in range(count) if not waits_required[i] and not waits_preferred[i]]
    least_blocked = [i for i in range(count) if not waits_required[i] and waits_preferred[i]]
    heapify(ready)
    heapify(least_blocked)
    order: list[int] = []
    placed = bytearray(count)
    cyclic = False
    rest = 0
    while len(order) < count:
        if ready:
            chosen = heappop(ready)
        elif least_blocked:
            chosen = heappop(least_blocked)
        else:
            while placed[rest]:
                rest += 1
            chosen, cyclic = rest, True
        if placed[chosen]:
            continue
        placed[chosen] = 1
        order.append(chosen)
        for degrees, targets in (
            (waits_required, required.get(chosen, ())),
            (waits_preferred, preferred.get(chosen, ())),
        ):
            for target in targets:
                degrees[target] -= 1
                if not waits_required[target] and not placed[target]:
                    heappush(least_blocked if waits_preferred[target] else ready, target)
    return order, cyclic


def _degrees(count: int, edges: Pairs) -> list[int]:
    degrees = [0] * count
    for targets in edges.values():
        for target in targets:
            degrees[target] += 1
    return degrees


def pairs(edges: Iterable[tuple[int, int]]) -> Pairs:
    """Return edges as a mapping, without those from a step to itself."""
    mapping: Pairs = {}
    for source, target in edges:
        if source != target:
            mapping.setdefault(source, set()).add(target)
    return mapping


def forward_only(candidates: Iterable[tuple[int, int]], order: Sequence[int], required: Pairs) -> list[tuple[int, int]]:
    """Return the candidates that do not contradict the partial order of the required edges.

    A candidate that points forward in `order` cannot contradict it; of the others, those go whose target leads to
    their source.
    """
    rank = {position: index for index, position in enumerate(order)}
    candidates = list(candidates)
    if all(rank[source] < rank[target] for source, target in candidates):
        return candidates
    reached = reachable(reversed(order), required, lambda position: 1 << position)
    return [(source, target) for source, target in candidates if not reached[target] >> source & 1]


def reachable(order: Iterable[K], edges: Mapping[K, Iterable[K]], bit: Callable[[K], int]) -> dict[K, int]:
    """Return, for each item, all that edges lead to from it, directly or not, as a set of bits.

    `order` has what an edge leads to before what it starts from; in a cycle, what comes later is not reached.
    """
    reached: dict[K, int] = {}
    for item in order:
        bits = 0
        for target in edges.get(item, ()):
            bits |= bit(target) | reached.get(target, 0)
        reached[item] = bits
    return reached
