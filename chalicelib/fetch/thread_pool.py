"""Thread pool of one request, for its AWS reads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from chalicelib.fetch.machine import THIS, Machine, Queue

Work = Callable[[], object]


class ThreadPool:
    """Thread pool of at most `most` threads, where urgent work goes first; several gathers may give it work.

    The threads are daemons: a read that hangs keeps no command line from ending.
    """

    def __init__(self, most: int, machine: Machine = THIS) -> None:
        self._most = most
        self._machine = machine
        self._threads = 0
        self._starting = threading.Lock()
        self._urgent: deque[Work] = deque()
        self._patient: deque[Work] = deque()
        self._goes: Queue[bool] = machine.queue()

    @property
    def has_backlog(self) -> bool:
        """Return whether work waits for a thread."""
        return self._goes.qsize() > 0

    def add_thread(self) -> bool:
        """Add one thread; return whether there was room for it.

        A good time is when there is nothing else to do: while other threads are busy, to start one takes a hundred
        times longer.
        """
        with self._starting:
            if self._threads >= self._most:
                return False
            self._threads += 1
        self._machine.start(self._work, f"read-{self._threads}")
        return True

    def do(self, work: Work, *, urgent: bool = True) -> None:
        """Queue `work` for the next thread that is free; it must not raise."""
        (self._urgent if urgent else self._patient).append(work)
        self._goes.put(True)

    def shutdown(self) -> None:
        """Drop the work that has not begun; each thread ends after the work that it is doing."""
        self._urgent.clear()
        self._patient.clear()
        for _ in range(self._threads):
            self._goes.put(False)

    def _work(self) -> None:
        while self._goes.get():
            work = self._next()
            if work is not None:
                work()

    def _next(self) -> Work | None:
        for tasks in (self._urgent, self._patient):
            with suppress(IndexError):
                return tasks.popleft()
        return None  # the pool was shut down meanwhile
