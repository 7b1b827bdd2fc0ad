"""The errors that a caller sees: one clear sentence each, told apart by what the caller can do about it."""

from __future__ import annotations

from collections.abc import Sequence


class LineageError(Exception):
    """The root: whatever ends a request with an answer that is no lineage.

    `action` is the IAM action that would mend it, where one would.
    """

    def __init__(self, message: str, action: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.action = action


class BadQuery(LineageError):
    """The question cannot be read; `problems` names everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class NotFound(LineageError):
    """There is no such pipeline or execution, or it is not in the domain asked for."""

    def __init__(self) -> None:
        super().__init__("pipeline not found or domain filter mismatched")


class Refused(LineageError):
    """AWS would not give what nothing can do without; the message names the IAM action."""


class BadDefinition(LineageError):
    """The document is no pipeline definition; `pointer` is the JSON pointer of what is wrong."""

    def __init__(self, problem: str, pointer: str = "") -> None:
        super().__init__(f"pipeline definition cannot be read: {problem} (at {pointer or 'the document root'})")
        self.pointer = pointer


class StillThrottled(LineageError):
    """AWS was still throttling when the retries were used up."""


class TooLate(LineageError):
    """The deadline passed before the pipeline itself was read."""


class TooBig(LineageError):
    """The answer is larger than what the gateway can carry."""
