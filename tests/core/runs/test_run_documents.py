from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.run_documents import run_document, run_documents
from tests.builders.answers import answer, arn_of, made, ref, step_run, texts_in

LOOP = parse_definition(
    {
        "Version": "2020-12-01",
        "Steps": [
            {
                "Name": "Loop",
                "Type": "ForEach",
                "Arguments": {
                    "IterableItems": ["eu", "us"],
                    "ForEachBody": [{"Name": "Body", "Type": "Training", "Arguments": {}}],
                },
            }
        ],
    }
)


def value_of(path: str, documents: dict[str, Any]) -> Any:
    """What a reference to a run comes to, in a definition that says nothing about it."""
    nothing = parse_definition({"Version": "2020-12-01", "Steps": []})
    return resolve({"Get": path}, Scope(nothing, run_documents=documents)).value


@pytest.mark.parametrize(
    ("metadata", "path", "value"),
    [
        ({"Lambda": {"OutputParameters": [{"Name": "n", "Value": "7"}]}}, "OutputParameters['n']", "7"),
        ({"Callback": {"CallbackToken": "live-secret-1", "OutputParameters": [{"Name": "u", "Value": "s3://b/k"}]}},
         "OutputParameters['u']", "s3://b/k"),
        ({"Condition": {"Outcome": "False"}}, "Outcome", "False"),
        ({"QualityCheck": {"CalculatedBaselineStatistics": "s3://b/statistics.json"}},
         "CalculatedBaselineStatistics", "s3://b/statistics.json"),
        ({"ClarifyCheck": {"BaselineUsedForDriftCheckConstraints": "s3://b/c.json"}},
         "BaselineUsedForDriftCheckConstraints", "s3://b/c.json"),
        ({"RegisterModel": {"Arn": "arn:model-package/churn/3"}}, "ModelPackageArn", "arn:model-package/churn/3"),
        ({"Model": {"Arn": arn_of("model/m-1")}}, "ModelName", "m-1"),
        ({"TrainingJob": {"Arn": arn_of("training-job/t-1")}}, "TrainingJobName", "t-1"),
        ({"EMR": {"ClusterId": "j-1", "StepId": "s-1"}}, "ClusterId", "j-1"),
        ({"EMR": {"ClusterId": "j-1", "StepId": "s-1"}}, "Id", "s-1"),
        ({"Athena": {"QueryExecutionId": "q", "S3OutputLocation": "s3://b/q.csv"}}, "S3OutputLocation", "s3://b/q.csv"),
        ({"ForEach": {"Status": "Succeeded", "InputItemCount": 2, "SucceededStepCount": 2}}, "SucceededStepCount", 2),
        ({"Lineage": {"ArtifactArns": {"m": arn_of("artifact/a")}}}, "ArtifactArns['m']", arn_of("artifact/a")),
        ({"HubContent": {"HubContentArn": arn_of("hub-content/h")}}, "HubContentArn", arn_of("hub-content/h")),
    ],
)  # fmt: skip
def test_what_only_the_record_tells_can_be_referred_to(metadata: dict[str, Any], path: str, value: Any) -> None:
    document = run_document(step_run("S", Metadata=metadata), None)

    assert value_of(f"Steps.S.{path}", {"S": document}) == value
    assert "live-secret-1" not in set(texts_in(document))


def test_description_stands_beside_what_the_record_adds() -> None:
    run = step_run("Q", Metadata={"QualityCheck": {"CheckJobArn": arn_of("processing-job/q"), "SkipCheck": True}})
    document = run_document(run, answer("DescribeProcessingJob", ProcessingJobName="q", ExitMessage="done"))

    assert (document["ExitMessage"], document["SkipCheck"], document["ProcessingJobName"]) == ("done", True, "q")


def test_best_training_job_is_the_first_of_the_ranked_ones() -> None:
    best: dict[str, Any] = {
        "TrainingJobName": "t-9",
        "TrainingJobArn": arn_of("training-job/t-9"),
        "CreationTime": step_run("x").start,
        "TrainingJobStatus": "Completed",
        "TunedHyperParameters": {},
    }
    run = step_run("Tune", Metadata=made("TuningJob", "hyper-parameter-tuning-job/tune"))
    document = run_document(run, answer("DescribeHyperParameterTuningJob", BestTrainingJob=best))

    assert value_of("Steps.Tune.TrainingJobSummaries[0].TrainingJobName", {"Tune": document}) == "t-9"
    assert value_of("Steps.Tune.TrainingJobSummaries[1].TrainingJobName", {"Tune": document}) is None


def test_auto_ml_described_by_version_two_is_addressed_as_version_one() -> None:
    features = "s3://b/features.json"
    described = answer(
        "DescribeAutoMLJobV2",
        AutoMLProblemTypeConfig={
            "TabularJobConfig": {"TargetAttributeName": "y", "FeatureSpecificationS3Uri": features}
        },
        SecurityConfig={"VolumeKmsKeyId": "key-1"},
    )
    document = run_document(step_run("Auto", Metadata=made("AutoMLJob", "automl-job/a")), described)
    paths = {
        "InputDataConfig[0].DataSource.S3DataSource.S3Uri": "s3://data/in",
        "AutoMLJobConfig.CandidateGenerationConfig.FeatureSpecificationS3Uri": features,
        "AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId": "key-1",
    }

    assert {path: value_of(f"Steps.Auto.{path}", {"Auto": document}) for path in paths} == paths


def test_iterations_are_addressed_through_their_loop_and_the_chosen_one_as_selected() -> None:
    runs = [
        step_run(f"Body-{index}", IterationContext={"ParentStepName": "Loop", "Index": index},
                 Metadata=made("TrainingJob", f"training-job/t-{index}"))
        for index in (1, 0)
    ]  # fmt: skip
    loop = step_run("Loop", Metadata={"ForEach": {"Status": "Succeeded", "Selector": {"StepName": "Body", "Index": 1}}})
    descriptions = {
        ref("TrainingJob", f"training-job/t-{index}"): answer("DescribeTrainingJob", TrainingJobName=f"T-{index}")
        for index in (0, 1)
    }
    documents = run_documents(LOOP, [*runs, loop], descriptions)
    outputs = documents["Loop"]["IterationOutputs"]

    assert [each["Body"]["TrainingJobName"] for each in outputs] == ["T-0", "T-1"]
    assert documents["Loop"]["Selected"]["TrainingJobName"] == "T-1"
    assert documents["Body-1"]["TrainingJobName"] == "T-1"
    assert "Body" not in documents


def test_body_that_ran_once_has_its_document_under_its_own_name() -> None:
    documents = run_documents(LOOP, [step_run("Body-0", Metadata=made("TrainingJob", "training-job/t-0"))], {})

    assert documents["Body"]["TrainingJobName"] == "t-0"


def test_last_attempt_is_the_one_that_is_referred_to() -> None:
    runs = [
        step_run("A", "Failed", 0, 5, Metadata=made("TrainingJob", "training-job/first")),
        step_run("A", "Succeeded", 10, 15, Metadata=made("TrainingJob", "training-job/second")),
    ]

    assert run_documents(LOOP, runs, {})["A"]["TrainingJobName"] == "second"


def test_denied_description_leaves_what_the_definition_declares() -> None:
    definition = parse_definition(
        {
            "Version": "2020-12-01",
            "Steps": [
                {"Name": "T", "Type": "Training", "Arguments": {"OutputDataConfig": {"S3OutputPath": "s3://b/o"}}}
            ],
        }
    )
    documents = run_documents(definition, [step_run("T", Metadata=made("TrainingJob", "training-job/t"))], {})
    scope = Scope(definition, run_documents=documents)

    assert resolve({"Get": "Steps.T.OutputDataConfig.S3OutputPath"}, scope).value == "s3://b/o"
    assert resolve({"Get": "Steps.T.TrainingJobName"}, scope).value == "t"
