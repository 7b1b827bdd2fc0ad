"""The functions through the app's own door: events and messages of an account on this machine, under their policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

import sandbox
from chalicelib import program
from chalicelib.engine import functions as engine_functions
from chalicelib.engine.queue import MOST_RECEIVES
from chalicelib.engine.schedule import EVENTS
from chalicelib.service import make_service
from chalicelib.settings import Settings
from chalicelib.store import opening
from chalicelib.store.layout import Store
from chalicelib.store.opening import open_store
from chalicelib.web.handlers import get_impact
from chalicelib.web.respond import local_text
from sandbox.lambdas import Lambda
from sandbox.permissions import permits
from tests.builders.played import definition, processing
from tools import package, policy, scan
from tools.functions import invoker

REGION = "ap-northeast-2"
CONFIG = scan.with_scan(package.config(), "dev")
ENVIRONMENT = {
    name: value.replace("aws-account-id", "123456789012").replace("aws-region-name", REGION)
    for name, value in CONFIG["stages"]["dev"]["environment_variables"].items()
}
STORE, QUEUE = ENVIRONMENT["LINEAGE_STORE"], ENVIRONMENT["SCAN_QUEUE"]
BUCKET = STORE.removeprefix("s3://")
SOURCE = (package.ROOT / "app.py").read_text()
SCOPE = json.loads((package.ROOT / ".chalice" / "scope.json").read_text())
SQS_ACTIONS = {"SendMessageBatch": "sqs:SendMessage", "GetQueueUrl": "sqs:GetQueueUrl"}


@dataclass
class Stage:
    """A deployed stage: each function has the rights of its own policy, and `used` are the actions that it used."""

    account: sandbox.Account
    patch: pytest.MonkeyPatch
    used: dict[str, set[str]] = field(default_factory=dict)
    is_now: str = ""

    def __post_init__(self) -> None:
        self.account.add_bucket(BUCKET)
        for name, value in {**self.account.environment, **ENVIRONMENT, "AWS_REGION": REGION}.items():
            self.patch.setenv(name, value)
        self.call = invoker({})
        self.lambda_ = Lambda(self.account.client, self.invoke, QUEUE, EVENTS, most=MOST_RECEIVES, visible_after=0)

    def invoke(self, name: str, event: Mapping[str, Any]) -> None:
        document = scan.in_account(policy.scan_policy(name, "dev", SOURCE, CONFIG, SCOPE), "123456789012", REGION)
        used = self.used.setdefault(name, set())
        self.become(name, document)

        def sends(model: Any, **_: Any) -> None:
            action = SQS_ACTIONS[model.name]
            used.add(action)
            assert permits(document, action, f"arn:aws:sqs:{REGION}:123456789012:{QUEUE}"), action

        assert boto3.DEFAULT_SESSION is not None
        boto3.DEFAULT_SESSION.events.register("before-call.sqs", sends, unique_id="sends")
        self.account.forget_calls()
        try:
            self.call(name, event)
        finally:
            used |= {call.action for call in self.account.calls}

    def become(self, name: str, document: Mapping[str, Any] | None = None) -> None:
        """Be a function, with what its policy permits, or `anyone`: a process keeps its credentials and its clients."""
        if name == self.is_now:
            return
        self.is_now = name
        keys = self.account.principal(document) if document else None
        environment = self.account.environment_of(keys) if keys else self.account.environment
        for variable, value in environment.items():
            self.patch.setenv(variable, value)
        boto3.setup_default_session()
        opening._in_s3.cache_clear()
        engine_functions.made.cache_clear()

    def settle(self) -> None:
        self.lambda_.schedule("plan")
        assert self.lambda_.poll_queue("work")[1] == []
        self.lambda_.schedule("compact")

    @property
    def store(self) -> Store:
        self.become("anyone")
        return open_store(STORE)

    def ask(self, handler: Any, **params: str) -> dict[str, Any]:
        """The API's answer from the store, with the actions that it took in `used["api"]`."""
        self.become("anyone")
        self.account.forget_calls()
        service = make_service(Settings(lineage_store=STORE), {})
        body: dict[str, Any] = json.loads(local_text(handler, "/", {k: [v] for k, v in params.items()}, service))
        self.used["api"] = {call.action for call in self.account.calls}
        return body


@pytest.fixture(scope="module")
def opened() -> Iterator[sandbox.Account]:
    with sandbox.account() as account:
        yield account


@pytest.fixture(scope="module")
def stage(opened: sandbox.Account) -> Iterator[Stage]:
    opened.reset()
    for number, name in enumerate(("etl", "features", "train")):
        step = processing("Work", {"in": f"s3://lake/{number}"}, {"out": f"s3://lake/{number + 1}"})
        opened.put_pipeline(definition(step), name)
    opened.add_bucket("lake")
    opened.run("etl")
    opened.run("features")
    with pytest.MonkeyPatch.context() as patch:
        made = Stage(opened, patch)
        made.settle()
        yield made
    boto3.setup_default_session()
    opening._in_s3.cache_clear()
    engine_functions.made.cache_clear()


def test_an_execution_that_ends_reaches_the_graph_by_its_event_and_each_function_uses_what_its_policy_permits(
    stage: Stage, tmp_path: Path
) -> None:
    before = stage.ask(get_impact, start="s3://lake/2", region=REGION)

    stage.account.client("sagemaker").start_pipeline_execution(PipelineName="train")
    events = stage.lambda_.poll_events("notice")
    stage.lambda_.poll_queue("work")
    stage.lambda_.schedule("compact")

    after = stage.ask(get_impact, start="s3://lake/2", region=REGION)
    status = [each["nodes"][0]["facts"].get("status") for each in (before, after)]

    assert [each["detail"]["currentPipelineExecutionStatus"] for each in events] == ["Succeeded"]
    assert status == [None, "Succeeded"]
    assert stage.used["api"] == {"s3:GetObject", "s3:ListBucket"}

    own, by_lambda = {"Store", "StoreList", "Queue", "Lists"}, {"sqs:ReceiveMessage", "sqs:DeleteMessage"}
    for name in ("plan", "notice", "compact"):
        document = policy.scan_policy(name, "dev", SOURCE, CONFIG, SCOPE)
        permitted = {action for each in document["Statement"] if each["Sid"] in own for action in each["Action"]}
        assert stage.used[name] == permitted - by_lambda, name

    assert {"s3:PutObject", "s3:ListBucket"} <= stage.used["work"]
    assert not {"s3:DeleteObject", "sqs:SendMessage"} & stage.used["work"]

    stage.settle()
    stage.become("anyone")
    program.main(["scan", "--store", str(tmp_path), "--region", REGION])

    kept, folder = stage.store.blobs, open_store(str(tmp_path)).blobs
    paths = [path for path in folder.paths("") if not path.endswith("scan.json")]

    assert all("/execution=" in path for path in {*kept.paths("")} - {*folder.paths("")})
    assert [path for path in paths if (kept.read(path) or (b"",))[0] != (folder.read(path) or (b"",))[0]] == []


def test_a_function_that_fails_leaves_its_message_until_it_is_a_dead_letter(stage: Stage) -> None:
    stage.account.fault("s3:PutObject", f"{BUCKET}*", code="AccessDenied", status=403)
    stage.account.client("sagemaker").start_pipeline_execution(PipelineName="etl")
    stage.lambda_.poll_events("notice")

    seen, raised = stage.lambda_.poll_queue("work")

    stage.account.mend()
    counted = ["ApproximateNumberOfMessages"]
    dead = stage.account.client("sqs").get_queue_attributes(QueueUrl=stage.lambda_.dead, AttributeNames=counted)

    assert (seen, len(raised), dead["Attributes"][counted[0]]) == (MOST_RECEIVES, MOST_RECEIVES, "1")


def test_compact_measures_how_old_what_is_unknown_is(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.lambda_.schedule("compact")

    lines = [json.loads(line) for line in caplog.messages if "_aws" in line]

    (described,) = lines[-1]["_aws"]["CloudWatchMetrics"]
    measured = {each["Name"]: lines[-1][each["Name"]] for each in described["Metrics"]}

    assert 0 <= measured.pop("ScanAgeMinutes") < 60
    assert measured == {"PipelinesWaiting": 0, "PipelinesUnread": 0}
    assert lines[-1]["Queue"] == QUEUE
