"""Cost grows with the input, not with its square: four times the text may cost little more than four times as much."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache

import pytest

from faults.pumps import READERS, SHAPES, TEXTS

MOST_GROWTH = 9
"""Between 4, which is linear, and 16, which is the square; a busy machine adds to both measurements."""

TOO_LITTLE_SEC = 0.02
"""What costs no more is not judged: it is nothing, and its growth is noise."""

SMALL = 16 * 1024

# These grow with the square up to a bound (pairs of places that meet, lengths of texts that are referred to), which
# lies above these sizes: `make fuzz-cost` reads them at their full size.
BOUNDED = {
    "each step ten times the one before",
    "steps in a chain by join",
    "steps that all read and write one place",
    "steps that write below what all read",
    "steps that read below what all write",
}

# Those that once cost the square or the cube, and one of each way to do so.
STUMBLING = [
    ("definition, Get", "["),
    ("definition, Get", "Steps.X[[ …]"),
    ("definition, input", "${"),
    ("definition, input", "password: "),
    ("definition, arguments", "s3://a*"),
    ("definition, Job", "{"),
    ("definition, input", "s3://a:b@"),
    ("definition, arguments", "--password "),
    ("redaction of a text", r"secret: {\\…}"),
    ("path", "['"),
    ("redaction of a text", "eyJ-"),
    ("redaction of a text", "eyJaaaaaaaa."),
    ("redaction of a text", "-----BEGIN "),
    ("redaction of a text", "https://a:b"),
    ("redaction of a text", "password: "),
    ("redaction of a text", "a"),
    ("redaction of a list", '"password": "'),
    ("report", "9."),
    ("policy", "*"),
    ("tags", "aA"),
    ("tags", "a."),
    ("query", "a-"),
]


def seconds(read: Callable[[str], object], make: Callable[[int], str], size: int) -> float:
    """The less of two readings, in the processor's time; of two texts, as one that was read is remembered."""
    taken = []
    for text in (make(size), make(size - 100)):
        begun = time.process_time()
        read(text)
        taken.append(time.process_time() - begun)
    return min(taken)


def grows_too_fast(make: Callable[[int], str], read: Callable[[str], object]) -> bool:
    few, many = seconds(read, make, SMALL), seconds(read, make, 4 * SMALL)
    return many > TOO_LITTLE_SEC and many > MOST_GROWTH * few


def test_a_reader_that_costs_the_square_is_found() -> None:
    @lru_cache(8)
    def read(text: str) -> int:
        return sum(text.count("[", 0, end) for end in range(0, len(text), 16))

    assert grows_too_fast(TEXTS["[…"], read)


@pytest.mark.parametrize(("reader", "pump"), STUMBLING)
def test_a_pattern_said_again_and_again_costs_linear_time(reader: str, pump: str) -> None:
    make = TEXTS[pump if "…" in pump else f"{pump}…"]

    assert not grows_too_fast(make, READERS[reader])


@pytest.mark.parametrize("shape", sorted(SHAPES.keys() - BOUNDED))
def test_a_definition_of_too_much_of_one_thing_costs_linear_time(shape: str) -> None:
    make, read = SHAPES[shape]

    assert not grows_too_fast(make, read)
