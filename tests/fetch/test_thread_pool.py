"""A request's threads: as many as were asked for, gone when they are dismissed, and none waits for a busy one."""

import threading
import time

from chalicelib.fetch.thread_pool import ThreadPool


def test_every_hired_thread_works_at_the_same_time() -> None:
    pool, together = ThreadPool(8), threading.Barrier(9, timeout=5)

    assert [pool.add_thread() for _ in range(9)] == [True] * 8 + [False]

    for _ in range(8):
        pool.do(together.wait)
    together.wait()
    pool.shutdown()


def test_work_waits_for_a_thread_that_is_free() -> None:
    pool, gate = ThreadPool(2), threading.Event()
    started: list[int] = []

    def work() -> None:
        started.append(1)
        gate.wait(5)

    for _ in range(5):
        pool.do(work)

    assert pool.has_backlog
    assert [pool.add_thread() for _ in range(3)] == [True, True, False]

    time.sleep(0.1)

    assert len(started) == 2

    gate.set()
    pool.shutdown()


def test_dismissed_threads_end_and_what_had_not_begun_is_dropped() -> None:
    before = set(threading.enumerate())
    pool, begun, gate = ThreadPool(1), threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> None:
        begun.set()
        gate.wait(5)

    pool.do(work)
    pool.do(lambda: done.append(1))
    pool.add_thread()
    begun.wait(5)
    hired = set(threading.enumerate()) - before
    pool.shutdown()
    gate.set()
    for thread in hired:
        thread.join(5)

    assert [thread.is_alive() for thread in hired] == [False]
    assert done == []


def test_urgent_work_is_done_before_what_can_wait() -> None:
    pool, done = ThreadPool(1), threading.Event()
    order: list[str] = []
    pool.do(lambda: order.append("patient"), urgent=False)
    pool.do(lambda: order.append("urgent"))
    pool.do(done.set, urgent=False)
    pool.add_thread()

    assert done.wait(5)

    pool.shutdown()

    assert order == ["urgent", "patient"]
