"""A package index in a folder: made-up wheels of what a lock names, and a newer release of each.

For trying out that setting up takes a lock as it stands.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import zipfile
from pathlib import Path

PIN = re.compile(r"^([\w.-]+)==([^\s;]+)( ;[^\\]*)? ?\\?$", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    """Return each locked package with its version, or its versions where Pythons differ in that."""
    found: dict[str, set[str]] = {}
    for name, version, _ in PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def mirror(lock: Path, folder: Path, *, without: frozenset[str]) -> str:
    """Fill `folder` with a locked and a newer wheel of every package, and return the lock with the former's hashes.

    Each wheel asks for what the real package asks for, so that whatever resolves finds something to resolve.
    """
    folder.mkdir()
    lines = []
    for name, version, marker in PIN.findall(lock.read_text(encoding="utf-8")):
        if name not in without:
            digest = hashlib.sha256(wheel(folder, name, version).read_bytes()).hexdigest()
            wheel(folder, name, later(version))
            lines.append(f"{name}=={version}{marker} --hash=sha256:{digest}")
    return "\n".join(lines) + "\n"


def newer(lock: Path, folder: Path) -> None:
    """Fill `folder` with a newer wheel of every locked package."""
    folder.mkdir(exist_ok=True)
    for name, versions in pins(lock).items():
        wheel(folder, name, later(max(versions)))


def later(version: str) -> str:
    """Return a version that comes after another."""
    return f"{int(version.split('.')[0]) + 1}.0"


def wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel that holds its metadata alone."""
    stem = f"{re.sub('[-.]+', '_', name)}-{version}"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {each}" for each in requirements(name)]
    path = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{stem}.dist-info/METADATA", "\n".join(metadata) + "\n")
        packed.writestr(
            f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr(f"{stem}.dist-info/RECORD", "")
    return path


def requirements(name: str) -> list[str]:
    """Return what the real package asks for, where it is installed here."""
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []
