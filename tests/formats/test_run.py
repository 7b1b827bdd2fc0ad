import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.reads import iam_action
from chalicelib.core.definition.document import parse_definition
from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.conditions import Comparison, Operand
from chalicelib.core.runs.execution import Summary, parse_execution
from chalicelib.core.runs.jobs import DESCRIBED, Job, parse_job
from chalicelib.core.runs.node_runs import NodeRun, aggregate, node_runs
from chalicelib.core.runs.registry import Deployment, parse_registration
from chalicelib.core.runs.step_runs import STEP_KINDS, parse_step_run
from chalicelib.core.values.model import Execution
from chalicelib.formats.run import plain, to_execution, to_job, to_registry, to_run, to_summary
from tests.builders.answers import answer, arn_of, at, execution_arn, ref


def test_contracts_keys_of_an_execution_are_always_there() -> None:
    assert to_execution(Execution(execution_arn("e1"), "Executing")) == {
        "arn": execution_arn("e1"),
        "status": "Executing",
        "startTime": None,
        "endTime": None,
        "failureReason": None,
    }


def test_what_only_the_description_of_an_execution_tells_is_added() -> None:
    described = answer(
        "DescribePipelineExecution",
        PipelineExecutionArn=execution_arn("e1"),
        PipelineExecutionStatus="Succeeded",
        PipelineExecutionDisplayName="nightly",
        LastModifiedTime=at(60),
        CreatedBy={"UserProfileName": "ann"},
    )
    shown = to_execution(parse_execution(described))

    assert shown["displayName"] == "nightly"
    assert shown["createdBy"] == {"UserProfileName": "ann"}
    assert shown["lastModifiedTime"] == "2026-03-01T09:01:00+00:00"


def test_summary_has_the_contracts_keys() -> None:
    assert to_summary(Summary("Failed", {"Failed": 1}, 783, at(783))) == {
        "overallStatus": "Failed",
        "nodeStatus": {"Failed": 1},
        "elapsedSec": 783,
        "lastActivityTime": "2026-03-01T09:13:03+00:00",
    }


def test_contracts_keys_of_a_run_are_always_there() -> None:
    assert to_run(NodeRun("A", "Starting")) == {
        "status": "Starting",
        "startTime": None,
        "endTime": None,
        "elapsedSec": None,
        "jobName": None,
        "jobArn": None,
        "metrics": {},
    }


def test_false_and_zero_are_shown() -> None:
    shown = to_run(NodeRun("A", "Succeeded", elapsed_sec=0, attempts=0, iteration_index=0, metrics={"loss": 0}))

    assert (shown["elapsedSec"], shown["attempts"], shown["index"], shown["metrics"]) == (0, 0, 0, {"loss": 0})


def test_known_operand_has_its_value_and_unknown_one_has_none() -> None:
    comparisons = (
        Comparison("LessThan", {"LeftValue": (Operand(True, 0.4, "Steps.A.x"),), "RightValue": (Operand(True, 0.5),)}),
        Comparison("In", {"QueryValue": (Operand(False, None, "Steps.A.y"),), "Values": (Operand(True, None),)}),
        Comparison("Not", {}, (Comparison("Equals", {"LeftValue": (Operand(True, False),)}),)),
    )
    shown = to_run(NodeRun("A", "Succeeded", outcome="True", comparisons=comparisons))

    assert shown["outcome"] == "True"
    assert shown["conditions"] == [
        {"type": "LessThan", "leftValue": {"value": 0.4, "expression": "Steps.A.x"}, "rightValue": {"value": 0.5}},
        {"type": "In", "queryValue": {"expression": "Steps.A.y"}, "values": [{"value": None}]},
        {"type": "Not", "conditions": [{"type": "Equals", "leftValue": {"value": False}}]},
    ]


def test_iterations_are_counted_by_status_and_listed_with_their_own_run() -> None:
    iterations = [
        NodeRun(f"Body-{i}", status, iteration_index=i, iteration_item="x")
        for i, status in enumerate(("Failed", "Succeeded"))
    ]
    shown: Mapping[str, Any] = to_run(aggregate("Body", iterations))

    assert shown["iterations"] == {"Failed": 1, "Succeeded": 1}
    assert [(each["stepName"], each["index"], each["status"]) for each in shown["iterationRuns"]] == [
        ("Body-0", 0, "Failed"),
        ("Body-1", 1, "Succeeded"),
    ]


@pytest.mark.parametrize("kind", sorted(DESCRIBED.keys() - {"Cluster"}))
def test_job_of_every_kind_is_plain_json(kind: str) -> None:
    described = DESCRIBED[kind]
    bare = answer(iam_action(described.operation).removeprefix("sagemaker:"))
    shown = to_job(parse_job(ref(kind, f"{described.prefix}/some"), bare))

    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert shown["type"] == described.prefix


def test_one_image_is_a_string_and_several_are_a_list_too() -> None:
    one, several = (to_job(Job("training-job", "arn", "n", images=images)) for images in (("a",), ("a", "b")))

    assert ("images" in one, one["image"]) == (False, "a")
    assert (several["image"], several["images"]) == ("a", ["a", "b"])


def test_registration_without_a_description_is_its_arn_and_what_that_says() -> None:
    shown = to_registry(parse_registration(ref("RegisterModel", "model-package/churn/3"), None))

    assert shown == {"modelPackageArn": arn_of("model-package/churn/3"), "modelPackageGroup": "churn", "version": 3}


def test_registration_tells_where_it_is_deployed() -> None:
    deployment = Deployment("live", arn_of("endpoint/live"), "modelPackage")
    shown = to_registry(parse_registration(ref("RegisterModel", "model-package/churn/3"), None, [deployment]))

    assert shown["endpoints"] == [
        {"endpointName": "live", "endpointArn": arn_of("endpoint/live"), "knownBy": "modelPackage"}
    ]


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(odd)
def test_whatever_aws_answers_becomes_json(value: Any) -> None:
    assert json.loads(json.dumps(plain(value), allow_nan=False)) == plain(value)


@given(st.sampled_from(sorted(STEP_KINDS)), odd, st.sampled_from(["Succeeded", "Failed", "Executing"]))
def test_run_with_metadata_of_any_shape_becomes_json(kind: str, content: Any, status: str) -> None:
    definition = parse_definition({"Steps": [{"Name": "A", "Type": STEP_KINDS[kind].step_type}]})
    run = parse_step_run({"StepName": "A", "StepStatus": status, "Metadata": {kind: content}})
    found = node_runs(definition, [run], Scope(definition), {})

    assert json.dumps(to_run(found["A"]), allow_nan=False)


def test_time_without_a_zone_is_taken_for_utc() -> None:
    assert plain(datetime(2026, 3, 1, 9)) == "2026-03-01T09:00:00+00:00"  # noqa: DTZ001
