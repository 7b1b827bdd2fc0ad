"""What the audit says of each lock."""

from __future__ import annotations

import subprocess
from typing import Any

from tools.audit import NPM_LOCKS, PYTHON_LOCKS, ROOT, npm_verdict, verdict

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
HOLE = {"name": "urllib3", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]}
SKIPPED = {"name": "wrapt", "skip_reason": "Dependency not found on PyPI"}

PACKAGES: dict[str, dict[str, Any]] = {
    "": {},
    "node_modules/react": {"version": "19.3.1"},
    "node_modules/vite": {"version": "8.3.8", "dev": True},
}
ADVISORY = {"url": "https://example.com/GHSA-1", "severity": "high", "range": "<20"}


def test_a_lock_without_known_holes_is_clean() -> None:
    assert verdict("lock.txt", [CLEAN]) == (True, ["audit: lock.txt: 1 packages, no known vulnerability"])


def test_a_hole_is_named_with_the_versions_that_mend_it() -> None:
    is_clean, (line,) = verdict("lock.txt", [CLEAN, HOLE])

    assert not is_clean
    assert line == "audit: lock.txt: urllib3 1.0 has PYSEC-1, mended in 1.1, 2.0"


def test_what_could_not_be_looked_up_is_no_pass_and_is_named() -> None:
    is_clean, lines = verdict("lock.txt", [CLEAN, SKIPPED])

    assert not is_clean
    assert lines == [
        "audit: lock.txt: 1 of 2 packages could not be looked up: wrapt",
        "audit: lock.txt:   Dependency not found on PyPI",
    ]


def test_a_hole_in_what_the_page_ships_is_told_from_one_in_what_builds_it() -> None:
    report = {
        "vulnerabilities": {
            "react": {"nodes": ["node_modules/react"], "via": [ADVISORY]},
            "vite": {"nodes": ["node_modules/vite"], "via": ["react", ADVISORY]},
        }
    }

    is_clean, lines = npm_verdict("package-lock.json", report, PACKAGES)

    assert not is_clean
    assert [line.split(" (")[1].split(")")[0] for line in lines] == ["shipped", "builds and tests alone"]
    assert lines[0].endswith("has https://example.com/GHSA-1, high, in <20")


def test_a_javascript_lock_without_known_holes_is_clean() -> None:
    said = npm_verdict("package-lock.json", {"vulnerabilities": {}}, PACKAGES)

    assert said == (True, ["audit: package-lock.json: 2 packages, no known vulnerability"])


def test_a_registry_that_does_not_answer_is_no_pass() -> None:
    is_clean, (line,) = npm_verdict("package-lock.json", {"message": "405 Method Not Allowed"}, PACKAGES)

    assert not is_clean
    assert "nothing could be looked up: npm audit: 405 Method Not Allowed" in line


def test_every_lock_of_the_project_is_audited() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    locks = {
        path for path in tracked if path.endswith("package-lock.json") or (path.endswith(".txt") and is_lock(path))
    }

    assert locks == {*PYTHON_LOCKS, *NPM_LOCKS}


def is_lock(path: str) -> bool:
    return "--hash=sha256:" in (ROOT / path).read_text(encoding="utf-8")
