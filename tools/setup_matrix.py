"""Set up for real with every Python and pip that people have, beside an index with newer releases of everything.

Each Python from 3.11 that this machine has, or that uv has installed, gets the locks with the pip that it brings and
with the newest; Python 3.11 with Debian 12's (23.0) too. Asks the package index, and takes some minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.environment import ROOT
from tools.made_up_wheels import newer, pins

PIPS = ("", "pip==23.0.1", "pip")
OLDEST = (3, 11)
LOCKS = ("requirements-demo.txt", "requirements-dev.txt", "tools/sam.txt", "corpus/sources/v2.txt")
"""SageMaker's third SDK is as long as all of these together, and is installed in the same way."""


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program without the user's pip configuration; return what it said."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    kept |= {"PIP_CONFIG_FILE": os.devnull} | variables
    return subprocess.run(
        command,
        cwd=ROOT,
        env=kept,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def pythons() -> Iterator[tuple[str, Path]]:
    """Give the newest interpreter of each Python from 3.11, with its version."""
    found = [Path(path) for minor in range(OLDEST[1], 20) if (path := shutil.which(f"python3.{minor}"))]
    found += sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"))
    listed = run([str(ROOT / ".venv" / "bin" / "uv"), "python", "list", "--only-installed", "--output-format", "json"])
    if listed.returncode == 0:
        found += [Path(each["path"]) for each in json.loads(listed.stdout)]
    versions: dict[tuple[int, ...], Path] = {}
    for python in found:
        asked = run([str(python), "-c", "import sys, venv, ensurepip; print(*sys.version_info[:3])"])
        version = tuple(map(int, asked.stdout.split())) if asked.returncode == 0 else ()
        if version >= OLDEST:
            versions[version] = python
    newest = {version[:2]: version for version in sorted(versions)}
    for version in newest.values():
        yield ".".join(map(str, version)), versions[version]


def try_out(python: Path, pip: str, lock: str, index: Path, folder: Path) -> str | None:
    """Set up a lock in a new environment; return what went wrong, or `None`."""
    shutil.rmtree(folder, ignore_errors=True)
    run([str(python), "-m", "venv", str(folder)])
    mine = str(folder / "bin" / "python")
    if pip and (done := run([mine, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade", pip])).returncode != 0:
        return done.stdout + done.stderr
    done = run([str(python), "tools/environment.py", str(folder), lock], PIP_FIND_LINKS=str(index))
    if done.returncode != 0:
        return done.stdout + done.stderr
    listed = json.loads(run([mine, "-m", "pip", "list", "--format", "json", "--disable-pip-version-check"]).stdout)
    wanted = pins(ROOT / lock)
    names = {each["name"].lower().replace("_", "-").replace(".", "-"): each["version"] for each in listed}
    wrong = [f"{name} {version}" for name, version in names.items() if name in wanted and version not in wanted[name]]
    return f"not as locked: {', '.join(wrong)}" if wrong else None


def main() -> int:
    """Try everything with everything; 1 where anything fails."""
    failed = 0
    with tempfile.TemporaryDirectory() as temporary:
        index = Path(temporary) / "index"
        for lock in LOCKS:
            newer(ROOT / lock, index)
        for version, python in pythons():
            for pip in PIPS if version.startswith("3.11.") else PIPS[::2]:  # Debian 12's runs on no newer Python
                for lock in LOCKS:
                    start = time.monotonic()
                    wrong = try_out(python, pip, lock, index, Path(temporary) / "environment")
                    verdict = "ok" if wrong is None else f"FAILED\n{wrong}"
                    seconds = time.monotonic() - start
                    title = f"Python {version}, {pip or 'the pip it brings'}, {lock}"
                    print(f"setup-matrix: {title}: {verdict}, {seconds:.0f} s", flush=True)
                    failed += wrong is not None
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
