"""Opens the store that a setting or a flag names."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.folder import Folder
from chalicelib.store.layout import Store


def open_store(location: str, *, create: bool = False) -> Store:
    """Return the store at a folder's path, `file:///` or `s3://BUCKET/PREFIX` URL.

    With `create`, a folder is made where it is not there yet; a bucket is never made. Raises `StoreUnreadable` where it
    is not there, or is no folder.
    """
    split = urlsplit(location)
    if split.scheme == "s3":
        return _in_s3(split.netloc, split.path.strip("/"))
    root = Path(unquote(split.path)) if split.scheme == "file" else Path(location)
    try:
        if create:
            root.mkdir(parents=True, exist_ok=True)
        if not root.is_dir():
            raise StoreUnreadable(f"{root}: no such store")
    except OSError as error:
        raise StoreUnreadable(f"{root} cannot be opened: {error.strerror or error}") from None
    return Store(Folder(root))


@cache
def _in_s3(bucket: str, prefix: str) -> Store:
    # Imported and made when a store is in S3, and once: a folder needs no client.
    from chalicelib.aws.clients import make_store_client
    from chalicelib.store.bucket import Bucket

    return Store(Bucket(make_store_client(), bucket, f"{prefix}/" if prefix else ""))
