"""Reader of JSON as its grammar and a double's range have it: what it gives can be written again, by anybody."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any

MAX_DIGITS = 309
"""Digits of the largest double: a longer whole number is none to most readers of JSON, and costs the square of its
length to read."""


def read_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises ValueError for what is no JSON (NaN and Infinity too) and for a number beyond a double, and RecursionError
    for a text that nests too deeply.
    """
    return json.loads(text, parse_constant=_refuse, parse_float=_float, parse_int=_int)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


def _float(numeral: str) -> float:
    number = float(numeral)
    if not isfinite(number):
        raise ValueError(f"the number {_shown(numeral)} is larger than a double can hold")
    return number


def _int(numeral: str) -> int:
    if len(numeral) >= MAX_DIGITS and (len(numeral) > MAX_DIGITS + 1 or not isfinite(float(numeral))):
        raise ValueError(f"the number {_shown(numeral)} is larger than a double can hold")
    return int(numeral)


def _shown(numeral: str) -> str:
    return numeral if len(numeral) <= 20 else f"{numeral[:20]}…"
