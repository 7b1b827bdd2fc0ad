"""What makes this a project that others can use and join holds together: its licence, its workflows, its changelog."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHECKED = {
    "vendor.github-workflows": sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    "custom.github-workflows-require-timeout": sorted((ROOT / ".github" / "workflows").glob("*.yml")),
    "vendor.github-issue-forms": [
        path for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")) if path.name != "config.yml"
    ],
    "vendor.github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
    "vendor.github-actions": [ROOT / "action.yml"],
    "vendor.dependabot": [ROOT / ".github" / "dependabot.yml"],
}


def check(schema: str, paths: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / ".venv" / "bin" / "check-jsonschema"), "--builtin-schema", schema, *map(str, paths)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("schema", CHECKED)
def test_what_github_reads_is_as_its_schema_says(schema: str) -> None:
    assert CHECKED[schema]

    done = check(schema, CHECKED[schema])

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_workflow_with_a_slip_would_be_caught(tmp_path: Path) -> None:
    slip = tmp_path / "slip.yml"
    slip.write_text(CHECKED["vendor.github-workflows"][0].read_text().replace("runs-on:", "run-on:"))

    assert check("vendor.github-workflows", [slip]).returncode == 1


def test_every_make_target_that_a_workflow_runs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    used = {
        name
        for path in CHECKED["vendor.github-workflows"]
        for name in re.findall(r"run: make ([a-z-]+)", path.read_text())
    }

    assert used
    assert used <= targets


def test_the_licence_is_apaches_own_text_and_said_everywhere() -> None:
    text = (ROOT / "LICENSE").read_bytes()

    assert hashlib.sha256(text).hexdigest() == "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    for package in (
        "viewer/package.json",
        "tools/types_ts/package.json",
        "tools/multitool/package.json",
        "tools/drawings/package.json",
    ):
        assert json.loads((ROOT / package).read_text())["license"] == "Apache-2.0"


def test_every_lock_is_kept_fresh_by_the_bot() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = {f"/{path.rpartition('/')[0]}" for path in tracked if path.endswith(("package-lock.json", ".in"))}
    watched = set(re.findall(r'"(/[^"]*)"', (ROOT / ".github" / "dependabot.yml").read_text()))

    assert folders == watched


def test_the_changelog_begins_with_what_is_not_released() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[:2] == ["Unreleased", "0.2.0"]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))

    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
