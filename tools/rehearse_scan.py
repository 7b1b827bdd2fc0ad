"""Rehearse the scan on AWS's engine: a package's own functions, from a schedule and an event to an answer of the API.

Each function is a process of Lambda's runtime client with the handler, variables, time and rights that the package's
template gives it. An execution ends, and its event must reach what the API answers. The store that the functions leave
must be, byte for byte, the one that the command line makes of the same account with nothing cut from botocore.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.store.bucket import Bucket
from chalicelib.store.folder import Folder
from chalicelib.store.layout import Store
from chalicelib.store.state import FILE, parse_state
from sandbox.accounts import Account
from sandbox.lambdas import Lambda
from sandbox.names import ACCOUNT
from tools import demo
from tools.lambda_runtime import Function

API = "APIHandler"
NEVER_RAN = "fraud-experiment"
HOURS = 3
"""How many plans it takes until everything that is in service is traced to its maker."""


class RehearsalFailed(Exception):
    """Something is not as it must be; the message says what in a line."""


def must(condition: object, said: str) -> None:
    """Fail where a condition does not hold."""
    if not condition:
        raise RehearsalFailed(said)


@dataclass
class Stage:
    """A stage's package as its template deploys it: functions that start when they are first invoked."""

    opened: Account
    content: Path
    template: Mapping[str, Any]
    scratch: Path
    running: ExitStack
    started: dict[str, Function] = field(default_factory=dict)

    def function(self, name: str) -> Function:
        """Return the warm process of a function, by its name in the template."""
        if name not in self.started:
            said = self._properties(name)
            keys = self.opened.principal(self._policy(name))
            function = Function(
                self.content,
                {**self.settings(name), **self.opened.environment_of(keys), "AWS_REGION": self.opened.region},
                self.scratch / name,
                handler=said["Handler"],
                timeout_sec=said["Timeout"],
            )
            self.started[name] = self.running.enter_context(function)
        return self.started[name]

    def invoke(self, name: str, event: Mapping[str, Any]) -> bytes:
        """Invoke one of the scan's functions; what raises there, raises `RuntimeFailed` here."""
        return self.function(name.capitalize()).invoke(event)

    def deploy(self) -> Lambda:
        """Make the store's bucket, the queues and the event rule of the template, and what Lambda polls."""
        self.opened.add_bucket(self.bucket)
        queue = self._properties("ScanQueue")
        (rule,) = self._properties("Notice")["Events"].values()
        return Lambda(
            self.opened.client,
            self.invoke,
            queue["QueueName"],
            rule["Properties"]["Pattern"],
            most=queue["RedrivePolicy"]["maxReceiveCount"],
            visible_after=0,
        )

    def settings(self, function: str) -> dict[str, str]:
        """Return the environment variables that the template gives a function."""
        return dict(self._resolved(self._properties(function)["Environment"]["Variables"]))

    @property
    def bucket(self) -> str:
        """Return the store's bucket."""
        return str(self._resolved(self._properties("Store")["BucketName"]))

    @property
    def blobs(self) -> Bucket:
        """Return what the store holds."""
        return Bucket(self.opened.client("s3"), self.bucket, "")

    def _properties(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.template["Resources"][name]["Properties"]
        return found

    def _policy(self, function: str) -> Mapping[str, Any]:
        role, _ = self._properties(function)["Role"]["Fn::GetAtt"]
        (policy,) = self._properties(role)["Policies"]
        found: Mapping[str, Any] = self._resolved(policy["PolicyDocument"])
        return found

    def _resolved(self, value: Any) -> Any:
        """Return a piece of the template with the account and the region in its texts."""
        if isinstance(value, list):
            return [self._resolved(each) for each in value]
        if not isinstance(value, dict):
            return value
        if value.keys() == {"Fn::Sub"}:
            return value["Fn::Sub"].replace("${AWS::AccountId}", ACCOUNT).replace("${AWS::Region}", self.opened.region)
        return {key: self._resolved(each) for key, each in value.items()}


def rehearse_scanning(opened: Account, stage: str, built: Path, scratch: Path) -> None:
    """Scan a filled account by a stage's package, follow an event to an answer, and compare the store."""
    template = json.loads((built / "sam.json").read_text())
    with ExitStack() as running:
        deployed = Stage(opened, built / "content", template, scratch / stage, running)
        engine = deployed.deploy()
        pieces = sum(_hour(engine) for _ in range(HOURS))
        before = _ask(deployed, "/account?maxResults=200")
        event = _run(opened, engine)
        after = _ask(deployed, "/account?maxResults=200")
        must(_latest(before) is None and _latest(after) == "Succeeded", f"{stage}: {event} did not reach the answer")
        compared = _compare(deployed, stage, scratch)
        _must_answer_from_the_store(deployed, opened)
        _must_measure(deployed, stage)
    print(f"rehearse: {stage} scans by its own functions: {pieces} pieces of work, each function with its own rights")
    print(f"rehearse: {stage}: the store's {compared} files are byte for byte those of the command line's scan")
    print(f"rehearse: {stage}: {event}, and the API answers it from the store without a call of SageMaker's")


def _hour(engine: Lambda) -> int:
    """Plan, work everything off, and compact; return how many pieces of work there were."""
    engine.schedule("plan")
    seen, raised = engine.poll_queue("work")
    must(not raised, f"a piece of work failed: {raised[:1]}")
    engine.schedule("compact")
    return seen


def _run(opened: Account, engine: Lambda) -> str:
    """Run a pipeline that never ran, and have its event noticed, worked off and compacted; what the event says."""
    asked = {"ClientRequestToken": "the-rehearsal-starts-it-once-" + "0" * 8}
    parameters = [{"Name": "LabelColumn", "Value": "is_fraud"}]
    opened.client("sagemaker").start_pipeline_execution(PipelineName=NEVER_RAN, PipelineParameters=parameters, **asked)
    told = engine.poll_events("notice")
    seen, raised = engine.poll_queue("work")
    engine.schedule("compact")
    must(told and seen and not raised, f"{len(told)} events became {seen} pieces of work, {len(raised)} failed")
    return f"the event of {NEVER_RAN} ({told[-1]['detail']['currentPipelineExecutionStatus']}) is in the graph"


def _ask(deployed: Stage, path: str) -> Mapping[str, Any]:
    reply = deployed.function(API).get(path)
    must(reply.status == 200, f"{path} was answered with {reply.status}: {reply.body.decode()[:200]}")
    answer: Mapping[str, Any] = json.loads(reply.body)
    return answer


def _latest(account: Mapping[str, Any]) -> str | None:
    row = next(each for each in account["pipelines"] if each["name"] == NEVER_RAN)
    return row["latestExecution"]["status"] if row["latestExecution"] else None


def _compare(deployed: Stage, stage: str, scratch: Path) -> int:
    """Compare the store with a scan of the command line's into a folder; return how many files both have."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        demo.scan_into(folder, {**deployed.settings(API), **deployed.opened.environment})
        whole, kept = Folder(Path(folder)), deployed.blobs
        paths = [path for path in whole.paths("") if path.endswith(".gz")]
        pairs = ((path, whole.read(path), kept.read(path)) for path in paths)
        different = [path for path, one, other in pairs if one is None or other is None or one.content != other.content]
    must(not different, f"{stage}: other bytes than the command line's scan: {', '.join(different[:3])}")
    return len(paths)


def _must_answer_from_the_store(deployed: Stage, opened: Account) -> None:
    """Ask for everything that a store answers, and look at what was asked of AWS meanwhile."""
    [region] = Store(deployed.blobs).regions()
    execution = parse_state(region.read(FILE))["pipelines"][NEVER_RAN]["execution"]
    opened.forget_calls()
    _ask(deployed, f"/impact?start=pipeline:{NEVER_RAN}")
    reply = deployed.function(API).get(f"/lineage?pipeline={NEVER_RAN}&execution={execution}")
    asked = {call.action for call in opened.calls}
    must(reply.status == 200 and "Age" in reply.headers, f"a kept execution is answered with {reply.status}")
    must(asked <= {"s3:GetObject", "s3:ListBucket"}, f"the API asked {', '.join(sorted(asked))}")


def _must_measure(deployed: Stage, stage: str) -> None:
    """Look for the measure in the log: CloudWatch reads metrics from a line that is JSON and nothing else."""
    lines = deployed.function("Compact").log().splitlines()
    measured = [json.loads(line) for line in lines if line.startswith('{"_aws"')]
    must(measured, f"{stage}: the log of compact has no measure that CloudWatch can read")
