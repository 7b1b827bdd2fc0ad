"""The formats of other programs, for every execution that the demo account has, through the front door."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import boto3
import pytest

from tests.api.conftest import ROOT, Api
from tests.builders.consumers import datahub, datazone, marquez
from tests.builders.findings import asff_problems, ocsf_problems
from tests.builders.hub import security_hub
from tests.builders.openlineage import drawn, problems, rebuilt


@pytest.fixture(scope="module")
def executions(api: Api) -> list[dict[str, Any]]:
    """How to ask for each execution, and for each pipeline that never ran."""
    asked: list[dict[str, Any]] = []
    for pipeline in api.get("/pipelines").body["pipelines"]:
        name = pipeline["name"]
        listed = api.get("/executions", pipeline=name).body["executions"]
        asked += [{"pipeline": name, "execution": each["arn"]} for each in listed] or [{"pipeline": name}]
    return asked


def test_openlineage_is_valid_and_the_graph_can_be_made_again_of_it_alone(
    api: Api, executions: list[dict[str, Any]]
) -> None:
    for asked in executions:
        reply = api.get("/lineage", **asked, format="openlineage")

        assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
        assert [problem for event in reply.body for problem in problems(event)] == []
        assert rebuilt(reply.body) == drawn(api.get("/lineage", **asked).body)
        for event in reply.body:
            marquez(event)
            if "run" in event:
                datazone(event)
                assert datahub(event) == asked["pipeline"]

    assert len(executions) >= 7


def test_one_step_is_no_pipeline_for_openlineage(api: Api) -> None:
    reply = api.get("/lineage", pipeline="mlops-pipeline", step="Train", format="openlineage")

    assert (reply.status, reply.body) == (400, {"message": "step does not go with format=openlineage"})


@pytest.mark.parametrize(("name", "problems"), [("ocsf", ocsf_problems), ("asff", asff_problems)])
def test_findings_are_valid_where_their_readers_take_them(
    api: Api, executions: list[dict[str, Any]], name: str, problems: Any
) -> None:
    for asked in executions:
        reply = api.get("/lineage", **asked, posture="full", format=name)

        findings = api.get("/lineage", **asked, posture="full").body["findings"]
        assert findings
        assert len(reply.body) == len(findings)
        assert [problem for each in reply.body for problem in problems(each)] == []


@pytest.mark.parametrize("name", ["mermaid", "dot"])
def test_a_drawing_has_every_step_and_is_the_same_twice(api: Api, executions: list[dict[str, Any]], name: str) -> None:
    for asked in executions:
        reply = api.get("/lineage", **asked, format=name)

        assert reply.text == api.get("/lineage", **asked, format=name).text
        steps = api.get("/lineage", **asked).body["graph"]["nodes"]
        assert all(node["label"].split("-")[0][:20] in reply.text for node in steps)


def test_the_command_line_sends_to_security_hub_what_is_not_there_twice(
    api: Api, demo_environment: dict[str, str]
) -> None:
    dump = [sys.executable, "lineage_dump.py", "--pipeline-name", "mlops-pipeline", "--out", os.devnull]

    with security_hub() as url:
        environment = {**os.environ, **demo_environment, "AWS_ENDPOINT_URL_SECURITYHUB": url}
        for _ in range(2):
            subprocess.run([*dump, "--send-securityhub"], cwd=ROOT, env=environment, check=True)
        hub = boto3.client("securityhub", endpoint_url=url, region_name=demo_environment["AWS_DEFAULT_REGION"])
        there = hub.get_findings(MaxResults=100)["Findings"]

    findings = api.lineage("mlops-pipeline", includeLatestExec="false")["findings"]

    assert sorted(each["Id"] for each in there) == sorted(
        f"sagemaker-lineage/{each['finding_info']['uid']}" for each in findings
    )
