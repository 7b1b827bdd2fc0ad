"""Process-wide LRU cache of AWS responses, with a time to live for each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """Cached response, when it was read and when it expires, in seconds of the cache's clock."""

    response: Any
    read_at: float
    until: float


class Cache:
    """LRU cache of at most `size` responses, safe to share between threads.

    Keys must hold everything that a response depends on, the region included: nothing else keeps regions apart.
    """

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._size = size
        self._clock = clock
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Entry | None:
        """Return the entry under `key`; `None` where there is none or it has expired."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.until <= self._clock():
                del self._entries[key]
                return None
            self._entries.move_to_end(key)
            return entry

    def age(self, entry: Entry) -> float:
        """Return the seconds since `entry` was read."""
        return self._clock() - entry.read_at

    def put(self, key: Hashable, response: Any, seconds: float) -> None:
        """Store `response` for so many seconds; where the cache is full, the least recently used entry is evicted."""
        if seconds <= 0 or self._size <= 0:
            return
        now = self._clock()
        with self._lock:
            self._entries[key] = Entry(response, now, now + seconds)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def __len__(self) -> int:
        return len(self._entries)
