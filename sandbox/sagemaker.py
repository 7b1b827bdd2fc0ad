"""SageMaker on this machine: moto's, with pipelines that run and with what their runs have made."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import AWSValidationException, ConflictException, ResourceNotFound

from sandbox.describe_operations import DESCRIBED, Describes
from sandbox.events import put_event
from sandbox.names import EPOCH
from sandbox.paging import page
from sandbox.search import search
from sandbox.shapes import answer
from sandbox.world import Execution, Pipeline

_IDENTIFIERS = ("PipelineExecutionArn", "PipelineName", "ResourceArn", *(name for name, _, _ in DESCRIBED.values()))


def error_document(code: str | None, message: str, status: int) -> tuple[int, dict[str, str], str]:
    """Return an error in SageMaker's form: status, headers and body."""
    headers = {"x-amzn-errortype": str(code), "status": str(status), "content-type": "application/x-amz-json-1.1"}
    return status, headers, json.dumps({"__type": code, "message": message})


class PlayedSageMaker(Describes):
    """SageMaker of moto, which looks first at what the runs have made."""

    def call_action(self) -> Any:
        """Record one call, and return a planted fault, what a run has made, or moto's response."""
        action = self._get_action()
        named = next((str(self.params[key]) for key in _IDENTIFIERS if key in self.params), "*")
        fault = self.world.meet(f"sagemaker:{action}", named, self.access_key, self._arn(action, named))
        if fault:
            return error_document(fault.code, fault.message, fault.status)
        return super().call_action()

    def _arn(self, action: str, named: str) -> str:
        """Return the ARN by which IAM knows the resource of a call."""
        if named == "*" or named.startswith("arn:"):
            return named
        kind = DESCRIBED[action][2] if action in DESCRIBED else "pipeline"
        return self.world.place(self.region).arn(kind, named)

    # --- pipelines ------------------------------------------------------------------------------------

    def _pipeline(self) -> Pipeline:
        asked = str(self._get_param("PipelineName"))
        found = self.here.pipeline(asked)
        if found is None:
            raise ResourceNotFound(f"Pipeline '{asked}' does not exist.")
        return found

    def _execution(self) -> Execution:
        asked = str(self._get_param("PipelineExecutionArn"))
        found = self.here.execution(asked)
        if found is None:
            raise ResourceNotFound(f"Pipeline execution '{asked}' does not exist.")
        return found

    def create_pipeline(self) -> ActionResult:
        """Handle CreatePipeline; the definition may lie in S3."""
        name = str(self._get_param("PipelineName"))
        if name in self.here.pipelines:
            raise ConflictException(f"Pipeline names must be unique: {name} exists already.")
        made = super().create_pipeline().result
        moto = self.sagemaker_backend.pipelines.pop(name)
        self.here.pipelines[name] = Pipeline(
            name=name,
            arn=str(made["PipelineArn"]),
            definition=moto.pipeline_definition,
            role=moto.role_arn,
            created=EPOCH,
            modified=EPOCH,
            tags={one["Key"]: one["Value"] for one in moto.tags},
            display_name=moto.pipeline_display_name,
            description=moto.pipeline_description,
        )
        return ActionResult(made)

    def update_pipeline(self) -> ActionResult:
        """Handle UpdatePipeline, which changes only what is given."""
        found = self._pipeline()
        found.definition = self._get_param("PipelineDefinition") or found.definition
        found.role = self._get_param("RoleArn") or found.role
        found.display_name = self._get_param("PipelineDisplayName") or found.display_name
        found.description = self._get_param("PipelineDescription") or found.description
        found.modified = max([found.modified, *(one.last_event for one in found.executions.values())])
        return ActionResult({"PipelineArn": found.arn})

    def delete_pipeline(self) -> ActionResult:
        """Handle DeletePipeline."""
        found = self._pipeline()
        del self.here.pipelines[found.name]
        return ActionResult({"PipelineArn": found.arn})

    def describe_pipeline(self) -> ActionResult:
        """Handle DescribePipeline, by name or ARN."""
        found = self._pipeline()
        document = {
            **_summary(found),
            "PipelineDefinition": found.definition,
            "PipelineStatus": "Active",
            "LastRunTime": _last_start(found),
            "CreatedBy": found.created_by or None,
            "LastModifiedBy": found.created_by or None,
        }
        return ActionResult(answer("DescribePipeline", document))

    def list_pipelines(self) -> ActionResult:
        """Handle ListPipelines: filtered and sorted first, then paged."""
        prefix = self._get_param("PipelineNamePrefix") or ""
        found = [one for one in self.here.pipelines.values() if one.name.startswith(prefix)]
        found = self._between(found, lambda one: one.created)
        by_name = self._get_param("SortBy") == "Name"
        found.sort(key=lambda one: one.name if by_name else (one.created, one.name), reverse=self._descending())
        return self._page("PipelineSummaries", [_summary(one) for one in found])

    # --- executions -----------------------------------------------------------------------------------

    def start_pipeline_execution(self) -> ActionResult:
        """Handle StartPipelineExecution: the pipeline really runs, on the sandbox's own clock."""
        found = self._pipeline()
        given = {one["Name"]: one["Value"] for one in self._get_param("PipelineParameters") or []}
        if self.world.start_execution is None:
            raise AWSValidationException("This account cannot run pipelines.")
        try:
            made = self.world.start_execution(self.region, found.name, given)
        except ValueError as wrong:
            raise AWSValidationException(str(wrong)) from None
        made.display_name = self._get_param("PipelineExecutionDisplayName") or made.display_name
        made.description = self._get_param("PipelineExecutionDescription")
        put_event(self.region, made)
        return ActionResult({"PipelineExecutionArn": made.arn})

    def list_pipeline_executions(self) -> ActionResult:
        """Handle ListPipelineExecutions: newest first unless asked otherwise."""
        found = self._between(list(self._pipeline().executions.values()), lambda one: one.start)
        by_arn = self._get_param("SortBy") == "PipelineExecutionArn"
        found.sort(key=lambda one: one.arn if by_arn else (one.start, one.arn), reverse=self._descending())
        summaries = [
            {
                "PipelineExecutionArn": one.arn,
                "StartTime": one.start,
                "PipelineExecutionStatus": one.status,
                "PipelineExecutionDescription": one.description,
                "PipelineExecutionDisplayName": one.display_name,
                "PipelineExecutionFailureReason": one.failure_reason,
            }
            for one in found
        ]
        return self._page("PipelineExecutionSummaries", summaries)

    def describe_pipeline_execution(self) -> ActionResult:
        """Handle DescribePipelineExecution."""
        found = self._execution()
        owner = self.here.pipelines[found.pipeline]
        document = {
            "PipelineArn": owner.arn,
            "PipelineExecutionArn": found.arn,
            "PipelineExecutionDisplayName": found.display_name,
            "PipelineExecutionStatus": found.status,
            "PipelineExecutionDescription": found.description,
            "FailureReason": found.failure_reason,
            "CreationTime": found.start,
            "LastModifiedTime": found.last_event,
            "SelectiveExecutionConfig": found.selective,
            "CreatedBy": owner.created_by or None,
        }
        return ActionResult(answer("DescribePipelineExecution", document))

    def describe_pipeline_definition_for_execution(self) -> ActionResult:
        """Handle DescribePipelineDefinitionForExecution: the definition as it was at the start."""
        found = self._execution()
        return ActionResult({"PipelineDefinition": found.definition, "CreationTime": found.start})

    def list_pipeline_parameters_for_execution(self) -> ActionResult:
        """Handle ListPipelineParametersForExecution: given values, and defaults for the rest."""
        values = [{"Name": name, "Value": value} for name, value in self._execution().parameters]
        return self._page("PipelineParameters", values)

    def list_pipeline_execution_steps(self) -> ActionResult:
        """Handle ListPipelineExecutionSteps: newest first unless asked otherwise."""
        steps = list(self._execution().steps)
        if self._descending():
            steps.reverse()
        return self._page("PipelineExecutionSteps", steps)

    # --- everything else ------------------------------------------------------------------------------

    def list_tags(self) -> ActionResult:
        """Handle ListTags, for what a run has made and for what moto holds."""
        arn = str(self._get_param("ResourceArn"))
        tags = self._tags(arn)
        if tags is None:
            try:
                return super().list_tags()
            except (KeyError, AttributeError):  # moto does not ask whether it is there
                raise AWSValidationException(f"Could not find {arn}.") from None
        return self._page("Tags", [{"Key": key, "Value": value} for key, value in sorted(tags.items())])

    def add_tags(self) -> ActionResult:
        """Handle AddTags, for what a run has made and for what moto holds."""
        tags = self._tags(str(self._get_param("ResourceArn")))
        if tags is None:
            return super().add_tags()
        tags.update({one["Key"]: one["Value"] for one in self._get_param("Tags")})
        return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())]})

    def list_domains(self) -> ActionResult:
        """Handle ListDomains: the account's own, then moto's."""
        found = [*self.here.domains, *(one.summary() for one in self.sagemaker_backend.domains.values())]
        return self._page("Domains", found)

    def list_endpoints(self) -> ActionResult:
        """Answer ListEndpoints: the world's, then moto's."""
        return self._listed("DescribeEndpoint", "Endpoints", ENDPOINT)

    def list_inference_components(self) -> ActionResult:
        """Answer ListInferenceComponents."""
        return self._listed("DescribeInferenceComponent", "InferenceComponents", COMPONENT)

    def list_model_packages(self) -> ActionResult:
        """Answer ListModelPackages: of every group, or of one; filtered by approval."""
        group, wanted = self._get_param("ModelPackageGroupName"), self._get_param("ModelApprovalStatus")
        return self._listed(
            "DescribeModelPackage",
            "ModelPackageSummaryList",
            PACKAGE,
            lambda one: (
                group in (None, one.get("ModelPackageGroupName")) and wanted in (None, one.get("ModelApprovalStatus"))
            ),
        )

    def search(self) -> ActionResult:
        """Answer Search: of what the runs have made where ARNs are listed; else of what moto holds."""
        found = search(self.here, self.params)
        return super().search() if found is None else self._page("Results", found)

    def _listed(
        self,
        operation: str,
        key: str,
        members: Sequence[str],
        fits: Callable[[Mapping[str, Any]], bool] = lambda _: True,
    ) -> ActionResult:
        """Return what the world describes by an operation, in short and by name."""
        found = [one for (of, _), one in sorted(self.here.answers.items()) if of == operation and fits(one)]
        return self._page(key, [{member: one.get(member) for member in members} for one in found])

    def _tags(self, arn: str) -> dict[str, str] | None:
        found = self.here.pipeline(arn) if arn.startswith("arn:") and "/execution/" not in arn else None
        return found.tags if found else self.here.tags.get(arn)

    def _page(self, key: str, entries: Sequence[Any]) -> ActionResult:
        limit, token = self._get_param("MaxResults"), self._get_param("NextToken")
        shown, following = page(entries, limit, token)
        shown = [_without_nothing(one) if isinstance(one, Mapping) else one for one in shown]
        return ActionResult({key: shown, **({"NextToken": following} if following else {})})

    def _descending(self) -> bool:
        return str(self._get_param("SortOrder") or "Descending") == "Descending"

    def _between(self, entries: list[Any], moment: Any) -> list[Any]:
        after, before = (_as_time(self._get_param(key)) for key in ("CreatedAfter", "CreatedBefore"))
        return [
            one
            for one in entries
            if (after is None or moment(one) >= after) and (before is None or moment(one) <= before)
        ]


_TIMES = ("CreationTime", "LastModifiedTime")
ENDPOINT = ("EndpointName", "EndpointArn", *_TIMES, "EndpointStatus")
COMPONENT = (
    "InferenceComponentName",
    "InferenceComponentArn",
    "EndpointName",
    "EndpointArn",
    "VariantName",
    *_TIMES,
    "InferenceComponentStatus",
)
PACKAGE = (
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
)
"""What a list shows of each entry."""


def _summary(found: Pipeline) -> dict[str, Any]:
    return {
        "PipelineArn": found.arn,
        "PipelineName": found.name,
        "PipelineDisplayName": found.display_name or found.name,
        "PipelineDescription": found.description,
        "RoleArn": found.role,
        "CreationTime": found.created,
        "LastModifiedTime": found.modified,
        "LastExecutionTime": _last_start(found),
    }


def _last_start(found: Pipeline) -> datetime | None:
    return max((one.start for one in found.executions.values()), default=None)


def _without_nothing(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None}


def _as_time(value: Any) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime.fromtimestamp(float(value), tz=UTC)
