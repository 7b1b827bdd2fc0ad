from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.node_runs import NodeRun, node_runs, untaken
from chalicelib.core.runs.report_places import Report
from chalicelib.core.runs.run_documents import run_documents
from chalicelib.core.values.model import Definition, Doc, JobRef, StepRun
from tests.builders.answers import answer, arn_of, at, execution_arn, made, ref, step_run


def step(name: str, kind: str = "Training", **arguments: Any) -> dict[str, Any]:
    return {"Name": name, "Type": kind, "Arguments": arguments}


def defined(*steps: dict[str, Any]) -> Definition:
    return parse_definition({"Version": "2020-12-01", "Steps": list(steps)})


def runs_of(
    definition: Definition, runs: list[StepRun], descriptions: dict[JobRef, Doc] | None = None, **more: Any
) -> dict[str, NodeRun]:
    found = descriptions or {}
    scope = Scope(definition, run_documents=run_documents(definition, runs, found))
    return dict(node_runs(definition, runs, scope, found, **more))


def only(run: StepRun, **more: Any) -> NodeRun:
    return runs_of(defined(step(run.name)), [run], **more)[run.name]


def test_failed_step_says_why_in_all_its_lines() -> None:
    run = only(step_run("A", "Failed", 0, 61, FailureReason="ClientError: one\ntwo", AttemptCount=1))

    assert (run.status, run.elapsed_sec, run.attempts) == ("Failed", 61, 1)
    assert run.failure_reason == "ClientError: one\ntwo"


def test_step_that_still_runs_has_no_end_and_no_elapsed_time() -> None:
    run = only(step_run("A", "Executing", end=None))

    assert (run.end, run.elapsed_sec) == (None, None)


@pytest.mark.parametrize(("counted", "shown"), [({}, None), ({"AttemptCount": 0}, 0), ({"AttemptCount": 4}, 4)])
def test_attempts_are_what_the_record_says(counted: dict[str, Any], shown: int | None) -> None:
    assert only(step_run("A", **counted)).attempts == shown


def test_step_that_is_listed_for_each_attempt_shows_the_last_and_keeps_the_others() -> None:
    tries = [
        step_run("A", "Failed", 0, 10, FailureReason="first", Metadata=made("TrainingJob", "training-job/t1")),
        step_run("A", "Failed", 20, 30, FailureReason="second", Metadata=made("TrainingJob", "training-job/t2")),
        step_run("A", "Succeeded", 40, 70, Metadata=made("TrainingJob", "training-job/t3")),
    ]
    run = runs_of(defined(step("A")), tries[::-1])["A"]

    assert run.job is not None
    assert (run.status, run.start, run.end, run.elapsed_sec, run.job.name) == ("Succeeded", at(40), at(70), 30, "t3")
    assert (run.attempts, run.failure_reason) == (3, None)
    assert [earlier.failure_reason for earlier in run.earlier] == ["first", "second"]
    assert [earlier.job.name for earlier in run.earlier if earlier.job] == ["t1", "t2"]


def test_description_read_under_another_name_of_the_same_thing_is_found() -> None:
    described = answer("DescribeTrainingJob", TrainingJobName="Train-1", BillableTimeInSeconds=7)
    run = only(
        step_run("A", Metadata=made("TrainingJob", "training-job/train-1")),
        descriptions={ref("TrainingJob", "training-job/Train-1"): described},
    )

    assert run.job is not None
    assert (run.job.name, run.job.billable_sec) == ("Train-1", 7)


def test_cached_step_shows_its_source_and_the_source_executions_job() -> None:
    hit = {"SourcePipelineExecutionArn": execution_arn("two-before")}
    job = ref("TrainingJob", "training-job/old")
    described = answer(
        "DescribeTrainingJob", TrainingJobName="old", FinalMetricDataList=[{"MetricName": "auc", "Value": 0.5}]
    )
    run = only(
        step_run("A", CacheHitResult=hit, Metadata=made("TrainingJob", "training-job/old")),
        descriptions={job: described},
    )

    assert (run.cached_from, run.metrics) == (execution_arn("two-before"), {"auc": 0.5})
    assert run.job is not None
    assert run.job.name == "old"


def test_job_that_is_gone_is_still_named() -> None:
    run = only(step_run("A", Metadata=made("TrainingJob", "training-job/gone")))

    assert run.job is not None
    assert (run.job.name, run.job.arn, run.job.status) == ("gone", arn_of("training-job/gone"), None)


def test_step_without_metadata_has_no_job_and_no_details() -> None:
    run = only(step_run("A", "Starting", end=None, Metadata={}))

    assert (run.job, run.details, run.metrics) == (None, {}, {})


def test_metrics_are_the_jobs_and_the_reports() -> None:
    job = ref("TrainingJob", "training-job/t")
    described = answer("DescribeTrainingJob", FinalMetricDataList=[{"MetricName": "train:auc", "Value": 0.72}])
    reports = {
        Report("A", "Report", "s3://data/a.json"): {"metrics": {"auc": {"value": 0.9}}},
        Report("B", "Report", "s3://data/b.json"): {"metrics": {"auc": {"value": 0.1}}},
    }
    run = only(
        step_run("A", Metadata=made("TrainingJob", "training-job/t")), descriptions={job: described}, reports=reports
    )

    assert run.metrics == {"train:auc": 0.72, "metrics.auc.value": 0.9}


def test_tuning_has_its_objective_and_the_best_jobs_final_metrics() -> None:
    best = {
        "TrainingJobName": "best",
        "TrainingJobArn": arn_of("training-job/best"),
        "CreationTime": at(0),
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": {},
        "FinalHyperParameterTuningJobObjectiveMetric": {"MetricName": "validation:auc", "Value": 0.91},
    }
    tuning = ref("TuningJob", "hyper-parameter-tuning-job/tune")
    descriptions = {
        tuning: answer("DescribeHyperParameterTuningJob", BestTrainingJob=best),
        ref("TrainingJob", "training-job/best"): answer(
            "DescribeTrainingJob", FinalMetricDataList=[{"MetricName": "train:auc", "Value": 0.95}]
        ),
    }
    run = only(step_run("A", Metadata=made("TuningJob", "hyper-parameter-tuning-job/tune")), descriptions=descriptions)

    assert run.metrics == {"train:auc": 0.95, "validation:auc": 0.91}
    assert run.job is not None

    shown = run.job.facts["bestTrainingJob"]

    assert (shown["name"], shown["modelData"]) == ("best", "s3://data/job/output/model.tar.gz")


EVERY_DETAIL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Callback": (
        {
            "CallbackToken": "live-secret-1",
            "SqsQueueUrl": "https://sqs/q",
            "OutputParameters": [{"Name": "a", "Value": "1"}],
        },
        {"callbackToken": "[redacted]", "sqsQueueUrl": "https://sqs/q", "outputParameters": {"a": "1"}},
    ),
    "Lambda": (
        {"Arn": "arn:aws:lambda:x:123456789012:function:f", "OutputParameters": [{"Name": "a", "Value": "1"}]},
        {"arn": "arn:aws:lambda:x:123456789012:function:f", "outputParameters": {"a": "1"}},
    ),
    "EMR": (
        {"ClusterId": "j-1", "StepId": "s-1", "StepName": "spark", "LogFilePath": "s3://logs/x"},
        {"clusterId": "j-1", "stepId": "s-1", "stepName": "spark", "logFilePath": "s3://logs/x"},
    ),
    "EMRServerless": (
        {"ApplicationId": "a-1", "JobRunId": "r-1", "JobRunName": "n", "LogFilePath": "s3://logs/y"},
        {"applicationId": "a-1", "jobRunId": "r-1", "jobRunName": "n", "logFilePath": "s3://logs/y"},
    ),
    "QualityCheck": (
        {
            "CheckType": "DATA_QUALITY",
            "ViolationReport": "s3://v",
            "SkipCheck": False,
            "CheckJobArn": arn_of("processing-job/q"),
        },
        {"checkType": "DATA_QUALITY", "violationReport": "s3://v", "skipCheck": False},
    ),
    "ClarifyCheck": (
        {"CheckType": "DATA_BIAS", "CalculatedBaselineConstraints": "s3://c", "RegisterNewBaseline": True},
        {"checkType": "DATA_BIAS", "calculatedBaselineConstraints": "s3://c", "registerNewBaseline": True},
    ),
    "Fail": ({"ErrorMessage": "auc too low"}, {"errorMessage": "auc too low"}),
    "Lineage": (
        {
            "ArtifactArns": {"MyModel": arn_of("artifact/a")},
            "Associations": [{"SourceArn": "a", "DestinationArn": "b"}],
        },
        {
            "artifactArns": {"MyModel": arn_of("artifact/a")},
            "associations": [{"sourceArn": "a", "destinationArn": "b"}],
        },
    ),
    "Athena": (
        {"QueryExecutionId": "q-1", "S3OutputLocation": "s3://o/q.csv"},
        {"queryExecutionId": "q-1", "s3OutputLocation": "s3://o/q.csv"},
    ),
    "Cleanup": (
        {
            "CleanedSteps": ["A"],
            "FailedSteps": [{"StepName": "B", "ErrorCode": "E", "ErrorMessage": "m"}],
            "SkippedSteps": [],
        },
        {
            "cleanedSteps": ["A"],
            "failedSteps": [{"stepName": "B", "errorCode": "E", "errorMessage": "m"}],
            "skippedSteps": [],
        },
    ),
    "ForEach": (
        {"Status": "Failed", "InputItemCount": 3, "FailedStepCount": 1, "Selector": {"StepName": "Body", "Index": 0}},
        {"status": "Failed", "inputItemCount": 3, "failedStepCount": 1, "selector": {"stepName": "Body", "index": 0}},
    ),
    "HubContent": (
        {"HubArn": arn_of("hub/h"), "HubContentArn": arn_of("hub-content/c")},
        {"hubArn": arn_of("hub/h"), "hubContentArn": arn_of("hub-content/c")},
    ),
}


@pytest.mark.parametrize("kind", EVERY_DETAIL)
def test_every_fact_of_the_metadata_is_a_detail(kind: str) -> None:
    content, shown = EVERY_DETAIL[kind]

    assert only(step_run("A", Metadata={kind: content})).details == {kind: shown}


def test_unknown_metadata_is_shown_as_aws_shaped_it() -> None:
    content = {"Arn": arn_of("quantum-job/q"), "Qubits": {"Count": 7}}
    run = only(step_run("A", Metadata={"QuantumJob": content}))

    assert run.details == {"QuantumJob": content}
    assert run.job is not None
    assert run.job.arn == arn_of("quantum-job/q")


GOOD = {
    **step("Good", "Condition", Conditions=[{"Type": "Equals", "LeftValue": 1, "RightValue": 2}]),
}
GOOD["Arguments"] |= {
    "IfSteps": [step("Register", "RegisterModel"), step("Nested", "Condition", IfSteps=[step("Deep")], ElseSteps=[])],
    "ElseSteps": [step("Stop", "Fail")],
}


@pytest.mark.parametrize(
    ("outcome", "reached", "passed_by"),
    [("False", "Stop", {"Register", "Nested", "Deep"}), ("True", "Register", {"Stop"})],
)
def test_branch_that_the_condition_did_not_take_is_told_with_all_in_it(
    outcome: str, reached: str, passed_by: set[str]
) -> None:
    definition = defined(GOOD)
    runs = runs_of(definition, [step_run("Good", Metadata={"Condition": {"Outcome": outcome}}), step_run(reached)])

    assert runs["Good"].outcome == outcome
    assert [each.type for each in runs["Good"].comparisons] == ["Equals"]
    assert untaken(definition, runs) == passed_by


def test_condition_that_was_not_reached_passed_no_branch_by() -> None:
    definition = defined(GOOD)

    assert untaken(definition, {}) == frozenset()

    running = runs_of(definition, [step_run("Good", "Executing", end=None)])

    assert untaken(definition, running) == frozenset()


LOOP = defined(step("Loop", "ForEach", IterableItems=["a", "b", "c"], ForEachBody=[step("Body"), step("After")]))


def iteration(index: int, status: str = "Succeeded", start: int = 0, end: int | None = 60, **more: Any) -> StepRun:
    context = {"ParentStepName": "Loop", "Index": index, "Item": f"item-{index}"}
    return step_run(f"Body-{index}", status, start, end, IterationContext=context, **more)


def test_iterations_are_gathered_under_their_body_step() -> None:
    runs = [
        iteration(10, start=50, end=90),
        iteration(2, "Failed", 10, 40, FailureReason="no such item"),
        iteration(0, Metadata=made("TrainingJob", "training-job/t0")),
        step_run("Loop", "Failed", 0, 95, Metadata={"ForEach": {"Status": "Failed", "FailedStepCount": 1}}),
    ]
    found = runs_of(LOOP, runs)

    assert set(found) == {"Loop", "Body"}

    body = found["Body"]

    assert (body.status, body.start, body.end, body.elapsed_sec) == ("Failed", at(0), at(90), 90)
    assert body.failure_reason == "no such item"
    assert [(each.iteration_index, each.iteration_item, each.status) for each in body.iterations] == [
        (0, "item-0", "Succeeded"),
        (2, "item-2", "Failed"),
        (10, "item-10", "Succeeded"),
    ]
    assert body.iterations[0].job is not None


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (["Succeeded", "Succeeded"], "Succeeded"),
        (["Succeeded", "Failed", "Stopped"], "Failed"),
        (["Failed", "Executing"], "Executing"),
        (["Executing", "Stopping"], "Stopping"),
        (["Succeeded", "Stopped"], "Stopped"),
        (["Succeeded", "Starting"], "Starting"),
        (["Succeeded", "Suspended"], "Suspended"),
    ],
)
def test_status_of_a_body_is_what_runs_then_what_went_wrong(statuses: list[str], status: str) -> None:
    assert runs_of(LOOP, [iteration(i, each) for i, each in enumerate(statuses)])["Body"].status == status


def test_body_with_an_iteration_still_running_has_no_end() -> None:
    body = runs_of(LOOP, [iteration(0), iteration(1, "Executing", 5, None)])["Body"]

    assert (body.end, body.elapsed_sec) == (None, None)


def test_hundred_and_twenty_steps_each_have_their_run() -> None:
    definition = defined(*[step(f"S{number}") for number in range(120)])
    runs = [step_run(f"S{number}", start=number, end=number + 1) for number in range(120)]
    found = runs_of(definition, runs + runs[90:110])

    assert len(found) == 120
    assert all(found[f"S{number}"].start == at(number) for number in range(120))
