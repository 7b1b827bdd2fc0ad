"""The gate: everything that must hold before a change is taken, one line a check and the whole output of what fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools import browser, drawings, sarif, viewer

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
# Tests start a few hundred processes: where none may keep what it compiles, each compiles all that it imports, which is
# most of what it does.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def nothing_missing() -> None:
    """Say that what a check needs is there."""
    return


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate. `live` output is shown while it comes; a reason from `skip` means: not here, and why.

    `ahead` is begun at once, beside the other checks: it mostly waits for a network. What is `beside` runs one after
    the other while the tests do, which wait for much. `tries`: a real browser on a busy machine is late now and then;
    what is wrong fails each time. What is `long` runs where it is named alone.
    """

    name: str
    title: str
    command: tuple[str, ...]
    live: bool = False
    skip: Callable[[], str | None] = nothing_missing
    tries: int = 1
    long: bool = False
    ahead: tuple[str, ...] = ()
    beside: bool = False


TESTS = (PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal")
CHECKS = (
    Check("format", "format (ruff)", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("lint", "lint (ruff)", (str(BIN / "ruff"), "check", ".")),
    Check("layers", "layers (import-linter)", (str(BIN / "lint-imports"), "--no-cache")),
    Check("tests", "tests (pytest)", TESTS, live=True),
    Check("types", "types (mypy, strict)", (str(BIN / "mypy"),), beside=True),
    Check("sarif", "SARIF (multitool, GitHub's rules)", (PYTHON, "-m", "tools.sarif"), skip=sarif.why_not, beside=True),
    Check(
        "drawings", "drawings (Mermaid, Graphviz)", (PYTHON, "-m", "tools.drawings"), skip=drawings.why_not, beside=True
    ),
    Check(
        "package",
        "package (cfn-lint, sam validate)",
        (PYTHON, "-m", "tools.package", "--check"),
        ahead=(PYTHON, "-m", "tools.package", "--fetch"),
        beside=True,
    ),
    Check("viewer", "page (build, unit tests)", (PYTHON, "-m", "tools.viewer", "test"), skip=viewer.why_not),
    Check("browser", "page in Chromium, on the demo", (PYTHON, "-m", "tools.browser"), skip=browser.why_not, tries=2),
    Check(
        "coverage",
        "tests (pytest, branch coverage)",
        (*TESTS, "--cov", "--cov-report=term:skip-covered"),
        live=True,
        long=True,
    ),
)


def begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start what a check needs; where that fails, the check does it again, and says why."""
    silent = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdin=silent, stdout=silent, stderr=silent)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a check went, and what is to be said of it."""

    passed: bool
    said: str


def outcome_of(check: Check, begun: subprocess.Popen[bytes] | None = None) -> Outcome:
    """Run one check, as often as it may be tried, when what was begun for it is done."""
    if begun is not None:
        begun.wait()
    reason = check.skip()
    if reason:
        return Outcome(True, f"gate: {check.title}: skipped, {reason}")
    said: list[str] = []
    for _ in range(check.tries):
        outcome = run(check)
        said.append(outcome.said)
        if outcome.passed:
            break
    return Outcome(outcome.passed, "\n".join(said))


def run(check: Check) -> Outcome:
    """Run one check once; what fails shows its whole output, before the line that says how it went."""
    start = time.monotonic()
    pipe = None if check.live else subprocess.PIPE
    ended = subprocess.run(
        check.command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=None if check.live else subprocess.STDOUT,
        text=True,
        check=False,
    )
    passed = ended.returncode == 0
    shown = f"{ended.stdout.rstrip()}\n" if ended.stdout and not passed else ""
    verdict = "ok" if passed else "FAILED"
    return Outcome(passed, f"{shown}gate: {check.title}: {verdict}, {time.monotonic() - start:.0f} s")


def failures(wanted: Sequence[Check]) -> list[str]:
    """Run the checks, say how each went in their order, and return the titles of those that failed."""
    begun = {check.name: begin(check.ahead) for check in wanted if check.ahead}
    failed = []
    with ThreadPoolExecutor(1) as other:
        beside = {
            check.name: other.submit(outcome_of, check, begun.get(check.name)) for check in wanted if check.beside
        }
        for check in wanted:
            print(f"gate: {check.title} ...", flush=True)
            late = beside.get(check.name)
            outcome = late.result() if late else outcome_of(check, begun.get(check.name))
            print(outcome.said, flush=True)
            failed += [] if outcome.passed else [check.title]
    return failed


def main(names: list[str]) -> int:
    """Run the checks named, or all but the long ones; 1 where any fails."""
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"gate: no such check: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    start = time.monotonic()
    failed = failures([check for check in CHECKS if (check.name in names if names else not check.long)])
    outcome = f"FAILED: {', '.join(failed)}" if failed else "all is well"
    print(f"gate: {outcome} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
