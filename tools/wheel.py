"""Build the wheel, from what git knows and the built page, with the locked build backend."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools import package, viewer

ROOT = package.ROOT
SOURCES = ("LICENSE", "README.md", "pyproject.toml", "setup.py")


def build(out: Path) -> Path:
    """Build the wheel in `out`; return its path. Raises `PackageFailed`."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary)
        package.gather_sources(source)
        for name in SOURCES:
            (source / name).write_bytes((ROOT / name).read_bytes())
        flags = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
        package.run([str(package.BIN / "python"), "-m", "pip", "wheel", *flags, "--wheel-dir", str(out), str(source)])
    (wheel,) = out.glob("sagemaker_lineage-*.whl")
    return wheel


def main() -> int:
    """Build the page and the wheel in build/wheel; 1 with a line where that fails."""
    try:
        package.build_page()
        wheel = build(ROOT / "build" / "wheel")
    except (package.PackageFailed, viewer.ViewerFailed) as failed:
        print(f"wheel: {failed}", file=sys.stderr)
        return 1
    print(f"wheel: {wheel.relative_to(ROOT)} ({wheel.stat().st_size / 1e3:.0f} kB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
