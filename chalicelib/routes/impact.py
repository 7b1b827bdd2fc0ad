"""`GET /impact` and `GET /account`: questions to the account as one graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.core.account.impact import impact
from chalicelib.core.account.overview import overview
from chalicelib.core.account.query import AccountImpactQuery, AccountQuery
from chalicelib.core.values.errors import NowhereInTheAccount
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.known import Known

if TYPE_CHECKING:
    from chalicelib.formats.types import account as shapes


def answer_impact(known: Known, query: AccountImpactQuery) -> shapes.Impact:
    """Return the body of `GET /impact`; `NowhereInTheAccount` where that is certain."""
    walked = impact(known.graph, query.walk, known.read_at)
    if not walked["start"] and known.is_whole:
        raise NowhereInTheAccount(query.walk.start)
    return {
        "start": walked["start"],
        "nodes": walked["nodes"],
        "edges": walked["edges"],
        "weakest": walked["weakest"],
        "omitted": walked["omitted"],
        "coverage": known.coverage,  # type: ignore[typeddict-item]
        "warnings": to_warnings(known.gaps),
    }


def answer_account(known: Known, query: AccountQuery) -> shapes.Account:
    """Return the body of `GET /account`."""
    summed = overview(known.graph, query.page, unread=known.unread, read_at=known.read_at)
    return {
        "region": query.region or (known.coverage["regions"][0] if len(known.coverage["regions"]) == 1 else None),
        "coverage": known.coverage,  # type: ignore[typeddict-item]
        "totals": summed["totals"],
        "findings": summed["findings"],
        "pipelines": summed["pipelines"],
        "places": summed["places"],
        "nextToken": None if summed["next"] is None else str(summed["next"]),
        "warnings": to_warnings(known.gaps),
    }
