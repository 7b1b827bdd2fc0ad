"""The engine without AWS: a small account that changes, a store in memory, a queue, and time of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Lock
from typing import Any

from chalicelib.aws.reads import S3_ACTIONS, Reads
from chalicelib.engine.compact import compact
from chalicelib.engine.notice import notice
from chalicelib.engine.piece import Piece, Send, parse_piece
from chalicelib.engine.plan import plan
from chalicelib.engine.schedule import EXECUTION
from chalicelib.engine.work import Worker
from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.reader import Reader
from chalicelib.scan.run import scan
from chalicelib.settings import Settings
from chalicelib.store.blobs import Blob, Conflict, tag_of
from chalicelib.store.layout import Region, Store
from tests.builders.reads import aws_error, make_reads
from tests.builders.services import ACCOUNT, HOME, pipeline_arn

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
LATER = timedelta(hours=25)
"""After how long whatever was sent or tried is sent and tried again."""
SETTINGS = Settings()
OPTIONS = Options(sensitive_tags=SETTINGS.sensitive_tags, posture_max_age=timedelta(days=300))

Json = dict[str, Any]


class Killed(BaseException):
    """The end of a function at a statement; no `except Exception` sees it."""


class Memory:
    """A store in memory. `lives` is after how many of its operations whoever asks is killed: at it, or after it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.lives: float = float("inf")
        self.dies_after = False
        self.meanwhile: Callable[[str], None] = lambda path: None
        """What somebody else does just before a file is written."""
        self.asked: list[tuple[str, str]] = []
        """What was read, and below what was listed."""
        self._lock = Lock()

    def read(self, path: str) -> Blob | None:
        self.asked.append(("read", path))
        content = self.files.get(path)
        return None if content is None else Blob(content, tag_of(content))

    def tag(self, path: str) -> str | None:
        content = self.files.get(path)
        return None if content is None else tag_of(content)

    def write(self, path: str, content: bytes, seen: str | None) -> str:
        with self._alive():
            self.meanwhile(path)
            if self.tag(path) != seen:
                raise Conflict(path)
            self.files[path] = content
        return tag_of(content)

    def delete(self, path: str) -> None:
        with self._alive():
            self.files.pop(path, None)

    def paths(self, beginning: str) -> Iterator[str]:
        self.asked.append(("list", beginning))
        return iter(sorted(path for path in self.files if path.startswith(beginning)))

    def names(self, folder: str) -> list[str]:
        below = f"{folder.rstrip('/')}/" if folder else ""
        rest = (path.removeprefix(below) for path in self.files if path.startswith(below))
        return sorted({each.partition("/")[0] for each in rest if "/" in each})

    def tidy(self) -> int:
        return 0

    def _alive(self) -> _Step:
        return _Step(self)


class _Step:
    """One operation that changes something: the last one of whoever has no life left."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def __enter__(self) -> None:
        self._memory.lives -= 1
        if self._memory.lives < 0 and not self._memory.dies_after:
            raise Killed

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._memory.lives < 0 and kind is None:
            raise Killed


@dataclass
class Execution:
    """A run of a pipeline, over or not."""

    number: int
    began: datetime
    bucket: str
    """Where it writes."""
    status: str = "Executing"
    ended: datetime | None = None


@dataclass
class Account:
    """Pipelines that each read what another writes; a run registers a package, which may be approved and deployed."""

    now: datetime = BEGIN
    modified: dict[str, datetime] = field(default_factory=dict)
    runs: dict[str, list[Execution]] = field(default_factory=dict)
    approved: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    buckets: dict[str, str] = field(default_factory=dict)
    """Where a pipeline writes that does not write into the lake."""
    endpoints: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    """The package that each serves, and since when."""
    versioning: str = "Enabled"
    """Of every bucket."""
    faults: dict[tuple[str, str], Exception] = field(default_factory=dict)
    """What an operation raises that is asked about a pipeline."""
    asked: list[tuple[str, Json]] = field(default_factory=list)
    after: Callable[[str], None] = lambda operation: None
    """What happens in the account just after an operation is answered."""

    def put(self, name: str) -> None:
        self.modified[name] = self.now
        self.runs.setdefault(name, [])

    def begin(self, name: str) -> Execution:
        self.runs[name].append(Execution(len(self.runs[name]) + 1, self.now, self._bucket(name)))
        return self.runs[name][-1]

    def end(self, name: str, status: str = "Succeeded") -> Json:
        """End the latest run; gives the event."""
        run = self.runs[name][-1]
        run.status, run.ended = status, self.now
        return self.event(name, run)

    def event(self, name: str, run: Execution) -> Json:
        return {
            "source": "aws.sagemaker",
            "detail-type": EXECUTION,
            "account": ACCOUNT,
            "region": HOME,
            "time": run.ended.isoformat() if run.ended else self.now.isoformat(),
            "detail": {"pipelineExecutionArn": arn(name, run), "currentPipelineExecutionStatus": run.status},
        }

    def delete(self, name: str) -> None:
        del self.modified[name], self.runs[name]

    def approve(self, name: str, run: Execution) -> None:
        self.rejected.discard(package(name, run.number))
        self.approved.add(package(name, run.number))

    def reject(self, name: str, run: Execution) -> None:
        self.approved.discard(package(name, run.number))
        self.rejected.add(package(name, run.number))

    def move(self, name: str, bucket: str) -> None:
        """Have a pipeline write into another bucket from its next run on."""
        self.buckets[name], self.modified[name] = bucket, self.now

    def deploy(self, name: str, run: Execution) -> None:
        """Serve what a run registered at the endpoint that is called as the pipeline."""
        self.endpoints[name] = package(name, run.number), self.now

    def _bucket(self, name: str) -> str:
        return self.buckets.get(name, "lake")

    def reads(self) -> Reads:
        answers: dict[str, Any] = {
            "list_pipelines": self._list,
            "describe_pipeline": self._describe,
            "list_tags": lambda **_: {"Tags": []},
            "list_pipeline_executions": self._executions,
            "describe_pipeline_execution": self._execution,
            "describe_pipeline_definition_for_execution": lambda PipelineExecutionArn, **_: {
                "PipelineDefinition": definition(
                    name_in(PipelineExecutionArn), self._found(PipelineExecutionArn)[1].bucket
                )
            },
            "list_pipeline_parameters_for_execution": lambda **_: {"PipelineParameters": []},
            "list_pipeline_execution_steps": self._steps,
            "describe_model_package": self._package,
            "list_endpoints": self._endpoints,
            "describe_endpoint": lambda EndpointName, **_: {
                **self._endpoint(EndpointName),
                "EndpointConfigName": EndpointName,
            },
            "describe_endpoint_config": lambda EndpointConfigName, **_: {
                "ProductionVariants": [{"ModelName": self._model(EndpointConfigName)}]
            },
            "describe_model": lambda ModelName, **_: {
                "ModelArn": f"arn:aws:sagemaker:{HOME}:{ACCOUNT}:model/{ModelName}",
                "PrimaryContainer": {"ModelPackageName": package(*ModelName.rsplit("-", 1))},
            },
            "list_inference_components": lambda **_: {"InferenceComponents": []},
            "list_model_packages": lambda ModelApprovalStatus, **_: {
                "ModelPackageSummaryList": [
                    {"ModelPackageArn": each, "ModelApprovalStatus": ModelApprovalStatus}
                    for each in sorted(self.approved if ModelApprovalStatus == "Approved" else self.rejected)
                ]
            },
            **{name: aws_error("AccessDenied", 403) for name in S3_ACTIONS},
            "get_public_access_block": {"PublicAccessBlockConfiguration": dict.fromkeys(BLOCKS, True)},
            "get_bucket_versioning": lambda **_: {"Status": self.versioning},
        }
        return make_reads(**{name: self._logged(name, answer) for name, answer in answers.items()})

    def _logged(self, operation: str, answer: Any) -> Any:
        def read(**arguments: Any) -> Json:
            self.asked.append((operation, arguments))
            text = str(arguments)
            for (failing, name), error in self.faults.items():
                if failing == operation and name in text:
                    raise error
            if isinstance(answer, Exception):
                raise answer
            answered = answer(**arguments) if callable(answer) else answer
            self.after(operation)
            return dict(answered)

        return read

    def _list(self, **_: Any) -> Json:
        return {"PipelineSummaries": [self._summary(name) for name in sorted(self.modified)]}

    def _summary(self, name: str) -> Json:
        ran = {"LastExecutionTime": self.runs[name][-1].began} if self.runs[name] else {}
        return {
            "PipelineName": name,
            "PipelineArn": pipeline_arn(name),
            "LastModifiedTime": self.modified[name],
            **ran,
        }

    def _describe(self, PipelineName: str, **_: Any) -> Json:
        if PipelineName not in self.modified:
            raise aws_error("ResourceNotFound")
        return {
            **self._summary(PipelineName),
            "PipelineDefinition": definition(PipelineName, self._bucket(PipelineName)),
        }

    def _executions(self, PipelineName: str, **_: Any) -> Json:
        if PipelineName not in self.runs:
            raise aws_error("ResourceNotFound")
        return {
            "PipelineExecutionSummaries": [
                {
                    "PipelineExecutionArn": arn(PipelineName, run),
                    "PipelineExecutionStatus": run.status,
                    "StartTime": run.began,
                }
                for run in reversed(self.runs[PipelineName])
            ]
        }

    def _found(self, execution: str) -> tuple[str, Execution]:
        name = name_in(execution)
        for run in self.runs.get(name, ()):
            if arn(name, run) == execution:
                return name, run
        raise aws_error("ResourceNotFound")

    def _ran(self, execution: str) -> tuple[str, str]:
        name, run = self._found(execution)
        return name, run.bucket

    def _execution(self, PipelineExecutionArn: str, **_: Any) -> Json:
        name, run = self._found(PipelineExecutionArn)
        return {
            "PipelineArn": pipeline_arn(name),
            "PipelineExecutionArn": PipelineExecutionArn,
            "PipelineExecutionStatus": run.status,
            "CreationTime": run.began,
            "LastModifiedTime": run.ended or run.began,
        }

    def _steps(self, PipelineExecutionArn: str, **_: Any) -> Json:
        name, run = self._found(PipelineExecutionArn)
        ended: Json = {"EndTime": run.ended} if run.ended else {}
        made: Json = {"RegisterModel": {"Arn": package(name, run.number)}} if run.ended else {}
        status = "Succeeded" if run.ended else "Executing"
        steps: list[Json] = [{"StepName": "Copy"}, {"StepName": "Register", "Metadata": made}]
        return {
            "PipelineExecutionSteps": [
                {**step, "StepStatus": status, "StartTime": run.began, **ended} for step in steps
            ]
        }

    def _endpoints(self, **_: Any) -> Json:
        return {"Endpoints": [self._endpoint(name) for name in sorted(self.endpoints)]}

    def _endpoint(self, name: str) -> Json:
        arn = f"arn:aws:sagemaker:{HOME}:{ACCOUNT}:endpoint/{name}"
        said = {"EndpointName": name, "EndpointArn": arn, "EndpointStatus": "InService", "EndpointConfigName": name}
        return {**said, "LastModifiedTime": self.endpoints[name][1]}

    def _model(self, endpoint: str) -> str:
        return self.endpoints[endpoint][0].partition("/")[2].replace("/", "-")

    def _approval(self, arn: str) -> str:
        if arn in self.approved:
            return "Approved"
        return "Rejected" if arn in self.rejected else "PendingManualApproval"

    def _package(self, ModelPackageName: str, **_: Any) -> Json:
        name, version = ModelPackageName.split("/")[1:]
        maker = f"{pipeline_arn(name)}/execution/{execution_id(int(version))}"
        return {
            "ModelPackageArn": ModelPackageName,
            "ModelPackageGroupName": name,
            "ModelPackageVersion": int(version),
            "ModelPackageStatus": "Completed",
            "ModelApprovalStatus": self._approval(ModelPackageName),
            "MetadataProperties": {"GeneratedBy": maker},
        }


BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def definition(name: str, bucket: str) -> str:
    """What a pipeline does: one step reads and writes, one registers what comes of it."""
    inputs = [{"InputName": "in", "S3Input": {"S3Uri": "s3://lake/raw", "LocalPath": "/in"}}]
    outputs = {"Outputs": [{"OutputName": "out", "S3Output": {"S3Uri": f"s3://{bucket}/{name}", "LocalPath": "/out"}}]}
    copy = {"ProcessingInputs": inputs, "ProcessingOutputConfig": outputs}
    containers = [{"Image": "serve", "ModelDataUrl": f"s3://{bucket}/{name}/model.tar.gz"}]
    register = {"ModelPackageGroupName": name, "InferenceSpecification": {"Containers": containers}}
    steps = [
        {"Name": "Copy", "Type": "Processing", "Arguments": copy},
        {"Name": "Register", "Type": "RegisterModel", "Arguments": register},
    ]
    return json.dumps({"Version": "2020-12-01", "Steps": steps})


def execution_id(number: int) -> str:
    return f"exec{number:08}"


def arn(name: str, run: Execution) -> str:
    return f"{pipeline_arn(name)}/execution/{execution_id(run.number)}"


def name_in(execution: str) -> str:
    return execution.partition(":pipeline/")[2].partition("/")[0]


def package(name: str, number: int | str) -> str:
    return f"arn:aws:sagemaker:{HOME}:{ACCOUNT}:model-package/{name}/{number}"


@dataclass
class Engine:
    """The four functions over one account, and a queue that delivers as the test says."""

    account: Account = field(default_factory=Account)
    memory: Memory = field(default_factory=Memory)
    queue: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    received: dict[str, int] = field(default_factory=dict)
    most: int = 5
    """How often a message is received before it goes to the dead letters."""

    @property
    def store(self) -> Store:
        return Store(self.memory)

    @property
    def region(self) -> Region:
        return self.store.region(ACCOUNT, HOME)

    @property
    def state(self) -> Json:
        return self.region.read("scan.json") or {}

    def reader(self) -> Reader:
        return Reader(HOME, self.account.reads(), SETTINGS)

    def pass_time(self, seconds: float) -> None:
        self.account.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        return self.account.now

    def send(self, pieces: Iterable[Piece]) -> None:
        self.queue += [piece.text() for piece in pieces]

    def plan(self, send: Send | None = None) -> Json:
        return plan(self.store, self.reader(), send or self.send, OPTIONS, self.clock())

    def notice(self, event: Mapping[str, Any]) -> None:
        notice(event, self.send, [HOME])

    def deliver(self, at: int = 0, *, twice: bool = False) -> bool:
        """Deliver a message, and take it from the queue where its work ended, if not to be delivered `twice`."""
        text = self.queue.pop(at)
        self.received[text] = self.received.get(text, 0) + 1
        last = self.received[text] >= self.most
        worker = Worker(self.store, self.reader(), OPTIONS, self.clock)
        try:
            worker.work(parse_piece(text), last=last)
        except (Exception, Killed):  # noqa: BLE001 - whatever it was, the message is delivered again
            (self.dead if last else self.queue).append(text)
            return False
        if twice:
            self.queue.append(text)
        return True

    def compact(self) -> Json:
        return compact(self.region, OPTIONS, self.clock)

    def settle(self, rounds: int = 3) -> None:
        """Let the engine come to rest: plan, work, compact, until nothing new is found."""
        for _ in range(rounds):
            self.pass_time(LATER.total_seconds())
            self.plan()
            while self.queue:
                self.deliver()
                self.pass_time(1)
            self.compact()

    def files(self) -> dict[str, bytes]:
        """The files of the store but the state, whose times are its own."""
        return {path: content for path, content in self.memory.files.items() if not path.endswith("scan.json")}

    def folder(self, options: Options = OPTIONS) -> dict[str, bytes]:
        """The files that a whole scan of the account makes in a store of its own."""
        memory = self.scan(Memory(), options)
        return {path: content for path, content in memory.files.items() if not path.endswith("scan.json")}

    def scan(self, memory: Memory, options: Options = OPTIONS) -> Memory:
        """Scan the account as the command line does."""
        account = self.account
        scan(
            Store(memory),
            [HOME],
            lambda _: account.reads(),
            SETTINGS,
            options,
            now=self.clock,
            progress=Progress(StringIO()),
        )
        return memory
