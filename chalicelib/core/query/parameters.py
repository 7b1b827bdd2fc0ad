"""Kinds of query parameter: how each is read from a text, and what it allows, so that it can be described too."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any

Reader = Callable[[str, str], Any]
"""Function that takes a parameter's name and text and returns its value, or raises ValueError with the problem."""

BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
MAX_REGIONS = 10


class Boolean:
    """Truth value in one of six spellings, in upper or lower case."""

    def __call__(self, name: str, text: str) -> bool:
        if text.lower() not in BOOLEANS:
            raise ValueError(f"{name} must be true or false")
        return BOOLEANS[text.lower()]


class Choice:
    """One of a few words."""

    def __init__(self, options: Sequence[str]) -> None:
        self.options = tuple(options)

    def __call__(self, name: str, text: str) -> str:
        if text not in self.options:
            raise ValueError(f"{name} must be one of {', '.join(self.options)}")
        return text


class Shaped:
    """Text that matches one of several patterns; `what` describes them."""

    def __init__(self, what: str, *shapes: str) -> None:
        self.what = what
        self.shapes = shapes

    def __call__(self, name: str, text: str) -> str:
        if not any(re.fullmatch(shape, text) for shape in self.shapes):
            raise ValueError(f"{name} must be {self.what}")
        return text


class Count:
    """Whole number from `least` to `most`."""

    def __init__(self, least: int, most: int) -> None:
        self.least = least
        self.most = most

    def __call__(self, name: str, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            raise ValueError(f"{name} must be a whole number from {self.least} to {self.most}")
        return int(text)


class Region:
    """One of `regions`: no other text ever becomes part of a host name."""

    def __init__(self, regions: Collection[str]) -> None:
        self.regions = regions

    def __call__(self, name: str, text: str) -> str:
        if text not in self.regions:
            raise ValueError(f"{name} must be a region that SageMaker has")
        return text


class Regions:
    """One region or several, with commas between them; each once."""

    def __init__(self, regions: Collection[str]) -> None:
        self.regions = regions

    def __call__(self, name: str, text: str) -> tuple[str, ...]:
        given = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
        if len(given) > MAX_REGIONS or any(part not in self.regions for part in given):
            raise ValueError(
                f"{name} must be at most {MAX_REGIONS} regions that SageMaker has, with commas between them"
            )
        return given
