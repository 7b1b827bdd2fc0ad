"""Scripts to hand to the SDK, written into the working directory of the emission.

The SDK hashes what it uploads and writes the hash into the location, so the text here is part of the output.
"""

from __future__ import annotations

from pathlib import Path


def script(name: str, folder: str = "scripts") -> str:
    """The relative path of a script called `name` that now exists."""
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'print("{name}: the work of this step")\n', encoding="utf-8")
    return str(path)
