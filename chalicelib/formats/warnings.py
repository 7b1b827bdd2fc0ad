"""The contract's `warnings`: what could not be read or said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chalicelib.core.values.model import Gap

if TYPE_CHECKING:
    from chalicelib.formats.types import lineage as shapes


def to_warnings(gaps: Iterable[Gap]) -> list[shapes.WarningEntry]:
    """Return each gap once, in an order that does not depend on which read came back first."""
    unique = dict.fromkeys(gaps)
    ordered = sorted(unique, key=lambda gap: (gap.code, gap.resource or "", gap.action or "", gap.message))
    return [
        {"code": gap.code, "message": gap.message, "resource": gap.resource, "action": gap.action} for gap in ordered
    ]
