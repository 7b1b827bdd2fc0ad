"""Reading JSON objects in which anything may be missing or of another kind than expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

D = TypeVar("D", bound=Mapping[str, Any])


def dig(document: Any, *path: str) -> Any:
    """What stands at `path` below `document`; `None` where any part of the way is missing."""
    for key in path:
        if not isinstance(document, Mapping):
            return None
        document = document.get(key)
    return document


def text_at(document: Any, *path: str) -> str | None:
    """The non-empty string at `path`, else `None`."""
    value = dig(document, *path)
    return value if isinstance(value, str) and value else None


def int_at(document: Any, *path: str) -> int | None:
    """The integer at `path`, else `None`; a boolean is no integer."""
    value = dig(document, *path)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def time_at(document: Any, *path: str) -> datetime | None:
    """The time at `path` in UTC, else `None`. botocore gives it in the machine's own zone."""
    value = dig(document, *path)
    if not isinstance(value, datetime):
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)


def docs_at(document: Any, *path: str) -> tuple[Mapping[str, Any], ...]:
    """The objects in the list at `path`; whatever else stands there is left out."""
    value = dig(document, *path)
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    return tuple(item for item in value if isinstance(item, Mapping))


def camel(name: str) -> str:
    """AWS's name as the answer writes it: `SqsQueueUrl` → `sqsQueueUrl`, `S3OutputLocation` → `s3OutputLocation`."""
    return name[:1].lower() + name[1:]


def present(**facts: Any) -> dict[str, Any]:
    """`facts` without what is `None` or an empty string, list or object; `False` and 0 are facts."""
    return {name: value for name, value in facts.items() if value is not None and value not in ("", [], {}, ())}


def stated(document: D) -> D:
    """A typed object without the keys that have nothing to say; the same rule as `present`."""
    return cast("D", present(**document))
