"""How far a scan is, in one line: what is done, how fast, what is throttled, and how long it will take."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from chalicelib.scan.reader import Reader

EVERY_SEC = 5.0


class Progress:
    """Says on `out` how a scan goes: one line that is written over on a terminal, else a line every few seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = sys.stderr if out is None else out
        self._clock = clock
        self._terminal = self._out.isatty()
        self._region, self._known, self._wanted, self._done = "", 0, 0, 0
        self._began = self._said = clock()
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
        now = self._clock()
        if self._done == self._wanted or now - self._said >= (0.2 if self._terminal else EVERY_SEC):
            self._said = now
            self.say(self.line(reader, now), over=self._done < self._wanted)

    def line(self, reader: Reader, now: float) -> str:
        """Return how far it is."""
        seconds = max(now - self._began, 1e-3)
        left = seconds / self._done * (self._wanted - self._done)
        return (
            f"{self._region}: {self._done} of {self._wanted} pipelines, {reader.calls.made} calls "
            f"({reader.calls.made / seconds:.1f}/s), {reader.refusals} throttled, {_span(left)} left"
        )

    def say(self, text: str, *, over: bool = False) -> None:
        """Write a line; `over`: on a terminal, the next one replaces it."""
        if self._terminal:
            self._out.write(f"\r\x1b[K{text}" + ("" if over else "\n"))
        else:
            self._out.write(f"{text}\n")
        self._out.flush()


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
