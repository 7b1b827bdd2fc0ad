"""A queue, functions and a bucket in virtual time: what AWS promises of them, and no more."""

from __future__ import annotations

import random
from collections import Counter
from math import inf

import pytest

from bench.virtual.bucket import S3Times, VirtualBucket
from bench.virtual.functions import COLD_SEC, OVERHEAD_SEC, Function, poll
from bench.virtual.machine import VirtualMachine
from bench.virtual.queue import Disorder, VirtualQueue
from chalicelib.store.blobs import Conflict


class Engine:
    """A queue with a function behind it, two invocations at once."""

    def __init__(self, work: float, *, disorder: Disorder | None = None, poison: str = "") -> None:
        self.machine = VirtualMachine()
        self.queue = VirtualQueue(
            self.machine, visibility=360.0, most_receives=3, chance=random.Random(1), disorder=disorder or Disorder()
        )
        self.began: list[str] = []
        self.ended: list[str] = []
        self.function = Function(self.machine, lambda: self._handle, 60.0, 1024, lambda: 0.0)
        self._work, self._poison = work, poison
        for _ in range(2):
            self.machine.start_alone(lambda: poll(self.queue, self.function))

    def _handle(self, event: str) -> None:
        self.began.append(event)
        self.machine.sleep(self._work)
        if event == self._poison:
            raise ValueError(event)
        self.ended.append(event)


def test_what_fails_comes_again_and_is_dead_in_the_end_while_the_rest_goes_on() -> None:
    engine = Engine(1.0, poison="bad")
    for event in ("a", "bad", "b", "c"):
        engine.queue.send(event)
    engine.machine.run(3600.0)
    engine.machine.stop()

    assert Counter(engine.ended) == Counter(("a", "b", "c"))
    assert Counter(engine.began)["bad"] == 3
    assert [message.body for message in engine.queue.dead] == ["bad"]
    assert engine.queue.is_empty


def test_what_is_killed_or_runs_out_of_time_comes_again() -> None:
    engine = Engine(50.0)
    lives = [30.0]
    engine.function.lives = lambda: lives.pop() if lives else inf
    engine.queue.send("a")
    engine.machine.run(1000.0)
    engine.machine.stop()

    assert (engine.began, engine.ended) == (["a", "a"], ["a"])
    assert engine.function.kills == 1

    slow = Engine(61.0)
    slow.queue.send("a")
    slow.machine.run(3600.0)
    slow.machine.stop()
    assert slow.function.timeouts == 3
    assert not slow.ended


def test_an_invocation_is_billed_for_its_time_and_a_kept_container_is_not_started_again() -> None:
    engine = Engine(1.0)
    for _ in range(3):
        engine.queue.send("a")
        engine.machine.run(60.0)
    engine.machine.stop()

    assert engine.function.gb_seconds == pytest.approx(3.0 + COLD_SEC + 2 * OVERHEAD_SEC, abs=0.01)


def test_messages_may_come_twice_and_in_another_order_and_none_is_lost() -> None:
    engine = Engine(0.1, disorder=Disorder(twice=0.5, late=0.5))
    for number in range(100):
        engine.queue.send(str(number))
    engine.machine.run(3600.0)
    engine.machine.stop()

    assert set(engine.ended) == {str(number) for number in range(100)}
    assert engine.ended != sorted(engine.ended, key=int)
    assert len(engine.ended) > 100


def test_a_bucket_writes_only_over_what_was_seen_and_each_request_takes_its_time() -> None:
    machine = VirtualMachine()
    bucket = VirtualBucket(machine, S3Times(get=1.0, put=2.0, list=3.0))
    tag = bucket.write("a/b", b"1", None)
    with pytest.raises(Conflict):
        bucket.write("a/b", b"2", None)
    bucket.write("a/b", b"2", tag)
    bucket.write("a/c/d", b"3", None)
    bucket.delete("a/b")

    assert bucket.read("a/b") is None
    assert [*bucket.paths("a")] == ["a/c/d"]
    assert bucket.names("a") == ["c"]
    assert bucket.requests == {"put": 4, "delete": 1, "get": 1, "list": 1, "list all": 1}
    assert machine.now() == pytest.approx(2.0 + 1.0 + 2.0 + 2.0 + 2.0 + 1.0 + 3.0 + 3.0)
