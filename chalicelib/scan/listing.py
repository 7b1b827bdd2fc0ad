"""The list of a region's pipelines, and what it says of each that the store does not know yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.aws import sagemaker
from chalicelib.aws.required import error_for
from chalicelib.core.values.doc import docs_at, text_at, time_at
from chalicelib.core.values.errors import StoreUnreadable
from chalicelib.core.values.model import Doc, Gap
from chalicelib.formats.run import to_time
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import Document, Region, Store

Times = tuple[str | None, str | None]
"""When a pipeline was changed, and when it last began to run."""


def list_pipelines(reader: Reader) -> list[Doc]:
    """Return every pipeline of a region; raises a `LineageError` where the list cannot be read."""
    items, gap = reader.items(sagemaker.pipelines_page(100, None, reader.region), "PipelineSummaries")
    if gap is not None:
        raise error_for(gap)
    return [_in_short(item) for item in items if text_at(item, "PipelineName")]


def _in_short(item: Doc) -> Doc:
    """Return what a scan needs of a summary: it keeps those of all pipelines, however many there are."""
    times = {name: time_at(item, name) for name in ("LastModifiedTime", "LastExecutionTime")}
    return {"PipelineName": item["PipelineName"], "PipelineArn": item.get("PipelineArn"), **times}


def by_name(listed: Sequence[Doc]) -> dict[str, Doc]:
    """Return the summaries of a list by the pipelines' names."""
    return {text_at(each, "PipelineName") or "": each for each in listed}


def arns_of(listed: Mapping[str, Doc]) -> dict[str, str]:
    """Return the ARN of each listed pipeline."""
    return {name: text_at(each, "PipelineArn") or "" for name, each in listed.items()}


def times_of(summary: Doc) -> Times:
    """Return when a listed pipeline was changed, and when it last began to run."""
    return to_time(time_at(summary, "LastModifiedTime")), to_time(time_at(summary, "LastExecutionTime"))


def region_of(store: Store, name: str, listed: Sequence[Doc]) -> Region | None:
    """Return the store's part for a region: the account is its pipelines', else the one that the store has there."""
    accounts = {(text_at(each, "PipelineArn") or "").split(":")[4] for each in listed if text_at(each, "PipelineArn")}
    if not accounts:
        accounts = {region.account for region in store.regions() if region.name == name}
    if len(accounts) > 1:
        raise StoreUnreadable(f"the store holds several accounts for {name}, and no pipeline says which is meant")
    return store.region(accounts.pop(), name) if accounts else None


class Differences(NamedTuple):
    """Pipelines to look at, by why: none is in two of these.

    `changed` since they were read, were not over then, or could not be read. `lacking`: unchanged, and kept long enough
    ago without something that AWS may give by now. `doubtful`: no time in the list says whether they ran since.
    """

    changed: list[str]
    lacking: list[str]
    doubtful: list[str]


def differences(
    region: Region,
    state: Mapping[str, Mapping[str, Document]],
    listed: Mapping[str, Doc],
    options: Options,
    now: datetime,
) -> Differences:
    """Return which of the listed pipelines to read, or to ask for their latest execution first."""
    kept = {pipeline for pipeline, execution in region.answers() if execution is None}
    found = Differences([], [], [])
    for name, summary in listed.items():
        entry = state["pipelines"].get(name)
        modified, ran = times_of(summary)
        unread = name not in kept or name in state["unread"]
        if entry is None or unread or not is_read(entry, (modified, ran or entry["lastExecutionTime"])):
            found.changed.append(name)
        elif options.is_due(entry, now):
            found.lacking.append(name)
        elif ran is None:
            found.doubtful.append(name)
    return found


def is_read(entry: Mapping[str, Any], times: Sequence[str | None]) -> bool:
    """Return whether a pipeline was read when the list gave these times, and its execution was over."""
    return bool(entry["over"] and [entry["lastModifiedTime"], entry["lastExecutionTime"]] == [*times])


def ran_again(reader: Reader, known: Mapping[str, Document], names: Collection[str]) -> Iterator[str]:
    """Yield those that have another latest execution than the kept one."""
    answers = reader.responses([sagemaker.executions_page(name, 1, None) for name in names])
    for name, answer in zip(names, answers, strict=True):
        found = docs_at(answer, "PipelineExecutionSummaries")
        latest = next((text_at(each, "PipelineExecutionArn") for each in found), None)
        if isinstance(answer, Gap) or latest != known[name]["execution"]:
            yield name
