"""How an execution goes: order, branches, failures, caches, retries, iterations."""

from __future__ import annotations

import json
from typing import Any

import pytest

import sandbox
from sandbox.world import Execution
from tests.builders.played import (
    BUCKET,
    compare,
    condition,
    definition,
    get,
    join,
    model,
    processing,
    register,
    step,
    training,
)

REPORT = [{"PropertyFileName": "Report", "OutputName": "evaluation", "FilePath": "evaluation.json"}]
TRAIN_URI = get("Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri")
ARCHIVE = get("Steps.Train.ModelArtifacts.S3ModelArtifacts")


def from_report(path: str) -> dict[str, Any]:
    """What a condition reads from the report of step Evaluate."""
    return {"Std:JsonGet": {"PropertyFile": get("Steps.Evaluate.PropertyFiles.Report"), "Path": path}}


def quality_pipeline() -> dict[str, Any]:
    """Prepare → Train → Evaluate → a condition on the report → Register or Fail."""
    check = compare("GreaterThanOrEqualTo", from_report("metrics.auc.value"), get("Parameters.Threshold"))
    reject = step("Reject", "Fail", {"ErrorMessage": "weak"})
    return definition(
        condition("Check", [check], [register("Register", ARCHIVE)], [reject]),
        processing("Evaluate", {"model": ARCHIVE}, {"evaluation": f"{BUCKET}/evaluation"}, PropertyFiles=REPORT),
        training("Train", {"train": TRAIN_URI}),
        processing("Prepare", outputs={"train": join(get("Parameters.Bucket"), "train")}),
        parameters=[
            {"Name": "Bucket", "Type": "String", "DefaultValue": BUCKET},
            {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.7},
        ],
    )


def statuses(made: Execution) -> dict[str, str]:
    """Each step's status, in the order of their start."""
    return {one["StepName"]: one["StepStatus"] for one in made.steps}


def entry(made: Execution, name: str) -> dict[str, Any]:
    """One step's entry in the list."""
    return next(one for one in made.steps if one["StepName"] == name)


def auc(value: float) -> dict[str, Any]:
    """A report with this area under the curve."""
    return {"Evaluate": {"metrics": {"auc": {"value": value}}}}


def test_steps_run_in_the_order_of_their_references_not_of_the_document(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = account.run("quality", reports=auc(0.9))

    assert list(statuses(made)) == ["Prepare", "Train", "Evaluate", "Check", "Register"]

    ends = [one["EndTime"] for one in made.steps]
    starts = [one["StartTime"] for one in made.steps]

    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))


@pytest.mark.parametrize(
    ("value", "outcome", "last", "status"),
    [(0.7, "True", "Register", "Succeeded"), (0.69, "False", "Reject", "Failed")],
)
def test_branch_is_taken_by_what_the_report_in_s3_says(
    account: sandbox.Account, value: float, outcome: str, last: str, status: str
) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = account.run("quality", reports=auc(value))

    assert entry(made, "Check")["Metadata"] == {"Condition": {"Outcome": outcome}}
    assert list(statuses(made))[-1] == last
    assert made.status == status

    body = account.client("s3").get_object(Bucket="play-data", Key="evaluation/evaluation.json")["Body"]
    with body:
        assert json.load(body) == {"metrics": {"auc": {"value": value}}}


def test_report_is_made_up_where_nothing_is_told(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = account.run("quality", {"Threshold": "0.5"})
    body = account.client("s3").get_object(Bucket="play-data", Key="evaluation/evaluation.json")["Body"]
    with body:
        report = json.load(body)

    assert report["metrics"]["auc"]["value"] >= 0.5
    assert set(report["metrics"]["auc"]) == {"value", "standard_deviation"}
    assert statuses(made)["Register"] == "Succeeded"


def test_condition_reads_a_report_by_its_s3_location_too(account: sandbox.Account) -> None:
    where = join(get("Steps.Prepare.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"), "results.json")
    reading = {"Std:JsonGet": {"S3Uri": where, "Path": "Result"}}
    account.put_pipeline(
        definition(processing("Prepare"), condition("Check", [compare("LessThan", reading, 1)], [processing("Then")])),
        "by-location",
    )
    made = account.run("by-location")

    assert statuses(made) == {"Prepare": "Succeeded", "Check": "Succeeded", "Then": "Succeeded"}


def test_failed_step_ends_the_execution_and_its_dependents_do_not_start(
    account: sandbox.Account, sagemaker: Any
) -> None:
    both = definition(*quality_pipeline()["Steps"], processing("Beside"), parameters=quality_pipeline()["Parameters"])
    account.put_pipeline(both, "quality")
    made = account.run("quality", fail={"Train": "AlgorithmError: no rows\nexit code 1"})

    assert statuses(made) == {"Prepare": "Succeeded", "Beside": "Succeeded", "Train": "Failed"}
    assert made.status == "Failed"

    job = sagemaker.describe_training_job(
        TrainingJobName=entry(made, "Train")["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    )

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"] == entry(made, "Train")["FailureReason"] == "AlgorithmError: no rows\nexit code 1"
    assert job["ModelArtifacts"] == {}

    shown = sagemaker.describe_pipeline_execution(PipelineExecutionArn=made.arn)

    assert shown["FailureReason"] == "Step failure: One or multiple steps failed."


def test_executing_step_has_no_end_and_nothing_after_it(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = account.run("quality", executing=["Train"])

    assert statuses(made) == {"Prepare": "Succeeded", "Train": "Executing"}
    assert made.status == "Executing"
    assert "EndTime" not in entry(made, "Train")

    job = sagemaker.describe_training_job(
        TrainingJobName=entry(made, "Train")["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    )

    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("InProgress", "Training")
    assert "TrainingEndTime" not in job


def test_stopped_step_stops_the_execution(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = account.run("quality", stopped=["Train"])

    assert statuses(made)["Train"] == "Stopped"
    assert made.status == "Stopped"


def test_cached_step_names_the_execution_and_the_job_that_really_made_it(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    first = account.run("quality", reports=auc(0.9))
    second = account.run("quality", reports=auc(0.9), cached=["Prepare", "Train"])
    third = account.run("quality", reports=auc(0.9), cached=["Prepare"])
    for later in (second, third):
        assert entry(later, "Prepare")["CacheHitResult"] == {"SourcePipelineExecutionArn": first.arn}
        assert entry(later, "Prepare")["Metadata"] == entry(first, "Prepare")["Metadata"]

    assert entry(second, "Train")["Metadata"] == entry(first, "Train")["Metadata"]
    assert entry(third, "Train")["Metadata"] != entry(first, "Train")["Metadata"]


def test_step_that_never_succeeded_cannot_be_cached(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    with pytest.raises(ValueError, match="Train cannot be cached"):
        account.run("quality", cached=["Train"])


def test_selected_steps_take_what_they_read_from_another_execution(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    first = account.run("quality", reports=auc(0.9))
    made = account.run("quality", reports=auc(0.9), select=["Evaluate"], source=first.arn)
    reused = {
        one["StepName"]: one["SelectiveExecutionResult"]["SourcePipelineExecutionArn"]
        for one in made.steps
        if "SelectiveExecutionResult" in one
    }

    assert reused == {"Train": first.arn}
    assert list(statuses(made)) == ["Train", "Evaluate"]

    shown = sagemaker.describe_pipeline_execution(PipelineExecutionArn=made.arn)["SelectiveExecutionConfig"]

    assert shown == {"SourcePipelineExecutionArn": first.arn, "SelectedSteps": [{"StepName": "Evaluate"}]}


def test_retried_step_says_how_often_it_was_tried(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    once = account.run("quality", reports=auc(0.9))
    made = account.run("quality", reports=auc(0.9), attempts={"Train": 3})

    assert entry(made, "Train")["AttemptCount"] == 3

    def seconds(one: Execution) -> float:
        found = entry(one, "Train")
        return float((found["EndTime"] - found["StartTime"]).total_seconds())

    assert seconds(made) == 3 * seconds(once)


def test_step_that_answers_a_failure_makes_the_execution_complete_with_failures(account: sandbox.Account) -> None:
    cleanup = step("Tidy", "Lambda", DependsOn=[{"Step": "Train", "Trigger": "Failed"}], FunctionArn="arn:aws:lambda:x")
    account.put_pipeline(definition(training("Train"), cleanup), "answered")
    failed = account.run("answered", fail=["Train"])

    assert statuses(failed) == {"Train": "Failed", "Tidy": "Succeeded"}
    assert failed.status == "CompletedWithFailures"
    assert statuses(account.run("answered")) == {"Train": "Succeeded"}


def test_reference_to_a_property_that_is_not_there_fails_the_step(account: sandbox.Account) -> None:
    account.put_pipeline(definition(processing("A"), model("B", get("Steps.A.ModelArtifacts.S3ModelArtifacts"))), "odd")
    made = account.run("odd")

    assert statuses(made) == {"A": "Succeeded", "B": "Failed"}
    assert "Steps.A.ModelArtifacts.S3ModelArtifacts has no value" in entry(made, "B")["FailureReason"]
    assert entry(made, "B")["Metadata"] == {}


def test_branch_of_bare_names_gates_the_top_level_steps(account: sandbox.Account) -> None:
    account.put_pipeline(
        definition(condition("Check", [compare("Equals", 1, 2)], ["Yes"], ["No"]), processing("Yes"), processing("No")),
        "names",
    )

    assert list(statuses(account.run("names"))) == ["Check", "No"]


def test_versions_of_a_model_package_group_count_up_across_executions(account: sandbox.Account) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    made = [account.run("quality", reports=auc(0.9)) for _ in range(2)]
    arns = [entry(one, "Register")["Metadata"]["RegisterModel"]["Arn"] for one in made]

    assert [one.rsplit(":", 1)[-1] for one in arns] == ["model-package/models/1", "model-package/models/2"]


def each(items: Any, **arguments: Any) -> dict[str, Any]:
    """A ForEach over items whose body prepares and trains."""
    body = [
        processing("Part", outputs={"train": join(f"{BUCKET}/parts", get("ForEach.CurrentItem"))}),
        training("Fit", {"train": get("Steps.Part.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri")}),
    ]
    return step("Each", "ForEach", {"IterableItems": items, "ForEachBody": body, **arguments})


def test_foreach_runs_its_body_once_for_each_item(account: sandbox.Account, sagemaker: Any) -> None:
    after = model("After", get("Steps.Each.IterationOutputs[1].Fit.ModelArtifacts.S3ModelArtifacts"))
    account.put_pipeline(definition(each(["seoul", "busan"], MaxConcurrency=2), after), "each")
    made = account.run("each")

    assert set(statuses(made)) == {"Each", "Part-0", "Fit-0", "Part-1", "Fit-1", "After"}
    assert entry(made, "Fit-1")["IterationContext"] == {"ParentStepName": "Each", "Index": 1, "Item": "busan"}

    facts = entry(made, "Each")["Metadata"]["ForEach"]

    assert (facts["Status"], facts["InputItemCount"], facts["TotalStepCount"]) == ("Succeeded", 2, 4)

    job = sagemaker.describe_training_job(
        TrainingJobName=entry(made, "Fit-1")["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    )

    assert job["InputDataConfig"][0]["DataSource"]["S3DataSource"]["S3Uri"] == f"{BUCKET}/parts/busan"
    assert entry(made, "Part-0")["StartTime"] == entry(made, "Part-1")["StartTime"]


def test_foreach_selects_the_best_iteration(account: sandbox.Account) -> None:
    selector = {"Pick": "MaxBy", "Field": get("IterationOutput.Fit.FinalMetricDataList['validation:auc'].Value")}
    chosen = each('["a", "b", "c"]', Selector=selector)
    after = model("After", get("Steps.Each.Selected.ModelArtifacts.S3ModelArtifacts"))
    account.put_pipeline(definition(chosen, after), "best")
    measured = {f"Fit-{index}": {"validation:auc": value} for index, value in enumerate((0.7, 0.9, 0.8))}
    made = account.run("best", metrics=measured)

    assert entry(made, "Each")["Metadata"]["ForEach"]["Selector"] == {"StepName": "Fit", "Index": 1}
    assert statuses(made)["After"] == "Succeeded"


def test_failed_iteration_fails_the_foreach(account: sandbox.Account) -> None:
    account.put_pipeline(definition(each(["a", "b"])), "each")
    made = account.run("each", fail=["Part-1"])
    found = statuses(made)

    assert (found["Part-0"], found["Part-1"], found["Each"]) == ("Succeeded", "Failed", "Failed")
    assert "Fit-1" not in found


def test_cleanup_deletes_what_the_named_step_wrote(account: sandbox.Account) -> None:
    tidy = step("Tidy", "Cleanup", {"Resources": {"S3": [{"StepName": "A"}, "Nobody"]}}, DependsOn=["A"])
    account.put_pipeline(definition(processing("A"), tidy), "tidy")
    made = account.run("tidy")

    assert entry(made, "Tidy")["Metadata"]["Cleanup"] == {
        "CleanedSteps": ["A"],
        "SkippedSteps": ["Nobody"],
        "FailedSteps": [],
    }
    assert account.client("s3").list_objects_v2(Bucket="play-data")["KeyCount"] == 0


def test_execution_variables_and_experiment_are_known(account: sandbox.Account, sagemaker: Any) -> None:
    named = processing(
        "A",
        outputs={"out": join(BUCKET, get("Execution.PipelineExecutionId"), get("PipelineExperimentConfig.TrialName"))},
    )
    document = {
        **definition(named),
        "PipelineExperimentConfig": {"ExperimentName": "e", "TrialName": get("Execution.PipelineName")},
    }
    account.put_pipeline(document, "named")
    made = account.run("named")
    job = sagemaker.describe_processing_job(
        ProcessingJobName=entry(made, "A")["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    )
    where = job["ProcessingOutputConfig"]["Outputs"][0]["S3Output"]["S3Uri"]

    assert where == f"{BUCKET}/{made.arn.rsplit('/', 1)[-1]}/named"


@pytest.mark.parametrize(
    ("given", "wishes", "problem"),
    [
        ({"Nothing": "1"}, {}, "no parameter Nothing"),
        ({"Threshold": "high"}, {}, "Threshold is no Float"),
        ({}, {"fail": ["Trian"]}, "no step Trian"),
    ],
)
def test_what_does_not_fit_the_definition_is_refused(
    account: sandbox.Account, given: dict[str, str], wishes: dict[str, Any], problem: str
) -> None:
    account.put_pipeline(quality_pipeline(), "quality")
    with pytest.raises(ValueError, match=problem):
        account.run("quality", given, **wishes)


def test_parameter_without_default_and_value_is_named(account: sandbox.Account) -> None:
    account.put_pipeline(definition(processing("A"), parameters=[{"Name": "Day", "Type": "String"}]), "daily")
    with pytest.raises(ValueError, match="Day"):
        account.run("daily")


def test_same_account_is_the_same_twice() -> None:
    def play() -> list[Any]:
        with sandbox.account() as opened:
            opened.put_pipeline(quality_pipeline(), "quality")
            runs = [opened.run("quality"), opened.run("quality", cached=["Prepare"])]
            return [(one.arn, one.start, one.steps) for one in runs]

    assert play() == play()
