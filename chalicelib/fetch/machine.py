"""Resources that reads take of their machine: its time, waiting, and threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol, TypeVar

T = TypeVar("T")


class Queue(Protocol[T]):
    """Queue between threads; `get` raises `queue.Empty` where nothing came within `timeout` seconds."""

    def put(self, item: T) -> None:
        """Add an item."""

    def get(self, *, timeout: float | None = None) -> T:
        """Take the oldest item, when there is one."""

    def empty(self) -> bool:
        """Return whether there is no item."""

    def qsize(self) -> int:
        """Return how many items there are."""


class Machine(Protocol):
    """A machine; the simulation of an engine at scale has one whose time passes only while everything waits."""

    def now(self) -> float:
        """Return the time, in seconds of a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait in this thread."""

    def queue(self) -> Queue[T]:
        """Return a new queue."""

    def start(self, work: Callable[[], object], name: str) -> None:
        """Run `work` in a thread of its own, which keeps no process from ending."""


class _This:
    """The machine that the process runs on."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def queue(self) -> Queue[T]:
        return SimpleQueue()

    def start(self, work: Callable[[], object], name: str) -> None:
        threading.Thread(target=work, name=name, daemon=True).start()


THIS: Machine = _This()
"""The machine that the process runs on."""
