"""Facts of an answer that can be compared: one flat table, by kind, subject and path, free of what a run makes up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from chalicelib.core.diff.names import RunNames

KINDS: Final = (
    "parameter",
    "code",
    "image",
    "resources",
    "input",
    "output",
    "metric",
    "status",
    "duration",
    "cache",
    "registry",
    "posture",
    "security",
    "finding",
    "step",
    "edge",
)
"""What a change may be about: a closed list."""

UNKNOWN: Final = "Unknown"

_PLAIN = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Key(NamedTuple):
    """One thing that can be compared: `path` is where it stands in the answer, below its subject."""

    subject: str
    path: tuple[str, ...]


@dataclass(slots=True)
class Facts:
    """Facts of one answer, in all that is compared.

    `values` never hold null: what is not set, or not there, has no entry. `kinds` says what a change is about.
    `blind` are paths below a subject of which this answer cannot tell anything; `unread` facts and paths that were
    asked for and not read, which is worth a warning. `optional` facts are compared only where both answers have them
    (`answered`): they are not asked for every time. `open` are values that a run has still to fill in, `ran` the
    subjects of steps that ran. `places` are the steps, buckets and account that a finding rests on, `about` those of
    them that it is about, `reports` ports that only a
    job's description tells of, `ports` all locations of a step by direction.
    """

    names: RunNames
    values: dict[Key, Any] = field(default_factory=dict)
    blind: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)
    unread: set[Key] = field(default_factory=set)
    optional: set[Key] = field(default_factory=set)
    answered: set[Key] = field(default_factory=set)
    open: set[Key] = field(default_factory=set)
    ran: set[str] = field(default_factory=set)
    places: dict[str, frozenset[str]] = field(default_factory=dict)
    about: dict[str, frozenset[str]] = field(default_factory=dict)
    reports: set[Key] = field(default_factory=set)
    ports: dict[tuple[str, str], list[Any]] = field(default_factory=dict)
    kinds: dict[Key, str] = field(default_factory=dict)
    has_run: bool = False

    def put(self, kind: str, subject: str, path: tuple[str, ...], value: Any, *, optional: bool = False) -> None:
        """Record a fact, masked; null is "not there", and `Unknown` is no fact at all."""
        key = Key(subject, path)
        self.kinds[key] = kind
        if value == UNKNOWN:
            self.unread.add(key)
            return
        if optional:
            self.optional.add(key)
        self.answered.add(key)
        if value is not None:
            self.values[key] = self.names.mask_all(value)

    def put_all(self, kind: str, subject: str, path: tuple[str, ...], value: Any, *, optional: bool = False) -> None:
        """Record a fact for each leaf below an object; a list is one fact."""
        if isinstance(value, Mapping):
            for name, item in value.items():
                if not name.endswith("Time"):
                    self.put_all(kind, subject, (*path, name), item, optional=optional)
        elif value not in ("", []):
            self.put(kind, subject, path, without_times(value), optional=optional)

    def close(self, subject: str, *path: str, unread: bool = False) -> None:
        """Say that nothing is known below a path; `unread`: it was asked for."""
        self.blind.setdefault(subject, set()).add(path)
        if unread:
            self.unread.add(Key(subject, path))

    def sees(self, key: Key) -> bool:
        """Tell whether this answer knows a fact, be it that there is none."""
        if key in self.answered:
            return True
        closed = self.blind.get(key.subject, ())
        return key not in self.unread and not any(path in closed for path in _above(key.path))

    def missed(self, key: Key) -> bool:
        """Tell whether a fact was asked for and not read."""
        return any(Key(key.subject, path) in self.unread for path in _above(key.path))


def _above(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return a path and all paths above it."""
    return [path[:length] for length in range(len(path) + 1)]


def without_times(value: Any) -> Any:
    """Return a JSON value without the times in it, which are different in every run."""
    if isinstance(value, Mapping):
        return {name: without_times(item) for name, item in value.items() if not name.endswith("Time")}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def path_text(path: tuple[str, ...]) -> str:
    """Return a path as SageMaker writes them: `run.metrics['validation:auc']`. Different paths have different texts."""
    text = ""
    for part in path:
        if _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            text += "[" + quoted(part) + "]"
    return text


def quoted(name: str) -> str:
    """Return a name between quotes, with those inside it escaped."""
    return "'" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
