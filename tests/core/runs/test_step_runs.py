"""Runs of steps, read from what AWS lists."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import permutations
from typing import Any

import pytest

from chalicelib.core.definition.document import parse_definition
from chalicelib.core.runs.step_runs import (
    STEP_KINDS,
    attempts_of,
    iterations_of,
    latest_attempts,
    parse_step_run,
    with_undefined_steps,
)
from chalicelib.core.values.model import JobRef
from tests.builders.answers import (
    arn_of,
    execution_arn,
    made,
    metadata_members,
    step_record,
    step_run,
)


def defined(*steps: dict[str, Any]) -> Any:
    return parse_definition({"Version": "2020-12-01", "Steps": list(steps)})


def for_each(name: str, *bodies: str) -> dict[str, Any]:
    body = [{"Name": each, "Type": "Processing", "Arguments": {}} for each in bodies]
    return {"Name": name, "Type": "ForEach", "Arguments": {"ForEachBody": body}}


def test_every_kind_of_metadata_that_aws_has_is_known() -> None:
    assert set(STEP_KINDS) == set(metadata_members())


def test_where_the_arn_stands_is_a_member_of_that_kind() -> None:
    members = metadata_members()

    assert all(kind.arn in members[key] for key, kind in STEP_KINDS.items() if kind.arn)


def test_times_are_in_utc_whatever_zone_botocore_gives() -> None:
    seoul = timezone(timedelta(hours=9))
    record = step_record("A") | {"StartTime": datetime(2026, 3, 1, 18, 0, tzinfo=seoul)}

    assert parse_step_run(record).start == datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
    assert parse_step_run(record).start.tzinfo is UTC  # type: ignore[union-attr]


def test_empty_cache_hit_is_no_hit_and_a_real_one_names_the_execution() -> None:
    assert step_run("A", CacheHitResult={}).cached_from is None
    assert parse_step_run(step_record("A") | {"CacheHitResult": {"SourcePipelineExecutionArn": ""}}).cached_from is None
    hit = step_run("A", CacheHitResult={"SourcePipelineExecutionArn": execution_arn("before")})
    assert hit.cached_from == execution_arn("before")


@pytest.mark.parametrize("kind", [key for key, kind in STEP_KINDS.items() if kind.arn])
def test_what_a_step_made_is_found_under_its_kind(kind: str) -> None:
    assert step_run("A", Metadata=made(kind, "x/y")).job == JobRef(kind, arn_of("x/y"))


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
