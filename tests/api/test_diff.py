"""`GET /diff` through the front door: real pairs of executions of the demo account, and what changed between them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api
from tests.builders.described import problems


def difference(api: Api, pipeline: str = "mlops-pipeline", **sides: Any) -> Any:
    answer = api.get("/diff", pipeline=pipeline, **sides)
    assert answer.status == 200, answer.text
    assert problems("Diff", answer.body) == []
    return answer.body


def ask(api: Api, **params: Any) -> Any:
    """The reply to a question whose parameters have words of Python for names."""
    return api.get("/diff", **params)


def execution_with(api: Api, status: str) -> str:
    listed = api.get("/executions", pipeline="mlops-pipeline").body["executions"]
    arn: str = next(one["arn"] for one in listed if one["status"] == status)
    return arn


def test_an_execution_does_not_differ_from_itself(api: Api) -> None:
    found = difference(api, **{"from": "latest", "to": execution_with(api, "Succeeded")})

    assert found["changes"] == []
    assert found["from"] == found["to"]


def test_by_default_the_latest_execution_is_compared_with_the_one_before(api: Api) -> None:
    found = difference(api)

    assert (found["from"]["status"], found["to"]["status"]) == ("Failed", "Succeeded")
    assert found == difference(api, **{"from": "latest-1", "to": "latest"})
    assert found["from"]["execution"] == execution_with(api, "Failed").rsplit("/", 1)[-1]
    changes = {(each["subject"], each["path"]): each for each in found["changes"]}
    train = changes["step:Train", "run.status"]
    assert (train["before"], train["after"], train["cause"]) == ("Failed", "Succeeded", None)
    assert changes["step:Evaluate", "run.status"]["cause"]["changes"][0]["subject"] == "step:Train"
    assert train["reach"]["models"] == ["mlops-churn"]
    assert {each["kind"] for each in found["changes"]} <= {"status", "metric", "duration", "finding"}


def test_what_a_run_makes_up_is_nowhere_in_a_difference(api: Api) -> None:
    ids = [
        one["arn"].rsplit("/", 1)[-1] for one in api.get("/executions", pipeline="mlops-pipeline").body["executions"]
    ]

    found = difference(api, **{"from": "latest-2", "to": "latest"})

    assert found["changes"]
    assert not any(one in str(found["changes"]) for one in ids)


def test_an_execution_by_its_id_is_the_same_as_by_its_arn(api: Api) -> None:
    arn = execution_with(api, "Failed")

    assert difference(api, **{"from": arn}) == difference(api, **{"from": arn.rsplit("/", 1)[-1]})


def test_a_run_did_what_its_definition_says(api: Api) -> None:
    found = difference(api, "batch-inference", **{"from": "definition", "to": "latest"})

    assert found["from"]["execution"] is None
    assert {each["kind"] for each in found["changes"]} <= {"finding"}


def test_the_same_question_gives_the_same_bytes(api: Api) -> None:
    assert len({ask(api, pipeline="mlops-pipeline").text for _ in range(3)}) == 1


def test_an_execution_that_there_is_not_is_not_found(api: Api) -> None:
    answer = ask(api, pipeline="batch-inference")

    assert (answer.status, answer.body) == (404, {"message": "the pipeline has no execution latest-1"})


@pytest.mark.parametrize("name", ["no-such-pipeline", "mlops-pipeline"])
def test_what_is_not_there_is_not_found(api: Api, name: str) -> None:
    assert ask(api, pipeline=name, **{"from": "abcdefabcdef"}).status == 404


def test_a_bad_question_names_all_its_problems(api: Api) -> None:
    answer = ask(api, **{"from": "../x", "to": "<b>", "region": "nowhere-1", "colour": "red"})

    assert answer.status == 400
    for part in ("pipeline is required", "from must be an execution id", "to must be", "region must", "colour"):
        assert part in answer.body["message"]
    assert "<b>" not in answer.text


def test_a_pipeline_that_nobody_may_read_is_no_difference(api: Api) -> None:
    assert ask(api, pipeline="fraud-experiment", **{"from": "definition", "to": "definition"}).body["changes"] == []
