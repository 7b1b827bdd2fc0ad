"""A store in a folder of this machine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chalicelib.store.blobs import Blob, Conflict, tag_of

try:
    import fcntl
except ImportError:  # Windows has none: there a folder has one writer at a time
    fcntl = None  # type: ignore[assignment]

_PART = ".part-"


class Folder:
    """Files below `root`.

    A file is written beside its place and moved there in one step. What compares and what writes hold one lock of
    the operating system's, on the folder itself, so that it ends with its process and leaves no file.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def read(self, path: str) -> Blob | None:
        """Return a file, or `None` where there is none."""
        try:
            content = (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return Blob(content, tag_of(content))

    def tag(self, path: str) -> str | None:
        """Return a file's tag, or `None` where there is none."""
        blob = self.read(path)
        return None if blob is None else blob.tag

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write a file that stood there with the tag `seen` (`None`: not at all), and return its new tag."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            handle, name = tempfile.mkstemp(prefix=_PART, dir=place.parent)
            _lock(handle)  # as long as it is held, the part has a living writer
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                with self._alone():
                    self._replace(path, seen, Path(name))
        finally:
            Path(name).unlink(missing_ok=True)
        return tag_of(content)

    def _replace(self, path: str, seen: str | None, part: Path) -> None:
        there = self.read(path)
        if (there.tag if there else None) != seen:
            raise Conflict(path)
        part.replace(self.root / path)

    def delete(self, path: str) -> None:
        """Remove a file, and the folders that are empty without it."""
        place = self.root / path
        place.unlink(missing_ok=True)
        with suppress(OSError):
            for above in place.relative_to(self.root).parents:
                if above != Path():
                    (self.root / above).rmdir()

    def paths(self, beginning: str) -> Iterator[str]:
        """Yield the paths below a folder, sorted; a part of a file is none."""
        for folder, folders, files in os.walk(self.root / beginning):
            folders.sort()
            for file in sorted(files):
                if not file.startswith(_PART):
                    yield (Path(folder) / file).relative_to(self.root).as_posix()

    def names(self, folder: str) -> list[str]:
        """Return the names of the folders right below one, sorted."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sorted(each.name for each in os.scandir(self.root / folder) if each.is_dir())
        return []

    def tidy(self) -> int:
        """Remove the parts of files whose writers are gone, and return how many those were."""
        removed = 0
        for part in sorted(self.root.rglob(f"{_PART}*")):
            with suppress(OSError), self._alone(), part.open("rb") as file:
                if _lock(file.fileno(), wait=False):
                    part.unlink(missing_ok=True)
                    removed += 1
        return removed

    @contextmanager
    def _alone(self) -> Iterator[None]:
        handle = os.open(self.root, os.O_RDONLY)
        try:
            _lock(handle)
            yield
        finally:
            os.close(handle)


def _lock(handle: int, *, wait: bool = True) -> bool:
    """Take the lock of an open file, which ends with it; return whether it was to be had."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
