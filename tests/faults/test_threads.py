"""Many requests in one process give each the answer that it would get alone, and leave nothing behind."""

from __future__ import annotations

from faults.double.running import Double
from faults.remote import Remote

REGIONS = ("ap-northeast-2", "us-east-1", "eu-west-1", "us-west-2", "ap-south-1")


def test_fifty_at_once_are_answered_as_each_alone(double: Double, remote: Remote) -> None:
    double.configure("remote")
    questions = [
        {"route": "/lineage", "params": {"pipeline": f"mix-{6 + number % 4}x2-t{number}", "region": region}}
        for number in range(10)
        for region in REGIONS
    ]
    together, threads = remote.ask_together([{**question, "cold": False} for question in questions])
    alone = [remote.ask(question["route"], **question["params"]) for question in questions]  # type: ignore[arg-type]

    assert [reply.status for reply in together] == [200] * 50
    assert [reply.text for reply in together] == [reply.text for reply in alone]
    assert len({reply.text for reply in together}) == 50
    assert threads == 0
