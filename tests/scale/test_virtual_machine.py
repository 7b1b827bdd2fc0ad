"""A machine on which an hour of waiting passes at once."""

from __future__ import annotations

import threading
import time
from functools import partial
from queue import Empty

import pytest

from bench.virtual.machine import VirtualMachine


def test_what_waits_goes_on_in_the_order_of_its_time_and_no_real_time_passes() -> None:
    machine, seen = VirtualMachine(), []

    def sleeper(seconds: float) -> None:
        machine.sleep(seconds)
        seen.append((machine.now(), seconds))

    for seconds in (3600.0, 60.0, 60.0, 1.0):
        machine.start(partial(sleeper, seconds), "sleeper")
    began = time.monotonic()
    machine.run(7200.0)

    assert seen == [(1.0, 1.0), (60.0, 60.0), (60.0, 60.0), (3600.0, 3600.0)]
    assert machine.now() == 7200.0
    assert time.monotonic() - began < 5.0


def test_a_queue_gives_what_came_first_and_waits_no_longer_than_it_was_told() -> None:
    machine, queue = VirtualMachine(), None
    queue = machine.queue()
    got: list[object] = []

    def taker() -> None:
        got.append((queue.get(), machine.now()))
        try:
            queue.get(timeout=5.0)
        except Empty:
            got.append(("nothing", machine.now()))
        got.append((queue.get(timeout=100.0), machine.now()))

    def giver() -> None:
        machine.sleep(2.0)
        queue.put("first")
        machine.sleep(10.0)
        queue.put("second")

    machine.start(taker, "taker")
    machine.start(giver, "giver")
    machine.run(60.0)

    assert got == [("first", 2.0), ("nothing", 7.0), ("second", 12.0)]


def test_a_killed_process_ends_where_it_waits_with_all_that_it_started() -> None:
    machine, ended, went_on = VirtualMachine(), [], []

    def child() -> None:
        machine.queue().get()
        went_on.append("child")

    def invocation() -> None:
        machine.start(child, "child")
        try:
            machine.sleep(100.0)
            went_on.append("invocation")
        except Exception:  # noqa: BLE001 - what the product does with any error
            went_on.append("handled")
        finally:
            ended.append(machine.now())

    killed = machine.start_alone(invocation)
    machine.run(10.0)
    machine.kill(killed)
    machine.run(1000.0)

    assert (ended, went_on) == ([10.0], [])


def test_a_failure_is_told_to_whoever_runs_the_machine_and_no_thread_is_left() -> None:
    before, machine = threading.active_count(), VirtualMachine()
    machine.start(lambda: machine.queue().get(), "waits")
    machine.start(lambda: 1 / 0, "fails")

    with pytest.raises(ZeroDivisionError):
        machine.run(1.0)
    machine.failures.clear()
    machine.stop()

    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)

    assert threading.active_count() == before
