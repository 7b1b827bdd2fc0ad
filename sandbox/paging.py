"""Pages of a list, as AWS returns them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from moto.sagemaker.exceptions import AWSValidationException


def page(entries: Sequence[Any], limit: int | None, token: str | None, most: int = 100) -> tuple[list[Any], str | None]:
    """Return one page of `entries` and the token of the next, `None` at the end.

    Raises `AWSValidationException` for a token or a size that AWS would refuse.
    """
    if limit is not None and not 1 <= limit <= most:
        raise AWSValidationException(
            f"1 validation error detected: Value '{limit}' at 'maxResults' failed to satisfy constraint: "
            f"Member must have value between 1 and {most}"
        )
    first = _position(token) if token else 0
    last = first + (limit or most)
    following = _token(last) if last < len(entries) else None
    return list(entries[first:last]), following


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"next:{position}".encode()).decode()


def _position(token: str) -> int:
    try:
        word, _, position = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if word == "next":
            return int(position)
    except ValueError:
        pass
    raise AWSValidationException("The pagination token is invalid.")
