"""Request to a route, and what outlives requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from chalicelib.aws.reads import Reads
from chalicelib.core.query.parsing import Params
from chalicelib.core.values.doc import NOTHING
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.scheduler import Tally
from chalicelib.fetch.shared import Shared
from chalicelib.http.reply import Text
from chalicelib.settings import Settings
from chalicelib.tracing import Trace, Tracer

REMAINING_MARGIN_MS = 1000
"""Milliseconds of Lambda's time that are left for building and sending the reply."""


class Request:
    """Request to a route.

    `remaining_ms` is the time that Lambda leaves it, in milliseconds (`None` outside Lambda); `tally` counts what it
    costs.
    """

    __slots__ = ("headers", "params", "remaining_ms", "request_id", "route", "tally")

    def __init__(
        self,
        route: str,
        params: Params,
        request_id: str,
        headers: Mapping[str, str] = NOTHING,
        remaining_ms: int | None = None,
    ) -> None:
        self.route = route
        self.params = params
        self.request_id = request_id
        self.headers = headers
        self.remaining_ms = remaining_ms
        self.tally = Tally()


class Service(NamedTuple):
    """Everything that outlives a request: made once, by `app.py` or a test."""

    settings: Settings
    reads: Callable[[str], Reads]
    regions: Callable[[], Collection[str]]
    cache: Cache
    tracer: Tracer

    def deadline(self, request: Request) -> float:
        """Return when a request that begins now must be done, in seconds of `time.monotonic`.

        That is after `deadline_ms`, or sooner where Lambda leaves less.
        """
        budget = self.settings.deadline_ms
        if request.remaining_ms is not None:
            budget = max(0, min(budget, request.remaining_ms - REMAINING_MARGIN_MS))
        return time.monotonic() + budget / 1000

    def gather(
        self,
        region: str,
        request: Request,
        trace: Trace,
        deadline: float | None = None,
        shared: Shared | None = None,
    ) -> Gather:
        """Return a `Gather` in `region` that ends at the deadline, by default the request's own."""
        return Gather(
            self.reads(region),
            region=region,
            deadline=self.deadline(request) if deadline is None else deadline,
            cache=self.cache,
            stages=trace,
            tally=request.tally,
            shared=shared,
        )


Handler = Callable[[Request, Service], Mapping[str, Any] | Text]
"""Handler of a route: it returns the body of a 200 reply, or raises a `LineageError`."""
