"""Responses that a request cannot do without."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.aws.faults import kind_of
from chalicelib.core.values.errors import LineageError, NotFound, Refused, StillThrottled, TooLate
from chalicelib.core.values.model import Doc, Gap, Response


def required(response: Response) -> Doc:
    """Return the response; raise the `LineageError` for its gap where it could not be read."""
    if isinstance(response, Mapping):
        return response
    raise error_for(response) if isinstance(response, Gap) else NotFound()


def error_for(gap: Gap) -> LineageError:
    """Return the error for a gap that the request cannot do without."""
    match kind_of(gap):
        case "gone":
            return NotFound()
        case "throttled":
            return StillThrottled(gap.message)
        case "timeout":
            return TooLate("the deadline passed before the pipeline was read")
        case _:
            return Refused(gap.message, gap.action)
