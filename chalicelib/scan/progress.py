"""Progress of a scan, in one line: what is done, how fast, what is throttled, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from chalicelib.core.runs.searched import ACTION as SEARCH
from chalicelib.scan.reader import Reader
from chalicelib.terminal import StatusLine


class Progress:
    """Says on `out` how a scan goes: one line that is written over on a terminal, else a line every few seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._status = StatusLine(out, clock)
        self._clock = clock
        self._region, self._known, self._wanted, self._done = "", 0, 0, 0
        self._began = clock()
        self._told_of_search = False

    def begin(self, region: str, known: int, changed: int, lacking: int) -> None:
        """Begin a region of so many known pipelines, with those to read: changed, or lacking something."""
        wanted = changed + lacking
        self._region, self._known, self._wanted, self._done = region, known, wanted, 0
        self._began = self._clock()
        self._told_of_search = False
        again = f", {lacking} of them again for what they lacked" if lacking else ""
        unchanged = f", {known - wanted} unchanged" if known > wanted else ""
        self.say(f"{region}: {wanted} of {known} pipelines to read{again}{unchanged}")

    def advance(self, reader: Reader) -> None:
        """Count one more pipeline as done."""
        self._done += 1
        self.tell(reader)
        if self._done == self._wanted or self._status.due():
            self._status.say(self.line(reader, self._clock()), over=self._done < self._wanted)

    def tell(self, reader: Reader) -> None:
        """Say once what keeps the whole scan from being as fast as it was meant to be."""
        if reader.is_search_denied and not self._told_of_search:
            self._told_of_search = True
            self.say(f"{reader.region}: {SEARCH} was refused: jobs, endpoints and packages are described one by one")

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
