"""Replies about several regions or pipelines, read side by side within one deadline; a failure of one is a warning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chalicelib.core.query.query import CatalogQuery
from chalicelib.core.values.errors import LineageError, NotFound, Refused, StillThrottled, TooLate
from chalicelib.core.values.model import Gap
from chalicelib.fetch.gather import Gather
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.listings.pages import list_catalog

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes

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


def as_gap(error: LineageError, resource: str) -> Gap:
    """Return, as a gap, an error that would end a request about `resource` alone but not one about several."""
    message = "the pipeline is gone since it was listed" if isinstance(error, NotFound) else error.message
    return Gap(type(error).__name__, message, resource, error.action)
