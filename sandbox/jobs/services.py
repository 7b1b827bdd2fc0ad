"""Steps that use other services (Lambda, queues, EMR, Athena, Bedrock, hubs), and those that run no job."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.jobs.task import Task, Work
from sandbox.names import EPOCH, digits, fraction, uuid
from sandbox.shapes import answer
from sandbox.values import Unresolvable, locations, walk


def _output_parameters(task: Task) -> tuple[list[dict[str, str]], dict[str, Any]]:
    """Return a step's outputs twice: as its metadata lists them, and by name.

    A value that the task does not give is synthesised, in the declared type: the same in every run.
    """
    found: dict[str, Any] = {}
    for one in (task.document.get("OutputParameters") or []) if task.done else []:
        name, seed = str(one["OutputName"]), f"{task.name} {one['OutputName']}"
        invented = {
            "Integer": int(fraction(seed, 1, 100)),
            "Float": fraction(seed, 0.6, 0.95),
            "Boolean": True,
        }.get(str(one.get("OutputType")), f"{name}-{digits(seed, 6)}")
        found[name] = task.outputs.get(name, invented)
    listed = [{"Name": name, "Value": one if isinstance(one, str) else json.dumps(one)} for name, one in found.items()]
    return listed, found


def call_function(task: Task) -> Work:
    """Run a Lambda step."""
    listed, found = _output_parameters(task)
    metadata = {"Lambda": {"Arn": str(task.document.get("FunctionArn", "")), "OutputParameters": listed}}
    return Work(metadata, {"OutputParameters": found})


def call_back(task: Task) -> Work:
    """Run a Callback step; its token is a live secret while it waits."""
    listed, found = _output_parameters(task)
    facts = {
        "CallbackToken": task.id("token", 10),
        "SqsQueueUrl": str(task.document.get("SqsQueueUrl", "")),
        "OutputParameters": listed,
    }
    return Work({"Callback": facts}, {"OutputParameters": found})


def run_on_emr(task: Task) -> Work:
    """Run an EMR step, on the cluster it names or on one of its own."""
    arguments = task.arguments
    cluster = arguments.get("ClusterId") or task.document.get("ClusterId") or "j-" + task.id("cluster", 13).upper()
    configured = arguments.get("StepConfig") or {}
    facts = {
        "ClusterId": cluster,
        "StepId": "s-" + task.id("emr step", 13).upper(),
        "StepName": configured.get("Name") or task.job_name,
        "LogFilePath": f"/var/log/hadoop/steps/{task.name}/stderr",
    }
    jar = configured.get("HadoopJarStep") or {}
    described = {("DescribeCluster", str(cluster)): _cluster(task, str(cluster))}
    properties = {**facts, "Id": facts["StepId"], "Name": facts["StepName"], "Config": jar}
    return Work({"EMR": facts}, properties, described)


def _cluster(task: Task, name: str) -> dict[str, Any]:
    """Return what DescribeCluster says: a cluster keeps logs in S3 where it was told to, and else none."""
    logs = (task.arguments.get("ClusterConfig") or {}).get("LogUri")
    described = {
        "Id": name,
        "Name": task.job_name,
        "Status": {"State": "WAITING", "Timeline": {"CreationDateTime": EPOCH}},
        "ClusterArn": task.place.arn("cluster", name, "elasticmapreduce"),
    }
    return {"Cluster": described | ({"LogUri": logs} if isinstance(logs, str) else {})}


def run_on_emr_serverless(task: Task) -> Work:
    """Run an EMR Serverless step, in the application it names or in one of its own."""
    arguments = task.arguments
    facts = {
        "ApplicationId": str(arguments.get("ApplicationId") or "00" + task.id("application", 14)),
        "JobRunId": "00" + task.id("job run", 14),
        "JobRunName": task.job_name,
        "LogFilePath": f"/applications/{task.id('application', 14)}/jobs/stderr.gz",
    }
    return Work({"EMRServerless": facts}, {**facts, **arguments})


def fail(task: Task) -> Work:
    """Run a Fail step, which says why and ends the execution."""
    return Work({"Fail": {"ErrorMessage": task.reason or ""}})


def note_lineage(task: Task) -> Work:
    """Run a Lineage step, which records the entities and associations that the user states."""
    arns: dict[str, dict[str, str]] = {}
    for kind in ("Action", "Artifact", "Context"):
        named = [str(one.get(f"{kind}Name") or one.get("Name")) for one in task.arguments.get(f"{kind}s") or []]
        arns[f"{kind}Arns"] = {name: task.place.arn(kind.lower(), digits(f"{kind} {name}", 20)) for name in named}
    known = {name: arn for group in arns.values() for name, arn in group.items()}

    def arn_of(end: Any) -> str:
        named = end if isinstance(end, Mapping) else {"Arn": end}
        return str(named.get("Arn") or known.get(str(named.get("Name")), ""))

    pairs = [
        {"SourceArn": arn_of(one.get("Source")), "DestinationArn": arn_of(one.get("Destination"))}
        for one in task.arguments.get("Associations") or []
    ]
    facts = {**{key: found for key, found in arns.items() if found}, **({"Associations": pairs} if pairs else {})}
    return Work({"Lineage": facts}, facts)


def run_job(task: Task) -> Work:
    """Run a Job step; its configuration is JSON in a string."""
    name = str(task.arguments.get("JobName") or task.job_name)
    arn = task.place.arn("job", name)
    text = task.arguments.get("JobConfigDocument") or "{}"
    text = text if isinstance(text, str) else json.dumps(text)
    described = answer(
        "DescribeJob",
        {"RoleArn": task.role, "JobCategory": "AgentRFT", "JobConfigSchemaVersion": "1.0.0"},
        task.arguments,
        {
            "JobName": name,
            "JobArn": arn,
            "JobConfigDocument": text,
            "JobStatus": task.status,
            "SecondaryStatus": {"InProgress": "Executing"}.get(task.status, task.status),
            "SecondaryStatusTransitions": [],
            "FailureReason": task.reason,
            "CreationTime": task.start,
            "EndTime": task.end,
            "LastModifiedTime": task.end or task.start,
        },
    )
    try:
        configured = json.loads(text)
    except ValueError:
        configured = text
    properties = {**described, "JobConfigDocument": configured}
    return Work({"Job": {"Arn": arn}}, properties, {("DescribeJob", name): described})


def query_athena(task: Task) -> Work:
    """Run an Athena query; its result lies where its arguments first name S3."""
    facts = {"QueryExecutionId": uuid(f"athena {task.execution} {task.name}")}
    where = next(locations(task.arguments), None)
    if where:
        facts["S3OutputLocation"] = f"{where.rstrip('/')}/{facts['QueryExecutionId']}.csv"
    objects = {facts["S3OutputLocation"]: b"column\n1\n"} if where and task.done else {}
    return Work({"Athena": facts}, {**task.arguments, **facts}, objects=objects)


def import_hub_content(task: Task) -> Work:
    """Run a HubContent step."""
    hub = str(task.arguments.get("HubName", "hub"))
    content = str(task.arguments.get("HubContentName", task.name))
    facts = {
        "HubArn": task.place.arn("hub", hub),
        "HubContentArn": task.place.arn("hub-content", f"{hub}/Model/{content}/1.0.0"),
    }
    return Work({"HubContent": facts}, {**task.arguments, **facts})


def clean_up(task: Task) -> Work:
    """Run a Cleanup step, which deletes what the named steps wrote, or only the locations it names."""
    cleaned: list[str] = []
    skipped: list[str] = []
    deleted: list[str] = []
    for entry in (task.arguments.get("Resources") or {}).get("S3") or []:
        named = entry if isinstance(entry, Mapping) else {"StepName": entry}
        step = str(named.get("StepName"))
        found = named.get("S3Uris") or list(outputs_of(task.steps.get(step) or {}))
        (cleaned if found else skipped).append(step)
        deleted += found
    facts = {"CleanedSteps": cleaned, "SkippedSteps": skipped, "FailedSteps": []}
    return Work({"Cleanup": facts}, facts, deleted=tuple(deleted) if task.done else ())


_OUTPUT_PATHS = (
    ("ModelArtifacts", "S3ModelArtifacts"),
    ("TransformOutput", "S3OutputPath"),
    ("S3OutputLocation",),
)


def outputs_of(properties: Mapping[str, Any]) -> Iterator[str]:
    """Yield the locations that a finished step wrote to, from its property document."""
    for one in (properties.get("ProcessingOutputConfig") or {}).get("Outputs") or []:
        if "S3Output" in one:
            yield str(one["S3Output"]["S3Uri"])
    for path in _OUTPUT_PATHS:
        try:
            yield str(walk(properties, path))
        except Unresolvable:
            continue


_BEDROCK_KINDS = {
    "BedrockCustomModel": "custom-model",
    "BedrockCustomModelDeployment": "custom-model-deployment",
    "BedrockModelImport": "imported-model",
    "BedrockProvisionedModelThroughput": "provisioned-model",
}


def make_in_bedrock(task: Task) -> Work:
    """Run one of the four Bedrock steps, which makes a resource with an ARN."""
    arn = task.place.arn(_BEDROCK_KINDS[task.type], task.id(task.type), service="bedrock")
    return Work({task.type: {"Arn": arn}}, {**task.arguments, "Arn": arn, "ModelArn": arn})
