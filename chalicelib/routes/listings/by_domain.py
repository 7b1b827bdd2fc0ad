"""`GET /lineage/by-domain`: the lineages of a domain's pipelines, a page at a time that fits into one reply."""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.core.query.page_token import make_token
from chalicelib.core.query.query import DomainQuery, LineageQuery
from chalicelib.core.values.errors import LineageError, StillThrottled, TooLate
from chalicelib.core.values.model import Gap
from chalicelib.formats.lineage import to_json_text, to_lineage
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.routes.listings.catalog import SIDE_BY_SIDE, Opener, as_gap
from chalicelib.routes.listings.listing import Listing
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes
    from chalicelib.formats.types.lineage import Lineage

LOG = logging.getLogger("lineage")

MOST_WARNINGS = 200
"""Warnings of a page about what is on no page; the rest are counted."""


class Room(NamedTuple):
    """Room of a reply: `size` measures a text, `most` is what fits, and `alone` says whether a text fits by itself."""

    size: Callable[[str], int]
    most: int
    alone: Callable[[str], bool]


class Outcome(NamedTuple):
    """Outcome of one pipeline: its lineage or the reason for none, and whether that is for lack of time."""

    name: str
    lineage: Lineage | None
    gap: Gap | None
    is_late: bool
    text: str = ""


class Page:
    """Page in the making: outcomes in the order of the pipelines' names, as long as there are room and time."""

    def __init__(self, room: Room, gaps: Sequence[Gap]) -> None:
        self.lineages: list[Lineage] = []
        self.not_reached: list[str] = []
        self.gaps = [*gaps[:MOST_WARNINGS], *_more(gaps[MOST_WARNINGS:])]
        self.last: str | None = None
        self._room = room
        self._left = room.most - room.size(to_json_text({"warnings": to_warnings(self.gaps)}))

    def take(self, outcome: Outcome) -> bool:
        """Take one pipeline in; return false where it must wait for the next page.

        The first is taken whatever came of it, so that every page goes on by one at least.
        """
        is_first = self.last is None
        if outcome.is_late and not is_first:
            return False
        size = self._room.size(outcome.text)
        if size > self._left and not is_first:
            return False
        if size > self._left and not self._room.alone(outcome.text):
            outcome, size = Outcome(outcome.name, None, _too_big(outcome.name), is_late=False), 0
        self._left -= size
        self._add(outcome)
        return self._left > 0 and not outcome.is_late

    def _add(self, outcome: Outcome) -> None:
        self.last = outcome.name
        if outcome.lineage is not None:
            self.lineages.append(outcome.lineage)
        elif outcome.is_late:
            self.not_reached.append(outcome.name)
        if outcome.gap is not None:
            self.gaps.append(outcome.gap)


def lineages_of_domain(query: DomainQuery, opener: Opener, settings: Settings, room: Room) -> shapes.DomainLineages:
    """Return the body of `GET /lineage/by-domain`: a page of the lineages of `query.domain`'s pipelines, by name.

    A pipeline that cannot be answered is a warning. Raises a `LineageError` where the pipelines cannot be listed.
    """
    with opener(query.region) as gather:
        listing = Listing(gather, query.region, settings.posture_ttl_sec, wanted=(query.domain,), latest=False)
        members, after = listing.read_members(query.after, query.max_results)
    page = Page(room, listing.gaps)

    def one(name: str) -> Outcome:
        asked = LineageQuery(
            pipeline=name,
            region=query.region,
            include_latest_exec=query.include_latest_exec,
            view=query.view,
            posture=query.posture,
        )
        try:
            with opener(query.region) as gather:
                lineage = to_lineage(build_lineage(read_lineage(asked, gather, settings), asked, settings))
            return Outcome(name, lineage, None, gather.is_late, to_json_text(lineage))
        except LineageError as error:
            return Outcome(name, None, as_gap(error, name), isinstance(error, TooLate | StillThrottled))
        except Exception:
            LOG.exception("%s", json.dumps({"event": "fault", "pipeline": name}))
            return Outcome(name, None, Gap("InternalError", "a fault of the service: its log says more", name), False)

    names = [member.name for member in members]
    for outcome in side_by_side(one, names):
        if not page.take(outcome):
            break
    if names and page.last != names[-1]:
        after = page.last
    return {
        "region": query.region,
        "domain": query.domain,
        "lineages": page.lineages,
        "notReached": page.not_reached,
        "nextToken": None if after is None else make_token(query.scope, after),
        "warnings": to_warnings(page.gaps),
    }


def side_by_side(work: Callable[[str], Outcome], names: Sequence[str]) -> Iterator[Outcome]:
    """Yield what comes of each name, in order, while the next few are under way already.

    Whoever stops early has begun no more than those.
    """
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        begun: deque[Future[Outcome]] = deque()
        waiting = deque(names)
        while begun or waiting:
            while waiting and len(begun) < SIDE_BY_SIDE:
                begun.append(threads.submit(work, waiting.popleft()))
            yield begun.popleft().result()


def _too_big(name: str) -> Gap:
    message = "its lineage alone is larger than a reply: ask /lineage for it, one step at a time (step=NAME)"
    return Gap("TooBig", message, name)


def _more(gaps: Sequence[Gap]) -> list[Gap]:
    if not gaps:
        return []
    actions = ", ".join(sorted({gap.action for gap in gaps if gap.action}))
    return [Gap("MoreWarnings", f"{len(gaps)} more warnings of this kind are left out", None, actions or None)]
