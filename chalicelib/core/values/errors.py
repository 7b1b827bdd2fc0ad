"""Errors that a caller sees: one clear sentence each, told apart by what the caller can do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN_START = r"[A-Za-z0-9_.:/@-]{1,300}"


class LineageError(Exception):
    """Base class of the errors that end a request without a lineage.

    `action` is the IAM action that would mend it, where one would.
    """

    def __init__(self, message: str, action: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.action = action


class BadQuery(LineageError):
    """Query that cannot be used; `problems` names everything that is wrong with it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


class NotFound(LineageError):
    """Pipeline or execution that does not exist, or is not in the domain asked for."""

    def __init__(self, message: str = "pipeline not found or domain filter mismatched") -> None:
        super().__init__(message)


class NowhereInTheAccount(LineageError):
    """Start of a walk that is nowhere in the account's graph, where everything was read."""

    def __init__(self, start: str) -> None:
        # What might be markup is not echoed.
        shown = start if re.fullmatch(_PLAIN_START, start) else "the start"
        super().__init__(f"{shown} is nowhere in the account's graph")


class StoreUnreadable(LineageError):
    """Store that is not there, cannot be used, or holds what this product cannot read; one line says which."""


class Refused(LineageError):
    """Refusal by AWS of a read that nothing can do without; the message names the IAM action."""


class BadDefinition(LineageError):
    """Document that is no pipeline definition; `pointer` is the JSON pointer of what is wrong."""

    def __init__(self, problem: str, pointer: str = "") -> None:
        super().__init__(f"pipeline definition cannot be read: {problem} (at {pointer or 'the document root'})")
        self.pointer = pointer


class StillThrottled(LineageError):
    """Throttling by AWS that went on when the retries were used up."""


class TooLate(LineageError):
    """Deadline that passed before the pipeline itself was read."""


class NotAcceptable(LineageError):
    """Caller that accepts neither a gzip-compressed answer nor an uncompressed one."""

    def __init__(self) -> None:
        super().__init__("Accept-Encoding refuses both gzip and identity, and there is no other encoding here")


class TooBig(LineageError):
    """Reply larger than Lambda can carry: so many bytes in its payload, where `most` are possible.

    `advice` says how to ask for less, `compressed` whether gzip was tried.
    """

    def __init__(self, size: int, most: int, advice: str, *, compressed: bool) -> None:
        first = "" if compressed else "accept gzip (Accept-Encoding: gzip), or "
        super().__init__(f"the answer takes {size} bytes of a reply that carries {most}: {first}{advice}")
