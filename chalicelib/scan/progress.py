"""Progress of a scan, in one line: what is done, how fast, what is throttled, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from chalicelib.scan.reader import Reader
from chalicelib.terminal import StatusLine


class Progress:
    """Says on `out` how a scan goes: one line that is written over on a terminal, else a line every few seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._status = StatusLine(out, clock)
        self._clock = clock
        self._region, self._known, self._wanted, self._done = "", 0, 0, 0
        self._began = clock()
        self._calls_before = 0

    def begin(self, region: str, known: int, wanted: int) -> None:
        """Begin a region of so many known pipelines, of which so many are to be read."""
        self._region, self._known, self._wanted, self._done = region, known, wanted, 0
        self._began = self._clock()
        unchanged = known - wanted
        self.say(f"{region}: {wanted} of {known} pipelines to read" + (f", {unchanged} unchanged" if unchanged else ""))

    def advance(self, reader: Reader) -> None:
        """Count one more pipeline as done."""
        self._done += 1
        if self._done == self._wanted or self._status.due():
            self._status.say(self.line(reader, self._clock()), over=self._done < self._wanted)

    def say(self, text: str) -> None:
        """Write a line that stays."""
        self._status.say(text)

    def line(self, reader: Reader, now: float) -> str:
        """Return how far it is."""
        seconds = max(now - self._began, 1e-3)
        left = seconds / self._done * (self._wanted - self._done)
        return (
            f"{self._region}: {self._done} of {self._wanted} pipelines, {reader.calls.made} calls "
            f"({reader.calls.made / seconds:.1f}/s), {reader.refusals} throttled, {_span(left)} left"
        )


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
