"""A store of any number of pipelines in memory: copies of real answers, each under a name of its own."""

from __future__ import annotations

import gzip
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bench.virtual.account import REGION
from bench.virtual.whole import Conditions, Whole
from chalicelib.store.blobs import Blob, tag_of
from chalicelib.store.layout import BUCKETS, GRAPH, SERVING, Region, Store, answer_path
from chalicelib.store.state import FILE
from faults.double.account import ACCOUNT

SAMPLE = 20
"""How many pipelines are really read."""

Json = dict[str, Any]


class Memory:
    """`Blobs` in memory, which takes no time."""

    def __init__(self) -> None:
        self.objects: dict[str, Blob] = {}
        self.requests: Counter[str] = Counter()
        self._keys: list[str] = []

    def read(self, path: str) -> Blob | None:
        """Return a file, or `None` where there is none."""
        self.requests["get"] += 1
        return self.objects.get(path)

    def tag(self, path: str) -> str | None:
        """Return a file's tag, or `None` where there is none."""
        self.requests["get"] += 1
        blob = self.objects.get(path)
        return blob.tag if blob else None

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write a file, whoever wrote it before: nobody else does."""
        self.requests["put"] += 1
        self.objects[path] = Blob(content, tag_of(content))
        return self.objects[path].tag

    def delete(self, path: str) -> None:
        """Remove a file."""
        self.objects.pop(path, None)

    def paths(self, beginning: str) -> Iterator[str]:
        """Yield the paths below a folder, sorted."""
        if len(self._keys) != len(self.objects):
            self._keys = sorted(self.objects)
        start = f"{beginning.rstrip('/')}/"
        for at in range(bisect_left(self._keys, start), len(self._keys)):
            if not self._keys[at].startswith(start):
                return
            yield self._keys[at]

    def names(self, folder: str) -> list[str]:
        """Return the names of the folders right below one, sorted."""
        start = f"{folder.rstrip('/')}/" if folder else ""
        found = {path[len(start) :].partition("/")[0] for path in self.objects if path.startswith(start)}
        return sorted(found)

    def tidy(self) -> int:
        """Return that nothing was left."""
        return 0


def copied(pipelines: int) -> tuple[Store, Region, Memory]:
    """Return the store of an account of so many pipelines, all read, whose graph is yet to be made."""
    whole = Whole(Conditions(pipelines=SAMPLE))
    whole.first()
    there, names, state = whole.bucket.objects, whole.account.names, whole.engine.state
    whole.machine.stop()
    memory = Memory()
    store = Store(memory)
    region = store.region(ACCOUNT, REGION)
    texts = [gzip.decompress(there[region.folder + answer_path(name, None)].content).decode() for name in names]
    execution = state["pipelines"][names[0]]["execution"].rpartition("/")[2]
    packages = [json.dumps({arn: each for arn, each in state["packages"].items() if name in arn}) for name in names]
    copied_state: Json = {**state, "pipelines": {}, "packages": {}, "graph": "stale"}
    for number in range(pipelines):
        at = number % SAMPLE
        name, copy = names[at], f"{names[at][:8]}{number:06}{names[at][14:]}"
        content = gzip.compress(texts[at].replace(name, copy).encode(), 6, mtime=0)
        for path in (answer_path(copy, None), answer_path(copy, execution)):
            memory.objects[region.folder + path] = Blob(content, str(number))
        entry = json.dumps(state["pipelines"][name]).replace(name, copy)
        copied_state["pipelines"][copy] = json.loads(entry)
        copied_state["packages"] |= json.loads(packages[at].replace(name, copy))
    for kept in (BUCKETS, SERVING):
        memory.objects[region.folder + kept] = there[region.folder + kept]
    region.put(FILE, copied_state)
    memory.objects.pop(region.folder + GRAPH, None)
    return store, region, memory
