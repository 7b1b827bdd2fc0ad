"""`sagemaker-lineage diff`: kept answers in, what changed out, and the exit code that a pipeline of CI reads."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli import diff as cli_diff
from chalicelib.program import main
from chalicelib.settings import Settings
from chalicelib.store.opening import open_store
from chalicelib.web.handlers import get_diff
from tests.builders.answered import ARN, Document, answered, step
from tests.builders.reads import make_reads
from tests.builders.services import ask

Keep = Callable[..., str]

FINDING: Document = {
    "rule": "S3.8",
    "severity": "High",
    "status": "Fail",
    "finding_info": {"uid": "S3.8:1", "title": "Bucket is public", "desc": "…"},
    "path": [],
    "evidence": {},
}


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    def write(name: str, answer: Any, *findings: Document) -> str:
        path = tmp_path / name
        if findings:
            answer["findings"] += findings
        path.write_text(json.dumps(answer))
        return str(path)

    return write


def test_two_kept_answers_are_compared_as_json(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    second = answered("ccccdddd0002", 2)
    step(second, "Train")["run"]["metrics"]["validation:auc"] = 0.7

    code = main(["diff", keep("a.json", answered()), keep("b.json", second)])

    assert code == 0
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)["changes"]] == ["metric"]


def test_for_a_pull_request_it_is_markdown(keep: Keep, tmp_path: Path) -> None:
    out = tmp_path / "comment.md"

    pair = [keep("a.json", answered()), keep("b.json", answered("c", 2))]

    main(["diff", *pair, "--format", "markdown", "--out", str(out)])

    assert out.read_text().startswith("# What changed in `churn`\n")


def test_an_answer_may_be_gzipped_or_come_from_standard_input(
    tmp_path: Path,
) -> None:
    zipped = tmp_path / "a.json.gz"
    zipped.write_bytes(gzip.compress(json.dumps(answered()).encode()))
    given, out = io.StringIO(json.dumps(answered("ccccdddd0002", 2))), io.StringIO()

    assert cli_diff.main([str(zipped), "-"], "diff", given, out) == 0
    assert json.loads(out.getvalue())["changes"] == []


@pytest.mark.parametrize(
    ("gate", "severity", "status", "code"),
    [
        ("High", "High", "Fail", 3),
        ("high", "Critical", "Fail", 3),
        ("High", "Medium", "Fail", 0),
        ("Informational", "Low", "Fail", 3),
        ("High", "High", "Warning", 0),
        ("High,warning", "High", "Warning", 3),
        ("Low,warning", "High", "Suppressed", 0),
    ],
)
def test_the_gate_counts_findings_that_came(keep: Keep, gate: str, severity: str, status: str, code: int) -> None:
    came = {**FINDING, "severity": severity, "status": status}
    pair = [keep("a.json", answered()), keep("b.json", answered("ccccdddd0002", 2), came)]

    assert main(["diff", *pair, "--fail-on", gate]) == code
    assert main(["diff", *pair]) == 0
    assert main(["diff", *reversed(pair), "--fail-on", gate]) == 0


def test_the_gate_does_not_count_what_was_there_before(keep: Keep) -> None:
    pair = [keep("a.json", answered(), FINDING), keep("b.json", answered("ccccdddd0002", 2), FINDING)]

    assert main(["diff", *pair, "--fail-on", "Low"]) == 0


def test_what_is_accepted_counts_as_not_there(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    accepted = keep("a.json", answered(), {**FINDING, "status": "Suppressed"})
    stands = keep("b.json", answered("ccccdddd0002", 2), FINDING)

    assert main(["diff", accepted, stands, "--fail-on", "High"]) == 3
    assert main(["diff", stands, accepted, "--fail-on", "Low"]) == 0
    forth, back = (json.loads(line)["summary"]["findings"] for line in capsys.readouterr().out.splitlines())
    assert (forth["came"], forth["went"], back["came"], back["went"]) == (1, 0, 0, 1)

    main(["diff", accepted, stands, "--format", "markdown"])
    main(["diff", stands, accepted, "--format", "markdown"])
    told = capsys.readouterr().out
    assert "- no longer accepted: `S3.8`" in told
    assert "- accepted: `S3.8`" in told


@pytest.mark.parametrize(("expires", "code"), [("2999-01-01", 0), ("2020-01-01", 3)])
def test_a_file_of_accepted_findings_is_heeded_and_what_is_expired_in_it_is_told(
    expires: str, code: int, keep: Keep, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignore = tmp_path / "accepted.toml"
    ignore.write_text(f'[[ignore]]\nrule = "S3.8"\nreason = "a website"\nexpires = {expires}\n')
    pair = [keep("a.json", answered()), keep("b.json", answered("ccccdddd0002", 2), FINDING)]

    assert main(["diff", *pair, "--fail-on", "High", "--ignore", str(ignore)]) == code
    assert ("expired" in capsys.readouterr().err) is (code == 3)

    ignore.write_text("[[ignore]]")
    assert main(["diff", *pair, "--ignore", str(ignore)]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_drift_is_told_since_the_last_execution_that_succeeded(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    failed = answered("failed000003", 3)
    failed["execution"]["status"] = "Failed"
    kept = [
        keep("2.json", answered("second000002", 2)),
        keep("1.json", answered("first0000001", 1)),
        keep("3.json", failed),
        keep("now.json", answered("fourth000004", 4), FINDING),
    ]

    code = main(["diff", "--since", "last-success", *kept])

    found = json.loads(capsys.readouterr().out)

    assert code == 0
    assert (found["from"]["execution"], found["to"]["execution"]) == ("second000002", "fourth000004")
    assert main(["diff", "--since", "last-success", *kept, "--fail-on", "High"]) == 3


def test_there_may_be_no_execution_that_succeeded(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    only = keep("1.json", answered())

    assert main(["diff", "--since", "last-success", only, only]) == 1
    assert "Succeeded" in capsys.readouterr().err


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store that keeps four executions, the third of which failed, and the fourth as the newest."""
    folder = tmp_path / "store"
    region = open_store(str(folder), create=True).region("123456789012", "ap-northeast-2")
    for day, name in enumerate(("first0000001", "second000002", "failed000003", "fourth000004"), start=1):
        answer = answered(name, day)
        answer["execution"]["status"] = "Failed" if day == 3 else "Succeeded"
        region.keep("churn", name, answer)
        region.keep_latest("churn", answer)
    return str(folder)


@pytest.mark.parametrize(
    ("arguments", "pair"),
    [
        ([], ("failed000003", "fourth000004")),
        (["latest-3", "latest-2"], ("first0000001", "second000002")),
        (["first0000001", f"{ARN}:pipeline/churn/execution/failed000003"], ("first0000001", "failed000003")),
        (["second000002"], ("failed000003", "second000002")),
        (["--since", "last-success"], ("second000002", "fourth000004")),
        (["--since", "last-success", "second000002"], ("first0000001", "second000002")),
        (["--region", "ap-northeast-2"], ("failed000003", "fourth000004")),
    ],
)
def test_a_stores_executions_are_compared(
    store: str, capsys: pytest.CaptureFixture[str], arguments: list[str], pair: tuple[str, str]
) -> None:
    assert main(["diff", "--store", store, "--pipeline-name", "churn", *arguments]) == 0

    found = json.loads(capsys.readouterr().out)
    assert (found["from"]["execution"], found["to"]["execution"]) == pair


def test_an_answer_in_a_file_is_compared_with_what_a_store_keeps(
    store: str, keep: Keep, capsys: pytest.CaptureFixture[str]
) -> None:
    today = keep("today.json", answered("today0000005", 5), FINDING)

    assert main(["diff", "--store", store, "--since", "last-success", today, "--fail-on", "High"]) == 3
    assert json.loads(capsys.readouterr().out)["from"]["execution"] == "fourth000004"
    assert main(["diff", "--store", store, "first0000001", today]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--pipeline-name", "churn", "latest-4"],
        ["--pipeline-name", "churn", "nosuchexecut"],
        ["--pipeline-name", "churn", "definition"],
        ["--pipeline-name", "other"],
        ["--pipeline-name", "churn", "--region", "us-east-1"],
        ["--pipeline-name", "churn", "--since", "last-success", "first0000001"],
    ],
)
def test_what_a_store_does_not_keep_is_one_line(
    store: str, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["diff", "--store", store, *arguments]) == 1
    assert capsys.readouterr().err.startswith("sagemaker-lineage diff: the store keeps no")


def test_a_store_that_is_not_there_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "--store", str(tmp_path / "nowhere"), "--pipeline-name", "churn"]) == 1
    assert capsys.readouterr().err.endswith("nowhere: no such store\n")


def test_the_api_answers_from_the_store_and_asks_aws_nothing(store: str) -> None:
    status, body = ask(get_diff, make_reads(), settings=Settings(lineage_store=f"file://{store}"), pipeline="churn")

    assert status == 200
    assert (body["from"]["execution"], body["to"]["execution"]) == ("failed000003", "fourth000004")


@pytest.mark.parametrize("content", ["", "{", "[]", "1", '{"pipeline": {"name": "x"}}', "[" * 100_000])
def test_what_is_no_answer_is_one_line(
    keep: Keep, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(content)

    assert main(["diff", keep("a.json", answered()), str(bad)]) == 1

    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert complaint.startswith(f"sagemaker-lineage diff: {bad}: not ")


def test_a_file_that_is_not_there_is_one_line(keep: Keep, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", keep("a.json", answered()), "nowhere.json"]) == 1
    assert capsys.readouterr().err == "sagemaker-lineage diff: nowhere.json: No such file or directory\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a"],
        ["a", "b", "c"],
        ["-", "-"],
        ["a", "b", "--fail-on", "Bad"],
        ["a", "b", "--format", "x"],
        ["--store", "s"],
        ["--store", "s", "a.json", "b", "c"],
        ["a", "b", "--region", "r"],
    ],
)
def test_a_command_line_that_makes_no_sense_ends_in_two(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["diff", *arguments])

    assert ended.value.code == 2
