"""What the dashboards that exist ask for and read: every field of theirs, by type and by rule."""

from typing import Any

import pytest

from tests.api.conftest import Api

PIPELINES = ("mlops-pipeline", "churn-retrain", "nightly-scoring", "fraud-experiment", "batch-inference")
S3_STRINGS = ("bucket", "region", "encryption", "versioning", "publicAccess")


@pytest.fixture(params=PIPELINES)
def both(request: pytest.FixtureRequest, api: Api) -> Any:
    return api.lineage(request.param, view="both", region="ap-northeast-2", includeLatestExec="true")


def test_one_answer_serves_either_dashboard(both: Any) -> None:
    assert {"graph", "summary", "pipeline", "findings", "warnings", "graphPipeline", "graphData"} <= set(both)


@pytest.mark.parametrize(
    ("view", "added"),
    [
        ("graph", set()),
        ("pipeline", {"graphPipeline"}),
        ("data", {"graphData"}),
        ("both", {"graphPipeline", "graphData"}),
    ],
)
def test_a_view_adds_its_projection_and_takes_nothing_away(api: Api, view: str, added: set[str]) -> None:
    plain, seen = api.lineage(), api.lineage(view=view)
    assert set(seen) - set(plain) == added
    assert {key: seen[key] for key in plain} == plain


def test_the_steps_come_in_topological_order_with_strings_to_render(both: Any) -> None:
    nodes = both["graphPipeline"]["nodes"]
    assert [node["id"] for node in nodes] == [node["id"] for node in both["graph"]["nodes"]]
    for node in nodes:
        assert all(isinstance(node[key], str) and node[key] for key in ("id", "label", "type"))
        check_run(node["run"])
        for port in node["inputs"] + node["outputs"]:
            assert isinstance(port["name"], str)
            assert isinstance(port["uri"], str)


def check_run(run: Any) -> None:
    assert isinstance(run["status"], str)
    for key in ("jobName", "jobArn", "startTime", "endTime"):
        assert isinstance(run.get(key, ""), str)
    assert isinstance(run.get("elapsedSec", 0), int)


def test_what_is_not_known_yet_is_recognised_as_an_expression(api: Api) -> None:
    unresolved = [
        port["uri"]
        for name in PIPELINES
        for node in api.lineage(name, view="both", includeLatestExec="false")["graphPipeline"]["nodes"]
        for port in node["inputs"]
        if not port["uri"].startswith(("s3://", "arn:"))
    ]
    assert unresolved
    assert all("Get" in uri or "Std:Join" in uri for uri in unresolved)


def test_data_nodes_join_on_the_exact_uri_and_carry_strings(both: Any) -> None:
    artifacts = {artifact["uri"]: artifact for artifact in both["graph"]["artifacts"]}
    data = [node for node in both["graphData"]["nodes"] if node["type"] == "dataArtifact"]
    assert data
    for node in data:
        assert node["id"] == "data:" + node["uri"]
        assert isinstance(node["label"], str)
        assert node["meta"]["s3"] == artifacts[node["uri"]]["s3"]
        assert all(isinstance(node["meta"]["s3"][key], str) for key in S3_STRINGS)
        assert all(isinstance(value, str) for value in node["meta"]["s3"]["tags"].values())


def test_process_nodes_name_their_step(both: Any) -> None:
    steps = {node["id"]: node for node in both["graphPipeline"]["nodes"]}
    processes = [node for node in both["graphData"]["nodes"] if node["type"] == "processNode"]
    assert [node["stepId"] for node in processes] == list(steps)
    for node in processes:
        assert (node["label"], node["stepType"]) == (steps[node["stepId"]]["label"], steps[node["stepId"]]["type"])
        check_run(node["run"])


def test_reads_lead_into_processes_and_writes_out_of_them(both: Any) -> None:
    kinds = {node["id"]: node["type"] for node in both["graphData"]["nodes"]}
    expected = {"read": ("dataArtifact", "processNode"), "write": ("processNode", "dataArtifact")}
    for edge in both["graphData"]["edges"]:
        assert (kinds[edge["source"]], kinds[edge["target"]]) == expected[edge["kind"]]


def test_a_place_is_green_only_where_it_is_blocked(api: Api) -> None:
    seen = {
        node["meta"]["s3"]["bucket"]: node["meta"]["s3"]["publicAccess"]
        for name in PIPELINES
        for node in api.lineage(name, view="data")["graphData"]["nodes"]
        if node["type"] == "dataArtifact"
    }
    assert seen["my-mlops-dev2-v2-main-data"] == "Blocked"
    assert seen["my-mlops-public-assets"] == "Public"
    assert seen["partner-restricted-data"] == "Unknown"
    assert seen["retired-scratch-bucket"] == "Unknown"


def test_nothing_is_said_of_sensitivity_or_retention_without_a_source(both: Any) -> None:
    assert all(set(node.get("meta", {"s3": None})) == {"s3"} for node in both["graphData"]["nodes"])


@pytest.mark.parametrize("path", ["/sagemaker/catalog", "/sagemaker/pipelines"])
def test_the_catalog_has_what_both_dashboards_choose_from(api: Api, path: str) -> None:
    body = api.get(path, regions="ap-northeast-2", includeLatestExec="true").body
    [region] = body["regions"]
    listed = {pipeline["name"]: pipeline for pipeline in region["pipelines"]}
    assert region["region"] == "ap-northeast-2"
    assert set(listed) == set(PIPELINES)
    mlops = listed["mlops-pipeline"]
    assert mlops["arn"].endswith(":pipeline/mlops-pipeline")
    assert isinstance(mlops["lastModifiedTime"], str)
    assert mlops["tags"]["sagemaker:domain-arn"].endswith("domain/d-mlopsdev2v2x")
    assert mlops["matchedDomain"] == {"domainId": "d-mlopsdev2v2x", "domainName": "mlops-dev2"}
    assert mlops["latestExecution"]["status"] == "Succeeded"


def test_the_catalog_asks_for_executions_only_where_they_are_wanted(api: Api) -> None:
    [region] = api.get("/sagemaker/catalog", regions="ap-northeast-2").body["regions"]
    assert {pipeline["latestExecution"] for pipeline in region["pipelines"]} == {None}


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"name": "MLOPS"}, 1),
        ({"domainName": "mlops-dev2"}, 5),
        ({"domainId": "d-mlopsdev2v2x"}, 5),
        ({"domainName": "other"}, 0),
    ],
)
def test_the_catalog_is_filtered(api: Api, params: dict[str, Any], count: int) -> None:
    [region] = api.get("/sagemaker/pipelines", regions="ap-northeast-2", **params).body["regions"]
    assert len(region["pipelines"]) == count


def test_the_catalog_covers_several_regions(api: Api) -> None:
    body = api.get("/sagemaker/catalog", regions="us-east-1,ap-northeast-2").body
    assert [region["region"] for region in body["regions"]] == ["us-east-1", "ap-northeast-2"]
    assert [len(region["pipelines"]) for region in body["regions"]] == [0, 5]


def test_a_region_that_does_not_exist_is_a_bad_request(api: Api) -> None:
    assert api.get("/sagemaker/catalog", regions="ap-northeast-2,evil.example").status == 400


def test_a_whole_domain_is_answered_with_every_pipelines_lineage(api: Api) -> None:
    body = api.get("/lineage/by-domain", domain="mlops-dev2", region="ap-northeast-2", view="both").body
    assert {lineage["pipeline"]["name"] for lineage in body["lineages"]} == set(PIPELINES)
    assert body["notReached"] == []
    [mlops] = [lineage for lineage in body["lineages"] if lineage["pipeline"]["name"] == "mlops-pipeline"]
    assert mlops == api.lineage(view="both")


@pytest.mark.parametrize("path", ["/schema", "/lineage/schema"])
def test_a_pipeline_without_feature_groups_has_an_honest_empty_schema(api: Api, path: str) -> None:
    wishes: dict[str, Any] = {"include_featurestore": "true", "include_sql": "true", "scan_if_missing": "true"}
    answer = api.get(path, pipeline="mlops-pipeline", region="ap-northeast-2", **wishes)
    assert answer.status == 200
    assert (answer.body["tables"], answer.body["columns"]) == ([], [])
    assert {warning["code"] for warning in answer.body["warnings"]} == {"NoFeatureGroups", "ReadOnly"}


@pytest.mark.parametrize("path", ["/lineage", "/sagemaker/catalog", "/sagemaker/pipelines", "/schema", "/pipelines"])
def test_the_preflight_that_a_content_type_on_a_get_causes_is_answered(api: Api, path: str) -> None:
    headers = {
        "Origin": "http://localhost:5173",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = api.get(path, headers=headers, method="OPTIONS")
    assert answer.status == 200
    assert "content-type" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
