"""The scan at any size, on AWS's engine in virtual time: `python -m bench.scale`. Rates and prices are settings."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.virtual import disorder, memory
from bench.virtual.account import Limits
from bench.virtual.engine import Deployment
from bench.virtual.figures import Figures, promises
from bench.virtual.prices import Prices
from bench.virtual.tables import tables
from bench.virtual.whole import Conditions, Whole, play

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "bench" / "scale.json"
DOCUMENT = ROOT / "docs" / "scale.md"

LIMITS = Limits()
"""AWS publishes no rates of SageMaker's reads: these are what accounts are known to bear."""
PRICES = Prices()
DEPLOYMENT = Deployment()
HOURS = 1.0
"""Hours of an ordinary day that are played."""
SIZES = (100, 1_000, 5_000)
MEASURED = (1_000, 5_000, 20_000, 100_000)
"""Sizes of which memory and processor time are measured."""
A_RATE, A_RUN = 300, 1_000
"""Sizes of which other rates, and more or fewer runs a day, are played."""
RATES: tuple[tuple[str, Limits, bool], ...] = (
    ("10 describes/s, 10 lists/s", LIMITS, False),
    ("10 describes/s, 2 lists/s", replace(LIMITS, lists=2.0), False),
    ("5 describes/s, 10 lists/s", replace(LIMITS, describes=5.0), False),
    ("20 describes/s, 20 lists/s", replace(LIMITS, describes=20.0, lists=20.0), False),
    ("`ENABLE_SEARCH`, 2 Searches/s", LIMITS, True),
    ("`ENABLE_SEARCH`, 10 Searches/s", replace(LIMITS, searches=10.0), True),
)
RUNS = (0.1, 1.0, 4.0)
DISORDER, SEED = 20, 7
"""How many pipelines an hour of disorder has, and which hour it is."""

Json = dict[str, Any]


def figures_of(size: int) -> Json:
    """Play one size."""
    return play(Conditions(pipelines=size, hours=HOURS, limits=LIMITS, deployment=DEPLOYMENT))


def at_rates(name: str, limits: Limits, search: bool) -> Json:
    """Play a first scan at other rates."""
    whole = Whole(Conditions(pipelines=A_RATE, limits=limits, deployment=DEPLOYMENT, search=search))
    first = whole.first()
    whole.machine.stop()
    return {"name": name, "pipelines": A_RATE, "first": first}


def with_runs(runs: float) -> Json:
    """Play an account whose pipelines run so often a day."""
    played = play(Conditions(pipelines=A_RUN, hours=HOURS, runs_a_day=runs, limits=LIMITS, deployment=DEPLOYMENT))
    return {"runs_a_day": runs, "pipelines": A_RUN, **played}


def everything(sizes: Sequence[int], measured: Sequence[int]) -> Json:
    """Play and measure all that the document says; minutes."""
    return {
        "hours": HOURS,
        "disorder": said("an hour of disorder", disorder.play(DISORDER, SEED).document()),
        "sizes": {str(size): said(f"{size:,} pipelines", figures_of(size)) for size in sizes},
        "measured": {str(size): said(f"memory of {size:,}", memory.measured(size)) for size in measured},
        "rates": [said(each[0], at_rates(*each)) for each in RATES],
        "runs": [said(f"{runs:g} runs a day", with_runs(runs)) for runs in RUNS],
    }


def said(what: str, found: Any) -> Any:
    """Say that something is done, and return it."""
    print(f"  {what}", file=sys.stderr, flush=True)
    return found


def written(text: str, figures: Figures) -> str:
    """Return the document with its tables made anew."""
    for name, table in tables(figures).items():
        begin, end = f"<!-- scale: {name} -->\n", "\n<!-- end of the table -->"
        before, found, rest = text.partition(begin)
        if not found:
            raise SystemExit(f"{DOCUMENT.name} has no place for the table {name!r}")
        text = f"{before}{begin}\n{table}\n{rest[rest.index(end) :]}"
    return text


def main(arguments: Sequence[str]) -> int:
    """Play, and print what the scan promises; 1 where a figure misses its limit."""
    parser = argparse.ArgumentParser(prog="make bench-scale", description=__doc__)
    parser.add_argument("--pipelines", type=int, action="append", help="sizes to play (default: 5000)")
    parser.add_argument("--publish", action="store_true", help=f"play all, write {FIGURES.name} and the tables")
    parser.add_argument("--tables", action="store_true", help="play nothing: make the tables of the figures anew")
    options = parser.parse_args(arguments)
    if options.tables:
        found = json.loads(FIGURES.read_text())
    elif options.publish:
        found = everything(SIZES, MEASURED)
        FIGURES.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
    else:
        sizes = {str(size): figures_of(size) for size in options.pipelines or SIZES[-1:]}
        found = {"hours": HOURS, "sizes": sizes, "disorder": disorder.play(DISORDER, SEED).document()}
    figures = Figures(found, PRICES, LIMITS, DEPLOYMENT)
    if options.publish or options.tables:
        DOCUMENT.write_text(written(DOCUMENT.read_text(), figures))
    kept = promises(figures)
    for what, measured, most, good in kept:
        print(f"{what}: {measured}, at most {most}  {'ok' if good else 'MISSED'}")
    return int(not all(good for *_, good in kept))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
