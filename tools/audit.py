"""Look up everything locked among the known vulnerabilities; what could not be looked up is no pass."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCKS = (
    "requirements.txt",
    "requirements-dev.txt",
    "requirements-demo.txt",
    "tools/sam.txt",
    "corpus/sources/v2.txt",
    "corpus/sources/v3.txt",
)
NPM_LOCKS = (
    "viewer/package-lock.json",
    "tools/types_ts/package-lock.json",
    "tools/multitool/package-lock.json",
    "tools/drawings/package-lock.json",
)

Verdict = tuple[bool, list[str]]
"""Whether a lock is known to be clean, and the lines that say so, or why not."""


def output(command: Sequence[str]) -> tuple[str, str]:
    """Return what a program said, and where it said nothing else the last line of its complaint."""
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.stdout, (done.stderr.strip().splitlines() or ["it said nothing"])[-1]


def unread(lock: str, program: str, why: str) -> Verdict:
    """Return the verdict on a lock of which nothing is known."""
    return False, [f"audit: {lock}: nothing could be looked up: {program}: {why}"]


# --- Python -------------------------------------------------------------------------------------------


def audit_python(lock: str) -> Verdict:
    """Have pip-audit look up a lock of Python packages."""
    flags = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    said, complaint = output([str(ROOT / ".venv" / "bin" / "pip-audit"), *flags, "-r", lock])
    try:
        return verdict(lock, json.loads(said)["dependencies"])
    except (ValueError, KeyError):
        return unread(lock, "pip-audit", complaint)


def verdict(lock: str, dependencies: Sequence[Mapping[str, Any]]) -> Verdict:
    """Judge pip-audit's report on a lock."""
    lines = [
        f"audit: {lock}: {each['name']} {each['version']} has {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for each in dependencies
        for hole in each.get("vulns", ())
    ]
    skipped = [each for each in dependencies if "skip_reason" in each]
    if skipped:
        lines.append(not_looked_up(lock, [each["name"] for each in skipped], len(dependencies)))
        lines.append(f"audit: {lock}:   {skipped[0]['skip_reason']}")
    if lines:
        return False, lines
    return True, [f"audit: {lock}: {len(dependencies)} packages, no known vulnerability"]


def not_looked_up(lock: str, names: Sequence[str], total: int) -> str:
    """Return the line that names the packages of which nothing is known, the first of them by name."""
    shown = ", ".join(names[:5]) + (", …" if len(names) > len(names[:5]) else "")
    return f"audit: {lock}: {len(names)} of {total} packages could not be looked up: {shown}"


# --- JavaScript ---------------------------------------------------------------------------------------


def audit_npm(lock: str) -> Verdict:
    """Have npm look up a lock of JavaScript packages: what the page ships, and what builds and tests it."""
    if shutil.which("npm") is None:
        return unread(lock, "npm", "is not installed")
    said, complaint = output(["npm", "--prefix", str(Path(lock).parent), "audit", "--package-lock-only", "--json"])
    try:
        report = json.loads(said)
    except ValueError:
        return unread(lock, "npm audit", complaint)
    return npm_verdict(lock, report, json.loads((ROOT / lock).read_text(encoding="utf-8"))["packages"])


def npm_verdict(lock: str, report: Mapping[str, Any], packages: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Judge npm's report on a lock, whose `packages` say which are shipped and which only build."""
    if "vulnerabilities" not in report:
        return unread(lock, "npm audit", str(report.get("message") or report.get("error") or "no report"))
    lines = [
        f"audit: {lock}: {name} ({shipped(found['nodes'], packages)}) has {hole['url']}, {hole['severity']}, "
        f"in {hole['range']}"
        for name, found in sorted(report["vulnerabilities"].items())
        for hole in found["via"]
        if isinstance(hole, Mapping)  # a plain name says that it is there by that package's hole
    ]
    if lines:
        return False, lines
    count = len([path for path in packages if path])
    return True, [f"audit: {lock}: {count} packages, no known vulnerability"]


def shipped(paths: Iterable[str], packages: Mapping[str, Mapping[str, Any]]) -> str:
    """Tell whether any of a package's places belongs to what is shipped."""
    builds = all(packages.get(path, {}).get("dev") for path in paths)
    return "builds and tests alone" if builds else "shipped"


def main() -> int:
    """Audit every lock; 1 where anything is known to be vulnerable, or is not known."""
    audits: list[tuple[Callable[[str], Verdict], Sequence[str]]] = [
        (audit_python, PYTHON_LOCKS),
        (audit_npm, NPM_LOCKS),
    ]
    clean = True
    for audit, locks in audits:
        for lock in locks:
            is_clean, lines = audit(lock)
            clean &= is_clean
            print(*lines, sep="\n", flush=True)
    return 0 if clean else 1


if __name__ == "__main__":
    sys.exit(main())
