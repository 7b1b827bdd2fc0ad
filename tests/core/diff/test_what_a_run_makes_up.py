"""Two runs with the same inputs differ in nothing: names that a run makes up are no difference, wherever they stand."""

from __future__ import annotations

import copy

import pytest

from chalicelib.core.diff import compared, diff
from tests.builders.answered import ARN, answered, step

FIRST, SECOND = answered(), answered("ccccdddd0002", 2, version=7)


def test_two_runs_with_the_same_inputs_differ_in_nothing() -> None:
    found = diff(FIRST, SECOND)

    assert found["changes"] == []
    assert found["warnings"] == []
    assert found["summary"] == {"changes": 0, "kinds": {}, "findings": {"came": 0, "went": 0, "changed": 0}}
    assert (found["pipeline"], found["from"]["execution"], found["to"]["execution"]) == (
        "churn",
        "aaaabbbb0001",
        "ccccdddd0002",
    )


def test_a_made_up_name_is_shown_as_the_template_that_makes_it() -> None:
    facts = compared(FIRST, SECOND)

    assert facts["step:Train"]["outputs.model_artifacts"] == (
        "s3://lake/models/${Steps.Train.TrainingJobName}/output/model.tar.gz"
    )
    assert facts["step:Prepare"]["outputs.train"] == "s3://lake/${Execution.PipelineExecutionId}/train"
    assert facts["step:Register"]["outputs.model_package"] == f"{ARN}:model-package/churn/${{ModelPackageVersion}}"


@pytest.mark.parametrize(
    "text",
    [
        "s3://lake/{id}",
        "s3://lake/run_{id}/x",
        "s3://lake/run{id}x/y",
        "s3://lake/pipelines-{id}-Train-{back}/output",
        "s3://lake/PIPELINES-{id}-train-{back}/output".lower(),
        "s3://lake/pipelines-{id}-Train-{back}-report.json",
        "arn:aws:sagemaker:ap-northeast-2:123456789012:pipeline/churn/execution/{id}",
        "arn:aws:sagemaker:ap-northeast-2:123456789012:model-package/churn/{day}",
        "s3://lake/2026-03-0{day}T09:00:00Z/x",
        "s3://lake/2026-03-0{day}T09:10:00.123Z/x",
        "s3://lake/job-2026-03-0{day}-09-10-07-123/x",
        "s3://lake/2026030{day}_091007.csv",
        "s3://lake/2026/03/0{day}/09/10/07/x",
        "s3://lake/{epoch}/x",
        "s3://lake/{epoch}123/x",
    ],
)
def test_a_made_up_name_is_found_wherever_it_stands(text: str) -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer, run, day in zip(pair, ("aaaabbbb0001", "ccccdddd0002"), (1, 2), strict=True):
        words = {"id": run, "back": run[::-1], "day": day, "epoch": 1772355900 + (day - 1) * 86400}
        step(answer, "Evaluate")["outputs"][0]["uri"] = text.format(**words)

    assert diff(*pair)["changes"] == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s3://lake/dt=2026-03-01/", "s3://lake/dt=2026-03-02/"),
        ("s3://lake/2025-03-01T09:00:00Z/", "s3://lake/2025-03-02T09:00:00Z/"),
        ("s3://lake/v1/", "s3://lake/v2/"),
        ("s3://lake/2026-13-01T09:00:00Z/", "s3://lake/2026-13-02T09:00:00Z/"),
        ("s3://lake/1000000001/", "s3://lake/1000000002/"),
        ("arn:aws:sagemaker:ap-northeast-2:123456789012:model-package/a/1", "…:model-package/b/1"),
    ],
)
def test_what_no_run_made_up_is_a_difference(before: str, after: str) -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer, uri in zip(pair, (before, after), strict=True):
        step(answer, "Prepare")["inputs"][0]["uri"] = uri

    changes = diff(*pair)["changes"]

    assert [(each["kind"], each["path"]) for each in changes] == [("input", "inputs.raw")]


def test_what_the_caller_gave_is_not_made_up_though_it_looks_like_it() -> None:
    pair = [
        answered(parameters={"Stamp": "2026-03-01T09:00:00Z"}),
        answered("ccccdddd0002", 2, parameters={"Stamp": "2026-03-02T09:00:00Z"}),
    ]
    for answer in pair:
        step(answer, "Prepare")["inputs"][0]["uri"] = f"s3://lake/{answer['pipeline']['parameters']['Stamp']}/"

    changes = diff(*pair)["changes"]

    assert {each["path"] for each in changes} == {"parameters.Stamp", "inputs.raw"}


def test_a_step_taken_over_from_an_earlier_run_still_names_that_run() -> None:
    second = copy.deepcopy(SECOND)
    prepare = step(second, "Prepare")
    prepare["run"]["cachedFrom"] = f"{ARN}:pipeline/churn/execution/aaaabbbb0001"
    prepare["outputs"] = copy.deepcopy(step(FIRST, "Prepare")["outputs"])
    step(second, "Train")["inputs"] = copy.deepcopy(step(FIRST, "Train")["inputs"])

    changes = diff(FIRST, second)["changes"]

    assert [(each["kind"], each["subject"]) for each in changes] == [("cache", "step:Prepare")]


def test_an_endpoint_that_still_serves_what_the_other_run_made_is_the_same() -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer in pair:
        step(answer, "Deploy")["run"]["job"]["productionVariants"] = [{"ModelName": "pipelines-aaaabbbb0001-Make-x"}]

    assert diff(*pair)["changes"] == []


def test_children_of_a_tuning_job_have_made_up_names() -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer, child in zip(pair, ("001-abcd", "017-efgh"), strict=True):
        node = step(answer, "Train")
        node["type"] = "Tuning"
        node["run"]["jobArn"] = node["run"]["jobArn"].replace("training-job", "hyper-parameter-tuning-job")
        node["outputs"][0]["uri"] = f"s3://lake/models/{node['run']['jobName']}-{child}/output/model.tar.gz"

    found = diff(*pair)

    assert found["changes"] == []


@pytest.mark.parametrize(
    ("service", "key", "made"),
    [
        ("EMR", "clusterId", ("j-697JF274DEVXW", "j-44WHCWHS44YRK")),
        ("EMRServerless", "applicationId", ("008l3up3c24q9b3k", "00ffxf3q3h0s5vq9")),
    ],
)
@pytest.mark.parametrize(("relation", "changed"), [("creates", []), ("uses", ["input", "resources"])])
def test_a_cluster_that_a_step_starts_is_another_in_every_run_and_one_that_it_is_told_to_use_is_not(
    service: str, key: str, made: tuple[str, str], relation: str, changed: list[str]
) -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer, name in zip(pair, made, strict=True):
        node = step(answer, "Prepare")
        node["run"]["details"] = {service: {key: name}}
        node["resources"] = [{"type": f"AWS::{service}::Any", "relation": relation, "name": name, "arn": None}]
        node["inputs"][0]["uri"] = f"s3://lake/logs/{name}/steps"

    assert sorted(each["kind"] for each in diff(*pair)["changes"]) == changed


def test_what_bedrock_makes_has_an_id_of_its_own() -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    for answer, made in zip(pair, ("jh2obfmgkq9y", "a1b2c3d4e5f6"), strict=True):
        node = step(answer, "Train")
        node["run"]["jobArn"] = f"arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.titan-v1:0:4k/{made}"
        node["resources"] = [
            {"type": "AWS::Bedrock::CustomModel", "relation": "creates", "name": None, "arn": node["run"]["jobArn"]}
        ]

    assert diff(*pair)["changes"] == []


@pytest.mark.parametrize("given", [{}, {"Batch": "63a8c6bd2dcd4b67b5f4a0f7a2c4fae1"}])
def test_ids_below_a_folder_that_a_run_made_up_are_its_own_unless_the_caller_gave_them(given: dict[str, str]) -> None:
    pair = [answered(parameters=given), answered("ccccdddd0002", 2, parameters=given)]
    ids = ("63a8c6bd2dcd4b67b5f4a0f7a2c4fae1", "1d8ea0b2e6f94a3a9b0286c5ad5fb001")
    for answer, below in zip(pair, ids, strict=True):
        job = step(answer, "Train")["run"]["jobName"]
        step(answer, "Train")["outputs"][0]["uri"] = f"s3://lake/{job}/models/short-dpp0-1-{below}/output/model.tar.gz"

    assert [each["kind"] for each in diff(*pair)["changes"]] == (["output"] if given else [])


def test_what_names_one_failure_alone_is_no_difference() -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    ids = (
        ("8d0c5e1a-6b1f-4c2d-9e3f-0a1b2c3d4e5f", "i-0abc1234def567890"),
        (
            "11112222-3333-4444-5555-666677778888",
            "i-0fff1234def567891",
        ),
    )
    for answer, (request, instance) in zip(pair, ids, strict=True):
        reason = f"ClientError: no data on {instance} (Request ID: {request})"
        step(answer, "Train")["run"] |= {"status": "Failed", "failureReason": reason}
        answer["execution"]["failureReason"] = reason

    assert diff(*pair)["changes"] == []
    step(pair[1], "Train")["run"]["failureReason"] = "ClientError: no memory"
    assert [each["path"] for each in diff(*pair)["changes"]] == ["run.failureReason"]


def test_where_what_serves_a_model_was_not_read_nothing_is_said_of_the_endpoints() -> None:
    pair = [copy.deepcopy(FIRST), copy.deepcopy(SECOND)]
    step(pair[0], "Deploy")["run"]["job"] = {"type": "endpoint"}
    step(pair[1], "Register")["registry"]["endpoints"] = [{"endpointName": "churn-prod"}]

    assert [each["path"] for each in diff(*pair)["changes"]] == []


@pytest.mark.parametrize("answer", [{}, {"graph": None}, {"graph": {"nodes": [1, {}]}, "findings": [None, {}]}])
def test_whatever_shape_an_answer_has_it_is_equal_to_itself(answer: object) -> None:
    assert isinstance(answer, dict)
    assert diff(answer, answer)["changes"] == []
