"""The gate: everything that must hold before a change is taken, one line a check and the whole output of what fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
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

    `ahead` is begun at once, beside the other checks: it mostly waits for a network. `tries`: a real browser on a
    busy machine is late now and then; what is wrong fails each time. What is `long` runs where it is named alone.
    """

    name: str
    title: str
    command: tuple[str, ...]
    live: bool = False
    skip: Callable[[], str | None] = nothing_missing
    tries: int = 1
    long: bool = False
    ahead: tuple[str, ...] = ()


TESTS = (PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal")
CHECKS = (
    Check("format", "format (ruff)", (str(BIN / "ruff"), "format", "--check", ".")),
    Check("lint", "lint (ruff)", (str(BIN / "ruff"), "check", ".")),
    Check("layers", "layers (import-linter)", (str(BIN / "lint-imports"), "--no-cache")),
    Check("types", "types (mypy, strict)", (str(BIN / "mypy"),)),
    Check("tests", "tests (pytest)", TESTS, live=True),
    Check("sarif", "SARIF (multitool, GitHub's rules)", (PYTHON, "-m", "tools.sarif"), skip=sarif.why_not),
    Check("drawings", "drawings (Mermaid, Graphviz)", (PYTHON, "-m", "tools.drawings"), skip=drawings.why_not),
    Check(
        "package",
        "package (cfn-lint, sam validate)",
        (PYTHON, "-m", "tools.package", "--check"),
        ahead=(PYTHON, "-m", "tools.package", "--fetch"),
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


def passes(check: Check, begun: subprocess.Popen[bytes] | None = None) -> bool:
    """Run one check, as often as it may be tried, when what was begun for it is done."""
    if begun is not None:
        begun.wait()
    reason = check.skip()
    if reason:
        print(f"gate: {check.title}: skipped, {reason}", flush=True)
        return True
    return any(passes_once(check) for _ in range(check.tries))


def passes_once(check: Check) -> bool:
    """Run one check and say in a line how it went; what fails shows its whole output."""
    print(f"gate: {check.title} ...", flush=True)
    start = time.monotonic()
    pipe = None if check.live else subprocess.PIPE
    run = subprocess.run(
        check.command,
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=pipe,
        stderr=None if check.live else subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "ok" if run.returncode == 0 else "FAILED"
    if run.returncode != 0 and run.stdout:
        print(run.stdout.rstrip())
    print(f"gate: {check.title}: {verdict}, {time.monotonic() - start:.0f} s", flush=True)
    return run.returncode == 0


def main(names: list[str]) -> int:
    """Run the checks named, or all but the long ones; 1 where any fails."""
    unknown = set(names) - {check.name for check in CHECKS}
    if unknown:
        print(f"gate: no such check: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    start = time.monotonic()
    wanted = [check for check in CHECKS if (check.name in names if names else not check.long)]
    begun = {check.name: begin(check.ahead) for check in wanted if check.ahead}
    failed = [check.title for check in wanted if not passes(check, begun.get(check.name))]
    outcome = f"FAILED: {', '.join(failed)}" if failed else "all is well"
    print(f"gate: {outcome} ({time.monotonic() - start:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
