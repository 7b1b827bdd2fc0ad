"""Files to hand to the SDK, written into the working directory of the emission.

The SDK hashes what it uploads and writes the hash into the location, so the text here is part of the output.
"""

from __future__ import annotations

import json
from pathlib import Path


def script(name: str) -> str:
    """The relative path of a script called `name` that now exists."""
    return _write(Path("scripts") / name)


def folder(name: str, *files: str) -> str:
    """The relative path of a source directory that now holds `files`."""
    for file in files:
        _write(Path(name) / file)
    return name


def notebook(name: str) -> str:
    """The relative path of a notebook called `name` that now exists."""
    empty = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return _write(Path("notebooks") / name, json.dumps(empty))


def _write(path: Path, text: str | None = None) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or f'print("{path.name}: the work of this step")\n', encoding="utf-8")
    return str(path)
