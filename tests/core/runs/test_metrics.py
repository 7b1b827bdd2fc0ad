import pytest

from chalicelib.core.runs.metrics import job_metrics
from tests.builders.answers import answer, at, ref


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
