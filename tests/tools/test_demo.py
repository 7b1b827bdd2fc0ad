"""How the demo starts and ends, what it says on the way, and how it refuses a port that somebody holds."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import ExitStack

import pytest

from tools import demo


def test_port_in_use_is_one_line_that_names_the_way_out() -> None:
    with socket.socket() as held:
        held.bind((demo.HOST, 0))
        held.listen()
        port = held.getsockname()[1]

        with pytest.raises(demo.DemoFailed, match=rf"port {port} .* make demo PORT={port + 1}$"):
            demo.require_free(port)


def test_children_see_nothing_of_the_users_own_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "payroll")

    env = demo.surroundings()

    assert "AWS_PROFILE" not in env
    assert env["AWS_SHARED_CREDENTIALS_FILE"] == "/dev/null"


def test_clients_find_the_account_by_what_the_sandbox_says() -> None:
    lines = [
        "The account is up:",
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:5000",
        "  export AWS_ACCESS_KEY_ID=a=b",
        "Stop it",
    ]

    assert demo.exports(lines) == {"AWS_ENDPOINT_URL": "http://127.0.0.1:5000", "AWS_ACCESS_KEY_ID": "a=b"}


def test_demo_shows_a_lineage_and_leaves_nothing_running(capsys: pytest.CaptureFixture[str]) -> None:
    demo.OUT.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        port = int(probe.getsockname()[1])
    with ExitStack() as running:
        account = demo.open_account(running)
        demo.scan(account)
        base = demo.serve(port, running, {**account, "LINEAGE_STORE": demo.STORE.as_uri()})
        demo.show(base)
        assert demo.answers(f"{base}/pipelines")

    assert not demo.answers(f"{base}/pipelines")
    said = capsys.readouterr().out
    assert f"curl '{base}/lineage?pipeline=mlops-pipeline'" in said
    assert "Train XGBoost" in said
    assert (
        "What learned from s3://my-mlops-public-assets/, and where does it run? 3 models, 2 endpoints" in said
    )  # one never served
    assert "  retention-live (InService)" in said
    assert "  churn-canary (InService)" in said
    assert "10 of 10 pipelines" in said
    assert "Train  run.status  Failed -> Succeeded" in said
    assert json.loads((demo.OUT / "mlops-pipeline.json").read_text())["pipeline"]["name"] == "mlops-pipeline"


def test_demo_of_the_engine_shows_an_execution_that_ends_its_event_and_the_graph_that_changed() -> None:
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "tools.demo", "--scan", "--once", "--port", str(port)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=150)

    assert done.returncode == 0, done.stderr
    before, after = done.stdout.partition("fraud-experiment before:")[2].split("fraud-experiment after:")
    assert "latest execution: none" in before
    assert "demo: event: fraud-experiment, execution " in before
    assert "latest execution: Succeeded" in after
