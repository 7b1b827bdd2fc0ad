"""Reads of the buckets that a graph names: each once, as early as it is known."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.aws import s3
from chalicelib.aws.reads import Question
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.values.model import Doc, Graph, Response
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, all_of, start
from chalicelib.routes.lineage_reads.collected import BucketRead, account_of
from chalicelib.settings import Settings


class BucketReads:
    """Reads of the buckets of one lineage; where the query's posture is `full`, more of each."""

    def __init__(self, query: LineageQuery, pipeline: Doc, gather: Gather, settings: Settings) -> None:
        self._owner = account_of(pipeline)
        self._full = query.posture == "full"
        self._region = query.region
        self._gather = gather
        self._settings = settings
        self._begun: dict[str, Future[BucketRead]] = {}

    def begin(self, graph: Graph) -> None:
        """Ask about the buckets of the graph that were not asked about yet, where buckets are to be looked at."""
        for bucket in _buckets_of(graph):
            if self._settings.enable_s3_meta and bucket not in self._begun:
                self._begun[bucket] = start(self._read(bucket))

    async def of(self, graph: Graph) -> dict[str, BucketRead]:
        """Return what was read of each bucket of the graph; others may have been asked about that play no part."""
        return {bucket: await self._begun[bucket] for bucket in _buckets_of(graph) if bucket in self._begun}

    async def _read(self, bucket: str) -> BucketRead:
        """Read a bucket as its owner's; where that was denied, find out whether it is another account's."""
        owned = await self._responses(s3.bucket_questions(bucket, self._full, self._owner, self._region))
        unowned: dict[str, Response] = {}
        while self._owner and (more := s3.questions_again(bucket, self._full, owned, unowned)):
            unowned |= await self._responses(more)
        return BucketRead(owned, unowned)

    async def _responses(self, questions: Iterable[Question]) -> dict[str, Response]:
        kept = [question.kept(self._settings.posture_ttl_sec) for question in questions]
        responses = await all_of([self._gather.ask(question) for question in kept])
        return {question.operation: response for question, response in zip(kept, responses, strict=True)}


def _buckets_of(graph: Graph) -> Iterable[str]:
    return dict.fromkeys(artifact.bucket for artifact in graph.artifacts if artifact.bucket is not None)
