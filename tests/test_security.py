"""What an attacker may try, claim by claim as docs/security.md makes them."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import pytest

import sandbox
from chalicelib.core.query import query
from chalicelib.fetch.cache import Cache
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.static_files import static_file
from chalicelib.tracing import NoTracer
from chalicelib.web import handlers
from chalicelib.web.handlers import get_lineage
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond
from tests.builders.played import definition, processing
from tests.builders.reads import make_reads
from tests.builders.sessions import start_session

ROOT = Path(__file__).resolve().parents[1]
HANDLERS = [each for name, each in vars(handlers).items() if name.startswith("get_")]
TABLES = (query.LINEAGE, query.PIPELINES, query.EXECUTIONS, query.CATALOG, query.BY_DOMAIN, query.SCHEMA)
PARAMETERS = sorted({name for table in TABLES for name in table} | {"region", "regions"})
MARKUP = "<img src=x onerror=alert(1)>"
NOT_REGIONS = (
    "evil.example.com",
    "eu-west-1.evil.example.com",
    "eu-west-1/",
    "eu-west-1@evil.example.com",
    "eu-west-1#",
    "127.0.0.1:80",
    "eu-west-1\r\nHost: evil.example.com",
    "EU-WEST-1",
    "eu-west-\u0661",
    "eu-west-99",
    "..",
)


def answer(handler: Handler, params: Mapping[str, str]) -> tuple[int, str]:
    """Status and body where nothing may be asked of AWS: each read that is made fails the request."""
    service = Service(
        settings=Settings(default_region="eu-west-1"),
        reads=lambda _region: make_reads(),
        regions=lambda: frozenset({"eu-west-1", "ap-northeast-2"}),
        cache=Cache(10, time.monotonic),
        tracer=NoTracer(),
    )
    request = Request("/x", {name: [value] for name, value in params.items()}, "request-1")
    reply = respond(handler, request, service)
    return reply.status, reply.body.decode()


def named(handler: Handler) -> str:
    return getattr(handler, "__name__", "")


# --- Input ---


@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("handler", HANDLERS, ids=named)
def test_no_parameter_takes_a_text_without_end(handler: Handler, name: str) -> None:
    status, body = answer(handler, {name: "a" * 10_000})

    assert status == 400
    assert re.search(rf"\b{name}\b", json.loads(body)["message"])
    assert len(body) < 1000


@pytest.mark.parametrize("name", sorted(set(PARAMETERS) - {"nextToken"}))
@pytest.mark.parametrize("handler", HANDLERS, ids=named)
def test_markup_is_refused_and_not_echoed(handler: Handler, name: str) -> None:
    status, body = answer(handler, {name: MARKUP, MARKUP: MARKUP})

    assert status == 400
    assert "<" not in body
    assert re.search(rf"\b{name}\b", json.loads(body)["message"])


@pytest.mark.parametrize("region", NOT_REGIONS)
@pytest.mark.parametrize("name", ["region", "regions"])
@pytest.mark.parametrize("handler", HANDLERS, ids=named)
def test_only_a_region_of_botocores_list_ever_gets_near_a_host_name(handler: Handler, name: str, region: str) -> None:
    status, body = answer(handler, {name: region})

    assert status == 400
    assert re.search(rf"\b{name}\b", json.loads(body)["message"])


@pytest.mark.parametrize("region", NOT_REGIONS)
def test_no_arn_smuggles_a_host_name_in(region: str) -> None:
    status, _ = answer(get_lineage, {"pipeline": f"arn:aws:sagemaker:{region}:123456789012:pipeline/churn"})

    assert status == 400


def test_the_list_of_regions_is_botocores() -> None:
    service = make_service(Settings(), {})
    session = boto3.Session()
    expected = {
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sagemaker", partition_name=partition)
    }

    assert service.regions() == expected


@pytest.mark.parametrize(
    "name",
    [
        "../settings.py",
        "..%2fsettings.py",
        "/etc/passwd",
        ".env",
        "app.py",
        "index.html/",
        "a\0.js",
        "..\\x.js",
        "a" * 5000,
    ],
)
def test_no_name_leads_out_of_the_pages_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "viewer"
    folder.mkdir()
    (tmp_path / "settings.py").write_text("secret words")
    (folder / "app.py").write_text("secret words")
    (folder / ".env").write_text("secret words")

    assert static_file(name, folder) is None


# --- Output ---

SECRETS = {
    "key": "AKIA" + "IOSFODNN7EXAMPLE",
    "secret": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
    "password": "hunter2-hunter2",
    "signature": "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    "refusal": "arn:aws:sts::123456789012:assumed-role/payroll-admin/alice",
}


@pytest.fixture(scope="module")
def account() -> Iterator[sandbox.Account]:
    """A pipeline that carries secrets wherever one may be left lying, and refusals that name who was refused."""
    presigned = f"https://data.s3.amazonaws.com/x?X-Amz-Credential=AKIA&X-Amz-Signature={SECRETS['signature']}"
    step = processing("Prepare", {"raw": "s3://play-data/raw"}, {"out": "s3://play-data/out"})
    step["Arguments"]["Environment"] = {
        "AWS_ACCESS_KEY_ID": SECRETS["key"],
        "AWS_SECRET_ACCESS_KEY": SECRETS["secret"],
        "DB_PASSWORD": SECRETS["password"],
        "SOURCE": presigned,
    }
    step["Arguments"]["AppSpecification"]["ContainerArguments"] = ["--source", presigned]
    with sandbox.account() as opened:
        opened.put_pipeline(definition(step), "careless")
        opened.run("careless", fail={"Prepare": f"cannot read {presigned}"})
        message = f"User: {SECRETS['refusal']} is not authorized to perform that"
        opened.fault("s3:GetBucketTagging", code="AccessDenied", message=message, status=403)
        opened.fault("sagemaker:ListTags", code="AccessDeniedException", message=message)
        yield opened


def ask(account: sandbox.Account, **params: str) -> tuple[int, str]:
    """What the app answers over that account."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in account.environment.items():
            patch.setenv(name, value)
        start_session()
        request = Request("/lineage", {name: [value] for name, value in params.items()}, "request-1")
        reply = respond(get_lineage, request, make_service(Settings(), {}))
    start_session()
    return reply.status, reply.body.decode()


def test_no_secret_and_no_principal_travels_in_an_answer(account: sandbox.Account) -> None:
    status, body = ask(account, pipeline="careless")

    assert status == 200
    assert "GetBucketTagging" in body, "the refusal itself is told"
    assert [name for name, secret in SECRETS.items() if secret in body] == []


def test_an_error_tells_the_action_and_not_what_aws_said(account: sandbox.Account) -> None:
    status, body = ask(account, pipeline="careless", domain="research")

    assert status == 502
    assert "sagemaker:ListTags" in body
    assert "payroll" not in body


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def test_the_log_has_one_line_of_a_request_and_nothing_of_its_content(account: sandbox.Account) -> None:
    kept, log = Lines(), logging.getLogger("lineage")
    level = log.level
    log.setLevel("INFO")  # as app.py sets it
    log.addHandler(kept)
    try:
        ask(account, pipeline="careless")
    finally:
        log.removeHandler(kept)
        log.setLevel(level)

    (line,) = kept.lines

    assert set(json.loads(line)) >= {"requestId", "status", "durationMs", "calls", "cacheHits", "warnings"}
    assert [word for word in ("careless", "play-data", *SECRETS.values()) if word in line] == []


# --- The claims themselves ---


def test_every_claim_of_the_review_names_a_test_that_exists() -> None:
    review = (ROOT / "docs" / "security.md").read_text()
    named_tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", review)

    assert len(named_tests) > 20
    for path, name in named_tests:
        source = ROOT / path
        assert source.is_file(), path
        assert f"def {name}(" in source.read_text(), f"{path}::{name}"


def test_every_row_of_the_review_has_a_test() -> None:
    review = (ROOT / "docs" / "security.md").read_text()
    rows = [line for line in review.splitlines() if line.startswith("| ") and not line.startswith(("| claim", "|--"))]

    assert [row for row in rows if not re.search(r"`tests/[\w/]+\.py::\w+`", row)] == []
