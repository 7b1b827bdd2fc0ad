"""What each type of step reads, writes and names, as `step_types.json` states it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.expressions import Scope
from chalicelib.core.graph.step_io.ports import read_step, read_steps
from chalicelib.core.graph.step_io.table import TABLE
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Port, Resource
from tests.builders.played import definition, get, join, processing, step, training

CASES = json.loads(Path(__file__).with_name("step_types.json").read_text())["cases"]
PARAMETERS = [
    {"Name": "Bucket", "Type": "String", "DefaultValue": "data"},
    {"Name": "Place", "Type": "String", "DefaultValue": "s3://data/place"},
]

# botocore's metadata of a step's run (PipelineExecutionStepMetadata) and the SDK's StepTypeEnum, taken together.
STEP_TYPES = {
    *("Athena", "AutoML", "Callback", "ClarifyCheck", "Cleanup", "Condition", "EMR", "EMRServerless", "Endpoint"),
    *("EndpointConfig", "Fail", "ForEach", "HubContent", "InferenceComponent", "Job", "Lambda", "Lineage", "Model"),
    *("Processing", "QualityCheck", "RegisterModel", "Training", "Transform", "Tuning", "BedrockCustomModel"),
    *("BedrockCustomModelDeployment", "BedrockModelImport", "BedrockProvisionedModelThroughput"),
}


def scope(*steps: dict[str, Any], **facts: Any) -> Scope:
    return Scope(parse_definition(definition(*steps, parameters=PARAMETERS)), region="eu-west-1", **facts)


def shown(port: Port) -> str:
    return f"{port.name} {port.uri if port.uri is not None else f'({port.expression})'} {port.kind}"


def named(resource: Resource) -> str:
    known = " ".join(text for text in (resource.name, resource.arn) if text)
    return f"{resource.relation} {resource.type} {known or f'({resource.expression})'}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_step_io(case: dict[str, Any]) -> None:
    runs = {case["step"]["Name"]: case["run"]} if "run" in case else {}
    world = scope(case["step"], account="123456789012", run_documents=runs)
    io = read_step(world.definition.steps[0], world)

    assert sorted(map(shown, io.inputs)) == sorted(case["inputs"])
    assert sorted(map(shown, io.outputs)) == sorted(case["outputs"])
    assert sorted(map(named, io.resources)) == sorted(case["resources"])


def test_table_has_every_type_and_every_type_has_a_case() -> None:
    assert set(TABLE) == STEP_TYPES
    assert set(TABLE) <= {case["step"]["Type"] for case in CASES}


def test_port_says_how_its_location_is_known() -> None:
    steps = processing(
        "P", {"a": "s3://d/a", "b": get("Parameters.Place"), "c": get("Execution.X"), "d": get("Steps.Q.S3Uri")}
    )
    world = scope(steps, values={"Place": "s3://given/place"}, run_documents={"Q": {"S3Uri": "s3://real/place"}})
    ports = read_step(world.definition.steps[0], world).inputs

    assert [(port.name, port.resolution) for port in ports] == [
        ("a", "literal"),
        ("b", "execution value"),
        ("c", None),
        ("d", "job description"),
    ]


def test_described_step_knows_its_locations_from_the_description() -> None:
    world = scope(training("T"), run_documents={"T": {"OutputDataConfig": {"S3OutputPath": "s3://d/models"}}})
    io = read_step(world.definition.steps[0], world)

    assert [(port.name, port.resolution) for port in io.outputs] == [("model_artifacts", "job description")]
    assert [(port.name, port.resolution) for port in io.inputs] == [("train", "literal")]


def test_description_without_locations_leaves_the_step_as_defined() -> None:
    steps = step("L", "Lambda", {"from": "s3://d/in"}, FunctionArn="arn:aws:lambda:eu-west-1:123456789012:function:f")
    world = scope(steps, run_documents={"L": {"OutputParameters": [{"Name": "o", "Value": "s3://elsewhere/x"}]}})
    io = read_step(world.definition.steps[0], world)

    assert list(map(shown, io.inputs)) == ["from s3://d/in data"]
    assert len(io.resources) == 1


def test_arguments_are_known_from_the_description() -> None:
    arguments = ["--in", get("ForEach.CurrentItem"), "--out", "s3://d/out"]
    steps = step("P", "Processing", {"AppSpecification": {"ContainerArguments": arguments}})
    real = {"AppSpecification": {"ContainerArguments": ["--in", "s3://d/item", "--out", "s3://d/out"]}}
    world = scope(steps, run_documents={"P": {**real, "FailureReason": "see s3://d/log"}})
    io = read_step(world.definition.steps[0], world)

    assert [(shown(port), port.resolution) for port in io.inputs] == [("in s3://d/item data", "job description")]
    assert [(shown(port), port.resolution) for port in io.outputs] == [("out s3://d/out data", "job description")]


def test_step_of_a_loop_has_what_each_of_its_iterations_had() -> None:
    def ran(item: str) -> dict[str, Any]:
        return {"Body": {"ProcessingInputs": [{"InputName": "item", "S3Input": {"S3Uri": f"s3://d/{item}"}}]}}

    each = step(
        "Each",
        "ForEach",
        {"IterableItems": ["a"], "ForEachBody": [processing("Body", {"item": get("ForEach.CurrentItem")})]},
    )
    world = scope(each, run_documents={"Each": {"IterationOutputs": [ran("a"), {}, ran("b"), ran("a")]}})
    io = read_step(world.definition.steps[1], world)

    assert list(map(shown, io.inputs)) == ["item s3://d/a data", "item s3://d/b data"]


@pytest.mark.parametrize("known", [{}, {"account": "123456789012"}])
def test_name_alone_is_shown_where_region_or_account_is_unknown(known: dict[str, str]) -> None:
    outputs = {"Outputs": [{"OutputName": "f", "FeatureStoreOutput": {"FeatureGroupName": "Customers"}}]}
    query = {"AthenaDatasetDefinition": {"Database": "shop"}}
    steps = step(
        "P",
        "Processing",
        {"ProcessingInputs": [{"InputName": "a", "DatasetDefinition": query}], "ProcessingOutputConfig": outputs},
    )
    world = Scope(parse_definition(definition(steps)), **known)  # type: ignore[arg-type]
    io = read_step(world.definition.steps[0], world)

    assert list(map(shown, io.inputs)) == ["a (AwsDataCatalog.shop) data"]
    assert list(map(shown, io.outputs)) == ["f (Customers) data"]


def test_partition_of_the_account_stands_in_its_arns() -> None:
    outputs = {"Outputs": [{"OutputName": "f", "FeatureStoreOutput": {"FeatureGroupName": get("Parameters.Bucket")}}]}
    world = scope(
        step("P", "Processing", {"ProcessingOutputConfig": outputs}), account="123456789012", partition="aws-cn"
    )
    port = read_step(world.definition.steps[0], world).outputs[0]

    assert port.uri == "arn:aws-cn:sagemaker:eu-west-1:123456789012:feature-group/data"
    assert port.resolution == "parameter default"


def test_references_are_the_steps_own_wherever_they_stand() -> None:
    nested = step("N", "Lambda", {"x": get("Steps.Nested.X")})
    steps = step(
        "C",
        "Condition",
        {
            "Conditions": [
                {"LeftValue": {"Std:JsonGet": {"PropertyFile": get("Steps.File.PropertyFiles.F"), "Path": "p"}}}
            ],
            "IfSteps": [nested],
            "Odd": {"Get": "Steps.Odd.X", "Beside": join(get("Steps.Joined.X"))},
        },
        DependsOn=["Not"],
        SkipCheck=get("Steps.Aside.Outcome"),
    )
    world = scope(steps)

    assert set(read_step(world.definition.steps[0], world).references) == {
        "Steps.File.PropertyFiles.F",
        "Steps.Odd.X",
        "Steps.Joined.X",
        "Steps.Aside.Outcome",
    }


def test_emr_argument_that_another_step_refers_to_is_an_output() -> None:
    arguments = ["run", "--kept", "s3://d/kept", "--read", "s3://d/read", "--dated", join("s3://d", get("Execution.X"))]
    emr = step("Crunch", "EMR", {"StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": arguments}}})
    reader = processing("P", {"in": get("Steps.Crunch.Config.Args[2]"), "gone": get("Steps.None.Config.Args[2]")})
    world = scope(emr, reader)
    io = read_steps(world.definition.steps, world)["Crunch"]

    assert list(map(shown, io.outputs)) == ["kept s3://d/kept data"]
    assert "read s3://d/read data" in map(shown, io.inputs)


def test_location_that_a_run_completes_has_a_pattern() -> None:
    dated = join("s3://d", get("Execution.PipelineExecutionId"), join(get("Parameters.None"), "x", on="-"))
    by_job = join("s3://d", get("Steps.T.TrainingJobName"))
    world = scope(
        processing(
            "P", {"dated": dated, "job": by_job, "get": get("Execution.X"), "text": join("x", get("Execution.X"))}
        )
    )
    ports = read_step(world.definition.steps[0], world).inputs

    assert [port.pattern for port in ports] == [
        "s3://d/${Execution.PipelineExecutionId}/${Parameters.None}-x",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("shape", [lambda inner: {"a": inner}, lambda inner: [inner]])
def test_step_that_nests_absurdly_is_refused_with_its_pointer(shape: Any) -> None:
    deep: Any = "s3://d/deep"
    for _ in range(100):
        deep = shape(deep)
    fine = scope(step("A", "Custom", {"x": deep}))
    assert len(read_step(fine.definition.steps[0], fine).inputs) == 1

    for _ in range(5000):
        deep = shape(deep)
    world = scope(step("A", "Fail"), step("B", "Custom", {"x": deep}))
    with pytest.raises(BadDefinition, match="nests deeper than 200 levels") as refused:
        read_step(world.definition.steps[1], world)
    assert refused.value.pointer == "/Steps/1"
