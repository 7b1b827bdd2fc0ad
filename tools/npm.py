"""Programs of other projects that checks need, from npm: a folder's lock says which, and there they stay."""

from __future__ import annotations

import subprocess
from pathlib import Path


class InstallFailed(Exception):
    """The programs could not be brought here; the message says why."""


def install(folder: Path) -> None:
    """Bring a folder's programs to what its lock file says, without running anything of theirs."""
    lock, stamp = folder / "package-lock.json", folder / "node_modules" / ".installed"
    if stamp.is_file() and stamp.read_bytes() == lock.read_bytes():
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise InstallFailed(f"npm ci failed (no network?): {done.stderr.strip()}")
    stamp.write_bytes(lock.read_bytes())
