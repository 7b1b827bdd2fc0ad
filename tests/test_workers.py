"""A request's threads: as many as were asked for, gone when they are dismissed, and none waits for a busy one."""

import threading
import time

from chalicelib.workers import Workers


def test_every_hired_thread_works_at_the_same_time() -> None:
    workers, together = Workers(8), threading.Barrier(9, timeout=5)
    workers.hire()
    for _ in range(8):
        workers.do(together.wait)
    together.wait()
    workers.dismiss()


def test_threads_come_as_they_are_needed_where_nobody_was_hired() -> None:
    workers, together = Workers(3), threading.Barrier(4, timeout=5)
    for _ in range(3):
        workers.do(together.wait)
    together.wait()
    workers.dismiss()


def test_no_more_threads_than_allowed() -> None:
    workers, gate = Workers(2), threading.Event()
    started: list[int] = []

    def work() -> None:
        started.append(1)
        gate.wait(5)

    for _ in range(5):
        workers.do(work)
    time.sleep(0.1)
    assert len(started) == 2
    gate.set()
    workers.dismiss()


def test_dismissed_threads_end_and_what_had_not_begun_is_dropped() -> None:
    before = threading.active_count()
    workers, gate = Workers(1), threading.Event()
    done: list[int] = []
    workers.do(gate.wait)
    workers.do(lambda: done.append(1))
    workers.dismiss()
    gate.set()
    until = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before
    assert done == []
