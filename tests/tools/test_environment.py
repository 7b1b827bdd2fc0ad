"""Setting up takes a lock as it stands, whatever the index has beside it, and says in a line what is missing."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.environment import ROOT
from tools.made_up_wheels import mirror, pins

PARTS = {"requirements-demo.txt": "requirements-dev.txt", "requirements.txt": "requirements-demo.txt"}
INSTALLERS = re.compile(
    r"\bpip3?\s+install\b|\bpip\W+install\b|\bnpm\s+(install|i)\b|\bnpx\b|pip\s+sync|npm\W+install\W"
)


def set_up(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the project's set-up in a folder that holds it, with no index but what `variables` name."""
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PYTHON": sys.executable,
    }
    return subprocess.run(
        ["sh", "tools/setup.sh", *arguments],
        cwd=folder,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def installed(folder: Path) -> dict[str, str]:
    (packages,) = (folder / ".venv" / "lib").glob("python*/site-packages")
    found = importlib.metadata.distributions(path=[str(packages)])
    return {re.sub(r"[-_.]+", "-", each.metadata["Name"]).lower(): each.version for each in found}


def test_an_index_with_newer_releases_of_everything_changes_nothing(tmp_path: Path) -> None:
    lock = mirror(ROOT / "requirements-dev.txt", tmp_path / "index", without=frozenset({"pip"}))  # it is at work
    (tmp_path / "requirements-dev.txt").write_text(lock)

    done = set_up(tmp_path, PIP_FIND_LINKS=str(tmp_path / "index"))

    assert done.returncode == 0, done.stdout + done.stderr
    wanted = pins(ROOT / "requirements-dev.txt")
    got = {name: version for name, version in installed(tmp_path).items() if name != "pip"}
    assert {name: version for name, version in got.items() if version not in wanted[name]} == {}
    assert len(got) > 100


def test_a_wheel_that_is_not_the_locked_one_is_refused(tmp_path: Path) -> None:
    lock = mirror(ROOT / "requirements.txt", tmp_path / "index", without=frozenset())
    (tmp_path / "requirements-dev.txt").write_text(re.sub(r"sha256:\w", "sha256:0", lock))

    done = set_up(tmp_path, PIP_FIND_LINKS=str(tmp_path / "index"))

    assert done.returncode == 1
    assert re.fullmatch(r"setup: pip failed: ERROR: .*HASH.*\n", done.stderr), done.stderr


def test_setting_up_again_does_nothing_and_the_demo_is_content_with_what_developing_needs(tmp_path: Path) -> None:
    for name in ("requirements-dev.txt", "requirements-demo.txt"):
        (tmp_path / name).write_text(f"# {name}\n")
    first = set_up(tmp_path)
    shutil.rmtree(tmp_path / "tools")

    again = set_up(tmp_path, "demo")

    assert (first.returncode, first.stdout.splitlines()[-1]) == (0, "setup: .venv is ready")
    assert (again.returncode, again.stdout) == (0, "")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 1", "setup: Python 3.11 or newer is needed, and .*fake is not: install one"),
        ('case "$*" in *ensurepip*) exit 1;; *--version*) echo Python 3.12.3;; esac', "apt install python3-venv"),
    ],
)
def test_what_is_missing_is_one_line(tmp_path: Path, script: str, said: str) -> None:
    fake = tmp_path / "fake"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)

    done = set_up(tmp_path, PYTHON=str(fake))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert re.search(said, done.stderr)


@pytest.mark.parametrize(("part", "whole"), PARTS.items())
def test_one_lock_is_part_of_the_other_pin_by_pin(part: str, whole: str) -> None:
    all_pins = pins(ROOT / whole)

    assert {name: all_pins.get(name) for name in pins(ROOT / part)} == pins(ROOT / part)


def test_the_demo_installs_no_linter_and_no_test_runner() -> None:
    assert not {"pytest", "ruff", "mypy", "cfn-lint", "hypothesis", "uv"} & set(pins(ROOT / "requirements-demo.txt"))


def test_nothing_installs_beside_the_locks() -> None:
    """One module fills environments, the package has a pip command of its own, npm knows `ci` alone."""
    known = {"tools/environment.py", "tools/package.py", "tools/setup_matrix.py"}
    sources = [path for part in ("tools", ".github", ".ci", "sandbox", "bench") for path in (ROOT / part).rglob("*")]
    texts = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (*sources, ROOT / "Makefile")
        if path.suffix in {"", ".py", ".sh", ".yml", ".yaml", ".mjs"}
        and path.is_file()
        and "node_modules" not in path.parts
    }

    assert {name for name, text in texts.items() if INSTALLERS.search(text)} <= known
    for name in known & texts.keys():
        assert texts[name].count("--no-deps") >= 1
