"""Look up the locked dependencies among the known vulnerabilities; what could not be looked up is no pass."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "tools/sam.txt")


def ask(lock: str) -> Mapping[str, Any]:
    """pip-audit's report on a lock file."""
    flags = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    command = [str(ROOT / ".venv" / "bin" / "pip-audit"), *flags, "-r", lock]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise SystemExit(f"audit: pip-audit could not read {lock} or reach its source: {last}") from None
    return report


def verdict(lock: str, dependencies: Sequence[Mapping[str, Any]]) -> tuple[bool, list[str]]:
    """Whether a lock file is known to be clean, and the lines that say so or why not."""
    lines = [
        f"audit: {lock}: {each['name']} {each['version']} has {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in dependencies
        for hole in each.get("vulns", ())
    ]
    skipped = [each for each in dependencies if "skip_reason" in each]
    if skipped:
        lines.append(
            f"audit: {lock}: {len(skipped)} packages could not be looked up ({skipped[0]['skip_reason']}, ...)"
        )
    if lines:
        return False, lines
    return True, [f"audit: {lock}: {len(dependencies)} packages, no known vulnerability"]


def main() -> int:
    """Audit every lock file; 1 where anything is known to be vulnerable, or is not known."""
    clean = True
    for lock in LOCKS:
        is_clean, lines = verdict(lock, ask(lock)["dependencies"])
        clean &= is_clean
        print(*lines, sep="\n", flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
