"""What serves the models now, with what served them and is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.formats.run import to_time
from chalicelib.routes.serving import Watched, read_serving
from chalicelib.scan.keeper import mark_gone
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import Document
from chalicelib.store.state import Learning


def refresh_serving(
    reader: Reader, before: Mapping[str, Any], state: Learning, options: Options, now: datetime
) -> Document:
    """Return the serving document as of now; `before` is the one that is kept. What was learnt goes into `state`."""
    known = dict(state.section("packages"))
    latest = {each["execution"] for each in state.section("pipelines").values()}
    watched = {
        arn: Watched(each["approval"], options.is_old(each["readAt"], now), each.get("madeBy") in latest)
        for arn, each in known.items()
    }
    got = read_serving(reader.serving_asker(), before, watched)
    shown = {each["arn"] for each in got.document["packages"]}
    for arn, approval in got.packages.items():
        state.learn("packages", arn, {**known.get(arn, {}), "approval": approval, "readAt": to_time(now)})
    for arn, each in watched.items():
        if arn in got.gone or not (each.is_latest or arn in shown):
            state.learn("packages", arn, None)  # or every package that any run ever made would be read every day
    state.replace("refused", {action: gap.message for action, gap in got.refused.items()})
    current = {each["name"] for each in got.document["endpoints"]}
    mark_gone(state, "endpoint", current, {each["name"] for each in before["endpoints"]}, now, options)
    return _with_gone(got.document, before, state)


def _with_gone(document: Document, before: Mapping[str, Any], state: Learning) -> Document:
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
