from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.runs.execution import end_of, parse_execution, summarise
from chalicelib.core.runs.step_runs import (
    STEP_KINDS,
    attempts_of,
    iterations_of,
    latest_attempts,
    parse_step_run,
    with_undefined_steps,
)
from chalicelib.core.values.model import Execution, JobRef
from tests.builders.answers import (
    answer,
    arn_of,
    at,
    execution_arn,
    made,
    metadata_members,
    step_record,
    step_run,
    texts_in,
)


def defined(*steps: dict[str, Any]) -> Any:
    return parse_definition({"Version": "2020-12-01", "Steps": list(steps)})


def for_each(name: str, *bodies: str) -> dict[str, Any]:
    body = [{"Name": each, "Type": "Processing", "Arguments": {}} for each in bodies]
    return {"Name": name, "Type": "ForEach", "Arguments": {"ForEachBody": body}}


def execution(status: str) -> Execution:
    return Execution(execution_arn("e1"), status)


def test_every_kind_of_metadata_that_aws_has_is_known() -> None:
    assert set(STEP_KINDS) == set(metadata_members())


def test_where_the_arn_stands_is_a_member_of_that_kind() -> None:
    members = metadata_members()
    assert all(kind.arn in members[key] for key, kind in STEP_KINDS.items() if kind.arn)


def test_summary_of_a_list_is_read() -> None:
    summary = {
        "PipelineExecutionArn": execution_arn("e1"),
        "StartTime": at(0),
        "PipelineExecutionStatus": "Failed",
        "PipelineExecutionDisplayName": "nightly",
        "PipelineExecutionDescription": "a description",
        "PipelineExecutionFailureReason": "Step failure: One or multiple steps failed.",
    }
    answer("ListPipelineExecutions", PipelineExecutionSummaries=[summary])
    assert parse_execution(summary) == Execution(
        arn=execution_arn("e1"),
        status="Failed",
        start=at(0),
        display_name="nightly",
        description="a description",
        failure_reason="Step failure: One or multiple steps failed.",
    )


def test_description_of_an_execution_tells_who_started_which_version() -> None:
    described = answer(
        "DescribePipelineExecution",
        PipelineExecutionArn=execution_arn("e1"),
        PipelineExecutionStatus="Stopped",
        CreationTime=at(0),
        FailureReason="stopped by ann",
        CreatedBy={"UserProfileName": "ann", "DomainId": "d-1"},
        SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "Train"}]},
        PipelineVersionId=7,
    )
    read = parse_execution(described)
    assert (read.status, read.start, read.failure_reason) == ("Stopped", at(0), "stopped by ann")
    assert read.details == {
        "CreatedBy": {"UserProfileName": "ann", "DomainId": "d-1"},
        "SelectiveExecutionConfig": {"SelectedSteps": [{"StepName": "Train"}]},
        "PipelineVersionId": 7,
    }


def test_times_are_in_utc_whatever_zone_botocore_gives() -> None:
    seoul = timezone(timedelta(hours=9))
    record = step_record("A") | {"StartTime": datetime(2026, 3, 1, 18, 0, tzinfo=seoul)}
    assert parse_step_run(record).start == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert parse_step_run(record).start.tzinfo is UTC  # type: ignore[union-attr]


def test_callback_token_does_not_travel() -> None:
    run = step_run(
        "Wait", "Executing", end=None,
        Metadata={
            "Callback": {
                "CallbackToken": "live-secret-1",
                "SqsQueueUrl": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/queue",
                "OutputParameters": [{"Name": "rows", "Value": "17"}],
            }
        },
    )  # fmt: skip
    assert "live-secret-1" not in set(texts_in(run.metadata))
    assert run.metadata["Callback"]["OutputParameters"] == [{"Name": "rows", "Value": "17"}]


def test_empty_cache_hit_is_no_hit_and_a_real_one_names_the_execution() -> None:
    assert step_run("A", CacheHitResult={}).cached_from is None
    assert parse_step_run(step_record("A") | {"CacheHitResult": {"SourcePipelineExecutionArn": ""}}).cached_from is None
    hit = step_run("A", CacheHitResult={"SourcePipelineExecutionArn": execution_arn("before")})
    assert hit.cached_from == execution_arn("before")


def test_selective_execution_names_the_execution_that_made_the_data() -> None:
    run = step_run("A", SelectiveExecutionResult={"SourcePipelineExecutionArn": execution_arn("before")})
    assert run.selected_from == execution_arn("before")


def test_iteration_keeps_its_context() -> None:
    run = step_run("Body-2", IterationContext={"ParentStepName": "Loop", "Index": 2, "Item": "eu"})
    assert (run.iteration_of, run.iteration_index, run.iteration_item) == ("Loop", 2, "eu")


@pytest.mark.parametrize("kind", [key for key, kind in STEP_KINDS.items() if kind.arn])
def test_what_a_step_made_is_found_under_its_kind(kind: str) -> None:
    assert step_run("A", Metadata=made(kind, "x/y")).job == JobRef(kind, arn_of("x/y"))


def test_lambda_function_is_not_a_job() -> None:
    assert (
        step_run("A", Metadata={"Lambda": {"Arn": "arn:aws:lambda:ap-northeast-2:123456789012:function:f"}}).job is None
    )


def test_unknown_metadata_key_is_kept_with_its_arn() -> None:
    run = step_run("A", Metadata={"QuantumJob": {"Arn": arn_of("quantum-job/q"), "Qubits": 7}})
    assert run.metadata == {"QuantumJob": {"Arn": arn_of("quantum-job/q"), "Qubits": 7}}
    assert run.job == JobRef("QuantumJob", arn_of("quantum-job/q"))


@pytest.mark.parametrize(
    "record", [{}, {"Metadata": None}, {"StepName": "A", "Metadata": {"TrainingJob": None}}, {"AttemptCount": "x"}]
)
def test_odd_record_is_read_without_a_crash(record: dict[str, Any]) -> None:
    assert parse_step_run(record).job is None


def test_step_listed_on_two_pages_is_one_attempt_and_the_later_state_counts() -> None:
    early, late = step_run("A", "Executing", end=None), step_run("A", "Succeeded")
    for order in permutations([early, late, late]):
        assert attempts_of(order) == {"A": (late,)}


def test_record_without_a_start_is_an_older_look_at_the_same_attempt() -> None:
    starting, done = step_run("A", "Starting", start=None, end=None), step_run("A")
    assert latest_attempts([starting, done]) == (done,)


def test_new_attempt_that_has_not_started_is_the_last() -> None:
    failed = step_run("A", "Failed", AttemptCount=1)
    waiting = step_run("A", "Starting", start=None, end=None, AttemptCount=2)
    assert attempts_of([waiting, failed]) == {"A": (failed, waiting)}


def test_three_attempts_stand_in_their_order_however_they_are_listed() -> None:
    tries = [
        step_run("A", status, start, start + 10) for status, start in (("Failed", 0), ("Failed", 20), ("Succeeded", 40))
    ]
    for order in permutations(tries):
        assert attempts_of(order)["A"] == tuple(tries)


def test_iterations_are_told_by_aws_or_by_their_name() -> None:
    definition = defined(for_each("Loop", "Body"), {"Name": "Body-7", "Type": "Training", "Arguments": {}})
    runs = [
        step_run("Body-0", IterationContext={"ParentStepName": "Loop", "Index": 0}),
        step_run("Body", IterationContext={"ParentStepName": "Loop", "Index": 1}),
        step_run("Body-2"),
        step_run("Body-7"),
        step_run("Loop"),
        step_run("Other-1"),
    ]
    assert iterations_of(definition, runs) == {"Body-0": "Body", "Body-1": "Body", "Body-2": "Body"}


def test_steps_that_ran_and_are_not_defined_are_added_with_a_gap() -> None:
    definition = defined({"Name": "A", "Type": "Training", "Arguments": {}}, for_each("Loop", "Body"))
    runs = [step_run("Gone", Metadata=made("ProcessingJob", "processing-job/p")), step_run("A"), step_run("Body-0")]
    grown = with_undefined_steps(definition, runs)
    assert [(step.name, step.type) for step in grown.steps][-1] == ("Gone", "Processing")
    assert len(grown.steps) == len(definition.steps) + 1
    assert [gap.code for gap in grown.gaps] == ["UndefinedStep"]
    assert with_undefined_steps(definition, runs[1:]) is definition


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped", "CompletedWithFailures"])
def test_execution_that_is_over_ends_with_its_last_step(status: str) -> None:
    assert end_of(execution(status), [step_run("A"), step_run("B", start=60, end=100)]).end == at(100)


@pytest.mark.parametrize("status", ["Executing", "Stopping"])
def test_execution_that_is_not_over_has_no_end(status: str) -> None:
    assert end_of(execution(status), [step_run("A")]).end is None


def test_execution_without_steps_has_no_end() -> None:
    assert end_of(execution("Stopped"), []).end is None


def test_summary_counts_statuses_of_nodes_that_ran() -> None:
    runs = [step_run("A"), step_run("B", "Failed", 60, 783)]
    summary = summarise(execution("Failed"), runs, ["Succeeded", "Failed", None], at(-9))
    assert summary.overall_status == "Failed"
    assert summary.node_status == {"Failed": 1, "Succeeded": 1}
    assert (summary.elapsed_sec, summary.last_activity) == (783, at(783))


def test_summary_without_an_execution_knows_nothing_and_says_so() -> None:
    summary = summarise(None, [], [None, None], at(-9))
    assert (summary.overall_status, summary.node_status) == ("Unknown", {"Unknown": 2})
    assert (summary.elapsed_sec, summary.last_activity) == (None, at(-9))


def test_execution_in_progress_counts_to_its_last_event() -> None:
    runs = [step_run("A", end=60), step_run("B", "Executing", 90, None)]
    summary = summarise(execution("Executing"), runs, ["Succeeded", "Executing"], at(-9))
    assert (summary.elapsed_sec, summary.last_activity) == (90, at(60))


def test_execution_without_a_step_has_no_elapsed_time() -> None:
    summary = summarise(execution("Executing"), [], [None], at(-9))
    assert (summary.elapsed_sec, summary.node_status, summary.last_activity) == (None, {}, at(-9))
