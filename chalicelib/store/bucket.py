"""A store in S3: below a prefix of one bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.aws.faults import Fault, fault_of
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
            found = self._client.get_object(Bucket=self._name, Key=self._prefix + path)
            return Blob(found["Body"].read(), found["ETag"])
        except Exception as error:  # noqa: BLE001 - whatever AWS answered with, `fault_of` tells what it was
            fault = fault_of(error, "get_object")
            if fault.code == "NoSuchKey":
                return None
            raise self._unusable("s3:GetObject", fault) from None

    def tag(self, path: str) -> str | None:
        """Return an object's ETag, or `None` where there is none; its content stays where it is."""
        try:
            found = self._client.head_object(Bucket=self._name, Key=self._prefix + path)
        except Exception as error:  # noqa: BLE001 - whatever AWS answered with, `fault_of` tells what it was
            fault = fault_of(error, "get_object")
            if fault.code == "404":  # an answer to HEAD has no body that could name its code
                return None
            raise self._unusable("s3:GetObject", fault) from None
        return str(found["ETag"])

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        """Write an object that stood there with the ETag `seen` (`None`: not at all), and return its new one."""
        only = {"IfNoneMatch": "*"} if seen is None else {"IfMatch": seen}
        try:
            put = self._client.put_object(Bucket=self._name, Key=self._prefix + path, Body=content, **only)
        except Exception as error:  # noqa: BLE001 - whatever AWS answered with, `fault_of` tells what it was
            fault = fault_of(error, "put_object")
            if fault.code in _OVERTAKEN:
                raise Conflict(path) from None
            raise self._unusable("s3:PutObject", fault) from None
        return str(put["ETag"])

    def delete(self, path: str) -> None:
        """Remove an object; one that is not there is removed already."""
        try:
            self._client.delete_object(Bucket=self._name, Key=self._prefix + path)
        except Exception as error:  # noqa: BLE001 - whatever AWS answered with, `fault_of` tells what it was
            raise self._unusable("s3:DeleteObject", fault_of(error, "delete_object")) from None

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
        more: dict[str, str] = {}
        while True:
            try:
                page = self._client.list_objects_v2(Bucket=self._name, **asked, **more)
            except Exception as error:  # noqa: BLE001 - as above
                raise self._unusable("s3:ListBucket", fault_of(error, "list_objects_v2")) from None
            yield page
            if not page.get("NextContinuationToken"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def _unusable(self, action: str, fault: Fault) -> StoreUnreadable:
        return StoreUnreadable(f"s3://{self._name}/{self._prefix}: {action} was answered with {fault.code}")


def _folder(path: str) -> str:
    return f"{path.rstrip('/')}/" if path else ""
