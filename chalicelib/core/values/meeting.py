"""The meeting rule: whether an object that a writer makes can be among those that a reader takes.

`meets` answers for one pair, `MeetingIndex` finds the writers that each of many readers meets. A location is an S3
URI, the URI of a file system (`fsx://fs-1/path`, `efs://fs-1/path`), or any other URI or ARN; it may be a template,
with `${…}` for each piece that a run fills in. Within one pipeline a piece meets only a piece of the same text;
pieces of two pipelines never meet, so whoever compares across pipelines passes each location through `piece_scoped`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from chalicelib.core.values.model import Port
from chalicelib.core.values.s3uri import parse_s3uri

WrittenExtent = Literal["folder", "object", "prefix"]
TakenExtent = Literal["prefix", "folder", "object", "manifest"]

_FILE_SYSTEMS = ("fsx://", "efs://")
# An unclosed piece is taken to the end, so that no search for its end is begun twice.
_BEFORE_PATTERN = re.compile(r"(?:\$\{[^}]*+\}?|[^*?\[])*+")


class Written(NamedTuple):
    """A location as its writer fills it.

    `extent`: `folder`, the objects below it and the object of exactly that name (a text does not tell a file from a
    folder, unless it ends in a slash); `object`, that object alone; `prefix`, the objects whose keys begin with that
    text: a tuning job's children, `s3://b/out/${Steps.Tune.TuningJobName}-`. A job that writes below
    `<path>/<its name>/` alone is the folder `<path>/<its name>`.
    """

    location: str
    extent: WrittenExtent = "folder"


class Taken(NamedTuple):
    """A location as its reader takes it.

    `extent`: `prefix`, every object whose key begins with that text, S3's own rule for a prefix; `folder`, the objects
    below it and the one of exactly that name, as Hadoop's file systems and most programs read; `object` or
    `manifest`, that object alone: what a manifest names further is not shown.
    """

    location: str
    extent: TakenExtent = "prefix"


def written_at(port: Port) -> list[Written]:
    """Return what a step writes at one of its outputs: a port that says nothing else is filled as a folder."""
    extent: Any = port.extent or "folder"
    return [Written(location, extent) for location in port.within or (port.uri,)]


def taken_at(port: Port) -> Taken:
    """Return what a step takes at one of its inputs: a port that says nothing else is read as a prefix."""
    extent: Any = port.extent or "prefix"
    return Taken(port.uri, extent)


class _Names(NamedTuple):
    """A set of objects: the one named `text`, or, where it is `open`, all whose names begin with it."""

    text: str
    open: bool


def meets(written: Written, taken: Taken) -> bool:
    """Return whether an object that the writer makes can be among those that the reader takes.

    Time is linear in the two texts. Every other answer about two locations is made from this one.
    """
    return any(_overlap(made, read) for made in _made(written) for read in _read(taken))


def piece_scoped(location: str, scope: str) -> str:
    """Return `location` with each `${…}` piece marked as `scope`'s own, so that pieces of two scopes never meet."""
    return location.replace("${", "${" + scope + ":")


class MeetingIndex:
    """Writers, arranged so that those which meet a reader are found without asking each.

    `MeetingIndex(writers).met_by(reader)` yields positions in `writers`. Building takes O(n log n) for n writers, a
    reader O(log n + the folders above it + the writers that it meets).
    """

    def __init__(self, writers: Sequence[Written]) -> None:
        positions: dict[_Names, list[int]] = {}
        for position, written in enumerate(writers):
            for names in _made(written):
                positions.setdefault(names, []).append(position)
        self._positions = positions
        self._texts = sorted({names.text for names in positions})
        self._above = _nearest_above(self._texts, positions)

    def met_by(self, taken: Taken) -> Iterator[int]:
        """Yield the position of each writer that meets `taken`, once.

        First those of the same location, then what contains it, the nearest first, then what lies in it by name.
        """
        seen: set[int] = set()
        for names in _read(taken):
            for position in self._overlapping(names):
                if position not in seen:
                    seen.add(position)
                    yield position

    def _overlapping(self, names: _Names) -> Iterator[int]:
        text, texts = names.text, self._texts
        yield from self._at(text)
        at = bisect_left(texts, text)
        for above in self._containing(text, at):
            yield from self._positions[_Names(texts[above], True)]
        while names.open and at < len(texts) and texts[at].startswith(text):
            if texts[at] != text:
                yield from self._at(texts[at])
            at += 1

    def _at(self, text: str) -> Iterator[int]:
        yield from self._positions.get(_Names(text, False), ())
        yield from self._positions.get(_Names(text, True), ())

    def _containing(self, text: str, at: int) -> Iterator[int]:
        """Yield the texts that are open and begin `text` without being it, the longest first.

        Between the longest of them and `text` everything sorted begins with it, so that it stands above the
        predecessor of `text`, or is it.
        """
        above = at - 1
        while above >= 0:
            if _Names(self._texts[above], True) in self._positions and text.startswith(self._texts[above]):
                yield above
            above = self._above[above]


def _nearest_above(texts: Sequence[str], positions: dict[_Names, list[int]]) -> list[int]:
    """Return for each sorted text the position of the longest open one that begins it without being it, or -1."""
    above: list[int] = []
    opened: list[int] = []
    for position, text in enumerate(texts):
        while opened and not text.startswith(texts[opened[-1]]):
            opened.pop()
        above.append(opened[-1] if opened else -1)
        if _Names(text, True) in positions:
            opened.append(position)
    return above


def _overlap(made: _Names, read: _Names) -> bool:
    if made.text == read.text:
        return True
    return (read.open and made.text.startswith(read.text)) or (made.open and read.text.startswith(made.text))


def _made(written: Written) -> tuple[_Names, ...]:
    text, has_names = _named(written.location)
    if not has_names or written.extent == "object":
        return (_Names(text, False),)
    if written.extent == "prefix":
        return (_Names(text, True),)
    return _folder(text)


def _read(taken: Taken) -> tuple[_Names, ...]:
    text, has_names = _named(taken.location)
    if not has_names or taken.extent in ("object", "manifest"):
        return (_Names(text, False),)
    if taken.extent != "folder" and not text.startswith(_FILE_SYSTEMS):
        return (_Names(text, True),)
    plain = _BEFORE_PATTERN.match(text)
    return (_Names(plain[0], True),) if plain and plain.end() < len(text) else _folder(text)


def _folder(text: str) -> tuple[_Names, ...]:
    below = _Names(text.rstrip("/") + "/", True)
    return (below,) if text.endswith("/") else (below, _Names(text, False))


def _named(location: str) -> tuple[str, bool]:
    """Return `location` so that equal places have equal texts, and whether anything has a name below it.

    A bucket's root ends in a slash, as no other bucket's name may begin with it. A template without any known text
    before its first piece may be filled with an S3 location, and is compared as one.
    """
    uri = parse_s3uri(location)
    if uri is not None:
        return f"s3://{uri.bucket}/{uri.key}", True
    return location, location.startswith((*_FILE_SYSTEMS, "${"))
