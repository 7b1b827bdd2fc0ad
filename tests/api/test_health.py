"""`GET /health`: that the service is up, and which version it is."""

from __future__ import annotations

import json
from pathlib import Path

from chalicelib import __version__
from chalicelib.web.pages import health_reply
from tests.api.conftest import Api

ROOT = Path(__file__).resolve().parents[2]


def test_it_says_that_it_is_up_and_its_version_to_any_origin(api: Api) -> None:
    answer = api.get("/health", headers={"Origin": "http://localhost:5173"})

    assert (answer.status, answer.body) == (200, {"status": "ok", "version": __version__})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_it_needs_no_client_and_no_account() -> None:
    assert json.loads(health_reply().body) == {"status": "ok", "version": __version__}


def test_the_one_version_is_the_descriptions_and_the_changelogs() -> None:
    described = json.loads((ROOT / "chalicelib" / "openapi.json").read_text())

    assert described["info"]["version"] == __version__
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
