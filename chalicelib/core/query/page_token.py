"""Tokens of pages that are made here: opaque to the caller, and checked when they come back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

VERSION = 1


def make_token(scope: Sequence[str], after: str) -> str:
    """Return the token of the page that begins after the name `after`, of the list that `scope` names."""
    said = json.dumps([VERSION, after, _check(scope, after)], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read_token(scope: Sequence[str], token: str) -> str:
    """Return the name after which the page begins.

    Raises ValueError for a text that `make_token` did not make, or made of another list.
    """
    try:
        version, after, check = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        raise ValueError("not a token") from None
    if version != VERSION or not isinstance(after, str) or check != _check(scope, after):
        raise ValueError("a token of another list")
    return after


def _check(scope: Sequence[str], after: str) -> str:
    return hashlib.sha256(json.dumps([*scope, after]).encode()).hexdigest()[:16]
