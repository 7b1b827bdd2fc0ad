"""Each change has its cause, where the two answers tell it, and its reach downstream."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.diff import diff
from tests.builders.answered import CLOSED_BLOCK, OPEN_BLOCK, Document, answered, step

Named = dict[tuple[str, str], Document]


def changes(before: Document, after: Document) -> Named:
    """The changes by subject and path."""
    return {(each["subject"], each["path"]): each for each in diff(before, after)["changes"]}


def causes(change: Document) -> Any:
    """How a cause is known, and the subjects and paths of what is behind it."""
    cause = change["cause"]
    return cause and (cause["basis"], [(each["subject"], each["path"]) for each in cause["changes"]])


def test_a_parameter_that_moved_explains_every_place_that_moved_with_it() -> None:
    found = changes(answered(), answered("ccccdddd0002", 2, parameters={"DataBucket": "pond"}))

    parameter = ("pipeline", "parameters.DataBucket")
    assert found.pop(parameter)["cause"] is None
    assert ("value", [parameter]) == causes(found["step:Prepare", "inputs.raw"])
    assert found["step:Prepare", "inputs.raw"]["cause"]["desc"] == "parameter DataBucket changed"
    places = {key for key in found if key[1].startswith(("inputs", "outputs"))}
    assert len(places) == 7
    assert all(causes(found[key]) == ("value", [parameter]) for key in places)
    assert causes(found["bucket:pond", ""]) == causes(found["bucket:lake", ""]) == ("value", [parameter])
    assert all(found[key]["cause"] for key in found)


def test_the_reach_of_a_parameter_is_what_it_moved_and_all_below() -> None:
    found = changes(answered(), answered("ccccdddd0002", 2, parameters={"Rounds": "200"}))

    assert list(found) == [("pipeline", "parameters.Rounds"), ("step:Train", "run.job.hyperparameters.num_round")]
    assert found["pipeline", "parameters.Rounds"]["reach"] == {
        "steps": ["Train", "Evaluate", "Register", "Deploy"],
        "models": ["churn"],
        "endpoints": ["churn-prod"],
    }
    assert found["step:Train", "run.job.hyperparameters.num_round"]["reach"]["steps"] == [
        "Evaluate",
        "Register",
        "Deploy",
    ]


def test_two_parameters_in_one_location_both_explain_it() -> None:
    pair = [
        answered(parameters={"Area": "north", "Stage": "dev"}),
        answered("ccccdddd0002", 2, parameters={"Area": "south", "Stage": "prod"}),
    ]
    for answer, uri in zip(pair, ("s3://lake/north/dev/x", "s3://lake/south/prod/x"), strict=True):
        step(answer, "Prepare")["inputs"][0]["uri"] = uri

    assert causes(changes(*pair)["step:Prepare", "inputs.raw"]) == (
        "value",
        [("pipeline", "parameters.Area"), ("pipeline", "parameters.Stage")],
    )


def test_a_short_value_explains_nothing_but_itself() -> None:
    pair = [answered(parameters={"Count": "1"}), answered("ccccdddd0002", 2, parameters={"Count": "2"})]
    for answer, count in zip(pair, (1, 2), strict=True):
        step(answer, "Train")["security"]["instanceCount"] = count
        step(answer, "Prepare")["inputs"][0]["uri"] = f"s3://lake/v{count}/raw"

    found = changes(*pair)

    assert causes(found["step:Train", "security.instanceCount"]) == ("value", [("pipeline", "parameters.Count")])
    assert found["step:Prepare", "inputs.raw"]["cause"] is None


def test_an_input_that_moved_with_the_output_above_it_names_that_output() -> None:
    pair = [answered(), answered("ccccdddd0002", 2)]
    for answer, place in zip(pair, ("train", "training/new"), strict=True):
        step(answer, "Prepare")["outputs"][0]["uri"] = f"s3://lake/{place}"
        step(answer, "Train")["inputs"][0]["uri"] = f"s3://lake/{place}/part"

    assert causes(changes(*pair)["step:Train", "inputs.train"]) == ("value", [("step:Prepare", "outputs.train")])


@pytest.mark.parametrize("where", ["Train", "Prepare"])
def test_a_metric_names_what_changed_at_its_step_or_else_nearest_above(where: str) -> None:
    second = answered("ccccdddd0002", 2)
    step(second, "Train")["run"]["metrics"]["validation:auc"] = 0.7
    step(second, where)["security"]["image"] = "other:2"

    found = changes(answered(), second)["step:Train", "run.metrics['validation:auc']"]

    assert causes(found) == ("upstream", [(f"step:{where}", "security.image")])


def test_a_metric_that_changed_by_itself_has_no_cause() -> None:
    second = answered("ccccdddd0002", 2)
    step(second, "Train")["run"]["metrics"]["validation:auc"] = 0.7
    step(second, "Deploy")["run"]["job"]["instanceType"] = "ml.c5.large"

    assert changes(answered(), second)["step:Train", "run.metrics['validation:auc']"]["cause"] is None


def test_steps_that_were_not_reached_name_the_step_that_failed() -> None:
    second = answered("ccccdddd0002", 2)
    second["execution"].update(status="Failed", failureReason="Step failure")
    step(second, "Train")["run"].update(status="Failed", failureReason="AlgorithmError", metrics={})
    for name in ("Evaluate", "Register", "Deploy"):
        del step(second, name)["run"]

    found = changes(answered(), second)

    failed = [("step:Train", "run.status")]
    assert found["step:Train", "run.status"]["cause"] is None
    assert causes(found["step:Train", "run.failureReason"]) == ("upstream", failed)
    assert causes(found["step:Train", "run.metrics['validation:auc']"]) == ("upstream", failed)
    assert causes(found["step:Evaluate", "run.status"]) == ("upstream", failed)
    assert failed[0] in causes(found["execution", "status"])[1]
    assert not any(path.startswith("run.metrics") for subject, path in found if subject == "step:Evaluate")


def test_a_verdict_names_the_facts_that_it_rests_on_and_its_finding_both() -> None:
    second = answered("ccccdddd0002", 2)
    for artifact in second["graph"]["artifacts"]:
        artifact["s3"]["publicAccess"] = "Public"
        artifact["posture"]["publicAccess"].update(policyIsPublic=True, bucketBlock=dict(OPEN_BLOCK))
    second["findings"].append(
        {"rule": "S3.8", "severity": "High", "finding_info": {"uid": "S3.8:1"}, "path": ["artifact:0", "node:Prepare"]}
    )

    found = changes(answered(), second)

    basis, behind = causes(found["bucket:lake", "s3.publicAccess"])
    assert basis == "facts"
    assert ("bucket:lake", "posture.publicAccess.policyIsPublic") in behind
    assert len(behind) == 1 + len(CLOSED_BLOCK)
    assert ("bucket:lake", "s3.publicAccess") in causes(found["finding:S3.8:1", ""])[1]
    assert found["finding:S3.8:1", ""]["reach"]["endpoints"] == ["churn-prod"]
    assert set(found["bucket:lake", "s3.publicAccess"]["reach"]["steps"]) == {
        "Prepare",
        "Train",
        "Evaluate",
        "Register",
        "Deploy",
    }


def test_the_accounts_own_block_is_told_once() -> None:
    second = answered("ccccdddd0002", 2)
    for artifact in second["graph"]["artifacts"]:
        artifact["posture"]["publicAccess"]["accountBlock"] = dict(CLOSED_BLOCK)

    found = changes(answered(), second)

    assert {subject for subject, _ in found} == {"account"}
    assert len(found) == len(CLOSED_BLOCK)


def test_a_difference_of_large_answers_takes_time_in_proportion() -> None:
    def long(number: int, uri: str) -> Document:
        answer = answered()
        answer["graph"]["nodes"] = [
            {"id": f"S{i}", "type": "Processing", "inputs": [{"name": "in", "uri": f"{uri}/{i}"}]}
            for i in range(number)
        ]
        answer["graph"]["edges"] = [{"from": f"S{i}", "to": f"S{i + 1}", "via": "ref:Get"} for i in range(number - 1)]
        return answer

    found = diff(long(2000, "s3://lake/a"), long(2000, "s3://lake/b"))["changes"]

    assert len(found) == 2000
    assert found[0]["reach"]["more"] is True
    assert max(len(each["reach"]["steps"]) for each in found) == 500
