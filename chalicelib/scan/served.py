"""What serves the models now, with what served them and is gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.formats.run import to_time
from chalicelib.routes.serving import ServingRead, Watched, read_serving
from chalicelib.scan.keeper import mark_gone
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import Document
from chalicelib.store.state import Learning, gone_of


@dataclass(frozen=True, slots=True)
class Served:
    """What serves, and whose kept answers say another approval than the registry.

    `outdated` are pipelines by their latest answer, `older` the (pipeline, execution) of those that are kept beside it.
    """

    document: Document
    outdated: Collection[str]
    older: Collection[tuple[str, str]]


def refresh_serving(
    reader: Reader,
    before: Mapping[str, Any],
    state: Learning,
    options: Options,
    now: datetime,
    changed: Collection[str] = (),
) -> Served:
    """Return what serves as of now; `before` is the document that is kept. What was learnt goes into `state`.

    `changed` are packages, by ARN, of which something is known to have changed.
    """
    packages = state.section("packages").items()
    watched = Watched(
        others={arn for each in state.section("pipelines").values() for arn in each.get("packages", ())},
        old={arn for arn, each in packages if options.is_old(each["readAt"], now)},
        changed=changed,
    )
    got = read_serving(reader.serving_asker(), before, watched)
    state.replace("refused", {action: gap.message for action, gap in got.refused.items()})
    current = {each["name"] for each in got.document["endpoints"]}
    mark_gone(state, "endpoint", current, {each["name"] for each in before["endpoints"]}, now, options)
    document = _with_gone(got.document, before, state)
    read = {arn: {"readAt": to_time(now)} for arn in got.packages}
    there = {each["arn"] for each in document["packages"]}
    state.replace("packages", {arn: each for arn, each in [*packages, *read.items()] if arn in there})
    return Served(document, _outdated(got, state), _older(document, before, state))


def _outdated(got: ServingRead, state: Learning) -> list[str]:
    """Return the pipelines of whose packages the kept answer says another approval than the lists."""
    return sorted(
        name
        for name, entry in state.section("pipelines").items()
        if f"pipeline:{name}" not in state.section("gone")
        and any(known and got.approvals.differ(arn, known) for arn, known in entry.get("packages", {}).items())
    )


def _older(document: Document, before: Mapping[str, Any], state: Learning) -> list[tuple[str, str]]:
    """Return the traced executions that made a package of which the approval was another before."""
    was = {each["arn"]: each["approval"] for each in before["packages"]}
    judged = {
        f"package:{each['arn'].partition(':model-package/')[2]}".lower()
        for each in document["packages"]
        if each["approval"] != was.get(each["arn"], each["approval"])
    }
    traced = state.section("traced").items()
    keys = (key.partition("/") for key, things in sorted(traced) if not judged.isdisjoint(map(str.lower, things)))
    return [(pipeline, execution) for pipeline, _, execution in keys]


def _with_gone(document: Document, before: Mapping[str, Any], state: Learning) -> Document:
    """Return what serves, with the endpoints that are gone and what they served: kept as they were last seen."""
    gone = gone_of(state.document, "endpoint")
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
