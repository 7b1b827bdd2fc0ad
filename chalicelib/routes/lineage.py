"""Lineage of a pipeline: graph, runs, postures and findings, built from what was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.aws.attempt import MAX_OBJECT_BYTES
from chalicelib.core.definition.document import parse_definition, unwrap_definition
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.findings.facts import Facts, declared_approval, step_tags
from chalicelib.core.findings.judge import judge
from chalicelib.core.findings.sensitivity import DEFAULT_TAGS, SensitiveTags
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.graph.redacted import without_secrets
from chalicelib.core.graph.step_io.used import models_used
from chalicelib.core.lineage import Lineage
from chalicelib.core.posture.bucket import BucketPosture, account_gaps, build_posture
from chalicelib.core.posture.step.security import step_security
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import end_of, summarise
from chalicelib.core.runs.jobs import description_of, things_described
from chalicelib.core.runs.node_runs import node_runs, untaken
from chalicelib.core.runs.registry import Registration, deployments_of, parse_registration
from chalicelib.core.runs.report_places import Report
from chalicelib.core.runs.reports import parse_report
from chalicelib.core.runs.step_runs import iterations_of, latest_attempts, run_key
from chalicelib.core.values.doc import text_at, time_at
from chalicelib.core.values.model import Definition, Doc, Gap, Graph, JobRef, Pipeline
from chalicelib.core.values.redaction import redact_named
from chalicelib.routes.lineage_reads.collected import EMPTY, Collected, account_of, scope_of
from chalicelib.settings import Settings


def build_lineage(got: Collected, query: LineageQuery, settings: Settings) -> Lineage:
    """Return the lineage, built from everything that was read for it."""
    definition = got.definition or EMPTY
    scope = got.scope or scope_of(got, query.region)
    graph = without_secrets(got.graph or build_graph(definition, scope))
    reports, report_gaps = _read_reports(got)
    runs = node_runs(definition, got.runs, scope, got.descriptions, reports)
    made = _made(definition, got)
    registrations = _registrations(made, got)
    postures = _postures(got, query.region)
    facts = Facts(
        pipeline=_pipeline(got, query, _parameters(definition, scope)),
        graph=graph,
        postures=postures,
        security=_security(definition, scope, graph, made, got),
        approvals=_approvals(definition, scope, made, registrations),
        job_tags={step.name: step_tags(step, scope) for step in definition.steps},
        pipeline_tags_known=got.tags_known,
        sensitive_tags=settings.sensitive_tags,
    )
    execution = end_of(got.execution, got.runs) if got.execution else None
    statuses = [runs[node.id].status if node.id in runs else None for node in graph.nodes]
    return Lineage(
        pipeline=facts.pipeline,
        execution=execution,
        summary=summarise(execution, got.runs, statuses, facts.pipeline.last_modified),
        graph=graph,
        runs=runs,
        untaken=untaken(definition, runs),
        registrations=registrations,
        security=facts.security,
        postures=postures,
        findings=judge(facts),
        gaps=(
            *got.gaps,
            *definition.gaps,
            *graph.gaps,
            *report_gaps,
            *(gap for posture in postures.values() for gap in posture.gaps),
            *account_gaps(got.account),
            *_not_asked(settings),
        ),
        view=query.view,
    )


def offline_lineage(
    document: str,
    name: str,
    values: Mapping[str, str],
    *,
    region: str | None = None,
    view: str = "graph",
    sensitive_tags: SensitiveTags = DEFAULT_TAGS,
) -> Lineage:
    """Return what a definition document alone tells, without any AWS call; `values` are parameter values by name.

    The document may also stand in a JSON string, or in the response to DescribePipeline. Raises `BadDefinition` where
    it cannot be read.
    """
    definition = parse_definition(unwrap_definition(document))
    scope = Scope(definition, values=values, region=region)
    graph = without_secrets(build_graph(definition, scope))
    asked = Gap("Offline", "the definition was read from a file: no AWS account was asked, every posture is Unknown")
    unknown = tuple(
        Gap("UnknownParameter", f"the definition has no parameter {value}")
        for value in sorted(values)
        if value not in definition.parameters
    )
    pipeline = Pipeline(name=name, region=region, parameters=_parameters(definition, scope))
    security = {step.name: step_security(step, scope, None) for step in definition.steps}
    facts = Facts(
        pipeline=pipeline,
        graph=graph,
        security=security,
        approvals=_approvals(definition, scope, {}, {}),
        job_tags={step.name: step_tags(step, scope) for step in definition.steps},
        sensitive_tags=sensitive_tags,
    )
    return Lineage(
        pipeline=pipeline,
        execution=None,
        summary=summarise(None, (), [None] * len(graph.nodes), None),
        graph=graph,
        security=security,
        findings=judge(facts),
        gaps=(asked, *unknown, *definition.gaps, *graph.gaps),
        view=view,
    )


def _pipeline(got: Collected, query: LineageQuery, parameters: Mapping[str, Any]) -> Pipeline:
    return Pipeline(
        name=text_at(got.pipeline, "PipelineName") or query.pipeline_name,
        region=query.region,
        arn=text_at(got.pipeline, "PipelineArn"),
        last_modified=time_at(got.pipeline, "LastModifiedTime"),
        role_arn=text_at(got.pipeline, "RoleArn"),
        display_name=text_at(got.pipeline, "PipelineDisplayName"),
        description=text_at(got.pipeline, "PipelineDescription"),
        parameters=parameters,
        tags=got.tags,
    )


def _parameters(definition: Definition, scope: Scope) -> dict[str, Any]:
    """Return each parameter's value in this execution, else its default; `None` where it has neither."""
    values = {name: _parameter(name, parameter.default, scope) for name, parameter in definition.parameters.items()}
    return {name: redact_named(name, value) for name, value in values.items()}


def _parameter(name: str, default: Any, scope: Scope) -> Any:
    """Return a scalar: what others read by reference, or a long text where it is the parameter's own."""
    found = resolve({"Get": f"Parameters.{name}"}, scope)
    value = found.value if found.known else scope.values.get(name, default)
    return None if isinstance(value, Mapping | list) else value


def _made(definition: Definition, got: Collected) -> dict[str, JobRef]:
    """Return what each node's step made in its last attempt; for a ForEach body, in its last iteration."""
    latest = latest_attempts(got.runs)
    bodies = iterations_of(definition, latest)
    return {bodies.get(run_key(run), run.name): run.job for run in latest if run.job is not None}


def _registrations(made: Mapping[str, JobRef], got: Collected) -> dict[str, Registration]:
    """Return what is known of each package that a step registered, by step."""
    return {
        name: parse_registration(ref, description_of(ref, got.descriptions), deployments_of(ref, got.descriptions))
        for name, ref in made.items()
        if ref.kind == "RegisterModel"
    }


def _security(
    definition: Definition, scope: Scope, graph: Graph, made: Mapping[str, JobRef], got: Collected
) -> dict[str, Mapping[str, Any]]:
    """Return the security settings of each step: as it ran, where the description of what it made was read."""
    models = models_used(graph.nodes, scope, things_described(got.descriptions))
    return {
        step.name: step_security(
            step, scope, description_of(made.get(step.name), got.descriptions), models.get(step.name, ())
        )
        for step in definition.steps
    }


def _approvals(
    definition: Definition, scope: Scope, made: Mapping[str, JobRef], registrations: Mapping[str, Registration]
) -> dict[str, str]:
    """Return each package's approval status in the registry, or the status that its step asks for.

    The latter counts only where no package was made yet.
    """
    read = {name: registration.approval_status for name, registration in registrations.items()}
    declared = {
        step.name: declared_approval(step, scope)
        for step in definition.steps
        if step.type == "RegisterModel" and step.name not in made
    }
    return {name: status for name, status in (declared | read).items() if status}


def _postures(got: Collected, region: str) -> dict[str, BucketPosture]:
    account = account_of(got.pipeline)
    return {
        bucket: build_posture(bucket, read.owned, got.account, account, read.unowned, region)
        for bucket, read in got.buckets.items()
    }


def _read_reports(got: Collected) -> tuple[dict[Report, Any], list[Gap]]:
    """Return the reports that are JSON, and a gap for each that should be there and could not be read."""
    documents: dict[Report, Any] = {}
    gaps: list[Gap] = []
    for report, response in got.reports.items():
        if isinstance(response, Gap):
            gaps.append(response)
        elif isinstance(response, Mapping):
            document = parse_report(response["Body"]) if len(response["Body"]) <= MAX_OBJECT_BYTES else None
            refused = _why_not(report, response, document)
            if refused is None:
                documents[report] = document
            else:
                gaps.append(refused)
    return documents, gaps


def _why_not(report: Report, response: Doc, document: Any) -> Gap | None:
    """Return why a file is not taken for the report that it should be."""
    written = time_at(response, "LastModified")
    if len(response["Body"]) > MAX_OBJECT_BYTES:
        return Gap("ReportTooLarge", f"the report is larger than {MAX_OBJECT_BYTES} bytes", report.uri)
    if written and report.since and written < report.since.replace(microsecond=0):
        return Gap("ReportOlderThanRun", "the file is older than the job that should have written it", report.uri)
    if document is None:
        return Gap("UnreadableReport", "the report is not JSON that can be read", report.uri)
    return None


def _not_asked(settings: Settings) -> list[Gap]:
    if settings.enable_s3_meta:
        return []
    return [Gap("NotAsked", "ENABLE_S3_META is off: no bucket was looked at, every posture is Unknown")]
