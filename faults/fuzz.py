"""Feeds the service hostile questions and definitions for a long while: `python -m faults.fuzz --inputs 100000`."""

from __future__ import annotations

import argparse
import logging
import random
import resource
import sys
import time
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bench.asking import ROUTES
from faults.fuzzing import definitions, queries, trees
from faults.hostile import check_definition, check_query

UNHURRIED = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
BATCH = 2_000
"""Hypothesis keeps every example of a run in mind; each batch has a seed of its own, and forgets."""


def fuzz_queries(examples: int, start: int) -> None:
    """Ask with query strings."""

    @seed(start)
    @settings(UNHURRIED, max_examples=examples)
    @given(st.sampled_from(sorted(ROUTES)), queries())
    def check(route: str, params: dict[str, list[str]]) -> None:
        check_query(route, params)

    check()


def fuzz_definitions(examples: int, start: int) -> None:
    """Read definitions, and what their jobs say."""

    @seed(start)
    @settings(UNHURRIED, max_examples=examples)
    @given(definitions(), trees)
    def check(definition: str, said: object) -> None:
        check_definition(definition, said)

    check()


def _run(fuzzer: Callable[[int, int], None], inputs: int, start: int) -> bool:
    what = (fuzzer.__doc__ or "").rstrip(".")
    begun = time.monotonic()
    outcome = "no 500, no hang, nothing reflected"
    for batch in range(0, inputs, BATCH):
        try:
            fuzzer(min(BATCH, inputs - batch), start + batch)
        except Exception as problem:  # noqa: BLE001 (whatever it is, it is the finding)
            notes = "\n".join(getattr(problem, "__notes__", ()))
            outcome = f"FAILED in the batch of seed {start + batch}: {type(problem).__name__}: {problem}\n{notes}"
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024 * 1024)
    print(f"{what}: {outcome} ({time.monotonic() - begun:.0f} s, at most {memory} MB)", flush=True)
    return not outcome.startswith("FAILED")


def main() -> int:
    """Fuzz; return 1 where an input broke something, which the seed plays again."""
    parser = argparse.ArgumentParser(prog="python -m faults.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    logging.getLogger("lineage").setLevel(logging.CRITICAL + 1)
    print(f"{options.inputs} inputs, seed {options.seed}", flush=True)
    good = [_run(fuzzer, options.inputs // 2, options.seed) for fuzzer in (fuzz_queries, fuzz_definitions)]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
