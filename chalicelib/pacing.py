"""How fast to ask AWS once it has refused for asking too fast."""

from __future__ import annotations

# Slightly under ten a second: the rate that SageMaker's describe calls are known to bear, with room for jitter.
FIRST_RATE = 9.5
SLOWER = 0.7
FASTER = 1.25
CALM_SEC = 2.5
LOWEST_RATE = 0.5


class Pacer:
    """Spaces out the reads of one family (those that share a rate limit) from its first refusal on.

    Until then nothing waits. A refusal of something sent at the present pace slows the pace down; the rest of
    a burst that was sent before the pace was set says nothing new. A calm while speeds it up again.
    """

    def __init__(self) -> None:
        self._rate: float | None = None
        self._changed_at = 0.0
        self._next_slot = 0.0

    def slot(self, now: float) -> float:
        """The moment when the next read may go out; taking it moves the one after it."""
        if self._rate is None:
            return now
        when = max(now, self._next_slot)
        self._next_slot = when + 1 / self._rate
        return when

    def refused(self, sent_at: float, now: float) -> None:
        """A read that went out at `sent_at` was throttled."""
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
        """A read came through."""
        if self._rate is not None and now - self._changed_at > CALM_SEC:
            self._rate *= FASTER
            self._changed_at = now
