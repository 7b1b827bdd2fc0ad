"""Which way data goes at a location that only words describe: arguments, commands, SQL."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.step_io.copying import copied, copied_in
from chalicelib.core.graph.step_io.ports import StepIO, read_step
from tests.builders.played import definition, get, join, step


def io_of(document: dict[str, Any]) -> StepIO:
    scope = Scope(parse_definition(definition(document)))
    return read_step(scope.definition.steps[0], scope)


def with_arguments(kind: str, words: list[Any]) -> dict[str, Any]:
    arguments: dict[str, dict[str, Any]] = {
        "Processing": {"AppSpecification": {"ContainerArguments": words}},
        "Training": {"AlgorithmSpecification": {"ContainerArguments": words}},
        "EMR": {"StepConfig": {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": words}}},
        "EMRServerless": {"JobConfig": {"jobDriver": {"sparkSubmit": {"entryPointArguments": words}}}},
        "Lambda": {"words": words},
    }
    return step("S", kind, arguments[kind])


KINDS = ("Processing", "Training", "EMR", "EMRServerless", "Lambda")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("flag", "out"),
    [
        *((flag, True) for flag in ("--output", "--output-path", "--dest", "--write-to", "--save_to", "--to")),
        *((flag, True) for flag in ("--checkpoint-dir", "--resultsUri", "--logs", "--export_dir", "--to-path")),
        *(
            (flag, True)
            for flag in ("--outdir", "--dst", "--logdir", "--savepath", "--s3-staging-dir", "--dump-file", "-o")
        ),
        *((flag, False) for flag in ("--indir", "--srcpath", "--outlier_file", "--dirs")),
        *((flag, False) for flag in ("--input", "--path_to_data", "--path-to-table", "--model-checkpoint-to-load")),
        *((flag, False) for flag in ("--resume_from_checkpoint", "--load-output-of", "--init_checkpoint", "--data")),
        *((flag, False) for flag in ("--pretrained-checkpoint", "--import-results", "--log-source", "--in")),
    ],
)
def test_flag_says_which_way_the_data_goes(kind: str, flag: str, out: bool) -> None:
    io = io_of(with_arguments(kind, [flag, "s3://d/place"]))

    assert [port.uri for port in (io.outputs if out else io.inputs)] == ["s3://d/place"]
    assert (io.inputs if out else io.outputs) == ()


@pytest.mark.parametrize("kind", ["Training", "Processing"])
def test_model_dir_is_where_a_training_writes_its_model(kind: str) -> None:
    io = io_of(with_arguments(kind, ["--model_dir", "s3://d/model"]))

    assert [port.name for port in (io.outputs if kind == "Training" else io.inputs)] == ["model_dir"]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ('"s3://d/tf/job-1/model"', ["s3://d/tf/job-1/model"]),
        ("s3://d/tf/model", ["s3://d/tf/model"]),
        ("/opt/ml/model", []),
        ('"false"', []),
    ],
)
@pytest.mark.parametrize("ran", [False, True])
def test_hyperparameter_model_dir_is_an_output_as_given(value: str, written: list[str], ran: bool) -> None:
    document = step("T", "Training", {"HyperParameters": {"model_dir": value, "epochs": "10"}})
    runs = {"T": {"TrainingJobName": "t", "HyperParameters": {"model_dir": value}}} if ran else {}
    scope = Scope(parse_definition(definition(document)), run_documents=runs)
    io = read_step(scope.definition.steps[0], scope)

    assert [(port.uri, port.within) for port in io.outputs] == [(uri, ()) for uri in written]
    assert io.inputs == ()


@pytest.mark.parametrize(
    ("command", "read", "written"),
    [
        ("aws s3 sync s3://d/from s3://e/into", ["s3://d/from"], ["s3://e/into"]),
        ("aws s3 cp --recursive 's3://d/from' \"s3://e/into\"", ["s3://d/from"], ["s3://e/into"]),
        ("/usr/bin/aws --profile p s3 mv s3://d/a s3://e/b --acl private", ["s3://d/a"], ["s3://e/b"]),
        ("aws s3 cp s3://d/a /tmp/a && aws s3 cp /tmp/b s3://e/b", ["s3://d/a"], ["s3://e/b"]),
        ("aws s3 cp s3://d/a - | gzip | aws s3 cp - s3://e/b", ["s3://d/a"], ["s3://e/b"]),
        ("aws s3 sync --exclude '*' --include 'x*' s3://d/a s3://e/b", ["s3://d/a"], ["s3://e/b"]),
        ("aws s3 ls s3://d/a", ["s3://d/a"], []),
        ("hadoop fs -cp s3://d/a s3://d/b s3://e/all", ["s3://d/a", "s3://d/b"], ["s3://e/all"]),
        ("hdfs dfs -put /tmp/a s3://e/b", [], ["s3://e/b"]),
        ("hadoop distcp -m 20 s3a://d/a s3a://e/b", ["s3a://d/a"], ["s3a://e/b"]),
        ("s3-dist-cp --src s3://d/a --dest s3://e/b", ["s3://d/a"], ["s3://e/b"]),
        ("s5cmd cp s3://d/a s3://e/b", ["s3://d/a"], ["s3://e/b"]),
        ("UNLOAD ('select 1') TO 's3://e/b'", [], ["s3://e/b"]),
        ("COPY t FROM 's3://d/a'", ["s3://d/a"], []),
        ("INSERT OVERWRITE DIRECTORY 's3://e/b' SELECT 1", [], ["s3://e/b"]),
        ("CREATE TABLE t WITH (external_location = 's3://e/b') AS SELECT 1", [], ["s3://e/b"]),
        ("CREATE EXTERNAL TABLE t LOCATION 's3://d/a'", ["s3://d/a"], []),
        ("CREATE TABLE t (a int) LOCATION 's3://e/b' TBLPROPERTIES ('table_type'='ICEBERG')", [], ["s3://e/b"]),
        ("CREATE TABLE t WITH (table_type='ICEBERG', location='s3://e/b') AS SELECT 1", [], ["s3://e/b"]),
        ("DROP TABLE t; CREATE TABLE t USING parquet LOCATION 's3://e/b' AS SELECT 1", [], ["s3://e/b"]),
        ("CREATE TABLE t (a int); ALTER TABLE t ADD PARTITION (d=1) LOCATION 's3://d/a'", ["s3://d/a"], []),
        ("-- new\nCREATE TABLE t LOCATION 's3://e/b' AS SELECT 1", [], ["s3://e/b"]),
        ("/* a * b */ CREATE TABLE t LOCATION 's3://e/b' AS SELECT 1", [], ["s3://e/b"]),
        ("/* a */ CREATE EXTERNAL TABLE t LOCATION 's3://d/a'", ["s3://d/a"], []),
        ("s3cmd put /tmp/a s3://e/b; s3cmd get s3://d/a /tmp/b", ["s3://d/a"], ["s3://e/b"]),
        ("s3cmd del s3://d/a", [], []),
        ("hadoop fs -appendToFile /tmp/a s3://e/b", [], ["s3://e/b"]),
        ("aws s3 mb s3://e && hadoop fs -mkdir -p s3://e/b", [], []),
        ("aws s3 rm --recursive s3://d/a", [], []),
        ("aws s3 rm s3://d/a && aws s3 cp /tmp/x s3://e/b", [], ["s3://e/b"]),
        ("hadoop fs -rm -r s3://d/a", [], []),
    ],
)
def test_command_says_what_it_reads_and_writes(command: str, read: list[str], written: list[str]) -> None:
    in_a_shell = io_of(with_arguments("EMR", ["bash", "-c", command]))

    assert ([port.uri for port in in_a_shell.inputs], [port.uri for port in in_a_shell.outputs]) == (read, written)


@pytest.mark.parametrize("words", [["aws", "s3", "rm", "s3://d/a"], ["bash", "-c", "aws s3 rm --recursive s3://d/a"]])
def test_what_a_command_removes_is_deleted_and_neither_read_nor_written(words: list[str]) -> None:
    io = io_of(with_arguments("Processing", words))

    assert (io.inputs, io.outputs) == ((), ())
    assert [(each.type, each.relation, each.name) for each in io.resources] == [
        ("AWS::S3::Object", "deletes", "s3://d/a")
    ]


def test_bucket_or_object_named_by_its_arn_is_a_location_and_a_pattern_of_a_policy_is_none() -> None:
    named = {"input": "arn:aws:s3:::d/rows/", "outputBucket": "arn:aws-cn:s3:::e", "allowed": ["arn:aws:s3:::f/*"]}
    io = io_of(step("L", "Lambda", named))

    assert [port.uri for port in io.inputs] == ["s3://d/rows/"]
    assert [port.uri for port in io.outputs] == ["s3://e"]


def test_command_may_be_a_list_with_what_only_a_run_knows() -> None:
    there = join("s3://e", get("Execution.PipelineExecutionId"))
    io = io_of(with_arguments("EMR", ["aws", "s3", "cp", "s3://d/a", there, "--recursive"]))

    assert [(port.name, port.uri) for port in io.inputs] == [("source", "s3://d/a")]
    assert [(port.name, port.uri) for port in io.outputs] == [
        ("destination", "s3://e/${Execution.PipelineExecutionId}")
    ]


def test_command_may_be_joined_of_parts_that_a_run_completes() -> None:
    run = get("Execution.PipelineExecutionId")
    io = io_of(with_arguments("EMR", ["bash", "-c", join("aws s3 sync s3://d/a s3://e/", run, "/b", on="")]))

    assert [(port.uri, port.resolved) for port in io.inputs] == [("s3://d/a", True)]
    assert [(port.uri, port.resolved) for port in io.outputs] == [("s3://e/${Execution.PipelineExecutionId}/b", False)]


@pytest.mark.parametrize(
    "words", [[], ["aws"], ["aws", "s3"], ["s3", "cp", "a", "b"], ["aws", "s3", "cp", "a"], [1, {}]]
)
def test_other_words_are_no_copying_command(words: list[Any]) -> None:
    assert copied(words) == {}


@pytest.mark.parametrize("unit", ["aws s3 cp ", "s3 cp ", "s3://a ", "&", "; ", "hadoop fs -cp a "])
def test_long_text_takes_no_time(unit: str) -> None:
    assert len(list(copied_in(unit * (1_000_000 // len(unit))))) >= 0


def test_spark_takes_code_data_and_a_place_for_its_log() -> None:
    conf = "--conf spark.archives=s3://d/env.tar.gz --conf spark.jars=s3://d/x --conf spark.eventLog.dir=s3://d/log"
    words = ["spark-submit", conf, "s3://d/job.py", "--source", "s3://d/rows"]
    io = io_of(with_arguments("EMR", words))

    assert [(port.uri, port.kind) for port in io.inputs] == [
        ("s3://d/env.tar.gz", "code"),
        ("s3://d/x", "code"),
        ("s3://d/job.py", "code"),
        ("s3://d/rows", "data"),
    ]
    assert [port.uri for port in io.outputs] == ["s3://d/log"]


def test_hive_script_reads_and_writes_what_its_definitions_name() -> None:
    words = ["hive-script", "--run-hive-script", "--args", "-f", "s3://d/clean.q"]
    words += ["-d", "INPUT=s3://d/in", "-d", "OUTPUT=s3://d/out"]
    io = io_of(with_arguments("EMR", words))

    assert [(port.uri, port.kind) for port in io.inputs] == [("s3://d/clean.q", "code"), ("s3://d/in", "data")]
    assert [port.uri for port in io.outputs] == ["s3://d/out"]


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("analysis_config", "s3://d/analysis_config.json"),
        ("flow", "s3://d/export.flow"),
        ("ws", "s3://d/sm_rf_user_ws/workspace.zip"),
    ],
)
def test_configuration_and_workspaces_are_no_data(name: str, uri: str) -> None:
    inputs = [{"InputName": name, "S3Input": {"S3Uri": uri, "S3DataType": "S3Prefix"}}]

    assert [port.kind for port in io_of(step("P", "Processing", {"ProcessingInputs": inputs})).inputs] == ["code"]
