"""Each change has its cause, where the two answers tell it, and its reach downstream."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
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
    assert causes(found["execution", "status"]) == ("facts", failed)
    assert not any(path.startswith("run.metrics") for subject, path in found if subject == "step:Evaluate")


def test_a_model_that_a_step_would_have_made_is_the_one_that_it_made() -> None:
    first, second = answered(), answered("ccccdddd0002", 2)
    made = {"type": "AWS::SageMaker::Model", "relation": "creates", "arn": None}
    step(first, "Deploy")["resources"] = [{**made, "name": "pipelines-aaaabbbb0001-Deploy-x"}]
    step(first, "Deploy")["run"] |= {
        "jobName": "pipelines-aaaabbbb0001-Deploy-x",
        "jobArn": "arn:aws:sagemaker:::model/x",
    }
    step(second, "Deploy")["resources"] = [{**made, "name": None, "expression": "Steps.Deploy.ModelName"}]
    del step(second, "Deploy")["run"]

    [change] = changes(first, second).values()

    assert (change["path"], change["reach"]["models"]) == ("run.status", ["${Steps.Deploy.ModelName}"])


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


def counted(work: Callable[[], list[Document]]) -> tuple[list[Document], int]:
    """Return what the work gives and how many lines of Python it executes: a cost that no busy machine stretches."""
    executed = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal executed
        executed += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        return work(), executed
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("what", ["settings that name places", "variants"])
def test_what_a_step_has_thousands_of_costs_no_square(what: str) -> None:
    def lines(number: int) -> int:
        pair = [answered(), answered("ccccdddd0002", 2)]
        for answer, now in zip(pair, ("old", "new"), strict=True):
            places = {f"p{n}": f"s3://lake/{now}/{n}" for n in range(number)}
            train, served = step(answer, "Train"), [{"VariantName": name, "InstanceType": now} for name in places]
            if what == "variants":
                train["run"]["job"]["productionVariants"] = served
            else:
                train["run"]["job"]["hyperparameters"] = places
                train["inputs"] = train["outputs"] = [port(name, uri) for name, uri in places.items()]
        found, executed = counted(lambda: diff(*pair)["changes"])
        assert len(found) == (number if what == "variants" else 3 * number)
        return executed

    assert lines(400) < 6 * lines(100)


# --- What is said twice is one change and its echo ---


@pytest.mark.parametrize(
    ("plant", "echo", "root"),
    [
        (
            lambda a, now: (
                step(a, "Train")["run"]["job"].update(arguments=["--in", f"s3://lake/{now}"])
                or step(a, "Train")["inputs"][0].update(uri=f"s3://lake/{now}")
            ),
            "run.job.arguments",
            "inputs.train",
        ),
        (
            lambda a, now: (
                step(a, "Train").update(outputs=[port("checkpoints", f"s3://lake/{now}")])
                or step(a, "Train").update(inputs=[port("checkpoints", f"s3://lake/{now}")])
            ),
            "inputs.checkpoints",
            "outputs.checkpoints",
        ),
        (
            lambda a, now: step(a, "Train").update(
                outputs=[port("all", f"s3://lake/{now}"), port("report", f"s3://lake/{now}/report")]
            ),
            "outputs.report",
            "outputs.all",
        ),
        (
            lambda a, now: (
                step(a, "Train")["run"]["job"].update(modelNames=[f"name-{now}"])
                or step(a, "Train").update(resources=[model(f"name-{now}")])
            ),
            "run.job.modelNames",
            "resources['AWS::SageMaker::Model'].uses",
        ),
        (
            lambda a, now: step(a, "Train")["run"]["job"].update(
                instanceType=f"ml.{now}.large",
                productionVariants=[{"VariantName": "m", "InstanceType": f"ml.{now}.large"}],
            ),
            "run.job.productionVariants.m.InstanceType",
            "run.job.instanceType",
        ),
        (
            lambda a, now: step(a, "Train")["run"]["job"].update(
                objective={"MetricName": f"loss-{now}"},
                definitions=[{"name": "d", "objective": {"MetricName": f"loss-{now}"}}],
            ),
            "run.job.objective.MetricName",
            "run.job.definitions.d.objective.MetricName",
        ),
    ],
    ids=["argument", "checkpoints", "below", "model", "variant", "objective"],
)
def test_what_a_step_says_twice_has_one_root(plant: Any, echo: str, root: str) -> None:
    pair = [answered(), answered("ccccdddd0002", 2)]
    for answer, now in zip(pair, ("old", "new"), strict=True):
        plant(answer, now)

    found = changes(*pair)

    assert causes(found["step:Train", echo]) == ("value", [("step:Train", root)])
    assert found["step:Train", root]["cause"] is None
    assert len(found) == 2


def port(name: str, uri: str) -> Document:
    return {"name": name, "uri": uri, "kind": "data", "resolution": "job description"}


def model(name: str) -> Document:
    return {"type": "AWS::SageMaker::Model", "relation": "uses", "name": name, "arn": None}


def test_the_code_that_a_setting_names_is_told_by_its_port_alone() -> None:
    pair = [answered(), answered("ccccdddd0002", 2)]
    for answer, now in zip(pair, ("old", "new"), strict=True):
        place = f"s3://code/{now}/sourcedir.tar.gz"
        step(answer, "Train")["inputs"].append({**port("sagemaker_submit_directory", place), "kind": "code"})
        step(answer, "Train")["run"]["job"]["hyperparameters"]["sagemaker_submit_directory"] = f'"{place}"'

    assert [each["kind"] for each in diff(*pair)["changes"]] == ["code"]


def test_an_endpoint_runs_on_what_its_configuration_above_says() -> None:
    pair = [answered(), answered("ccccdddd0002", 2)]
    for answer, count in zip(pair, (1, 4), strict=True):
        step(answer, "Register")["run"]["job"]["productionVariants"] = [
            {"VariantName": "m", "InitialInstanceCount": count}
        ]
        step(answer, "Deploy")["run"]["job"]["instanceCount"] = count

    found = changes(*pair)

    above = "run.job.productionVariants.m.InitialInstanceCount"

    assert causes(found["step:Deploy", "run.job.instanceCount"]) == ("value", [("step:Register", above)])
    assert found["step:Register", above]["cause"] is None


def test_a_condition_names_the_step_that_measured_what_it_compared() -> None:
    pair = [answered(), answered("ccccdddd0002", 2)]
    for answer, auc in zip(pair, (0.6, 0.5), strict=True):
        step(answer, "Evaluate")["run"]["metrics"] = {"auc": auc}
        left = {"value": auc, "expression": "Steps.Evaluate.PropertyFiles.auc"}
        step(answer, "Register")["run"]["conditions"] = [{"type": "LessThan", "leftValue": left}]

    found = changes(*pair)

    operand = found["step:Register", "run.conditions['0'].leftValue.value"]

    assert causes(operand) == ("value", [("step:Evaluate", "run.metrics.auc")])


def test_a_bucket_that_went_with_a_step_names_the_step() -> None:
    second = answered("ccccdddd0002", 2)
    gone = answered()
    step(gone, "Deploy")["outputs"] = [port("captured", "s3://captured/x")]
    gone["graph"]["artifacts"].append({**gone["graph"]["artifacts"][0], "id": 9, "bucket": "captured"})
    second["graph"]["nodes"].pop()
    second["graph"]["edges"].pop()

    found = changes(gone, second)

    assert causes(found["bucket:captured", ""]) == ("facts", [("step:Deploy", "")])


# --- Findings ---


def finding(rule: str, path: list[str], **more: Any) -> Document:
    return {
        "rule": rule,
        "severity": "Medium",
        "status": "Fail",
        "finding_info": {"uid": rule, "title": rule},
        "path": path,
        "evidence": {},
        **more,
    }


def test_what_the_account_lacks_names_the_account_or_the_bucket_that_leans_on_it() -> None:
    second = answered("ccccdddd0002", 2)
    for artifact in second["graph"]["artifacts"]:
        artifact["posture"]["publicAccess"]["bucketBlock"]["blockPublicAcls"] = False
    account = {"type": "account", "name": "123456789012", "uid": None}
    second["findings"].append(finding("S3.1", [], resources=[account], evidence={"buckets": ["lake"]}))

    found = changes(answered(), second)["finding:S3.1", ""]

    assert found["about"] == ["account"]
    assert causes(found) == ("facts", [("bucket:lake", "posture.publicAccess.bucketBlock.blockPublicAcls")])


def test_a_finding_names_what_changed_of_the_data_above_it() -> None:
    first, second = answered(), answered("ccccdddd0002", 2)
    for answer in (first, second):
        step(answer, "Prepare")["inputs"][0]["uri"] = "s3://source/raw"
        answer["graph"]["artifacts"][0]["bucket"] = "source"
    second["graph"]["artifacts"][0]["s3"]["tags"]["DataClassification"] = "Confidential"
    second["findings"].append(finding("FLOW-17", ["node:Deploy"]))

    found = changes(first, second)["finding:FLOW-17", ""]

    assert causes(found) == ("upstream", [("bucket:source", "s3.tags.DataClassification")])


@pytest.mark.parametrize("what", ["bucket", "tags of the pipeline"])
def test_a_finding_for_want_of_a_fact_says_so(what: str) -> None:
    second = answered("ccccdddd0002", 2)
    if what == "bucket":
        for artifact in second["graph"]["artifacts"]:
            artifact["s3"]["versioning"] = "Unknown"
    else:
        second["warnings"].append({"action": "sagemaker:ListTags", "resource": second["pipeline"]["arn"]})
        second["pipeline"]["tags"] = {}
    second["findings"].append(finding("S3.14", ["artifact:0"], status="Warning"))

    found = changes(answered(), second)

    assert list(found) == [("finding:S3.14", "")]
    assert found["finding:S3.14", ""]["cause"] == {
        "basis": "read",
        "desc": "only one of the two knows what it rests on",
        "changes": [],
    }
