"""Whatever a definition or a job says, the answer has the shape that the API describes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faults.fuzzing import definitions, trees
from faults.hostile import Hostile, ask
from tests.builders.dashboards import newer, older
from tests.builders.described import problems

ROOT = Path(__file__).resolve().parents[2]
BRIEFLY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ASKED = {"region": ["us-east-1"], "pipeline": ["p"], "view": ["both"]}
DESCRIBES = {
    "/lineage": "Lineage",
    "/pipelines": "PipelinePage",
    "/executions": "ExecutionPage",
    "/sagemaker/catalog": "Catalog",
    "/lineage/by-domain": "DomainLineages",
    "/schema": "Schema",
}


def body_of(account: Hostile, **params: list[str]) -> tuple[int, Any]:
    reply = ask("/lineage", {**ASKED, **params}, account)
    return reply.status, json.loads(reply.body)


@BRIEFLY
@given(definitions(), trees, st.sampled_from(["basic", "full"]), st.sampled_from(["true", "false"]))
def test_any_definition_and_any_job_make_an_answer_of_the_described_shape(
    definition: str, said: Any, posture: str, latest: str
) -> None:
    status, body = body_of(Hostile(definition, said), posture=[posture], includeLatestExec=[latest])

    assert problems("Lineage" if status == 200 else "Error", body) == []

    if status == 200:
        older(body)
        newer(body)


@pytest.mark.parametrize("route", DESCRIBES)
def test_every_route_keeps_its_shape_over_an_account_that_refuses_the_rest(route: str) -> None:
    needed: dict[str, list[str]] = {
        "/pipelines": {},
        "/sagemaker/catalog": {"regions": ["us-east-1"]},
        "/lineage/by-domain": {"domain": ["d"], "region": ["us-east-1"]},
    }.get(route, {"pipeline": ["p"], "region": ["us-east-1"]})
    reply = ask(route, needed, Hostile('{"Version": "2020-12-01", "Steps": []}'))

    assert reply.status == 200
    assert problems(DESCRIBES[route], json.loads(reply.body)) == []


def test_the_types_the_accounts_graph_and_comparisons_cost_a_cold_start_nothing() -> None:
    late = tuple(
        f"chalicelib.{part}"
        for part in ("formats.types", "formats.exports", "core.account", "core.diff", "store", "scan", "cli")
    )
    told = f"[name for name in sys.modules if name.startswith({late!r})]"
    asked = f"import sys, chalicelib.web.handlers; print({told})"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert run.stdout.strip() == "[]"
