"""Definitions that the sandbox was not made for: those that SageMaker's SDKs emit, and those that are wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import sandbox
from sandbox.plan import plan
from tests.builders.played import BUCKET, compare, condition, definition, get, join, processing, step, training

DEFINITIONS = Path(__file__).parents[2] / "corpus" / "emitted"
EMITTED = sorted(one for one in DEFINITIONS.glob("v?/*.json") if "Steps" in json.loads(one.read_text()))
SAMPLES = {"Integer": "1", "Float": "1", "Boolean": "true"}


def values_for(document: dict[str, Any]) -> dict[str, str]:
    """A value for each parameter that has no default."""
    without = [one for one in document.get("Parameters") or [] if "DefaultValue" not in one]
    return {one["Name"]: SAMPLES.get(one.get("Type"), f"{BUCKET}/given") for one in without}


@pytest.mark.parametrize("file", EMITTED, ids=lambda one: f"{one.parent.name}-{one.stem}")
def test_emitted_definition_runs_and_only_its_fail_steps_fail(account: sandbox.Account, file: Path) -> None:
    document = json.loads(file.read_text())
    account.put_pipeline(document, file.stem)
    made = account.run(file.stem, values_for(document))
    types = {name: one.document["Type"] for name, one in plan(document).items()}
    failed = {one["StepName"]: one.get("FailureReason") for one in made.steps if one["StepStatus"] != "Succeeded"}

    assert {name: why for name, why in failed.items() if types.get(name) != "Fail"} == {}
    assert made.steps


def statuses(account: sandbox.Account, document: dict[str, Any]) -> dict[str, str]:
    """How each step of a new pipeline ends."""
    account.put_pipeline(document, "odd")
    return {one["StepName"]: one["StepStatus"] for one in account.run("odd").steps}


def test_answer_that_no_sandbox_can_know_is_made_up_for_who_reads_it(account: sandbox.Account, sagemaker: Any) -> None:
    odd = step("Odd", "NewThing", {"Size": 1})
    reader = processing("Reader", {"in": join(BUCKET, get("Steps.Odd.Answer.Places[1].Key"))})
    account.put_pipeline(definition(odd, reader), "odd")
    made = account.run("odd")
    job = made.steps[1]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    where = sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingInputs"][0]["S3Input"]["S3Uri"]

    assert where.startswith(f"{BUCKET}/Key-")


def test_property_that_its_type_does_not_have_is_not_made_up(account: sandbox.Account) -> None:
    reader = processing("Reader", {"in": get("Steps.Train.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri")})

    assert statuses(account, definition(training("Train"), reader)) == {"Train": "Succeeded", "Reader": "Failed"}


@pytest.mark.parametrize(
    "source",
    [
        get("Steps.List.OutputParameters['places']"),
        {"Std:JsonGet": {"PropertyFile": get("Steps.Find.PropertyFiles.Places"), "Path": "found.places"}},
    ],
)
def test_foreach_gets_items_from_a_function_or_a_report(account: sandbox.Account, source: dict[str, Any]) -> None:
    function = step(
        "List",
        "Lambda",
        FunctionArn="arn:aws:lambda:ap-northeast-2:123456789012:function:list",
        OutputParameters=[{"OutputName": "places", "OutputType": "String"}],
    )
    files = [{"PropertyFileName": "Places", "OutputName": "out", "FilePath": "places.json"}]
    body = processing("Each", outputs={"out": join(BUCKET, get("ForEach.CurrentItem.name"))})
    loop = step("Loop", "ForEach", {"IterableItems": source, "ForEachBody": [body]})
    found = statuses(account, definition(function, processing("Find", PropertyFiles=files), loop))

    assert found == dict.fromkeys(("List", "Find", "Each-0", "Each-1", "Loop"), "Succeeded")


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (definition(), {}),
        ({"Steps": [processing("A")], "Parameters": None, "PipelineExperimentConfig": None}, {"A": "Succeeded"}),
        (definition({"Name": "A", "Type": "Processing", "Arguments": None}), {"A": "Succeeded"}),
        (definition(processing("A", DependsOn=["Nobody"])), {"A": "Succeeded"}),
        (definition(processing("A", DependsOn=["B"]), processing("B", DependsOn=["A"])), {}),
        (definition(training("A", HyperParameters={})), {"A": "Succeeded"}),
        (definition(condition("C", [{"Type": "Sometimes"}], [processing("A")])), {"C": "Failed"}),
        (definition(condition("C", [{"Type": "Equals", "LeftValue": 1}], [])), {"C": "Failed"}),
        (definition(condition("C", [compare("Equals", get("Steps.C2.Outcome"), "True")])), {"C": "Failed"}),
        (definition(step("L", "ForEach", {"IterableItems": "7", "ForEachBody": []})), {"L": "Failed"}),
        (definition(step("T", "Training", {"ResourceConfig": {"InstanceCount": "many"}})), {"T": "Failed"}),
    ],
)
def test_odd_definition_runs_as_far_as_it_can(
    account: sandbox.Account, document: dict[str, Any], expected: dict[str, str]
) -> None:
    assert statuses(account, document) == expected


def test_step_without_a_name_is_refused(account: sandbox.Account) -> None:
    account.put_pipeline({"Steps": [{"Type": "Processing"}]}, "odd")
    with pytest.raises(ValueError, match="a step has no Name"):
        account.run("odd")


def test_thirty_conditions_deep(account: sandbox.Account) -> None:
    inner = processing("Deepest")
    for depth in range(30):
        inner = condition(f"C{depth}", [compare("Equals", depth, depth)], [inner])

    assert statuses(account, definition(inner))["Deepest"] == "Succeeded"
