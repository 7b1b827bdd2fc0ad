"""Replies about several regions or pipelines, read side by side within one deadline; a failure of one is a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.core.query.query import CatalogQuery, LineageQuery
from chalicelib.core.values.errors import LineageError, NotFound, Refused, StillThrottled, TooLate
from chalicelib.core.values.model import Gap
from chalicelib.fetch.gather import Gather
from chalicelib.formats.lineage import to_lineage
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.routes.listings import Listing, list_catalog
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes
    from chalicelib.formats.types.lineage import Lineage

Opener = Callable[[str], Gather]
"""Function that opens a `Gather` in a region; all of them end at the request's one deadline."""

SIDE_BY_SIDE = 4
"""Regions or pipelines under way at once; each of them makes many reads at once already."""


def catalog(query: CatalogQuery, opener: Opener, ttl: float) -> shapes.Catalog:
    """Return the body of `GET /sagemaker/catalog` and `GET /sagemaker/pipelines`.

    A region that cannot be listed is a warning; raises a `LineageError` where none of them can.
    """

    def one(region: str) -> tuple[shapes.CatalogRegion, list[Gap]] | LineageError:
        try:
            with opener(region) as gather:
                return list_catalog(
                    gather, region, ttl, name=query.name, wanted=query.domains, latest=query.include_latest_exec
                )
        except LineageError as error:
            return error

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        found = dict(zip(query.regions, threads.map(one, query.regions), strict=True))
    errors = {region: answer for region, answer in found.items() if isinstance(answer, LineageError)}
    if len(errors) == len(found):
        raise together(errors)
    bodies: list[shapes.CatalogRegion] = []
    gaps: list[Gap] = []
    for region, answer in found.items():
        if isinstance(answer, LineageError):
            answer = {"region": region, "pipelines": []}, [as_gap(answer, region)]
        bodies.append(answer[0])
        gaps.extend(answer[1])
    return {"regions": bodies, "warnings": to_warnings(gaps)}


def together(errors: Mapping[str, LineageError]) -> LineageError:
    """Return the one error for several regions that all failed; where asking again may help with one, it says so."""
    if len(errors) == 1:
        return next(iter(errors.values()))
    message = "; ".join(f"{region}: {error.message}" for region, error in errors.items())
    kinds = {type(error) for error in errors.values()}
    if StillThrottled in kinds:
        return StillThrottled(message)
    return TooLate(message) if TooLate in kinds else Refused(message)


def lineages_of_domain(query: LineageQuery, opener: Opener, settings: Settings) -> shapes.DomainLineages:
    """Return the body of `GET /lineage/by-domain`: the lineage of every pipeline of `query.domain`.

    `notReached` names the pipelines for which there was no time. Raises a `LineageError` where the pipelines cannot be
    listed.
    """
    domain = query.domain or ""
    with opener(query.region) as gather:
        listing = Listing(gather, query.region, settings.posture_ttl_sec, wanted=(domain,), latest=False)
        listing.read_all()
    names = [entry.name for entry in listing.entries]

    def one(name: str) -> Lineage | Gap:
        asked = LineageQuery(
            pipeline=name,
            region=query.region,
            include_latest_exec=query.include_latest_exec,
            view=query.view,
            posture=query.posture,
        )
        try:
            with opener(query.region) as gather:
                return to_lineage(build_lineage(read_lineage(asked, gather, settings), asked, settings))
        except LineageError as error:
            return as_gap(error, name)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        responses = list(threads.map(one, names))
    return {
        "region": query.region,
        "domain": domain,
        "lineages": [response for response in responses if not isinstance(response, Gap)],
        "notReached": not_reached(names, responses),
        "warnings": to_warnings([*listing.gaps, *(response for response in responses if isinstance(response, Gap))]),
    }


def not_reached(names: Sequence[str], responses: Sequence[Lineage | Gap]) -> list[str]:
    """Return the pipelines for which there was no time, or which SageMaker was still throttling."""
    late = {TooLate.__name__, StillThrottled.__name__}
    pairs = zip(names, responses, strict=True)
    return [name for name, response in pairs if isinstance(response, Gap) and response.code in late]


def as_gap(error: LineageError, resource: str) -> Gap:
    """Return, as a gap, an error that would end a request about `resource` alone but not one about several."""
    message = "the pipeline is gone since it was listed" if isinstance(error, NotFound) else error.message
    return Gap(type(error).__name__, message, resource, error.action)
