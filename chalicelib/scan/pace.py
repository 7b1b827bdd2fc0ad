"""Pace of a scan: as fast as AWS allows over hours, found out by its refusals."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from chalicelib.aws.faults import fault_of
from chalicelib.aws.reads import Read

FIRST_RATE = 9.5
"""Reads a second after the first refusal: just under what SageMaker's describe calls are known to bear."""

LOWEST_RATE = 0.5
FASTER = 1.05
SLOWER, A_LITTLE_SLOWER = 0.8, 0.97
MANY = 0.2
"""The share of reads refused above which the pace is far too fast, and not only now and then a little."""

SETTLE_SEC = 1.0
"""For how long refusals say nothing new: what was under way already is refused too."""
CALM_SEC = 2.5
"""After how long at full pace without a refusal the pace rises."""


class Pace:
    """Pace of one family of reads, for all threads of a scan; before the first refusal nothing waits.

    Unlike `fetch.rate_limit`, which spaces out the reads of one short request, a thread waits for its turn here, so
    that what waits is never more than the threads, and a pace once slow holds nothing back that is asked later. The
    pace rises only while reads do wait for it: a rate that nobody uses proves nothing.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.refusals = 0
        self._clock = clock
        self._sleep = sleep
        self._lock = Lock()
        self._rate: float | None = None
        self._next = 0.0
        self._changed_at = 0.0
        self._sent = self._refused_since = 0

    def paced(self, read: Read, operation: str) -> Read:
        """Return the read at this pace; it is asked again for as long as it is throttled."""

        def call(**arguments: Any) -> Mapping[str, Any]:
            while True:
                self._wait()
                sent_at = self._clock()
                try:
                    return read(**arguments)
                except Exception as error:
                    if fault_of(error, operation).kind != "throttled":
                        raise
                    self._refused(sent_at)

        return call

    def _wait(self) -> None:
        """Wait for a turn. None is handed out beforehand: a change of pace would come too late for those that wait."""
        waited = False
        while True:
            with self._lock:
                now = self._clock()
                if self._rate is None or now >= self._next:
                    self._sent += 1
                    self._take_turn(now, waited)
                    return
                seconds = self._next - now
            waited = True
            self._sleep(seconds)

    def _take_turn(self, now: float, waited: bool) -> None:
        if self._rate is None:
            return
        if waited and now - self._changed_at > CALM_SEC:
            self._change(self._rate * FASTER, now)
        self._next = max(self._next, now - 1 / self._rate) + 1 / self._rate

    def _refused(self, sent_at: float) -> None:
        with self._lock:
            self.refusals += 1
            self._refused_since += 1
            now = self._clock()
            if self._rate is None:
                self._next = now + SETTLE_SEC
                self._change(FIRST_RATE, now)
            elif sent_at - self._changed_at > SETTLE_SEC:
                far_too_fast = self._refused_since > MANY * self._sent
                self._change(max(LOWEST_RATE, self._rate * (SLOWER if far_too_fast else A_LITTLE_SLOWER)), now)

    def _change(self, rate: float, now: float) -> None:
        self._rate, self._changed_at = rate, now
        self._sent = self._refused_since = 0
