"""Figures of docs/scale.md, by size: all follow from what was played and measured, in bench/scale.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from bench.virtual.account import Limits
from bench.virtual.bucket import PAGE, S3Times
from bench.virtual.costs import day, extended, line, month
from bench.virtual.engine import Deployment
from bench.virtual.prices import MONTH_DAYS, Prices
from bench.virtual.words import count, share

Json = dict[str, Any]

LARGEST = 100_000
BASE_MB = 150
"""What Python, boto3 and Lambda's runtime client take before anything is read."""
VCPU_MB = 1769
"""From what memory on a function has a processor of its own: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
API_SEC, API_MB = 29, 1024
LESS_OFTEN = 6
"""Of so many compactions one is left where `compact` runs every half an hour."""


class Year(NamedTuple):
    """What the executions of a year leave in the store, and what it takes to list them."""

    files: float
    gb: float
    list_sec: float
    dollars: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Document of figures with the settings that it goes with."""

    document: Json
    prices: Prices
    limits: Limits
    deployment: Deployment

    def played(self, size: int) -> Json:
        """Return what was played of a size, or for one that was not, what the line through the two largest says."""
        sizes: Mapping[str, Json] = self.document["sizes"]
        if str(size) in sizes:
            return sizes[str(size)]
        one, other = sorted(map(int, sizes))[-2:]
        found: Json = extended(sizes[str(one)], sizes[str(other)], (one, other), size)
        return found

    def points(self, *path: str) -> dict[int, float]:
        """Return a measured figure by size."""
        return {int(size): _at(each, path) for size, each in self.document["measured"].items()}

    def measured(self, size: int, *path: str) -> float:
        """Return a measured figure of a size, or what the line through the two largest says."""
        points = self.points(*path)
        return points[size] if size in points else max(0.0, line(points)(size))

    def day(self, size: int) -> Json:
        """Return one day's figures."""
        return day(self.played(size), self.document["hours"])

    def month(self, size: int) -> Json:
        """Return one month's dollars by service."""
        return month(self.day(size), self.kept(size), self.prices)

    def kept(self, size: int) -> float:
        """Return the bytes of the store after the first scan and one run of what is approved."""
        files = self.played(size)["files"]
        return float(sum(each for name, each in files.items() if name != "files"))

    def rest(self, size: int) -> Json:
        """Return a month's dollars where `compact` runs every half an hour, with the memory that it then needs."""
        a_day, files = self.day(size), self.played(size)["files"]
        part = 1 / LESS_OFTEN
        requests = {
            name: each * part if name in ("get ahead", "list all") else each for name, each in a_day["requests"].items()
        }
        memory = 10_240 / self.deployment.compact_memory_mb
        gb_seconds = {**a_day["gb_seconds"], "compact": a_day["gb_seconds"]["compact"] * part * memory}
        graphs = 24 * 3600 / self.deployment.compact_every * (files["graph"] + 2 * files["scan"])
        written = max(0.0, a_day["written"] - graphs * (1 - part))
        less = {**a_day, "requests": requests, "gb_seconds": gb_seconds, "written": written}
        return month(less, self.kept(size), self.prices)

    def reading_sec(self, size: int) -> float:
        """Return how long the limits make a day's reading take."""
        calls = self.day(size)["calls"]
        return float(max(calls["describe"] / self.limits.describes, calls["list"] / self.limits.lists))

    def compact_sec(self, size: int) -> float:
        """Return how long one compaction takes on an ordinary day."""
        played = self.played(size)["day"]
        seconds = played["gb_seconds"]["compact"] / self.deployment.compact_memory_mb * 1024
        return float(seconds / played["invocations"]["compact"])

    def after_a_year(self, size: int) -> Year:
        """Return what a year of one run a day leaves: the answer of every execution."""
        kept, pages = self.played(size)["files"], 24 * 3600 / self.deployment.compact_every * MONTH_DAYS
        a_run = kept["answers"] / kept["files"]
        files = kept["files"] + 365 * size
        gb = (self.kept(size) + 365 * size * a_run) / 1e9
        lists = files / PAGE
        dollars = pages * lists * self.prices.s3_put + gb * self.prices.s3_gb_month
        return Year(files, gb, lists * S3Times().list, dollars)

    def law(self, figure: Callable[[int], float]) -> dict[int, float]:
        """Return a played figure by size, of the two largest: the line through them is its law."""
        return {size: figure(size) for size in sorted(map(int, self.document["sizes"]))[-2:]}


def _at(document: Any, path: Sequence[str]) -> float:
    for name in path:
        document = document[name]
    return float(document)


def on_lambda(seconds: float, memory_mb: int) -> float:
    """Return how long a function of that memory takes for seconds of this machine's processor."""
    return seconds * max(1.0, VCPU_MB / memory_mb)


def promises(figures: Figures) -> list[tuple[str, str, str, bool]]:
    """Return (what, measured, at most, whether that is kept) of what the scan promises."""
    largest = max(map(int, figures.document["sizes"]))
    played, hour = figures.played(largest), figures.document["disorder"]
    ratio = played["first"]["seconds"] / played["first"]["least"]
    again, first = calls_of(played["again"]), calls_of(played["first"])
    happened = ", ".join(f"{count(value)} {name}" for name, value in sorted(hour["happened"].items()))
    whole = played["first"]["unread"] == 0
    return [
        (
            f"{largest:,} pipelines, all read, by the limits' arithmetic",
            f"{ratio:.2f} ×",
            "1.2 ×",
            ratio <= 1.2 and whole,
        ),
        ("scanned again, nothing changed: calls", share(again, first), "2 %", again <= 0.02 * first),
        (
            f"an hour of disorder ({happened}): files that differ from a scan of the folder's",
            f"{len(hour['different'])} of {hour['compared']}",
            "0",
            not hour["different"] and not hour["unread"],
        ),
    ]


def calls_of(played: Json) -> float:
    """Return all calls of a part that was played."""
    return float(sum(played["calls"].values()))
