"""Cold start of the built package against the floor: `python -m bench.cold`.

The floor is what nobody can do without: import boto3 and Chalice as pip installs them, compiled, and make the same
three clients. Each sample is a process of its own, the variants take turns, and what counts is the ratio of medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path

from tools import package

REGION = "ap-northeast-2"
WORK = package.ROOT / "build" / "bench-cold"
MOST = 0.78

CLOCK = "import sys, time; started, busy = time.perf_counter(), time.process_time(); sys.path.insert(0, sys.argv[1])\n"
FLOOR = f"""{CLOCK}
import boto3, chalice
for service in ("sagemaker", "s3", "s3control"):
    boto3.client(service, region_name="{REGION}")
print(time.perf_counter() - started, time.process_time() - busy)
"""
PACKAGE = f"""{CLOCK}
import app
app.SERVICE.reads("{REGION}")
print(time.perf_counter() - started, time.process_time() - busy)
"""


def seconds(program: str, place: Path, daemon: bool) -> tuple[float, float]:
    """Measure a program in a fresh process that finds its modules in `place` alone: by the clock, and the processor.

    The processor's time does not count what else the machine does.
    """
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": REGION,
        "LOG_LEVEL": "WARNING",
        # As in /var/task, nothing is written: what is not compiled is compiled anew each time.
        "PYTHONDONTWRITEBYTECODE": "1",
        **({"AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000", "LAMBDA_TASK_ROOT": "/var/task"} if daemon else {}),
    }
    command = [sys.executable, "-s", "-S", "-c", program, str(place)]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd="/")
    clock, busy = map(float, said.stdout.split())
    return clock, busy


def places(stage: str) -> dict[str, tuple[str, Path, bool]]:
    """Return the variants: what to run, where its modules are, and whether a daemon is said to listen."""
    out = package.build(stage, WORK / stage)
    plain = package.build(stage, WORK / f"{stage}-plain", finished=False)
    installed = package.ROOT / ".venv" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    return {
        "floor: boto3, Chalice, three clients": (FLOOR, installed, False),
        "before: the package as Chalice zips it": (PACKAGE, plain / "content", False),
        "after: the package as it is built": (PACKAGE, out / "content", False),
        "after, with a daemon for X-Ray": (PACKAGE, out / "content", True),
    }


def main(arguments: list[str]) -> int:
    """Measure, print a table; 1 where the built package takes more than it may."""
    parser = argparse.ArgumentParser(prog="make bench-cold", description=__doc__)
    parser.add_argument("--samples", type=int, default=15, help="processes for each variant (%(default)s)")
    # Not prod: its processor is another than that of most machines.
    parser.add_argument("--stage", default="dev", help="the stage to build (%(default)s)")
    options = parser.parse_args(arguments)
    variants = places(options.stage)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
    for sample in range(options.samples + 1):
        for name, variant in variants.items():
            took = seconds(*variant)
            if sample:  # the first round only warms the disk's cache
                taken[name].append(took)
    medians = {
        name: [statistics.median(column) for column in zip(*times, strict=True)] for name, times in taken.items()
    }
    floor = next(iter(medians.values()))
    for name, (clock, busy) in medians.items():
        by_clock = f"{clock * 1000:5.0f} ms {clock / floor[0]:5.2f} x the floor"
        print(f"{name:<40} {by_clock}, processor {busy * 1000:5.0f} ms {busy / floor[1]:5.2f} x")
    # The processor's time decides: a cold start waits for nothing, and by the clock a busy machine would.
    ratio = medians["after: the package as it is built"][1] / floor[1]
    print(f"at most {MOST} x the floor's processor time: {'yes' if ratio <= MOST else 'NO'}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
