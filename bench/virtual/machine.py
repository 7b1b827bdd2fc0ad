"""A machine whose time passes only while everything waits: the product's own threads run on it, one at a time."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable
from queue import Empty
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Work = Callable[[], object]


class Killed(BaseException):
    """The end of a process at whatever it was waiting for; no `except Exception` sees it."""


class Process:
    """A thread that runs only when it holds the baton; `group` are those that are killed together."""

    def __init__(self, group: list[Process]) -> None:
        self.baton = threading.Lock()
        self.baton.acquire()
        self.group = group
        self.killed = self.ended = False
        self.thread = threading.get_ident()
        self.turn = 0
        """Which of its wake-ups counts: one that was overtaken does nothing."""


class VirtualMachine:
    """A `fetch.machine.Machine`. What is started runs when `run` is called, in the order of its time."""

    def __init__(self) -> None:
        self.time = 0.0
        self._events: list[tuple[float, int, Process, int]] = []
        self._order = itertools.count()
        self._running: Process = Process([])
        self._main = self._running
        self._alive: set[Process] = set()
        self.failures: list[BaseException] = []

    def now(self) -> float:
        """Return the virtual time, in seconds."""
        return self.time

    def sleep(self, seconds: float) -> None:
        """Wait; others run meanwhile."""
        self._wake(self._running, max(0.0, seconds))
        self.pause()

    def queue(self) -> VirtualQueue[Any]:
        """Return a queue between processes."""
        return VirtualQueue(self)

    def start(self, work: Work, name: str) -> None:
        """Start a process in the group of the one that runs, or outside of `run` in a group of its own."""
        del name
        self._start(work, [] if self._running is self._main else self._running.group)

    def start_alone(self, work: Work) -> Process:
        """Start a process in a new group: a new invocation, that may be killed."""
        return self._start(work, [])

    def kill(self, process: Process) -> None:
        """End a process and all of its group, wherever each waits, before anything else runs."""
        for each in process.group:
            each.killed = True
            self._wake(each, 0.0)

    def run(self, seconds: float) -> None:
        """Let so much time pass, or less where nothing is left to do; raise what a process did not handle."""
        self._wake(self._main, seconds)
        self.pause()
        if self.failures:
            raise self.failures[0]

    def stop(self) -> None:
        """Kill whatever is still there, so that no thread is left."""
        for process in [*self._alive]:
            self.kill(process)
        self.run(0.0)

    # --- What a queue needs

    def is_running_here(self) -> bool:
        """Return whether the calling thread is the process that runs, and none that the product started by itself."""
        return self._running.thread == threading.get_ident()

    def running(self) -> Process:
        """Return the process that runs now."""
        return self._running

    def wake(self, process: Process, seconds: float = 0.0) -> None:
        """Let a process go on, so many seconds from now; it overtakes whatever it was to wait for."""
        self._wake(process, seconds)

    def pause(self) -> None:
        """Let the others run until somebody wakes this process."""
        me = self._running
        if self._hand_on() is not me:
            me.baton.acquire()
        if me.killed:
            raise Killed

    def _wake(self, process: Process, seconds: float) -> None:
        process.turn += 1
        heapq.heappush(self._events, (self.time + seconds, next(self._order), process, process.turn))

    def _hand_on(self) -> Process:
        """Give the baton to whoever is next, and return who that is: any other runs from now on."""
        me = self._running
        while True:
            when, _, process, turn = heapq.heappop(self._events)
            if turn == process.turn and not process.ended:
                break
        self.time = max(self.time, when)
        self._running = process
        if process is not me:
            process.baton.release()
        return process

    def _start(self, work: Work, group: list[Process]) -> Process:
        process = Process(group)
        group.append(process)
        self._alive.add(process)

        def body() -> None:
            process.thread = threading.get_ident()
            process.baton.acquire()
            try:
                if not process.killed:
                    work()
            except Killed:
                pass
            except BaseException as error:  # noqa: BLE001 - a failure belongs to whoever called `run`
                self.failures.append(error)
            process.ended = True
            group.remove(process)
            self._alive.discard(process)
            self._hand_on()

        threading.Thread(target=body, daemon=True).start()
        self._wake(process, 0.0)
        return process


class VirtualQueue(Generic[T]):
    """Queue between processes: `get` waits in virtual time."""

    def __init__(self, machine: VirtualMachine) -> None:
        self._machine = machine
        self._items: deque[T] = deque()
        self._waiting: deque[Process] = deque()

    def put(self, item: T) -> None:
        """Add an item, and wake who waited longest."""
        self._items.append(item)
        if self._waiting:
            self._machine.wake(self._waiting.popleft())

    def get(self, *, timeout: float | None = None) -> T:
        """Take the oldest item, when there is one."""
        until = None if timeout is None else self._machine.now() + timeout
        while not self._items:
            if until is not None and self._machine.now() >= until:
                raise Empty
            me = self._machine.running()
            self._waiting.append(me)
            if until is not None:
                self._machine.wake(me, until - self._machine.now())
            self._machine.pause()
            if me in self._waiting:
                self._waiting.remove(me)
        return self._items.popleft()

    def empty(self) -> bool:
        """Return whether there is no item."""
        return not self._items

    def qsize(self) -> int:
        """Return how many items there are."""
        return len(self._items)
