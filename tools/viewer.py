"""Build and test the page in viewer/: once for each state of its sources, and one clear line where Node is missing."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

ROOT = Path(__file__).resolve().parent.parent
VIEWER = ROOT / "viewer"
BUILT = ROOT / "chalicelib" / "viewer"
STAMP = ROOT / ".make" / "viewer"
OLDEST_NODE = (20, 19)  # Vite's own floor


class ViewerFailed(Exception):
    """The page could not be built or tested; the message says why in a line."""


def why_not() -> str | None:
    """Return why the page cannot be built on this machine, or `None` where it can."""
    if not (VIEWER / "package.json").is_file():
        return "viewer/ is not here"
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return "Node 20.19 or newer is not installed"
    asked = subprocess.run([node, "-p", "process.versions.node"], capture_output=True, text=True, check=False)
    version = asked.stdout.strip()
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return None if numbers >= OLDEST_NODE else f"Node 20.19 or newer is needed, and this is {version or 'broken'}"


def npm(*arguments: str, show: bool = False, variables: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run npm in viewer/; its output is shown where asked for, or where it fails."""
    log = ROOT / ".make" / f"npm-{arguments[-1]}.log"
    log.parent.mkdir(exist_ok=True)
    run = subprocess.run(
        ["npm", *arguments],
        cwd=VIEWER,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=None if show else subprocess.PIPE,
        stderr=None if show else subprocess.STDOUT,
        text=True,
        check=False,
    )
    log.write_text(run.stdout or "")
    if run.returncode != 0:
        print(run.stdout or "", end="")
        raise ViewerFailed(f"npm {' '.join(arguments)} failed (no network, or see above)")


def install() -> None:
    """Bring node_modules to what the lock file says."""
    lock, stamp = VIEWER / "package-lock.json", VIEWER / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return
    print("viewer: installing npm packages ...", flush=True)
    npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_bytes(lock.read_bytes())


def digest() -> str:
    """Return one number for all that the built page depends on."""
    found = hashlib.sha256((ROOT / "chalicelib" / "__init__.py").read_bytes())  # it says the version
    for path in sorted(VIEWER.rglob("*")):
        inside = path.relative_to(VIEWER)
        if path.is_file() and inside.parts[0] not in {"node_modules", "dist", "e2e", "test"}:
            found.update(f"{inside.as_posix()}\0".encode() + path.read_bytes())
    return found.hexdigest()


def build() -> None:
    """Build the page into chalicelib/viewer, unless what stands there is of these very sources."""
    state = digest()
    if STAMP.is_file() and STAMP.read_text() == state and (BUILT / "index.html").is_file():
        return
    install()
    print("viewer: building the page ...", flush=True)
    npm("run", "build")
    npm("run", "check-size")
    STAMP.parent.mkdir(exist_ok=True)
    STAMP.write_text(digest())


def test() -> None:
    """Build, check the sources' style, and run the page's unit tests."""
    build()
    install()
    npm("run", "check-format")
    npm("run", "test")


def screenshots() -> None:
    """Build, and take the pictures of the documentation in Chromium."""
    build()
    install()
    npm("run", "screenshots", show=True)


COMMANDS: dict[str, Callable[[], None]] = {
    "build": build,
    "test": test,
    "screenshots": screenshots,
}


def main(arguments: list[str]) -> int:
    """Run `build`, `test` or `screenshots`."""
    command = COMMANDS.get(arguments[0] if arguments else "")
    if command is None:
        print(f"usage: viewer.py {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    reason = why_not()
    if reason:
        print(f"viewer: {reason}; the API works without the page", file=sys.stderr)
        return 1
    try:
        command()
    except ViewerFailed as failed:
        print(f"viewer: {failed}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
