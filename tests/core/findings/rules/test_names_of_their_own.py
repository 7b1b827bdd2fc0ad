"""What AWS writes under names of its own lies below a location, and replaces nothing there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.core.lineage import Lineage
from chalicelib.routes.lineage import offline_lineage
from tests.builders.played import definition, processing, step

JAR = {"HadoopJarStep": {"Jar": "command-runner.jar", "Args": ["spark-submit", "--conf", "spark.eventLog.dir=s3://b/"]}}
LOGS = {"configurationOverrides": {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": "s3://b/"}}}}
WRITERS: dict[str, dict[str, Any]] = {
    "Athena": {"QueryString": "SELECT 1", "ResultConfiguration": {"OutputLocation": "s3://b/"}},
    "EMR": {"StepConfig": JAR, "ClusterConfig": {"Name": "c", "LogUri": "s3://b/"}},
    "EMRServerless": {"ApplicationId": "00a", "JobConfig": LOGS},
    "Endpoint": {"EndpointName": "e", "DataCaptureConfig": {"DestinationS3Uri": "s3://b/"}},
}


def lineage(*steps: dict[str, Any]) -> Lineage:
    return offline_lineage(json.dumps(definition(*steps)), "p", {}, region="eu-west-1")


@pytest.mark.parametrize("kind", WRITERS)
def test_two_steps_that_share_such_a_location_overwrite_nothing(kind: str) -> None:
    found = lineage(step("A", kind, WRITERS[kind]), step("B", kind, WRITERS[kind])).findings

    assert "FLOW-08" not in {finding.rule for finding in found}


@pytest.mark.parametrize("kind", ["Athena", "EMRServerless"])
def test_who_reads_all_of_it_reads_that_and_who_reads_elsewhere_below_does_not(kind: str) -> None:
    drawn = lineage(
        step("A", kind, WRITERS[kind]),
        processing("All", {"in": "s3://b/"}, {}),
        processing("Raw", {"in": "s3://b/raw/"}, {}),
    ).graph

    assert [(edge.source, edge.target) for edge in drawn.edges if edge.via == "artifact"] == [("A", "All")]
