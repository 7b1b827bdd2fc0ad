"""The command line: one answer, or one clear line and the documented exit code."""

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.dump import main
from chalicelib.cli.dump_options import make_parser
from chalicelib.core.query.parsing import Params
from chalicelib.core.values.errors import BadQuery, Refused

DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Bucket", "Type": "String", "DefaultValue": "data"}],
    "Steps": [
        {
            "Name": "Prepare",
            "Type": "Processing",
            "Arguments": {
                "ProcessingInputs": [
                    {
                        "InputName": "raw",
                        "S3Input": {
                            "S3Uri": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Parameters.Bucket"}, "raw"]}}
                        },
                    }
                ]
            },
        }
    ],
}


def unasked(params: Params) -> str:
    raise AssertionError(f"AWS was not to be asked: {params}")


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    path = tmp_path / "prepare-data.json"
    path.write_text(json.dumps(DEFINITION))
    return path


def test_a_definition_is_read_from_disk_and_nobody_is_asked(
    definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--definition", str(definition)], unasked) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["pipeline"]["name"] == "prepare-data"
    assert (answer["pipeline"]["arn"], answer["pipeline"]["lastModifiedTime"]) == (None, None)
    assert answer["graph"]["nodes"][0]["inputs"][0]["uri"] == "s3://data/raw"
    assert answer["graph"]["artifacts"][0]["s3"]["publicAccess"] == "Unknown"
    assert [warning["code"] for warning in answer["warnings"]] == ["Offline"]


@pytest.mark.parametrize(
    "wrap",
    [
        json.dumps,
        lambda text: json.dumps({"PipelineName": "p", "PipelineDefinition": text}),
        lambda text: json.dumps({"PipelineName": "p", "PipelineDefinition": json.loads(text)}),
        lambda text: json.dumps(json.dumps({"PipelineDefinition": text})),
        lambda text: json.dumps({"PipelineName": "p", "PipelineDefinition": {"PipelineDefinitionBody": text}}),
    ],
    ids=[
        "a JSON string",
        "a response",
        "a response that was read",
        "a response in a string",
        "CloudFormation's properties",
    ],
)
def test_a_definition_is_found_in_what_people_have_at_hand(
    wrap: Any, definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--definition", str(definition)], unasked)
    plain = capsys.readouterr().out
    definition.write_text(wrap(definition.read_text()))

    assert main(["--definition", str(definition)], unasked) == 0
    assert capsys.readouterr().out == plain


@pytest.mark.parametrize("text", ['"x"', "7", "[]", '{"PipelineDefinition": 7}', '{"PipelineDefinition": "[]"}'])
def test_what_holds_no_definition_is_one_clear_line(
    text: str, definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    definition.write_text(text)

    assert main(["--definition", str(definition)], unasked) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_definition_file_is_judged_by_all_that_needs_no_aws(
    definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = {"OutputName": "out", "S3Output": {"S3Uri": "s3://data/raw/clean"}}
    cluster = {"InstanceCount": 2, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
    document = json.loads(json.dumps(DEFINITION))
    document["Steps"][0]["Arguments"] |= {
        "ProcessingOutputConfig": {"Outputs": [output]},
        "ProcessingResources": {"ClusterConfig": cluster},
        "Tags": [{"Key": "DataClassification", "Value": "Confidential"}],
    }
    document["Steps"].append({"Name": "Model", "Type": "Model", "Arguments": {"EnableNetworkIsolation": False}})
    definition.write_text(json.dumps(document))

    assert main(["--definition", str(definition)], unasked) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"FLOW-09", "FLOW-10", "FLOW-11", "SageMaker.5"} <= {f["rule"] for f in findings if f["status"] == "Fail"}
    assert not [f for f in findings if f["rule"].startswith("S3.")]


def test_a_definition_is_judged_by_the_tags_that_the_settings_call_sensitive(
    definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(definition.read_text())
    document["Steps"][0]["Arguments"]["Tags"] = [{"Key": "DataTier", "Value": "gold"}]
    definition.write_text(json.dumps(document))

    severities = []
    for environment in ({}, {"SENSITIVE_TAGS": "DataTier=gold"}):
        assert main(["--definition", str(definition)], unasked, environment=environment) == 0
        findings = json.loads(capsys.readouterr().out)["findings"]
        severities.append([f["severity"] for f in findings if f["rule"] == "FLOW-10"])

    assert severities == [[], ["High"]]


def test_a_setting_that_cannot_be_read_is_one_line_for_a_definition_too(
    definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--definition", str(definition)], unasked, environment={"SENSITIVE_TAGS": "=gold"}) == 1
    assert "SENSITIVE_TAGS" in capsys.readouterr().err


def test_parameters_take_the_values_given(definition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--definition", str(definition), "--parameter", "Bucket=lake=1"], unasked) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["graph"]["nodes"][0]["inputs"][0]["uri"] == "s3://lake=1/raw"
    assert answer["pipeline"]["parameters"] == {"Bucket": "lake=1"}


def test_a_parameter_that_the_definition_does_not_have_is_a_warning(
    definition: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--definition", str(definition), "--parameter", "Nope=1"], unasked) == 0
    codes = {warning["code"] for warning in json.loads(capsys.readouterr().out)["warnings"]}
    assert codes == {"Offline", "UnknownParameter"}


def test_a_dash_reads_standard_input(capsys: pytest.CaptureFixture[str]) -> None:
    stdin = io.StringIO(json.dumps(DEFINITION))

    assert main(["--definition", "-", "--pipeline-name", "piped"], unasked, stdin=stdin) == 0
    assert json.loads(capsys.readouterr().out)["pipeline"]["name"] == "piped"


def test_a_document_that_is_no_definition_is_one_line_with_its_pointer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.json"
    path.write_text('{"Steps": [{"Name": 7}]}')

    assert main(["--definition", str(path)], unasked) == 1

    err = capsys.readouterr().err

    assert err.count("\n") == 1
    assert "/Steps/0" in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["--region", "ap-northeast-2"],
        ["--pipeline-name", "p", "--parameter", "A=1"],
        ["--definition", "no-such-file.json"],
        ["--definition", "-", "--parameter", "A"],
        ["--definition", "-", "--include-latest-exec"],
        ["--definition", "-", "--domain", "d"],
    ],
)
def test_a_command_line_that_makes_no_sense_exits_2_with_one_line(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv, unasked, stdin=io.StringIO("{}")) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_unknown_option_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--colour", "red"], unasked)

    assert stopped.value.code == 2
    assert "--colour" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"), [(Refused("sagemaker:DescribePipeline was refused"), 1), (BadQuery(["region must be…"]), 2)]
)
def test_what_aws_refused_exits_1_and_a_bad_value_2(
    error: Exception, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(params: Params) -> str:
        raise error

    assert main(["--pipeline-name", "p"], ask) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"lineage_dump.py: {error}\n"


def test_the_latest_execution_is_read_only_where_asked_for() -> None:
    asked: list[Params] = []

    def ask(params: Params) -> str:
        asked.append(params)
        return "{}\n"

    main(["--pipeline-name", "p"], ask, out=io.StringIO())
    main(["--pipeline-name", "p", "--include-latest-exec", "--region", "us-east-1"], ask, out=io.StringIO())

    assert [params["includeLatestExec"] for params in asked] == [["false"], ["true"]]
    assert asked[1]["region"] == ["us-east-1"]


def test_a_file_is_written_whole(definition: Path, tmp_path: Path) -> None:
    out = tmp_path / "lineage.json"

    assert main(["--definition", str(definition), "--out", str(out)], unasked) == 0
    assert json.loads(out.read_text())["pipeline"]["name"] == "prepare-data"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lineage.json", "prepare-data.json"]


def test_a_pipe_is_written_to_and_not_replaced(definition: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with ThreadPoolExecutor() as pool:
        text = pool.submit(pipe.read_text)
        assert main(["--definition", str(definition), "--out", str(pipe)], unasked) == 0

    assert json.loads(text.result())["pipeline"]["name"] == "prepare-data"
    assert pipe.is_fifo()


def test_a_file_that_cannot_be_written_is_one_line(definition: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--definition", str(definition), "--out", "/no/such/folder/x.json"], unasked) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_help_explains_every_option_and_exit_code() -> None:
    text = make_parser().format_help()
    options: Any = [action for action in make_parser()._actions if action.option_strings]

    assert all(action.help for action in options)
    assert "Exit codes" in text
