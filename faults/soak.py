"""Ten thousand requests in one process: `python -m faults.soak` prints what its memory and threads do."""

from __future__ import annotations

import argparse
import gc
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

from faults.double.running import ROOT, Double, running

REGIONS = ("ap-northeast-2", "us-east-1", "eu-west-1")
PIPELINES = 400
"""So many that what is remembered of the first ones is gone when they come round again."""

WARM_UP = 1 / 5
GROWTH_MB = 15
"""How much more may be resident at the end than after the warm-up; the allocator's own wobble is a few."""


def resident_mb() -> float:
    """Return what this process holds now; where nobody tells, the most that it ever held."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def soak(double: Double, requests: int) -> bool:
    """Ask and ask; return whether memory and threads stayed what they were."""
    from bench.asking import Asker

    asker = Asker()
    marks: list[tuple[int, float]] = []
    begun = time.monotonic()
    for number in range(requests + 1):
        if number % max(1, requests // 20) == 0:
            double.configure()  # its log begins anew
            gc.collect()
            marks.append((number, resident_mb()))
            print(f"{number:6} requests  {marks[-1][1]:6.1f} MB  {threading.active_count()} threads", flush=True)
        name, region = f"mix-6x2-{number % PIPELINES}", REGIONS[number % len(REGIONS)]
        missing = number % 50 == 49
        params = {"pipeline": "no-such-pipeline" if missing else name, "region": region}
        answered = asker.ask("/lineage", params, cold=False)
        if answered.status != (404 if missing else 200):
            raise SystemExit(f"{params}: {answered.status} {answered.text[:300]}")
    warm = next(held for number, held in marks if number >= requests * WARM_UP)
    growth = marks[-1][1] - warm
    threads = _threads_left()
    good = growth <= GROWTH_MB and threads == 1
    print(
        f"{requests} requests in {time.monotonic() - begun:.0f} s: {growth:+.1f} MB after the first fifth, "
        f"{threads} thread: {'ok' if good else 'IT GROWS'}"
    )
    return good


def _threads_left() -> int:
    until = time.monotonic() + 5
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.01)
    return threading.active_count()


def main() -> int:
    """Soak; return 1 where something grew."""
    parser = argparse.ArgumentParser(prog="python -m faults.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--port", type=int, help="a double that runs already (this program's own affair)")
    options = parser.parse_args()
    if options.port:
        return 0 if soak(Double(options.port), options.requests) else 1
    with running() as double:
        command = [sys.executable, "-m", "faults.soak", "--requests", str(options.requests), "--port", str(double.port)]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **double.environment()}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
