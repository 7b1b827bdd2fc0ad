"""The graph of what a region's store holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from chalicelib.core.account.build import build_account
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.findings.sensitivity import SensitiveTags
from chalicelib.store.layout import GRAPH, Document, Region, answer_path


def draw(
    region: Region,
    serving: Document,
    buckets: Mapping[str, Document],
    gone: Collection[str],
    older: Collection[tuple[str, str]],
    sensitive_tags: SensitiveTags,
) -> AccountGraph:
    """Return the graph of the latest answers, and of the `older` executions, as (pipeline, id).

    `gone` are the keys of the state's section.
    """
    return build_account(
        _answers(region, older),
        {region.name: serving},
        {bucket: entry["s3"] for bucket, entry in buckets.items()},
        gone={f"{kind}:{region.name}/{name}" for kind, _, name in (key.partition(":") for key in gone)},
        sensitive_tags=sensitive_tags,
    )


def _answers(region: Region, older: Collection[tuple[str, str]]) -> Iterator[Document]:
    wanted = [answer_path(*each) for each in region.answers() if each[1] is None or each in older]
    return (answer for answer in region.each(wanted) if answer is not None)


def steps_of(graph: AccountGraph) -> dict[str, set[str]]:
    """Return the names of each pipeline's steps."""
    steps: dict[str, set[str]] = {}
    for vertex in graph.vertices:
        if vertex["type"] == "step":
            steps.setdefault(vertex["pipeline"] or "", set()).add(vertex["name"])
    return steps


def touching(region: Region, buckets: Collection[str]) -> set[str]:
    """Return the pipelines that read or write in one of the buckets, by the graph that is kept."""
    if not buckets:
        return set()
    places = (region.read(GRAPH) or {}).get("places", ())
    touched = (place for place in places if place["bucket"] in buckets)
    return {name for place in touched for name in (*place["readBy"], *place["writtenBy"])}
