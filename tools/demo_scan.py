"""The demo of the scan on AWS's engine: queue, events and functions in an account on this machine, and what they do."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import boto3

from chalicelib.engine.queue import MOST_RECEIVES
from chalicelib.engine.schedule import EVENTS
from sandbox.lambdas import Lambda
from tools.functions import invoker

BUCKET, QUEUE = "kept-lineage", "sagemaker-lineage-api-demo-scan"
STORE = f"s3://{BUCKET}/answers"
NEVER_RAN = "fraud-experiment"
COMPACT_SEC = 5.0

Ask = Callable[[str, str], dict[str, Any]]


class Engine:
    """The functions, which are invoked in this process as Lambda would."""

    def __init__(self, found: Mapping[str, str]) -> None:
        region = found["AWS_DEFAULT_REGION"]
        os.environ.update(found)
        boto3.client("s3").create_bucket(
            Bucket=BUCKET,
            CreateBucketConfiguration={"LocationConstraint": region},  # type: ignore[typeddict-item]
        )
        invoke = invoker({"LINEAGE_STORE": STORE, "SCAN_QUEUE": QUEUE, "AWS_REGION": region, "LOG_LEVEL": "CRITICAL"})
        logging.disable(logging.CRITICAL)  # the functions' own lines are for CloudWatch
        self._lambda = Lambda(_client, invoke, QUEUE, EVENTS, most=MOST_RECEIVES)

    def scan(self) -> None:
        """Play some hours: plan, work and compact until a plan finds nothing new but what it asks about every time."""
        for hour in range(3):
            self._lambda.schedule("plan")
            pieces, raised = self._lambda.poll_queue("work")
            self._lambda.schedule("compact")
            failed = f", {len(raised)} failed" if raised else ""
            print(f"demo:   plan, hour {hour}: {pieces} pieces of work done{failed}; the graph is made", flush=True)

    def poll(self) -> list[str]:
        """Do what events ask for; what these were."""
        told = self._lambda.poll_events("notice")
        if told:
            self._lambda.poll_queue("work")
            self._lambda.schedule("compact")
        return [_words(each) for each in told]

    def serve(self) -> None:
        """Go on as the engine does, until this process is interrupted."""
        while True:
            for line in self.poll():
                print(f"demo: {line}; the graph is made anew", flush=True)
            time.sleep(COMPACT_SEC)


def _client(service: str) -> Any:
    return boto3.client(service)  # type: ignore[call-overload]


def _words(event: Mapping[str, Any]) -> str:
    detail = event["detail"]
    name, _, execution = detail["pipelineExecutionArn"].partition(":pipeline/")[2].partition("/execution/")
    return f"event: {name}, execution {execution}: {detail['currentPipelineExecutionStatus']}"


def show(engine: Engine, base: str, ask: Ask) -> None:
    """Run a pipeline that never ran, and show its event, and what the store says of it before and after."""
    print(f"\nThe scan by events: {NEVER_RAN} before:", flush=True)
    print(f"  {_row(ask(f'{base}/account?maxResults=200', 'account-before'))}")
    boto3.client("sagemaker").start_pipeline_execution(
        PipelineName=NEVER_RAN,
        PipelineParameters=[{"Name": "LabelColumn", "Value": "is_fraud"}],
        ClientRequestToken="the-demo-starts-it-once-" + "0" * 12,
    )
    print(f"demo: {NEVER_RAN} was started", flush=True)
    for line in engine.poll():
        print(f"demo: {line}; the graph is made anew", flush=True)
    print(f"{NEVER_RAN} after:")
    print(f"  {_row(ask(f'{base}/account?maxResults=200', 'account-after'))}")
    print(f"\nThe store          {STORE}, in the account")
    print("Start another      aws sagemaker start-pipeline-execution --pipeline-name NAME, with the variables of")
    print("                   build/demo/sandbox.log; the graph knows of it some seconds later", flush=True)


def _row(account: Mapping[str, Any]) -> str:
    row = next(each for each in account["pipelines"] if each["name"] == NEVER_RAN)
    found = ", ".join(f"{count} {severity}" for severity, count in row["findings"].items() if count)
    ran = row["latestExecution"] or {"status": "none"}
    return f"latest execution: {ran['status']}; findings: {found or 'none'}"
