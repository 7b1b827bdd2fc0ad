"""The words that the shapes are written with: what a schema says of a value beyond its Python type."""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """The only strings that a value may be."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """JSON Schema's word for how a string is written."""

    name: str


class LeftOut:
    """A value that is never null: where there is nothing to say, its key is left out."""


Said = Annotated[T | None, LeftOut]
"""An optional key's value. The code may hold None for it until `stated` takes the key away."""

Unknown = Literal["Unknown"]
"""A fact that was not read; never a verdict."""

Time = Annotated[str, Format("date-time")]
"""ISO 8601 in UTC, with an offset."""

Tags = Annotated[dict[str, str], "The resource's tags; both sides are strings."]
