"""Every operation with every fault: the status, the warnings and the rest of the answer are what the contract says."""

from __future__ import annotations

import pytest

from chalicelib.aws.reads import Reads
from faults.double.running import Double
from faults.matrix import SCENES
from faults.reliability import DOCUMENT, play, rows

PARTS = 2


def test_matrix_has_every_operation_that_the_service_may_use() -> None:
    assert {scene.operation for scene in SCENES} == set(Reads._fields)


@pytest.mark.parametrize("part", range(PARTS))
def test_each_fault_is_answered_as_the_contract_says_and_as_published(part: int, double: Double) -> None:
    results = play(double, part, PARTS)

    assert [f"{one['operation']}, {one['fault']}: {one['problems']}" for one in results if one["problems"]] == []

    published = DOCUMENT.read_text().splitlines()
    missing = [row for row in rows(results).values() if row not in published]

    assert missing == [], "docs/reliability.md is not fresh: make reliability"
