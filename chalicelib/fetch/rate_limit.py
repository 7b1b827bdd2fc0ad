"""Rate limiter for AWS reads, which starts at the first throttle."""

from __future__ import annotations

import threading

# Slightly under ten a second: a rate that SageMaker's describe calls are known to allow, with room for jitter.
FIRST_RATE = 9.5
SLOWER, A_LITTLE_SLOWER = 0.7, 0.95
MANY = 0.2
"""The share of reads refused above which the rate is far too high, and not only now and then a little."""

FASTER = 1.1
CALM_SEC = 2.5
SETTLE_SEC = 1.0
"""For how long refusals say nothing new: they are of reads whose moment was reserved at the rate before."""

LOWEST_RATE = 0.5


class RateLimiter:
    """Rate limiter for the reads that share one of AWS's limits; before the first throttle nothing waits.

    A throttled read lowers the rate if it was sent at the present one, by much where many are throttled; the rest of a
    burst that was sent before the rate was set says nothing new. After a calm while the rate rises again. Safe to share
    between threads.
    """

    def __init__(self) -> None:
        self._rate: float | None = None
        self._changed_at = 0.0
        self._next_slot = 0.0
        self._answered = self._refused = 0
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
            self._refused += 1
            if self._rate is None:
                self._next_slot = now + 1.5 / FIRST_RATE
                self._change(FIRST_RATE, now)
            elif sent_at - self._changed_at > SETTLE_SEC:
                far_too_fast = self._refused > MANY * (self._answered + self._refused)
                rate = max(LOWEST_RATE, self._rate * (SLOWER if far_too_fast else A_LITTLE_SLOWER))
                self._next_slot = max(self._next_slot, now + 1 / rate)
                self._change(rate, now)

    def answered(self, now: float) -> None:
        """Record that a read was not throttled."""
        with self._lock:
            self._answered += 1
            if self._rate is not None and now - self._changed_at > CALM_SEC:
                self._change(self._rate * FASTER, now)

    def _change(self, rate: float, now: float) -> None:
        self._rate, self._changed_at = rate, now
        self._answered = self._refused = 0
