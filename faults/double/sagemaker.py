"""SageMaker's side of the double, and EMR's: an operation and its arguments in, the answer's members out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from faults.double.account import ACCOUNT, DOMAIN, DOMAIN_NAME, EXECUTIONS, World, listed, names_of, world_of
from faults.double.search import owners, records
from faults.double.step_context import BEGIN, ROLE, Doc

Arguments = Mapping[str, Any]


class NotThere(Exception):
    """The thing asked about does not exist."""


def _world(name_or_arn: str, region: str) -> World:
    world = world_of(names_of(name_or_arn)[0], region)
    if world is None:
        raise NotThere(name_or_arn)
    return world


def _run(arguments: Arguments, region: str) -> tuple[World, str]:
    arn = arguments["PipelineExecutionArn"]
    _, execution = names_of(arn)
    if execution not in EXECUTIONS:
        raise NotThere(arn)
    return _world(arn, region), execution


def _page(items: list[Doc], key: str, arguments: Arguments, most: int = 100) -> Doc:
    start = int(arguments.get("NextToken") or 0)
    end = start + min(most, int(arguments.get("MaxResults") or most))
    return {key: items[start:end], **({"NextToken": str(end)} if end < len(items) else {})}


def _began(execution: str) -> int:
    return BEGIN - 86400 * EXECUTIONS.index(execution)


def describe_pipeline(arguments: Arguments, region: str) -> Doc:
    """Answer DescribePipeline."""
    world = _world(arguments["PipelineName"], region)
    return {
        "PipelineArn": world.arn,
        "PipelineName": world.name,
        "PipelineDisplayName": world.name,
        "PipelineDefinition": world.definition,
        "RoleArn": ROLE.format(account=ACCOUNT),
        "PipelineStatus": "Active",
        "CreationTime": BEGIN - 864000,
        "LastModifiedTime": BEGIN - 86400 * 5,
        "LastRunTime": BEGIN,
        "CreatedBy": {"UserProfileName": "bench", "DomainId": DOMAIN},
    }


def definition_for_execution(arguments: Arguments, region: str) -> Doc:
    """Answer DescribePipelineDefinitionForExecution."""
    world, execution = _run(arguments, region)
    return {"PipelineDefinition": world.definition, "CreationTime": _began(execution)}


def describe_execution(arguments: Arguments, region: str) -> Doc:
    """Answer DescribePipelineExecution."""
    world, execution = _run(arguments, region)
    return {
        "PipelineArn": world.arn,
        "PipelineExecutionArn": f"{world.arn}/execution/{execution}",
        "PipelineExecutionDisplayName": execution,
        "PipelineExecutionStatus": "Succeeded",
        "CreationTime": _began(execution),
        "LastModifiedTime": _began(execution) + 60 * len(world.made),
        "CreatedBy": {"UserProfileName": "bench", "DomainId": DOMAIN},
    }


def list_executions(arguments: Arguments, region: str) -> Doc:
    """Answer ListPipelineExecutions."""
    world = _world(arguments["PipelineName"], region)
    summaries = [
        {
            "PipelineExecutionArn": f"{world.arn}/execution/{execution}",
            "StartTime": _began(execution),
            "PipelineExecutionStatus": "Succeeded",
            "PipelineExecutionDisplayName": execution,
        }
        for execution in EXECUTIONS
    ]
    if arguments.get("SortOrder") == "Ascending":
        summaries.reverse()
    return _page(summaries, "PipelineExecutionSummaries", arguments)


def list_steps(arguments: Arguments, region: str) -> Doc:
    """Answer ListPipelineExecutionSteps."""
    world, _ = _run(arguments, region)
    steps = world.steps_run()
    if arguments.get("SortOrder") != "Ascending":
        steps.reverse()
    return _page(steps, "PipelineExecutionSteps", arguments)


def list_parameters(arguments: Arguments, region: str) -> Doc:
    """Answer ListPipelineParametersForExecution."""
    world, _ = _run(arguments, region)
    items = [{"Name": name, "Value": value} for name, value in world.parameters.items()]
    return _page(items, "PipelineParameters", arguments)


def list_pipelines(arguments: Arguments, region: str) -> Doc:
    """Answer ListPipelines."""
    items = [
        {
            "PipelineArn": f"arn:aws:sagemaker:{region}:{ACCOUNT}:pipeline/{name}",
            "PipelineName": name,
            "PipelineDisplayName": name,
            "RoleArn": ROLE.format(account=ACCOUNT),
            "CreationTime": BEGIN - 864000,
            "LastModifiedTime": BEGIN - 86400 * 5,
            "LastExecutionTime": BEGIN,
        }
        for name in listed()
    ]
    return _page(items, "PipelineSummaries", arguments)


def list_model_packages(arguments: Arguments, region: str) -> Doc:
    """Answer ListModelPackages: those of the pipelines that are listed, in the state that is asked for."""
    wanted = arguments.get("ModelApprovalStatus")
    members = ("ModelPackageArn", "ModelPackageGroupName", "ModelPackageVersion", "CreationTime", "ModelPackageStatus")
    packages = [
        {**{member: answer[member] for member in members}, "ModelApprovalStatus": answer["ModelApprovalStatus"]}
        for name in listed()
        for (operation, _), answer in _world(name, region).answers.items()
        if operation == "DescribeModelPackage" and wanted in (None, answer["ModelApprovalStatus"])
    ]
    return _page(packages, "ModelPackageSummaryList", arguments)


def list_tags(arguments: Arguments, region: str) -> Doc:
    """Answer ListTags: the domain is named by its ARN alone, so that a name must be looked up."""
    arn = f"arn:aws:sagemaker:{region}:{ACCOUNT}:domain/{DOMAIN}"
    return {"Tags": [{"Key": "Owner", "Value": "bench"}, {"Key": "sagemaker:domain-arn", "Value": arn}]}


def list_domains(arguments: Arguments, region: str) -> Doc:
    """Answer ListDomains."""
    domain = {
        "DomainArn": f"arn:aws:sagemaker:{region}:{ACCOUNT}:domain/{DOMAIN}",
        "DomainId": DOMAIN,
        "DomainName": DOMAIN_NAME,
        "Status": "InService",
    }
    return {"Domains": [domain]}


def search(arguments: Arguments, region: str) -> Doc:
    """Answer Search, by lists of ARNs."""
    worlds = [world for name in owners(arguments) if (world := world_of(name, region))]
    return _page([each for world in worlds for each in records(world, arguments)], "Results", arguments)


def _as_written(name: str, pipeline: str, region: str) -> str:
    written = {known.lower(): known for _, known in _world(pipeline, region).answers}
    return written.get(name, name)


def _described(argument: str, operation: str) -> Callable[[Arguments, str], Doc]:
    def describe(arguments: Arguments, region: str) -> Doc:
        name = str(arguments[argument])
        plain = name.rsplit("/", 1)[-1] if name.startswith("arn:") and operation != "DescribeModelPackage" else name
        pipeline = name.split("/")[1] if operation == "DescribeModelPackage" else plain.split("--", 1)[0]
        answers = _world(pipeline, region).answers
        # AWS writes a feature group's ARN in lower case, and knows it by that too.
        answer = answers.get((operation, plain)) or answers.get((operation, _as_written(plain, pipeline, region)))
        if answer is None:
            raise NotThere(name)
        return answer

    return describe


OPERATIONS: dict[str, Callable[[Arguments, str], Doc]] = {
    "DescribePipeline": describe_pipeline,
    "DescribePipelineDefinitionForExecution": definition_for_execution,
    "DescribePipelineExecution": describe_execution,
    "ListPipelineExecutions": list_executions,
    "ListPipelineExecutionSteps": list_steps,
    "ListPipelineParametersForExecution": list_parameters,
    "ListPipelines": list_pipelines,
    "ListTags": list_tags,
    "ListEndpoints": lambda _arguments, _region: {"Endpoints": []},
    "ListInferenceComponents": lambda _arguments, _region: {"InferenceComponents": []},
    "ListModelPackages": list_model_packages,
    "ListDomains": list_domains,
    "Search": search,
    **{
        operation: _described(argument, operation)
        for operation, argument in (
            ("DescribeProcessingJob", "ProcessingJobName"),
            ("DescribeTrainingJob", "TrainingJobName"),
            ("DescribeTransformJob", "TransformJobName"),
            ("DescribeHyperParameterTuningJob", "HyperParameterTuningJobName"),
            ("DescribeAutoMLJob", "AutoMLJobName"),
            ("DescribeAutoMLJobV2", "AutoMLJobName"),
            ("DescribeModel", "ModelName"),
            ("DescribeModelPackage", "ModelPackageName"),
            ("DescribeEndpoint", "EndpointName"),
            ("DescribeEndpointConfig", "EndpointConfigName"),
            ("DescribeInferenceComponent", "InferenceComponentName"),
            ("DescribeFeatureGroup", "FeatureGroupName"),
            ("DescribeCluster", "ClusterId"),
        )
    },
}


def resource_of(arguments: Arguments) -> str:
    """Return what a call is about: its first string argument, or nothing."""
    return next((value for value in arguments.values() if isinstance(value, str)), "")


def arguments_of(body: bytes) -> dict[str, Any]:
    """Return the arguments that a request's body holds."""
    return dict(json.loads(body or b"{}"))
