"""Nodes in order, edges of every kind, artifacts once each."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.graph.meetings import MAX_ARTIFACT_EDGES
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Edge, Graph
from chalicelib.routes.lineage import offline_lineage
from tests.builders.played import compare, condition, definition, get, join, processing, step

ALWAYS = compare("Equals", 1, 1)


def graph_of(*steps: dict[str, Any], parameters: Sequence[dict[str, Any]] = (), **facts: Any) -> Graph:
    read = parse_definition(definition(*steps, parameters=parameters))
    return build_graph(read, Scope(read, **facts))


def edges_of(*steps: dict[str, Any], via: str | None = None) -> list[str]:
    return [f"{e.source}>{e.target} {e.via}" for e in graph_of(*steps).edges if via in (None, e.via)]


def custom(name: str, **keys: Any) -> dict[str, Any]:
    return step(name, "Custom", {}, **keys)


def order(graph: Graph) -> str:
    return " ".join(node.id for node in graph.nodes)


# --- What the document states ---------------------------------------------------------------------------------


def test_dependency_is_an_edge_in_both_forms_once() -> None:
    graph = graph_of(
        custom("A"),
        custom("B", DependsOn=["A", {"Step": "A", "Trigger": "Failed"}]),
        custom("C", DependsOn=[{"Step": "A", "Trigger": "Any"}]),
    )

    assert graph.edges == (Edge("A", "B", "dependsOn"), Edge("A", "C", "dependsOn", "Any"))


@pytest.mark.parametrize(
    "arguments",
    [
        {"Uri": get("Steps.A.X")},
        {"Uri": join("s3://b", get("Steps.A.X"))},
        {"Uri": join(join(join(get("Steps.A['x'].Y"))))},
        {"Value": {"Std:JsonGet": {"PropertyFile": get("Steps.A.PropertyFiles.F"), "Path": "p"}}},
        {"Value": {"Std:JsonGet": {"S3Uri": join(get("Steps.A.X"), "results.json"), "Path": "p"}}},
        {"Deep": [[{"Container": ["--x", get("Steps.A.OutputParameters['o']")]}]]},
        {"JobConfigDocument": join('{"a": "', get("Steps.A.X"), '"}', on="")},
        {"Many": [get("Steps.A.X"), get("Steps.A.Y")]},
    ],
)
def test_reference_is_an_edge_wherever_it_stands(arguments: dict[str, Any]) -> None:
    assert edges_of(custom("A"), step("B", "Custom", arguments)) == ["A>B ref:Get"]


def test_reference_outside_the_arguments_is_an_edge() -> None:
    assert edges_of(custom("A"), custom("B", ModelName=get("Steps.A.ModelName"))) == ["A>B ref:Get"]


def test_reference_and_dependency_between_two_steps_are_two_edges() -> None:
    assert edges_of(custom("A"), step("B", "Custom", {"x": get("Steps.A.X")}, DependsOn=["A"])) == [
        "A>B dependsOn",
        "A>B ref:Get",
    ]


def test_condition_leads_to_each_step_of_its_branches() -> None:
    inner = condition("Inner", [ALWAYS], [custom("Deep")])
    read = condition(
        "Outer",
        [compare("Equals", get("Steps.A.X"), 1)],
        [inner, step("If", "Custom", {"x": get("Steps.A.X")})],
        [custom("Else")],
    )

    assert edges_of(custom("A"), read) == [
        "A>Outer ref:Get",
        "A>If ref:Get",
        "Outer>Inner branch:if",
        "Outer>If branch:if",
        "Outer>Else branch:else",
        "Inner>Deep branch:if",
    ]


def test_branch_may_name_steps_that_stand_elsewhere() -> None:
    graph = graph_of(custom("A"), condition("C", [ALWAYS], ["A"], ["B", "Nobody"]), custom("B"))

    assert [f"{e.source}>{e.target} {e.via}" for e in graph.edges] == ["C>A branch:if", "C>B branch:else"]
    assert order(graph) == "C A B"
    assert [(gap.code, gap.resource) for gap in graph.gaps] == [("UnknownReference", "C")]


def test_loop_leads_to_its_body() -> None:
    body = [step("One", "Lambda", {"x": get("ForEach.CurrentItem")}), step("Two", "Lambda", {"x": get("Steps.One.X")})]
    each = step("Each", "ForEach", {"IterableItems": get("Steps.List.OutputParameters['items']"), "ForEachBody": body})
    after = step("After", "Lambda", {"best": get("Steps.Each.IterationOutputs[0].One.X")})

    assert edges_of(step("List", "Lambda"), each, after) == [
        "List>Each ref:Get",
        "Each>One forEach",
        "Each>Two forEach",
        "Each>After ref:Get",
        "One>Two ref:Get",
    ]


def test_step_inside_a_branch_can_be_depended_on_and_referred_to() -> None:
    nested = condition("C", [ALWAYS], [custom("In")])

    assert edges_of(custom("D", DependsOn=["In", "C"]), step("R", "Custom", {"x": get("Steps.In.X")}), nested) == [
        "C>In branch:if",
        "C>D dependsOn",
        "In>D dependsOn",
        "In>R ref:Get",
    ]


def test_names_that_lead_nowhere_are_gaps_and_no_edges() -> None:
    graph = graph_of(step("A", "Custom", {"x": [get("Steps.Gone.X"), get("Steps.Gone.Y")]}, DependsOn=["Missing"]))

    assert graph.edges == ()
    assert [(gap.code, gap.resource) for gap in graph.gaps] == [("UnknownDependency", "A"), ("UnknownReference", "A")]


@pytest.mark.parametrize(
    "path", ["Parameters.A.X", "Execution.A", "ForEach.CurrentItem", "A.X", "steps.A.X", "Steps", ""]
)
def test_other_paths_are_no_edges(path: str) -> None:
    graph = graph_of(custom("A"), step("B", "Custom", {"x": get(path)}))

    assert (graph.edges, graph.gaps) == ((), ())


def test_step_has_no_edge_to_itself() -> None:
    graph = graph_of(
        step("A", "Custom", {"x": get("Steps.A.X")}, DependsOn=["A"]), step("B", "Custom", {"y": get("Steps.B.X")})
    )

    assert graph.edges == ()


# --- Order ----------------------------------------------------------------------------------------------------


def test_nodes_stand_in_topological_order_and_else_as_written() -> None:
    assert order(graph_of(custom("C", DependsOn=["A"]), custom("B"), custom("A"), custom("D"))) == "B A C D"


def test_circle_keeps_every_node_and_says_so() -> None:
    graph = graph_of(
        custom("A", DependsOn=["C"]), custom("B", DependsOn=["A"]), custom("C", DependsOn=["B"]), custom("D")
    )

    assert sorted(order(graph).split()) == ["A", "B", "C", "D"]
    assert len(graph.edges) == 3
    assert [gap.code for gap in graph.gaps] == ["CyclicDefinition"]


def test_labels_are_display_names() -> None:
    graph = graph_of(
        custom("A", DisplayName="What a person says", Description="Why"), custom("RegisterModel-RegisterModel")
    )

    assert [(node.id, node.label, node.description) for node in graph.nodes] == [
        ("A", "What a person says", "Why"),
        ("RegisterModel-RegisterModel", "RegisterModel-RegisterModel", None),
    ]


# --- Data that meets at a location ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read", "meets"),
    [
        ("s3://b/data", "s3://b/data", True),
        ("s3://b/data/", "s3://b/data", True),
        ("s3://b/data", "s3://b/data/", True),
        ("s3://b/data", "s3://b/data/train/x.csv", True),
        ("s3://b", "s3://b/data", True),
        ("S3://b/data", "s3://b/data/x", True),
        ("s3://b/data", "s3a://b/data/x", True),
        ("s3://b/data", "s3://b/database", False),
        ("s3://b/data/train", "s3://b/data", True),  # whoever reads a folder reads what was written below it
        ("s3://b/data/test_small", "s3://b/data/test", True),  # S3's own rule: a prefix is text
        ("s3://b/data/train", "s3://b/data/test", False),
        ("s3://b/data", "s3://c/data", False),
        ("s3://b/data", "s3://b/Data", False),
        ("s3://b/data", "s3://bb/data", False),
    ],
)
def test_output_feeds_an_input_that_takes_an_object_of_it(written: str, read: str, meets: bool) -> None:
    found = edges_of(processing("A", {}, {"o": written}), processing("B", {"i": read}, {"o": "s3://elsewhere/x"}))

    assert found == (["A>B artifact"] if meets else [])


def test_reference_says_it_already() -> None:
    reader = processing(
        "B", {"i": get("Steps.A.ProcessingOutputConfig.Outputs['o'].S3Output.S3Uri"), "j": "s3://b/data/x"}
    )

    assert edges_of(processing("A", {}, {"o": "s3://b/data"}), reader) == ["A>B ref:Get"]


def test_dependency_does_not_say_that_data_flows() -> None:
    steps = (
        processing("A", {}, {"o": "s3://b/d"}),
        processing("B", {"i": "s3://b/d"}, {"o": "s3://b/e"}, DependsOn=["A"]),
    )

    assert edges_of(*steps) == ["A>B artifact", "A>B dependsOn"]


@pytest.mark.parametrize("name", ["code", "entrypoint"])
def test_code_feeds_nothing(name: str) -> None:
    assert (
        edges_of(processing("A", {}, {"o": "s3://b"}), processing("B", {name: "s3://b/x/run"}, {"o": "s3://c"})) == []
    )


def test_never_against_the_order_that_other_edges_give() -> None:
    first = processing("A", {"i": "s3://b/late/x"}, {"o": "s3://b/early"})
    between = processing(
        "B", {"i": get("Steps.A.ProcessingOutputConfig.Outputs['o'].S3Output.S3Uri")}, {"o": "s3://b/mid"}
    )
    last = processing(
        "C", {"i": get("Steps.B.ProcessingOutputConfig.Outputs['o'].S3Output.S3Uri")}, {"o": "s3://b/late"}
    )

    assert edges_of(first, between, last, via="artifact") == []
    assert edges_of(last, between, first, via="artifact") == []


def test_writer_may_stand_after_its_reader_in_the_document() -> None:
    graph = graph_of(
        processing("R", {"i": "s3://b/d"}, {"o": "s3://b/r"}), processing("W", {"i": "s3://c"}, {"o": "s3://b/d"})
    )

    assert graph.edges == (Edge("W", "R", "artifact"),)
    assert order(graph) == "W R"


def test_of_two_steps_that_feed_each_other_the_first_one_does() -> None:
    steps = (
        processing("A", {"i": "s3://b/two"}, {"o": "s3://b/one"}),
        processing("B", {"i": "s3://b/one"}, {"o": "s3://b/two"}),
    )

    assert edges_of(*steps) == ["A>B artifact"]


def test_conflict_elsewhere_costs_no_other_edge() -> None:
    circle = (
        processing("A", {"i": "s3://b/two"}, {"o": "s3://b/one"}),
        processing("B", {"i": "s3://b/one"}, {"o": "s3://b/two"}),
    )
    aside = processing("R", {"i": "s3://b/w"}, {"o": "s3://b/r"}), processing("W", {"i": "s3://c"}, {"o": "s3://b/w"})

    assert sorted(edges_of(*circle, *aside)) == ["A>B artifact", "W>R artifact"]


def test_checkpoints_feed_the_next_training() -> None:
    def train(name: str, path: str) -> dict[str, Any]:
        keeps = {"CheckpointConfig": {"S3Uri": "s3://b/checkpoints"}, "OutputDataConfig": {"S3OutputPath": path}}
        return step(name, "Training", keeps)

    assert edges_of(train("A", "s3://b/m1"), train("B", "s3://b/m2")) == ["A>B artifact"]


_PATH = {"S3OutputPath": "s3://b/"}


@pytest.mark.parametrize(
    ("type_", "arguments", "read", "meets"),
    [
        ("Training", {"OutputDataConfig": _PATH}, "s3://b/reference/days.csv", False),
        ("Training", {"DebugHookConfig": _PATH}, "s3://b/reference/days.csv", False),
        ("Training", {"ProfilerConfig": _PATH}, "s3://b/reference/days.csv", False),
        ("Training", {"TensorBoardOutputConfig": _PATH}, "s3://b/reference/days.csv", False),
        ("Training", {"CheckpointConfig": {"S3Uri": "s3://b/"}}, "s3://b/reference/days.csv", True),
        ("Training", {"OutputDataConfig": _PATH}, "s3://b/", True),
        ("Tuning", {"TrainingJobDefinition": {"OutputDataConfig": _PATH}}, "s3://b/reference/days.csv", False),
        ("Tuning", {"TrainingJobDefinition": {"OutputDataConfig": _PATH}}, "s3://b/", True),
        ("AutoML", {"OutputDataConfig": _PATH}, "s3://b/reference/days.csv", False),
        ("Transform", {"TransformOutput": _PATH}, "s3://b/reference/days.csv", True),
    ],
)
def test_job_with_a_folder_of_its_own_writes_nowhere_else(
    type_: str, arguments: dict[str, Any], read: str, meets: bool
) -> None:
    found = edges_of(step("Job", type_, arguments), processing("B", {"i": read}, {"o": "s3://elsewhere/x"}))

    assert found == (["Job>B artifact"] if meets else [])


def test_places_that_only_a_run_completes_meet_when_written_alike() -> None:
    def dated(*more: str) -> Any:
        return join("s3://b", get("Execution.PipelineExecutionId"), *more)

    steps = processing("A", {}, {"o": dated("x")}), processing("B", {"i": dated("x", "y")}, {"o": "s3://c/x"})
    other = processing("C", {"i": join("s3://b", get("Execution.StartDateTime"), "x")}, {"o": "s3://c/y"})

    assert edges_of(*steps, other) == ["A>B artifact"]


def test_feature_group_feeds_whoever_reads_it_by_its_arn() -> None:
    group = {"Outputs": [{"OutputName": "f", "FeatureStoreOutput": {"FeatureGroupName": "Rows"}}]}
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:feature-group/rows"
    reader = {"InputDataConfig": [{"ChannelName": "f", "DataSource": {"DatasetSource": {"DatasetArn": arn}}}]}
    graph = graph_of(
        step("A", "Processing", {"ProcessingOutputConfig": group}),
        step("B", "Training", reader),
        region="eu-west-1",
        account="123456789012",
    )

    assert graph.edges == (Edge("A", "B", "artifact"),)
    assert [(a.uri, a.bucket, a.key, a.produced_by, a.consumed_by) for a in graph.artifacts] == [
        (arn, None, None, ("A",), ("B",))
    ]


def test_thousand_steps_that_share_one_place_are_limited_and_said_to_be() -> None:
    steps = [processing(f"P{n}", {"i": "s3://b/x"}, {"o": "s3://b"}) for n in range(1000)]
    begun = time.process_time()
    graph = graph_of(*steps)

    assert 0 < len(graph.edges) <= MAX_ARTIFACT_EDGES
    assert [gap.code for gap in graph.gaps] == ["TooManyArtifactEdges"]
    assert time.process_time() - begun < 20


# --- Artifacts --------------------------------------------------------------------------------------------------


def test_artifact_is_each_text_once_with_its_steps_in_order() -> None:
    graph = graph_of(
        processing("R", {"i": "s3://b/d/"}, {"o": "s3://b/r"}, DependsOn=["W"]),
        processing(
            "W", {"code": "s3://b/run.py", "a": "s3://b/in", "b": "s3://b/in"}, {"o": "s3://b/d/", "p": "s3://b/d"}
        ),
    )

    assert [(a.id, a.uri, a.bucket, a.key, a.produced_by, a.consumed_by) for a in graph.artifacts] == [
        (0, "s3://b/run.py", "b", "run.py", (), ("W",)),
        (1, "s3://b/in", "b", "in", (), ("W",)),
        (2, "s3://b/d/", "b", "d/", ("W",), ("R",)),
        (3, "s3://b/d", "b", "d", ("W",), ("R",)),
        (4, "s3://b/r", "b", "r", ("R",), ()),
    ]


def test_place_that_the_document_names_and_no_step_touches_is_an_artifact() -> None:
    parameters: list[dict[str, Any]] = [
        {"Name": "Root", "Type": "String", "DefaultValue": "s3://b/root"},
        {"Name": "Given", "Type": "String", "DefaultValue": "s3://b/default"},
        {"Name": "Used", "Type": "String", "DefaultValue": "s3://b/used"},
        {"Name": "Number", "Type": "Integer", "DefaultValue": 5},
    ]
    reads = processing("P", {"i": join(get("Parameters.Root"), "x"), "u": get("Parameters.Used")}, {"o": "s3://b/o"})
    cleans = step("C", "Cleanup", {"Resources": {"S3": [{"StepName": "P", "S3Uris": ["s3://b/o/tmp"]}]}})
    graph = graph_of(reads, cleans, parameters=parameters, values={"Given": "s3://b/given"})

    assert [(a.uri, a.produced_by, a.consumed_by) for a in graph.artifacts] == [
        ("s3://b/root/x", (), ("P",)),
        ("s3://b/used", (), ("P",)),
        ("s3://b/o", ("P",), ()),
        ("s3://b/o/tmp", (), ()),
        ("s3://b/root", (), ()),
        ("s3://b/given", (), ()),
    ]


def test_place_that_stands_in_words_or_beside_the_steps_is_an_artifact() -> None:
    document = definition(
        custom("A", Description="Fills s3://b/described."),
        parameters=[{"Name": "E", "EnumValues": ["s3://b/one", "two"]}],
    )
    read = parse_definition(
        document | {"Metadata": {"Deep": [{"From": "s3://b/metadata"}]}, "Steps": document["Steps"]}
    )
    artifacts = build_graph(read, Scope(read)).artifacts

    assert [artifact.uri for artifact in artifacts] == ["s3://b/described", "s3://b/one", "s3://b/metadata"]


def test_manifest_leaves_the_data_that_it_lists_untold() -> None:
    source = {"S3DataSource": {"S3DataType": "ManifestFile", "S3Uri": "s3://b/lists/day.manifest"}}
    graph = graph_of(
        processing("W", {}, {"o": "s3://b/lists"}),
        processing("X", {}, {"o": "s3://b/lists/day.manifest.d"}),
        step("T", "Training", {"InputDataConfig": [{"ChannelName": "train", "DataSource": source}]}),
    )

    assert [(gap.code, gap.resource) for gap in graph.gaps] == [("ManifestNotRead", "T")]
    assert graph.edges == (Edge("W", "T", "artifact"),)


@pytest.mark.parametrize("uri", ["s3://${bucket}/x", join("s3:/", get("Parameters.Bucket"), "x")])
def test_place_in_a_bucket_that_only_a_run_names_has_none(uri: Any) -> None:
    [artifact] = [a for a in graph_of(processing("P", {"i": uri}, {"o": "s3://c/${day}"})).artifacts if a.consumed_by]

    assert (artifact.bucket, artifact.key) == (None, None)


def test_known_bucket_of_a_template_is_told() -> None:
    uri = join("s3://b/runs", get("Execution.PipelineExecutionId"), "x")
    [artifact] = [a for a in graph_of(processing("P", {"i": uri}, {"o": "s3://c/y"})).artifacts if a.consumed_by]

    assert (artifact.bucket, artifact.key) == ("b", "runs/${Execution.PipelineExecutionId}/x")


def test_makers_and_readers_of_a_place_are_those_who_meet_it() -> None:
    """A folder above what was written was made by nobody, and what a training writes nobody else had read."""
    train = {"OutputDataConfig": {"S3OutputPath": "s3://b/"}, "DebugHookConfig": {"S3OutputPath": "s3://b/"}}
    graph = graph_of(
        processing("Prepare", {"raw": "s3://b/raw/x.csv"}, {"train": "s3://b/prep/train"}),
        processing("Look", {"all": "s3://b/prep/", "days": "s3://b/days.csv"}, {"o": "s3://c/look"}),
        step("Train", "Training", train, DependsOn=["Prepare"]),
    )
    who = {artifact.uri: (artifact.produced_by, artifact.consumed_by) for artifact in graph.artifacts}

    assert who["s3://b/prep/train"] == who["s3://b/prep/"] == (("Prepare",), ("Look",))
    assert who["s3://b/days.csv"] == ((), ("Look",))
    assert who["s3://b/"] == (("Train",), ())


def test_model_file_is_not_read_by_who_reads_something_else_of_its_job() -> None:
    job, file = get("Steps.Train.TrainingJobName"), get("Steps.Train.ModelArtifacts.S3ModelArtifacts")
    tuned = [get(f"Steps.Tune.TrainingJobSummaries[{n}].TrainingJobName") for n in (0, 1)]
    graph = graph_of(
        step("Train", "Training", {"OutputDataConfig": {"S3OutputPath": "s3://b/m"}}),
        step("Tune", "Tuning", {"TrainingJobDefinition": {"OutputDataConfig": {"S3OutputPath": "s3://b/t"}}}),
        processing("Use", {"model": file}, {"o": "s3://c/use"}),
        processing("Log", {"rest": join("s3://b/m", job, "output/output.tar.gz")}, {"o": "s3://c/log"}),
        *(
            processing(f"Rank{n}", {"m": join("s3://b/t", best, "output/model.tar.gz")}, {"o": f"s3://c/{n}"})
            for n, best in enumerate(tuned)
        ),
    )
    who = {artifact.uri: (artifact.produced_by, artifact.consumed_by) for artifact in graph.artifacts}
    own = "s3://b/m/${Steps.Train.TrainingJobName}/output"
    of_tuning = [
        f"s3://b/t/${{Steps.Tune.TrainingJobSummaries[{n}].TrainingJobName}}/output/model.tar.gz" for n in (0, 1)
    ]

    assert who[f"{own}/model.tar.gz"] == (("Train",), ("Use",))
    assert who[f"{own}/output.tar.gz"] == (("Train",), ("Log",))
    assert [who[uri] for uri in of_tuning] == [(("Tune",), ("Rank0",)), (("Tune",), ("Rank1",))]


def test_nested_places_of_many_steps_cost_no_more_than_there_are() -> None:
    """Each of 300 folders within folders is written by one step and read by another: 90,000 pairs of places meet."""
    places = ["s3://b/" + "d/" * depth for depth in range(1, 301)]
    writer = processing("W", {}, {f"o{n}": place for n, place in enumerate(places)})
    reader = processing("R", {f"i{n}": place for n, place in enumerate(places)}, {"o": "s3://c/x"})
    begun = time.process_time()
    graph = graph_of(writer, reader)

    assert graph.edges == (Edge("W", "R", "artifact"),)
    assert time.process_time() - begun < 10


def test_more_makers_and_readers_than_can_be_told_are_said_to_be_more() -> None:
    writers = [processing(f"W{n}", {}, {"o": "s3://b"}) for n in range(200)]
    readers = [processing(f"R{n}", {"i": f"s3://b/{n}"}, {"o": f"s3://c/{n}"}) for n in range(200)]
    graph = graph_of(*writers, *readers)

    assert [gap.code for gap in graph.gaps] == ["TooManyArtifactEdges"]
    assert sum(len(a.produced_by) + len(a.consumed_by) for a in graph.artifacts) <= 3 * MAX_ARTIFACT_EDGES


def test_executions_values_change_the_places() -> None:
    parameters = [{"Name": "B", "Type": "String", "DefaultValue": "dev"}]
    steps = processing("P", {"i": join("s3:/", get("Parameters.B"), "x")}, {"o": "s3://b/o"})

    ports = graph_of(steps, parameters=parameters, values={"B": "prod"}).nodes[0].inputs

    assert [(port.uri, port.resolution) for port in ports] == [("s3://prod/x", "execution value")]


# --- Hostile documents --------------------------------------------------------------------------------------------


def test_deep_step_is_refused_by_its_pointer() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    with pytest.raises(BadDefinition) as refused:
        graph_of(custom("A"), step("B", "Custom", {"x": deep}))

    assert refused.value.pointer == "/Steps/1"


@pytest.mark.parametrize(
    "steps",
    [
        [{"Name": f"S{n}", "Type": "T"} for n in range(25_000)],
        [{"Name": "S", "Type": "T", "Arguments": [{"Get": f"Steps.S.{n}"} for n in range(40_000)]}],
        [{"Name": "S", "Type": "T", "Arguments": ["s3://b/a,s3://b/c" * 40_000]}],
        [{"Name": f"S{n}", "Type": "T", "DependsOn": [f"S{m}" for m in range(n)]} for n in range(450)],
        [
            {
                "Name": f"S{n}",
                "Type": "T",
                "Arguments": {"o": {"Std:Join": {"On": "", "Values": [{"Get": f"Steps.S{n - 1}.o"}] * 3}}},
            }
            for n in range(5_000)
        ],
        [{"Name": "S", "Type": "T", "Arguments": {"a": "s3://b/" + "x/" * 500_000}}],
        [
            {
                "Name": f"S{n}",
                "Type": "Processing",
                "Arguments": {"o": "s3://b/" + "x/" * 400, "i": "s3://b/" + "x/" * 400},
            }
            for n in range(600)
        ],
    ],
    ids=["many steps", "many references", "many places in a text", "dense", "tripling joins", "deep key", "deep keys"],
)
def test_mebibyte_of_trouble_is_answered(steps: list[dict[str, Any]]) -> None:
    text = json.dumps({"Steps": steps})

    assert len(text) < 2 << 20

    begun = time.process_time()
    read = parse_definition(text)
    graph = build_graph(read, Scope(read))

    assert len(graph.nodes) == len(steps)
    assert time.process_time() - begun < 30


def shared(name: str, kind: str) -> dict[str, Any]:
    place = "s3://b/shared/"
    query = {"Database": "db", "QueryString": "select 1", "OutputS3Uri": place}
    logs = {"StepMonitoringConfiguration": {"S3MonitoringConfiguration": {"LogUri": place}}}
    arguments: dict[str, dict[str, Any]] = {
        "Processing": {
            "ProcessingInputs": [{"InputName": "q", "DatasetDefinition": {"AthenaDatasetDefinition": query}}]
        },
        "BedrockCustomModel": {"OutputDataConfig": {"S3Uri": place}},
        "EMR": {"ClusterId": "j-1", "StepConfig": logs},
    }
    return step(name, kind, arguments[kind])


@pytest.mark.parametrize("kind", ["Processing", "BedrockCustomModel", "EMR"])
def test_jobs_that_write_under_names_of_their_own_share_a_place_and_feed_one_another_nothing(kind: str) -> None:
    reader = processing("R", {"all": "s3://b/shared/", "part": "s3://b/shared/2026/"}, {})
    lineage = offline_lineage(json.dumps(definition(shared("A", kind), shared("B", kind), reader)), "p", {})

    assert [(e.source, e.target) for e in lineage.graph.edges if e.via == "artifact"] == [("A", "R"), ("B", "R")]
    assert not {finding.rule for finding in lineage.findings} & {"FLOW-08", "FLOW-09"}


def test_what_is_written_in_one_branch_is_not_read_in_the_opposite_one() -> None:
    writer, reader = processing("W", {}, {"o": "s3://b/x"}), processing("R", {"i": "s3://b/x"}, {})
    inner = condition("Inner", [ALWAYS], [reader], [])
    opposite = graph_of(condition("C", [ALWAYS], [writer], [inner]))
    together = graph_of(condition("C", [ALWAYS], [writer, inner], []))

    assert [e for e in opposite.edges if e.via == "artifact"] == []
    assert [(e.source, e.target) for e in together.edges if e.via == "artifact"] == [("W", "R")]
