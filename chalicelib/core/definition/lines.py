"""Places in the text of a definition: the lines and columns of its members and items, which JSON readers forget."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from chalicelib.core.definition.document import HOLDERS

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


class Region(NamedTuple):
    """Stretch of a text; lines and columns count from 1, and the end column is the one after the last character."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class Place:
    """A value in a JSON text: offsets of its first and last character, those of its key included, and what it holds."""

    __slots__ = ("below", "end", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start
        self.below: dict[str | int, Place] = {}


class Lines:
    """The places in a text of JSON. `read_lines` makes it."""

    def __init__(self, text: str, root: Place) -> None:
        self._root = root
        self._breaks = [match.start() for match in re.finditer("\n", text)]

    def place(self, pointer: Iterable[str | int]) -> tuple[Place, int]:
        """Return the deepest place on the way that `pointer` goes, and how many of its steps lead there."""
        place, depth = self._root, 0
        for key in pointer:
            below = place.below.get(key)
            if below is None:
                break
            place, depth = below, depth + 1
        return place, depth

    def region(self, place: Place) -> Region:
        """Return the lines and columns of a place."""
        return Region(*self._position(place.start), *self._position(place.end))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._breaks, offset - 1)
        return line + 1, offset - (self._breaks[line - 1] if line else -1)


def read_lines(text: str) -> Lines:
    """Return the places in the text of a definition file, which `unwrap_definition` can read: the text is valid JSON.

    A pointer starts at the definition, wherever the file holds it. A definition that is itself a string in the file
    has but one place, that of the string. It takes time and memory linear in the text.
    """
    root = _scan(text)
    while "Steps" not in root.below and (held := next(filter(root.below.get, HOLDERS), None)):
        root = root.below[held]
    return Lines(text, root)


def _scan(text: str) -> Place:
    """Return the place of the whole text. The stack is explicit: nothing limits how deep the text nests."""
    top = Place(0)
    holders, listed = [top], [True]  # the values that are open, and whether each is a list
    key: str | int | None = None
    start = 0
    for token in _TOKEN.finditer(text, 1 if text.startswith("\ufeff") else 0):
        mark = text[token.start()]
        if mark in ",:":
            continue
        if mark in "}]":
            holders.pop().end = token.end()
            listed.pop()
            continue
        if key is None:
            start = token.start()
            if not listed[-1]:
                key = _text(token.group())
                continue
            key = len(holders[-1].below)
        place = holders[-1].below[key] = Place(start)
        place.end, key = token.end(), None
        if mark in "{[":
            holders.append(place)
            listed.append(mark == "[")
    return top.below.get(0, top)


def _text(token: str) -> str:
    if "\\" not in token:
        return token[1:-1]
    text: str = json.loads(token)
    return text
