"""What the dashboards that exist ask for and read: every field of theirs, by type and by rule."""

from typing import Any

import pytest

from chalicelib.settings import Settings
from chalicelib.web.handlers import get_lineage
from sandbox.demo import PIPELINES
from tests.api.conftest import Api
from tests.builders.dashboards import data_edges, newer, older
from tests.builders.described import problems
from tests.builders.reads import aws_error
from tests.builders.services import ask, pipeline_reads


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

    if added:  # what a dashboard looks up in the counts is there, also where it is 0
        plain["summary"]["nodeStatus"] = {"Failed": 0, **plain["summary"]["nodeStatus"]}

    assert set(seen) - set(plain) == added
    assert {key: seen[key] for key in plain} == plain


@pytest.mark.parametrize("latest", ["true", "false"])
@pytest.mark.parametrize("pipeline", PIPELINES)
def test_both_dashboards_read_every_pipeline_of_the_account(api: Api, pipeline: str, latest: str) -> None:
    """Succeeded, failed, executing, never run; a bucket that may not be read, and one that is gone."""
    body = api.lineage(pipeline, view="both", region="ap-northeast-2", includeLatestExec=latest)

    assert body["graphPipeline"]["nodes"]

    older(body)
    newer(body)


def test_what_a_run_completes_is_a_place_with_its_buckets_posture(api: Api) -> None:
    """It was an expression that the newer dashboard left out: never-run pipelines showed neither data nor posture."""
    body = api.lineage("mlops-pipeline", view="both", includeLatestExec="false")
    [model] = [port for port in step(body, "Train")["outputs"] if port["name"] == "model_artifacts"]
    [place] = [node for node in body["graphData"]["nodes"] if node.get("uri") == model["uri"]]
    bucket, path = "my-mlops-dev2-v2-main-data", "pipelines/mlops/models/${Steps.Train.TrainingJobName}"

    assert model["uri"] == f"s3://{bucket}/{path}/output/model.tar.gz"
    assert (model["resolution"], model["within"]) == ("unresolved", f"s3://{bucket}/{path}")
    assert model["expression"] == "Steps.Train.ModelArtifacts.S3ModelArtifacts"
    assert place["meta"]["s3"]["publicAccess"] == "Blocked"


def step(body: Any, name: str) -> Any:
    return next(node for node in body["graph"]["nodes"] if node["id"] == name)


def test_data_nodes_join_on_the_exact_uri_and_carry_strings(both: Any) -> None:
    artifacts = {artifact["uri"]: artifact for artifact in both["graph"]["artifacts"]}
    data = [node for node in both["graphData"]["nodes"] if node["type"] == "dataArtifact"]

    assert data

    for node in data:
        assert node["id"] == "data:" + node["uri"]
        assert node["meta"]["s3"] == artifacts[node["uri"]]["s3"]


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
        ({"domainName": "mlops-dev2"}, len(PIPELINES)),
        ({"domainId": "d-mlopsdev2v2x"}, len(PIPELINES)),
        ({"domainName": "other"}, 0),
    ],
)
def test_the_catalog_is_filtered(api: Api, params: dict[str, Any], count: int) -> None:
    [region] = api.get("/sagemaker/pipelines", regions="ap-northeast-2", **params).body["regions"]

    assert len(region["pipelines"]) == count


def test_the_catalog_covers_several_regions(api: Api) -> None:
    body = api.get("/sagemaker/catalog", regions="us-east-1,ap-northeast-2").body

    assert [region["region"] for region in body["regions"]] == ["us-east-1", "ap-northeast-2"]
    assert [len(region["pipelines"]) for region in body["regions"]] == [0, len(PIPELINES)]


def test_a_region_that_does_not_exist_is_a_bad_request(api: Api) -> None:
    assert api.get("/sagemaker/catalog", regions="ap-northeast-2,evil.example").status == 400


def test_a_whole_domain_is_answered_with_every_pipelines_lineage(api: Api) -> None:
    body = api.get("/lineage/by-domain", domain="mlops-dev2", region="ap-northeast-2", view="both").body

    assert {lineage["pipeline"]["name"] for lineage in body["lineages"]} == set(PIPELINES)
    assert body["notReached"] == []

    [mlops] = [lineage for lineage in body["lineages"] if lineage["pipeline"]["name"] == "mlops-pipeline"]

    assert mlops == api.lineage(view="both")


def test_a_domain_comes_in_pages_that_lead_from_one_to_the_next(api: Api) -> None:
    token: str | None = None
    found: list[list[str]] = []
    while token is not None or not found:
        body = api.get("/lineage/by-domain", domain="mlops-dev2", maxResults="2", nextToken=token).body
        found.append([lineage["pipeline"]["name"] for lineage in body["lineages"]])
        token = body["nextToken"]

    assert found == [sorted(PIPELINES)[at : at + 2] for at in range(0, len(PIPELINES), 2)]


@pytest.mark.parametrize("path", ["/schema", "/lineage/schema"])
def test_a_pipeline_without_feature_groups_has_an_honest_empty_schema(api: Api, path: str) -> None:
    wishes: dict[str, Any] = {"include_featurestore": "true", "include_sql": "true", "scan_if_missing": "true"}
    answer = api.get(path, pipeline="mlops-pipeline", region="ap-northeast-2", **wishes)

    assert answer.status == 200
    assert (answer.body["tables"], answer.body["columns"]) == ([], [])
    assert {warning["code"] for warning in answer.body["warnings"]} == {"NoFeatureGroups", "NotRead", "ReadOnly"}


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


# --- What no account of ours holds, and somebody's does ---------------------------------------------------

MARKUP = '<img src=x onerror="alert(1)">'
ODD_NAMES = ("__proto__", "constructor", "toString", MARKUP, "학습 🧪", "a -> b", " ")


def shown(*steps: dict[str, Any], **reads: Any) -> Any:
    """The answer with both views, which both dashboards can read and which is as described."""
    off = Settings(deadline_ms=5000, posture_ttl_sec=0, enable_s3_meta=bool(reads))
    status, body = ask(get_lineage, pipeline_reads(*steps, **reads), settings=off, pipeline="p", view="both")
    assert (status, problems("Lineage", body)) == (200, [])
    older(body)
    newer(body)
    return body


def processing(name: str, source: Any = "s3://in/x", target: Any = "s3://out/x", **more: Any) -> dict[str, Any]:
    inputs = [{"InputName": "in", "S3Input": {"S3Uri": source}}]
    outputs = [{"OutputName": "out", "S3Output": {"S3Uri": target}}]
    arguments = {"ProcessingInputs": inputs, "ProcessingOutputConfig": {"Outputs": outputs}}
    return {"Name": name, "Type": "Processing", "Arguments": arguments, **more}


def test_odd_names_stay_strings_and_keep_their_nodes_apart() -> None:
    body = shown(*(processing(name, DisplayName=name, Description=name) for name in ODD_NAMES))

    assert {node["id"] for node in body["graphPipeline"]["nodes"]} == set(ODD_NAMES)


@pytest.mark.parametrize("name", [{"Get": "Parameters.Title"}, 7, None, ["a"], {"a": "b"}])
def test_a_display_name_that_is_no_text_is_not_shown_as_one(name: Any) -> None:
    [node] = shown(processing("Prepare", DisplayName=name))["graphPipeline"]["nodes"]

    assert node["label"] == "Prepare"


@pytest.mark.parametrize("kind", ["Quantum", MARKUP, "학습"])
def test_a_step_type_that_nobody_knows_is_a_node_like_any_other(kind: str) -> None:
    body = shown({"Name": "Leap", "Type": kind, "Arguments": {"Path": "s3://in/x", "Depth": {"of": 1}}})

    assert [(node["id"], node["type"]) for node in body["graphPipeline"]["nodes"]] == [("Leap", kind)]


@pytest.mark.parametrize(
    "unresolved",
    [
        {"Get": "Execution.PipelineExecutionId"},
        {"Std:Join": {"On": "/", "Values": ["s3://b", {"Get": "Execution.PipelineExecutionId"}]}},
        {"Get": "Parameters.NoSuchParameter"},
        {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.A.PropertyFiles.R"}, "Path": "place"}},
        {"Get": MARKUP},
        {"surprising": "object"},
        {"surprising": {"Values": [1]}},
        ["s3://b/x"],
        7,
        "",
    ],
    ids=str,
)
def test_whatever_stands_where_a_location_should_is_text_with_what_stands_there(unresolved: Any) -> None:
    body = shown(processing("Prepare", unresolved, unresolved))
    ports = [port for node in body["graph"]["nodes"] for port in (*node["inputs"], *node["outputs"])]

    assert all(port["uri"] and "expression" in port for port in ports if port["resolution"] == "unresolved")


def test_two_places_that_a_run_fills_alike_are_one_and_others_are_not() -> None:
    unknown, other = {"Get": "Parameters.NoSuchParameter"}, {"Get": "Parameters.AnotherOne"}
    body = shown(
        processing("Write", target=unknown), processing("Read", source=unknown), processing("Aside", source=other)
    )

    assert {edge["to"] for edge in body["graph"]["edges"] if edge["from"] == "Write"} == {"Read"}


@pytest.mark.parametrize(
    "uri", ["s3://Bucket.Name/Key With Space/", "s3://in/x/", "s3://in//x", "s3://in/%20/한글?v=1#a"]
)
def test_a_location_is_kept_to_the_letter_wherever_it_stands(uri: str) -> None:
    body = shown(processing("Write", target=uri), processing("Read", source=uri))
    [written] = body["graph"]["nodes"][0]["outputs"]
    [read] = body["graph"]["nodes"][1]["inputs"]

    assert {written["uri"], read["uri"]} == {uri}
    assert uri in [artifact["uri"] for artifact in body["graph"]["artifacts"]]
    assert "data:" + uri in [node["id"] for node in body["graphData"]["nodes"]]


SCRIPTS = [{"InputName": "scripts", "S3Input": {"S3Uri": "s3://out/x"}}]


@pytest.mark.parametrize(
    "steps",
    [
        {"IfSteps": [processing("Write")], "ElseSteps": [processing("Read", "s3://out/x", "s3://out/y")]},
        {
            "IfSteps": [
                processing("Write"),
                {"Name": "Read", "Type": "Processing", "Arguments": {"ProcessingInputs": SCRIPTS}},
            ]
        },
    ],
    ids=["opposite branches", "code of another name"],
)
def test_the_older_dashboard_draws_an_edge_too_many_only_where_the_guide_says_so(steps: dict[str, Any]) -> None:
    body = shown({"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [], **steps}})

    assert [edge for edge in body["graph"]["edges"] if edge["via"] == "artifact"] == []
    assert data_edges(body) == {("Write", "Read")}


def refusals(code: str, status: int) -> dict[str, Any]:
    """Every read of a bucket, refused."""
    operations = (
        "get_bucket_location get_bucket_encryption get_bucket_versioning get_public_access_block"
        " get_bucket_policy_status get_bucket_acl get_bucket_ownership_controls get_bucket_tagging"
        " account_public_access_block"
    )
    return {operation: aws_error(code, status) for operation in operations.split()}


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("NoSuchBucket", 404), ("InternalError", 500)])
def test_a_bucket_that_cannot_be_read_is_unknown_in_strings_and_never_green(code: str, status: int) -> None:
    body = shown(processing("Prepare"), **refusals(code, status))
    for artifact in body["graph"]["artifacts"]:
        facts = {key: value for key, value in artifact["s3"].items() if key not in ("bucket", "tags")}
        assert (set(facts.values()), artifact["s3"]["tags"]) == ({"Unknown"}, {})

    assert body["warnings"]


def test_hostile_tags_are_strings_as_they_are() -> None:
    tags = {MARKUP: "'; --", "소유자": "데이터 팀 🧪", "__proto__": "", "length": "7"}
    told = {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}
    body = shown(processing("Prepare"), **{**refusals("AccessDenied", 403), "get_bucket_tagging": told})

    assert [artifact["s3"]["tags"] for artifact in body["graph"]["artifacts"]] == [tags, tags]
    assert [node["meta"]["s3"]["tags"] for node in body["graphData"]["nodes"] if "meta" in node] == [tags, tags]


def test_a_pipeline_without_steps_is_an_empty_page() -> None:
    body = shown()

    assert body["graphPipeline"] == {"nodes": [], "edges": []}
    assert body["graphData"] == {"nodes": [], "edges": []}
    assert (body["summary"]["overallStatus"], body["summary"]["elapsedSec"]) == ("Unknown", None)
