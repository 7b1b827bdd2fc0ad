"""Rough days: limits, silence, a host that dies in mid-answer, a bucket that is elsewhere."""

from __future__ import annotations

import time

from faults.double.running import Double, running
from faults.remote import Remote, service


def test_answer_under_a_rate_limit_is_complete_and_asks_little_more(double: Double, remote: Remote) -> None:
    double.configure("remote")
    whole = remote.ask(pipeline="mix-30x2-limit")
    needed = len(double.log("remote"))
    double.configure("remote", limit={"rate": 10, "burst": 20, "operations": "Describe"})
    limited = remote.ask(pipeline="mix-30x2-limit")

    assert limited.body == whole.body
    assert len(double.log("remote")) <= 1.7 * needed


def test_throttling_hurts_only_the_reads_that_were_throttled(double: Double, remote: Remote) -> None:
    double.configure("remote", faults=[{"fault": "throttled", "operation": "DescribeTrainingJob"}])
    reply = remote.ask(pipeline="mix-12x2-hurt")
    warnings = reply.body["warnings"]

    assert reply.status == 200
    assert {warning["code"] for warning in warnings} == {"ThrottlingException"}
    assert {warning["resource"].split(":")[5].split("/")[0] for warning in warnings} == {"training-job"}

    runs = {node["id"]: node["run"] for node in reply.body["graph"]["nodes"] if "run" in node}

    assert all(run["status"] == "Succeeded" for run in runs.values())


def test_everything_else_hanging_the_answer_comes_at_its_deadline(double: Double, remote: Remote) -> None:
    double.configure("remote", faults=[{"fault": "hanging", "operation": "*", "spares": ["DescribePipeline"]}])
    reply = remote.ask(pipeline="mix-20x3-silence", how={"deadline_ms": 1000})

    assert reply.status == 200
    assert len(reply.body["graph"]["nodes"]) == 20
    assert {warning["code"] for warning in reply.body["warnings"]} == {"DeadlineExceeded"}
    assert {artifact["s3"]["versioning"] for artifact in reply.body["graph"]["artifacts"]} == {"Unknown"}
    assert 0.9 < reply.seconds < 5


def test_silent_bucket_is_waited_for_as_long_as_the_setting_says(double: Double) -> None:
    double.configure("impatient", faults=[{"fault": "hanging", "operation": "GetBucketAcl"}])
    with service(double, "impatient", S3_TIMEOUT_MS="300") as impatient:
        reply = impatient.ask(pipeline="one-processing-silent")

    assert {(warning["code"], warning["action"]) for warning in reply.body["warnings"]} == {("Timeout", None)}
    assert 0.3 <= reply.seconds < 10


def test_host_that_dies_in_mid_answer_costs_what_it_had_not_said() -> None:
    with running() as mortal, service(mortal, "remote") as remote:
        remote.ask(pipeline="mix-6x1-warm")
        mortal.configure("remote", latency_ms=400)
        remote.send(pipeline="mix-12x2-dies")
        time.sleep(0.6)  # after the pipeline has been read, before its buckets and steps have
        mortal.process.kill()  # type: ignore[union-attr]
        reply = remote.receive()
        assert (reply.status, len(reply.body["graph"]["nodes"])) == (200, 12)
        assert {warning["code"] for warning in reply.body["warnings"]} == {"ConnectionError"}
        after = remote.ask(pipeline="mix-12x2-after")

    assert (after.status, set(after.body)) == (502, {"message", "requestId"})


def test_bucket_in_another_region_is_read_there(double: Double, remote: Remote) -> None:
    moved = [{"fault": "moved", "operation": name, "times": 1} for name in ("GetBucketAcl", "GetBucketVersioning")]
    double.configure("remote", faults=moved)
    reply = remote.ask(pipeline="one-processing-moved")

    assert (reply.status, reply.body["warnings"]) == (200, [])
    assert {call["region"] for call in double.log("remote") if call["resource"].endswith("-b0")} > {"eu-north-1"}
