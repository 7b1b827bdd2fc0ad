"""The product's own reading, of an account in virtual time."""

from __future__ import annotations

from collections import deque
from typing import Any

from bench.virtual.account import REGION, Account, Limits
from bench.virtual.machine import VirtualMachine
from chalicelib.scan.reader import Reader
from chalicelib.settings import Settings

PIPELINES = 40


def read_all(workers: int) -> tuple[Account, dict[str, Any], float]:
    machine = VirtualMachine()
    account = Account(machine, PIPELINES, Limits())
    left, answers, ended = deque(account.names), {}, []

    def work() -> None:
        reader = Reader(REGION, account.reads(), Settings(), machine)
        while left:
            name = left.popleft()
            answers[name] = reader.lineage(name)
        ended.append(machine.now())

    for _ in range(workers):
        machine.start_alone(work)
    machine.run(3600.0)
    machine.stop()
    return account, answers, max(ended)


def test_workers_side_by_side_read_at_the_limit_and_the_same_whoever_reads() -> None:
    account, answers, seconds = read_all(3)
    _, alone, _ = read_all(1)

    least = (account.calls["describe"] - Limits().describes_burst) / Limits().describes

    assert seconds <= 1.2 * least
    assert account.throttled["describe"] > 0
    assert answers == alone
    assert all(not answer["warnings"] for answer in answers.values())
    assert len(answers) == PIPELINES
    assert {answer["execution"]["status"] for answer in answers.values()} == {"Succeeded"}
