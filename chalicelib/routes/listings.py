"""Lists of pipelines and executions, for a frontend to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.aws import sagemaker
from chalicelib.aws.faults import kind_of
from chalicelib.aws.required import error_for
from chalicelib.core.query import domain as domains
from chalicelib.core.query.query import ListQuery
from chalicelib.core.runs.execution import latest_execution, parse_execution
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.errors import BadQuery
from chalicelib.core.values.model import Doc, Execution, Gap, Response
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, all_of, start
from chalicelib.formats.listings import to_catalog_entry, to_execution_entry, to_pipeline_entry
from chalicelib.formats.warnings import to_warnings

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes

PAGE = 100
INVALID = frozenset({"ValidationException", "ValidationError"})


@dataclass(slots=True)
class Entry:
    """Pipeline of a listing, as far as it has been read."""

    summary: Doc
    pipeline: Doc = field(default_factory=dict)
    latest: Execution | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    doubt: Gap | None = None
    """What could not be read of the domains that it belongs to."""

    @property
    def name(self) -> str:
        """Return the pipeline's name."""
        return text_at(self.summary, "PipelineName") or ""

    @property
    def domains(self) -> domains.Membership:
        """Return the domains that the pipeline's tags and description name."""
        return domains.membership(self.tags, self.pipeline)


class Listing:
    """Listing of a region's pipelines, with the tags of each and, if asked for, its latest execution.

    With `wanted` domains (names or ids), `entries` holds only the pipelines that belong to one of them. `domain_names`
    holds the names of the region's domains by id, where `name_domains` asks for them or a wanted name needs them. `ttl`
    is how many seconds tags and domains may be cached.
    """

    def __init__(
        self,
        gather: Gather,
        region: str,
        ttl: float,
        *,
        wanted: Sequence[str] = (),
        latest: bool = True,
        name_domains: bool = False,
    ) -> None:
        self.gaps: list[Gap] = []
        self.token: str | None = None
        self.domain_names: dict[str, str] = {}
        self._gather = gather
        self._region = region
        self._ttl = ttl
        self._wanted = tuple(wanted)
        self._latest = latest
        self._naming = name_domains
        self._entries: list[Entry] = []

    @property
    def entries(self) -> list[Entry]:
        """Return the pipelines that were asked for, once the reading is over.

        Raises a `LineageError` where of none it could be read whether it belongs to the domain: that the domain has no
        pipelines would be a guess.
        """
        found = [entry for entry in self._entries if self._belongs(entry)]
        doubts = [entry.doubt for entry in self._entries if entry.doubt]
        if self._wanted and not found and doubts and len(doubts) == len(self._entries):
            raise error_for(doubts[0])
        return found

    def read_page(self, max_results: int, token: str | None) -> None:
        """Read one page; afterwards `token` is that of the next page, or `None` at the end of the list.

        Raises `BadQuery` for a `token` that AWS does not know, another `LineageError` where the page cannot be read.
        """
        self._gather.run(self._read_page(max_results, token))

    def read_all(self, name: str = "") -> None:
        """Read every page, and keep the pipelines whose name contains `name`, in upper or lower case.

        Raises a `LineageError` where a page cannot be read.
        """
        self._gather.run(self._read_all(name.lower()))

    async def _read_page(self, max_results: int, token: str | None) -> None:
        response = await self._gather.ask(sagemaker.pipelines_page(max_results, token, self._region))
        page = required_page(response, token)
        self.token = text_at(page, "NextToken")
        await all_of(self._begin(page, name=""))

    async def _read_all(self, name: str) -> None:
        under_way: list[Future[None]] = []
        async for page in self._gather.each_page(sagemaker.pipelines_page(PAGE, None, self._region)):
            under_way += self._begin(required_page(page, None), name)
        await all_of(under_way)

    def _begin(self, page: Doc, name: str) -> list[Future[None]]:
        """Begin to read the pipelines of a page whose name contains `name`."""
        entries = [Entry(summary) for summary in docs_at(page, "PipelineSummaries")]
        chosen = [entry for entry in entries if name in entry.name.lower()]
        self._entries += chosen
        return [start(read(entry)) for entry in chosen for read in (self._read_execution, self._read_domains)]

    async def _read_execution(self, entry: Entry) -> None:
        if self._latest:
            response = await self._gather.ask(sagemaker.latest_executions(entry.name))
            entry.latest = latest_execution(response) if isinstance(response, Mapping) else None
            self._note(response)

    async def _read_domains(self, entry: Entry) -> None:
        """Read the tags of a pipeline, and what else is needed to tell its domains."""
        arn = text_at(entry.summary, "PipelineArn") or ""
        items, gap = await self._gather.pages(sagemaker.tags(arn, self._ttl), "Tags")
        entry.tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in items}
        entry.doubt = gap
        self._note(gap)
        if self._wanted and not entry.domains.ids:
            # Only the pipeline itself says who made it, and in which domain.
            response = await self._gather.ask(sagemaker.pipeline(entry.name))
            if isinstance(response, Mapping):
                entry.pipeline = response
            elif isinstance(response, Gap) and kind_of(response) != "gone":
                entry.doubt = entry.doubt or response
                self._note(response)
        naming = self._naming and bool(entry.domains.ids) and not entry.domains.names
        if naming or any(entry.domains.could_be(domain) for domain in self._wanted):
            listed, gap = await self._gather.pages(sagemaker.domains(self._region, self._ttl), "Domains")
            self.domain_names = {str(d.get("DomainId", "")).lower(): str(d.get("DomainName", "")) for d in listed}
            entry.doubt = entry.doubt or gap
            if gap not in self.gaps:
                self._note(gap)

    def _belongs(self, entry: Entry) -> bool:
        if not self._wanted:
            return True
        named = {self.domain_names.get(domain_id) for domain_id in entry.domains.ids}
        return any(entry.domains.has(domain) or domain in named for domain in self._wanted)

    def _note(self, gap: object) -> None:
        if isinstance(gap, Gap):
            self.gaps.append(gap)


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


def required_page(response: Response, token: str | None) -> Doc:
    """Return a page that the request cannot do without; raise a `LineageError` where it could not be read.

    That is `BadQuery` where AWS does not know `token`, which the caller gave.
    """
    if isinstance(response, Gap):
        if token and response.code in INVALID:
            raise BadQuery(["nextToken is not one that an earlier answer gave"])
        raise error_for(response)
    return response if isinstance(response, Mapping) else {}
