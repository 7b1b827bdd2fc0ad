"""A built package as Lambda runs it: AWS's own runtime client, fed by a Runtime API on loopback."""

from __future__ import annotations

import base64
import itertools
import json
import os
import queue
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"
TIMEOUT_SEC = 60.0
CLIENT = ("awslambdaric", "runtime_client*", "simplejson", "snapshot_restore_py.py")
"""The runtime client and what it asks for: Lambda's image has them beside the function's own files."""


class RuntimeFailed(Exception):
    """The function ended, or did not answer in time; the message says which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the function gave API Gateway for one request; `seconds` from the event to the response."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


def event(path: str, resource: str | None = None) -> dict[str, Any]:
    """Return API Gateway's proxy event for a GET of `path` with its query; `resource` is the route's pattern."""
    split = urlsplit(path)
    pairs = parse_qsl(split.query, keep_blank_values=True)
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    headers = {"Accept": "*/*", "Host": "api.example.com"}
    resource = resource or split.path
    return {
        "resource": resource,
        "path": split.path,
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": dict(pairs) or None,
        "multiValueQueryStringParameters": values or None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "path": split.path,
            "requestId": "rehearsal",
            "stage": "api",
            "identity": {"sourceIp": HOST, "userArn": "arn:aws:iam::123456789012:user/rehearsal"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


class Server(ThreadingHTTPServer):
    """A server that takes it that its client is stopped while it waits for the next event."""

    daemon_threads = True

    def handle_error(self, _request: object, _address: object) -> None:
        """Say nothing: what matters is whether a response comes."""


@dataclass
class RuntimeApi:
    """The HTTP side that the runtime client asks for events and tells its responses."""

    timeout_sec: float = 29.0
    """How long the function has for each event."""
    events: queue.Queue[tuple[str, bytes]] = field(default_factory=queue.Queue)
    responses: queue.Queue[tuple[str, bytes]] = field(default_factory=queue.Queue)
    """Each with the last part of the path that it came to: `response`, or `error`."""

    def __enter__(self) -> RuntimeApi:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                try:
                    request_id, body = api.events.get(timeout=TIMEOUT_SEC)
                except queue.Empty:
                    return self.close_connection_now()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + api.timeout_sec) * 1000)))
                function = "arn:aws:lambda:ap-northeast-2:123456789012:function:rehearsal"
                self.send_header("Lambda-Runtime-Invoked-Function-Arn", function)
                self.send_header("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return None

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                api.responses.put((self.path.rsplit("/", 1)[-1], body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def close_connection_now(self) -> None:
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 -- http.server's
                return

        self._server = Server((HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Return where the runtime client finds it."""
        return f"{HOST}:{self._server.server_address[1]}"


class Function:
    """One warm process of a function, from its unpacked zip, with nothing on its path but that and the client."""

    def __init__(
        self,
        content: Path,
        environment: Mapping[str, str],
        scratch: Path,
        *,
        handler: str = "app.app",
        timeout_sec: float = 29.0,
    ) -> None:
        self._ids = (f"request-{number}" for number in itertools.count(1))
        self._api = RuntimeApi(timeout_sec)
        self._content = content.absolute()
        self._client = runtime_client(scratch / "client")
        self._log = scratch / "function.log"
        self._environment = environment
        self._handler = handler

    def __enter__(self) -> Function:
        self._api.__enter__()
        variables = {
            "AWS_LAMBDA_RUNTIME_API": self._api.address,
            "LAMBDA_TASK_ROOT": str(self._content),
            "PYTHONPATH": os.pathsep.join([str(self._content), str(self._client)]),
            "PYTHONDONTWRITEBYTECODE": "1",  # as in /var/task, nothing can be written
            "PATH": os.environ["PATH"],
            **self._environment,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-s", "-m", "awslambdaric", self._handler],
                cwd=self._content,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._api.__exit__(None, None, None)

    def get(self, path: str, resource: str | None = None) -> Reply:
        """Invoke the function with a GET. Raises `RuntimeFailed`."""
        start = time.perf_counter()
        said = self.invoke(event(path, resource))
        seconds = time.perf_counter() - start
        answer = json.loads(said)
        body = answer["body"].encode() if not answer.get("isBase64Encoded") else base64.b64decode(answer["body"])
        headers = {name: values[0] for name, values in answer.get("multiValueHeaders", {}).items()}
        return Reply(answer["statusCode"], headers | answer.get("headers", {}), body, seconds)

    def invoke(self, event: Mapping[str, Any]) -> bytes:
        """Invoke the function with an event, and return its response. Raises `RuntimeFailed`, also where it raises."""
        self._api.events.put((next(self._ids), json.dumps(event).encode()))
        kind, said = self._wait()
        if kind != "response":
            raise RuntimeFailed(f"{self._handler} failed: {said.decode(errors='replace')[:300]}")
        return said

    def log(self) -> str:
        """Return what the function has written so far."""
        return self._log.read_text(errors="replace")

    def _wait(self) -> tuple[str, bytes]:
        deadline = time.monotonic() + TIMEOUT_SEC
        while time.monotonic() < deadline:
            try:
                return self._api.responses.get(timeout=0.2)
            except queue.Empty:
                if self._process.poll() is not None:
                    break
        raise RuntimeFailed(f"the function gave no response: {self._log.read_text(errors='replace')[-500:]}")


def runtime_client(folder: Path) -> Path:
    """Lay the runtime client out in a folder of its own, so that nothing installed here hides what a zip lacks."""
    folder.mkdir(parents=True, exist_ok=True)
    packages = Path(sysconfig.get_path("purelib"))
    for pattern in CLIENT:
        for path in packages.glob(pattern):
            link = folder / path.name
            if not link.exists():
                link.symlink_to(path)
    return folder
