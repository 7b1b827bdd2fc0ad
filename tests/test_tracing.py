"""What X-Ray is told of a request: read off a UDP socket, as the daemon would."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LAMBDA_ROOT = "1-65000000-0123456789abcdef01234567"
LAMBDA_PARENT = "0123456789abcdef"
SAMPLED = f"Root={LAMBDA_ROOT};Parent={LAMBDA_PARENT};Sampled=1"
NOT_SAMPLED = f"Root={LAMBDA_ROOT};Parent={LAMBDA_PARENT};Sampled=0"

Entity = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """What the program said on its way, and every segment and subsegment that reached the daemon, by id."""

    stdout: str
    stderr: str
    entities: Mapping[str, Entity]
    text: str

    def named(self, name: str) -> Entity:
        (entity,) = [each for each in self.entities.values() if each["name"] == name]
        return entity

    def calls(self, within: str) -> list[Entity]:
        """The AWS calls right under the entity with this id."""
        return [
            each for each in self.entities.values() if each.get("namespace") == "aws" and each["parent_id"] == within
        ]


def entities_in(document: Entity, parent: str | None) -> Iterator[Entity]:
    """A document and everything nested in it, each knowing its parent."""
    yield {"parent_id": parent} | dict(document)
    for below in document.get("subsegments", ()):
        yield from entities_in(below, document["id"])


def run(scenario: str, environ: Mapping[str, str] = MappingProxyType({}), *, daemon: bool = True) -> Told:
    """Run a scenario of `tests.builders.traced` beside a socket that listens as the daemon does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_000_000)
        listening.bind(("127.0.0.1", 0))
        listening.setblocking(False)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "_X_AMZN", "LAMBDA"))}
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
        address = {"AWS_XRAY_DAEMON_ADDRESS": f"127.0.0.1:{listening.getsockname()[1]}"} if daemon else {}
        program = subprocess.run(
            [sys.executable, "-m", "tests.builders.traced", scenario],
            cwd=ROOT,
            env=kept | keys | address | dict(environ),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        documents = list(received(listening))
    told = [
        each
        for document in documents
        for each in entities_in(json.loads(document), json.loads(document).get("parent_id"))
    ]
    entities = {each["id"]: each for each in told}
    assert len(entities) == len(told), "nothing is told twice"
    return Told(program.stdout, program.stderr, entities, "\n".join(documents))


def received(listening: socket.socket) -> Iterator[str]:
    """The documents of the packets that wait at the socket."""
    while True:
        try:
            packet = listening.recv(70_000)
        except BlockingIOError:
            return
        header, _, document = packet.partition(b"\n")
        assert json.loads(header) == {"format": "json", "version": 1}
        yield document.decode()


def in_lambda(trace: str = SAMPLED) -> dict[str, str]:
    return {"LAMBDA_TASK_ROOT": str(ROOT), "_X_AMZN_TRACE_ID": trace}


def assert_story(told: Told, request: Entity, calls: int) -> None:
    """One subsegment a stage under the request, closed, and every call under its own."""
    stages = {each["name"]: each for each in told.entities.values() if each["parent_id"] == request["id"]}
    assert set(stages) == {"definition", "jobs", "posture", "build"}
    assert Counter(
        (name, call["aws"]["operation"]) for name, stage in stages.items() for call in told.calls(stage["id"])
    ) == {
        ("definition", "DescribePipeline"): 1,
        ("jobs", "DescribeModel"): calls,
        ("posture", "GetBucketLocation"): calls,
    }
    for each in (request, *stages.values()):
        assert not each["in_progress"]
        assert request["start_time"] <= each["start_time"] <= each["end_time"] <= request["end_time"]


def test_a_request_is_one_trace_with_each_call_under_its_stage_also_from_worker_threads() -> None:
    told = run("one")

    request = told.named("sagemaker-lineage-api")

    assert {each["trace_id"] for each in told.entities.values()} == {request["trace_id"]}
    assert request["annotations"] == {"pipeline": "churn", "region": "eu-west-1"}

    assert_story(told, request, calls=8)

    assert not told.stderr


def test_in_lambda_the_request_is_a_subsegment_of_lambdas_own_segment() -> None:
    told = run("one", in_lambda())

    request = told.named("lineage")

    assert request["type"] == "subsegment"
    assert request["parent_id"] == LAMBDA_PARENT
    assert {each["trace_id"] for each in told.entities.values()} == {LAMBDA_ROOT}
    assert request["annotations"] == {"pipeline": "churn", "region": "eu-west-1"}

    assert_story(told, request, calls=8)

    assert not told.stderr


def test_a_request_of_many_calls_loses_none_of_them() -> None:
    told = run("many_calls")

    assert_story(told, told.named("sagemaker-lineage-api"), calls=60)


def test_requests_served_at_once_keep_their_calls_apart() -> None:
    told = run("at_once")

    requests = [each for each in told.entities.values() if each["name"] == "sagemaker-lineage-api"]

    assert {each["annotations"]["pipeline"] for each in requests} == {f"pipeline-{number}" for number in range(8)}
    assert len({each["trace_id"] for each in requests}) == 8

    for request in requests:
        assert_story(told, request, calls=8)


def test_what_is_not_configured_is_no_fault_and_what_is_refused_keeps_its_verdict() -> None:
    told = run("refusals")

    verdicts = {
        each["aws"]["operation"]: {flag for flag in ("error", "fault", "cause") if flag in each}
        for each in told.entities.values()
        if each.get("namespace") == "aws"
    }

    assert verdicts == {
        "GetBucketTagging": set(),
        "GetBucketAcl": {"error", "cause"},
        "GetBucketVersioning": {"fault", "cause"},
    }
    assert "fault" not in told.named("posture")


def test_the_key_of_an_object_is_not_told_nor_what_aws_says_of_one() -> None:
    told = run("objects")

    calls = [each["aws"] for each in told.entities.values() if each.get("namespace") == "aws"]

    assert [(call["operation"], call["bucket_name"]) for call in calls] == [("GetObject", "churn-bucket")] * 2
    assert "customer" not in told.text
    assert "secret words" not in told.text


def test_a_question_that_the_caller_got_wrong_is_an_error_and_no_fault() -> None:
    request = run("asked_wrongly").named("sagemaker-lineage-api")

    assert request["error"] is True
    assert "fault" not in request


def test_a_request_that_fails_is_a_fault_whose_words_stay_in_the_log() -> None:
    told = run("failing")

    assert told.named("sagemaker-lineage-api")["fault"] is True
    assert "secret words" not in told.text


def test_a_read_that_comes_too_late_does_not_hold_the_trace_back_nor_join_the_next() -> None:
    for surroundings in ({}, in_lambda()):
        told = run("late", surroundings)

        (call,) = [
            each for each in told.entities.values() if each.get("aws", {}).get("operation") == "GetBucketPolicy"
        ] or [each for each in told.entities.values() if each["name"] == "s3" and "aws" not in each]
        assert call["fault"] is True
        assert call["end_time"] - call["start_time"] < 5
        (request,) = [each for each in told.entities.values() if each.get("annotations", {}).get("pipeline") == "next"]
        assert_story(told, request, calls=8)
        assert not told.stderr


def test_a_request_that_lambda_does_not_sample_tells_nothing() -> None:
    told = run("one", in_lambda(NOT_SAMPLED))

    assert not told.entities
    assert not told.stderr


def test_without_a_daemon_the_sdk_is_not_even_imported() -> None:
    told = run("one", daemon=False)

    assert told.stdout.strip() == "False"
    assert not told.entities
    assert not told.stderr
