"""Pumps patterns, depth, digits and repetition through every reader of text: `make fuzz-cost`.

Each input is made in three sizes and read as the service would read it; the largest, just under a mebibyte, only where
the two before it do not show that it is cheap. None may cost more than `MOST_SEC` seconds of processor; the worst of
each reader is printed.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from chalicelib.terminal import StatusLine
from faults.pumps import READERS, SHAPES, TEXTS

MOST_SEC = 2.0
"""Seconds of processor that an input under a mebibyte may cost."""

MIB = 1024 * 1024
SIZES = (MIB // 64, MIB // 16, MIB - 4096)

CHEAP_SEC = 0.005
"""What costs no more at the middle size cannot cost too much at the largest, though it grow with the square."""

GROWTH, MOST_LINEAR_SEC = 7, 0.06
"""What grows no faster than this from the first size to the middle one is linear; then so much there is little."""


class Cost(NamedTuple):
    """What an input of a size cost; `seconds` is infinite where it was stopped."""

    reader: str
    pump: str
    size: int
    seconds: float


class _TooLong(BaseException):
    """The alarm of `stopped_after`; nothing catches it by accident."""


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
    """Stop what runs inside once it has used this much processor."""

    def ring(*_: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def cost_of(read: Callable[[], object]) -> float:
    """Return the seconds of processor that a reading costs; infinity where that is far too many."""
    started = time.process_time()
    try:
        with stopped_after(4 * MOST_SEC):
            read()
    except _TooLong:
        return float("inf")
    return time.process_time() - started


def costs(only: str = "") -> Iterator[Cost]:
    """Yield what each input of each reader costs, in growing sizes until one is too dear."""
    for reader, read in READERS.items():
        for pump, make in TEXTS.items():
            if only in f"{reader} {pump}":
                yield from _growing(reader, pump, make, read)
    for shape, (make_shape, read_shape) in SHAPES.items():
        if only in shape:
            yield from _growing("definition", shape, make_shape, read_shape)


def _growing(reader: str, pump: str, make: Callable[[int], str], read: Callable[[str], object]) -> Iterator[Cost]:
    before = 0.0
    for size in SIZES:
        text = make(size)
        cost = Cost(reader, pump, len(text), cost_of(partial(read, text)))
        yield cost
        linear = before and cost.seconds < min(GROWTH * before, MOST_LINEAR_SEC)
        if cost.seconds > MOST_SEC or linear or (size > SIZES[0] and cost.seconds < CHEAP_SEC):
            return
        before = cost.seconds


def main() -> int:
    """Measure; return 1 where an input cost more than it may."""
    parser = argparse.ArgumentParser(prog="python -m faults.cost", description=__doc__)
    parser.add_argument("--only", default="", help="readers and pumps whose names hold this text")
    options = parser.parse_args()
    started, inputs = time.process_time(), 0
    status = StatusLine()
    worst: dict[str, Cost] = {}
    dear: list[Cost] = []
    for cost in costs(options.only):
        inputs += 1
        if status.due():
            status.say(
                f"{cost.reader}: {inputs:,} inputs, {time.process_time() - started:.0f} s of processor", over=True
            )
        if cost.reader not in worst or cost.seconds > worst[cost.reader].seconds:
            worst[cost.reader] = cost
        if cost.seconds > MOST_SEC:
            dear.append(cost)
            status.clear()
            print(f"TOO DEAR {cost.reader}: {cost.pump}, {cost.size:,} characters: {cost.seconds:.2f} s", flush=True)
    status.clear()
    for cost in sorted(worst.values(), key=lambda each: -each.seconds):
        print(f"{cost.seconds:6.2f} s  {cost.reader}: {cost.pump}, {cost.size:,} characters")
    print(f"{inputs:,} inputs in {time.process_time() - started:.0f} s of processor, {len(dear)} too dear")
    return 1 if dear else 0


if __name__ == "__main__":
    sys.exit(main())
