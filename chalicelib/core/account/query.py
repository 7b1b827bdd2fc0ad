"""Queries of `/impact` and `/account`, and their parsers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.core.account.impact import DIRECTIONS, TYPES, ImpactQuery
from chalicelib.core.account.overview import Page
from chalicelib.core.query.arns import asked_of, contradictions, parts_of
from chalicelib.core.query.parameters import Choice, Count, Reader, Region, Shaped
from chalicelib.core.query.parsing import Params, read_params, read_query
from chalicelib.core.values.errors import BadQuery

STARTS = (
    r"s3[an]?://[^/\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,2040}",
    r"arn:[^:\s\x00-\x1f\x7f]+(?::[^:\s\x00-\x1f\x7f]*){3}:[^\x00-\x1f\x7f]{1,2000}",
    r"pipeline:[^/\s\x00-\x1f\x7f]{1,300}",
    r"step:[^/\s\x00-\x1f\x7f]{1,300}/[^\x00-\x1f\x7f]{1,1000}",
    r"(?!s3[an]?:|arn:|pipeline:|step:)[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]{0,2047}",
)
"""Forms of a start; the last is a vertex's id, or a location that is not in S3."""
PLACE = r"[0-9]{1,9}"
VIEWS = ("graph", "table")


class Words:
    """Choice of some of a few words, with commas between them; each once."""

    def __init__(self, options: Collection[str]) -> None:
        self.options = tuple(options)

    def __call__(self, name: str, text: str) -> tuple[str, ...]:
        given = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
        if any(part not in self.options for part in given):
            raise ValueError(f"{name} must be some of {', '.join(self.options)}, with commas between them")
        return given


IMPACT: Mapping[str, Reader] = {
    "start": Shaped("an S3 URI, an ARN, pipeline:NAME, step:PIPELINE/STEP or a vertex's id", *STARTS),
    "direction": Choice(DIRECTIONS),
    "depth": Count(0, 1_000_000),
    "types": Words(TYPES),
    "maxNodes": Count(1, 10_000),
    "view": Choice(VIEWS),
}
ACCOUNT: Mapping[str, Reader] = {
    "maxResults": Count(1, 1000),
    "nextToken": Shaped("the nextToken of an earlier answer", PLACE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountImpactQuery:
    """Query of `GET /impact`: the walk, the one region that is meant (`None`: all that are known), the view."""

    walk: ImpactQuery
    region: str | None = None
    view: str = "graph"

    @property
    def home(self) -> str | None:
        """Return the region where the start lies, if it is named by an ARN."""
        return parts_of(self.walk.start).get("region")

    @property
    def direction(self) -> str:
        """Return which way to walk."""
        return self.walk.direction

    @property
    def max_nodes(self) -> int:
        """Return how many vertices to list."""
        return self.walk.max_nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQuery:
    """Query of `GET /account`: the one region that is meant (`None`: all that are known), and the page."""

    page: Page
    region: str | None = None

    @property
    def max_results(self) -> int:
        """Return how many pipelines and places to list."""
        return self.page.rows


def parse_impact_query(params: Params, regions: Collection[str]) -> AccountImpactQuery:
    """Return the query that a query string asks; raise a `BadQuery` that names all problems."""
    values, problems = read_params(params, {**IMPACT, "region": Region(regions)}, required=["start"])
    if "start" in values and "region" in values:
        problems += contradictions([("start", values["start"])], asked_of(values["region"]))
    if problems:
        raise BadQuery(problems)
    walk = ImpactQuery(
        start=values["start"],
        direction=values.get("direction", "downstream"),
        depth=values.get("depth"),
        types=values.get("types", ()),
        max_nodes=values.get("maxNodes", 500),
    )
    return AccountImpactQuery(walk=walk, region=values.get("region"), view=values.get("view", "graph"))


def parse_account_query(params: Params, regions: Collection[str]) -> AccountQuery:
    """Return the query that a query string asks; raise a `BadQuery` that names all problems."""
    values = read_query(params, {**ACCOUNT, "region": Region(regions)})
    page = Page(start=int(values.get("nextToken", 0)), rows=values.get("maxResults", 50))
    return AccountQuery(page=page, region=values.get("region"))
