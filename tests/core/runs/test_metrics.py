import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.metrics import job_metrics
from chalicelib.core.runs.report_places import Report, report_locations
from chalicelib.core.runs.reports import MAX_REPORT_METRICS, flatten_report, metrics_of, parse_report
from chalicelib.core.runs.run_documents import run_documents
from chalicelib.core.values.model import Definition, StepRun
from tests.builders.answers import answer, at, made, ref, step_run

# The layout that SageMaker's model monitor writes:
# https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
QUALITY = {
    "version": "2020-10-01",
    "binary_classification_metrics": {
        "confusion_matrix": {"0": {"0": 1, "1": 2}, "1": {"0": 0, "1": 1}},
        "recall": {"value": 1.0, "standard_deviation": "NaN"},
        "auc": {"value": 0.83, "standard_deviation": 0.004},
        "enough": True,
    },
}


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


def test_last_value_of_each_final_metric_counts() -> None:
    data = [
        {"MetricName": "validation:auc", "Value": 0.63, "Timestamp": at(60)},
        {"MetricName": "validation:auc", "Value": 0.51, "Timestamp": at(30)},
        {"MetricName": "train:auc", "Value": 0.72, "Timestamp": at(60)},
    ]
    described = answer("DescribeTrainingJob", FinalMetricDataList=data)
    assert job_metrics(ref("TrainingJob", "training-job/t"), described) == {"validation:auc": 0.63, "train:auc": 0.72}


def test_metric_that_json_cannot_carry_is_left_out() -> None:
    data = [
        {"MetricName": name, "Value": value} for name, value in (("a", float("nan")), ("b", float("inf")), ("c", 0.0))
    ]
    described = answer("DescribeTrainingJob", FinalMetricDataList=data)
    assert job_metrics(ref("TrainingJob", "training-job/t"), described) == {"c": 0.0}


@pytest.mark.parametrize("operation", ["DescribeAutoMLJob", "DescribeAutoMLJobV2"])
def test_auto_ml_tells_its_objective_and_the_candidates_metrics(operation: str) -> None:
    best = {
        "CandidateName": "c",
        "FinalAutoMLJobObjectiveMetric": {"MetricName": "F1", "Value": 0.83},
        "ObjectiveStatus": "Succeeded",
        "CandidateSteps": [],
        "CandidateStatus": "Completed",
        "CreationTime": at(0),
        "LastModifiedTime": at(0),
        "CandidateProperties": {
            "CandidateMetrics": [
                {"MetricName": "Accuracy", "StandardMetricName": "Accuracy", "Value": 0.9, "Set": "Validation"},
                {"StandardMetricName": "LogLoss", "Value": 0.2, "Set": "Train"},
            ]
        },
    }
    found = job_metrics(ref("AutoMLJob", "automl-job/a"), answer(operation, BestCandidate=best))
    assert found == {"F1": 0.83, "Validation:Accuracy": 0.9, "Train:LogLoss": 0.2}


def test_a_kind_without_metrics_and_a_job_without_a_description_have_none() -> None:
    assert job_metrics(ref("ProcessingJob", "processing-job/p"), answer("DescribeProcessingJob")) == {}
    assert job_metrics(ref("TrainingJob", "training-job/t"), None) == {}


def test_sagemakers_layout_is_flattened_to_dotted_numbers() -> None:
    assert flatten_report(QUALITY) == (
        {
            "binary_classification_metrics.recall.value": 1.0,
            "binary_classification_metrics.auc.value": 0.83,
            "binary_classification_metrics.auc.standard_deviation": 0.004,
            "binary_classification_metrics.confusion_matrix.0.0": 1,
            "binary_classification_metrics.confusion_matrix.0.1": 2,
            "binary_classification_metrics.confusion_matrix.1.0": 0,
            "binary_classification_metrics.confusion_matrix.1.1": 1,
        },
        0,
    )


def test_results_come_before_the_points_of_a_long_curve() -> None:
    curve = [position / 1000 for position in range(1000)]
    numbers, left_out = flatten_report({"roc": {"fpr": curve}, "metrics": {"auc": {"value": 0.9}}})
    assert numbers["metrics.auc.value"] == 0.9
    assert len(numbers) == MAX_REPORT_METRICS
    assert len(numbers) + left_out == 1001


@pytest.mark.parametrize("report", [[], 3, "x", None, True, {"a": {}}, {"a": "0.5"}])
def test_document_without_named_numbers_has_no_metrics(report: Any) -> None:
    assert flatten_report(report) == ({}, 0)


@pytest.mark.parametrize(
    ("report", "names"),
    [
        ({"ndcg@10": 1, "mAP@0.5:0.95": 1, "정확도 (%)": 1}, {"ndcg@10", "mAP@0.5:0.95", "정확도 (%)"}),
        ({"kim@example.com": 1}, set()),
        ({"an address\nof two lines": 1}, set()),
        ({"x" * 65: 1}, set()),
        ({"x" * 65: [1]}, set()),
        ({"ghp_0123456789abcdefghijABCDEFGHIJ456789": 1}, {"[redacted]"}),
    ],
)
def test_name_of_a_metric_is_a_name_and_no_text(report: Any, names: set[str]) -> None:
    assert set(flatten_report(report)[0]) == names


def test_what_nests_deeply_in_a_report_is_no_metric() -> None:
    deep: Any = 1
    for _ in range(700):
        deep = {"a": deep}

    assert flatten_report({"deep": deep, "auc": 0.9}) == ({"auc": 0.9}, 0)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_every_metric_is_a_number_that_json_can_carry(report: Any) -> None:
    numbers, _ = flatten_report(report)
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers
    assert all(type(number) in (int, float) for number in numbers.values())


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": NaN, "b": 1e999}', {"a": "NaN", "b": "1e999"}),
        (b"\xff\xfe", None),
        (b"accuracy: 0.9", None),
        (b"[" * 100_000, None),
        (b'{"a": ' + b"9" * 5000 + b"}", None),
        (b"", None),
    ],
)
def test_report_is_json_or_nothing(body: bytes, document: Any) -> None:
    assert parse_report(body) == document


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


def test_two_reports_that_disagree_on_a_key_are_both_shown() -> None:
    first, second = (Report("Score", name, f"s3://data/{name}.json") for name in ("first", "second"))
    shown = metrics_of([(first, {"auc": 0.8, "n": 10}), (second, {"auc": 0.9, "n": 10})])
    assert shown == {"auc": 0.8, "n": 10, "second.auc": 0.9}
