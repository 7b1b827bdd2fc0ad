"""`GET /lineage` through the front door: what the contract promises, on the demo account."""

import json
from datetime import datetime
from typing import Any

import pytest

from sandbox.demo import PIPELINES
from tests.api.conftest import Api


def node_of(answer: Any, name: str) -> Any:
    return next(node for node in answer["graph"]["nodes"] if node["id"] == name)


def edges_of(answer: Any) -> set[tuple[str, str, str]]:
    return {(edge["from"], edge["to"], edge["via"]) for edge in answer["graph"]["edges"]}


def test_the_latest_execution_of_the_demo_pipeline_is_told_whole(api: Api) -> None:
    answer = api.lineage()

    assert answer["summary"]["overallStatus"] == "Succeeded"
    assert answer["summary"]["nodeStatus"] == {"Succeeded": 7}
    assert answer["execution"]["endTime"] == answer["summary"]["lastActivityTime"]
    assert [node["id"] for node in answer["graph"]["nodes"]] == [
        "Extract",
        "Validate",
        "Preprocess",
        "Train",
        "Evaluate",
        "ModelQualityCheck",
        "RegisterModel-RegisterModel",
    ]
    assert edges_of(answer) >= {
        ("Extract", "Validate", "ref:Get"),
        ("Extract", "Preprocess", "ref:Get"),
        ("Validate", "Train", "dependsOn"),
        ("Preprocess", "Train", "ref:Get"),
        ("Preprocess", "Evaluate", "ref:Get"),
        ("Train", "Evaluate", "ref:Get"),
        ("Evaluate", "ModelQualityCheck", "ref:Get"),
        ("ModelQualityCheck", "RegisterModel-RegisterModel", "branch:if"),
        ("Train", "RegisterModel-RegisterModel", "ref:Get"),
    }
    assert node_of(answer, "Train")["run"]["metrics"] == {"validation:auc": 0.63, "train:auc": 0.72}
    assert node_of(answer, "Evaluate")["run"]["metrics"]["binary_classification_metrics.auc.value"] == 0.63
    assert node_of(answer, "ModelQualityCheck")["run"]["outcome"] == "True"
    assert node_of(answer, "RegisterModel-RegisterModel")["registry"]["modelPackageArn"].endswith("mlops-churn/1")
    assert answer["warnings"] == []


def test_the_model_that_was_trained_is_one_artifact_made_and_read(api: Api) -> None:
    answer = api.lineage()
    [model] = [a for a in answer["graph"]["artifacts"] if a["uri"].endswith("/output/model.tar.gz")]

    assert model["producedBy"] == ["Train"]
    assert model["consumedBy"] == ["Evaluate", "RegisterModel-RegisterModel"]
    assert model["s3"] == {
        "bucket": "my-mlops-dev2-v2-main-data",
        "region": "ap-northeast-2",
        "encryption": "aws:kms",
        "versioning": "Enabled",
        "publicAccess": "Blocked",
        "tags": {"DataClassification": "Confidential", "Env": "development"},
    }


def test_without_an_execution_the_definition_alone_is_told(api: Api) -> None:
    answer = api.lineage(includeLatestExec="false")

    assert answer["execution"] is None
    assert answer["summary"]["overallStatus"] == "Unknown"
    assert answer["summary"]["nodeStatus"] == {"Unknown": 7}
    assert answer["summary"]["elapsedSec"] is None
    assert answer["summary"]["lastActivityTime"] == answer["pipeline"]["lastModifiedTime"]
    assert all("run" not in node for node in answer["graph"]["nodes"])


def test_a_pipeline_that_never_ran_is_read_from_its_definition(api: Api) -> None:
    answer = api.lineage("fraud-experiment")

    assert answer["execution"] is None
    assert len(answer["graph"]["nodes"]) >= 2
    assert [warning["code"] for warning in answer["warnings"]] == ["NoSuchBucket"]


def test_a_run_that_failed_half_way_says_where_and_why(api: Api) -> None:
    answer = api.lineage("churn-retrain")
    failed = [node for node in answer["graph"]["nodes"] if node.get("run", {}).get("status") == "Failed"]

    assert answer["summary"]["overallStatus"] == "Failed"
    assert [node["id"] for node in failed] == ["TrainChurn"]
    assert failed[0]["run"]["failureReason"]
    assert any("run" not in node for node in answer["graph"]["nodes"])


def test_a_run_in_progress_has_no_end(api: Api) -> None:
    answer = api.lineage("nightly-scoring")

    assert answer["execution"]["status"] == "Executing"
    assert answer["execution"]["endTime"] is None
    assert answer["summary"]["nodeStatus"]["Executing"] == 1


def test_an_older_execution_can_be_asked_for_by_id_and_by_arn(api: Api) -> None:
    listing = api.get("/executions", pipeline="mlops-pipeline").body["executions"]
    failed = next(execution for execution in listing if execution["status"] == "Failed")
    by_arn = api.lineage(execution=failed["arn"])
    by_id = api.lineage(execution=failed["arn"].rsplit("/", 1)[-1])

    assert by_arn["execution"]["arn"] == failed["arn"]
    assert by_arn == by_id


def test_an_execution_of_another_pipeline_is_not_found(api: Api) -> None:
    other = api.get("/executions", pipeline="churn-retrain").body["executions"][0]["arn"]

    assert api.get("/lineage", pipeline="mlops-pipeline", execution=other).status == 404
    assert api.get("/lineage", pipeline="mlops-pipeline", execution="abcdef123456").status == 404


def test_a_pipeline_is_found_by_its_arn(api: Api) -> None:
    answer = api.lineage()

    assert api.lineage(answer["pipeline"]["arn"]) == answer


def test_the_same_question_gives_the_same_bytes(api: Api) -> None:
    texts = {api.get("/lineage", pipeline="mlops-pipeline", posture="full").text for _ in range(3)}

    assert len(texts) == 1


@pytest.mark.parametrize("domain", ["mlops-dev2", "d-mlopsdev2v2x"])
def test_a_pipeline_of_the_domain_asked_for_is_shown(api: Api, domain: str) -> None:
    assert api.lineage(domain=domain)["pipeline"]["name"] == "mlops-pipeline"


@pytest.mark.parametrize("domain", ["another", "d-another"])
def test_a_pipeline_of_another_domain_is_not_found(api: Api, domain: str) -> None:
    answer = api.get("/lineage", pipeline="mlops-pipeline", domain=domain)

    assert (answer.status, answer.body) == (404, {"message": "pipeline not found or domain filter mismatched"})


def test_a_pipeline_that_does_not_exist_is_not_found_in_the_contracts_words(api: Api) -> None:
    answer = api.get("/lineage", pipeline="no-such-pipeline")

    assert (answer.status, answer.body) == (404, {"message": "pipeline not found or domain filter mismatched"})


def test_a_missing_pipeline_is_a_bad_request_in_the_contracts_words(api: Api) -> None:
    answer = api.get("/lineage")

    assert (answer.status, answer.body) == (400, {"message": "pipeline is required"})


def test_a_bad_request_names_all_its_problems(api: Api) -> None:
    answer = api.get("/lineage", pipeline="a", region="nowhere-1", includeLatestExec="perhaps", colour="red")

    assert answer.status == 400

    for part in ("region", "includeLatestExec", "colour"):
        assert part in answer.body["message"]


def test_answers_and_errors_carry_cors_headers(api: Api) -> None:
    for answer in (api.get("/lineage", pipeline="mlops-pipeline"), api.get("/lineage"), api.get("/pipelines")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Content-Type"] == "application/json"


def test_the_preflight_of_a_browser_is_answered(api: Api) -> None:
    asked = {
        "Origin": "https://dspm.example.com",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type,x-api-key",
    }
    answer = api.get("/lineage", headers=asked, method="OPTIONS")
    allowed = {name.strip().lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}

    assert answer.status == 200
    assert allowed >= {"content-type", "x-api-key", "authorization"}


def test_what_has_not_changed_is_not_sent_again(api: Api) -> None:
    first = api.get("/lineage", pipeline="batch-inference")
    second = api.get("/lineage", headers={"If-None-Match": first.headers["ETag"]}, pipeline="batch-inference")

    assert (second.status, second.text) == (304, "")
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_every_time_is_iso_8601_in_utc(api: Api) -> None:
    def times(value: Any) -> list[str]:
        if isinstance(value, dict):
            found = [v for k, v in value.items() if k.endswith("Time") and isinstance(v, str)]
            return found + [t for v in value.values() for t in times(v)]
        return [t for v in value for t in times(v)] if isinstance(value, list) else []

    found = times(api.lineage())

    assert len(found) > 10
    assert all(datetime.fromisoformat(text).utcoffset() is not None and text.endswith("+00:00") for text in found)


def test_pipelines_are_listed_with_what_a_chooser_needs(api: Api) -> None:
    body = api.get("/pipelines").body
    listed = {pipeline["name"]: pipeline for pipeline in body["pipelines"]}

    assert body["region"] == "ap-northeast-2"
    assert set(listed) == set(PIPELINES)
    assert listed["mlops-pipeline"]["latestExecution"]["status"] == "Succeeded"
    assert listed["fraud-experiment"]["latestExecution"] is None
    assert listed["mlops-pipeline"]["tags"]["DomainName"] == "mlops-dev2"


def test_pipelines_come_in_pages(api: Api) -> None:
    names: list[str] = []
    token = None
    for _ in PIPELINES:
        body = api.get("/pipelines", maxResults=3, nextToken=token).body
        names += [pipeline["name"] for pipeline in body["pipelines"]]
        token = body["nextToken"]
        if token is None:
            break

    assert sorted(names) == names
    assert set(names) == set(PIPELINES)


def test_pipelines_of_another_domain_are_not_listed(api: Api) -> None:
    assert api.get("/pipelines", domain="another").body["pipelines"] == []
    assert len(api.get("/pipelines", domain="mlops-dev2").body["pipelines"]) == len(PIPELINES)


def test_the_command_line_gives_the_apis_answer_byte_for_byte(
    api: Api, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    from chalicelib.cli.dump import main
    from chalicelib.program import ask

    out = tmp_path / "lineage.json"
    command = ["--region", "ap-northeast-2", "--pipeline-name", "mlops-pipeline"]

    assert main([*command, "--include-latest-exec", "--out", str(out)], ask) == 0
    assert out.read_text() == api.get("/lineage", pipeline="mlops-pipeline").text
    assert main(command, ask) == 0

    printed = capsys.readouterr().out

    assert printed == api.get("/lineage", pipeline="mlops-pipeline", includeLatestExec="false").text

    json.loads(printed)


@pytest.mark.parametrize(("name", "begins"), [("mermaid", "flowchart LR"), ("dot", 'digraph "mlops-pipeline" {')])
def test_a_drawing_is_plain_text_and_the_command_lines_too(
    api: Api, name: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from chalicelib.cli.dump import main
    from chalicelib.program import ask

    reply = api.get("/lineage", pipeline="mlops-pipeline", format=name)

    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert reply.text.startswith(begins)
    assert main(["--pipeline-name", "mlops-pipeline", "--include-latest-exec", "--format", name], ask) == 0
    assert capsys.readouterr().out == reply.text
