"""Scans at AWS's limits, and the account read at once: `python -m bench.scan`. The limits decide, not the machine."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from faults.double.running import ROOT, Double, running
from faults.remote import service

REGION = "ap-northeast-2"
RATE, BURST = 10, 20
LATENCY_MS = 50
LIMITS = [
    {"operations": "Describe", "rate": RATE, "burst": BURST},
    {"operations": "List", "rate": RATE, "burst": BURST},
]
MOST = 1.2
"""How much longer than the limit takes a scan may take."""
UNCHANGED = 0.02
"""The share of the first scan's calls that a scan may make which finds nothing changed."""
FLAT = 1.25
"""How much more memory a scan of five times the pipelines, and of buckets, may take at its peak."""

PEAK = (
    "import resource, runpy, sys; sys.argv = sys.argv[1:]\n"
    "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
    "finally: print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
)


def scan(double: Double, store: Path) -> dict[str, Any]:
    """Scan into a folder, in a process of its own: seconds, calls by family, throttled calls, peak memory in KiB."""
    double.configure(latency_ms=LATENCY_MS, limit=LIMITS)
    command = [sys.executable, "-c", PEAK, str(ROOT / "lineage_dump.py"), "scan", "--store", str(store)]
    start = time.monotonic()
    done = subprocess.run(
        [*command, "--region", REGION],
        env={**os.environ, **double.environment()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    took = time.monotonic() - start
    log = double.log()
    coverage = json.loads(done.stdout)["pipelines"]
    return {
        "took": took,
        "calls": len(log),
        "throttled": sum(entry["status"] == 400 for entry in log),
        "least": least(log),
        "peak": int(done.stderr.rsplit("peak ", 1)[1]),
        "read": coverage["read"],
    }


def least(log: Sequence[Mapping[str, Any]]) -> float:
    """Return the seconds that the limits alone take for the calls of a log that were answered."""
    families = Counter(
        limit["operations"]
        for entry in log
        if entry["status"] == 200
        for limit in LIMITS
        if entry["operation"].startswith(str(limit["operations"]))
    )
    return max((count - BURST) / RATE for count in families.values())


def live(recipe: str) -> list[dict[str, Any]]:
    """Ask `GET /account` until nothing is unread: what each request took, and how many pipelines it had."""
    with running(f"{recipe}:100") as double, service(double) as remote:
        double.configure(latency_ms=LATENCY_MS, limit=LIMITS)
        asked = []
        for _ in range(5):
            answered = remote.ask("/account", how={"cold": False}, maxResults="1")
            coverage = answered.body["coverage"]
            asked.append({"took": answered.seconds, **coverage["pipelines"], "unread": len(coverage["unread"])})
            if not coverage["unread"]:
                break
        return asked


def main(arguments: Sequence[str]) -> int:
    """Measure and print; 1 where a figure that is promised is not reached."""
    parser = argparse.ArgumentParser(prog="make bench-scan", description=__doc__)
    parser.add_argument("--pipelines", type=int, default=300, help="how many a scan finds (default: 300)")
    options = parser.parse_args(arguments)
    found: dict[int, dict[str, Any]] = {}
    failed = False
    for count in (options.pipelines // 5, options.pipelines):
        with running(f"mix-6x2:{count}") as double, tempfile.TemporaryDirectory() as folder:
            first, again = scan(double, Path(folder)), scan(double, Path(folder))
        found[count] = first
        pace, share = first["took"] / first["least"], again["calls"] / first["calls"]
        failed |= first["read"] != count or share > UNCHANGED or (count == options.pipelines and pace > MOST)
        print(
            f"{count} pipelines of 6 steps: {first['took']:.0f} s, {pace:.2f} of the {first['least']:.0f} s that the"
            f" limits take (at most {MOST}); {first['calls']} calls, {first['throttled']} throttled",
            flush=True,
        )
        print(
            f"  unchanged, again: {again['calls']} calls, {share:.1%} (at most {UNCHANGED:.0%}), {again['took']:.1f} s"
        )
    small, large = (found[count]["peak"] for count in sorted(found))
    failed |= large > FLAT * small
    print(
        f"peak memory: {small >> 10} MiB, then {large >> 10} MiB, {large / small:.2f} times (at most {FLAT})",
        flush=True,
    )
    for what, recipe, most in (("without parameters", "plain-6x2", 1), ("with parameters", "mix-6x2", 2)):
        asked = live(recipe)
        failed |= len(asked) > most or bool(asked[-1]["unread"])
        for number, each in enumerate(asked, 1):
            print(
                f"100 pipelines {what} at once, request {number} of at most {most}: {each['took']:.1f} s,"
                f" {each['read']} of {each['known']} read, {each['unread']} told as not read"
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
