"""Vocabulary of the shapes: what a schema says of a value beyond its Python type."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """The only strings that a value may be."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """JSON Schema's `format`: how a string is written."""

    name: str


class LeftOut:
    """Mark for a value that is never null: its key is left out instead."""


Said = Annotated[T | None, LeftOut]
"""Value of an optional key; the code may hold None for it until `stated` removes the key."""

Unknown = Literal["Unknown"]
"""Value of a fact that was not read; never a verdict."""

Time = Annotated[str, Format("date-time")]
"""Time in ISO 8601, in UTC with an offset."""

Tags = Annotated[dict[str, str], "The resource's tags; both sides are strings."]
