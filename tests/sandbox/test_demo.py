"""The demo account, asked as a stranger would: unmodified boto3 over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sandbox


@pytest.fixture(scope="module")
def demo() -> Iterator[sandbox.Account]:
    with sandbox.demo_account() as opened:
        yield opened


@pytest.fixture(scope="module")
def sagemaker(demo: sandbox.Account) -> Any:
    return demo.client("sagemaker")


def latest(sagemaker: Any, pipeline: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = sagemaker.list_pipeline_executions(PipelineName=pipeline)[
        "PipelineExecutionSummaries"
    ]
    return found[0]


def test_each_pipeline_is_in_its_own_state(sagemaker: Any) -> None:
    names = [one["PipelineName"] for one in sagemaker.list_pipelines()["PipelineSummaries"]]
    states = {
        name: [
            one["PipelineExecutionStatus"]
            for one in sagemaker.list_pipeline_executions(PipelineName=name)["PipelineExecutionSummaries"]
        ]
        for name in names
    }
    assert states == {
        "mlops-pipeline": ["Succeeded", "Failed", "Succeeded"],
        "churn-retrain": ["Failed", "Succeeded"],
        "nightly-scoring": ["Executing"],
        "fraud-experiment": [],
        "batch-inference": ["Succeeded"],
    }


def test_latest_run_of_the_first_pipeline_registered_the_model_it_trained(sagemaker: Any) -> None:
    arn = latest(sagemaker, "mlops-pipeline")["PipelineExecutionArn"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=arn)["PipelineExecutionSteps"]
    made = {one["StepName"]: one["Metadata"] for one in steps}
    job = made["Train"]["TrainingJob"]["Arn"].rsplit("/", 1)[-1]
    trained = sagemaker.describe_training_job(TrainingJobName=job)
    package = sagemaker.describe_model_package(
        ModelPackageName=made["RegisterModel-RegisterModel"]["RegisterModel"]["Arn"]
    )
    container = package["InferenceSpecification"]["Containers"][0]
    assert container["ModelDataUrl"] == trained["ModelArtifacts"]["S3ModelArtifacts"]
    assert {one["MetricName"]: round(one["Value"], 2) for one in trained["FinalMetricDataList"]} == {
        "train:auc": 0.72,
        "validation:auc": 0.63,
    }
