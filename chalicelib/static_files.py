"""Static files of this package: the page, which `make viewer` builds, and the API's OpenAPI description."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "viewer"
DESCRIPTION = Path(__file__).parent / "openapi.json"
FILE_NAME = re.compile(r"[A-Za-z0-9_\-]+(\.[A-Za-z0-9_\-]+)*\.(?P<ending>[a-z0-9]+)")
STAGE_NAME = re.compile(r"[A-Za-z0-9_\-]+")
TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
# Nothing but the service's own files and replies: no inline script, no other origin, no frame around it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOT_BUILT = "the page is not built: run 'make viewer' where Node 20+ is; the API works without it"


class StaticFile(NamedTuple):
    """File as it is sent, with its headers."""

    content: bytes
    headers: Mapping[str, str]


def static_file(name: str, folder: Path = FOLDER) -> StaticFile | None:
    """Return the page's file of this name; `None` where there is none, or the name is no plain file name."""
    match = FILE_NAME.fullmatch(name)
    path = folder / name
    if match is None or match["ending"] not in TYPES or not path.is_file():
        return None
    # Every script and style has its content's hash in its name; the entry and the notices keep theirs.
    keep = "no-cache" if match["ending"] in {"html", "txt"} else "public, max-age=31536000, immutable"
    headers = {"Content-Type": TYPES[match["ending"]], "Cache-Control": keep, "Content-Security-Policy": POLICY}
    return StaticFile(path.read_bytes(), headers)


def description() -> StaticFile:
    """Return the API's OpenAPI description."""
    headers = {"Content-Type": TYPES["json"], "Cache-Control": "no-cache"}
    return StaticFile(DESCRIPTION.read_bytes(), headers)


def entry(request_path: str, folder: Path = FOLDER) -> StaticFile | None:
    """Return the page itself for a request to `request_path`; `None` where it is not built.

    A browser that opens `/prod` looks for `viewer/…` beside it and not below it: the stage's name is put before.
    """
    page = static_file("index.html", folder)
    stage = request_path.rsplit("/", 1)[-1]
    if page is None or not STAGE_NAME.fullmatch(stage):
        return page
    return StaticFile(page.content.replace(b'="viewer/', f'="{stage}/viewer/'.encode()), page.headers)
