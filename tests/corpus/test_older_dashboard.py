"""The older dashboard, which joins places by their text, on every committed definition before and after a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import sandbox
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.web.handlers import get_lineage
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from tests.builders.dashboards import data_edges, newer, older
from tests.builders.sessions import start_session

CORPUS = Path(__file__).parents[2] / "corpus" / "emitted"
DEFINITIONS = {
    f"{path.parent.name}-{path.stem}": json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(CORPUS.rglob("*.json"))
    if path.stem != "manifest"
}
SAMPLES = {"Integer": "1", "Float": "1", "Boolean": "true"}

Edges = set[tuple[str, str]]


@pytest.fixture(scope="module")
def account() -> Iterator[sandbox.Account]:
    with sandbox.account() as opened:
        yield opened


@pytest.fixture(scope="module")
def service(account: sandbox.Account) -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        start_session()
        yield make_service(Settings(enable_s3_meta=False, enable_reports=False), {})
    start_session()


@pytest.fixture(scope="module", params=[f"{name} {when}" for name in DEFINITIONS for when in ("before", "after")])
def body(request: pytest.FixtureRequest, account: sandbox.Account, service: Service) -> Any:
    name, when = request.param.split()
    document, pipeline = DEFINITIONS[name], f"{name}-{when}"
    account.put_pipeline(document, pipeline)
    if when == "after":
        account.run(pipeline, _values(document))
    asked = {"pipeline": [pipeline], "view": ["both"]}
    reply = respond(get_lineage, Request("/lineage", asked, "request-1"), service)
    answer = json.loads(reply.body)
    assert reply.status == 200, answer
    assert (answer["execution"] is None) == (when == "before")
    return answer


def _values(document: Mapping[str, Any]) -> dict[str, str]:
    without = [one for one in document.get("Parameters") or [] if "DefaultValue" not in one]
    return {one["Name"]: SAMPLES.get(one.get("Type"), "s3://given/place") for one in without}


def test_both_dashboards_can_read_it(body: Any) -> None:
    older(body)
    newer(body)


def test_it_draws_no_edge_that_is_not_there(body: Any) -> None:
    known = {(edge["from"], edge["to"]) for edge in body["graph"]["edges"] if edge["via"] in ("ref:Get", "artifact")}
    # Two jobs that keep checkpoints in one place each read and write it: the one that comes first read it, too.
    back = {(reader, writer) for writer, reader in known & _keeping_one_place(body)}

    assert data_edges(body) - known - back == set()


def _keeping_one_place(body: Any) -> Edges:
    kept = [
        (node["id"], {port["uri"] for port in node["inputs"]} & {port["uri"] for port in node["outputs"]})
        for node in body["graph"]["nodes"]
    ]
    return {(one, other) for one, places in kept for other, others in kept if places & others}


def test_it_draws_each_edge_of_a_location_that_another_step_writes(body: Any) -> None:
    """A reference to a step's location has that step's own text, whatever a run still has to fill in."""
    loops = {node["id"] for node in body["graph"]["nodes"] if node["type"] == "ForEach"}
    referred = {
        (port["expression"].split(".")[1], node["id"])
        for node in body["graph"]["nodes"]
        for port in node["inputs"]
        if port.get("expression", "").startswith("Steps.")
        and port["expression"].endswith(("S3Output.S3Uri", "S3ModelArtifacts"))
    }

    assert {(writer, reader) for writer, reader in referred if writer not in loops} - data_edges(body) == set()
