"""Whether one change says what another does: the same texts, or one inside the other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.diff.compare import Change

MIN_WORD = 3
"""A shorter value, `1`, explains only what is nothing but that value."""


def explains(pair: tuple[str, str], old: str, new: str) -> bool:
    """Tell whether `old` becomes `new` where one value takes another's place."""
    was, is_ = pair
    if was == old and is_ == new:
        return True
    if len(was) < MIN_WORD or len(is_) < MIN_WORD:
        return False
    return old.replace(was, is_) == new or new.replace(is_, was) == old


def repeats(source: Change, old: str | None, new: str | None) -> bool:
    """Tell whether a text changed as another did: the same texts, or one inside the other."""
    if old is None or new is None:
        return (text_of(source.before), text_of(source.after)) == (old, new)
    was, is_ = text_of(source.before), text_of(source.after)
    return was is not None and is_ is not None and explains((was, is_), old, new)


def explain_together(sources: Sequence[Change], old: str, new: str) -> bool:
    """Tell whether several values taking others' places explain a text."""
    there, back = dict(pair_of(each) for each in sources), {is_: was for was, is_ in map(pair_of, sources)}
    return len(sources) > 1 and (_replaced(old, there) == new or _replaced(new, back) == old)


def could_explain(source: Change, old: str, new: str) -> bool:
    """Tell whether a change's values stand in two texts, so that it may be part of the reason."""
    was, is_ = pair_of(source)
    return (was in old and is_ in new) if min(len(was), len(is_)) >= MIN_WORD else (was == old and is_ == new)


def pair_of(change: Change) -> tuple[str, str]:
    """Return the value before and after; of a parameter that has none, the template that stands for it."""
    name = f"${{Parameters.{change.key.path[-1]}}}" if change.key.path[:1] == ("parameters",) else ""
    return (text_of(change.before) or name, text_of(change.after) or name)


def text_of(value: Any) -> str | None:
    """Return a value as text: a string as it is, all else as JSON; nothing of nothing."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _replaced(text: str, words: Mapping[str, str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return re.sub("|".join(map(re.escape, longest_first)), lambda match: words[match[0]], text)
