"""A record of Search stands for a job's description only where the description could say nothing else."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from chalicelib.core.runs.searched import PLACES, description_in, jobs_sought
from chalicelib.core.values.model import Definition, JobRef, Step, StepRun

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:training-job/t"
JOB = JobRef("TrainingJob", ARN)
ASKED: dict[str, Any] = {
    "HyperParameters": {"depth": "5", "rate": {"Get": "Parameters.Rate"}},
    "InputDataConfig": [{"ChannelName": "a"}, {"ChannelName": "b"}],
    "EnableNetworkIsolation": False,
    "VpcConfig": {},
    "TrainingJobName": "t",
    "Tags": [{"Key": "k", "Value": "v"}],
}
TOLD: dict[str, Any] = {
    "TrainingJobArn": ARN,
    "TrainingJobName": "pipelines-4f2a-t-abc",
    "TrainingJobStatus": "Completed",
    "ModelArtifacts": {"S3ModelArtifacts": "s3://b/m"},
    "CreationTime": 1,
    "TrainingStartTime": 2,
    "TrainingEndTime": 3,
    "HyperParameters": {"depth": "5", "rate": "0.1", "added": "by AWS"},
    "InputDataConfig": [{"ChannelName": "a", "InputMode": "File"}, {"ChannelName": "b"}, {"ChannelName": "c"}],
    "EnableNetworkIsolation": False,
}


def test_what_is_told_whole_is_the_description_without_tags() -> None:
    assert description_in({**TOLD, "Tags": []}, JOB, ASKED) == TOLD


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("it still runs", {"TrainingJobStatus": "InProgress"}),
        ("it failed, for a reason that may not be there yet", {"TrainingJobStatus": "Failed"}),
        ("its end is missing", {"TrainingEndTime": None}),
        ("its model is missing", {"ModelArtifacts": None}),
        ("its metrics are missing", {"AlgorithmSpecification": {"MetricDefinitions": [{"Name": "auc"}]}}),
        ("who uses its instances next is told later", {"ResourceConfig": {"KeepAlivePeriodInSeconds": 1}}),
        ("a channel is missing", {"InputDataConfig": [{"ChannelName": "a"}]}),
        ("a hyperparameter is missing", {"HyperParameters": {"depth": "5"}}),
        ("a hyperparameter is cut", {"HyperParameters": {"depth": "", "rate": "0.1"}}),
        ("a member is missing", {"EnableNetworkIsolation": None}),
    ],
)
def test_a_record_that_may_lack_something_does_not_count(why: str, told: dict[str, Any]) -> None:
    assert description_in({**TOLD, **told}, JOB, ASKED) is None, why


def test_what_search_cannot_tell_of_a_job_is_a_reason_to_describe_it() -> None:
    rules = {"ProfilerRuleConfigurations": [{"RuleConfigurationName": "ProfilerReport"}]}

    assert description_in(TOLD, JOB, {**ASKED, **rules}) is None


def test_only_jobs_whose_step_is_known_are_sought_and_iterations_by_their_body() -> None:
    body = Step("Train", "Training", {}, {"RoleArn": "r"}, parent="Each", branch="forEach")
    definition = Definition({}, (Step("Each", "ForEach", {}, {}), body))
    runs = [
        StepRun("Train-0", "Succeeded", iteration_of="Each", iteration_index=0, job=JOB),
        StepRun("Lost", "Succeeded", job=JobRef("TrainingJob", ARN + "2")),
        StepRun("Register", "Succeeded", job=JobRef("RegisterModel", ARN + "3")),
    ]

    assert jobs_sought(runs, definition) == {JOB: {"RoleArn": "r"}}


def test_the_places_are_those_of_aws() -> None:
    model: Any = botocore.session.get_session().get_service_model("sagemaker")
    for place in {place for places in PLACES.values() for place in places}:
        assert place.resource in model.shape_for("ResourceType").enum
        shape = model.shape_for("SearchRecord")
        for member in place.path:
            shape = shape.members[member]
        assert shape.type_name == "structure"
