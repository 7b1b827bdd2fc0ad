"""The HTTP edge: one shape of error, one line of log, and no body that the gateway cannot carry."""

import gzip
import json
import logging
import random
import time
from typing import Any

import pytest

from chalicelib.core.values import errors
from chalicelib.fetch.cache import Cache
from chalicelib.http.reply import STATUSES, Reply, accepted
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.handlers import get_executions, get_lineage, get_pipelines
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond
from tests.builders.payloads import payload_bytes
from tests.builders.reads import Answerer as Reading
from tests.builders.reads import aws_error, make_reads

LAMBDA_PAYLOAD_BYTES = 6_291_556


def make_service(**reads: Reading | dict[str, Any] | Exception) -> Service:
    return Service(
        settings=Settings(deadline_ms=5000),
        reads=lambda _region: make_reads(**reads),
        regions=lambda: frozenset({"ap-northeast-2"}),
        cache=Cache(10, time.monotonic),
        tracer=make_tracer({}),
    )


def reply_of(answerer: Handler, **headers: str) -> Reply:
    request = Request("/x", {}, "request-1", {name.replace("_", "-"): value for name, value in headers.items()})
    return respond(answerer, request, make_service())


def giving(body: dict[str, Any]) -> Handler:
    return lambda request, service: body


def raising(error: Exception) -> Handler:
    def answer(request: Request, service: Service) -> dict[str, Any]:
        raise error

    return answer


def leaf_errors(root: type[Exception] = errors.LineageError) -> list[type[Exception]]:
    return [leaf for child in root.__subclasses__() for leaf in (leaf_errors(child) or [child])]


def noise(size: int) -> str:
    return random.Random(7).randbytes(size // 2).hex()


def test_every_error_of_the_tree_has_a_status() -> None:
    assert set(STATUSES) == set(leaf_errors())


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadQuery(["pipeline is required"]), 400),
        (errors.NotFound(), 404),
        (errors.Refused("sagemaker:DescribePipeline was refused"), 502),
        (errors.BadDefinition("it is not JSON"), 502),
        (errors.StillThrottled("throttled"), 503),
        (errors.TooLate("late"), 504),
    ],
)
def test_an_error_is_one_message_and_ours_have_a_request_id(error: errors.LineageError, status: int) -> None:
    reply = reply_of(raising(error))
    body = json.loads(reply.body)

    assert reply.status == status
    assert body["message"] == error.message
    assert body.get("requestId") == ("request-1" if status >= 500 else None)
    assert reply.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in reply.headers) is (status == 503)


def test_a_fault_of_ours_says_nothing_but_where_to_look(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="lineage"):
        logging.getLogger("lineage").propagate = True
        reply = reply_of(raising(RuntimeError("password=hunter2")))

    assert reply.status == 500
    assert json.loads(reply.body) == {"message": "internal error", "requestId": "request-1"}

    said = {json.loads(record.getMessage())["event"]: record for record in caplog.records if record.name == "lineage"}

    assert json.loads(said["fault"].getMessage())["requestId"] == "request-1"
    assert said["fault"].exc_info is not None
    assert "RuntimeError: password=[redacted]" in caplog.text
    assert "RuntimeError: password=hunter2" not in caplog.text
    assert json.loads(said["request"].getMessage())["status"] == 500


def test_what_json_cannot_carry_is_a_fault_and_not_a_broken_answer() -> None:
    assert reply_of(giving({"value": float("nan")})).status == 500


def test_text_that_utf8_cannot_carry_still_goes_out() -> None:
    reply = reply_of(giving({"tag": "half a \ud83d pair", "word": "한국어"}))

    assert json.loads(reply.body)["word"] == "한국어"


def test_a_large_answer_is_compressed_for_who_accepts_that() -> None:
    body = {"filler": "x" * 8_000_000}

    reply = reply_of(giving(body), accept_encoding="br, gzip")

    assert reply.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(reply.body)) == body


@pytest.mark.parametrize("letter", ["한", "😀", '"', "\u0001", "x"])
@pytest.mark.parametrize("accepts", ["gzip", "identity"])
def test_whatever_goes_out_is_what_lambda_carries(letter: str, accepts: str) -> None:
    carried = len(json.dumps(json.dumps(letter, ensure_ascii=False))) - 6  # of one letter, in JSON in JSON
    fits = giving({"filler": letter * (6_200_000 // carried)})
    bursts = giving({"filler": letter * (6_300_000 // carried)})

    whole, over = reply_of(fits, accept_encoding=accepts), reply_of(bursts, accept_encoding=accepts)

    assert (whole.status, over.status) == (200, 200 if accepts == "gzip" else 413)
    assert payload_bytes(whole) < LAMBDA_PAYLOAD_BYTES
    assert payload_bytes(over) < LAMBDA_PAYLOAD_BYTES


def test_an_answer_that_gzip_makes_no_smaller_goes_as_it_is() -> None:
    reply = reply_of(giving({"filler": noise(5_900_000)}), accept_encoding="gzip")

    assert reply.status == 200
    assert payload_bytes(reply) < LAMBDA_PAYLOAD_BYTES


@pytest.mark.parametrize(
    ("route", "accepts", "says", "never"),
    [
        ("/lineage", "identity", "accept gzip (Accept-Encoding: gzip), or ask for one step (step=NAME)", "maxResults"),
        ("/lineage", "gzip;q=0", "accept gzip", "maxResults"),
        ("/lineage", "gzip", "step=NAME", "accept gzip"),
        ("/lineage/by-domain", "gzip", "maxResults", "step="),
        ("/impact", "gzip", "maxNodes", "step="),
    ],
)
def test_an_answer_that_cannot_be_carried_says_how_to_ask_this_route_for_less(
    route: str, accepts: str, says: str, never: str
) -> None:
    request = Request(route, {}, "request-1", {"accept-encoding": accepts})

    reply = respond(giving({"filler": noise(24_000_000)}), request, make_service())

    assert reply.status == 413
    assert says in json.loads(reply.body)["message"]
    assert never not in json.loads(reply.body)["message"]


@pytest.mark.parametrize(
    ("header", "identity", "compressed"),
    [
        (None, 1, 0),
        ("", 1, 0),
        ("gzip", 1, 1),
        ("GZIP , br", 1, 1),
        ("x-gzip", 1, 1),
        ("br, deflate", 1, 0),
        ("gzip;q=0", 1, 0),
        ("gzip; q=0.000", 1, 0),
        ("gzip ;Q=0.5, identity", 1, 0.5),
        ("*", 1, 1),
        ("*;q=0", 0, 0),
        ("*;q=0, gzip", 0, 1),
        ("identity;q=0, gzip;q=1.0", 0, 1),
        ("identity;q=0.5, *;q=0", 0.5, 0),
        ("gzip;q=0, *", 1, 0),
        ("gzip;q=nonsense", 1, 0),
        ("notgzip, gzipped", 1, 0),
    ],
)
def test_accept_encoding_is_read_as_http_says(header: str | None, identity: float, compressed: float) -> None:
    found = accepted(header)

    assert (found.identity, found.gzip) == (identity, compressed)


@pytest.mark.parametrize(
    ("accepts", "status", "encoding"),
    [
        ("gzip;q=0", 200, None),
        ("gzip;q=0.2", 200, None),
        ("identity;q=0, gzip", 200, "gzip"),
        ("*;q=0", 406, None),
        ("identity;q=0", 406, None),
        ("identity;q=0, br", 406, None),
    ],
)
def test_a_body_has_an_encoding_that_the_caller_accepts(accepts: str, status: int, encoding: str | None) -> None:
    reply = reply_of(giving({"filler": "x" * 2_000_000}), accept_encoding=accepts)

    assert (reply.status, reply.headers.get("Content-Encoding")) == (status, encoding)


def test_the_tag_is_of_the_content_whatever_its_encoding() -> None:
    body = {"filler": "x" * 2_000_000}
    plain, packed = reply_of(giving(body)), reply_of(giving(body), accept_encoding="gzip")

    assert plain.headers["ETag"] == packed.headers["ETag"]
    assert reply_of(giving(body), if_none_match=plain.headers["ETag"]).status == 304
    assert reply_of(giving({"filler": "y"}), if_none_match=plain.headers["ETag"]).status == 200


def test_a_request_is_one_line_of_log_that_says_what_it_cost(caplog: pytest.LogCaptureFixture) -> None:
    service = make_service(
        describe_pipeline=aws_error("AccessDeniedException"), list_pipeline_executions=aws_error("ResourceNotFound")
    )
    request = Request("/lineage", {"pipeline": ["churn"]}, "request-2")
    with caplog.at_level(logging.INFO, logger="lineage"):
        logging.getLogger("lineage").propagate = True
        reply = respond(get_lineage, request, service)

    assert reply.status == 502
    assert "sagemaker:DescribePipeline" in json.loads(reply.body)["message"]

    line = json.loads(next(r for r in caplog.records if r.name == "lineage").getMessage())

    assert {key: line[key] for key in ("requestId", "route", "status", "calls", "cacheHits", "warnings")} == {
        "requestId": "request-2",
        "route": "/lineage",
        "status": 502,
        "calls": 2,
        "cacheHits": 0,
        "warnings": 0,
    }
    assert isinstance(line["durationMs"], int)


@pytest.mark.parametrize(
    ("token", "status", "message"),
    [("made-up", 400, "nextToken is not one that an earlier answer gave"), (None, 502, "was rejected")],
)
@pytest.mark.parametrize("answerer", [get_pipelines, get_executions])
def test_a_token_that_was_made_up_is_the_callers_mistake(
    answerer: Handler, token: str | None, status: int, message: str
) -> None:
    invalid = aws_error("ValidationException")
    service = make_service(list_pipelines=invalid, list_pipeline_executions=invalid)
    params = {"nextToken": [token]} if token else {}
    if answerer is get_executions:
        params["pipeline"] = ["churn"]
    reply = respond(answerer, Request("/x", params, "r"), service)

    assert reply.status == status
    assert message in json.loads(reply.body)["message"]


def test_lambdas_own_time_shortens_the_deadline() -> None:
    def hang(**_: Any) -> dict[str, Any]:
        time.sleep(1.5)
        return {}

    service = make_service(describe_pipeline=hang, list_pipeline_executions=hang)
    began = time.monotonic()
    reply = respond(get_lineage, Request("/lineage", {"pipeline": ["churn"]}, "r", remaining_ms=1200), service)

    assert reply.status == 504
    assert time.monotonic() - began < 1.4
