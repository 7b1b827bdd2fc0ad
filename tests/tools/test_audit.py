"""What the audit says of a lock file."""

from __future__ import annotations

from tools.audit import verdict

CLEAN = {"name": "six", "version": "1.17.0", "vulns": []}
HOLE = {"name": "urllib3", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]}]}
SKIPPED = {"name": "wrapt", "skip_reason": "Dependency not found on PyPI"}


def test_a_lock_without_known_holes_is_clean() -> None:
    assert verdict("lock.txt", [CLEAN]) == (True, ["audit: lock.txt: 1 packages, no known vulnerability"])


def test_a_hole_is_named_with_the_versions_that_mend_it() -> None:
    is_clean, (line,) = verdict("lock.txt", [CLEAN, HOLE])

    assert not is_clean
    assert line == "audit: lock.txt: urllib3 1.0 has PYSEC-1, mended in 1.1, 2.0"


def test_what_could_not_be_looked_up_is_no_pass() -> None:
    is_clean, (line,) = verdict("lock.txt", [CLEAN, SKIPPED])

    assert not is_clean
    assert "1 packages could not be looked up (Dependency not found on PyPI" in line
