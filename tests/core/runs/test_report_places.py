"""Reports that are read, and none beside them."""

from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.report_places import report_locations
from chalicelib.core.runs.run_documents import run_documents
from chalicelib.core.values.model import Definition, StepRun
from tests.builders.answers import answer, at, made, ref, step_run


def processing(name: str, outputs: dict[str, str], **more: Any) -> dict[str, Any]:
    written = [{"OutputName": output, "S3Output": {"S3Uri": uri}} for output, uri in outputs.items()]
    return {"Name": name, "Type": "Processing", "Arguments": {"ProcessingOutputConfig": {"Outputs": written}}, **more}


def registration(name: str, statistics: Any) -> dict[str, Any]:
    metrics = {"ModelQuality": {"Statistics": {"ContentType": "application/json", "S3Uri": statistics}}}
    return {"Name": name, "Type": "RegisterModel", "Arguments": {"ModelMetrics": metrics}}


def reports_of(*steps: dict[str, Any], runs: list[StepRun]) -> list[tuple[str, str, str]]:
    definition: Definition = parse_definition({"Version": "2020-12-01", "Steps": list(steps)})
    scope = Scope(definition, run_documents=run_documents(definition, runs, {}))
    return [(report.run, report.name, report.uri) for report in report_locations(definition, runs, scope)]


FILES = {"PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}]}


def test_declared_property_file_is_read_under_the_output_that_it_names() -> None:
    step = processing("Score", {"evaluation": "s3://data/eval/", "other": "s3://data/other"}, **FILES)

    assert reports_of(step, runs=[step_run("Score")]) == [("Score", "Report", "s3://data/eval/evaluation.json")]


def test_real_output_of_the_job_wins_over_the_definitions() -> None:
    definition = parse_definition({"Steps": [processing("Score", {"evaluation": "s3://data/old"}, **FILES)]})
    runs = [step_run("Score", Metadata=made("ProcessingJob", "processing-job/p"))]
    output = {"S3Uri": "s3://data/real", "LocalPath": "/opt/ml", "S3UploadMode": "EndOfJob"}
    described = answer(
        "DescribeProcessingJob", ProcessingOutputConfig={"Outputs": [{"OutputName": "evaluation", "S3Output": output}]}
    )
    documents = run_documents(definition, runs, {ref("ProcessingJob", "processing-job/p"): described})
    found = report_locations(definition, runs, Scope(definition, run_documents=documents))

    assert [report.uri for report in found] == ["s3://data/real/evaluation.json"]


def test_file_of_a_step_that_did_not_run_or_still_runs_is_not_read() -> None:
    step = processing("Score", {"evaluation": "s3://data/eval"}, **FILES)

    assert reports_of(step, runs=[]) == []
    assert reports_of(step, runs=[step_run("Score", "Executing", end=None)]) == []


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_file_of_a_step_that_did_not_succeed_is_not_read(status: str) -> None:
    step = processing("Score", {"evaluation": "s3://data/eval"}, **FILES)
    named = registration("Register", "s3://data/eval/evaluation.json")

    assert reports_of(step, named, runs=[step_run("Score", status)]) == []


def test_place_of_a_file_that_another_execution_wrote_is_known_by_its_job_alone() -> None:
    step = processing("Score", {"evaluation": "s3://data/eval"}, **FILES)
    hit = {"SourcePipelineExecutionArn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/p/execution/e0"}

    assert reports_of(step, runs=[step_run("Score", CacheHitResult=hit)]) == []


def test_report_is_no_older_than_the_job_that_writes_it() -> None:
    definition = parse_definition({"Steps": [processing("Score", {"evaluation": "s3://data/eval"}, **FILES)]})
    job = made("ProcessingJob", "processing-job/p")
    described = {ref("ProcessingJob", "processing-job/p"): answer("DescribeProcessingJob", CreationTime=at(7))}

    def since(runs: list[StepRun], descriptions: Any) -> Any:
        scope = Scope(definition, run_documents=run_documents(definition, runs, descriptions))
        return [report.since for report in report_locations(definition, runs, scope)]

    assert since([step_run("Score", start=5, end=60)], {}) == [at(5)]
    assert since([step_run("Score", start=5, end=60, Metadata=job)], described) == [at(7)]


@pytest.mark.parametrize("path", ["../secret.json", "a/../../secret.json", "./secret.json", "", "/"])
def test_path_that_leads_out_of_the_output_is_not_read(path: str) -> None:
    files = [{"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": path}]
    step = processing("Score", {"evaluation": "s3://data/eval"}, PropertyFiles=files)

    assert reports_of(step, runs=[step_run("Score")]) == []


def test_file_that_a_registration_names_belongs_to_the_step_with_the_narrowest_output_above_it() -> None:
    steps = [
        processing("Wide", {"all": "s3://data"}),
        processing("Near", {"all": "s3://data/eval"}),
        registration("Register", "s3://data/eval/metrics.json"),
    ]
    found = reports_of(*steps, runs=[step_run("Wide"), step_run("Near")])

    assert found == [("Near", "ModelQuality", "s3://data/eval/metrics.json")]


def test_file_that_no_step_wrote_is_not_read() -> None:
    steps = [processing("Near", {"all": "s3://data/eval"}), registration("Register", "s3://data/evaluation/m.json")]

    assert reports_of(*steps, runs=[step_run("Near"), step_run("Register")]) == []


def test_file_that_is_the_output_itself_is_not_below_it() -> None:
    steps = [processing("Near", {"all": "s3://data/eval"}), registration("Register", "s3://data/eval/")]

    assert reports_of(*steps, runs=[step_run("Near")]) == []


def test_file_that_only_a_condition_names_is_not_read() -> None:
    location = {"Std:JsonGet": {"S3Uri": "s3://hr/people/salaries.json", "Path": "auc"}}
    condition = {"Type": "GreaterThan", "LeftValue": location, "RightValue": 0.5}
    steps = [
        processing("Near", {"all": "s3://hr"}),
        {"Name": "Good", "Type": "Condition", "Arguments": {"Conditions": [condition], "IfSteps": [], "ElseSteps": []}},
    ]

    assert reports_of(*steps, runs=[step_run("Near")]) == []


def test_statistics_of_a_check_are_read_where_a_registration_names_them() -> None:
    uri = "s3://data/check/statistics.json"
    check = {"CheckType": "MODEL_QUALITY", "CalculatedBaselineStatistics": uri}
    step = processing("Check", {"quality_check_output": "s3://data/check"}) | {"Type": "QualityCheck"}
    runs = [step_run("Check", Metadata={"QualityCheck": check})]

    assert reports_of(step, runs=runs) == []
    assert reports_of(step, registration("Register", uri), runs=runs) == [("Check", "ModelQuality", uri)]


def test_each_iteration_has_its_own_report() -> None:
    body = processing("Body", {"evaluation": "s3://data/never"}, **FILES)
    definition = parse_definition(
        {"Steps": [{"Name": "Loop", "Type": "ForEach", "Arguments": {"ForEachBody": [body]}}]}
    )
    runs, descriptions = [], {}
    for index in (0, 1):
        job = f"processing-job/p{index}"
        runs.append(step_run(f"Body-{index}", Metadata=made("ProcessingJob", job)))
        output = {"S3Uri": f"s3://data/{index}", "LocalPath": "/opt/ml", "S3UploadMode": "EndOfJob"}
        outputs = {"Outputs": [{"OutputName": "evaluation", "S3Output": output}]}
        descriptions[ref("ProcessingJob", job)] = answer("DescribeProcessingJob", ProcessingOutputConfig=outputs)
    scope = Scope(definition, run_documents=run_documents(definition, runs, descriptions))
    found = [(report.run, report.uri) for report in report_locations(definition, runs, scope)]

    assert found == [("Body-0", "s3://data/0/evaluation.json"), ("Body-1", "s3://data/1/evaluation.json")]
