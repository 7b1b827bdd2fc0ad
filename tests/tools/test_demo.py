"""What the demo prints of an answer, and how it refuses a port that somebody holds."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from typing import Any

import pytest

from tools import demo


def answer(**changes: Any) -> dict[str, Any]:
    """A small answer of the contract's shape."""
    node = {"id": "Train", "label": "Train it", "type": "Training", "inputs": [{"name": "train", "uri": "s3://b/in"}]}
    run = {"status": "Succeeded", "elapsedSec": 170, "metrics": {"validation:auc": 0.63}}
    return {
        "pipeline": {
            "name": "churn",
            "arn": "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn",
            "region": "eu-west-1",
        },
        "summary": {"overallStatus": "Succeeded", "elapsedSec": 170},
        "graph": {
            "nodes": [node | {"outputs": [], "run": run}],
            "edges": [{"from": "A", "to": "Train", "via": "ref:Get"}, {"from": "A", "to": "Train", "via": "dependsOn"}],
            "artifacts": [
                {
                    "uri": "s3://b/in",
                    "bucket": "b",
                    "s3": {"publicAccess": "Blocked", "encryption": "aws:kms", "versioning": "Enabled"},
                }
            ],
        },
        "findings": [{"severity": "High", "rule": "S3-01", "finding_info": {"title": "Bucket is public"}}] * 2,
        "warnings": [{"code": "AccessDenied", "message": "the tags of b could not be read"}],
    } | changes


def test_digest_names_steps_edges_data_findings_and_warnings() -> None:
    text = "\n".join(demo.digest(answer()))

    for fact in (
        "churn in eu-west-1: Succeeded, 170 s",
        "Succeeded  Train it  Training  1 in, 0 out  170 s  validation:auc 0.63",
        "2 edges: 1 dependsOn, 1 ref:Get",
        "Blocked  aws:kms  Enabled  s3://b/in",
        "2 findings",
        "High  S3-01  Bucket is public  x2",
        "AccessDenied  the tags of b could not be read",
    ):
        assert fact in text


def test_digest_of_a_pipeline_that_never_ran_says_so_without_inventing_a_time() -> None:
    node = {"label": "Train", "type": "Training", "inputs": [], "outputs": []}
    graph = {"nodes": [node], "edges": [], "artifacts": []}
    quiet = answer(summary={"overallStatus": "Unknown", "elapsedSec": None}, graph=graph, findings=[], warnings=[])

    lines = list(demo.digest(quiet))

    assert lines[0] == "churn in eu-west-1: Unknown"
    assert "0 edges: none" in lines
    assert "findings" not in "\n".join(lines)


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
        base = demo.serve(port, running)
        demo.show(base)
        assert demo.answers(f"{base}/pipelines")

    assert not demo.answers(f"{base}/pipelines")
    said = capsys.readouterr().out
    assert f"curl '{base}/lineage?pipeline=mlops-pipeline'" in said
    assert "Train XGBoost" in said
    assert json.loads((demo.OUT / "mlops-pipeline.json").read_text())["pipeline"]["name"] == "mlops-pipeline"
