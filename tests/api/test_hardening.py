"""What every answer carries, and what none does: through the front door."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from tests.api.conftest import Api

ROUTES = (
    "/",
    "/lineage",
    "/lineage?pipeline=mlops-pipeline",
    "/lineage?pipeline=no-such-pipeline",
    "/pipelines",
    "/executions?pipeline=mlops-pipeline",
    "/viewer/no-such-file.js",
)
OUTWARD = (
    "//evil.example.com",
    "//evil.example.com/..",
    "/\\evil.example.com",
    "/lineage/",
    "/lineage?pipeline=//evil.example.com",
    "/viewer/..%2f..%2fapp.py",
    "/viewer/https:%2f%2fevil.example.com",
    "/.chalice/config.json",
    "/app.py",
)


def ask(api: Api, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """The raw answer: nothing is followed and nothing is tidied up in the path."""
    at = urlsplit(api.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=60)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_has_the_security_headers(api: Api, path: str) -> None:
    _, headers, _ = ask(api, path)

    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", [*ROUTES, *OUTWARD])
def test_nothing_redirects_and_nothing_is_set_in_the_browser(api: Api, path: str) -> None:
    status, headers, _ = ask(api, path)

    assert not 300 <= status < 400
    assert "location" not in headers
    assert "set-cookie" not in headers


@pytest.mark.parametrize("path", OUTWARD)
def test_no_path_gives_more_than_an_error(api: Api, path: str) -> None:
    status, _, body = ask(api, path)

    assert status in {400, 403, 404}
    assert b"Chalice(" not in body
    assert b"autogen_policy" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_there_is_nothing_to_change(api: Api, method: str) -> None:
    status, _, _ = ask(api, "/lineage?pipeline=mlops-pipeline", method)

    assert status == 405
