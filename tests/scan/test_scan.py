"""A scan into a folder: what it reads, what it leaves alone, what it says that it could not read."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

import sandbox
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.values.errors import Refused
from sandbox.names import ACCOUNT, REGION
from tests.builders.accounts import reached
from tests.builders.played import definition, processing, register, training
from tests.scan.conftest import Scanner

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LISTS = {"ListPipelines", "ListEndpoints", "ListInferenceComponents", "ListModelPackages"}
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/serve:1"
PREFIX = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"

CLEAN = definition(processing("Clean", {"raw": "s3://lake/raw"}, {"clean": "s3://lake/clean"}))
TRAIN = definition(
    training("Train", {"train": "s3://lake/clean"}),
    register("Register", {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}, "churn"),
)


def fill(account: sandbox.Account, *, runs: int = 1) -> None:
    """Two pipelines, of which one reads what the other wrote."""
    account.put_object("s3://lake/raw/day.csv", "a,b\n1,2\n")
    account.put_pipeline(CLEAN, "etl")
    account.put_pipeline(TRAIN, "mlops")
    account.run("etl")
    for _ in range(runs):
        account.run("mlops")


def serve(account: sandbox.Account, name: str, container: dict[str, Any], capture: str | None = None) -> None:
    """An endpoint of one model with this container."""
    made: dict[str, Any] = {"CreationTime": "2026-03-20T00:00:00Z", "LastModifiedTime": "2026-03-20T00:00:00Z"}
    model = {"ModelName": f"{name}-model", "ModelArn": f"{PREFIX}:model/{name}-model", "PrimaryContainer": container}
    config: dict[str, Any] = {
        "EndpointConfigName": f"{name}-config",
        "EndpointConfigArn": f"{PREFIX}:endpoint-config/{name}-config",
        "ProductionVariants": [{"VariantName": "AllTraffic", "ModelName": f"{name}-model"}],
    }
    if capture:
        config["DataCaptureConfig"] = {"EnableCapture": True, "DestinationS3Uri": capture}
    endpoint = {
        "EndpointName": name,
        "EndpointArn": f"{PREFIX}:endpoint/{name}",
        "EndpointConfigName": f"{name}-config",
        "EndpointStatus": "InService",
    }
    account.put_answer("DescribeModel", f"{name}-model", {**model, **made})
    account.put_answer("DescribeEndpointConfig", f"{name}-config", {**config, **made})
    account.put_answer("DescribeEndpoint", name, {**endpoint, **made})


def package(account: sandbox.Account, version: int) -> str:
    arn = f"{PREFIX}:model-package/churn/{version}"
    account.approve(arn)
    return arn


def test_the_store_holds_the_layouts_files_and_the_graph_of_the_account(scanner: Scanner) -> None:
    fill(scanner.account)

    coverage = scanner.scan()

    assert coverage["pipelines"] == {"known": 2, "read": 2}
    assert coverage["unread"] == []
    assert {path.rpartition("/")[2].partition("=")[0] for path in scanner.files()} == {
        "buckets.json.gz",
        "execution",
        "graph.json.gz",
        "latest.json.gz",
        "scan.json",
        "serving.json.gz",
    }
    assert "package:churn/1" in reached(scanner.graph, "s3://lake/raw")


def test_unchanged_pipelines_cost_the_lists_alone_and_change_no_byte(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.scan()
    before = scanner.files()

    scanner.scan(HOUR)

    asked = Counter(call.action.partition(":")[2] for call in scanner.account.calls)

    assert asked == dict.fromkeys(LISTS, 1) | {"ListModelPackages": 2}  # the approved, and the rejected

    changed = [path for path, content in scanner.files().items() if before[path] != content]

    assert [path.rpartition("/")[2] for path in changed] == ["scan.json"]


def test_what_never_ran_is_asked_for_its_latest_execution_and_not_read_again(scanner: Scanner) -> None:
    scanner.account.put_pipeline(CLEAN, "etl")
    scanner.scan()

    scanner.scan(HOUR)

    assert scanner.asked == LISTS | {"ListPipelineExecutions"}


@pytest.mark.parametrize("change", ["run", "definition"])
def test_a_pipeline_that_changed_is_read_again_and_no_other(scanner: Scanner, change: str) -> None:
    fill(scanner.account)
    scanner.scan()
    if change == "run":
        scanner.account.run("etl")
    else:
        scanner.account.put_pipeline(definition(processing("Wash", {"raw": "s3://lake/raw"})), "etl")

    scanner.scan(HOUR)

    described = [call for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline"]

    assert len(described) == 1


def test_a_running_execution_is_read_again_until_it_is_over(scanner: Scanner) -> None:
    scanner.account.put_pipeline(CLEAN, "etl")
    scanner.account.run("etl", executing=["Clean"])
    scanner.scan()

    scanner.scan(HOUR)

    assert "DescribePipeline" in scanner.asked
    assert not any("execution=" in path for path in scanner.files())


def test_a_pipeline_that_is_refused_is_named_with_the_action_and_read_when_it_is_allowed(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.deny("sagemaker:DescribePipeline", "mlops")

    refused = scanner.scan()
    scanner.account.mend()
    mended = scanner.scan(HOUR)

    assert refused["pipelines"] == {"known": 2, "read": 1}
    assert [(each["pipeline"], each["action"]) for each in refused["unread"]] == [
        ("mlops", "sagemaker:DescribePipeline")
    ]
    assert mended["pipelines"] == {"known": 2, "read": 2}
    assert mended["unread"] == []


def test_a_list_that_is_refused_ends_the_scan(scanner: Scanner) -> None:
    scanner.account.deny("sagemaker:ListPipelines")

    with pytest.raises(Refused, match="ListPipelines"):
        scanner.scan()


def test_a_list_of_what_serves_that_is_refused_is_told_and_takes_nothing_away(scanner: Scanner) -> None:
    fill(scanner.account)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.scan()
    scanner.account.deny("sagemaker:ListEndpoints")

    coverage = scanner.scan(HOUR)

    assert [each["action"] for each in coverage["unread"]] == ["sagemaker:ListEndpoints"]
    assert "endpoint:prod" in reached(scanner.graph, "s3://lake/raw")
    assert scanner.state["gone"] == {}


def test_throttling_ends_nothing(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.fault("sagemaker:*", times=12)

    assert scanner.scan()["unread"] == []


def test_a_scan_that_was_stopped_goes_on_where_it_was(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.deny("sagemaker:DescribePipeline", "mlops")
    scanner.scan()  # as much as another scan had read when it ended: one of the two
    scanner.account.mend()

    scanner.scan(HOUR)

    described = [call.resource for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline"]

    assert described == ["mlops"]


def test_postures_past_their_age_are_read_again_once_a_bucket(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.scan()

    scanner.scan(2 * DAY)

    reads = Counter(call.action for call in scanner.account.calls)
    buckets = len(scanner.state["buckets"])

    assert reads["s3:GetBucketAcl"] == buckets
    assert "DescribePipeline" not in scanner.asked


def test_a_bucket_that_was_opened_is_public_in_the_graph_and_its_pipelines_are_judged_anew(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.scan()
    anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/*"}
    scanner.account.remove_bucket("lake")
    scanner.account.add_bucket("lake", block=None, policy={"Version": "2012-10-17", "Statement": [anyone]})

    scanner.scan(2 * DAY)

    public = [place["bucket"] for place in scanner.graph.places if place["posture"]["publicAccess"] == "Public"]

    assert public == ["lake"]
    assert any(row["findings"] for row in scanner.graph.pipelines)
    assert "DescribePipeline" in scanner.asked


def test_a_pipeline_that_is_gone_is_marked_kept_and_dropped_after_its_time(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.scan()
    scanner.account.client("sagemaker").delete_pipeline(PipelineName="etl", ClientRequestToken="t" * 32)

    gone = scanner.scan(HOUR)

    assert gone["pipelines"] == {"known": 1, "read": 1}
    assert [vertex["id"] for vertex in scanner.graph.vertices if vertex.get("gone")] == ["step:etl/Clean"]
    scanner.scan(10 * DAY, retain=9 * DAY)
    assert not any("pipeline=etl" in path for path in scanner.files())
    assert "step:etl/Clean" not in [vertex["id"] for vertex in scanner.graph.vertices]


def test_an_endpoint_that_is_gone_is_marked_and_dropped_after_its_time(scanner: Scanner) -> None:
    fill(scanner.account)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})
    scanner.scan()
    scanner.account.forget("DescribeEndpoint", "prod")

    scanner.scan(HOUR)

    assert [vertex["id"] for vertex in scanner.graph.vertices if vertex.get("gone")] == ["endpoint:prod"]
    assert "endpoint:prod" in reached(scanner.graph, "s3://lake/raw")
    scanner.scan(10 * DAY, retain=9 * DAY)
    assert "endpoint:prod" not in [vertex["id"] for vertex in scanner.graph.vertices]


def test_the_older_execution_that_made_what_is_in_service_is_traced_and_read(scanner: Scanner) -> None:
    fill(scanner.account, runs=2)
    serve(scanner.account, "prod", {"ModelPackageName": package(scanner.account, 1), "Image": IMAGE})

    coverage = scanner.scan()

    assert coverage["unread"] == []
    assert list(scanner.state["traced"].values()) == [["package:churn/1"]]
    assert "endpoint:prod" in reached(scanner.graph, "s3://lake/raw")
    scanner.scan(HOUR)
    assert scanner.asked == LISTS


def test_a_model_that_only_a_file_ties_to_its_training_is_joined_by_where_the_file_lies(scanner: Scanner) -> None:
    fill(scanner.account, runs=2)
    old = scanner.account.client("sagemaker").describe_model_package(ModelPackageName=f"{PREFIX}:model-package/churn/1")
    (container,) = old["InferenceSpecification"]["Containers"]
    serve(scanner.account, "prod", {"ModelDataUrl": container["ModelDataUrl"], "Image": IMAGE}, "s3://lake/captured")

    scanner.scan()

    assert {"endpoint:prod", "data:s3://lake/captured/prod"} <= set(reached(scanner.graph, "s3://lake/raw"))


def test_what_nobody_knows_the_maker_of_is_there_and_told(scanner: Scanner) -> None:
    fill(scanner.account)
    serve(scanner.account, "bought", {"ModelDataUrl": "s3://models/bought.tar.gz", "Image": IMAGE})

    coverage = scanner.scan()

    assert reached(scanner.graph, "s3://models/bought.tar.gz") == ["model:bought-model", "endpoint:bought"]
    assert [each["why"] for each in coverage["unread"]] == [
        "model:bought-model: made by an execution that was not read: nothing tells which"
    ]


@pytest.mark.parametrize("judgement", ["Rejected", "PendingManualApproval"])
def test_an_approval_is_read_again_by_every_scan_at_the_price_of_a_list(scanner: Scanner, judgement: str) -> None:
    fill(scanner.account)
    arn = package(scanner.account, 1)
    scanner.scan()
    scanner.account.approve(arn, judgement)

    scanner.scan(HOUR)

    facts = {vertex["id"]: vertex["facts"] for vertex in scanner.graph.vertices}

    assert facts["package:churn/1"]["approval"] == judgement
    assert scanner.region.read("serving.json.gz") == {**EMPTY}

    scanner.scan(10 * DAY, posture_max_age=30 * DAY)

    assert scanner.asked == LISTS


def test_an_approval_reaches_the_findings_of_the_pipeline_that_registered_the_model(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.account.put_object("s3://lake/clean/day.csv", "1")
    scanner.scan()
    before = severities(scanner)
    package(scanner.account, 1)

    scanner.scan(HOUR)

    assert (before["FLOW-07"], severities(scanner)["FLOW-07"]) == ("Medium", "High")
    described = [call.resource for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline"]
    assert described == ["mlops"]


def severities(scanner: Scanner) -> dict[str, str]:
    """The severity of each finding of the pipeline that registers a model, by its rule."""
    findings = (scanner.region.answer("mlops") or {})["findings"]
    return {each["rule"]: each["severity"] for each in findings}


def test_a_package_of_an_earlier_run_that_nobody_approved_is_neither_watched_nor_traced(scanner: Scanner) -> None:
    fill(scanner.account)
    scanner.scan()
    scanner.account.run("mlops")

    scanner.scan(2 * DAY)
    scanner.scan(2 * DAY)

    assert "DescribeModelPackage" not in scanner.asked
    assert scanner.state["packages"] == {}
    assert scanner.state["traced"] == {}
    assert [each["id"] for each in scanner.graph.vertices if each["type"] == "package"] == ["package:churn/2"]


def test_a_package_of_an_earlier_run_is_there_again_once_somebody_approves_it(scanner: Scanner) -> None:
    fill(scanner.account, runs=2)
    scanner.scan()
    scanner.scan(2 * DAY)
    package(scanner.account, 1)

    scanner.scan(HOUR)

    assert list(scanner.state["traced"].values()) == [["package:churn/1"]]
    assert "package:churn/1" in reached(scanner.graph, "s3://lake/raw")


def test_progress_says_what_is_done_and_how_fast(scanner: Scanner) -> None:
    fill(scanner.account)

    scanner.scan()

    said = scanner.said.getvalue()

    assert f"{REGION}: 2 of 2 pipelines to read" in said
    assert "2 of 2 pipelines, " in said
    assert "throttled, 0 s left" in said
