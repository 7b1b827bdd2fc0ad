"""Reader of JSON as its grammar and a double's range have it: what it gives can be written again, by anybody."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

MAX_DIGITS = 309
"""Digits of the largest double: a longer whole number is none to most readers of JSON, and Python refuses some."""


class BadNumber(ValueError):
    """A number that no double can hold, or a word of other languages for one; the message says which."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises `BadNumber` for NaN, Infinity and a number beyond a double, ValueError for what else is no JSON, and
    RecursionError for a text that nests too deeply.
    """
    return json.loads(text, parse_constant=_refuse, parse_float=_float, parse_int=_int)


def place_of_bad_number(text: str) -> str:
    """Return the JSON pointer of the first number for which `read_json` refused a text."""
    bad = object()
    value = json.loads(
        text,
        parse_constant=lambda _: bad,
        parse_float=lambda numeral: numeral if _fits(numeral) else bad,
        parse_int=lambda numeral: numeral if _fits(numeral) else bad,
    )
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, item = waiting.pop()
        if item is bad:
            return pointer
        if isinstance(item, dict):
            named = [(key.replace("~", "~0").replace("/", "~1"), below) for key, below in item.items()]
        else:
            named = [(str(at), below) for at, below in enumerate(item)] if isinstance(item, list) else []
        waiting += [
            (f"{pointer}/{name}", below)
            for name, below in reversed(named)
            if below is bad or isinstance(below, dict | list)
        ]
    return ""


def _refuse(name: str) -> Any:
    raise BadNumber(f"{name} is no JSON value")


def _float(numeral: str) -> float:
    number = float(numeral)
    if not isfinite(number):
        raise BadNumber(f"the number {_shown(numeral)} is larger than a double can hold")
    return number


def _int(numeral: str) -> int:
    if len(numeral) >= MAX_DIGITS and not _fits(numeral):
        raise BadNumber(f"the number {_shown(numeral)} is larger than a double can hold")
    return int(numeral)


def _fits(numeral: str) -> bool:
    return isfinite(float(numeral))


def _shown(numeral: str) -> str:
    return numeral if len(numeral) <= 20 else f"{numeral[:20]}…"
