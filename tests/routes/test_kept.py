"""`GET /lineage` of an execution that a store keeps: the kept answer, its age, and no call."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.fetch.cache import Cache
from chalicelib.http.reply import Reply
from chalicelib.settings import Settings
from chalicelib.store.opening import open_store
from chalicelib.tracing import NoTracer
from chalicelib.web.handlers import get_lineage
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from tests.builders.accounts import ACCOUNT, REGION, answer, node
from tests.builders.reads import make_reads

ETL = answer("etl", node("Clean", ["s3://lake/raw"], ["s3://lake/clean"]))
ARN = ETL["execution"]["arn"]
ID = ARN.rsplit("/", 1)[-1]
AGE = timedelta(hours=2)


def never(**_: Any) -> dict[str, Any]:
    raise AssertionError("AWS was asked")


@pytest.fixture
def kept(tmp_path: Path) -> Service:
    region = open_store(str(tmp_path), create=True).region(ACCOUNT, REGION)
    region.keep("etl", ID, ETL)
    read_at = (datetime.now(UTC) - AGE).isoformat()
    entry = {"execution": ARN, "readAt": read_at}
    region.put("scan.json", {"schema": 1, "asOf": read_at, "pipelines": {"etl": entry}})
    reads = make_reads(describe_pipeline=never, describe_pipeline_execution=never)
    return Service(
        settings=Settings(deadline_ms=3000, lineage_store=tmp_path.as_uri()),
        reads=lambda _: reads,
        regions=lambda: frozenset({REGION}),
        cache=Cache(100, time.monotonic),
        tracer=NoTracer(),
    )


def get(service: Service, **params: str) -> Reply:
    asked = {name: [value] for name, value in {"pipeline": "etl", "region": REGION, **params}.items()}
    return respond(get_lineage, Request("/lineage", asked, "r"), service)


@pytest.mark.parametrize("execution", [ID, ARN])
def test_a_kept_execution_is_answered_from_the_store_with_its_age(kept: Service, execution: str) -> None:
    reply = get(kept, execution=execution)

    assert (reply.status, json.loads(reply.body)) == (200, ETL)
    assert abs(int(reply.headers["Age"]) - AGE.total_seconds()) < 60


def test_a_kept_execution_is_given_in_another_format_too(kept: Service) -> None:
    reply = get(kept, execution=ID, format="mermaid")

    assert reply.status == 200
    assert b"Clean" in reply.body


@pytest.mark.parametrize(
    "params",
    [{}, {"execution": "anotherone12"}, {"execution": ID, "posture": "full"}, {"execution": ID, "step": "Clean"}],
)
def test_what_the_store_does_not_keep_is_asked_of_aws(kept: Service, params: dict[str, str]) -> None:
    reply = get(kept, **params)

    assert "sagemaker:DescribePipeline" in json.loads(reply.body)["message"]


def test_a_damaged_answer_is_one_clear_error(kept: Service, tmp_path: Path) -> None:
    (path,) = tmp_path.rglob("execution=*.json.gz")
    path.write_bytes(b"not gzip")

    reply = get(kept, execution=ID)

    assert reply.status == 502
    assert "damaged" in json.loads(reply.body)["message"]
