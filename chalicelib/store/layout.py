"""The one layout of a store: where each thing stands, and how it is written.

    v1/account=123456789012/region=ap-northeast-2/
      pipeline=NAME/execution=ID.json.gz   an answer of `GET /lineage`, kept once the execution is over
      pipeline=NAME/latest.json.gz         the newest answer, of a running execution too, or of the definition alone
      serving.json.gz                      what serves the models
      buckets.json.gz                      each bucket's posture, as last read
      graph.json.gz                        the graph, made of the above
      scan.json                            when what was read, and what could not: the only file with times of its own
      learnt/…/HASH.json.gz                notes of workers on AWS's engine, until they are folded into the above

The same account gives the same bytes: JSON has one form, and gzip neither time nor name.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from chalicelib.core.account.answers import order_of
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.blobs import Blobs, Conflict

VERSION = 1
LEVEL = 6

_VERSION = re.compile(r"v(\d{1,9})")
_ACCOUNT = re.compile(r"account=(\d{12})")
_REGION = re.compile(r"region=([a-z0-9-]{1,64})")
_PIPELINE = re.compile(r"pipeline=([A-Za-z0-9-]{1,256})/(?:execution=([A-Za-z0-9-]{1,64})|latest)\.json\.gz")

GRAPH, SERVING, BUCKETS = "graph.json.gz", "serving.json.gz", "buckets.json.gz"

_NOTES = "learnt/"

AHEAD = 16
"""Documents under way from a store at once: each is small."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Store:
    """A store as a whole: which accounts and regions it holds."""

    blobs: Blobs

    def regions(self) -> list[Region]:
        """Return the regions of all accounts, sorted; `StoreUnreadable` where a newer product wrote the store."""
        versions = [match[1] for name in self.blobs.names("") if (match := _VERSION.fullmatch(name))]
        if versions and str(VERSION) not in versions:
            newest = max(versions, key=int)
            raise StoreUnreadable(f"the store is of version {newest}, and this product reads {VERSION}")
        return [
            Region(self.blobs, account, region)
            for account in _values(self.blobs, f"v{VERSION}", _ACCOUNT)
            for region in _values(self.blobs, f"v{VERSION}/account={account}", _REGION)
        ]

    def region(self, account: str, region: str) -> Region:
        """Return the part of one account's region, whether or not there is anything in it yet."""
        return Region(self.blobs, account, region)


@dataclass(frozen=True, slots=True)
class Region:
    """One account's region in a store. Documents are read as JSON, and written in the layout's own form."""

    blobs: Blobs
    account: str
    name: str

    @property
    def folder(self) -> str:
        """Return the path of everything in it, with a slash at its end."""
        return f"v{VERSION}/account={self.account}/region={self.name}/"

    def answers(self) -> Iterator[tuple[str, str | None]]:
        """Yield (pipeline, execution id, `None` for its latest) of each answer that is kept, sorted by path."""
        for path in self.blobs.paths(self.folder):
            match = _PIPELINE.fullmatch(path.removeprefix(self.folder))
            if match:
                yield match[1], match[2]

    def answer(self, pipeline: str, execution: str | None = None) -> Document | None:
        """Return the answer of an execution, or a pipeline's latest."""
        return self.read(answer_path(pipeline, execution))

    def keep(self, pipeline: str, execution: str | None, answer: Mapping[str, Any]) -> bool:
        """Keep an answer, and return whether that changed anything."""
        return self.put(answer_path(pipeline, execution), answer)

    def keep_latest(self, pipeline: str, answer: Mapping[str, Any]) -> bool:
        """Keep a pipeline's newest answer, unless a newer one is kept; return whether that changed anything."""

        def newest(there: Document | None) -> Mapping[str, Any]:
            return there if there is not None and _age(there) > _age(answer) else answer

        return self.update(answer_path(pipeline, None), newest)

    def buckets(self) -> dict[str, Document]:
        """Return each bucket's posture, as last read. Most are protected alike: of what is alike there is one copy."""
        found: dict[str, Document] = (self.read(BUCKETS) or {}).get("buckets", {})
        alike: dict[str, Document] = {}
        return {
            bucket: {**entry, "posture": alike.setdefault(repr(entry["posture"]), entry["posture"])}
            for bucket, entry in found.items()
        }

    def add_note(self, folder: str, note: Mapping[str, Any]) -> None:
        """Keep what a worker learnt, in a file of its own; a note that is there already is the same one."""
        content = _written(note, ".gz")
        with suppress(Conflict):
            path = f"{self.folder}{_NOTES}{folder}/{hashlib.sha256(content).hexdigest()[:32]}.json.gz"
            self.blobs.write(path, content, None)

    def notes(self, folder: str = "") -> list[str]:
        """Return the names of the notes in a folder of them, or of all."""
        return [path.removeprefix(self.folder) for path in self.blobs.paths(self.folder + _NOTES + folder)]

    def remove(self, name: str) -> None:
        """Remove a document; one that is not there is removed already."""
        self.blobs.delete(self.folder + name)

    def drop(self, pipeline: str, execution: str | None) -> None:
        """Remove an answer."""
        self.blobs.delete(self.folder + answer_path(pipeline, execution))

    def read(self, name: str) -> Document | None:
        """Return the document called so; `StoreUnreadable` where it is damaged."""
        blob = self.blobs.read(self.folder + name)
        return None if blob is None else _parsed(blob.content, name)

    def tag(self, name: str) -> str | None:
        """Return what tells a document's content from another's, or `None` where there is none."""
        return self.blobs.tag(self.folder + name)

    def put(self, name: str, document: Mapping[str, Any]) -> bool:
        """Write a document in place of whatever there is, and return whether that changed anything."""
        return self.update(name, lambda _: document)

    def write(self, name: str, document: Mapping[str, Any], seen: str | None) -> str:
        """Write a document over the one that had the tag `seen`, and return its new tag.

        Raises `Conflict` where it is another one by now.
        """
        return self.blobs.write(self.folder + name, _written(document, name), seen)

    def replace(self, name: str, document: Mapping[str, Any], seen: str | None) -> None:
        """Do what `write` does, unless the same stands there already."""
        there = self.blobs.read(self.folder + name) if seen is not None else None
        if there is None or there != (_written(document, name), seen):
            self.write(name, document, seen)

    def tagged(self, name: str) -> tuple[Document | None, str | None]:
        """Return the document called so, and its tag."""
        blob = self.blobs.read(self.folder + name)
        return (None, None) if blob is None else (_parsed(blob.content, name), blob.tag)

    def each(self, names: Sequence[str]) -> Iterator[Document | None]:
        """Yield the documents called so, in this order; some are read ahead, for a store may take its time."""
        waiting = iter(names)
        with ThreadPoolExecutor(AHEAD) as threads:
            under_way: deque[Future[Document | None]] = deque()
            while True:
                under_way.extend(threads.submit(self.read, name) for name in islice(waiting, AHEAD - len(under_way)))
                if not under_way:
                    return
                yield under_way.popleft().result()

    def update(self, name: str, change: Callable[[Document | None], Mapping[str, Any]]) -> bool:
        """Write what `change` makes of the document that is there, and return whether it is another one.

        Where somebody else writes in between, `change` is asked again with what they wrote, so that nothing is lost.
        """
        return self.revise(name, change).changed

    def revise(self, name: str, change: Callable[[Document | None], Mapping[str, Any]]) -> Revision:
        """Do what `update` does, and return what stands there then."""
        path = self.folder + name
        while True:
            blob = self.blobs.read(path)
            document = change(_parsed(blob.content, name) if blob else None)
            content = _written(document, name)
            if blob is not None and blob.content == content:
                return Revision(document, blob.tag, changed=False)
            with suppress(Conflict):
                return Revision(document, self.blobs.write(path, content, blob.tag if blob else None), changed=True)


class Revision(NamedTuple):
    """A document as it stands after it was revised, its tag, and whether it was another one before."""

    document: Mapping[str, Any]
    tag: str
    changed: bool


def _age(answer: Mapping[str, Any]) -> tuple[str, ...]:
    return text_at(answer, "pipeline", "lastModifiedTime") or "", *order_of(answer)


def _values(blobs: Blobs, folder: str, name: re.Pattern[str]) -> list[str]:
    return [match[1] for each in blobs.names(folder) if (match := name.fullmatch(each))]


def answer_path(pipeline: str, execution: str | None) -> str:
    """Return where an answer of an execution stands, or a pipeline's latest."""
    return f"pipeline={pipeline}/" + ("latest.json.gz" if execution is None else f"execution={execution}.json.gz")


def _written(document: Mapping[str, Any], name: str) -> bytes:
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    content = text.encode("utf-8", "backslashreplace") + b"\n"
    return gzip.compress(content, LEVEL, mtime=0) if name.endswith(".gz") else content


def _parsed(content: bytes, name: str) -> Document:
    try:
        document = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)
    except (ValueError, OSError, EOFError, zlib.error, RecursionError):
        raise StoreUnreadable(f"{name} in the store is damaged: remove it, and scan again") from None
    if not isinstance(document, dict):
        raise StoreUnreadable(f"{name} in the store is damaged: remove it, and scan again")
    return document
