"""Replies that ask AWS nothing: the page, its files, the description of the API, and that the service is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import __version__
from chalicelib.http.reply import NO_STORE, SECURITY_HEADERS, Reply, json_reply

if TYPE_CHECKING:
    from chalicelib.static_files import StaticFile


def entry_reply(request_path: str) -> Reply:
    """Return the page at the API's root, or a 404 that says how to get it."""
    from chalicelib.static_files import NOT_BUILT, entry

    return _static(entry(request_path), NOT_BUILT)


def file_reply(name: str) -> Reply:
    """Return a file that the page asks for, or a 404."""
    from chalicelib.static_files import static_file

    return _static(static_file(name), "no such file")


def _static(file: StaticFile | None, otherwise: str) -> Reply:
    if file is None:
        return json_reply(404, {"message": otherwise}, NO_STORE)
    return Reply(200, file.content, {**SECURITY_HEADERS, **file.headers})


def description_reply() -> Reply:
    """Return the reply of `GET /openapi.json`: the document that `make openapi` writes."""
    from chalicelib.static_files import description

    file = description()
    return Reply(200, file.content, {**SECURITY_HEADERS, **file.headers})


def health_reply() -> Reply:
    """Return that the service is up, and its version; AWS is asked nothing."""
    return json_reply(200, {"status": "ok", "version": __version__}, NO_STORE)
