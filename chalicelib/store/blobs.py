"""Files of a store by path, each written whole or not at all, and only over what its writer saw."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple, Protocol


class Conflict(Exception):
    """Write over a file that somebody else wrote since it was read; read it again, and write what comes of both."""


class Blob(NamedTuple):
    """A file's content, and the tag that a conditional write of it names."""

    content: bytes
    tag: str


class Blobs(Protocol):
    """Files by path, with `/` between folders. `OSError` where the place itself cannot be used."""

    def read(self, path: str) -> Blob | None:
        """Return a file, or `None` where there is none."""

    def tag(self, path: str) -> str | None:
        """Return a file's tag without its content, or `None` where there is no file."""

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write a file that stood there with the tag `seen` (`None`: not at all), and return its new tag.

        Raises `Conflict` where something else stands there now. A reader never meets half a file.
        """

    def delete(self, path: str) -> None:
        """Remove a file; one that is not there is removed already."""

    def paths(self, beginning: str) -> Iterator[str]:
        """Yield the paths below a folder, sorted."""

    def names(self, folder: str) -> list[str]:
        """Return the names of the folders right below one, sorted."""

    def tidy(self) -> int:
        """Remove what killed writers left, and return how many files that were."""


def tag_of(content: bytes) -> str:
    """Return a content's tag: the same content has the same one."""
    return hashlib.sha256(content).hexdigest()
