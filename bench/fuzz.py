"""Feeds the service hostile questions and definitions for a long while: `python -m bench.fuzz --inputs 100000`."""

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

from bench.fuzzing import ANSWERERS, check_definition, check_query, definitions, queries, trees


def fuzz(inputs: int, start: int) -> bool:
    """Half of the inputs are query strings, half definitions; whether all went well."""
    unhurried = settings(
        max_examples=inputs // 2,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )

    @seed(start)
    @unhurried
    @given(st.sampled_from(sorted(ANSWERERS)), queries())
    def of_queries(route: str, params: dict[str, list[str]]) -> None:
        check_query(route, params)

    @seed(start)
    @unhurried
    @given(definitions(), trees)
    def of_definitions(definition: str, said: object) -> None:
        check_definition(definition, said)

    return all([_run("query strings", of_queries), _run("definitions", of_definitions)])


def _run(what: str, test: Callable[[], None]) -> bool:
    begun = time.monotonic()
    try:
        test()
        outcome = "no 500, no hang, nothing reflected"
    except Exception as problem:  # noqa: BLE001 (whatever it is, it is the finding)
        outcome = f"FAILED: {type(problem).__name__}: {problem}\n" + "\n".join(getattr(problem, "__notes__", ()))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 1024 * 1024)
    print(f"{what}: {outcome} ({time.monotonic() - begun:.0f} s, at most {memory} MB)", flush=True)
    return not outcome.startswith("FAILED")


def main() -> int:
    """1 where an input broke something; the seed plays it again."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    logging.getLogger("lineage").setLevel(logging.CRITICAL + 1)
    print(f"{options.inputs} inputs, seed {options.seed}", flush=True)
    return 0 if fuzz(options.inputs, options.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
