"""What a release says and consists of."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from chalicelib import __version__
from tools.release import ROOT, ReleaseFailed, check_tag, checksums, notes

CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2026-02-01

### Added

- More.

## [1.0.0] - 2026-01-01

- The first.
"""


@pytest.mark.parametrize(("version", "said"), [("1.1.0", "### Added\n\n- More.\n"), ("1.0.0", "- The first.\n")])
def test_the_notes_are_what_the_changelog_says_of_the_version(version: str, said: str) -> None:
    assert notes(CHANGELOG, version) == said


@pytest.mark.parametrize("version", ["Unreleased", "1.1", "2.0.0"])
def test_a_version_of_which_the_changelog_says_nothing_is_not_released(version: str) -> None:
    with pytest.raises(ReleaseFailed, match="says nothing of"):
        notes(CHANGELOG, version)


def test_this_version_has_its_notes() -> None:
    assert notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), __version__)


def test_a_tag_of_another_version_is_refused() -> None:
    check_tag(f"v{__version__}")

    with pytest.raises(ReleaseFailed, match=r"v9\.9\.9 is not"):
        check_tag("v9.9.9")


def test_the_checksums_are_as_sha256sum_reads_them(tmp_path: Path) -> None:
    for name in ("b.whl", "a.zip"):
        (tmp_path / name).write_text(name)

    said = checksums(tmp_path)

    assert said == "".join(f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in ("a.zip", "b.whl"))
