"""What every format is made from, how its module is found, and how its text is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from chalicelib.formats.lineage import to_json_text

Json = Mapping[str, Any]
Exported = str | Sequence[Json]
"""What a format gives: a text, or JSON objects that the caller lays out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Body of a 200 reply to `GET /lineage`, which holds no secret, and the definition file that it was made from.

    `path` and `text` are `None` where AWS was asked. The text is as its author wrote it, secrets and all: a format
    takes places from it (lines, columns), and no words.
    """

    lineage: Json
    path: str | None = None
    text: str | None = None


def export(name: str, answers: Sequence[Answer]) -> Exported:
    """Return the answers in the format of this name: its module's `write`, imported when it is asked for.

    A format is a pure function: the same answers give the same result, in the order of the answers.
    """
    if name == "json":
        return [answer.lineage for answer in answers]
    exported: Exported = import_module(f".{name}", __package__).write(answers)
    return exported


def to_text(exported: Exported, *, lines: bool = False) -> str:
    """Return the text of what a format gave; objects are an array, or stand on a line each where `lines` is asked."""
    if isinstance(exported, str):
        return exported
    if lines:
        return "".join(to_json_text(each) for each in exported)
    return to_json_text(exported)
