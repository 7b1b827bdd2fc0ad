"""Lists of pipelines and executions, for a frontend to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.aws import sagemaker
from chalicelib.core.query.query import ListQuery
from chalicelib.core.runs.execution import parse_execution
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Gap
from chalicelib.fetch.gather import Gather
from chalicelib.formats.listings import to_catalog_entry, to_execution_entry, to_pipeline_entry
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.listings.listing import Listing, required_page

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes


def list_pipelines(query: ListQuery, gather: Gather, ttl: float) -> shapes.PipelinePage:
    """Return the body of `GET /pipelines`; with a domain, a page may hold fewer than asked for, or none.

    Raises as `Listing.read_page` does.
    """
    listing = Listing(gather, query.region, ttl, wanted=(query.domain,) if query.domain else ())
    listing.read_page(query.max_results, query.next_token)
    return {
        "region": query.region,
        "pipelines": [to_pipeline_entry(entry.summary, entry.tags, entry.latest) for entry in listing.entries],
        "nextToken": listing.token,
        "warnings": to_warnings(listing.gaps),
    }


def list_catalog(
    gather: Gather, region: str, ttl: float, *, name: str, wanted: Sequence[str], latest: bool
) -> tuple[shapes.CatalogRegion, list[Gap]]:
    """Return one region of `GET /sagemaker/catalog`: the pipelines whose name and domain fit, and the gaps.

    Raises a `LineageError` where the pipelines cannot be listed.
    """
    listing = Listing(gather, region, ttl, wanted=wanted, latest=latest, name_domains=True)
    listing.read_all(name)
    entries = [
        to_catalog_entry(
            to_pipeline_entry(entry.summary, entry.tags, entry.latest), entry.domains, listing.domain_names
        )
        for entry in listing.entries
    ]
    return {"region": region, "pipelines": entries}, listing.gaps


def list_executions(query: ListQuery, gather: Gather) -> shapes.ExecutionPage:
    """Return the body of `GET /executions`: one page of a pipeline's executions, newest first.

    Raises as `required_page` does.
    """
    pipeline = query.pipeline or ""
    [response] = gather.responses([sagemaker.executions_page(pipeline, query.max_results, query.next_token)])
    page = required_page(response, query.next_token)
    executions = [parse_execution(summary) for summary in docs_at(page, "PipelineExecutionSummaries")]
    return {
        "region": query.region,
        "pipeline": pipeline.rsplit("/", 1)[-1],
        "executions": [to_execution_entry(execution) for execution in executions],
        "nextToken": text_at(page, "NextToken"),
        "warnings": [],
    }
