"""Why something changed, as far as the two answers tell: every cause is another change of the same difference."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.core.diff.compare import Change
from chalicelib.core.diff.facts import Facts
from chalicelib.core.diff.reach import Streams, buckets_in, walk

VALUE, FACTS, UPSTREAM, READ = "value", "facts", "upstream", "read"
BASES: Final = (VALUE, FACTS, UPSTREAM, READ)
"""How a cause is known. `value`: the old text with the cause's old value replaced by its new one is the new text.
`facts`: what is concluded rests on what changed. `upstream`: it changed at the step, or nearest above it, so the result
may have changed with it. `read`: only one of the two answers was read with an execution."""

MAX_CAUSES = 10
MIN_WORD = 3
"""A shorter value, `1`, explains only what is nothing but that value."""

WORK: Final = frozenset({"parameter", "code", "image", "resources", "input"})
"""What can make a step do something else."""

FINDING_RESTS_ON: Final = (
    ("posture",),
    ("security", "image", "resources"),
    ("step",),
    ("input", "output"),
    ("registry", "code", "edge"),
    ("status",),
)
"""What a finding may come from, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Changes that explain another one, and how that is known."""

    basis: str
    changes: tuple[Change, ...] = ()


@dataclass(slots=True)
class Causes:
    """The changes of one difference, ready to be asked for causes."""

    changes: Sequence[Change]
    before: Facts
    after: Facts
    streams: Streams
    by_subject: dict[str, list[Change]] = field(default_factory=dict)
    by_bucket: dict[str, list[Change]] = field(default_factory=dict)
    values: list[Change] = field(default_factory=list)
    roots: dict[str, tuple[Change, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for change in self.changes:
            self.by_subject.setdefault(change.subject, []).append(change)
            if _is_value(change):
                self.values.append(change)
            if change.key.path[:1] in (("inputs",), ("outputs",)):
                for bucket in buckets_in(change.before) | buckets_in(change.after):
                    self.by_bucket.setdefault(f"bucket:{bucket}", []).append(change)

    def of(self, change: Change) -> Cause | None:
        """Return why something changed; `None` where nothing tells."""
        by_value = change.kind not in ("finding", "posture", "step") and not _is_value(change)
        if by_value and (explaining := self._values_behind(change)):
            return Cause(VALUE, explaining)
        others = RULES.get(change.kind)
        return others(self, change) if others else None

    # --- by the value ---------------------------------------------------------------------------------

    def _values_behind(self, change: Change) -> tuple[Change, ...]:
        old, new = _text(change.before), _text(change.after)
        if old is None or new is None:
            return ()
        sources = [each for each in self.values if _could_explain(each, old, new)]
        alone = [each for each in sources if explains(_pair(each), old, new)]
        return tuple(alone or (sources if _explain_together(sources, old, new) else ()))[:MAX_CAUSES]

    def _upstream_output(self, change: Change) -> Cause | None:
        """Return the output of a step just above whose move explains where this one reads."""
        old, new = _text(change.before), _text(change.after)
        if old is None or new is None:
            return None
        found = [
            each
            for step in sorted(self.streams.up.get(change.subject, ()))
            for each in self.by_subject.get(step, ())
            if each.kind == "output" and _could_explain(each, old, new) and explains(_pair(each), old, new)
        ]
        return _cause(VALUE, found)

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
        return _cause(FACTS, took_longer or filter(_is_status, of_steps))

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
        return _cause(FACTS, [*flags, *self.by_subject.get("account", ())])

    def _finding(self, change: Change) -> Cause | None:
        steps = self.before.places.get(change.subject, frozenset()) | self.after.places.get(change.subject, frozenset())
        near = [each for subject in sorted(steps) for each in self.by_subject.get(subject, ())]
        near += self.by_subject.get("account", ()) if any(step.startswith("bucket:") for step in steps) else ()
        for kinds in FINDING_RESTS_ON:
            if found := [each for each in near if each.kind in kinds]:
                return _cause(FACTS, found)
        return Cause(READ) if self.before.has_run != self.after.has_run else None

    def _edge(self, change: Change) -> Cause | None:
        ends = change.before or change.after
        subjects = [f"step:{ends[end]}" for end in ("from", "to")]
        moved = [
            each for step in subjects for each in self.by_subject.get(step, ()) if each.kind in ("input", "output")
        ]
        return _cause(FACTS, moved) if ends["via"] in ("artifact", "ref:Get") else None


RULES: Mapping[str, Callable[[Causes, Change], Cause | None]] = {
    "input": Causes._upstream_output,
    "code": Causes._upstream_output,
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


def explains(pair: tuple[str, str], old: str, new: str) -> bool:
    """Tell whether `old` becomes `new` where one value takes another's place."""
    was, is_ = pair
    if was == old and is_ == new:
        return True
    if len(was) < MIN_WORD or len(is_) < MIN_WORD:
        return False
    return old.replace(was, is_) == new or new.replace(is_, was) == old


def _explain_together(sources: Sequence[Change], old: str, new: str) -> bool:
    """Tell whether several values taking others' places explain a text."""
    there, back = dict(_pair(each) for each in sources), {is_: was for was, is_ in map(_pair, sources)}
    return len(sources) > 1 and (_replaced(old, there) == new or _replaced(new, back) == old)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda match: words[match[0]], text)


def _could_explain(source: Change, old: str, new: str) -> bool:
    was, is_ = _pair(source)
    return (was in old and is_ in new) if min(len(was), len(is_)) >= MIN_WORD else (was == old and is_ == new)


def _pair(change: Change) -> tuple[str, str]:
    """Return the value before and after; of a parameter that has none, the template that stands for it."""
    name = f"${{Parameters.{change.key.path[-1]}}}" if change.key.path[:1] == ("parameters",) else ""
    return (_text(change.before) or name, _text(change.after) or name)


def _is_value(change: Change) -> bool:
    """Tell whether other places may repeat a change: the pipeline's own values, and what a step answered."""
    return change.subject == "pipeline" or "outputParameters" in change.key.path


def _is_status(change: Change) -> bool:
    return change.kind == "status" and change.key.path == ("run", "status")


def _is_turn(change: Change) -> bool:
    return change.kind == "status" and change.key.path in (("run", "status"), ("run", "outcome"))


def _is_duration(change: Change) -> bool:
    return change.kind == "duration" and change.key.path == ("run", "elapsedSec")


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _cause(basis: str, changes: Iterable[Change]) -> Cause | None:
    found = tuple(_once(changes))
    return Cause(basis, found[:MAX_CAUSES]) if found else None


def _once(changes: Iterable[Change]) -> Iterator[Change]:
    seen = set()
    for change in changes:
        if change.key not in seen:
            seen.add(change.key)
            yield change
