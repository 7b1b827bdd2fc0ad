"""State that the gathers of one request share, so that several pipelines are read at AWS's one pace."""

from __future__ import annotations

from collections.abc import Hashable
from types import TracebackType
from typing import Self

from chalicelib.core.values.model import Response
from chalicelib.fetch.machine import THIS, Machine
from chalicelib.fetch.rate_limit import RateLimiter
from chalicelib.fetch.thread_pool import ThreadPool


class Shared:
    """Thread pool, rate limiters and final responses; to be left as a context manager when the request ends."""

    def __init__(self, workers: int, machine: Machine = THIS) -> None:
        self.machine = machine
        self.pool = ThreadPool(workers, machine)
        self.responses: dict[Hashable, Response] = {}
        self._limiters: dict[tuple[str, str], RateLimiter] = {}

    def limiter(self, region: str, family: str) -> RateLimiter:
        """Return the limiter of the reads of a family in a region: AWS counts them together."""
        known = self._limiters.get((region, family))
        return known or self._limiters.setdefault((region, family), RateLimiter())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown()
