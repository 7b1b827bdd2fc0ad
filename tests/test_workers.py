"""A request's threads: as many as were asked for, gone when they are dismissed, and none waits for a busy one."""

import threading
import time

from chalicelib.workers import Workers


def test_every_hired_thread_works_at_the_same_time() -> None:
    workers, together = Workers(8), threading.Barrier(9, timeout=5)
    assert [workers.hire() for _ in range(9)] == [True] * 8 + [False]
    for _ in range(8):
        workers.do(together.wait)
    together.wait()
    workers.dismiss()


def test_work_waits_for_a_thread_that_is_free() -> None:
    workers, gate = Workers(2), threading.Event()
    started: list[int] = []

    def work() -> None:
        started.append(1)
        gate.wait(5)

    for _ in range(5):
        workers.do(work)
    assert workers.behind
    assert [workers.hire() for _ in range(3)] == [True, True, False]
    time.sleep(0.1)
    assert len(started) == 2
    gate.set()
    workers.dismiss()


def test_dismissed_threads_end_and_what_had_not_begun_is_dropped() -> None:
    before = set(threading.enumerate())
    workers, begun, gate = Workers(1), threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        begun.set()
        gate.wait(5)

    workers.do(work)
    workers.do(lambda: done.append(1))
    workers.hire()
    begun.wait(5)
    hired = set(threading.enumerate()) - before
    workers.dismiss()
    gate.set()
    for thread in hired:
        thread.join(5)
    assert [thread.is_alive() for thread in hired] == [False]
    assert done == []


def test_urgent_work_is_done_before_what_can_wait() -> None:
    workers, done = Workers(1), threading.Event()
    order: list[str] = []
    workers.do(lambda: order.append("patient"), urgent=False)
    workers.do(lambda: order.append("urgent"))
    workers.do(done.set, urgent=False)
    workers.hire()
    assert done.wait(5)
    workers.dismiss()
    assert order == ["urgent", "patient"]
