"""Each recipe of CONTRIBUTING.md, applied word for word to a copy of the project."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
STEP = re.compile(
    r"^(Create|In|At the end of|Run)(?: `([^`]+)`)?(?:, (before|after) `([^`]+)`)?:\n\n```\w+\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
COPIED = (
    *("app.py", "pyproject.toml", ".chalice", "chalicelib", "corpus", "docs", "sandbox", "tests", "tools"),
    "viewer/src/i18n",
)


def sections(text: str) -> dict[str, str]:
    """The sections of the third level; what stands in a block of code is no heading."""
    found: dict[str, str] = {}
    title, fenced = "", False
    for line in text.splitlines(keepends=True):
        fenced ^= line.startswith("```")
        if not fenced and line.startswith("##"):
            title = line[4:].strip() if line.startswith("### ") else ""
        elif title:
            found[title] = found.get(title, "") + line
    return found


RECIPES = sections(TEXT)


def apply(recipe: str, folder: Path) -> list[list[str]]:
    """Do in a folder what a recipe says; return the commands that it runs in the end."""
    commands: list[list[str]] = []
    for verb, name, side, anchor, block in STEP.findall(recipe):
        path = folder / name
        if verb == "Run":
            commands += [shlex.split(line) for line in block.splitlines()]
        elif verb == "Create":
            assert not path.exists(), f"{name} is there already"
            path.write_text(block, encoding="utf-8")
        else:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text("".join(inserted(lines, name, side, anchor, block)), encoding="utf-8")
    return commands


def inserted(lines: list[str], name: str, side: str, anchor: str, block: str) -> list[str]:
    if not anchor:
        return [*lines, block]
    places = [number for number, line in enumerate(lines) if line.startswith(anchor)]
    assert len(places) == 1, f"{len(places)} lines of {name} begin with {anchor!r}"
    place = places[0] + (side == "after")
    return [*lines[:place], block, *lines[place:]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project, with its environment."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            without = shutil.ignore_patterns("viewer", "node_modules")  # compiled modules go along: half the time
            shutil.copytree(ROOT / name, tmp_path / name, ignore=without)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


@pytest.mark.parametrize("title", RECIPES)
def test_the_recipe_works_as_it_is_written(title: str, project: Path) -> None:
    commands = apply(RECIPES[title], project)

    assert commands
    for command in commands:
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_there_is_a_recipe_for_each_kind_of_addition() -> None:
    assert list(RECIPES) == ["A step type", "A finding", "An AWS read", "A format"]
