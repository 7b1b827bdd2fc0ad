"""The threads of one request: they read, and are gone with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

Work = Callable[[], object]


class Workers:
    """At most `most` threads that do what they are given, in no order; all methods are for the thread that made it.

    They are daemons: a read that hangs keeps no command line from ending.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._threads = 0
        self._tasks: SimpleQueue[Work | None] = SimpleQueue()

    def hire(self) -> bool:
        """Starts one more thread, and says whether there was room for it.

        A good time is before there is work: a thread that starts among busy ones holds its starter up a hundred
        times longer.
        """
        if self._threads >= self._most:
            return False
        self._threads += 1
        threading.Thread(target=self._work, name=f"read-{self._threads}", daemon=True).start()
        return True

    def do(self, work: Work) -> None:
        """Has `work` done as soon as a thread is free; it must not raise."""
        self._tasks.put(work)
        if self._tasks.qsize() > 0:
            self.hire()

    def dismiss(self) -> None:
        """Drops what has not begun; each thread ends with the work that it has at hand."""
        with suppress(Empty):
            while True:
                self._tasks.get_nowait()
        for _ in range(self._threads):
            self._tasks.put(None)

    def _work(self) -> None:
        while (work := self._tasks.get()) is not None:
            work()
