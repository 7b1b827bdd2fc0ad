"""Causes of changes, as far as the two answers tell: every cause is another change of the same difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from chalicelib.core.diff.compare import Change
from chalicelib.core.diff.facts import Facts, Key
from chalicelib.core.diff.reach import Streams, buckets_in, walk
from chalicelib.core.diff.texts import could_explain, explain_together, explains, pair_of, repeats, text_of
from chalicelib.core.diff.vocabulary import DEFINITIONS, OBJECTIVE, VARIANTS
from chalicelib.core.values.doc import dig

VALUE, FACTS, UPSTREAM, READ = "value", "facts", "upstream", "read"
BASES: Final = (VALUE, FACTS, UPSTREAM, READ)
"""How a cause is known. `value`: the old text with the cause's old value replaced by its new one is the new text.
`facts`: what is concluded rests on what changed. `upstream`: it changed at the step, or nearest above it, so the result
may have changed with it. `read`: only one of the two answers was read with an execution, or knows what it rests on."""

MAX_CAUSES = 10
WARNING, FAILED = "Warning", "Failed"
ACCOUNT = "account"
MAX_SOURCES = 50
"""How many changes of one kind at a step are looked at for one that another repeats in part."""

WORK: Final = frozenset({"parameter", "code", "image", "resources", "input"})
"""What can make a step do something else."""

DATA_CHANGES: Final = frozenset({"input", "output", "step", "security"})
"""What makes of data that a step works on other data: where it lies, who made it, under which key."""

PORTS: Final = ("inputs", "outputs")
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


Place = tuple[str, str, str]
"""A step, a kind of change and a part of the step."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Changes that explain another one, and how that is known; of `read`, whether both answers have an execution."""

    basis: str
    changes: tuple[Change, ...] = ()
    both_ran: bool = False


@dataclass(slots=True)
class Causes:
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
            if _is_value(change):
                self.values.append(change)
            for bucket in _buckets_of(change):
                self.by_bucket.setdefault(f"bucket:{bucket}", []).append(change)
            if change.subject.startswith("step:"):
                place = (change.subject, change.kind, _part(change))
                self.by_place.setdefault(place, []).append(change)
                self.by_turn.setdefault((place, text_of(change.before), text_of(change.after)), []).append(change)
            if change.kind == "posture" and change.key.path[:2] == ("s3", "tags"):
                for step in self.streams.touching.get(change.subject, ()):
                    self.tags.setdefault(step, []).append(change)

    def of(self, change: Change) -> Cause | None:
        """Return why something changed; `None` where nothing tells."""
        by_value = change.kind not in ("finding", "posture", "step") and not _is_value(change)
        if by_value and (explaining := self._values_behind(change)):
            return Cause(VALUE, explaining)
        others = RULES.get(change.kind)
        return others(self, change) if others else None

    # --- by the value ---------------------------------------------------------------------------------

    def _values_behind(self, change: Change) -> tuple[Change, ...]:
        old, new = text_of(change.before), text_of(change.after)
        if old is None or new is None:
            return ()
        sources = [each for each in self.values if could_explain(each, old, new)]
        alone = [each for each in sources if explains(pair_of(each), old, new)]
        return tuple(alone or (sources if explain_together(sources, old, new) else ()))[:MAX_CAUSES]

    def _saying(self, change: Change, places: Iterable[Place], *, only_alike: bool = False) -> list[Change]:
        """Return the changes at some places that say what a change says: the same texts, else one inside the other."""
        places, old, new = list(places), text_of(change.before), text_of(change.after)
        alike = [each for place in places for each in self.by_turn.get((place, old, new), ())[: MAX_CAUSES + 1]]
        if only_alike or any(each is not change for each in alike):
            return [each for each in alike if each is not change]
        some = [each for place in places for each in self.by_place.get(place, ())[:MAX_SOURCES]]
        return [each for each in some if each is not change and repeats(each, old, new)]

    def _own_place(self, change: Change) -> Cause | None:
        """Return what another change at the same step says that a setting, a package or a description repeats."""
        places = ((change.subject, *place) for place in REPEATED.get((change.kind, _part(change)), ()))
        return _cause(VALUE, [each for each in self._saying(change, places) if _is_root(each, change)])

    def _read(self, change: Change) -> Cause | None:
        """Explain where a step reads by its own other places, else by those of the steps just above it."""
        steps = sorted(self.streams.up.get(change.subject, set()) - {change.subject})
        above = ((step, *place) for step in steps for place in _PORTS)
        return self._own_place(change) or _cause(VALUE, self._saying(change, above))

    def _served_on(self, change: Change) -> Cause | None:
        """Explain what an endpoint runs on by its own places and settings, else by its configuration above it."""
        if own := self._own_place(change):
            return own
        if all(Key(change.subject, ENDPOINT) not in facts.values for facts in (self.before, self.after)):
            return None
        return _cause(VALUE, self._alike_above(change, "variants", "security", "run"))

    def _alike_above(self, change: Change, *parts: str) -> list[Change]:
        """Return the changes of the same kind, from the same to the same, in some parts of the steps upstream."""
        steps = walk(self.streams.up, [change.subject])[1:]
        return self._saying(change, ((s, change.kind, part) for s in steps for part in parts), only_alike=True)

    # --- by what lies above ---------------------------------------------------------------------------

    def _own(self, change: Change, wanted: Callable[[Change], bool]) -> list[Change]:
        return [each for each in self.by_subject.get(change.subject, ()) if each is not change and wanted(each)]

    def _work_above(self, step: str) -> tuple[Change, ...]:
        """Return what makes a step do something else: at the step itself, else at the nearest steps above it."""
        if step not in self.roots:
            self.roots[step] = tuple(self._nearest(step, lambda each: each.kind in WORK, own=True))[:MAX_CAUSES]
        return self.roots[step]

    def _nearest(self, step: str, wanted: Callable[[Change], bool], *, own: bool) -> list[Change]:
        for above in walk(self.streams.up, [step])[0 if own else 1 :]:
            if found := [each for each in self.by_subject.get(above, ()) if wanted(each) or each.kind == "step"]:
                return found
        return []

    def _result(self, change: Change) -> Cause | None:
        """Explain what a step came to: its cache, else its status, else what it worked with."""
        if change.subject == "execution":
            return self._of_execution(change)
        reused = self._own(change, lambda each: each.kind == "cache") if change.kind != "cache" else []
        if reused:
            return _cause(UPSTREAM, reused)
        if not _is_status(change) and (ended := self._own(change, _is_status)):
            return _cause(UPSTREAM, ended)
        if (
            change.kind == "metric"
            and "conditions" in change.key.path
            and (measured := self._alike_above(change, "run"))
        ):
            return _cause(VALUE, measured)
        if change.key.path[-1:] == ("outcome",):
            compared = self._own(change, lambda each: "conditions" in each.key.path)
            if compared:
                return _cause(FACTS, compared)
        if _is_status(change) and (above := self._nearest(change.subject, _is_turn, own=False)):
            return _cause(UPSTREAM, above)
        return _cause(UPSTREAM, self._work_above(change.subject))

    def _of_execution(self, change: Change) -> Cause | None:
        of_steps = [each for each in self.changes if each.subject.startswith("step:")]
        took_longer = [each for each in of_steps if change.kind == "duration" and _is_duration(each)]
        ended = [each for each in of_steps if _is_status(each)]
        failed = [each for each in ended if FAILED in (each.before, each.after)] if change.kind == "status" else []
        return _cause(FACTS, took_longer or failed or ended)

    def _registered(self, change: Change) -> Cause | None:
        return _cause(UPSTREAM, self._own(change, _is_status))

    # --- by what it is concluded from -----------------------------------------------------------------

    def _pinned(self, change: Change) -> Cause | None:
        if change.key.path[-1:] != ("imagePinnedByDigest",):
            return None
        return _cause(FACTS, self._own(change, lambda each: each.kind == "image"))

    def _bucket(self, change: Change) -> Cause | None:
        if not change.key.path:
            moved = self.by_bucket.get(change.subject, [])
            roots = [root for each in moved for root in self._values_behind(each)]
            return _cause(VALUE, roots) or _cause(FACTS, moved)
        if change.key.path != ("s3", "publicAccess"):
            return None
        flags = self._own(change, lambda each: each.key.path[:2] == ("posture", "publicAccess"))
        return _cause(FACTS, [*flags, *self.by_subject.get(ACCOUNT, ())])

    def _finding(self, change: Change) -> Cause | None:
        places = self.before.places.get(change.subject, frozenset()) | self.after.places.get(
            change.subject, frozenset()
        )
        near = [each for subject in sorted(places) for each in self.by_subject.get(subject, ())]
        near += self.by_subject.get(ACCOUNT, ()) if any(place.startswith("bucket:") for place in places) else ()
        for kinds in FINDING_RESTS_ON:
            if found := [each for each in near if each.kind in kinds]:
                return _cause(FACTS, found)
        if self.before.has_run != self.after.has_run:
            return Cause(READ)
        doubtful = WARNING in (dig(change.before, "status"), dig(change.after, "status"))
        if not self.unread.isdisjoint(places | {"pipeline"} if doubtful else places):
            return Cause(READ, both_ran=True)
        return _cause(UPSTREAM, self._data_above(place for place in places if place.startswith("step:")))

    def _data_above(self, steps: Iterable[str]) -> list[Change]:
        """Return what changed of the data that steps work on: where the nearest above them read or wrote, and its tags.

        A classification goes downstream with the data, past the places that a finding names; a pipeline's is all over.
        """
        for above in walk(self.streams.up, steps):
            found = [each for each in self.by_subject.get(above, ()) if each.kind in DATA_CHANGES]
            if found := [*found, *self.tags.get(above, ())]:
                return found
        return [each for each in self.by_subject.get("pipeline", ()) if each.key.path[:1] == ("tags",)]

    def _edge(self, change: Change) -> Cause | None:
        ends = change.before or change.after
        subjects = [f"step:{ends[end]}" for end in ("from", "to")]
        moved = [
            each for step in subjects for each in self.by_subject.get(step, ()) if each.kind in ("input", "output")
        ]
        return _cause(FACTS, moved) if ends["via"] in ("artifact", "ref:Get") else None


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

RULES: Mapping[str, Callable[[Causes, Change], Cause | None]] = {
    "parameter": Causes._own_place,
    "output": Causes._own_place,
    "input": Causes._read,
    "resources": Causes._served_on,
    "code": Causes._read,
    "metric": Causes._result,
    "status": Causes._result,
    "duration": Causes._result,
    "cache": Causes._result,
    "registry": Causes._registered,
    "security": Causes._pinned,
    "posture": Causes._bucket,
    "finding": Causes._finding,
    "edge": Causes._edge,
}
"""How each kind of change is explained where no value explains it."""


def _part(change: Change) -> str:
    """Return in which part of a step a change stands."""
    path = change.key.path
    of_job = path[2] if path[:2] == ("run", "job") and len(path) > 2 else ""
    return (
        "variants" if of_job in (*VARIANTS, DEFINITIONS) else of_job if of_job == OBJECTIVE else path[0] if path else ""
    )


def _is_root(source: Change, change: Change) -> bool:
    """Tell whether the first of two changes of one kind and part explains the other: the other lies below it."""
    if (source.kind, _part(source)) != (change.kind, _part(change)):
        return True
    lengths = [
        (len(text_of(each.before) or "") + len(text_of(each.after) or ""), each.key) for each in (source, change)
    ]
    return lengths[0] < lengths[1]


def _buckets_of(change: Change) -> set[str]:
    """Return the buckets that a change of a location is about; of a step that came or went, those of its locations."""
    if change.key.path and change.key.path[0] in PORTS:
        return buckets_in(change.before) | buckets_in(change.after)
    if change.kind != "step" or change.key.path:
        return set()
    ports = (change.before or change.after or {}).items()
    return {bucket for path, value in ports if path.startswith(PORTS) for bucket in buckets_in(value)}


def _is_value(change: Change) -> bool:
    """Tell whether other places may repeat a change: the pipeline's own values, and what a step answered."""
    return change.subject == "pipeline" or "outputParameters" in change.key.path


def _is_status(change: Change) -> bool:
    return change.kind == "status" and change.key.path == ("run", "status")


def _is_turn(change: Change) -> bool:
    return change.kind == "status" and change.key.path in (("run", "status"), ("run", "outcome"))


def _is_duration(change: Change) -> bool:
    return change.kind == "duration" and change.key.path == ("run", "elapsedSec")


def _cause(basis: str, changes: Iterable[Change]) -> Cause | None:
    found = tuple(_once(changes))
    return Cause(basis, found[:MAX_CAUSES]) if found else None


def _once(changes: Iterable[Change]) -> Iterator[Change]:
    seen = set()
    for change in changes:
        if change.key not in seen:
            seen.add(change.key)
            yield change
