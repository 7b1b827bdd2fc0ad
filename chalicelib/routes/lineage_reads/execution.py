"""Reads of the execution: which one, by which definition, with which values, and what its steps did."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chalicelib.aws import sagemaker
from chalicelib.aws.required import required
from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import latest_execution, parse_execution
from chalicelib.core.runs.step_runs import parse_step_run
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import NotFound
from chalicelib.core.values.model import Doc, Execution, Gap, StepRun
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, all_of, start
from chalicelib.settings import Settings


async def read_execution(
    query: LineageQuery, pipeline: Future[Doc], gather: Gather, gaps: list[Gap]
) -> Execution | None:
    """Return the execution that the query names, or the latest; `None` where none is asked for or none can be read.

    Raises a `LineageError` where it names one that cannot be read: there is nothing to show instead.
    """
    if query.execution:
        arn = query.execution
        if not re.fullmatch(EXECUTION_ARN, arn):
            arn = f"{text_at(await pipeline, 'PipelineArn') or ''}/execution/{arn}"
        if arn.rsplit("/", 3)[-3].lower() != query.pipeline_name.lower():
            raise NotFound
        return parse_execution(required(await gather.ask(sagemaker.execution(arn))))
    return await read_latest(query.pipeline, gather, gaps) if query.include_latest_exec else None


async def read_latest(pipeline: str, gather: Gather, gaps: list[Gap]) -> Execution | None:
    """Return the execution of a pipeline that began last; `None` where there is none or the list cannot be read."""
    listed = await gather.ask(sagemaker.latest_executions(pipeline))
    if isinstance(listed, Gap):
        gaps.append(listed)
    return latest_execution(listed) if isinstance(listed, Mapping) else None


async def read_document(execution: Future[Execution | None], gather: Gather, gaps: list[Gap]) -> str | None:
    """Return the definition's text by which the execution ran; `None` where it cannot be read."""
    ran = await execution
    response = await gather.ask(sagemaker.definition_of(ran.arn)) if ran else None
    if isinstance(response, Gap):
        message = f"{response.message}: the pipeline's present definition is shown instead"
        gaps.append(response._replace(message=message))
    return response["PipelineDefinition"] if isinstance(response, Mapping) else None


async def read_values(execution: Future[Execution | None], gather: Gather, gaps: list[Gap]) -> Mapping[str, str]:
    """Return the parameter values of the execution, by name."""
    ran = await execution
    if ran is None:
        return {}
    values, gap = await _values_of(ran.arn, gather)
    if gap is not None:
        gaps.append(gap._replace(message=f"{gap.message}: parameter defaults are shown instead"))
    return values


async def _values_of(execution_arn: str, gather: Gather) -> tuple[Mapping[str, str], Gap | None]:
    items, gap = await gather.pages(sagemaker.parameters(execution_arn), "PipelineParameters")
    return {str(item["Name"]): str(item.get("Value", "")) for item in items if "Name" in item}, gap


async def read_steps(
    execution: Future[Execution | None], gather: Gather, settings: Settings, gaps: list[Gap]
) -> tuple[StepRun, ...]:
    """Return what the steps of the execution did, in the order in which they began."""
    ran = await execution
    if ran is None:
        return ()
    keep = sagemaker.keep_steps(ran.status, settings.posture_ttl_sec)
    items, gap = await gather.pages(sagemaker.steps(ran.arn, keep), "PipelineExecutionSteps")
    if gap is not None:
        gaps.append(gap)
    return tuple(parse_step_run(item) for item in items)


async def read_source_values(
    runs: Future[tuple[StepRun, ...]], gather: Gather, gaps: list[Gap]
) -> Mapping[str, Mapping[str, str]]:
    """Return the parameter values of the executions whose results a selective execution took over, by their ARN.

    A cache hit needs none: its arguments were the same.
    """
    sources = dict.fromkeys(run.selected_from for run in await runs if run.selected_from)
    listed = await all_of([start(_values_of(source, gather)) for source in sources])
    for source, (_, gap) in zip(sources, listed, strict=True):
        if gap is not None:
            message = f"{gap.message}: what a reused step was given by them is not known"
            gaps.append(gap._replace(message=message, resource=source))
    return {source: values for source, (values, _) in zip(sources, listed, strict=True)}
