"""The numbers in docs/performance.md and docs/reliability.md are the code's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.fetch.rate_limit import FIRST_RATE
from chalicelib.fetch.scheduler import ATTEMPTS, WORKERS
from faults.matrix import FAULTS, SCENES

ROOT = Path(__file__).resolve().parents[2]
WORDS = {"two": 2, "three": 3, "eight": 8}
PERFORMANCE = " ".join((ROOT / "docs" / "performance.md").read_text().split())
RELIABILITY = " ".join((ROOT / "docs" / "reliability.md").read_text().split())


def number(text: str, pattern: str) -> int:
    found = re.search(pattern, text)
    assert found, pattern
    return WORDS.get(found[1], 0) or int(found[1])


@pytest.mark.parametrize(
    ("text", "pattern", "true"),
    [
        (PERFORMANCE, r"up to (\d+) at once", WORKERS),
        (PERFORMANCE, r"a read is tried (\w+) times at most", ATTEMPTS["throttled"]),
        (RELIABILITY, r"throttling up to (\w+) times in all", ATTEMPTS["throttled"]),
        (RELIABILITY, r"cut short up to (\w+) times", ATTEMPTS["transient"]),
        (RELIABILITY, r"silence is tried (\w+) times", ATTEMPTS["timeout"]),
    ],
)
def test_number_in_the_document_is_the_codes(text: str, pattern: str, true: int) -> None:
    assert number(text, pattern) == true


def test_memory_is_as_large_as_documented() -> None:
    size = re.search(r"Cache\(size=(\d+)", (ROOT / "chalicelib" / "service.py").read_text())

    assert size
    assert number(PERFORMANCE, r"holds the (\d+) answers") == int(size[1])


def test_pace_is_a_little_under_ten_a_second() -> None:
    assert "a little under ten a second" in PERFORMANCE
    assert 9 < FIRST_RATE < 10


def test_published_matrix_is_whole() -> None:
    lines = [line for line in (ROOT / "docs" / "reliability.md").read_text().splitlines() if line.startswith("| `")]

    assert len(lines) == len(SCENES)
    assert {line.count(" | ") for line in lines} == {len(FAULTS)}
    assert "**!**" not in "".join(lines)
