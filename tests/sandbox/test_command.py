"""`python -m sandbox` as a person uses it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.clients import make_client
from sandbox.demo import PIPELINES
from tests.builders.played import definition, get, join, processing, training

ROOT = Path(__file__).parents[2]
TWO_STEPS = definition(
    processing("First", outputs={"out": join("s3://mine", get("Parameters.Day"))}),
    training("Second", {"train": get("Steps.First.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri")}),
    parameters=[{"Name": "Day", "Type": "String"}],
)


@contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The program in the background; it is ended with the block."""
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            if running.poll() is None:
                running.kill()


def until_up(running: subprocess.Popen[str]) -> str:
    """What it prints until it is up."""
    assert running.stdout is not None
    lines = []
    for line in running.stdout:
        lines.append(line)
        if line.startswith("Stop it"):
            break
    return "".join(lines)


def play(*arguments: str) -> int:
    """The exit code of a run that is over as soon as the account is up."""
    over = threading.Event()
    over.set()
    return main(arguments, over)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_definition_of_the_user_is_run_and_the_account_found_where_it_says(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(TWO_STEPS))
    with command("--port", "0", "--definition", str(file), "--parameter", "Day=a=b", "--fail", "Second") as running:
        said = until_up(running)
        assert re.search(r"Succeeded +First\n +Failed +Second\nmine: Failed\n", said)
        environment = dict(re.findall(r"export (\w+)=(.*)", said))
        sagemaker = make_client(
            "sagemaker",
            environment["AWS_DEFAULT_REGION"],
            environment["AWS_ENDPOINT_URL"],
            (environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]),
        )
        (found,) = sagemaker.list_pipeline_executions(PipelineName="mine")["PipelineExecutionSummaries"]
        given = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=found["PipelineExecutionArn"])
        assert given["PipelineParameters"] == [{"Name": "Day", "Value": "a=b"}]

        running.send_signal(number)

        assert running.wait(timeout=60) == 0
        assert running.stderr is not None
        assert running.stderr.read() == ""


def test_demo_says_what_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert play("--port", "0") == 0
    said = capsys.readouterr().out
    assert [name for name in PIPELINES if name not in said] == []


def test_cached_step_is_run_once_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(TWO_STEPS))

    assert play("--port", "0", "--definition", str(file), "--parameter", "Day=1", "--cached", "First") == 0
    assert "mine: Succeeded" in capsys.readouterr().out


def test_port_in_use_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert play("--port", port) == 2

    assert capsys.readouterr().err == f"sandbox: port {port} cannot be used: Address already in use\n"


@pytest.mark.parametrize(
    ("content", "arguments", "problem"),
    [
        (None, [], "cannot be read: No such file or directory"),
        ("{", [], "is no JSON"),
        ("[]", [], "is no pipeline definition: it has no list of Steps"),
        (json.dumps(TWO_STEPS), [], "parameters without a default need a value: Day"),
        (json.dumps(TWO_STEPS), ["--parameter", "Day"], "--parameter Day is not NAME=VALUE"),
        (json.dumps(TWO_STEPS), ["--parameter", "Day=1", "--fail", "Third"], "the definition has no step Third"),
        (json.dumps(TWO_STEPS), ["--port", "99999"], "port must be 0-65535"),
    ],
)
def test_what_cannot_be_run_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, arguments: list[str], problem: str
) -> None:
    file = tmp_path / "mine.json"
    if content is not None:
        file.write_text(content)

    assert play("--port", "0", "--definition", str(file), *arguments) == 2

    said = capsys.readouterr().err

    assert said.startswith("sandbox: ")
    assert problem in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("my_pipeline.json", "my-pipeline"),
        ("Fraud v2 (final).json", "Fraud-v2-final"),
        ("_.json", "pipeline"),
        ("데이터-ok.json", "ok"),
        (f"{'a_' * 120}.json", "a-" * 119 + "a"),
    ],
)
def test_any_file_makes_a_pipeline_that_sagemaker_allows_and_its_name_is_said(
    file: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / file
    path.write_text(json.dumps(TWO_STEPS))

    assert play("--definition", str(path), "--parameter", "Day=monday") == 0

    assert f"The pipeline's name: {name}\n" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["my_pipeline", "-a", "a-", "", "a" * 257, "a b"])
def test_a_name_that_sagemaker_does_not_allow_is_one_clear_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(TWO_STEPS))

    assert play("--definition", str(path), "--parameter", "Day=monday", f"--name={name}") == 2

    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "a pipeline's name is letters and digits" in complaint
