"""Everything that was read for one lineage, and the scope that follows from it."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.core.definition.scope import Scope
from chalicelib.core.runs.report_places import Report
from chalicelib.core.runs.run_documents import Values, run_documents
from chalicelib.core.values.doc import NOTHING, text_at
from chalicelib.core.values.model import Definition, Doc, Execution, Gap, Graph, JobRef, Response, StepRun

EMPTY = Definition(parameters={}, steps=())


class BucketRead(NamedTuple):
    """Responses about one bucket, by operation.

    `owned` are those to reads that expected the pipeline's account as owner, `unowned` those to reads repeated without
    that, of a bucket that denied them all (see `questions_again`).
    """

    owned: Mapping[str, Response]
    unowned: Mapping[str, Response]


class Collected(NamedTuple):
    """Everything that was read for one lineage; what could not be read is missing here and named in `gaps`.

    `source_values` are those of the executions that reused steps ran in. `buckets` are those of the graph.
    `scope` and `graph` are derived from the definition and the runs.
    """

    pipeline: Doc = NOTHING
    tags: Mapping[str, str] = NOTHING
    tags_known: bool = False
    definition: Definition | None = None
    execution: Execution | None = None
    runs: tuple[StepRun, ...] = ()
    values: Mapping[str, str] = NOTHING
    source_values: Values = NOTHING
    descriptions: Mapping[JobRef, Doc] = NOTHING
    buckets: Mapping[str, BucketRead] = NOTHING
    account: Response | None = None
    reports: Mapping[Report, Response] = NOTHING
    gaps: tuple[Gap, ...] = ()
    scope: Scope | None = None
    graph: Graph | None = None


def scope_of(got: Collected, region: str) -> Scope:
    """Return what the definition's expressions may refer to, as far as it has been read."""
    arn = text_at(got.pipeline, "PipelineArn") or ""
    definition = got.definition or EMPTY
    variables = {"Execution.PipelineName": text_at(got.pipeline, "PipelineName"), "Execution.PipelineArn": arn}
    if got.execution is not None:
        variables["Execution.PipelineExecutionArn"] = got.execution.arn
        variables["Execution.PipelineExecutionId"] = got.execution.arn.rsplit("/", 1)[-1]
    return Scope(
        definition,
        values=got.values,
        variables={path: value for path, value in variables.items() if value},
        run_documents=run_documents(definition, got.runs, got.descriptions, got.source_values),
        region=region,
        account=account_of(got.pipeline),
        partition=arn.split(":")[1] if arn else "aws",
    )


def account_of(pipeline: Doc) -> str | None:
    """Return the account of a DescribePipeline response; `None` where its ARN has none (SageMaker's own say `aws`)."""
    parts = (text_at(pipeline, "PipelineArn") or "").split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None
