import pytest

from chalicelib.core.runs.execution import end_of, parse_execution, summarise
from chalicelib.core.values.model import Execution, JobRef
from tests.builders.answers import (
    answer,
    arn_of,
    at,
    execution_arn,
    step_run,
    texts_in,
)


def execution(status: str) -> Execution:
    return Execution(execution_arn("e1"), status)


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


def test_selective_execution_names_the_execution_that_made_the_data() -> None:
    run = step_run("A", SelectiveExecutionResult={"SourcePipelineExecutionArn": execution_arn("before")})

    assert run.selected_from == execution_arn("before")


def test_iteration_keeps_its_context() -> None:
    run = step_run("Body-2", IterationContext={"ParentStepName": "Loop", "Index": 2, "Item": "eu"})

    assert (run.iteration_of, run.iteration_index, run.iteration_item) == ("Loop", 2, "eu")


def test_lambda_function_is_not_a_job() -> None:
    assert (
        step_run("A", Metadata={"Lambda": {"Arn": "arn:aws:lambda:ap-northeast-2:123456789012:function:f"}}).job is None
    )


def test_unknown_metadata_key_is_kept_with_its_arn() -> None:
    run = step_run("A", Metadata={"QuantumJob": {"Arn": arn_of("quantum-job/q"), "Qubits": 7}})

    assert run.metadata == {"QuantumJob": {"Arn": arn_of("quantum-job/q"), "Qubits": 7}}
    assert run.job == JobRef("QuantumJob", arn_of("quantum-job/q"))


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
