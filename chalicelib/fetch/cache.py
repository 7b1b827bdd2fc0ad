"""Process-wide LRU cache of AWS responses, bounded in number and in bytes, with a time to live for each."""

import gc
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

MOST_BYTES = 256 * 1024 * 1024
"""Default bound on what is held: a quarter of the memory that the function is given."""

SHARE = 4
"""No response takes more than this part of the bound, unless `put` is told otherwise: a huge one is read again, and
pushes no others out."""

_SHARED_WITH_ALL = (type, ModuleType, FunctionType)


class Entry(NamedTuple):
    """Cached response, when it was read and when it expires, in seconds of the cache's clock, and its bytes."""

    response: Any
    read_at: float
    until: float
    weight: int = 0


class Cache:
    """LRU cache of at most `size` responses in `most_bytes` of memory, safe to share between threads.

    Keys must hold everything that a response depends on, the region included: nothing else keeps regions apart.
    """

    def __init__(self, size: int, clock: Callable[[], float], most_bytes: int = MOST_BYTES) -> None:
        self._size = size
        self._clock = clock
        self._most_bytes = most_bytes
        self._bytes = 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """Return about how many bytes the responses take."""
        return self._bytes

    def get(self, key: Hashable) -> Entry | None:
        """Return the entry under `key`; `None` where there is none or it has expired."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.until <= self._clock():
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry

    def age(self, entry: Entry) -> float:
        """Return the seconds since `entry` was read."""
        return self._clock() - entry.read_at

    def put(self, key: Hashable, response: Any, seconds: float, *, share: int = SHARE) -> None:
        """Store `response` for so many seconds; where the cache is full, the least recently used entries are evicted.

        One that is larger than its `share` of the bound, the nth part, is not stored.
        """
        if seconds <= 0 or self._size <= 0:
            return
        most = self._most_bytes // share
        weight = weight_of(response, most)
        now = self._clock()
        with self._lock:
            self._drop(key)
            if weight > most:
                return
            self._entries[key] = Entry(response, now, now + seconds, weight)
            self._bytes += weight
            while len(self._entries) > self._size or self._bytes > self._most_bytes:
                self._drop(next(iter(self._entries)))

    def drop(self, key: Hashable) -> None:
        """Forget what is under `key`, if anything is."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.weight

    def __len__(self) -> int:
        return len(self._entries)


def weight_of(value: object, enough: int) -> int:
    """Return the bytes of `value` and of all that it refers to, counted until they are more than `enough`."""
    seen: set[int] = set()
    waiting = [value]
    total = 0
    while waiting and total <= enough:
        each = waiting.pop()
        known = id(each)
        if known in seen or isinstance(each, _SHARED_WITH_ALL):
            continue
        seen.add(known)
        total += sys.getsizeof(each)
        if type(each) is not str:  # half of what there is, and it refers to nothing
            waiting += gc.get_referents(each)
    return total
