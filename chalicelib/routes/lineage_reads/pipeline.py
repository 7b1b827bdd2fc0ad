"""Reads of the pipeline itself: its document, its tags and with them its domain, its account."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.aws import s3, sagemaker
from chalicelib.aws.required import error_for, required
from chalicelib.core.query import domain as domains
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import NotFound
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future
from chalicelib.routes.lineage_reads.collected import account_of
from chalicelib.settings import Settings


class Tags(NamedTuple):
    """Tags by key, and whether these are all."""

    by_key: Mapping[str, str]
    complete: bool


async def read_pipeline(query: LineageQuery, gather: Gather) -> Doc:
    """Return the pipeline with its present definition; raise a `LineageError` where it cannot be read."""
    return required(await gather.ask(sagemaker.pipeline(query.pipeline)))


async def read_tags(
    query: LineageQuery, pipeline: Future[Doc], gather: Gather, settings: Settings, gaps: list[Gap]
) -> Tags:
    """Return the pipeline's tags; raise a `LineageError` where they do not show that it is in the query's domain."""
    arn = text_at(await pipeline, "PipelineArn") or ""
    items, gap = await gather.pages(sagemaker.tags(arn, settings.posture_ttl_sec), "Tags")
    tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in items}
    if gap is not None and query.domain is not None:
        raise error_for(gap)
    if gap is not None:
        gaps.append(gap)
    if query.domain is not None:
        belongs = domains.membership(tags, await pipeline)
        await _require(query.domain, belongs, query.region, gather, settings)
    return Tags(tags, gap is None)


async def _require(domain: str, belongs: domains.Membership, region: str, gather: Gather, settings: Settings) -> None:
    if belongs.could_be(domain):
        listed, gap = await gather.pages(sagemaker.domains(region, settings.posture_ttl_sec), "Domains")
        if not belongs.ids & domains.ids_named(domain, listed):
            raise error_for(gap) if gap is not None else NotFound()
    elif not belongs.has(domain):
        raise NotFound


async def read_account(pipeline: Future[Doc], gather: Gather, settings: Settings) -> Response | None:
    """Return the account's public access block; `None` where no bucket is looked at or the account is unknown."""
    account = account_of(await pipeline)
    if account is None or not settings.enable_s3_meta:
        return None
    return await gather.ask(s3.account_question(account).kept(settings.posture_ttl_sec))
