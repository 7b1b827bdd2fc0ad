"""What a warm process remembers of AWS's answers: bounded, and only as long as each may be believed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer, and when it was read (seconds of the clock that the memory was given)."""

    answer: Any
    read_at: float
    until: float


class Memory:
    """A least-recently-used store of at most `size` answers, safe to share between threads.

    Keys must hold everything that an answer depends on, the region included: nothing else keeps regions apart.
    """

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Hashable, Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, key: Hashable) -> Remembered | None:
        """What is remembered under `key` and may still be believed."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.until <= self._clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry

    def age(self, entry: Remembered) -> float:
        """Seconds since `entry` was read."""
        return self._clock() - entry.read_at

    def keep(self, key: Hashable, answer: Any, seconds: float) -> None:
        """Remembers `answer` for so long; the least recently used one goes where room is short."""
        if seconds <= 0 or self._size <= 0:
            return
        now = self._clock()
        with self._lock:
            self._entries[key] = Remembered(answer, now, now + seconds)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)
