"""Paths to members of AWS's documents, as the tables of step types and of security settings write them."""

from functools import lru_cache
from typing import NamedTuple


class Member(NamedTuple):
    """Member of an object on a path; where `is_list`, each of its items is entered, and `named_by` names them."""

    name: str
    is_list: bool = False
    named_by: str | None = None


@lru_cache(maxsize=1024)
def parse_field_path(path: str) -> tuple[Member, ...]:
    """Split a path at its dots: `Variants[].ModelName`, or `Outputs[OutputName].S3Uri` with the key that names an item.

    The names are literal; a table may give one a meaning of its own, as `*` for any key.
    """
    return tuple(_member(part) for part in path.split("."))


def _member(part: str) -> Member:
    name, bracket, named_by = part.removesuffix("]").partition("[")
    return Member(name, bool(bracket), named_by or None)
