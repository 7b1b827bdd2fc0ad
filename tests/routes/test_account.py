"""`GET /impact` and `GET /account`, from a store and at once."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws.reads import Reads
from chalicelib.core.account.build import build_account
from chalicelib.fetch.cache import Cache
from chalicelib.settings import Settings
from chalicelib.store.layout import Region
from chalicelib.store.opening import open_store
from chalicelib.tracing import NoTracer
from chalicelib.web.handlers import get_account, get_impact
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond
from tests.builders.accounts import ACCOUNT, BLOCKED, REGION, answer, endpoint, finding, node, serving
from tests.builders.played import definition, processing
from tests.builders.reads import aws_error, make_reads
from tests.builders.services import pipeline_arn

PUBLIC = {**BLOCKED, "publicAccess": "Public"}
TAIL = serving(**endpoint("prod", ["m"]), models=[{"name": "m", "packages": [], "data": [["s3://models/m", "prefix"]]}])
ETL = answer("etl", node("Clean", ["s3://lake/raw"], ["s3://lake/clean"]), findings=[finding("S3.1:a")])
ETL_START = datetime(2026, 3, 1, tzinfo=UTC)
TRAIN = answer("mlops", node("Train", ["s3://lake/clean"], ["s3://models/m"]), buckets={"models": PUBLIC})


def keep(folder: Path, region: str = REGION, *answers: Any, unread: dict[str, Any] | None = None) -> Region:
    """A store as a scan leaves it."""
    kept = open_store(str(folder), create=True).region(ACCOUNT, region)
    graph = build_account(answers, {region: TAIL if region == REGION else serving()})
    kept.put("graph.json.gz", graph.document())
    names: dict[str, Any] = {each["pipeline"]["name"]: {} for each in answers}
    state = {"schema": 1, "asOf": "2026-04-01T00:00:00+00:00", "pipelines": names, "unread": unread or {}}
    kept.put("scan.json", {**state, "buckets": {"lake": "2026-04-01T00:00:00+00:00"}})
    return kept


def service(reads: Reads | None = None, **settings: Any) -> Service:
    return Service(
        settings=Settings(deadline_ms=3000, **settings),
        reads=lambda _: reads or make_reads(),
        regions=lambda: frozenset({REGION, "eu-west-1"}),
        cache=Cache(100, time.monotonic),
        tracer=NoTracer(),
    )


def ask(handler: Handler, made: Service, **params: str) -> tuple[int, Any]:
    reply = respond(handler, Request("/x", {name: [value] for name, value in params.items()}, "r"), made)
    return reply.status, json.loads(reply.body) if "json" in reply.headers["Content-Type"] else reply.body.decode()


@pytest.fixture
def kept(tmp_path: Path) -> Service:
    keep(tmp_path, REGION, ETL, TRAIN)
    return service(lineage_store=f"file://{tmp_path}")


def test_a_store_answers_without_asking_aws_anything(kept: Service) -> None:
    status, body = ask(get_impact, kept, start="s3://lake/raw", types="endpoint")

    assert status == 200
    assert [each["id"] for each in body["nodes"]] == ["endpoint:prod"]
    assert body["nodes"][0]["path"][0] == "data:s3://lake/raw"
    assert body["weakest"] == {"id": "data:s3://models/m", "why": "publicAccess Public"}
    assert body["start"][0]["facts"]["readAt"] == "2026-04-01T00:00:00+00:00"
    assert body["coverage"] == {
        "regions": [REGION],
        "pipelines": {"known": 2, "read": 2},
        "asOf": "2026-04-01T00:00:00+00:00",
        "unread": [],
    }


def test_a_start_that_is_nowhere_is_a_404_where_everything_was_read(kept: Service) -> None:
    status, body = ask(get_impact, kept, start="s3://elsewhere/x")

    assert (status, body) == (404, {"message": "s3://elsewhere/x is nowhere in the account's graph"})


def test_a_start_that_is_nowhere_is_an_empty_answer_where_not_everything_was_read(tmp_path: Path) -> None:
    keep(tmp_path, REGION, ETL, unread={"lost": {"why": "refused", "action": "sagemaker:DescribePipeline"}})

    status, body = ask(get_impact, service(lineage_store=f"file://{tmp_path}"), start="s3://elsewhere/x")

    assert (status, body["start"], body["nodes"]) == (200, [], [])
    assert body["coverage"]["unread"] == [
        {"pipeline": "lost", "why": "refused", "action": "sagemaker:DescribePipeline"}
    ]


@pytest.mark.parametrize("start", ["s3://", "s3:///x", "arn:x", "pipeline:", "pipeline:a/b", "step:etl", "   "])
def test_a_start_that_can_name_nothing_is_bad_whatever_was_read(kept: Service, start: str) -> None:
    status, body = ask(get_impact, kept, start=start)

    assert status == 400
    assert body["message"].startswith("start must be an S3 URI, an ARN, pipeline:NAME, step:PIPELINE/STEP")


def test_a_table_is_csv_with_a_line_for_each_thing(kept: Service) -> None:
    status, body = ask(get_impact, kept, start="s3://lake/raw", view="table", types="model,endpoint")

    rows = list(csv.DictReader(io.StringIO(body)))

    assert status == 200
    assert [row["id"] for row in rows] == ["data:s3://lake/raw", "model:m", "endpoint:prod"]


def test_data_that_goes_from_one_region_to_another_is_followed(tmp_path: Path) -> None:
    keep(tmp_path, REGION, ETL)
    keep(tmp_path, "eu-west-1", answer("far", node("Train", ["s3://lake/clean"]), region="eu-west-1"))
    made = service(lineage_store=f"file://{tmp_path}")

    _, everywhere = ask(get_impact, made, start="pipeline:etl", types="step")
    _, at_home = ask(get_impact, made, start="pipeline:etl", types="step", region=REGION)

    assert [each["id"] for each in everywhere["nodes"]] == ["step:far/Train"]
    assert at_home["nodes"] == []
    assert at_home["coverage"]["regions"] == [REGION]


def test_every_problem_of_a_query_is_named_at_once(kept: Service) -> None:
    status, body = ask(get_impact, kept, depth="far", types="step,bogus", maxNodes="0")

    assert status == 400
    assert body["message"] == (
        "start is required; depth must be a whole number from 0 to 1000000; "
        "maxNodes must be a whole number from 1 to 10000; "
        "types must be some of step, data, package, model, endpoint, with commas between them"
    )


def test_a_store_that_cannot_be_read_is_a_502_that_says_so(tmp_path: Path) -> None:
    status, body = ask(get_account, service(lineage_store=f"file://{tmp_path}/none"))

    assert status == 502
    assert body["message"].endswith("none: no such store")


def test_a_store_without_its_scan_json_is_a_502_that_says_so(tmp_path: Path) -> None:
    keep(tmp_path, REGION, ETL)
    (scan_json,) = tmp_path.rglob("scan.json")
    scan_json.unlink()

    status, body = ask(get_account, service(lineage_store=f"file://{tmp_path}"))

    assert (status, body["message"]) == (502, "scan.json is missing in the store: scan again")


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    status, body = ask(get_account, service(lineage_store=f"file://{tmp_path}"))

    assert status == 200
    assert body["coverage"]["regions"] == []
    assert [each["code"] for each in body["warnings"]] == ["NothingKept"]


def test_the_account_is_summed_up_page_by_page(kept: Service) -> None:
    _, first = ask(get_account, kept, maxResults="1")
    _, second = ask(get_account, kept, maxResults="1", nextToken=first["nextToken"])

    assert [row["name"] for row in first["pipelines"] + second["pipelines"]] == ["etl", "mlops"]
    assert [row["bucket"] for row in first["places"] + second["places"]] == ["models", "lake"]
    assert first["totals"] == {"pipelines": 2, "steps": 2, "data": 3, "packages": 0, "models": 1, "endpoints": 1}
    assert (first["findings"], second["nextToken"]) == ({"High": 1}, None)


def test_a_store_that_was_scanned_since_is_another_answer(tmp_path: Path) -> None:
    keep(tmp_path, REGION, ETL)
    made = service(lineage_store=f"file://{tmp_path}")
    ask(get_impact, made, start="s3://lake/raw")

    keep(tmp_path, REGION, ETL, TRAIN)

    assert len(ask(get_impact, made, start="s3://lake/raw")[1]["nodes"]) > 2


# --- At once ---


def account_of(count: int, **more: Any) -> Reads:
    """So many pipelines, each of which reads what the one before it wrote; none has run but the first."""
    summaries = [{"PipelineName": f"p{number}", "PipelineArn": pipeline_arn(f"p{number}")} for number in range(count)]

    def describe(PipelineName: str) -> dict[str, Any]:
        number = int(PipelineName[1:])
        step = processing("Work", {"in": f"s3://lake/{number}"}, {"out": f"s3://lake/{number + 1}"})
        return {
            "PipelineName": PipelineName,
            "PipelineArn": pipeline_arn(PipelineName),
            "PipelineDefinition": json.dumps(definition(step)),
        }

    fixed: dict[str, Any] = {
        "list_pipelines": {"PipelineSummaries": summaries},
        "describe_pipeline": describe,
        "list_pipeline_executions": {"PipelineExecutionSummaries": []},
        "list_endpoints": {"Endpoints": []},
        "list_inference_components": {"InferenceComponents": []},
        "list_model_packages": {"ModelPackageSummaryList": []},
    }
    return make_reads(**(fixed | more))


def test_without_a_store_the_account_is_read_at_once(tmp_path: Path) -> None:
    status, body = ask(get_impact, service(account_of(40)), start="s3://lake/0", types="step")

    assert status == 200
    assert [each["id"] for each in body["nodes"]] == [f"step:p{number}/Work" for number in range(40)]
    assert {each["known"] for each in body["edges"]} == {"declared"}
    assert body["coverage"] == {
        "regions": [REGION],
        "pipelines": {"known": 40, "read": 40},
        "asOf": None,
        "unread": [],
    }


def test_what_a_request_has_no_time_for_is_named() -> None:
    began = time.monotonic()

    def slow(PipelineName: str) -> dict[str, Any]:
        if int(PipelineName[1:]) > 30:
            time.sleep(max(0.0, 4 - (time.monotonic() - began)))
        return account_of(500).describe_pipeline(PipelineName=PipelineName)  # type: ignore[return-value]

    _, body = ask(get_account, service(account_of(500, describe_pipeline=slow)))

    coverage = body["coverage"]

    assert 0 < coverage["pipelines"]["read"] < 500
    assert coverage["pipelines"]["read"] + len(coverage["unread"]) == 500
    assert time.monotonic() - began < 30


def test_what_did_not_change_is_not_asked_again() -> None:
    asked: list[str] = []
    run = {
        "PipelineExecutionArn": f"{pipeline_arn('p0')}/execution/e1",
        "PipelineExecutionStatus": "Succeeded",
        "StartTime": ETL_START,
    }
    listed = {"PipelineName": "p0", "PipelineArn": pipeline_arn("p0"), "LastExecutionTime": ETL_START}

    def describe(PipelineName: str) -> dict[str, Any]:
        asked.append(PipelineName)
        return account_of(1).describe_pipeline(PipelineName=PipelineName)  # type: ignore[return-value]

    made = service(
        account_of(
            1,
            list_pipelines={"PipelineSummaries": [listed]},
            describe_pipeline=describe,
            list_pipeline_executions={"PipelineExecutionSummaries": [run]},
            list_pipeline_execution_steps={"PipelineExecutionSteps": []},
        )
    )

    first = ask(get_impact, made, start="s3://lake/0")
    second = ask(get_impact, made, start="s3://lake/0")

    assert asked == ["p0"]
    assert first == second


def test_a_list_that_is_refused_is_a_502_and_one_of_what_serves_is_told() -> None:
    refused = account_of(1, list_pipelines=aws_error("AccessDeniedException"))
    partly = account_of(1, list_endpoints=aws_error("AccessDeniedException"))

    assert ask(get_account, service(refused))[0] == 502
    _, body = ask(get_account, service(partly))
    assert [each["action"] for each in body["coverage"]["unread"]] == ["sagemaker:ListEndpoints"]
