"""Which vertices and edges the answers of an account come to."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.account.build import Builder, build_account
from chalicelib.core.account.graph import NewerStore, parse_graph
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS
from tests.builders.accounts import BLOCKED, REGION, answer, arn, edges, endpoint, node, reached, serving

RUN = "${Execution.PipelineExecutionId}"
ETL = answer("etl", node("Clean", ["s3://lake/raw"], ["s3://lake/clean"]))


def test_a_step_reads_the_location_that_it_names_and_writes_the_one_that_it_names() -> None:
    graph = build_account([ETL])

    assert {ends: each.via for ends, each in edges(graph).items()} == {
        ("data:s3://lake/raw", "step:etl/Clean"): "reads",
        ("step:etl/Clean", "data:s3://lake/clean"): "writes",
    }


def test_a_graph_may_be_shown_before_the_last_answer_is_there_and_is_what_its_answers_make() -> None:
    runs = [run_of("mlops", number) for number in (1, 2)]
    model = {"name": "churn", "arn": None, "packages": [], "data": [["s3://lake/models/model.tar.gz", "object"]]}
    serves = {REGION: serving(**endpoint("prod", ["churn"]), models=[model])}
    buckets = {"lake": BLOCKED}
    builder = Builder(DEFAULT_TAGS)
    for each in runs:
        builder.add(each)

    shown = builder.show(serves, buckets, ["pipeline:x/y"])
    builder.add(ETL)
    whole = builder.finish(serves, buckets)

    assert shown.document() == build_account(runs, serves, buckets, gone=["pipeline:x/y"]).document()
    assert whole.document() == build_account([*runs, ETL], serves, buckets).document()


def run_of(pipeline: str, number: int) -> dict[str, Any]:
    """An answer about one of several runs, each of which had a job of its own."""
    step = node("Train", ["s3://lake/cl"], ["s3://lake/models/"], ran=(f"2026-03-0{number}T09:00:00+00:00", None))
    step["run"]["jobArn"] = arn("processing-job", f"job-{number}")
    return answer(pipeline, step, execution=f"e{number}", start=f"2026-03-0{number}T09:00:00+00:00")


def test_a_reader_is_joined_to_every_location_that_another_step_writes_and_that_it_takes_of() -> None:
    train = answer("mlops", node("Train", ["s3://lake/cl"], ["s3://lake/models"]))

    found = edges(build_account([ETL, train]))

    assert found["data:s3://lake/clean", "step:mlops/Train"].at == "s3://lake/cl"
    assert found["data:s3://lake/cl", "step:mlops/Train"].at is None
    assert ("data:s3://lake/raw", "step:mlops/Train") not in found


def test_a_step_that_reads_all_over_what_it_writes_does_not_read_itself() -> None:
    graph = build_account([answer("p", node("Tidy", ["s3://lake"], ["s3://lake/tidy"]))])

    assert ("data:s3://lake/tidy", "step:p/Tidy") not in edges(graph)


def test_code_and_images_carry_no_data() -> None:
    code = {"uri": "s3://lake/clean/train.py", "kind": "code"}

    graph = build_account([ETL, answer("mlops", node("Train", [code]))])

    assert [vertex["id"] for vertex in graph.vertices if vertex["id"].startswith("data:")] == [
        "data:s3://lake/clean",
        "data:s3://lake/raw",
    ]


def test_a_trailing_slash_names_the_same_place() -> None:
    graph = build_account([ETL, answer("mlops", node("Train", ["s3://lake/clean/"]))])

    assert edges(graph)["data:s3://lake/clean", "step:mlops/Train"].at is None


def test_a_template_is_its_pipelines_own_and_meets_no_other_pipelines_pieces() -> None:
    of = {
        name: answer(name, node("Write", [], [f"s3://lake/{RUN}/x"]), node("Read", [f"s3://lake/{RUN}/x"]))
        for name in ("a", "b")
    }

    found = edges(build_account(of.values()))

    assert (f"data:s3://lake/{RUN}/x@a", "step:a/Read") in found
    assert (f"data:s3://lake/{RUN}/x@a", "step:b/Read") not in found


def test_what_stands_before_a_templates_first_piece_counts_between_pipelines() -> None:
    writer = answer("a", node("Write", [], [f"s3://lake/runs/{RUN}"], ran=None), execution=None)

    found = edges(build_account([writer, answer("b", node("Read", ["s3://lake/runs/"]))]))

    assert (f"data:s3://lake/runs/{RUN}@a", "step:b/Read") in found


def test_a_reference_without_a_location_joins_the_steps_themselves() -> None:
    asked = {"uri": "${Steps.Ask.OutputParameters['uri']}", "resolution": "unresolved"}
    graph = build_account([answer("p", node("Ask"), node("Use", [asked]), refs=[("Ask", "Use")])])

    assert {ends: each.via for ends, each in edges(graph).items()} == {("step:p/Ask", "step:p/Use"): "ref:Get"}


def test_a_job_that_writes_in_a_folder_of_its_own_is_met_there_alone() -> None:
    model = {"uri": "s3://lake/m/j/output/model.tar.gz", "kind": "model", "within": "s3://lake/m/j"}
    report = {"uri": "s3://lake/", "kind": "report", "within": "s3://lake/j"}
    train = answer("train", node("Train", [], [model, report]))
    found = edges(
        build_account(
            [
                train,
                answer("days", node("Look", ["s3://lake/days.csv"])),
                answer("logs", node("Log", ["s3://lake/m/j/output/output.tar.gz"])),
            ]
        )
    )

    assert ("data:s3://lake/m/j/output/model.tar.gz", "step:logs/Log") in found
    assert not any(target == "step:days/Look" and source != "data:s3://lake/days.csv" for source, target in found)


def test_a_port_says_its_extent_and_is_taken_at_its_word() -> None:
    tuned = answer("tune", node("Tune", [], [{"uri": "s3://lake/t/job-", "extent": "prefix"}]))
    listed = answer("use", node("Use", [{"uri": "s3://lake/t/job-1/model.tar.gz", "extent": "object"}]))
    other = answer("no", node("No", [{"uri": "s3://lake/t", "extent": "manifest"}]))

    found = edges(build_account([tuned, listed, other]))

    assert ("data:s3://lake/t/job-", "step:use/Use") in found
    assert ("data:s3://lake/t/job-", "step:no/No") not in found


def test_a_reference_is_an_edge_where_no_data_goes_the_same_way() -> None:
    nodes = node("Ask", kind="Lambda"), node("Clean", [], ["s3://lake/clean"]), node("Train", ["s3://lake/clean"])

    found = edges(build_account([answer("p", *nodes, refs=[("Ask", "Train"), ("Clean", "Train")])]))

    assert found["step:p/Ask", "step:p/Train"].via == "ref:Get"
    assert ("step:p/Clean", "step:p/Train") not in found


def test_what_a_run_shows_is_observed_and_what_the_definition_alone_says_is_declared() -> None:
    never = answer("never", node("Train", ["s3://lake/clean"], ran=None), execution=None)

    found = edges(build_account([ETL, never]))

    assert found["data:s3://lake/raw", "step:etl/Clean"].known == "observed"
    assert found["data:s3://lake/clean", "step:never/Train"].known == "declared"


@pytest.mark.parametrize(
    ("began", "timing"),
    [
        ("2026-03-01T09:10:00+00:00", "before"),
        ("2026-03-01T09:09:59+00:00", "after"),
        ("2026-03-01T09:10:00.500000+00:00", "before"),
        (None, "unknown"),
    ],
)
def test_timing_says_whether_another_pipelines_writer_was_done_when_the_reader_began(
    began: str | None, timing: str
) -> None:
    reader = node("Train", ["s3://lake/clean"], ran=(began, None))

    found = edges(build_account([ETL, answer("mlops", reader)]))

    assert found["data:s3://lake/clean", "step:mlops/Train"].timing == timing
    assert found["data:s3://lake/raw", "step:etl/Clean"].timing is None


def test_registration_model_and_endpoint_steps_make_what_their_runs_name() -> None:
    package = arn("model-package", "churn/3")
    registry = {"modelPackageArn": package, "approvalStatus": "Approved", "version": 3}
    register = node("Register", ["s3://lake/model.tar.gz"], kind="RegisterModel", registry=registry)
    uses = [{"type": "AWS::SageMaker::Model", "relation": "creates", "name": "Churn-Model", "arn": None}]
    create = node("Create", ["s3://lake/model.tar.gz"], kind="Model", resources=uses)
    create["run"]["jobArn"] = arn("model", "churn-model")
    used = [{"type": "AWS::SageMaker::Model", "relation": "uses", "name": "Churn-Model", "arn": None}]

    graph = build_account([answer("p", register, create), answer("q", node("Score", kind="Transform", resources=used))])

    found = edges(graph)

    assert found["step:p/Register", "package:churn/3"].via == "makes"
    assert found["step:p/Create", "model:Churn-Model"].via == "makes"
    assert found["model:Churn-Model", "step:q/Score"].via == "reads"

    facts = {vertex["id"]: vertex["facts"] for vertex in graph.vertices}

    assert facts["package:churn/3"] == {"approval": "Approved", "version": 3}


def test_the_serving_tail_goes_from_package_or_file_over_model_to_endpoint_and_captured_data() -> None:
    package = arn("model-package", "churn/3")
    register = node("Register", kind="RegisterModel", registry={"modelPackageArn": package})
    train = node("Train", [], [{"uri": "s3://lake/job/output/model.tar.gz", "name": "model_artifacts"}])
    tail = serving(
        **endpoint("prod", ["by-package", "by-file"], capture="s3://lake/captured"),
        models=[
            {"name": "by-package", "packages": [package], "data": []},
            {"name": "by-file", "packages": [], "data": [["s3://lake/job/output/model.tar.gz", "object"]]},
        ],
        components=[{"name": "c", "endpoint": "shared", "model": "by-file", "data": []}],
    )
    monitor = answer(
        "monitor", node("Compare", ["s3://lake/captured/prod/AllTraffic"]), node("No", ["s3://lake/captured/other"])
    )

    found = edges(build_account([answer("p", train, register), monitor], {"ap-northeast-2": tail}))

    assert {
        ends: each.via for ends, each in found.items() if ends[0].partition(":")[0] in ("package", "model", "endpoint")
    } == {
        ("package:churn/3", "model:by-package"): "serves",
        ("model:by-package", "endpoint:prod"): "serves",
        ("model:by-file", "endpoint:prod"): "serves",
        ("model:by-file", "endpoint:shared"): "serves",
        ("endpoint:prod", "data:s3://lake/captured/prod"): "captures",
    }
    assert found["data:s3://lake/job/output/model.tar.gz", "model:by-file"].via == "serves"
    assert ("data:s3://lake/captured/prod", "step:monitor/Compare") in found
    assert ("data:s3://lake/captured/prod", "step:monitor/No") not in found


def test_a_step_is_found_by_the_job_and_execution_of_every_run_that_was_read() -> None:
    jobs = [arn("processing-job", f"pipelines-{run}-Clean") for run in ("e1", "e2")]
    steps = [node("Clean", ["s3://lake/raw"], ["s3://lake/clean"]) for _ in jobs]
    for step, job in zip(steps, jobs, strict=True):
        step["run"]["jobArn"] = job
    answers = [
        answer("etl", steps[0], execution="e1"),
        answer("etl", steps[1], execution="e2", start="2026-03-02T09:00"),
    ]

    graph = build_account(answers)

    for start in (*jobs, *(f"{arn('pipeline', 'etl')}/execution/{run}" for run in ("e1", "e2"))):
        assert reached(graph, start) == ["data:s3://lake/clean"]


def test_jobs_that_write_below_one_path_are_kept_apart_each_in_its_own_folder() -> None:
    first, second = (
        node(name, [], [{"uri": "s3://lake/out", "within": f"s3://lake/out/{name}"}]) for name in ("one", "two")
    )
    readers = answer("q", node("One", ["s3://lake/out/one/model"]), node("All", ["s3://lake/out/"]))

    graph = build_account([answer("p", first, second), readers])

    assert reached(graph, "step:p/one") == ["data:s3://lake/out/one", "step:q/All", "step:q/One"]
    assert reached(graph, "step:p/two") == ["data:s3://lake/out/two", "step:q/All"]
    assert reached(graph, "s3://lake/out", types=["step"]) == ["step:q/All", "step:q/One"]


def test_endpoints_that_capture_below_one_path_are_kept_apart() -> None:
    one, two = (endpoint(name, [], capture="s3://lake/captured") for name in ("one", "two"))
    tail = serving(**{kind: [*one[kind], *two[kind]] for kind in one})
    readers = answer("q", node("One", ["s3://lake/captured/one/AllTraffic"]), node("All", ["s3://lake/captured/"]))

    graph = build_account([readers], {"ap-northeast-2": tail})

    assert reached(graph, "endpoint:one", types=["step"]) == ["step:q/All", "step:q/One"]
    assert reached(graph, "endpoint:two", types=["step"]) == ["step:q/All"]


def test_a_package_that_no_read_step_made_loads_its_file_itself() -> None:
    package = {"arn": arn("model-package", "churn/2"), "version": 2, "data": [["s3://lake/old.tar.gz", "object"]]}

    found = edges(build_account([], {"ap-northeast-2": serving(packages=[package])}))

    assert found["data:s3://lake/old.tar.gz", "package:churn/2"].via == "serves"


def test_an_older_execution_adds_what_it_read_and_the_newest_says_how_the_step_is() -> None:
    old = answer("etl", node("Clean", ["s3://lake/old"], []), execution="e0", start="2026-02-01T09:00:00+00:00")

    graph = build_account([ETL, old])

    assert {"data:s3://lake/old", "data:s3://lake/raw"} <= {ends[0] for ends in edges(graph)}
    step = graph.vertices[graph.position("step:etl/Clean") or 0]
    assert step["facts"]["execution"] == ETL["execution"]["arn"]


def test_what_is_gone_from_aws_is_marked_and_kept() -> None:
    graph = build_account([ETL], gone=["pipeline:ap-northeast-2/etl"])

    assert [vertex["id"] for vertex in graph.vertices if vertex.get("gone")] == ["step:etl/Clean"]


def test_a_pipeline_of_the_same_name_in_another_region_is_another() -> None:
    graph = build_account([ETL, answer("etl", node("Clean"), region="eu-west-1")])

    assert [vertex["id"] for vertex in graph.vertices if vertex["type"] == "step"] == [
        "step:etl/Clean@ap-northeast-2",
        "step:etl/Clean@eu-west-1",
    ]


def test_a_graph_of_another_schema_is_told_and_not_read() -> None:
    with pytest.raises(NewerStore, match="schema 2"):
        parse_graph({**build_account([ETL]).document(), "schema": 2})
