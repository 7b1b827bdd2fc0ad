"""Rules for causes, as far as the two answers tell: one function for each kind of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.core.diff.causes.arranged import Arranged, is_value, part_of
from chalicelib.core.diff.causes.cause import FACTS, READ, UPSTREAM, VALUE, Cause, cause_by
from chalicelib.core.diff.compare import Change
from chalicelib.core.diff.facts import Key
from chalicelib.core.diff.texts import text_of
from chalicelib.core.values.doc import dig

WARNING, FAILED = "Warning", "Failed"
ACCOUNT = "account"
ENDPOINT: Final = ("resources", "AWS::SageMaker::Endpoint", "creates")

FINDING_RESTS_ON: Final = (
    ("posture",),
    ("security", "image", "resources"),
    ("step",),
    ("input", "output"),
    ("registry", "code", "edge"),
    ("status",),
)
"""What a finding may come from, the likeliest first."""


_PORTS = (("output", "outputs"), ("input", "inputs"))
_PLACES = (*_PORTS, ("code", "inputs"))
REPEATED: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("parameter", "run"): _PLACES,
    ("parameter", "objective"): (("parameter", "run"), ("parameter", "variants")),
    ("parameter", "variants"): (("security", "security"),),
    ("output", "outputs"): (("registry", "resources"), ("output", "outputs")),
    ("resources", "run"): (("resources", "resources"),),
    ("input", "inputs"): (("output", "outputs"),),
    ("input", "run"): (*_PLACES, ("registry", "resources")),
    ("output", "run"): _PLACES,
    ("resources", "variants"): (*_PLACES, ("resources", "run"), ("resources", "security")),
}
"""Which changes at a step, by kind and part, another at the same step may repeat: a location among its arguments, the
group in a package's ARN, checkpoints that are written and read again, what an endpoint's variants run on. A tuning's
definitions are variants too."""


def cause_of(change: Change, changes: Arranged) -> Cause | None:
    """Return why something changed; `None` where nothing tells."""
    by_value = change.kind not in ("finding", "posture", "step") and not is_value(change)
    if by_value and (explaining := changes.values_behind(change)):
        return Cause(VALUE, explaining)
    others = RULES.get(change.kind)
    return others(changes, change) if others else None


# --- by the value ---------------------------------------------------------------------------------


def _own_place(changes: Arranged, change: Change) -> Cause | None:
    """Return what another change at the same step says that a setting, a package or a description repeats."""
    places = ((change.subject, *place) for place in REPEATED.get((change.kind, part_of(change)), ()))
    return cause_by(VALUE, [each for each in changes.saying(change, places) if _is_root(each, change)])


def _is_root(source: Change, change: Change) -> bool:
    """Tell whether the first of two changes of one kind and part explains the other: the other lies below it."""
    if (source.kind, part_of(source)) != (change.kind, part_of(change)):
        return True
    lengths = [
        (len(text_of(each.before) or "") + len(text_of(each.after) or ""), each.key) for each in (source, change)
    ]
    return lengths[0] < lengths[1]


def _read(changes: Arranged, change: Change) -> Cause | None:
    """Explain where a step reads by its own other places, else by those of the steps just above it."""
    steps = sorted(changes.streams.up.get(change.subject, set()) - {change.subject})
    above = ((step, *place) for step in steps for place in _PORTS)
    return _own_place(changes, change) or cause_by(VALUE, changes.saying(change, above))


def _served_on(changes: Arranged, change: Change) -> Cause | None:
    """Explain what an endpoint runs on by its own places and settings, else by its configuration above it."""
    if own := _own_place(changes, change):
        return own
    if all(Key(change.subject, ENDPOINT) not in facts.values for facts in (changes.before, changes.after)):
        return None
    return cause_by(VALUE, changes.alike_above(change, "variants", "security", "run"))


# --- by what lies above ---------------------------------------------------------------------------


def _result(changes: Arranged, change: Change) -> Cause | None:
    """Explain what a step came to: its cache, else its status, else what it worked with."""
    if change.subject == "execution":
        return _of_execution(changes, change)
    reused = changes.own(change, lambda each: each.kind == "cache") if change.kind != "cache" else []
    if reused:
        return cause_by(UPSTREAM, reused)
    if not _is_status(change) and (ended := changes.own(change, _is_status)):
        return cause_by(UPSTREAM, ended)
    if change.kind == "metric" and "conditions" in change.key.path and (measured := changes.alike_above(change, "run")):
        return cause_by(VALUE, measured)
    if change.key.path[-1:] == ("outcome",):
        compared = changes.own(change, lambda each: "conditions" in each.key.path)
        if compared:
            return cause_by(FACTS, compared)
    if _is_status(change) and (above := changes.nearest(change.subject, _is_turn, own=False)):
        return cause_by(UPSTREAM, above)
    return cause_by(UPSTREAM, changes.work_above(change.subject))


def _of_execution(changes: Arranged, change: Change) -> Cause | None:
    of_steps = [each for each in changes.changes if each.subject.startswith("step:")]
    took_longer = [each for each in of_steps if change.kind == "duration" and _is_duration(each)]
    ended = [each for each in of_steps if _is_status(each)]
    failed = [each for each in ended if FAILED in (each.before, each.after)] if change.kind == "status" else []
    return cause_by(FACTS, took_longer or failed or ended)


def _registered(changes: Arranged, change: Change) -> Cause | None:
    return cause_by(UPSTREAM, changes.own(change, _is_status))


def _is_status(change: Change) -> bool:
    return change.kind == "status" and change.key.path == ("run", "status")


def _is_turn(change: Change) -> bool:
    return change.kind == "status" and change.key.path in (("run", "status"), ("run", "outcome"))


def _is_duration(change: Change) -> bool:
    return change.kind == "duration" and change.key.path == ("run", "elapsedSec")


# --- by what it is concluded from -----------------------------------------------------------------


def _pinned(changes: Arranged, change: Change) -> Cause | None:
    if change.key.path[-1:] != ("imagePinnedByDigest",):
        return None
    return cause_by(FACTS, changes.own(change, lambda each: each.kind == "image"))


def _bucket(changes: Arranged, change: Change) -> Cause | None:
    if not change.key.path:
        moved = changes.by_bucket.get(change.subject, [])
        roots = [root for each in moved for root in changes.values_behind(each)]
        return cause_by(VALUE, roots) or cause_by(FACTS, moved)
    if change.key.path != ("s3", "publicAccess"):
        return None
    flags = changes.own(change, lambda each: each.key.path[:2] == ("posture", "publicAccess"))
    return cause_by(FACTS, [*flags, *changes.by_subject.get(ACCOUNT, ())])


def _finding(changes: Arranged, change: Change) -> Cause | None:
    places = changes.before.places.get(change.subject, frozenset()) | changes.after.places.get(
        change.subject, frozenset()
    )
    near = [each for subject in sorted(places) for each in changes.by_subject.get(subject, ())]
    near += changes.by_subject.get(ACCOUNT, ()) if any(place.startswith("bucket:") for place in places) else ()
    for kinds in FINDING_RESTS_ON:
        if found := [each for each in near if each.kind in kinds]:
            return cause_by(FACTS, found)
    if changes.before.has_run != changes.after.has_run:
        return Cause(READ)
    doubtful = WARNING in (dig(change.before, "status"), dig(change.after, "status"))
    if not changes.unread.isdisjoint(places | {"pipeline"} if doubtful else places):
        return Cause(READ, both_ran=True)
    return cause_by(UPSTREAM, changes.data_above(place for place in places if place.startswith("step:")))


def _edge(changes: Arranged, change: Change) -> Cause | None:
    ends = change.before or change.after
    subjects = [f"step:{ends[end]}" for end in ("from", "to")]
    moved = [each for step in subjects for each in changes.by_subject.get(step, ()) if each.kind in ("input", "output")]
    return cause_by(FACTS, moved) if ends["via"] in ("artifact", "ref:Get") else None


RULES: Mapping[str, Callable[[Arranged, Change], Cause | None]] = {
    "parameter": _own_place,
    "output": _own_place,
    "input": _read,
    "resources": _served_on,
    "code": _read,
    "metric": _result,
    "status": _result,
    "duration": _result,
    "cache": _result,
    "registry": _registered,
    "security": _pinned,
    "posture": _bucket,
    "finding": _finding,
    "edge": _edge,
}
"""How each kind of change is explained where no value explains it."""
