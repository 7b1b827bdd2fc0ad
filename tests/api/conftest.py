"""The front door: the app on Chalice's local server, over the demo account in a process of its own."""

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, whatever its status."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Api:
    """The service as a browser sees it."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET", **params: Any) -> Answer:
        query = urlencode({name: value for name, value in params.items() if value is not None}, doseq=True)
        request = urllib.request.Request(
            f"{self.url}{path}{'?' + query if query else ''}", headers=headers or {}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read().decode())

    def lineage(self, pipeline: str = "mlops-pipeline", **params: Any) -> Any:
        answer = self.get("/lineage", pipeline=pipeline, **params)
        assert answer.status == 200, answer.text
        return answer.body


@pytest.fixture(scope="session")
def demo_environment() -> Iterator[dict[str, str]]:
    """The demo account; the variables point any AWS client at it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0"], cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True
    )
    environment: dict[str, str] = {}
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("  export "):
                name, _, value = line.strip().removeprefix("export ").partition("=")
                environment[name] = value
            if line.startswith("Stop it"):
                break
        assert "AWS_ENDPOINT_URL" in environment, "the sandbox did not start"
        yield environment
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture(scope="session")
def app(demo_environment: dict[str, str]) -> Iterator[Any]:
    """The Chalice app's module, imported where its clients find the demo account."""
    before = dict(os.environ)
    # A busy machine is no reason for a warning.
    os.environ.update({**demo_environment, "S3_TIMEOUT_MS": "20000"})
    import app

    yield app
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def api(app: Any) -> Iterator[Api]:
    """`chalice local`, as a thread of this process."""
    from chalice.config import Config
    from chalice.local import LocalDevServer

    server = LocalDevServer(app.app, Config.create(project_dir=str(ROOT), lambda_timeout=60), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host, port = server.server.server_address[:2]
    try:
        yield Api(f"http://{host}:{port}")
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server.server_close()
