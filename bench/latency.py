"""Answers against the floor, on an account with latency: `python -m bench.latency` prints ratios and verdicts."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.asking import REGION, Asker
from bench.floor import calls_of, renamed, replay
from faults.double.running import KEY, ROOT, Double, running


@dataclass(frozen=True, slots=True)
class Size:
    """A pipeline to ask about, and how far above the floor its answer may be."""

    steps: int
    buckets: int
    most: float = 1.25

    def name(self, sample: object) -> str:
        """Return a pipeline of this size that nobody has asked about yet."""
        return f"mix-{self.steps}x{self.buckets}-{sample}"


SIZES = (Size(5, 2), Size(50, 10), Size(150, 20, 1.4))
LATENCIES_MS = (0, 20, 50, 100)


# --- In the process that asks: the double's address is in its environment, and app.py was not imported before


def ask(asker: Asker, pipeline: str, **how: Any) -> tuple[float, Any]:
    """Return the seconds that an answer took, and the answer."""
    answered = asker.ask("/lineage", {"pipeline": pipeline}, **how)
    if answered.status != 200:
        raise SystemExit(f"{pipeline}: {answered.status} {answered.text}")
    return answered.seconds, answered.body


def measure_ratio(double: Double, size: Size, latency_ms: int, samples: int) -> dict[str, Any]:
    """Measure floor and answer by turns; every answer is about a pipeline that was never asked about before."""
    from chalicelib.fetch.scheduler import WORKERS

    asker = Asker()
    double.configure(latency_ms=latency_ms)
    ask(asker, size.name("w"))
    calls = calls_of(double.log())
    replay(calls, asker.reads, WORKERS)
    floors, answers = [], []
    for sample in range(samples):
        name = size.name(sample)
        mine = renamed(calls, size.name("w"), name)
        for turn in ("floor", "answer") if sample % 2 else ("answer", "floor"):
            if turn == "floor":
                floors.append(replay(mine, asker.reads, WORKERS))
            else:
                answers.append(ask(asker, name)[0])
    floor, answer = statistics.median(floors), statistics.median(answers)
    return {"calls": len(calls), "floor": floor, "answer": answer, "ratio": answer / floor}


def measure_limit(double: Double) -> dict[str, Any]:
    """Measure fifty steps with describe calls limited to ten a second after a burst of twenty."""
    asker = Asker()
    ask(asker, Size(50, 10).name("w"))
    double.configure(latency_ms=50)
    _, whole = ask(asker, Size(50, 10).name("l"))
    needed = Counter(entry["operation"].startswith("Describe") for entry in double.log())
    double.configure(latency_ms=50, limit={"rate": 10, "burst": 20, "operations": "Describe"})
    took, body = ask(asker, Size(50, 10).name("l"))
    made = Counter(entry["operation"].startswith("Describe") for entry in double.log())
    return {
        "least": (needed[True] - 20) / 10,
        "took": took,
        "needed": needed.total(),
        "made": made.total(),
        "describes": made[True] / needed[True],
        "complete": body == whole,
    }


def measure_warm(double: Double) -> dict[str, Any]:
    """Measure a finished execution asked about twice in one process."""
    asker = Asker()
    name = Size(50, 10).name("m")
    double.configure(latency_ms=50)
    first, body = ask(asker, name, cold=False)
    cold_calls = len(double.log())
    double.configure(latency_ms=50)
    second, again = ask(asker, name, cold=False)
    log = double.log()
    packages = sum(entry["operation"] == "DescribeModelPackage" for entry in log)
    return {
        "first": first,
        "second": second,
        "first_calls": cold_calls,
        "second_calls": len(log),
        "packages": packages,
        "same": body == again,
        "operations": sorted(entry["operation"] for entry in log),
    }


def measure_deadline(double: Double) -> dict[str, Any]:
    """Measure when the answer comes where everything hangs but the pipeline itself: at its deadline all the same."""
    asker = Asker()
    ask(asker, Size(50, 10).name("w"))
    spared = {"spares": ["DescribePipeline"]}
    double.configure(faults=[{"fault": "hanging", "operation": "*", **spared}])
    took, body = ask(asker, Size(50, 10).name("d"), deadline_ms=2000)
    return {"over_ms": (took - 2) * 1000, "warnings": len(body["warnings"]), "nodes": len(body["graph"]["nodes"])}


MEASURES = {"limit": measure_limit, "warm": measure_warm, "deadline": measure_deadline}


# --- In the process that prints

DOCUMENT = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- bench: written by `python -m bench.latency --publish` -->", "<!-- end of the bench -->"


class Report:
    """What was measured, line by line, as it comes."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def say(self, line: str) -> None:
        """Print a line, and keep it."""
        print(line, flush=True)
        self._lines.append(line)

    def publish(self) -> None:
        """Put everything that was said into the document."""
        before, _, rest = DOCUMENT.read_text().partition(BEGIN)
        text = "\n".join(self._lines)
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n```text\n{text}\n```\n\n{END}{rest.partition(END)[2]}")


def in_fresh_process(double: Double, *what: object) -> dict[str, Any]:
    """Return what one measurement found, in a Python that has done nothing before."""
    environment = {**os.environ, **double.environment(region=REGION)}
    command = [sys.executable, "-m", "bench.latency", "--in", str(double.port), *map(str, what)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise SystemExit(run.stdout + run.stderr)
    return dict(json.loads(run.stdout.splitlines()[-1]))


def verdict(good: bool) -> str:
    """Return a word for a target met or missed."""
    return "ok" if good else "MISSED"


def print_ratios(report: Report, double: Double, sizes: list[Size], latencies: list[int], samples: int) -> bool:
    """Print the table of answers against the floor; return whether every target is met."""
    report.say("steps  buckets  latency  calls  floor ms  answer ms  ratio  at most")
    good = True
    for size in sizes:
        for latency in latencies:
            found = in_fresh_process(double, "ratio", size.steps, size.buckets, latency, samples)
            met = found["ratio"] <= size.most
            good = good and met
            report.say(
                f"{size.steps:5}  {size.buckets:7}  {latency:4} ms  {found['calls']:5}  {found['floor'] * 1000:8.0f}"
                f"  {found['answer'] * 1000:9.0f}  {found['ratio']:5.2f}  {size.most:7.2f}  {verdict(met)}"
            )
    return good


def print_scenarios(report: Report, double: Double) -> bool:
    """Print rate limit, second asking and deadline; return whether every target is met."""
    report.say("")
    limit = in_fresh_process(double, "limit")
    limited = [
        limit["took"] <= 1.3 * max(3.0, limit["least"]),
        limit["made"] <= 1.7 * limit["needed"],
        limit["complete"],
    ]
    report.say(
        f"limit: describes at 10/s, burst 20: {limit['took']:.2f} s (the limit itself: {limit['least']:.1f} s), "
        f"{limit['made']} calls for {limit['needed']} (describes: {limit['describes']:.2f} times), "
        f"complete: {limit['complete']}  {verdict(all(limited))}"
    )
    warm = in_fresh_process(double, "warm")
    warmed = warm["second_calls"] <= 2 + warm["packages"] and warm["same"]
    report.say(
        f"asked again: {warm['second_calls']} calls, {warm['packages']} of them for packages, after "
        f"{warm['first_calls']} at first; {warm['second'] * 1000:.0f} ms after {warm['first'] * 1000:.0f} ms; "
        f"same answer: {warm['same']}  {verdict(warmed)}  ({', '.join(warm['operations'])})"
    )
    late = in_fresh_process(double, "deadline")
    in_time = late["over_ms"] <= 500
    report.say(
        f"deadline: everything else hangs; the answer came {late['over_ms']:.0f} ms after its deadline, "
        f"with {late['nodes']} nodes and {late['warnings']} warnings  {verdict(in_time)}"
    )
    return all(limited) and warmed and in_time


def main(arguments: list[str]) -> int:
    """Print the table; return 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    parser.add_argument("--samples", type=int, default=7, help="answers and floors measured of each kind (default 7)")
    parser.add_argument("--steps", type=int, action="append", help="only this size (may be repeated)")
    parser.add_argument("--latency", type=int, action="append", help="only this latency in ms (may be repeated)")
    parser.add_argument("--publish", action="store_true", help="put the results into docs/performance.md")
    options = parser.parse_args(arguments)
    report = Report()
    sizes = [size for size in SIZES if not options.steps or size.steps in options.steps]
    with running() as double:
        good = print_ratios(report, double, sizes, options.latency or list(LATENCIES_MS), options.samples)
        if not options.steps and not options.latency:
            good = print_scenarios(report, double) and good
    if options.publish:
        report.publish()
    return 0 if good else 1


def measure(port: int, what: str, rest: list[str]) -> Mapping[str, Any]:
    """Make one measurement, in this process."""
    double = Double(port, None)
    double.configure(KEY)
    if what != "ratio":
        return MEASURES[what](double)
    steps, buckets, latency, samples = map(int, rest)
    return measure_ratio(double, Size(steps, buckets), latency, samples)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--in"]:
        print(json.dumps(measure(int(sys.argv[2]), sys.argv[3], sys.argv[4:])))
    else:
        sys.exit(main(sys.argv[1:]))
