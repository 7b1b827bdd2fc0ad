"""Many definition files in one call: one array in the order of the paths, one summary, one exit code."""

from __future__ import annotations

import io
import json
from argparse import Namespace
from pathlib import Path
from typing import Any, TextIO

import pytest

from chalicelib.cli.definitions import read_definitions
from chalicelib.cli.dump import main
from chalicelib.core.query.parsing import Params
from chalicelib.settings import Settings
from chalicelib.terminal import StatusLine

STEP = {"Name": "Fetch", "Type": "Processing", "Arguments": {}}


def unasked(params: Params) -> str:
    raise AssertionError(f"AWS was not to be asked: {params}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with three pipelines, one of them in a folder of its own."""
    (tmp_path / "more").mkdir()
    for name in ("b.json", "a.json", "more/c.json"):
        (tmp_path / name).write_text(json.dumps({"Version": "2020-12-01", "Steps": [STEP]}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def dump(*arguments: str, code: int = 0, stdin: TextIO | None = None) -> Any:
    out = io.StringIO()
    assert main(arguments, unasked, out=out, stdin=stdin) == code
    return json.loads(out.getvalue()) if out.getvalue() else None


def names(answers: Any) -> list[str]:
    return [answer["pipeline"]["name"] for answer in answers]


TEXT = json.dumps({"Steps": [{**STEP, "DisplayName": "가져오기"}]}, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("at", ["d.json", "-"])
def test_a_definition_is_read_in_every_encoding_of_json(folder: Path, encoding: str, at: str) -> None:
    content = TEXT.encode(encoding)
    (folder / "d.json").write_bytes(content)
    stdin = io.TextIOWrapper(io.BytesIO(content), "ascii")

    assert dump("--definition", at, stdin=stdin)["graph"]["nodes"][0]["label"] == "가져오기"


@pytest.mark.parametrize("at", ["d.json", "-"])
def test_what_is_no_text_is_one_clear_line(folder: Path, capsys: pytest.CaptureFixture[str], at: str) -> None:
    content = TEXT.encode("euc-kr")
    (folder / "d.json").write_bytes(content)
    stdin = io.TextIOWrapper(io.BytesIO(content), "ascii", "surrogateescape")

    assert dump("--definition", at, code=1, stdin=stdin) is None
    assert "pipeline definition cannot be read: it is no text in UTF-8 or UTF-16" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["b.json", "a.json"], ["b", "a"]),
        (["*.json"], ["a", "b"]),
        (["**/*.json"], ["a", "b", "c"]),
        (["b.json", "*.json", "more/c.json"], ["b", "a", "c"]),
        (["more/*.json"], ["c"]),
    ],
)
def test_the_answers_are_an_array_in_the_order_of_the_paths_each_once(
    folder: Path, words: list[str], expected: list[str]
) -> None:
    assert names(dump("--definition", *words)) == expected


def test_the_option_may_be_repeated_too(folder: Path) -> None:
    assert names(dump("--definition", "b.json", "--definition", "a.json")) == ["b", "a"]


def test_one_file_gives_one_object_as_ever(folder: Path) -> None:
    assert dump("--definition", "a.json")["pipeline"]["name"] == "a"


def test_a_file_called_by_a_patterns_name_is_that_file(folder: Path) -> None:
    (folder / "[a].json").write_text((folder / "a.json").read_text())

    assert dump("--definition", "[a].json")["pipeline"]["name"] == "[a]"


def test_a_file_that_cannot_be_read_is_told_and_does_not_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.json").write_text("{")
    (folder / "d.json").write_bytes(b"\xff")

    answers = dump("--definition", "*.json", "none.json", "more/c.json", code=1)

    assert names(answers) == ["a", "c"]
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in told[:-1]] == ["b.json", "d.json", "none.json"]
    assert told[-1] == "lineage_dump.py: 2 definitions read, 3 could not be; findings: none"


def test_the_summary_counts_findings_and_the_gate_looks_at_all(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = {"Name": "Model", "Type": "Model", "Arguments": {"EnableNetworkIsolation": False}}
    (folder / "b.json").write_text(json.dumps({"Version": "2020-12-01", "Steps": [model]}))

    dump("--definition", "*.json", "--fail-on", "Low", code=3)

    *_, finding, summary = capsys.readouterr().err.splitlines()

    assert " in b: " in finding
    assert summary == "lineage_dump.py: 2 definitions read, 0 could not be; findings: 1 Fail"


def test_events_of_all_files_follow_each_other_on_lines(folder: Path) -> None:
    out = io.StringIO()
    main(["--definition", "b.json", "a.json", "--format", "openlineage"], unasked, out=out)

    jobs = [json.loads(line)["job"]["name"] for line in out.getvalue().splitlines()]

    assert jobs == ["b", "b.Fetch", "a", "a.Fetch"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--definition", "no-such-*.json"],
        ["--definition", "a.json", "-"],
        ["--definition", "a.json", "b.json", "--pipeline-name", "p"],
        ["--definition", "a.json", "b.json", "--format", "mermaid"],
    ],
)
def test_what_makes_no_sense_for_several_is_one_line(
    folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dump(*arguments, code=2) is None
    assert capsys.readouterr().err.count("\n") == 1


def test_progress_is_a_line_that_is_written_over_on_a_terminal(folder: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, clock = Terminal(), iter(range(100))
    given = Namespace(definition=["*.json"], parameter=[], pipeline_name=None, region=None, view=None, format="json")
    read_definitions(given, io.StringIO(), Settings(), StatusLine(terminal, lambda: next(clock)))

    assert terminal.getvalue() == "\r\x1b[K1 of 2 definitions\r\x1b[K2 of 2 definitions\r\x1b[K"
