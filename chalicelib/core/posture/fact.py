"""One fact about a bucket in its three states, and how a response becomes one.

A parser raises ValueError (or the error that Python raises for a value of the wrong type) where it cannot read a
response; `read_fact` turns that into a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from chalicelib.core.values.model import Absent, Doc, Gap, Response

T = TypeVar("T")
V = TypeVar("V", bound=object)


class Fact(NamedTuple, Generic[T]):
    """One fact in one of three states: not asked for, not readable (`gap` says why), or read (`value`)."""

    asked: bool = False
    gap: Gap | None = None
    value: T | None = None

    @property
    def known(self) -> bool:
        """Return whether `value` was read; "not configured" counts as read."""
        return self.asked and self.gap is None


def read_fact(
    responses: Mapping[str, Response | None],
    operation: str,
    parse: Callable[[Doc], T],
    absent: T | None = None,
    *,
    may_be_absent: bool = True,
    resource: str | None = None,
) -> Fact[T]:
    """Return the fact that `operation` asks for; `absent` is its value where AWS says "not configured".

    A response that `parse` cannot read becomes a gap with the code `MalformedAnswer`.
    """
    response = responses.get(operation)
    if response is None:
        return Fact()
    if isinstance(response, Gap):
        return Fact(asked=True, gap=response)
    if isinstance(response, Absent):
        if may_be_absent:
            return Fact(asked=True, value=absent)
        problem = f"{response.code} is no answer to it"
    else:
        try:
            return Fact(asked=True, value=parse(response))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            problem = str(error).strip("'\"") or type(error).__name__
    message = f"{operation} answered what cannot be read: {problem}"
    return Fact(asked=True, gap=Gap("MalformedAnswer", message, resource))


def require(document: Any, key: str, kind: type[V]) -> V:
    """Return the value at `key`; raise ValueError where the response has none of that type."""
    if not isinstance(document, Mapping) or key not in document:
        raise ValueError(f"{key} is missing")
    return is_a(document[key], kind, key)


def is_a(value: Any, kind: type[V], name: str) -> V:
    if not isinstance(value, kind):
        raise ValueError(f"{name} is no {kind.__name__}")  # noqa: TRY004 - a malformed response, not a bug of ours
    return value
