"""Changes of one difference, arranged by where they stand, and asked for what is at a place or above it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from chalicelib.core.diff.causes.cause import MAX_CAUSES
from chalicelib.core.diff.compare import Change
from chalicelib.core.diff.facts import Facts
from chalicelib.core.diff.reach import Streams, buckets_in, walk
from chalicelib.core.diff.texts import could_explain, explain_together, explains, pair_of, repeats, text_of
from chalicelib.core.diff.vocabulary import DEFINITIONS, OBJECTIVE, VARIANTS

MAX_SOURCES = 50
"""How many changes of one kind at a step are looked at for one that another repeats in part."""

WORK: Final = frozenset({"parameter", "code", "image", "resources", "input"})
"""What can make a step do something else."""

DATA_CHANGES: Final = frozenset({"input", "output", "step", "security"})
"""What makes of data that a step works on other data: where it lies, who made it, under which key."""

PORTS: Final = ("inputs", "outputs")

Place = tuple[str, str, str]
"""A step, a kind of change and a part of the step."""


@dataclass(slots=True)
class Arranged:
    """The changes of one difference, ready to be asked for causes."""

    changes: Sequence[Change]
    before: Facts
    after: Facts
    streams: Streams
    unread: frozenset[str] = frozenset()
    by_subject: dict[str, list[Change]] = field(default_factory=dict)
    by_bucket: dict[str, list[Change]] = field(default_factory=dict)
    values: list[Change] = field(default_factory=list)
    roots: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    by_place: dict[Place, list[Change]] = field(default_factory=dict)
    by_turn: dict[tuple[Place, str | None, str | None], list[Change]] = field(default_factory=dict)
    tags: dict[str, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for change in self.changes:
            self.by_subject.setdefault(change.subject, []).append(change)
            if is_value(change):
                self.values.append(change)
            for bucket in _buckets_of(change):
                self.by_bucket.setdefault(f"bucket:{bucket}", []).append(change)
            if change.subject.startswith("step:"):
                place = (change.subject, change.kind, part_of(change))
                self.by_place.setdefault(place, []).append(change)
                self.by_turn.setdefault((place, text_of(change.before), text_of(change.after)), []).append(change)
            if change.kind == "posture" and change.key.path[:2] == ("s3", "tags"):
                for step in self.streams.touching.get(change.subject, ()):
                    self.tags.setdefault(step, []).append(change)

    def values_behind(self, change: Change) -> tuple[Change, ...]:
        """Return the changed values that turn the old text into the new one: each alone, else all together."""
        old, new = text_of(change.before), text_of(change.after)
        if old is None or new is None:
            return ()
        sources = [each for each in self.values if could_explain(each, old, new)]
        alone = [each for each in sources if explains(pair_of(each), old, new)]
        return tuple(alone or (sources if explain_together(sources, old, new) else ()))[:MAX_CAUSES]

    def saying(self, change: Change, places: Iterable[Place], *, only_alike: bool = False) -> list[Change]:
        """Return the changes at some places that say what a change says: the same texts, else one inside the other."""
        places, old, new = list(places), text_of(change.before), text_of(change.after)
        alike = [each for place in places for each in self.by_turn.get((place, old, new), ())[: MAX_CAUSES + 1]]
        if only_alike or any(each is not change for each in alike):
            return [each for each in alike if each is not change]
        some = [each for place in places for each in self.by_place.get(place, ())[:MAX_SOURCES]]
        return [each for each in some if each is not change and repeats(each, old, new)]

    def alike_above(self, change: Change, *parts: str) -> list[Change]:
        """Return the changes of the same kind, from the same to the same, in some parts of the steps upstream."""
        steps = walk(self.streams.up, [change.subject])[1:]
        return self.saying(change, ((s, change.kind, part) for s in steps for part in parts), only_alike=True)

    def own(self, change: Change, wanted: Callable[[Change], bool]) -> list[Change]:
        """Return the other changes of the same thing that are wanted."""
        return [each for each in self.by_subject.get(change.subject, ()) if each is not change and wanted(each)]

    def work_above(self, step: str) -> tuple[Change, ...]:
        """Return what makes a step do something else: at the step itself, else at the nearest steps above it."""
        if step not in self.roots:
            self.roots[step] = tuple(self.nearest(step, lambda each: each.kind in WORK, own=True))[:MAX_CAUSES]
        return self.roots[step]

    def nearest(self, step: str, wanted: Callable[[Change], bool], *, own: bool) -> list[Change]:
        """Return the wanted changes at the nearest step above that has some; with `own`, the step itself is first."""
        for above in walk(self.streams.up, [step])[0 if own else 1 :]:
            if found := [each for each in self.by_subject.get(above, ()) if wanted(each) or each.kind == "step"]:
                return found
        return []

    def data_above(self, steps: Iterable[str]) -> list[Change]:
        """Return what changed of the data that steps work on: where the nearest above them read or wrote, and its tags.

        A classification goes downstream with the data, past the places that a finding names; a pipeline's is all over.
        """
        for above in walk(self.streams.up, steps):
            found = [each for each in self.by_subject.get(above, ()) if each.kind in DATA_CHANGES]
            if found := [*found, *self.tags.get(above, ())]:
                return found
        return [each for each in self.by_subject.get("pipeline", ()) if each.key.path[:1] == ("tags",)]


def part_of(change: Change) -> str:
    """Return in which part of a step a change stands."""
    path = change.key.path
    of_job = path[2] if path[:2] == ("run", "job") and len(path) > 2 else ""
    return (
        "variants" if of_job in (*VARIANTS, DEFINITIONS) else of_job if of_job == OBJECTIVE else path[0] if path else ""
    )


def _buckets_of(change: Change) -> set[str]:
    """Return the buckets that a change of a location is about; of a step that came or went, those of its locations."""
    if change.key.path and change.key.path[0] in PORTS:
        return buckets_in(change.before) | buckets_in(change.after)
    if change.kind != "step" or change.key.path:
        return set()
    ports = (change.before or change.after or {}).items()
    return {bucket for path, value in ports if path.startswith(PORTS) for bucket in buckets_in(value)}


def is_value(change: Change) -> bool:
    """Tell whether other places may repeat a change: the pipeline's own values, and what a step answered."""
    return change.subject == "pipeline" or "outputParameters" in change.key.path
