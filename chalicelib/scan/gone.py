"""What is in AWS no more: marked, kept for a while, and dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from chalicelib.formats.run import to_time
from chalicelib.scan.options import Options
from chalicelib.store.layout import Document, Region
from chalicelib.store.state import Learning


def mark_gone(
    state: Learning, kind: str, there: Collection[str], known: Collection[str], now: datetime, options: Options
) -> bool:
    """Mark what is known and not there any more, unmark what came back; return whether anything changed.

    What has been gone for long enough is marked no more, and so is known no more.
    """
    before = dict(state.section("gone"))
    for name in known:
        if name not in there and f"{kind}:{name}" not in before:
            state.learn("gone", f"{kind}:{name}", to_time(now))
    for key, since in before.items():
        name = key.removeprefix(f"{kind}:")
        if name != key and (name in there or is_forgotten(since, now, options)):
            state.learn("gone", key, None)
    return state.section("gone") != before


def is_forgotten(since: str, now: datetime, options: Options) -> bool:
    """Return whether what has been gone since then is not to be kept any longer."""
    return now - datetime.fromisoformat(since) >= options.retain


def drop_pipeline(region: Region, state: Learning, pipeline: str) -> None:
    """Remove a pipeline's answers, and what is known of it."""
    for name, execution in [*region.answers()]:
        if name == pipeline:
            region.drop(name, execution)
    state.learn("pipelines", pipeline, None)


def with_gone(document: Document, before: Mapping[str, Any], state: Learning) -> Document:
    """Return what serves, with the endpoints that are gone and what they served: kept as they were last seen."""
    gone = {key.removeprefix("endpoint:") for key in state.section("gone") if key.startswith("endpoint:")}
    lost = [each for each in before["endpoints"] if each["name"] in gone]
    wanted = {"endpoints": {each["name"] for each in lost}, "configurations": {each["config"] for each in lost}}
    configurations = [each for each in before["configurations"] if each["name"] in wanted["configurations"]]
    wanted["models"] = {model for each in configurations for model in each["models"]}
    merged = dict(document)
    for kind, names in wanted.items():
        have = {each["name"] for each in document[kind]}
        kept = [each for each in before[kind] if each["name"] in names - have]
        merged[kind] = sorted([*document[kind], *kept], key=lambda each: each["name"])
    packages = {arn for each in merged["models"] for arn in each["packages"]}
    have = {each["arn"] for each in document["packages"]}
    kept = [each for each in before["packages"] if each["arn"] in packages - have]
    merged["packages"] = sorted([*document["packages"], *kept], key=lambda each: each["arn"])
    return merged
