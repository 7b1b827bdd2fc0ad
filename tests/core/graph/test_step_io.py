"""What each type of step reads, writes and names, as `step_types.json` states it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
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
    return f"{port.name} {port.uri} {port.kind}"


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

    assert [(port.name, port.resolution, port.resolved) for port in ports] == [
        ("a", "literal", True),
        ("b", "execution value", True),
        ("c", "literal", False),
        ("d", "job description", True),
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


@pytest.mark.parametrize(
    ("kind", "key", "own", "resource"),
    [
        ("EMR", "ClusterId", {"ClusterConfig": {"Instances": {}}}, "AWS::EMR::Cluster"),
        ("EMRServerless", "ApplicationId", {"ApplicationConfig": {"name": "mine"}}, "AWS::EMRServerless::Application"),
    ],
)
def test_a_cluster_that_the_step_was_not_told_to_use_is_its_own(
    kind: str, key: str, own: dict[str, Any], resource: str
) -> None:
    world = scope(
        step("Own", kind, own),
        step("Told", kind, {key: get("Parameters.Bucket")}),
        run_documents={"Own": {key: "j-1"}, "Told": {key: "data"}},
    )

    started, told = (read_step(each, world).resources for each in world.definition.steps)

    assert f"creates {resource} j-1" in map(named, started)
    assert {each.relation for each in started} == {"creates"}
    assert [*map(named, told)] == [f"uses {resource} data"]


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
def test_region_and_account_that_are_unknown_are_pieces(known: dict[str, str]) -> None:
    outputs = {"Outputs": [{"OutputName": "f", "FeatureStoreOutput": {"FeatureGroupName": "Customers"}}]}
    query = {"AthenaDatasetDefinition": {"Database": "shop"}}
    steps = step(
        "P",
        "Processing",
        {"ProcessingInputs": [{"InputName": "a", "DatasetDefinition": query}], "ProcessingOutputConfig": outputs},
    )
    world = Scope(parse_definition(definition(steps)), **known)  # type: ignore[arg-type]
    io = read_step(world.definition.steps[0], world)

    account = known.get("account", "${AWS::AccountId}")

    assert list(map(shown, io.inputs)) == ["a awsathena://athena.${AWS::Region}.amazonaws.com/AwsDataCatalog.shop data"]
    assert list(map(shown, io.outputs)) == [
        f"f arn:aws:sagemaker:${{AWS::Region}}:{account}:feature-group/customers data"
    ]
    assert [port.expression for port in (*io.inputs, *io.outputs)] == ["AwsDataCatalog.shop", "Customers"]


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


def test_location_that_a_run_completes_is_a_template() -> None:
    dated = join("s3://d", get("Execution.PipelineExecutionId"), join(get("Parameters.None"), "x", on="-"))
    inputs = {
        "dated": dated,
        "job": join("s3://d", get("Steps.T.TrainingJobName")),
        "get": get("Execution.X"),
        "text": join("x", get("Execution.X")),
        "again": get("Steps.P.ProcessingInputs['dated'].S3Input.S3Uri"),
    }
    world = scope(processing("P", inputs))
    ports = read_step(world.definition.steps[0], world).inputs

    assert [port.uri for port in ports] == [
        "s3://d/${Execution.PipelineExecutionId}/${Parameters.None}-x",
        "s3://d/${Steps.T.TrainingJobName}",
        "${Execution.X}",
        "x/${Execution.X}",
        "s3://d/${Execution.PipelineExecutionId}/${Parameters.None}-x",
    ]
    assert not any(port.resolved for port in ports)
    assert ports[-1].expression == "Steps.P.ProcessingInputs['dated'].S3Input.S3Uri"


@pytest.mark.parametrize("key", ["['uri']", '["uri"]', "[uri]"])
def test_key_is_written_in_one_way_however_the_definition_quotes_it(key: str) -> None:
    world = scope(processing("P", {"in": get(f"Steps.Ask.OutputParameters{key}")}))

    assert read_step(world.definition.steps[0], world).inputs[0].uri == "${Steps.Ask.OutputParameters['uri']}"


@pytest.mark.parametrize("variable", ["ProcessingJobName", "TrainingJobName", "CurrentDateTime"])
def test_variable_that_differs_from_step_to_step_names_its_step(variable: str) -> None:
    def kept(name: str) -> dict[str, Any]:
        place = join("s3://d", get(f"Execution.{variable}"), "out")
        return processing(name, {"in": place}, {"out": place})

    world = scope(kept("One"), kept("Two"))
    one, two = read_steps(world.definition.steps, world).values()

    assert one.inputs[0].uri == one.outputs[0].uri
    assert two.inputs[0].uri == two.outputs[0].uri
    assert "Steps.One." in one.outputs[0].uri
    assert "Steps.Two." in two.outputs[0].uri


def test_job_name_is_each_steps_own_in_a_run_too() -> None:
    place = join("s3://d", get("Execution.ProcessingJobName"), "out")
    steps = processing("One", {}, {"out": place}), processing("Two", {"in": place}, {"out": "s3://d/two"})
    world = scope(*steps, run_documents={name: {"ProcessingJobName": f"p-{name}"} for name in ("One", "Two")})
    one, two = read_steps(world.definition.steps, world).values()

    assert (one.outputs[0].uri, two.inputs[0].uri) == ("s3://d/p-One/out", "s3://d/p-Two/out")


def test_item_of_a_loop_is_that_loops_own() -> None:
    def loop(name: str, *bodies: str) -> dict[str, Any]:
        body = [processing(each, {"in": join("s3://d", get("ForEach.CurrentItem"))}) for each in bodies]
        return step(name, "ForEach", {"IterableItems": ["a"], "ForEachBody": body})

    world = scope(loop("First", "A", "B"), loop("Second", "C"))
    places = {name: io.inputs[0].uri for name, io in read_steps(world.definition.steps, world).items() if io.inputs}

    assert places["A"] == places["B"] != places["C"]


def test_iterations_of_a_loop_are_not_one_place() -> None:
    body = step("Fit", "Training", {"OutputDataConfig": {"S3OutputPath": "s3://d/m"}})
    each = step("Each", "ForEach", {"IterableItems": ["a", "b"], "ForEachBody": [body]})
    file = "Fit.ModelArtifacts.S3ModelArtifacts"
    world = scope(each, processing("P", {f"m{n}": get(f"Steps.Each.IterationOutputs[{n}].{file}") for n in (0, 1)}))
    first, second = read_steps(world.definition.steps, world)["P"].inputs

    assert first.uri != second.uri


def test_step_that_took_over_results_names_the_execution_that_made_them() -> None:
    place = join("s3://d", get("Execution.PipelineExecutionId"))
    emr = step("Crunch", "EMR", {"StepConfig": {"HadoopJarStep": {"Args": ["--output", join(place, "a")]}}})
    reader = processing("P", {"in": get("Steps.Crunch.Config.Args[1]")}, {"out": join(place, "b")})
    world = scope(
        emr,
        reader,
        variables={"Execution.PipelineExecutionId": "now"},
        run_documents={"Crunch": {"Execution": {"PipelineExecutionId": "earlier"}}},
    )
    crunch, read = read_steps(world.definition.steps, world).values()

    assert [port.uri for port in crunch.outputs] == ["s3://d/earlier/a"] == [port.uri for port in read.inputs]
    assert [port.uri for port in read.outputs] == ["s3://d/now/b"]


def written(*steps: dict[str, Any], **runs: Any) -> list[tuple[str, tuple[str, ...], str | None]]:
    world = scope(*steps, run_documents=runs)
    return [(port.uri, port.within, port.extent) for port in read_step(world.definition.steps[0], world).outputs]


_MODELS = {"OutputDataConfig": {"S3OutputPath": "s3://d/m/"}}


def test_training_job_writes_its_model_and_all_else_in_a_folder_of_its_own() -> None:
    own = "s3://d/m/${Steps.T.TrainingJobName}"
    report = {"DebugHookConfig": {"S3OutputPath": "s3://d/"}}

    assert written(step("T", "Training", _MODELS | report)) == [
        (f"{own}/output/model.tar.gz", (own,), None),
        ("s3://d/", ("s3://d/${Steps.T.TrainingJobName}",), None),
    ]
    assert written(step("T", "Training", _MODELS), T={"TrainingJobName": "j", **_MODELS}) == [
        ("s3://d/m/j/output/model.tar.gz", ("s3://d/m/j",), None)
    ]
    told = {"TrainingJobName": "j", "ModelArtifacts": {"S3ModelArtifacts": "s3://d/m/j/output/model.tar.gz"}}
    assert written(step("T", "Training", _MODELS), T=told | _MODELS) == [
        ("s3://d/m/j/output/model.tar.gz", ("s3://d/m/j",), None)
    ]


def test_uncompressed_model_is_a_folder() -> None:
    output = {"OutputDataConfig": {"S3OutputPath": "s3://d/m", "CompressionType": "NONE"}}
    [(uri, _, _)] = written(step("T", "Training", output))

    assert uri == "s3://d/m/${Steps.T.TrainingJobName}/output/model/"


def test_tuning_job_writes_where_keys_begin_with_its_name() -> None:
    tuning = step("U", "Tuning", {"TrainingJobDefinition": _MODELS})
    [(uri, within, extent)] = written(tuning)
    ran = {"HyperParameterTuningJobName": "h", "TrainingJobDefinition": _MODELS}
    best = {"TrainingJobName": "h-003", "ModelArtifacts": {"S3ModelArtifacts": "s3://d/m/h-003/output/model.tar.gz"}}

    assert uri == "s3://d/m/${Steps.U.TrainingJobSummaries[0].TrainingJobName}/output/model.tar.gz"
    assert (within[0], extent) == ("s3://d/m/${Steps.U.HyperParameterTuningJobName}-", "prefix")
    assert [(uri, within[0]) for uri, within, _ in written(tuning, U=ran | {"BestTrainingJob": best})] == [
        ("s3://d/m/h-003/output/model.tar.gz", "s3://d/m/h-")
    ]


@pytest.mark.parametrize(("given", "meant"), [("TrainingJobSummaries[0]", 0), ("BestTrainingJob", 0)])
def test_best_of_a_tuning_has_one_name(given: str, meant: int) -> None:
    model = step(
        "M",
        "Model",
        {
            "PrimaryContainer": {
                "ModelDataUrl": join("s3://d/m", get(f"Steps.U.{given}.TrainingJobName"), "output/model.tar.gz")
            }
        },
    )
    world = scope(step("U", "Tuning", {"TrainingJobDefinition": _MODELS}), model)
    ios = read_steps(world.definition.steps, world)

    assert ios["M"].inputs[0].uri == ios["U"].outputs[meant].uri


def test_function_steps_root_of_working_files_carries_no_data() -> None:
    arguments = ["--s3_base_uri", "s3://d/root", "--pipeline_step_name", "F"]
    entry = ["/bin/bash", "/opt/ml/input/data/sagemaker_remote_function_bootstrap/job_driver.sh"]
    own = {"AlgorithmSpecification": {"ContainerEntrypoint": entry, "ContainerArguments": arguments}}
    someones = {"AlgorithmSpecification": {"ContainerArguments": arguments}}
    world = scope(step("F", "Training", own), step("T", "Training", someones))
    ios = read_steps(world.definition.steps, world)

    assert list(map(shown, ios["F"].inputs)) == ["s3_base_uri s3://d/root resource"]
    assert list(map(shown, ios["T"].inputs)) == ["s3_base_uri s3://d/root data"]


@pytest.mark.parametrize(
    ("kind", "extent"),
    [("S3Prefix", None), ("ManifestFile", "manifest"), ("AugmentedManifestFile", "manifest"), ("S3Object", "object")],
)
def test_data_type_says_what_is_taken(kind: str, extent: str | None) -> None:
    source = {"S3DataSource": {"S3DataType": kind, "S3Uri": "s3://d/x"}}
    world = scope(step("T", "Training", {"InputDataConfig": [{"ChannelName": "c", "DataSource": source}]}))

    assert [port.extent for port in read_step(world.definition.steps[0], world).inputs] == [extent]


@pytest.mark.parametrize(("mode", "extent"), [("SingleModel", "object"), ("MultiModel", None)])
def test_model_file_is_one_object_unless_there_are_many(mode: str, extent: str | None) -> None:
    container = {"ModelDataUrl": "s3://d/x", "Mode": mode}
    world = scope(step("M", "Model", {"PrimaryContainer": container}))

    assert [port.extent for port in read_step(world.definition.steps[0], world).inputs] == [extent]


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
