"""Numbers in evaluation reports."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.runs.report_places import Report
from chalicelib.core.runs.reports import MAX_REPORT_METRICS, flatten_report, metrics_of, parse_report

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


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


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


def test_two_reports_that_disagree_on_a_key_are_both_shown() -> None:
    first, second = (Report("Score", name, f"s3://data/{name}.json") for name in ("first", "second"))
    shown = metrics_of([(first, {"auc": 0.8, "n": 10}), (second, {"auc": 0.9, "n": 10})])

    assert shown == {"auc": 0.8, "n": 10, "second.auc": 0.9}
