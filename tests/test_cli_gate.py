"""The gate of `dump`: which findings end in exit code 3, which are known, which are accepted, and what is said."""

from __future__ import annotations

import gzip
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.dump import main
from chalicelib.core.query.parsing import Params
from tests.builders.judged import with_rule

DEFINITION = {
    "Version": "2020-12-01",
    "Steps": [
        {
            "Name": "Clean",
            "Type": "Processing",
            "Arguments": {
                "NetworkConfig": {"EnableNetworkIsolation": False},
                "ProcessingInputs": [{"InputName": "raw", "S3Input": {"S3Uri": "s3://lake/raw"}}],
                "ProcessingOutputConfig": {
                    "Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": "s3://lake/raw/clean"}}]
                },
                "Tags": [{"Key": "DataClassification", "Value": "Confidential"}],
            },
        }
    ],
}
NOW = datetime(2026, 11, 26, 23, 59, tzinfo=UTC)
PAGE = (Path(__file__).resolve().parent.parent / "docs" / "findings.md").read_text(encoding="utf-8")


def unasked(params: Params) -> str:
    raise AssertionError(f"AWS was not to be asked: {params}")


def run(*arguments: str) -> int:
    return main(arguments, unasked, now=lambda: NOW)


def accept(folder: Path, *lines: str, expires: str = "2026-12-31", name: str = "lineage-ignore.toml") -> Path:
    path = folder / name
    path.write_text("\n".join(("[[ignore]]", *lines, 'reason = "known"', f"expires = {expires}", "")))
    return path


@pytest.fixture
def definition(tmp_path: Path) -> str:
    """A definition with a FLOW-10 of High and a FLOW-09 of Medium."""
    path = tmp_path / "churn.json"
    path.write_text(json.dumps(DEFINITION))
    return str(path)


@pytest.fixture
def findings(definition: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert run("--definition", definition) == 0
    return {each["rule"]: each for each in json.loads(capsys.readouterr().out)["findings"]}


@pytest.mark.parametrize(
    ("gate", "code", "told"),
    [
        ("critical", 0, []),
        ("High", 3, ["FLOW-10"]),
        ("medium", 3, ["FLOW-10", "FLOW-09"]),
        ("Informational,warning", 3, ["FLOW-10", "FLOW-09"]),
    ],
)
def test_findings_of_that_severity_or_worse_end_in_three(
    gate: str, code: int, told: list[str], definition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--definition", definition, "--fail-on", gate) == code

    said = capsys.readouterr()
    assert [line.split()[2] for line in said.err.splitlines()] == told
    assert json.loads(said.out)["findings"]


def test_a_doubt_counts_only_where_it_is_asked_for(definition: str, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(json.dumps(DEFINITION))
    document["Steps"][0]["Arguments"]["NetworkConfig"]["EnableNetworkIsolation"] = {"Get": "Parameters.Isolated"}
    document["Steps"][0]["Arguments"]["ProcessingOutputConfig"]["Outputs"] = []
    document["Parameters"] = [{"Name": "Isolated", "Type": "Boolean"}]
    Path(definition).write_text(json.dumps(document))

    assert run("--definition", definition, "--fail-on", "Low") == 0
    assert run("--definition", definition, "--fail-on", "Low,warning") == 3


@pytest.mark.parametrize("text", ["severe", "High,warnings", "High,", ",warning", ""])
def test_a_severity_that_there_is_not_is_a_bad_command_line(
    text: str, definition: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--definition", definition, "--fail-on", text)

    assert ended.value.code == 2
    assert "must be one of Critical, High, Medium, Low, Informational" in capsys.readouterr().err


@pytest.mark.parametrize("many", [False, True], ids=["an answer", "an array of answers"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_what_the_baseline_has_does_not_count(
    many: bool, pack: Any, definition: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--definition", definition)
    answer = json.loads(capsys.readouterr().out)
    baseline = tmp_path / "baseline.json"
    baseline.write_bytes(pack(json.dumps([{**answer, "findings": []}, answer] if many else answer).encode()))

    assert run("--definition", definition, "--fail-on", "Low", "--baseline", str(baseline)) == 0

    answer["findings"] = [each for each in answer["findings"] if each["rule"] != "FLOW-09"]
    baseline.write_text(json.dumps(answer))
    capsys.readouterr()
    assert run("--definition", definition, "--fail-on", "Low", "--baseline", str(baseline)) == 3
    assert [line.split()[2] for line in capsys.readouterr().err.splitlines()] == ["FLOW-09"]


def test_the_baseline_changes_nothing_in_the_answer(
    definition: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--definition", definition)
    plain = capsys.readouterr().out
    (tmp_path / "baseline.json").write_text(plain)

    run("--definition", definition, "--fail-on", "Low", "--baseline", str(tmp_path / "baseline.json"))

    assert capsys.readouterr().out == plain


def test_what_is_accepted_beside_the_definition_does_not_count_and_stays_in_the_answer(
    definition: str, findings: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    accept(tmp_path, 'rule = "FLOW-10"', 'resource = "Clean"')

    assert run("--definition", definition, "--fail-on", "High") == 0

    said = capsys.readouterr()
    shown = {each["rule"]: each for each in json.loads(said.out)["findings"]}
    assert said.err == ""
    assert shown["FLOW-10"] == {
        **findings["FLOW-10"],
        "status": "Suppressed",
        "suppression": {"status": "Fail", "reason": "known", "expires": "2026-12-31"},
    }
    assert shown["FLOW-09"] == findings["FLOW-09"]


def test_the_file_named_is_taken_instead_of_the_one_beside(definition: str, tmp_path: Path) -> None:
    accept(tmp_path, 'rule = "FLOW-10"')
    (tmp_path / "other").mkdir()
    other = accept(tmp_path / "other", 'rule = "FLOW-09"', name="accepted.toml")

    assert run("--definition", definition, "--fail-on", "High", "--ignore", str(other)) == 3
    assert run("--definition", definition, "--fail-on", "High") == 0


@pytest.mark.parametrize(
    ("lines", "expires", "code", "warning"),
    [
        (['rule = "FLOW-10"'], "2026-11-26", 0, None),
        (['rule = "FLOW-10"'], "2026-11-25", 3, "SuppressionExpired"),
        (['rule = "FLOW-99"'], "2026-12-31", 3, "SuppressionUnused"),
    ],
    ids=["the last day", "the day after", "of nothing"],
)
def test_an_expired_entry_and_one_that_matches_nothing_are_reported(
    lines: list[str],
    expires: str,
    code: int,
    warning: str | None,
    definition: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    accept(tmp_path, *lines, expires=expires)

    assert run("--definition", definition, "--fail-on", "High") == code

    said = capsys.readouterr()
    codes = [each["code"] for each in json.loads(said.out)["warnings"]]
    assert codes == ["Offline", *([warning] if warning else [])]
    assert ("lineage-ignore.toml: entry 1 (rule" in said.err) is bool(warning)


def test_a_suppression_holds_for_an_answer_of_aws_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = {
        "pipeline": {"name": "churn"},
        "graph": {"nodes": [], "edges": [], "artifacts": []},
        "findings": [{"rule": "S3.17", "severity": "High", "status": "Fail", "finding_info": {"uid": "S3.17:1"}}],
        "warnings": [],
    }
    given = ["--pipeline-name", "churn", "--fail-on", "High"]
    kept = str(accept(tmp_path, 'uid = "S3.17:1"'))

    assert main(given, lambda params: json.dumps(answer), now=lambda: NOW) == 3
    assert main([*given, "--ignore", kept], lambda params: json.dumps(answer), now=lambda: NOW) == 0
    assert '"Suppressed"' in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--baseline", "there.json"], 2, "--baseline goes with --fail-on"),
        (["--fail-on", "High", "--baseline", "nowhere.json"], 2, "nowhere.json: No such file"),
        (["--fail-on", "High", "--baseline", "bad.txt"], 1, "bad.txt: not JSON"),
        (["--fail-on", "High", "--baseline", "there.json"], 1, "there.json: not an answer of GET /lineage"),
        (["--ignore", "nowhere.toml"], 2, "nowhere.toml: No such file"),
        (["--ignore", "bad.txt"], 1, "bad.txt: not TOML"),
        (["--ignore", "latin.toml"], 2, "latin.toml: not UTF-8"),
        (["--ignore", "."], 2, ".: Is a directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_before_anything_else(
    more: list[str], code: int, said: str, definition: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.json").write_text('{"pipeline": {}}')
    (tmp_path / "bad.txt").write_text("{[")
    (tmp_path / "latin.toml").write_bytes(b'reason = "\xe9"')
    options = [str(tmp_path / each) if each.endswith((".json", ".txt", ".toml", ".")) else each for each in more]

    assert run("--definition", definition, *options) == code

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert said.removeprefix(".") in told.err


def test_many_findings_are_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    findings = [
        {"rule": "S3.2", "severity": "Critical", "status": "Fail", "finding_info": {"uid": f"S3.2:{n}", "title": "t"}}
        for n in range(500)
    ]
    answer = {"pipeline": {"name": "a\x1b[2Jb"}, "graph": {"nodes": []}, "findings": findings, "warnings": []}

    assert main(["--pipeline-name", "p", "--fail-on", "Critical"], lambda params: json.dumps(answer)) == 3

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert lines[-1].endswith("and 480 more findings")
    assert all(line.isprintable() for line in lines)


def test_the_files_documented_example_is_one(definition: str, tmp_path: Path) -> None:
    [example] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "example.toml").write_text(example)

    assert run("--definition", definition, "--ignore", str(tmp_path / "example.toml")) == 0


def imported(answers: list[Any]) -> tuple[list[str], Any]:
    """An importer that gives these answers in turn, and the regions that it was asked for."""
    regions: list[str] = []

    def importer(region: str) -> Any:
        regions.append(region)
        return lambda Findings: {"FailedFindings": answers.pop(0)}

    return regions, importer


@pytest.mark.parametrize(
    ("failed", "code", "said"),
    [
        ([], 0, "2 of 2 findings sent to Security Hub in ap-northeast-2"),
        ([{"Id": "a", "ErrorCode": "InvalidInput", "ErrorMessage": "no"}], 1, "refused: a: InvalidInput no"),
    ],
    ids=["all taken", "one refused"],
)
def test_findings_are_sent_to_the_pipelines_region_and_what_became_of_them_is_told(
    failed: list[Any], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = with_rule("FLOW-09").lineage
    answer = {**found, "findings": [found["findings"][0], {**found["findings"][0], "finding_info": {"uid": "x"}}]}
    regions, importer = imported([failed])
    given = ["--pipeline-name", "p", "--send-securityhub"]

    assert main(given, lambda params: json.dumps(answer), now=lambda: NOW, importer=importer) == code

    told = capsys.readouterr()
    assert json.loads(told.out) == answer
    assert said in told.err
    assert regions == ["ap-northeast-2"]


def hub_after(tmp_path: Path, last: Any, now: Any) -> dict[str, str]:
    """The record states, by rule, of what is sent where an answer follows one that was sent before."""
    kept = tmp_path / "last.json"
    kept.write_text(json.dumps(last))
    states: dict[str, str] = {}

    def importer(_: str) -> Any:
        def take(*, Findings: list[Any]) -> Any:
            states.update({each["GeneratorId"].rpartition("/")[2]: each["RecordState"] for each in Findings})
            return {}

        return take

    given = ["--pipeline-name", "p", "--send-securityhub", "--archive-since", str(kept)]
    assert main(given, lambda params: json.dumps(now), out=io.StringIO(), now=lambda: NOW, importer=importer) == 0
    return states


def mended(answer: Any, rule: str) -> Any:
    """The same answer where a rule finds nothing any more."""
    return {**answer, "findings": [each for each in answer["findings"] if each["rule"] != rule]}


@pytest.mark.parametrize("rule", ["S3.17", "FLOW-09"])
def test_what_was_sent_and_is_no_more_is_archived_and_the_rest_stays(rule: str, tmp_path: Path) -> None:
    last = with_rule(rule).lineage
    others = {each["rule"] for each in last["findings"]} - {rule}

    states = hub_after(tmp_path, last, mended(last, rule))

    assert states == {**dict.fromkeys(others, "ACTIVE"), rule: "ARCHIVED"}


def test_what_is_not_known_to_be_no_more_is_not_archived(tmp_path: Path) -> None:
    last = with_rule("S3.17").lineage
    now = mended(last, "S3.17")
    elsewhere = json.loads(json.dumps(now).replace('"bucket": "', '"bucket": "other-'))
    refused = {**now, "warnings": [{"code": "AccessDenied", "action": "s3:GetEncryptionConfiguration"}]}
    less = json.loads(json.dumps(now))
    for artifact in less["graph"]["artifacts"]:
        artifact["posture"]["evaluated"] = []
    another = {**now, "pipeline": {**now["pipeline"], "arn": now["pipeline"]["arn"] + "-2"}}

    for answer in (elsewhere, refused, less, another, {**now, "execution": None if now["execution"] else {}}):
        assert "ARCHIVED" not in hub_after(tmp_path, last, answer).values()


def test_what_was_sent_before_says_what_to_archive_where_something_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--pipeline-name", "p", "--archive-since", "x"], unasked) == 2
    assert capsys.readouterr().err == "lineage_dump.py: --archive-since goes with --send-securityhub\n"
    assert main(["--pipeline-name", "p", "--send-securityhub", "--archive-since", str(tmp_path / "x")], unasked) == 2


def test_a_definition_file_has_no_account_to_send_to(definition: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--definition", definition, "--send-securityhub") == 2
    assert capsys.readouterr().err.count("\n") == 1
