"""Plays the fault matrix and publishes it: `python -m faults.reliability` rewrites the table in docs/reliability.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from queue import SimpleQueue
from typing import Any

from faults.double.running import KEY, ROOT, Double, running
from faults.matrix import FAULTS, SCENES, Fault, Matrix, Scene

DOCUMENT = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- matrix: written by `make reliability` -->", "<!-- end of the matrix -->"
REGIONS = (
    "ap-northeast-2",
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-south-1",
    "ca-central-1",
    "sa-east-1",
    "eu-north-1",
    "ap-southeast-1",
    "us-east-2",
)
"""Scenes are played side by side, each in a region of its own: most of their time is spent waiting."""

Result = Mapping[str, Any]


def play(double: Double, part: int = 0, of: int = 1) -> list[Result]:
    """Play every `of`th operation from `part` on, with every fault, in a fresh process; problems are sentences."""
    environment = {**os.environ, **double.environment(), "S3_TIMEOUT_MS": "10000", "DEADLINE_MS": "25000"}
    command = [sys.executable, "-m", "faults.reliability", "--play", str(double.port), str(part), str(of)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if run.returncode:
        raise AssertionError(run.stdout + run.stderr)
    return list(json.loads(run.stdout.splitlines()[-1]))


def _play_here(double: Double, part: int, of: int) -> list[Result]:
    from bench.asking import Asker

    free: SimpleQueue[Matrix] = SimpleQueue()
    for region in REGIONS:
        free.put(Matrix(double, Asker(region), f"{KEY}:{region}"))

    def row(scene: Scene) -> list[Result]:
        matrix = free.get()  # all of a scene in one region: its answer without any fault is asked for once
        try:
            return [_cell(matrix, scene, fault) for fault in FAULTS]
        finally:
            free.put(matrix)

    with ThreadPoolExecutor(len(REGIONS)) as threads:
        return list(chain.from_iterable(threads.map(row, SCENES[part::of])))


def _cell(matrix: Matrix, scene: Scene, fault: Fault) -> Result:
    played = matrix.play(scene, fault)
    if played.problems:  # on a loaded machine a deadline may pass before what was to come in time
        played = matrix.play(scene, fault)
    return {
        "operation": played.scene.title,
        "fault": played.fault.name,
        "outcome": played.text,
        "problems": played.problems,
    }


def rows(results: Iterable[Result]) -> dict[str, str]:
    """Return the published line of each operation."""
    cells: dict[str, list[str]] = {}
    for result in results:
        cells.setdefault(result["operation"], []).append(result["outcome"] + (" **!**" if result["problems"] else ""))
    return {operation: f"| `{operation}` | {' | '.join(line)} |" for operation, line in cells.items()}


def to_table(results: Iterable[Result]) -> str:
    """Return the whole table, operations in the order of the matrix."""
    head = ["operation", *(fault.name for fault in FAULTS)]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *rows(results).values()])


def main() -> int:
    """Write the table; return 1 where a cell breaks the contract."""
    with running() as double:
        results = play(double)
    problems = [f"{one['operation']}, {one['fault']}: {problem}" for one in results for problem in one["problems"]]
    print("\n".join(problems) or f"{len(results)} cells, all as the contract says")
    before, _, rest = DOCUMENT.read_text().partition(BEGIN)
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{to_table(results)}\n\n{END}{rest.partition(END)[2]}")
    return 1 if problems else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--play"]:
        port, its_part, parts = map(int, sys.argv[2:])
        print(json.dumps(_play_here(Double(port), its_part, parts)))
    else:
        sys.exit(main())
