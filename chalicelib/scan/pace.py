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
SLOWER, FASTER = 0.8, 1.05
JUST_UNDER = 0.98
"""Where the pace goes of which a small rise was refused: what it was before, and a little less."""

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
        self._rose = False

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
        with self._lock:
            now = self._clock()
            if self._rate is None:
                return
            turn = max(now, self._next)
            if turn > now and now - self._changed_at > CALM_SEC:
                self._rate, self._changed_at, self._rose = self._rate * FASTER, now, True
            self._next = turn + 1 / self._rate
        if turn > now:
            self._sleep(turn - now)

    def _refused(self, sent_at: float) -> None:
        with self._lock:
            self.refusals += 1
            now = self._clock()
            if self._rate is None:
                self._rate = FIRST_RATE
                self._next = now + SETTLE_SEC
            elif sent_at - self._changed_at > SETTLE_SEC:
                factor = JUST_UNDER / FASTER if self._rose else SLOWER
                self._rate = max(LOWEST_RATE, self._rate * factor)
            else:
                return
            self._changed_at, self._rose = now, False
