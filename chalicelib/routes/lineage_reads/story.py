"""Order of the reads of one lineage: what is read, and what each read waits for."""

from __future__ import annotations

from chalicelib.core.graph.step_io.used import things_used
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.recreated import of_the_run
from chalicelib.core.values.model import Definition, Gap
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, start
from chalicelib.routes.lineage_reads.buckets import BucketReads
from chalicelib.routes.lineage_reads.collected import EMPTY, Collected, scope_of
from chalicelib.routes.lineage_reads.definition import as_it_ran, define, foresee
from chalicelib.routes.lineage_reads.execution import (
    read_document,
    read_execution,
    read_source_values,
    read_steps,
    read_values,
)
from chalicelib.routes.lineage_reads.jobs import JobReads
from chalicelib.routes.lineage_reads.pipeline import read_account, read_pipeline, read_tags
from chalicelib.routes.lineage_reads.reports import prefetch_reports, read_reports
from chalicelib.settings import Settings


def read_lineage(query: LineageQuery, gather: Gather, settings: Settings) -> Collected:
    """Return everything that the lineage needs, as far as it arrives before the deadline.

    Raises a `LineageError` where the pipeline or the execution that the query names cannot be read, does not exist, or
    is not in the domain that the query names.
    """
    return gather.run(_story(query, gather, settings))


async def _story(query: LineageQuery, gather: Gather, settings: Settings) -> Collected:
    """Start each read at once; it goes out as soon as the futures that it is handed are there."""
    gaps: list[Gap] = []
    pipeline = start(read_pipeline(query, gather))
    execution = start(read_execution(query, pipeline, gather, gaps))
    tags = start(read_tags(query, pipeline, gather, settings, gaps))
    account = start(read_account(pipeline, gather, settings))
    document = start(read_document(execution, gather, gaps))
    values = start(read_values(execution, gather, gaps))
    runs = start(read_steps(execution, gather, settings, gaps))
    source_values = start(read_source_values(runs, gather, gaps))
    jobs = JobReads(gather, settings, gaps)
    defined: Future[Definition] = Future()
    described = start(jobs.read_of(runs, defined))
    buckets = BucketReads(query, await pipeline, gather, settings)
    foreseen = start(foresee(query, await pipeline, (document, values), buckets, gather))

    # Definition and values are known: so are the buckets that they name, and the things that no step makes.
    got = Collected(pipeline=await pipeline, execution=await execution, values=await values)
    got, draft = define(query, got, await document, foreseen, gaps)
    defined.settle(got.definition or EMPTY)
    buckets.begin(draft)
    used = start(jobs.read(things_used(draft.nodes, scope_of(got, query.region))))

    # The steps are known, perhaps before all that they made is described: so are the reports that they declare.
    got = got._replace(runs=await runs, source_values=await source_values)
    start(prefetch_reports(query, got, jobs, described, gather, settings))

    # Everything is described: the graph as it ran, with the buckets and reports that only the jobs knew of.
    await used
    descriptions, made_again = of_the_run(got.runs, await described)
    gaps.extend(made_again)
    got, graph = as_it_ran(query, got._replace(descriptions=descriptions))
    buckets.begin(graph)
    reports = start(read_reports(query, got, gather, settings))
    return got._replace(
        tags=(await tags).by_key,
        tags_known=(await tags).complete,
        account=await account,
        buckets=await buckets.of(graph),
        reports=await reports,
        gaps=tuple(gaps),
    )
