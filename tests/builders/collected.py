"""What is read for one lineage, over reads that a test makes up."""

import time

from chalicelib.aws.reads import Reads
from chalicelib.core.query.query import LineageQuery
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.gather import Gather
from chalicelib.routes.lineage_reads.collected import Collected
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.settings import Settings
from chalicelib.tracing import NoTracer
from tests.builders.services import HOME

QUERY = LineageQuery(pipeline="p", region=HOME)
SETTINGS = Settings(posture_ttl_sec=0)


def collected(reads: Reads, query: LineageQuery = QUERY, settings: Settings = SETTINGS) -> Collected:
    """Everything that one question reads; raises as `read_lineage` does."""
    deadline, cache = time.monotonic() + 10, Cache(0, time.monotonic)
    with Gather(reads, region=query.region, deadline=deadline, cache=cache, stages=NoTracer()) as gather:
        return read_lineage(query, gather, settings)
