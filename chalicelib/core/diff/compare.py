"""The comparison itself: two tables of facts in, changes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.core.diff.facts import KINDS, Facts, Key, path_text

WHOLES: Mapping[str, str] = {"step": "step", "bucket": "posture"}
"""Subjects that come and go as one: the kind of that change, by the subject's first word."""

LOCATIONS = ("s3://", "arn:", "https://")
"""How a text begins that is a location, and no expression."""

EDGES = "edges"
"""Where the value of a step that came or went holds the edges that came or went with it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `None` where there was nothing before, or is nothing after.

    A step or bucket that came or went is one change with an empty path: its value holds all its facts by path.
    """

    kind: str
    key: Key
    before: Any
    after: Any

    @property
    def subject(self) -> str:
        """Return what it is about: `step:Train`, `bucket:lake`, `pipeline`."""
        return self.key.subject

    def turned(self) -> Change:
        """Return the same difference, seen from the other side."""
        return replace(self, before=self.after, after=self.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Changes in order, and what could not be compared: facts that only one of the two answers knows.

    `uncompared` are those worth a warning; `passed_over` all that are no difference whatever stands on the two sides.
    """

    changes: tuple[Change, ...]
    uncompared: tuple[Key, ...]
    passed_over: frozenset[Key]


def compare(before: Facts, after: Facts) -> Comparison:
    """Return what differs between two answers, in what both of them know."""
    old_wholes, new_wholes = _wholes(before), _wholes(after)
    alone = old_wholes.keys() ^ new_wholes.keys()
    changes = [_whole(subject, old_wholes.get(subject), new_wholes.get(subject)) for subject in alone]
    unknown: list[Key] = []
    covered: list[Key] = []
    for key in before.values.keys() | after.values.keys():
        if key.subject in alone or not _ends(key, before, after).isdisjoint(alone):
            continue
        old, new = before.values.get(key), after.values.get(key)
        if not _comparable(key, before, after):
            unknown.append(key)
        elif not same(old, new) and _covered(key, before, after):
            covered.append(key)
        elif not same(old, new):
            changes.append(Change(_kind(key, before, after), key, old, new))
    changes.sort(key=lambda change: (KINDS.index(change.kind), change.key))
    uncompared = [key for key in unknown if before.missed(key) or after.missed(key)]
    return Comparison(tuple(changes), tuple(sorted(uncompared)), frozenset([*unknown, *covered]))


def same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are equal; true is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(item, other[name]) for name, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def table(facts: Facts, without: Collection[Key] = ()) -> dict[str, dict[str, Any]]:
    """Return the facts as JSON: by subject, then by path."""
    found: dict[str, dict[str, Any]] = {}
    for key, value in facts.values.items():
        if key not in without:
            found.setdefault(key.subject, {})[path_text(key.path)] = value
    return found


def _wholes(facts: Facts) -> dict[str, dict[str, Any]]:
    """Return each step and bucket with all its facts; a step with its edges too."""
    found = {
        subject: dict(sorted(values.items()))
        for subject, values in table(facts).items()
        if subject.partition(":")[0] in WHOLES
    }
    edges = sorted(((key, value) for key, value in facts.values.items() if key.subject.startswith("edge:")))
    for key, value in edges:
        for subject in _ends(key, facts):
            if subject in found:
                found[subject].setdefault(EDGES, []).append(value)
    return found


def _whole(subject: str, before: Any, after: Any) -> Change:
    return Change(WHOLES[subject.partition(":")[0]], Key(subject, ()), before, after)


def _ends(key: Key, *facts: Facts) -> frozenset[str]:
    """Return the steps at an edge's ends; of any other fact, nothing."""
    if not key.subject.startswith("edge:"):
        return frozenset()
    value = next(each.values[key] for each in facts if key in each.values)
    return frozenset(f"step:{value[end]}" for end in ("from", "to"))


def _kind(key: Key, before: Facts, after: Facts) -> str:
    kinds = {each.kinds[key] for each in (before, after) if key in each.kinds}
    return min(kinds, key=KINDS.index)


def _comparable(key: Key, before: Facts, after: Facts) -> bool:
    """Tell whether both answers know a fact. Which locations meet is known for sure only once a run has filled them."""
    if key in before.optional or key in after.optional:
        return key in before.answered and key in after.answered
    if key.path[:1] == ("artifact",) and before.has_run != after.has_run:
        return False
    return before.sees(key) and after.sees(key)


def _covered(key: Key, before: Facts, after: Facts) -> bool:
    """Tell whether a difference is none: what one side declares is what the other did, or has still to fill in."""
    if key.path[:1] not in (("inputs",), ("outputs",), ("resources",)):
        return False
    old, new = before.values.get(key), after.values.get(key)
    if key.path[0] == "outputs" and (_is_made_below(old, new) or _is_made_below(new, old)):
        return True
    if (key.subject in before.ran) == (key.subject in after.ran):
        return _open_covers(key, before, after) or _open_covers(key, after, before)
    declared, real = (before, after) if key.subject in after.ran else (after, before)
    if _open_covers(key, declared, real):
        return True
    if key.path[0] == "resources":
        # A run tells of what it made, by names that the definition need not have.
        return key not in declared.values or "${" in str(real.values.get(key, ""))
    return _met_elsewhere(key, declared, real)


def _open_covers(key: Key, declared: Facts, real: Facts) -> bool:
    template, value = declared.values.get(key), real.values.get(key)
    if key not in declared.open or key in real.open or value is None:
        return False
    return not isinstance(template, str) or not isinstance(value, str) or fills(template, value)


def _is_made_below(place: Any, made: Any) -> bool:
    """Tell whether a run put something below a location that was declared, under a name that it made up."""
    if not isinstance(place, str) or not isinstance(made, str) or not place.startswith("s3://"):
        return False
    below = made.removeprefix(place.rstrip("/") + "/")
    return below != made and "${" in below


def _met_elsewhere(key: Key, declared: Facts, real: Facts) -> bool:
    """Tell whether a port that only one side has stands on the other under another name, or is a run's own report."""
    if key in declared.values and key in real.values:
        return False
    if key in real.values:
        places = _places(key, declared)
        return key in real.reports or any(_meets(place, real.values[key]) for place in places)
    return any(_meets(declared.values[key], place) for place in _places(key, real))


def _meets(template: Any, value: Any) -> bool:
    return same(template, value) or (isinstance(template, str) and isinstance(value, str) and fills(template, value))


def _places(key: Key, facts: Facts) -> list[Any]:
    """Return all locations of a step in one direction."""
    return facts.ports.get((key.subject, key.path[0]), [])


def fills(template: str, text: str) -> bool:
    """Tell whether `text` is `template` with something in place of each `${…}`; an expression alone says nothing."""
    if "${" not in template:
        return not template.startswith(LOCATIONS)
    first, *rest = template.split("${")
    pieces = [piece.partition("}")[2] for piece in rest]
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in pieces[:-1]:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - at >= len(pieces[-1]) and text.endswith(pieces[-1])
