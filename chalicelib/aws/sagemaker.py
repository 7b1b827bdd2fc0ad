"""Questions to SageMaker, and how long each response may be cached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.aws.reads import FOR_EVER, Question
from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.model import Absent, Doc

Keep = Callable[[Doc | Absent], float]

PAGE = 100

SEARCH_PATIENCE_SEC = 3.0
"""How long to wait for Search: what it would save is not worth more of a request's time."""

WORTH_A_SEARCH = 2
"""So many things are worth a Search: it costs as much as describing one."""

SEARCH_VALUE = 1024
"""The most characters of one filter's value."""


def pipeline(name_or_arn: str) -> Question:
    """Return the question for the pipeline with its present definition."""
    return Question(
        "describe_pipeline", {"PipelineName": name_or_arn}, name_or_arn, "definition", required="PipelineDefinition"
    )


def latest_executions(name_or_arn: str) -> Question:
    """Return the question for the newest executions; the first is the latest, unless two began in the same moment."""
    return Question(
        "list_pipeline_executions",
        {"PipelineName": name_or_arn, "SortBy": "CreationTime", "SortOrder": "Descending", "MaxResults": 10},
        name_or_arn,
        "execution",
        required="PipelineExecutionSummaries",
    )


def executions_page(name_or_arn: str, max_results: int, token: str | None) -> Question:
    """Return the question for one page of a pipeline's executions, newest first."""
    question = latest_executions(name_or_arn)
    arguments = {**question.arguments, "MaxResults": max_results, **({"NextToken": token} if token else {})}
    return Question(question.operation, arguments, name_or_arn, "execution", required=question.required)


def execution(arn: str) -> Question:
    """Return the question for one execution, by its ARN."""
    return Question(
        "describe_pipeline_execution",
        {"PipelineExecutionArn": arn},
        arn,
        "execution",
        required="PipelineExecutionStatus",
    )


def definition_of(execution_arn: str) -> Question:
    """Return the question for the definition that an execution ran; it never changes."""
    return Question(
        "describe_pipeline_definition_for_execution",
        {"PipelineExecutionArn": execution_arn},
        execution_arn,
        "definition",
        required="PipelineDefinition",
        keep=lambda _: FOR_EVER,
    )


def steps(execution_arn: str, keep: Keep) -> Question:
    """Return the question for what the steps of an execution did, in the order in which they began."""
    return Question(
        "list_pipeline_execution_steps",
        {"PipelineExecutionArn": execution_arn, "SortOrder": "Ascending", "MaxResults": PAGE},
        execution_arn,
        "execution",
        required="PipelineExecutionSteps",
        keep=keep,
    )


def parameters(execution_arn: str) -> Question:
    """Return the question for the parameter values of an execution; they never change."""
    return Question(
        "list_pipeline_parameters_for_execution",
        {"PipelineExecutionArn": execution_arn, "MaxResults": PAGE},
        execution_arn,
        "execution",
        required="PipelineParameters",
        keep=lambda _: FOR_EVER,
    )


def tags(arn: str, seconds: float) -> Question:
    """Return the question for the tags of a pipeline, cached for `seconds`."""
    return Question("list_tags", {"ResourceArn": arn}, arn, "definition", required="Tags", keep=lambda _: seconds)


def domains(region: str, seconds: float) -> Question:
    """Return the question for the SageMaker domains of a region, cached for `seconds`."""
    return Question("list_domains", {}, region, "definition", required="Domains", keep=lambda _: seconds)


def pipelines_page(max_results: int, token: str | None, region: str) -> Question:
    """Return the question for one page of a region's pipelines, by name."""
    arguments = {"SortBy": "Name", "SortOrder": "Ascending", "MaxResults": max_results}
    return Question(
        "list_pipelines",
        {**arguments, **({"NextToken": token} if token else {})},
        region,
        "definition",
        required="PipelineSummaries",
    )


def endpoints() -> Question:
    """Ask for the endpoints of a region, by name."""
    return _listed("list_endpoints", "Endpoints", SortBy="Name", SortOrder="Ascending")


def inference_components() -> Question:
    """Ask for the inference components of a region, by name."""
    return _listed("list_inference_components", "InferenceComponents", SortBy="Name", SortOrder="Ascending")


def packages(approval: str) -> Question:
    """Ask for the model packages of a region that somebody approved or rejected, of every group."""
    judged = {"ModelApprovalStatus": approval, "ModelPackageType": "Versioned"}
    return _listed("list_model_packages", "ModelPackageSummaryList", **judged, SortBy="Name", SortOrder="Ascending")


def _listed(operation: str, required: str, **arguments: Any) -> Question:
    return Question(operation, {**arguments, "MaxResults": PAGE}, "*", "jobs", required=required)


def feature_group(name: str, seconds: float) -> Question:
    """Return the question for a feature group's features and its offline store, cached for `seconds`."""
    arguments = {"FeatureGroupName": name}
    return Question(
        "describe_feature_group", arguments, name, "jobs", required="FeatureDefinitions", keep=lambda _: seconds
    )


def description(operation: str, arguments: Mapping[str, Any], arn: str, seconds: float) -> Question:
    """Return the question for what a step made: a job, a model, a package.

    A finished job is cached for good, a running job and a package not at all, everything else for `seconds`: a model
    or an endpoint configuration never changes, but may be deleted and another made under its name.
    """

    def keep(response: Doc | Absent) -> float:
        if operation == "describe_model_package" or isinstance(response, Absent):
            # Somebody may approve or reject a package at any time.
            return 0.0
        status = next((value for key, value in response.items() if key.endswith("JobStatus")), None)
        if status is None:
            return seconds
        return FOR_EVER if status in OVER else 0.0

    required = "Cluster" if operation == "describe_cluster" else None
    return Question(operation, arguments, arn, "jobs", required=required, keep=keep)


def search(resource: str, name: str, values: Sequence[str]) -> list[Question]:
    """Return the questions of Search for the resources whose property `name` is one of `values`, a page each.

    Values with a comma in them cannot be searched for. A question has at most 20 filters, of 1024 characters each.
    """
    return [_search(resource, name, values[first : first + PAGE]) for first in range(0, len(values), PAGE)]


def _search(resource: str, name: str, values: Sequence[str]) -> Question:
    filters: list[str] = []
    for value in values:
        if filters and len(filters[-1]) + len(value) < SEARCH_VALUE:
            filters[-1] += f",{value}"
        else:
            filters.append(value)
    expression = {
        "Filters": [{"Name": name, "Operator": "In", "Value": text} for text in filters],
        "Operator": "Or",
    }
    arguments = {"Resource": resource, "SearchExpression": expression, "MaxResults": PAGE}
    return Question("search", arguments, "*", "jobs", required="Results", patience_sec=SEARCH_PATIENCE_SEC)


def keep_steps(status: str, seconds: float) -> Keep:
    """Return how long the steps of an execution with this status may be cached.

    A succeeded execution cannot be retried, so its steps never change. One that failed or was stopped can be: its steps
    are cached for `seconds`. Those of a running one are not cached.
    """
    if status == "Succeeded":
        return lambda _: FOR_EVER
    return lambda _: seconds if status in OVER else 0.0
