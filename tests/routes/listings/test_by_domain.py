"""A domain's lineages come a page at a time: each fits, ends in time, and leads on; one that fails is a warning."""

import json
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from chalicelib.aws.reads import Reads
from chalicelib.core.query.page_token import make_token
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.scheduler import WORKERS
from chalicelib.http.reply import MAX_PAYLOAD_BYTES, Reply
from chalicelib.routes.listings.catalog import SIDE_BY_SIDE
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.handlers import get_by_domain
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from tests.builders.described import problems
from tests.builders.payloads import payload_bytes
from tests.builders.reads import aws_error
from tests.builders.services import HOME, pipeline_arn, pipeline_reads

RESEARCH = [{"Key": "DomainId", "Value": "d-research"}]
EMPTY = '{"Version": "2020-12-01", "Steps": []}'


class Bomb(str):
    """A text that no reader expects."""

    def split(self, *_: Any) -> list[str]:
        raise RuntimeError("boom")


class Domain:
    """An account whose pipelines all belong to one domain; what may be asked, how often, and how much."""

    def __init__(self, definitions: Mapping[str, Any], **more: Any) -> None:
        self.definitions = dict(definitions)
        self.more = more

    def list_pipelines(self, **_: Any) -> dict[str, Any]:
        names = sorted(self.definitions, reverse=True)  # as AWS lists them is not as pages are made
        return {"PipelineSummaries": [{"PipelineName": name, "PipelineArn": pipeline_arn(name)} for name in names]}

    def describe_pipeline(self, PipelineName: str) -> dict[str, Any]:
        found = self.definitions.get(PipelineName)
        if isinstance(found, Exception):
            raise found
        arn = pipeline_arn(PipelineName)
        named = Bomb(arn) if isinstance(found, Bomb) else arn
        return {"PipelineArn": named, "PipelineName": PipelineName, "PipelineDefinition": found}

    def reads(self) -> Reads:
        return pipeline_reads(
            **{
                "list_pipelines": self.list_pipelines,
                "list_tags": {"Tags": RESEARCH},
                "describe_pipeline": self.describe_pipeline,
                **self.more,
            }
        )


def service_over(domain: Domain, settings: Settings | None = None) -> Service:
    reads = domain.reads()
    return Service(
        settings=settings or Settings(deadline_ms=10_000, posture_ttl_sec=0, enable_s3_meta=False),
        reads=lambda _region: reads,
        regions=lambda: frozenset({HOME, "us-east-1"}),
        cache=Cache(100, time.monotonic),
        tracer=make_tracer({}),
    )


def reply_of(service: Service, *, accepts: str = "identity", **params: str) -> Reply:
    query = {"domain": ["d-research"], **{name: [value] for name, value in params.items()}}
    request = Request("/lineage/by-domain", query, "request-1", {"accept-encoding": accepts})
    return respond(get_by_domain, request, service)


def page_of(service: Service, **params: str) -> Any:
    reply = reply_of(service, **params)
    assert reply.status == 200, reply.body[:500]
    body = json.loads(reply.body)
    assert problems("DomainLineages", body) == []
    return body


def pages_of(service: Service, **params: str) -> list[Any]:
    pages = [page_of(service, **params)]
    while pages[-1]["nextToken"]:
        pages.append(page_of(service, **{**params, "nextToken": pages[-1]["nextToken"]}))
        assert len(pages) < 100
    return pages


def names(page: Any) -> list[str]:
    return [lineage["pipeline"]["name"] for lineage in page["lineages"]]


def all_names(pages: Iterable[Any]) -> list[str]:
    return [name for page in pages for name in names(page)]


def named(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, EMPTY)


def test_pages_hold_each_pipeline_once_and_in_order() -> None:
    pages = pages_of(service_over(Domain(named("a", "b", "c", "d", "e"))), maxResults="2")

    assert [names(page) for page in pages] == [["a", "b"], ["c", "d"], ["e"]]
    assert all(page["notReached"] == [] for page in pages)


def test_a_last_page_that_is_full_says_that_it_is_the_last() -> None:
    pages = pages_of(service_over(Domain(named("a", "b"))), maxResults="2")

    assert [names(page) for page in pages] == [["a", "b"]]


def test_what_comes_and_goes_between_pages_moves_no_other() -> None:
    domain = Domain(named("a", "c", "e", "g"))
    service = service_over(domain)
    first = page_of(service, maxResults="2")
    domain.definitions.update(named("b", "f"))
    del domain.definitions["c"]

    then = page_of(service, maxResults="10", nextToken=first["nextToken"])

    assert (names(first), names(then)) == (["a", "c"], ["e", "f", "g"])


@pytest.mark.parametrize(
    "token",
    [
        "made-up",
        "YQ",
        "W10",
        "a" * 8000,
        make_token((HOME, "d-other"), "a"),
        make_token(("us-east-1", "d-research"), "a"),
        make_token((HOME, "d-research"), "a")[:-2],
    ],
)
def test_a_token_of_another_list_or_of_none_is_the_callers_mistake(token: str) -> None:
    reply = reply_of(service_over(Domain(named("a", "b"))), nextToken=token)

    assert reply.status == 400
    assert json.loads(reply.body)["message"] == (
        "nextToken is not one that an earlier answer about this region and domain gave"
    )


def test_only_the_tags_of_what_a_page_may_hold_are_read() -> None:
    asked: list[str] = []

    def tags(ResourceArn: str) -> dict[str, Any]:
        asked.append(ResourceArn.rsplit("/")[-1])
        return {"Tags": RESEARCH}

    service = service_over(Domain(named(*(f"p{number:03}" for number in range(300))), list_tags=tags))
    first = page_of(service, maxResults="3")
    asked.clear()

    page_of(service, maxResults="3", nextToken=first["nextToken"])

    assert "p002" not in asked
    assert len(set(asked)) < 60


def wordy(letters: int) -> str:
    parameter = {"Name": "Text", "Type": "String", "DefaultValue": "한" * letters}
    return json.dumps({"Version": "2020-12-01", "Parameters": [parameter], "Steps": []})


def test_a_page_always_fits_and_the_next_goes_on() -> None:
    service = service_over(Domain({f"p{number}": wordy(250_000) for number in range(9)}))
    token: str | None = None
    found: list[str] = []
    while token is not None or not found:
        reply = reply_of(service, **({"nextToken": token} if token else {}))
        assert (reply.status, payload_bytes(reply) < MAX_PAYLOAD_BYTES) == (200, True)
        page = json.loads(reply.body)
        found += names(page)
        token = page["nextToken"]

    assert found == [f"p{number}" for number in range(9)]


def test_one_that_is_larger_than_a_reply_is_a_warning_and_the_others_come() -> None:
    service = service_over(Domain({"a": EMPTY, "b": wordy(1_200_000), "c": EMPTY}))

    pages = pages_of(service)

    assert all_names(pages) == ["a", "c"]
    [warning] = [warning for page in pages for warning in page["warnings"]]
    assert (warning["code"], warning["resource"]) == ("TooBig", "b")
    assert "step=" in warning["message"]


def test_one_that_fits_only_compressed_has_a_page_of_its_own_for_who_accepts_that() -> None:
    domain = Domain({"a": EMPTY, "b": wordy(1_200_000), "c": EMPTY})
    service = service_over(domain)
    first = page_of(service)

    reply = reply_of(service, accepts="gzip", nextToken=first["nextToken"])

    assert (names(first), reply.status, reply.headers["Content-Encoding"]) == (["a"], 200, "gzip")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (aws_error("ResourceNotFound"), "NotFound"),
        (aws_error("AccessDeniedException", 403), "Refused"),
        ("{", "BadDefinition"),
        ('{"Version": "2020-12-01", "Steps": [{"Name": "A"', "BadDefinition"),
        (17, "BadDefinition"),
        (Bomb(EMPTY), "InternalError"),
    ],
)
def test_a_pipeline_that_cannot_be_answered_is_a_warning(bad: Any, code: str) -> None:
    page = page_of(service_over(Domain({"a": EMPTY, "bad": bad, "c": EMPTY})))

    assert names(page) == ["a", "c"]
    assert [(warning["code"], warning["resource"]) for warning in page["warnings"]] == [(code, "bad")]
    assert (page["notReached"], page["nextToken"]) == ([], None)


def test_where_time_ends_the_page_ends_and_leads_on() -> None:
    def slow(PipelineName: str) -> dict[str, Any]:
        time.sleep(0.25)
        return {"PipelineArn": pipeline_arn(PipelineName), "PipelineName": PipelineName, "PipelineDefinition": EMPTY}

    settings = Settings(deadline_ms=700, posture_ttl_sec=300, enable_s3_meta=False)
    wanted = [f"p{number:02}" for number in range(20)]
    service = service_over(Domain(named(*wanted), describe_pipeline=slow), settings)
    started = time.monotonic()
    first = page_of(service)
    seconds = time.monotonic() - started

    pages = [first, *pages_of(service, nextToken=first["nextToken"])]

    assert seconds < 1.2
    assert 0 < len(names(first)) < 20
    assert all_names(pages) == wanted
    assert not any(page["notReached"] or page["warnings"] for page in pages)


def test_one_that_a_whole_request_has_no_time_for_is_named_and_passed_over() -> None:
    def describe(PipelineName: str) -> dict[str, Any]:
        if PipelineName == "late":
            raise aws_error("ThrottlingException")
        return {"PipelineArn": pipeline_arn(PipelineName), "PipelineName": PipelineName, "PipelineDefinition": EMPTY}

    settings = Settings(deadline_ms=900, posture_ttl_sec=300, enable_s3_meta=False)
    service = service_over(Domain(named("late", "later"), describe_pipeline=describe), settings)

    pages = pages_of(service)

    assert [page["notReached"] for page in pages] == [["late"], []]
    assert all_names(pages) == ["later"]
    assert {warning["code"] for page in pages for warning in page["warnings"]} <= {"TooLate", "StillThrottled"}


class Throttle:
    """AWS's rate limit on the describes of a region: so many a second, and a burst."""

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self.left, self.at = float(burst), time.monotonic()
        self.refused = self.answered = 0
        self.lock = threading.Lock()

    def take(self) -> None:
        with self.lock:
            now = time.monotonic()
            self.left = min(self.burst, self.left + (now - self.at) * self.rate)
            self.at = now
            if self.left < 1:
                self.refused += 1
                raise aws_error("ThrottlingException")
            self.left -= 1
            self.answered += 1


def test_all_pipelines_of_a_page_keep_one_pace() -> None:
    throttle = Throttle(rate=10, burst=5)

    def describe(PipelineName: str) -> dict[str, Any]:
        throttle.take()
        return {"PipelineArn": pipeline_arn(PipelineName), "PipelineName": PipelineName, "PipelineDefinition": EMPTY}

    wanted = [f"p{number:02}" for number in range(30)]
    settings = Settings(deadline_ms=8000, posture_ttl_sec=0, enable_s3_meta=False)
    service = service_over(Domain(named(*wanted), describe_pipeline=describe), settings)

    pages = pages_of(service, maxResults="30")

    assert all_names(pages) == wanted
    assert throttle.refused < throttle.answered / 2


def test_a_place_that_all_use_is_asked_about_once_a_page_and_no_more_at_once_than_the_pool_holds() -> None:
    buckets = [f"lake-{number}" for number in range(40)]
    asked: list[str] = []
    under_way: set[int] = set()
    most = [0]

    def location(Bucket: str, **_: Any) -> dict[str, Any]:
        asked.append(Bucket)
        under_way.add(threading.get_ident())
        most[0] = max(most[0], len(under_way))
        time.sleep(0.01)
        under_way.discard(threading.get_ident())
        return {"LocationConstraint": HOME}

    source = [
        {"InputName": bucket, "AppManaged": False, "S3Input": {"S3Uri": f"s3://{bucket}/in", "LocalPath": "/opt/in"}}
        for bucket in buckets
    ]
    step = {"Name": "A", "Type": "Processing", "Arguments": {"ProcessingInputs": source}}
    definition = json.dumps({"Version": "2020-12-01", "Steps": [step]})
    settings = Settings(deadline_ms=20_000, posture_ttl_sec=0)
    wanted = {f"p{number:02}": definition for number in range(12)}
    service = service_over(Domain(wanted, get_bucket_location=location), settings)

    page = page_of(service)

    assert len(names(page)) == 12
    assert set(asked) == set(buckets)
    assert len(asked) <= SIDE_BY_SIDE * len(buckets)
    assert most[0] <= WORKERS
