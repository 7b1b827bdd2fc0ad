"""What one answer asks of AWS: each thing once, as early as it is known, and of what cannot change nothing twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

from faults.double.running import Double
from faults.remote import Remote

Log = list[dict[str, Any]]


def log_of(double: Double, remote: Remote, pipeline: str, *, latency_ms: int = 0, **how: Any) -> Log:
    double.configure("remote", latency_ms=latency_ms)
    reply = remote.ask(pipeline=pipeline, how=how)
    assert (reply.status, reply.body["warnings"]) == (200, [])
    return double.log("remote")


def of(log: Log, *operations: str) -> Log:
    return [entry for entry in log if entry["operation"] in operations]


def test_nothing_is_asked_twice_and_no_more_than_is_needed(double: Double, remote: Remote) -> None:
    log = log_of(double, remote, "mix-20x4-once")
    asked = Counter((entry["operation"], entry["resource"], entry["arguments"]) for entry in log)

    assert asked.most_common(1)[0][1] == 1

    kinds = Counter(entry["operation"] for entry in log)
    jobs = sum(count for name, count in kinds.items() if name.startswith("Describe") and "Pipeline" not in name)
    buckets = kinds["GetBucketLocation"]

    assert (jobs, buckets) == (18, 4)
    # The pipeline, its executions, definition, steps, parameters, tags; the account; one declared report.
    assert len(log) == 6 + jobs + 8 * buckets + 1 + 1


def test_steps_beyond_a_page_are_read_by_pages_and_their_jobs_once(double: Double, remote: Remote) -> None:
    log = log_of(double, remote, "mix-120x1-pages")

    assert len(of(log, "ListPipelineExecutionSteps")) == 2
    assert len(of(log, "DescribeTrainingJob", "DescribeProcessingJob", "DescribeModel", "DescribeTransformJob")) == 117


def test_reads_go_out_in_three_rounds(double: Double, remote: Remote) -> None:
    log = log_of(double, remote, "mix-8x2-rounds", latency_ms=900)
    first = log[0]["start"]
    rounds: dict[str, set[int]] = {}
    for entry in log:
        rounds.setdefault(entry["operation"], set()).add(int((entry["start"] - first) / 0.9))

    assert {name for name, when in rounds.items() if when == {0}} == {"DescribePipeline", "ListPipelineExecutions"}
    # A loaded machine may push a round's last reads over its end, but not its first ones.
    assert {min(when) for name, when in rounds.items() if name.startswith("GetBucket")} == {1}
    assert {min(when) for name, when in rounds.items() if name.endswith("Job")} == {2}
    assert min(rounds["GetObject"]) == 2


def test_buckets_are_read_before_the_execution_is_known(double: Double, remote: Remote) -> None:
    log = log_of(double, remote, "mix-8x2-early", latency_ms=300)
    steps_known = min(entry["end"] for entry in of(log, "ListPipelineExecutionSteps"))

    assert max(entry["start"] for entry in of(log, "GetBucketLocation")) < steps_known


def test_asked_again_a_finished_execution_costs_two_calls_and_one_for_each_package(
    double: Double, remote: Remote
) -> None:
    first = log_of(double, remote, "mix-20x4-again", cold=False)
    again = log_of(double, remote, "mix-20x4-again", cold=False)

    assert len(first) > 50
    assert Counter(entry["operation"] for entry in again) == {
        "DescribePipeline": 1,
        "ListPipelineExecutions": 1,
        "DescribeModelPackage": 1,
    }


def test_nothing_is_remembered_from_one_region_for_another(double: Double, remote: Remote) -> None:
    log_of(double, remote, "mix-6x1-regions", cold=False)
    double.configure("remote")
    reply = remote.ask(pipeline="mix-6x1-regions", region="eu-west-3", how={"cold": False})

    assert reply.body["pipeline"]["arn"].split(":")[3] == "eu-west-3"

    calls = double.log("remote")

    assert len(calls) > 15
    assert {call["region"] for call in calls} == {"eu-west-3"}


def test_the_same_answer_twice_is_a_304(double: Double, remote: Remote) -> None:
    double.configure("remote")
    first = remote.ask(pipeline="mix-6x1-etag")
    again = remote.ask(pipeline="mix-6x1-etag", how={"headers": {"if-none-match": first.headers["ETag"]}})

    assert (again.status, again.text) == (304, "")
    assert first.headers["Cache-Control"].startswith("private")
