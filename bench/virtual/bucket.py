"""A store in S3 in virtual time: what is written stands there whole, and each request is counted and takes its time."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench.virtual.machine import VirtualMachine
from chalicelib.store.blobs import Blob, Conflict, tag_of

PAGE = 1000
"""Keys in one answer of ListObjectsV2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Times:
    """What a request of S3 takes in the same region, in seconds, and how many bytes a second come through."""

    get: float = 0.02
    put: float = 0.04
    list: float = 0.05
    bytes_a_second: float = 80e6
    side_by_side: int = 16
    """How many reads are under way where threads of the product's own make them."""


class VirtualBucket:
    """`Blobs` of a bucket. Half of a request's time passes before it has its effect: a kill may fall on either side."""

    def __init__(self, machine: VirtualMachine, times: S3Times) -> None:
        self.objects: dict[str, Blob] = {}
        self.requests: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self.conflicts = 0
        self._machine = machine
        self._times = times
        self._keys: list[str] = []
        self._lock = threading.Lock()
        self._elsewhere = 0.0
        self.computing_sec = 0.0
        """What is computed with each answer that is read ahead, one after the other."""

    def read(self, path: str) -> Blob | None:
        """Return an object, or `None` where there is none."""
        blob = self.objects.get(path)
        computing = 0.0 if "/learnt/" in path else self.computing_sec
        self._pass("get", self._times.get, len(blob.content) if blob else 0, computing)
        return self.objects.get(path)

    def tag(self, path: str) -> str | None:
        """Return an object's tag, or `None` where there is none."""
        self._pass("get", self._times.get, 0)
        blob = self.objects.get(path)
        return blob.tag if blob else None

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write an object that stood there with the tag `seen`; `Conflict` where another does by now."""
        self._pass("put", self._times.put / 2, len(content))
        there = self.objects.get(path)
        if (there.tag if there else None) != seen:
            self.conflicts += 1
            raise Conflict(path)
        if there is None:
            insort(self._keys, path)
        self.objects[path] = Blob(content, tag_of(content))
        self._machine.sleep(self._times.put / 2)
        return self.objects[path].tag

    def delete(self, path: str) -> None:
        """Remove an object; one that is not there is removed already."""
        self._pass("delete", self._times.put / 2, 0)
        if self.objects.pop(path, None) is not None:
            del self._keys[bisect_left(self._keys, path)]
        self._machine.sleep(self._times.put / 2)

    def paths(self, beginning: str) -> Iterator[str]:
        """Yield the paths below a folder, sorted; a page is what stood there when it was asked for."""
        start = beginning.rstrip("/") + "/" if beginning else ""
        after = start
        kind = "list" if "/learnt" in start else "list all"
        while True:
            self._pass(kind, self._times.list, 0)
            at = bisect_left(self._keys, after)
            page = [key for key in self._keys[at : at + PAGE] if key.startswith(start)]
            yield from page
            if len(page) < PAGE:
                return
            after = page[-1] + "\0"

    def names(self, folder: str) -> list[str]:
        """Return the names of the folders right below one, sorted."""
        self._pass("list", self._times.list, 0)
        start = folder.rstrip("/") + "/" if folder else ""
        found = {key[len(start) :].partition("/") for key in self._keys if key.startswith(start)}
        return sorted(name for name, slash, _ in found if slash)

    def tidy(self) -> int:
        """Return that nothing was left: a killed writer leaves no half object."""
        return 0

    def _pass(self, kind: str, seconds: float, size: int, computing: float = 0.0) -> None:
        """Count a request and let its time pass.

        The product reads ahead in threads that are none of the machine's: their time passes, side by side, when the
        one that they work for makes its next request.
        """
        seconds += size / self._times.bytes_a_second
        with self._lock:
            ahead = not self._machine.is_running_here()
            self.requests[f"{kind} ahead" if ahead else kind] += 1
            self.bytes[kind] += size
            if ahead:
                self._elsewhere += seconds / self._times.side_by_side + computing
                return
            seconds, self._elsewhere = seconds + self._elsewhere, 0.0
        self._machine.sleep(seconds)
