"""Rate limiter for AWS reads, which starts at the first throttle."""

from __future__ import annotations

import threading

# Slightly under ten a second: a rate that SageMaker's describe calls are known to allow, with room for jitter.
FIRST_RATE = 9.5
SLOWER = 0.7
FASTER = 1.25
CALM_SEC = 2.5
LOWEST_RATE = 0.5


class RateLimiter:
    """Rate limiter for the reads that share one of AWS's limits; before the first throttle nothing waits.

    A throttled read lowers the rate if it was sent at the present one; the rest of a burst that was sent before the
    rate was set says nothing new. After a calm while the rate rises again. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._rate: float | None = None
        self._changed_at = 0.0
        self._next_slot = 0.0
        self._lock = threading.Lock()

    def slot(self, now: float) -> float:
        """Return when the next read may be sent (a time of the clock that `now` is from), and reserve that slot."""
        with self._lock:
            if self._rate is None:
                return now
            when = max(now, self._next_slot)
            self._next_slot = when + 1 / self._rate
            return when

    def refused(self, sent_at: float, now: float) -> None:
        """Record that a read sent at `sent_at` was throttled."""
        with self._lock:
            if self._rate is None:
                self._rate = FIRST_RATE
                self._next_slot = now + 1.5 / FIRST_RATE
            elif sent_at > self._changed_at:
                self._rate = max(LOWEST_RATE, self._rate * SLOWER)
                self._next_slot = max(self._next_slot, now + 1 / self._rate)
            else:
                return
            self._changed_at = now

    def answered(self, now: float) -> None:
        """Record that a read was not throttled."""
        with self._lock:
            if self._rate is not None and now - self._changed_at > CALM_SEC:
                self._rate *= FASTER
                self._changed_at = now
