"""Sending: each event once, tried again where that helps, and a report of what was refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.dump import main
from chalicelib.cli.send import Delivery, endpoint_of, send
from chalicelib.formats.exports.openlineage import events_of
from tests.builders.answered import answered
from tests.builders.consumers import Refused, datahub, marquez


@dataclass
class Receiver:
    """A server that takes events: what came, and what it answers to the next of them (201 where nothing is said)."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    check: Callable[[Any], object] = marquez
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)

    def answer(self, event: Any) -> tuple[int, dict[str, str], str]:
        if self.answers:
            return (*self.answers.pop(0), "")
        try:
            self.check(event)
        except Refused as refused:
            return 500, {}, str(refused)
        return 201, {}, ""

    @property
    def events(self) -> list[Any]:
        return [event for _, _, event in self.requests]


@contextmanager
def receiving(check: Callable[[Any], object] = marquez) -> Iterator[Receiver]:
    receiver = Receiver(check=check)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            receiver.requests.append((self.path, dict(self.headers), event))
            status, headers, body = receiver.answer(event)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


EVENTS = events_of(answered())


def delivered(receiver: Receiver, pauses: list[float] | None = None, key: str | None = None) -> Delivery:
    waited: list[float] = [] if pauses is None else pauses
    return send(EVENTS, endpoint_of(receiver.url), key, waited.append)


def test_every_event_is_posted_once_in_its_order(receiver: Receiver) -> None:
    delivery = delivered(receiver)

    assert receiver.events == EVENTS
    assert {path for path, _, _ in receiver.requests} == {"/api/v1/lineage"}
    assert (delivery.taken, delivery.whole) == (len(EVENTS), True)


def test_a_key_is_a_bearers_token_and_stands_nowhere_else(receiver: Receiver) -> None:
    delivery = delivered(receiver, key="s3cr3t")

    assert {headers["Authorization"] for _, headers, _ in receiver.requests} == {"Bearer s3cr3t"}
    assert "s3cr3t" not in "".join(delivery.lines(receiver.url))


def test_a_busy_server_is_asked_again_after_the_time_that_it_names(receiver: Receiver) -> None:
    receiver.answers = [(503, {}), (429, {"Retry-After": "7"}), (201, {})]
    pauses: list[float] = []

    delivery = delivered(receiver, pauses)

    assert pauses == [1, 7]
    assert receiver.events == [EVENTS[0], EVENTS[0], *EVENTS]
    assert delivery.whole


def test_a_server_that_stays_busy_ends_it_and_the_rest_is_counted(receiver: Receiver) -> None:
    receiver.answers = [(201, {}), *[(503, {})] * 4]

    delivery = delivered(receiver)

    assert (delivery.taken, delivery.unsent, delivery.ended) == (1, len(EVENTS) - 1, "HTTP 503, 4 times")
    assert len(receiver.requests) == 5


@pytest.mark.parametrize("status", [401, 403, 404, 302])
def test_what_would_befall_every_event_ends_it_at_once(receiver: Receiver, status: int) -> None:
    receiver.answers = [(status, {"Location": "/elsewhere"})]

    delivery = delivered(receiver)

    assert (delivery.taken, delivery.unsent, delivery.ended) == (0, len(EVENTS), f"HTTP {status}")
    assert len(receiver.requests) == 1


def test_what_is_refused_is_named_and_the_others_are_sent() -> None:
    with receiving(datahub) as server:
        delivery = delivered(server)

    lines = delivery.lines(server.url)
    jobs = [event for event in EVENTS if "run" not in event]

    assert jobs
    assert delivery.taken == len(EVENTS) - len(jobs)
    assert lines[1].startswith(f"refused: {jobs[0]['schemaURL'].rpartition('/')[2]} of ")
    assert "500: no run" in lines[1]


def test_where_nobody_listens_it_ends_after_four_tries() -> None:
    with receiving() as server:
        endpoint = endpoint_of(server.url)
    pauses: list[float] = []

    delivery = send(EVENTS, endpoint, None, pauses.append)

    assert pauses == [1, 2, 4]
    assert (delivery.taken, delivery.unsent) == (0, len(EVENTS))


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://marquez:5000", "http://marquez:5000/api/v1/lineage"),
        ("https://datahub/openapi/openlineage/api/v1/lineage", "https://datahub/openapi/openlineage/api/v1/lineage"),
    ],
)
def test_a_url_without_a_path_has_openlineages_own(url: str, endpoint: str) -> None:
    assert endpoint_of(url) == endpoint


# --- On the command line ---


def ask(_: object) -> str:
    return json.dumps(answered())


def test_the_command_line_writes_and_sends_and_sending_again_sends_the_same(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--pipeline-name", "churn", "--send-openlineage", receiver.url, "--out", str(tmp_path / "answer.json")]

    assert main(command, ask) == 0

    assert receiver.events == EVENTS
    assert json.loads((tmp_path / "answer.json").read_text()) == answered()
    told = f"{len(EVENTS)} of {len(EVENTS)} events sent to {receiver.url}/api/v1/lineage"
    assert capsys.readouterr().err == f"lineage_dump.py: {told}\n"
    assert main(command, ask) == 0
    assert receiver.events == [*EVENTS, *EVENTS]


def test_an_event_that_was_refused_is_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def nothing(event: Any) -> None:
        raise Refused("no\x1b[2J, password=hunter2")

    with receiving(nothing) as server:
        assert main(["--pipeline-name", "churn", "--send-openlineage", server.url], ask) == 1

    told = capsys.readouterr().err

    assert told.startswith(f"lineage_dump.py: 0 of {len(EVENTS)} events sent")
    assert "\x1b" not in told
    assert "hunter2" not in told


@pytest.mark.parametrize("url", ["marquez:5000", "file:///etc/passwd", "https://user:s3cr3t@marquez", "http://"])
def test_a_url_that_cannot_be_sent_to_is_one_line_without_its_secrets(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--pipeline-name", "churn", "--send-openlineage", url], ask) == 2

    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "s3cr3t" not in told
