"""The description that the API serves: fresh, valid, and true of its answers."""

import copy
import json
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chalicelib.cli.dump import main
from chalicelib.program import ask
from sandbox.demo import PIPELINES
from tests.api.conftest import ROOT, Api
from tests.builders.described import description, problems
from tools import openapi

DEFINITIONS = sorted((ROOT / "corpus" / "emitted").glob("v[23]/*.json"))
EXAMPLES_A_ROUTE = 20
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)

PROMISED = {
    "Pipeline": {"name", "arn", "lastModifiedTime"},
    "Summary": {"overallStatus", "nodeStatus", "elapsedSec"},
    "Node": {"id", "type", "inputs", "outputs"},
    "Port": {"name", "uri"},
    "Run": {"status", "startTime", "endTime", "elapsedSec", "jobName", "jobArn", "metrics"},
    "Edge": {"from", "to", "via"},
    "Artifact": {"id", "uri", "bucket", "key", "s3"},
    "S3": {"bucket", "region", "encryption", "versioning", "publicAccess", "tags"},
    "Lineage": {"pipeline", "execution", "summary", "graph", "findings", "warnings"},
    "Finding": {"rule", "severity", "status", "finding_info", "path", "evidence", "controls", "remediation"},
    "WarningEntry": {"code", "message", "resource", "action"},
    "ViewNode": {"id", "label", "type", "inputs"},
    "ProcessNode": {"id", "type", "label", "stepId", "stepType", "run"},
    "DataNode": {"id", "type", "label", "uri", "meta"},
    "DataEdge": {"source", "target", "kind"},
    "CatalogEntry": {"name", "arn", "lastModifiedTime", "tags", "matchedDomain", "latestExecution"},
    "Table": {"id", "name", "links"},
    "Column": {"tableId", "links"},
    "Error": {"message"},
}


def test_it_is_what_make_openapi_writes(api: Api) -> None:
    written = openapi.text_of(openapi.document(lambda path, given: api.get(path, **given).body))

    assert json.loads(written) == description(), "run `make openapi`"


def test_it_is_valid_openapi_3_1() -> None:
    assert description()["openapi"].startswith("3.1.")
    validate(description())


def test_it_is_served_as_it_lies_and_to_any_origin(api: Api) -> None:
    answer = api.get("/openapi.json", headers={"Origin": "http://localhost:5173"})

    assert (answer.status, answer.body) == (200, description())
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_it_describes_every_route_and_no_other(app: Any) -> None:
    pages = {"/", "/viewer/{name}"}

    assert set(description()["paths"]) == set(app.app.routes) - pages
    assert all(list(app.app.routes[path]) == ["GET"] for path in description()["paths"])


@pytest.mark.parametrize("name", PROMISED)
def test_what_is_promised_is_required(name: str) -> None:
    assert set(description()["components"]["schemas"][name]["required"]) >= PROMISED[name]


def test_every_object_may_grow() -> None:
    schemas = description()["components"]["schemas"]

    assert [name for name, schema in schemas.items() if "additionalProperties" in schema] == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("graph", "artifacts", 0, "s3", "publicAccess"), {"verdict": "Blocked"}),
        (("graph", "nodes", 0, "run", "startTime"), "yesterday"),
        (("graph", "nodes", 0, "inputs", 0, "uri"), 7),
        (("findings", 0, "severity"), "Terrible"),
        (("graphData", "nodes", 0, "label"), None),
    ],
)
def test_an_answer_that_breaks_its_promise_is_noticed(api: Api, path: tuple[Any, ...], wrong: Any) -> None:
    body = copy.deepcopy(api.lineage(view="both"))

    assert problems("Lineage", body) == []

    place = body
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = wrong

    assert problems("Lineage", body) != []


@pytest.mark.parametrize("posture", ["basic", "full"])
@pytest.mark.parametrize("latest", ["true", "false"])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_every_lineage_of_the_demo_account_conforms(api: Api, pipeline: str, posture: str, latest: str) -> None:
    body = api.lineage(pipeline, view="both", posture=posture, includeLatestExec=latest)

    assert problems("Lineage", body) == []


def test_every_execution_of_the_demo_account_conforms(api: Api) -> None:
    for pipeline in PIPELINES:
        listed = api.get("/executions", pipeline=pipeline).body
        for entry in listed["executions"]:
            shown = api.lineage(pipeline, execution=entry["arn"])
            assert (problems("Lineage", shown), shown["execution"]["arn"]) == ([], entry["arn"])


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_every_kind_of_step_conforms_without_an_account(
    definition: Any, app: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--definition", str(definition), "--view", "both"], ask) == 0
    assert problems("Lineage", json.loads(capsys.readouterr().out)) == []


@pytest.mark.parametrize(
    ("path", "params", "name"),
    [
        ("/pipelines", {}, "PipelinePage"),
        ("/executions", {"pipeline": "mlops-pipeline"}, "ExecutionPage"),
        ("/sagemaker/catalog", {"regions": "ap-northeast-2,us-east-1"}, "Catalog"),
        ("/sagemaker/pipelines", {"includeLatestExec": "true"}, "Catalog"),
        ("/lineage/by-domain", {"domain": "mlops-dev2", "view": "both"}, "DomainLineages"),
        ("/schema", {"pipeline": "mlops-pipeline", "scan_if_missing": "true"}, "Schema"),
        ("/lineage/schema", {"pipeline": "mlops-pipeline"}, "Schema"),
    ],
)
def test_every_other_answer_conforms(api: Api, path: str, params: dict[str, Any], name: str) -> None:
    answer = api.get(path, **params)

    assert answer.status == 200
    assert problems(name, answer.body) == []


@pytest.mark.parametrize(
    ("params", "status"), [({}, 400), ({"pipeline": "no-such-pipeline"}, 404), ({"pipeline": "x", "evil": "1"}, 400)]
)
def test_an_error_conforms_and_its_status_is_described(api: Api, params: dict[str, Any], status: int) -> None:
    answer = api.get("/lineage", **params)

    assert answer.status == status
    assert str(status) in description()["paths"]["/lineage"]["get"]["responses"]
    assert problems("Error", answer.body) == []


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", openapi.ROUTES)
def test_whatever_is_asked_the_answer_is_as_described(api: Api, path: str, mode: GenerationMode) -> None:
    operation = schemathesis.openapi.from_dict(description())[path]["GET"]

    @settings(
        max_examples=EXAMPLES_A_ROUTE,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode),
        real=st.fixed_dictionaries({"pipeline": st.sampled_from(PIPELINES), "domain": st.just("mlops-dev2")}),
        is_real=st.booleans(),
    )
    def drive(case: Any, real: dict[str, str], is_real: bool) -> None:
        if is_real:  # invented names alone would never meet a pipeline
            case.query = {**(case.query or {}), **{name: real[name] for name in required if name in real}}
            case.query.pop("region", None)
            case.query.pop("regions", None)
        case.call_and_validate(base_url=api.url, checks=CHECKS)

    required = [each["name"] for each in operation.definition.raw["parameters"] if each.get("required")]
    drive()


def test_the_patterns_say_what_the_service_says() -> None:
    [pipeline] = [p for p in description()["paths"]["/lineage"]["get"]["parameters"] if p["name"] == "pipeline"]
    pattern = re.compile(pipeline["schema"]["pattern"])

    assert pattern.search("mlops-pipeline")
    assert pattern.search("arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn")
    assert not pattern.search("a b")
    assert not pattern.search("x/../y")
