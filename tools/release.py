"""Make what a release consists of: the wheel, each stage's SAM package, their checksums, and the notes."""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import sys
import zipfile
from pathlib import Path

from chalicelib import __version__
from tools import package, viewer, wheel

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "build" / "release"


class ReleaseFailed(Exception):
    """There is nothing to release; the message says why in a line."""


def notes(changelog: str, version: str) -> str:
    """Return what the changelog says of a version. Raises `ReleaseFailed` where it says nothing."""
    found = re.search(rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise ReleaseFailed(f"CHANGELOG.md says nothing of {version}")
    return found[1].strip() + "\n"


def check_tag(tag: str) -> None:
    """Refuse a tag that is not the version's own."""
    if tag != f"v{__version__}":
        raise ReleaseFailed(f"the tag {tag} is not v{__version__}, the version in chalicelib/__init__.py")


def sam_package(stage: str, files: Path) -> None:
    """Build a stage, and put its template and zip in one archive, in which `sam deploy` finds them."""
    out = package.build(stage, package.BUILD / stage)
    with zipfile.ZipFile(files / f"sagemaker-lineage-{__version__}-sam-{stage}.zip", "w", zipfile.ZIP_STORED) as packed:
        for name in ("sam.json", "deployment.zip"):
            packed.writestr(zipfile.ZipInfo(name, package.LONG_AGO), (out / name).read_bytes())


def checksums(files: Path) -> str:
    """Return the SHA-256 of each file, as `sha256sum --check` reads it."""
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(files.iterdir())
    )


def main(arguments: list[str]) -> int:
    """Fill build/release; 1 with a line where that fails."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--tag", default=f"v{__version__}", help="what is released (%(default)s)")
    options = parser.parse_args(arguments)
    try:
        check_tag(options.tag)
        said = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), __version__)
        shutil.rmtree(OUT, ignore_errors=True)
        files = OUT / "files"
        files.mkdir(parents=True)
        (OUT / "NOTES.md").write_text(said, encoding="utf-8")
        package.build_page()
        wheel.build(files)
        for stage in package.config()["stages"]:
            sam_package(stage, files)
        (files / "SHA256SUMS").write_text(checksums(files))
    except (ReleaseFailed, package.PackageFailed, viewer.ViewerFailed) as failed:
        print(f"release: {failed}", file=sys.stderr)
        return 1
    print(*(f"release: {path.relative_to(ROOT)}" for path in sorted(files.iterdir())), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
