"""A store in S3: below a prefix of one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.store.blobs import Blob, Conflict

_OVERTAKEN = ("PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")
"""What S3 says of a conditional write that came too late; the last where the object is deleted by now.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""


class Bucket:
    """Objects below `prefix`, which ends with a slash where there is one.

    S3 writes an object whole or not at all, and only over the one that its writer saw: the tag is its ETag.
    """

    def __init__(self, client: Any, name: str, prefix: str) -> None:
        self._client = client
        self._name = name
        self._prefix = prefix

    def read(self, path: str) -> Blob | None:
        """Return an object, or `None` where there is none."""
        try:
            with self._told("s3:GetObject"):
                found = self._client.get_object(Bucket=self._name, Key=self._prefix + path)
                return Blob(found["Body"].read(), found["ETag"])
        except self._client.exceptions.NoSuchKey:
            return None

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write an object that stood there with the ETag `seen` (`None`: not at all), and return its new one."""
        only = {"IfNoneMatch": "*"} if seen is None else {"IfMatch": seen}
        try:
            with self._told("s3:PutObject"):
                put = self._client.put_object(Bucket=self._name, Key=self._prefix + path, Body=content, **only)
        except ClientError:
            raise Conflict(path) from None
        return str(put["ETag"])

    def delete(self, path: str) -> None:
        """Remove an object; one that is not there is removed already."""
        with self._told("s3:DeleteObject"):
            self._client.delete_object(Bucket=self._name, Key=self._prefix + path)

    def paths(self, beginning: str) -> Iterator[str]:
        """Yield the paths of the objects below a folder, sorted."""
        for page in self._pages(Prefix=self._prefix + _folder(beginning)):
            yield from (each["Key"].removeprefix(self._prefix) for each in page.get("Contents", ()))

    def names(self, folder: str) -> list[str]:
        """Return the names of the folders right below one, sorted."""
        below = self._prefix + _folder(folder)
        pages = self._pages(Prefix=below, Delimiter="/")
        return [
            each["Prefix"].removeprefix(below).rstrip("/") for page in pages for each in page.get("CommonPrefixes", ())
        ]

    def tidy(self) -> int:
        """Return that nothing was left: a killed writer leaves no object of half its content."""
        return 0

    def _pages(self, **asked: str) -> Iterator[Any]:
        with self._told("s3:ListBucket"):
            yield from self._client.get_paginator("list_objects_v2").paginate(Bucket=self._name, **asked)

    @contextmanager
    def _told(self, action: str) -> Iterator[None]:
        """Turn what keeps the store from being used into one clear error, and let pass what a caller expects."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in _OVERTAKEN:
                raise
            raise StoreUnreadable(f"s3://{self._name}/{self._prefix}: {action} was answered with {code}") from None
        except BotoCoreError as error:
            raise StoreUnreadable(f"s3://{self._name}/{self._prefix}: {action}: {type(error).__name__}") from None


def _folder(path: str) -> str:
    return f"{path.rstrip('/')}/" if path else ""
