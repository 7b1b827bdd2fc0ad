"""Virtual environments from lock files as they stand: nothing is resolved, so newer releases change nothing.

    python tools/environment.py .venv requirements-dev.txt
    python tools/environment.py .venv requirements-demo.txt --enough requirements-dev.txt

Runs before anything is installed: it imports the standard library alone.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIP_FLAGS = (
    "--no-deps",  # a resolver would look for newer releases of what an extra names without a version
    "--require-hashes",
    "--only-binary=:all:",  # building from source would fetch a backend that no lock names
    "--no-compile",  # Python compiles what is imported when it is imported
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
    "--retries=2",
)
NO_NETWORK = re.compile(
    r"failed to establish|name resolution|connect ?timeout|network is unreachable"
    r"|connection (refused|reset|broken)|proxyerror",
    re.IGNORECASE,
)
MET = re.compile(r"(?:Collecting|Processing|Requirement already satisfied:) (?:\S*/)?([\w.]+)")
"""A line of pip's about the next package, which it fetches, finds in a folder, or has."""

STAMP = ".installed"


class EnvironmentFailed(Exception):
    """An environment could not be made; the message says why in a line."""


def is_ready(folder: Path, locks: Iterable[Path]) -> bool:
    """Tell whether the environment runs, and holds what one of the locks names."""
    stamp = folder / STAMP
    return (
        stamp.is_file()
        and any(lock.read_bytes() == stamp.read_bytes() for lock in locks)
        and runs(folder / "bin" / "python")
    )


def runs(python: Path) -> bool:
    """Tell whether an interpreter is there and starts: the one that an environment was made of may be gone."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fill(folder: Path, lock: Path, *, enough: Sequence[Path] = (), quiet: bool = False) -> Path:
    """Make an environment, and install a lock in it; return its interpreter.

    Nothing is done where it is ready, by this lock or by one of `enough`. Raises `EnvironmentFailed`.
    """
    python = folder / "bin" / "python"
    if is_ready(folder, (lock, *enough)):
        if not quiet:
            print(f"setup: {shown(folder)} is ready")
        return python
    log = ROOT / ".make" / f"setup-{lock.stem}.log"
    log.parent.mkdir(exist_ok=True)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"setup: installing {shown(lock)} in {shown(folder)} with Python {version} ...", flush=True)
    with log.open("w", encoding="utf-8") as kept:
        (folder / STAMP).unlink(missing_ok=True)
        if not runs(python):
            made = subprocess.run(
                [sys.executable, "-m", "venv", "--clear", folder], stdout=kept, stderr=kept, check=False
            )
            if made.returncode != 0:
                raise EnvironmentFailed(f"{shown(folder)} could not be made; see {shown(log)}")
        install = [str(python), "-m", "pip", "install", *PIP_FLAGS, "-r", str(lock)]
        with subprocess.Popen(
            install, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as pip:
            for line in counted(pip.stdout or (), lock):
                kept.write(line)
    if pip.returncode != 0:
        raise EnvironmentFailed(reason(log))
    (folder / STAMP).write_bytes(lock.read_bytes())
    print(f"setup: {shown(folder)} is ready", flush=True)
    return python


def counted(lines: Iterable[str], lock: Path) -> Iterable[str]:
    """Give pip's lines on, and say how far it has come: at each package on a terminal, else now and then."""
    total = len(re.findall(r"^[\w.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    live = sys.stdout.isatty()
    count = 0
    for line in lines:
        yield line
        if line.startswith("Ignoring "):  # what other systems need
            total -= 1
        elif met := MET.match(line):
            count += 1
            if live:
                print(f"\r\033[Ksetup: fetching {count} of {total} packages ({met[1]})", end="", flush=True)
            elif count % 25 == 0:
                print(f"setup: fetched {count} of {total} packages", flush=True)
        elif line.startswith("Installing collected"):
            print(
                "\r\033[K" if live else "", f"setup: fetched {total} packages, installing them ...", sep="", flush=True
            )


def reason(log: Path) -> str:
    """Return why pip failed, in a line."""
    said = log.read_text(encoding="utf-8")
    if NO_NETWORK.search(said):
        return f"no network: the packages could not be fetched from PyPI (details in {shown(log)})"
    errors = deque((line.strip() for line in said.splitlines() if line.lstrip().startswith("ERROR")), maxlen=1)
    return f"pip failed: {errors[0] if errors else 'it said nothing'} (details in {shown(log)})"


def shown(path: Path) -> str:
    """Return a path as a reader knows it: below the project where it is there."""
    path = path.absolute()
    return os.fspath(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def main(arguments: list[str]) -> int:
    """Make or complete an environment; 1 with a line where that fails."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("lock", type=Path)
    parser.add_argument("--enough", type=Path, action="append", default=[], help="a lock that holds all of this one")
    parser.add_argument("--quiet", action="store_true", help="say nothing where there is nothing to do")
    options = parser.parse_args(arguments)
    try:
        fill(options.folder, options.lock, enough=options.enough, quiet=options.quiet)
    except (EnvironmentFailed, OSError) as failed:
        print(f"setup: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
