"""Access to JSON objects in which anything may be missing or of an unexpected type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast

D = TypeVar("D", bound=Mapping[str, Any])

# What a record without such values holds: one for all, so it cannot be written to.
NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


def dig(document: Any, *path: str) -> Any:
    """Return the value at `path` below `document`; `None` where any part of the path is missing."""
    for key in path:
        if type(document) is not dict and not isinstance(document, Mapping):  # nearly all are, and this is told faster
            return None
        document = document.get(key)
    return document


def text_at(document: Any, *path: str) -> str | None:
    """Return the non-empty string at `path`, else `None`."""
    value = dig(document, *path)
    return value if isinstance(value, str) and value else None


def int_at(document: Any, *path: str) -> int | None:
    """Return the integer at `path`, else `None`; a boolean is no integer."""
    value = dig(document, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def time_at(document: Any, *path: str) -> datetime | None:
    """Return the time at `path` in UTC, else `None`; botocore gives it in the machine's own time zone."""
    value = dig(document, *path)
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def docs_at(document: Any, *path: str) -> tuple[Mapping[str, Any], ...]:
    """Return the objects in the list at `path`, without items of any other type."""
    return docs_in(dig(document, *path))


def docs_in(value: Any) -> tuple[Mapping[str, Any], ...]:
    """Return the objects in a list, without items of any other type; none of what is no list."""
    if type(value) is not list and (not isinstance(value, Sequence) or isinstance(value, str)):
        return ()
    return tuple(item for item in value if type(item) is dict or isinstance(item, Mapping))


def camel(name: str) -> str:
    """Return AWS's name in camel case: `SqsQueueUrl` → `sqsQueueUrl`, `S3OutputLocation` → `s3OutputLocation`."""
    return name[:1].lower() + name[1:]


def present(**facts: Any) -> dict[str, Any]:
    """Return `facts` without what is `None` or an empty string, list or object; `False` and 0 are facts."""
    return {name: value for name, value in facts.items() if value or value == 0}


def stated(document: D) -> D:
    """Return a typed object without the keys that say nothing, as `present` does."""
    return cast("D", {name: value for name, value in document.items() if value or value == 0})
