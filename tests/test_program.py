"""One program under two names: subcommands, and the flags of `lineage_dump.py` as they always were."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib import __version__
from chalicelib.program import COMMANDS, main

ROOT = Path(__file__).resolve().parent.parent
DEFINITION = str(ROOT / "corpus" / "emitted" / "demo" / "mlops-pipeline.json")


def test_flags_alone_mean_dump(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--definition", DEFINITION]) == 0
    alone = capsys.readouterr().out

    assert main(["dump", "--definition", DEFINITION]) == 0

    assert capsys.readouterr().out == alone
    assert json.loads(alone)["pipeline"]["name"] == "mlops-pipeline"


@pytest.mark.parametrize("arguments", [["--definition", DEFINITION], ["dump", "--definition", DEFINITION]])
def test_the_script_takes_both(arguments: list[str]) -> None:
    command = [sys.executable, str(ROOT / "lineage_dump.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)

    assert json.loads(done.stdout)["pipeline"]["name"] == "mlops-pipeline"


def test_what_is_printed_into_a_file_is_utf8_whatever_the_terminal_speaks(tmp_path: Path) -> None:
    (tmp_path / "d.json").write_text(json.dumps({"Steps": [{"Name": "S", "Type": "Lambda", "DisplayName": "단계"}]}))
    command = [sys.executable, str(ROOT / "lineage_dump.py"), "--definition", str(tmp_path / "d.json")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*command, "--format", "mermaid"], capture_output=True, check=True, env=environment)

    assert "단계" in done.stdout.decode()


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"sagemaker-lineage {__version__}\n"


def test_an_unknown_command_is_one_line_that_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dunp", "--definition", DEFINITION]) == 2

    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert complaint.startswith("sagemaker-lineage: ")
    assert all(name in complaint for name in COMMANDS)


def test_help_tells_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    lines = capsys.readouterr().out.splitlines()

    assert ended.value.code == 0
    assert [line.split()[0] for line in lines[1 : 1 + len(COMMANDS)]] == list(COMMANDS)


def test_help_names_the_program_that_was_called(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dump", "--help"])

    text = capsys.readouterr().out

    assert ended.value.code == 0
    assert "usage: sagemaker-lineage dump " in text
    assert "lineage_dump" not in text


@pytest.mark.parametrize(
    "span", [["--retain", "99999999999"], ["--retain=-1"], ["--retain", "x"], ["--posture-max-age", "1w"]]
)
def test_a_span_that_a_scan_cannot_use_is_one_error(
    tmp_path: Path, span: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["scan", "--store", str(tmp_path), *span])

    assert ended.value.code == 2
    assert "must be a number of" in capsys.readouterr().err
