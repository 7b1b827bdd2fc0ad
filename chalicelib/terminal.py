"""Progress of long work on a terminal: one line that is written over, or a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

EVERY_SEC = 5.0
EVERY_SEC_ON_A_TERMINAL = 0.2


class StatusLine:
    """Line about how far some work is, on `out` (stderr); `clock` counts seconds."""

    def __init__(self, out: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = sys.stderr if out is None else out
        self._terminal = self._out.isatty()
        self._every = EVERY_SEC_ON_A_TERMINAL if self._terminal else EVERY_SEC
        self._clock = clock
        self._said = clock()

    def due(self) -> bool:
        """Return whether it is time to say something again."""
        return self._clock() - self._said >= self._every

    def clear(self) -> None:
        """Leave nothing of a line that was to be written over."""
        if self._terminal:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def say(self, text: str, *, over: bool = False) -> None:
        """Write a line; `over`: on a terminal, the next one replaces it."""
        self._said = self._clock()
        if self._terminal:
            self._out.write(f"\r\x1b[K{text}" + ("" if over else "\n"))
        else:
            self._out.write(f"{text}\n")
        self._out.flush()
