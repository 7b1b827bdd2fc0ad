"""Listing of a region's pipelines: pages, tags, latest executions, and the domains that they belong to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.aws import sagemaker
from chalicelib.aws.faults import kind_of
from chalicelib.aws.required import error_for
from chalicelib.core.query import domain as domains
from chalicelib.core.runs.execution import latest_execution
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.errors import BadQuery
from chalicelib.core.values.model import Doc, Execution, Gap, Response
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, all_of, start

PAGE = 100
WINDOW = 50
"""Pipelines of which the tags are read at once, where a page of a domain is looked for."""

LATE = frozenset({"throttled", "timeout", "transient"})
"""Kinds of gap that may be none at the next request."""

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

    def read_members(self, after: str, most: int) -> tuple[list[Entry], str | None]:
        """Read the first `most` pipelines that were asked for and whose names come after `after`.

        Returns them by name, and the name after which the next ones come, `None` where there are no more. Where time or
        AWS's patience ends first they are fewer. Raises a `LineageError` where there are none for that reason, or as
        `entries` does.
        """
        return self._gather.run(self._read_members(after, most))

    async def _read_members(self, after: str, most: int) -> tuple[list[Entry], str | None]:
        listed: list[Entry] = []
        async for page in self._gather.each_page(sagemaker.pipelines_page(PAGE, None, self._region)):
            listed += [Entry(summary) for summary in docs_at(required_page(page, None), "PipelineSummaries")]
        waiting = sorted((entry for entry in listed if entry.name > after), key=lambda entry: entry.name)
        members: list[Entry] = []
        last = after
        for at in range(0, len(waiting), WINDOW):
            window = waiting[at : at + WINDOW]
            await all_of(self._begin(window))
            for entry in window:
                if self._belongs(entry):
                    if len(members) == most:
                        return members, last
                    members.append(entry)
                elif entry.doubt is not None and kind_of(entry.doubt) in LATE:
                    if last == after:
                        raise error_for(entry.doubt)
                    return members, last
                last = entry.name
        return members or (self.entries if not after else []), None

    async def _read_page(self, max_results: int, token: str | None) -> None:
        response = await self._gather.ask(sagemaker.pipelines_page(max_results, token, self._region))
        page = required_page(response, token)
        self.token = text_at(page, "NextToken")
        await all_of(self._begin(_named(page)))

    async def _read_all(self, name: str) -> None:
        under_way: list[Future[None]] = []
        async for page in self._gather.each_page(sagemaker.pipelines_page(PAGE, None, self._region)):
            under_way += self._begin(_named(required_page(page, None), name))
        await all_of(under_way)

    def _begin(self, entries: Sequence[Entry]) -> list[Future[None]]:
        """Begin to read these pipelines."""
        self._entries += entries
        return [start(read(entry)) for entry in entries for read in (self._read_execution, self._read_domains)]

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


def _named(page: Doc, name: str = "") -> list[Entry]:
    """Return the pipelines of a page whose name contains `name`."""
    entries = [Entry(summary) for summary in docs_at(page, "PipelineSummaries")]
    return [entry for entry in entries if name in entry.name.lower()]


def required_page(response: Response, token: str | None) -> Doc:
    """Return a page that the request cannot do without; raise a `LineageError` where it could not be read.

    That is `BadQuery` where AWS does not know `token`, which the caller gave.
    """
    if isinstance(response, Gap):
        if token and response.code in INVALID:
            raise BadQuery(["nextToken is not one that an earlier answer gave"])
        raise error_for(response)
    return response if isinstance(response, Mapping) else {}
