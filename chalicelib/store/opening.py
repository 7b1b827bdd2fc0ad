"""Opens the store that a setting or a flag names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.folder import Folder
from chalicelib.store.layout import Store


def open_store(location: str, *, create: bool = False) -> Store:
    """Return the store at a folder's path or `file:///` URL; with `create`, made where it is not there yet.

    Raises `StoreUnreadable` where it is not there, or is no folder.
    """
    split = urlsplit(location)
    if split.scheme == "s3":
        raise StoreUnreadable("a store in S3 is not read by this version: LINEAGE_STORE takes file:///…")
    root = Path(unquote(split.path)) if split.scheme == "file" else Path(location)
    try:
        if create:
            root.mkdir(parents=True, exist_ok=True)
        if not root.is_dir():
            raise StoreUnreadable(f"{root}: no such store")
    except OSError as error:
        raise StoreUnreadable(f"{root}: {error.strerror or error}") from None
    return Store(Folder(root))
