"""A SageMaker account in virtual time: the double's answers, its limits, and pipelines that run again and again."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.parsers import create_parser

from bench.virtual.machine import VirtualMachine
from chalicelib.aws.reads import S3_ACTIONS, Reads, method_of
from faults.double import sagemaker
from faults.double.account import ACCOUNT, EXECUTIONS
from faults.double.faults import Bucket, Call
from faults.double.server import truth
from faults.double.step_context import BEGIN

REGION = "ap-northeast-2"
STEP_SEC = 60.0
AGO = 3600.0
"""How long before virtual time began each pipeline ran for the first time, at the double's own `BEGIN`."""
APPROVED = 10
"""One in how many packages is approved."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of AWS, in calls a second after a burst, and what one call takes, in seconds."""

    describes: float = 10.0
    describes_burst: float = 20.0
    lists: float = 10.0
    lists_burst: float = 20.0
    searches: float = 2.0
    searches_burst: float = 20.0
    latency: float = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """An execution: its number among its pipeline's, when it began, and when it is over."""

    number: int
    began: float
    ends: float

    @property
    def id(self) -> str:
        """Return its id, of twelve characters as SageMaker's."""
        return f"exec{self.number:08}"


class Account:
    """The account: `pipelines` of a recipe of the double's, each of which has run once before time began."""

    def __init__(self, machine: VirtualMachine, pipelines: int, limits: Limits, *, buckets: int = 50) -> None:
        self.machine = machine
        self.limits = limits
        self.names = [f"mix-6x2-{number:06}-in-lake{number % buckets}" for number in range(pipelines)]
        self.calls: Counter[str] = Counter()
        self.throttled: Counter[str] = Counter()
        self.runs = {name: [Run(1, -AGO, 6 * STEP_SEC - AGO)] for name in self.names}
        self._buckets = {
            "describe": Bucket(limits.describes, limits.describes_burst),
            "list": Bucket(limits.lists, limits.lists_burst),
            "search": Bucket(limits.searches, limits.searches_burst),
        }
        self.approved = dict.fromkeys(self.names[::APPROVED])

    def run(self, name: str, seconds: float) -> Run:
        """Begin another execution of a pipeline, that takes so long."""
        runs = self.runs[name]
        runs.append(Run(runs[-1].number + 1, self.machine.now(), self.machine.now() + seconds))
        return runs[-1]

    def reads(self, region: str = REGION) -> Reads:
        """Return what the product may ask, as bound methods of boto3 clients would answer it."""
        return Reads(**{name: self._read(name, region) for name in Reads._fields})

    def execution_arn(self, name: str, run: Run) -> str:
        """Return an execution's ARN."""
        return f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/{name}/execution/{run.id}"

    def _read(self, name: str, region: str) -> Callable[..., Mapping[str, Any]]:
        service, method = method_of(name)
        operation = _operation(service, method)
        family = "s3" if name in S3_ACTIONS else name.partition("_")[0]
        limit = self._buckets.get(family)

        def read(**arguments: Any) -> Mapping[str, Any]:
            in_time = self.machine.is_running_here()  # a scan of the folder asks from threads that know no virtual time
            allowed = limit is None or not in_time or limit.takes(self.machine.now())
            (self.calls if allowed else self.throttled)[family] += 1
            if in_time:
                self.machine.sleep(self.limits.latency)
            if not allowed:
                raise _error("ThrottlingException", 400, operation)
            if service == "sagemaker":
                return self._sagemaker(operation, arguments, region)
            return _s3(service, operation, arguments, region)

        return read

    # --- SageMaker: the double's answers, with the executions that this account has by now

    def _sagemaker(self, operation: str, arguments: Json, region: str) -> Json:
        own = self._own.get(operation)
        try:
            answer = own(self, arguments, region) if own else sagemaker.OPERATIONS[operation](arguments, region)
        except (sagemaker.NotThere, KeyError):
            gone = operation in ("DescribeModel", "DescribeModelPackage", "DescribeEndpoint")
            raise _error("ValidationException" if gone else "ResourceNotFound", 400, operation) from None
        return dict(_typed(_shape("sagemaker", operation), answer))

    def _list_pipelines(self, arguments: Json, region: str) -> Json:
        start = int(arguments.get("NextToken") or 0)
        end = start + int(arguments.get("MaxResults") or 100)
        items = [
            {
                "PipelineArn": f"arn:aws:sagemaker:{region}:{ACCOUNT}:pipeline/{name}",
                "PipelineName": name,
                "LastModifiedTime": BEGIN - 86400 * 5,
                "LastExecutionTime": epoch(self.runs[name][-1].began),
            }
            for name in self.names[start:end]
        ]
        return {"PipelineSummaries": items, **({"NextToken": str(end)} if end < len(self.names) else {})}

    def _list_executions(self, arguments: Json, region: str) -> Json:
        name = arguments["PipelineName"].rpartition("/")[2]
        summaries = [
            {
                "PipelineExecutionArn": self.execution_arn(name, run),
                "StartTime": epoch(run.began),
                "PipelineExecutionStatus": self._status(run),
                "PipelineExecutionDisplayName": run.id,
            }
            for run in reversed(self.runs[name][-20:])
        ]
        return {"PipelineExecutionSummaries": summaries[: int(arguments.get("MaxResults") or 100)]}

    def _describe_execution(self, arguments: Json, region: str) -> Json:
        name, run = self._named(arguments)
        answer = sagemaker.OPERATIONS["DescribePipelineExecution"](_of_double(arguments), region)
        return {
            **answer,
            "PipelineExecutionArn": self.execution_arn(name, run),
            "PipelineExecutionStatus": self._status(run),
            "PipelineExecutionDisplayName": run.id,
            "CreationTime": epoch(run.began),
            "LastModifiedTime": epoch(min(run.ends, max(run.began, self.machine.now()))),
        }

    def _list_steps(self, arguments: Json, region: str) -> Json:
        _, run = self._named(arguments)
        answer = sagemaker.OPERATIONS["ListPipelineExecutionSteps"](_of_double(arguments), region)
        steps = answer["PipelineExecutionSteps"]
        begun = steps if self._status(run) == "Succeeded" else steps[:1]
        return {"PipelineExecutionSteps": [{**step, **_moved(step, run)} for step in begun]}

    def _of_run(self, operation: str) -> Callable[[Json, str], Json]:
        return lambda arguments, region: sagemaker.OPERATIONS[operation](_of_double(arguments), region)

    def _packages_listed(self, arguments: Json, region: str) -> Json:
        start = int(arguments.get("NextToken") or 0)
        wanted = [*self.approved] if arguments["ModelApprovalStatus"] == "Approved" else []
        end = start + int(arguments.get("MaxResults") or 100)
        items = [
            {
                "ModelPackageArn": f"arn:aws:sagemaker:{region}:{ACCOUNT}:model-package/{name}/1",
                "ModelPackageGroupName": name,
                "ModelPackageStatus": "Completed",
                "ModelApprovalStatus": "Approved",
            }
            for name in wanted[start:end]
        ]
        return {"ModelPackageSummaryList": items, **({"NextToken": str(end)} if end < len(wanted) else {})}

    def _describe_package(self, arguments: Json, region: str) -> Json:
        arn, _, version = arguments["ModelPackageName"].rpartition("/")
        name = arn.rpartition("/")[2]
        run = self.runs[name][int(version) - 1]
        answer = sagemaker.OPERATIONS["DescribeModelPackage"]({"ModelPackageName": f"{arn}/7"}, region)
        return {
            **answer,
            "ModelPackageArn": f"{arn}/{version}",
            "ModelPackageVersion": run.number,
            "CreationTime": answer["CreationTime"] + run.began + AGO,
            "MetadataProperties": {"GeneratedBy": self.execution_arn(name, run)},
            "ModelApprovalStatus": "Approved" if self._is_approved(name, run) else "PendingManualApproval",
        }

    def _is_approved(self, name: str, run: Run) -> bool:
        """Return whether somebody approved what a run registered: of every tenth pipeline, the first version."""
        return run.number == 1 and name in self.approved

    def _status(self, run: Run) -> str:
        return "Succeeded" if self.machine.now() >= run.ends else "Executing"

    def _named(self, arguments: Json) -> tuple[str, Run]:
        name, _, execution = arguments["PipelineExecutionArn"].split("pipeline/")[1].partition("/execution/")
        for run in self.runs.get(name, ()):
            if run.id == execution:
                return name, run
        raise sagemaker.NotThere(execution)

    _own: Mapping[str, Callable[[Account, Json, str], Json]] = {
        "ListPipelines": _list_pipelines,
        "ListPipelineExecutions": _list_executions,
        "DescribePipelineExecution": _describe_execution,
        "ListPipelineExecutionSteps": _list_steps,
        "DescribePipelineDefinitionForExecution": lambda self, arguments, region: self._of_run(
            "DescribePipelineDefinitionForExecution"
        )(arguments, region),
        "ListPipelineParametersForExecution": lambda self, arguments, region: self._of_run(
            "ListPipelineParametersForExecution"
        )(arguments, region),
        "ListModelPackages": _packages_listed,
        "DescribeModelPackage": _describe_package,
    }


def epoch(seconds: float) -> float:
    """Return a virtual time in seconds of the epoch."""
    return BEGIN + AGO + seconds


def _of_double(arguments: Json) -> Json:
    """Return the arguments with an execution that the double knows: to it, all of a pipeline's are alike."""
    before, _, _ = arguments["PipelineExecutionArn"].partition("/execution/")
    return {**arguments, "PipelineExecutionArn": f"{before}/execution/{EXECUTIONS[0]}"}


def _moved(step: Json, run: Run) -> Json:
    """Return what a run's record of a step has of its own: its times, and the version of the package that it made."""
    times = {time: step[time] + run.began + AGO for time in ("StartTime", "EndTime")}
    arn = step["Metadata"].get("RegisterModel", {}).get("Arn")
    made = {"Metadata": {"RegisterModel": {"Arn": f"{arn.rpartition('/')[0]}/{run.number}"}}} if arn else {}
    return {**times, **made}


# --- Answers as boto3 gives them


def _error(code: str, status: int, operation: str) -> ClientError:
    said: Any = {"Error": {"Code": code, "Message": "-"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, operation)


@lru_cache
def _model(service: str) -> Any:
    return botocore.session.Session().get_service_model(service)


@lru_cache
def _operation(service: str, method: str) -> str:
    words = method.replace("_", "")
    names = _model(service).operation_names
    return str(next(name for name in names if name.lower() == words))


@lru_cache
def _shape(service: str, operation: str) -> Any:
    return _model(service).operation_model(operation).output_shape


def _typed(shape: Any, value: Any) -> Any:
    """Return a JSON value with the times of its shape, and without what the shape does not know, as boto3 does."""
    if shape.type_name == "structure":
        members = shape.members
        return {name: _typed(members[name], each) for name, each in value.items() if name in members}
    if shape.type_name == "list":
        return [_typed(shape.member, each) for each in value]
    if shape.type_name == "map":
        return {name: _typed(shape.value, each) for name, each in value.items()}
    return datetime.fromtimestamp(value, UTC) if shape.type_name == "timestamp" else value


def _s3(service: str, operation: str, arguments: Json, region: str) -> Mapping[str, Any]:
    named = arguments.get("Bucket") or arguments.get("AccountId") or ""
    resource = f"{named}/{arguments['Key']}" if "Key" in arguments else named
    renamed = "GetAccountPublicAccessBlock" if service == "s3control" else operation
    response = truth(Call(renamed, "xml", resource, region, json.dumps(arguments))).response
    assert response is not None
    if operation == "GetObject" and response.status == 200:
        return {"Body": io.BytesIO(response.body), "ContentLength": len(response.body)}
    parsed: Any = _parsed(service, operation, response.status, response.body, region)
    if response.status >= 300:
        raise ClientError(parsed, operation)
    return dict(parsed)


@lru_cache(maxsize=4096)
def _parsed(service: str, operation: str, status: int, body: bytes, region: str) -> Any:
    if operation == "GetBucketLocation":
        return {"LocationConstraint": None if region == "us-east-1" else region}  # boto3 parses this one by hand
    response = {"body": body, "headers": {"x-amz-request-id": "-"}, "status_code": status}
    return create_parser("rest-xml").parse(response, _shape(service, operation))
