"""Findings go to Security Hub in batches, once each, and what is not taken is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.aws.securityhub import MAX_BATCH, Sent, send_findings
from chalicelib.formats.exports.asff import write
from tests.builders.hub import security_hub
from tests.builders.judged import with_rule

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
FINDING = write([with_rule("S3.17")])[0]


def findings(count: int) -> list[dict[str, Any]]:
    return [{**FINDING, "Id": f"sagemaker-lineage/S3.17:{number}"} for number in range(count)]


@pytest.fixture
def hub() -> Iterator[Any]:
    """A client of Security Hub, as moto plays it over HTTP."""
    with security_hub() as url:
        yield boto3.client("securityhub", region_name="ap-northeast-2", endpoint_url=url)


def kept(hub: Any) -> list[dict[str, Any]]:
    pages = hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 100})
    return [finding for page in pages for finding in page["Findings"]]


def test_what_is_sent_twice_is_there_once_and_newer(hub: Any) -> None:
    given = findings(2 * MAX_BATCH + 1)

    first = send_findings(given, hub.batch_import_findings, NOW)
    second = send_findings(given, hub.batch_import_findings, NOW.replace(hour=10))

    assert (first, second) == (Sent(201), Sent(201))
    there = kept(hub)
    assert len(there) == len({each["Id"] for each in there}) == 201
    assert {each["UpdatedAt"] for each in there} == {"2026-11-26T10:00:00.000Z"}


def answering(*answers: Any) -> tuple[Callable[..., Mapping[str, Any]], list[int]]:
    """An operation that gives these answers in turn, and the sizes of the batches that it was given."""
    sizes: list[int] = []
    waiting = iter(answers)

    def import_findings(*, Findings: list[Any]) -> Mapping[str, Any]:
        sizes.append(len(Findings))
        answer: Any = next(waiting, {})
        if isinstance(answer, Exception):
            raise answer
        return {"FailedFindings": answer} if isinstance(answer, list) else {}

    return import_findings, sizes


def failed(number: int, code: str) -> dict[str, str]:
    return {"Id": f"sagemaker-lineage/S3.17:{number}", "ErrorCode": code, "ErrorMessage": "not\nso"}


def test_one_that_is_refused_is_told_and_the_others_go_on() -> None:
    operation, sizes = answering([failed(3, "InvalidInput")])

    sent = send_findings(findings(150), operation, NOW)

    assert sent == Sent(149, ("sagemaker-lineage/S3.17:3: InvalidInput not so",))
    assert sizes == [100, 50]


def test_what_could_not_be_taken_just_now_is_sent_again_and_at_last_told() -> None:
    operation, sizes = answering(
        [failed(1, "InternalFailure"), failed(2, "InvalidInput")],
        [failed(1, "InternalFailure")],
        [failed(1, "InternalFailure")],
    )

    sent = send_findings(findings(10), operation, NOW)

    assert sizes == [10, 1, 1]
    assert sent.taken == 8
    assert [line.split()[0] for line in sent.refused] == ["sagemaker-lineage/S3.17:2:", "sagemaker-lineage/S3.17:1:"]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:iam::1:x"}}, "B"),
            "securityhub:BatchImportFindings was refused (AccessDenied)",
        ),
        (
            ClientError({"Error": {"Code": "InvalidAccessException", "Message": "x"}}, "B"),
            "Security Hub is not enabled in this account and region (InvalidAccessException)",
        ),
        (
            EndpointConnectionError(endpoint_url="https://x"),
            "securityhub:BatchImportFindings failed on AWS's side (ConnectionError)",
        ),
    ],
    ids=["not allowed", "not enabled", "not reached"],
)
def test_what_every_batch_would_meet_ends_it_in_a_sentence(error: Exception, said: str) -> None:
    operation, sizes = answering({}, error)

    sent = send_findings(findings(250), operation, NOW)

    assert sent == Sent(100, (), said, 150)
    assert sizes == [100, 100]


def test_nothing_is_sent_where_nothing_was_found() -> None:
    operation, sizes = answering()

    assert (send_findings([], operation, NOW), sizes) == (Sent(), [])


def test_the_deployed_service_does_not_know_how_to_send() -> None:
    program = (
        "import importlib, pkgutil, sys, app, chalicelib.routes as routes, chalicelib.formats as formats\n"
        "for package in (routes, formats):\n"
        "    for each in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(each.name)\n"
        "senders = ('chalicelib.cli', 'chalicelib.aws.securityhub')\n"
        "print(*sorted(name for name in sys.modules if name.startswith(senders)))"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == ""
