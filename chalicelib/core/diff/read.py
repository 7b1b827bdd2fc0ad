"""All that can be compared of one `/lineage` answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.diff import vocabulary
from chalicelib.core.diff.facts import Facts, Key, quoted
from chalicelib.core.diff.names import RunNames
from chalicelib.core.diff.places import ACCOUNT, bucket_subject, read_buckets
from chalicelib.core.diff.steps import read_step, serves_unseen, step_subject
from chalicelib.core.values.doc import dig, docs_at, text_at

Doc = Mapping[str, Any]

PIPELINE, EXECUTION = "pipeline", "execution"
LIST_TAGS = "sagemaker:ListTags"


def read_facts(answer: Doc, names: RunNames) -> Facts:
    """Return the facts of an answer, masked. What the answer lacks is passed over, whatever shape it has."""
    facts = Facts(names, has_run=isinstance(answer.get("execution"), Mapping))
    _pipeline(answer, facts)
    _execution(answer, facts)
    nodes = docs_at(answer, "graph", "nodes")
    for node in nodes:
        read_step(node, facts)
    if any(map(serves_unseen, nodes)):
        for node in nodes:  # which package an endpoint serves is told by everything between the two
            facts.close(step_subject(text_at(node, "id") or ""), "registry", "endpoints")
    for edge in docs_at(answer, "graph", "edges"):
        _edge(edge, facts)
    read_buckets(answer, facts)
    artifacts = docs_at(answer, "graph", "artifacts")
    buckets = {f"artifact:{each.get('id')}": text_at(each, "bucket") for each in artifacts}
    for finding in docs_at(answer, "findings"):
        _finding(finding, facts, buckets)
    return facts


def edge_subject(source: str, target: str) -> str:
    """Return what a change of this edge calls its subject; a name with an arrow in it is quoted."""
    ends = (quoted(name) if "->" in name or name.startswith("'") else name for name in (source, target))
    return "edge:" + "->".join(ends)


def edge_path(edge: Mapping[str, str]) -> tuple[str, ...]:
    """Return the path of an edge's change: how it leads from the one step to the other."""
    return (edge["via"], *([edge["trigger"]] if "trigger" in edge else []))


def _pipeline(answer: Doc, facts: Facts) -> None:
    pipeline = answer.get("pipeline")
    parameters = dig(pipeline, "parameters")
    for name, value in parameters.items() if isinstance(parameters, Mapping) else ():
        # An execution's values are text, a definition's defaults are what was written.
        # Whoever starts the run gives them, so there is nothing in them to mask.
        key = Key(PIPELINE, ("parameters", name))
        facts.kinds[key] = "parameter"
        if value is not None:
            facts.values[key] = value if isinstance(value, str) else json.dumps(value)
    facts.put("security", PIPELINE, ("roleArn",), dig(pipeline, "roleArn"))
    arn = text_at(pipeline, "arn")
    refused = any(
        each.get("action") == LIST_TAGS and each.get("resource") == arn for each in docs_at(answer, "warnings")
    )
    if arn is None or refused:  # a definition file has none, and those that may not be listed are not told apart
        facts.close(PIPELINE, "tags", unread=refused)
    else:
        facts.put_all("security", PIPELINE, ("tags",), dig(pipeline, "tags"))


def _execution(answer: Doc, facts: Facts) -> None:
    execution = answer.get("execution")
    if not isinstance(execution, Mapping):
        facts.close(EXECUTION)
        return
    for name, value in execution.items():
        kind = vocabulary.EXECUTION.get(name, "parameter")
        if kind is not None and not name.endswith("Time"):
            # All but the first two are in the answer only where the execution itself was described.
            told = facts.names.mask_reason(value) if name == "failureReason" and isinstance(value, str) else value
            facts.put_all(kind, EXECUTION, (name,), told, optional=name not in ("status", "failureReason"))
    facts.put("duration", EXECUTION, ("elapsedSec",), dig(answer, "summary", "elapsedSec"))


def _edge(edge: Doc, facts: Facts) -> None:
    source, target, via = (text_at(edge, name) or "" for name in ("from", "to", "via"))
    value = {"from": source, "to": target, "via": via}
    if trigger := text_at(edge, "trigger"):
        value["trigger"] = trigger
    facts.put("edge", edge_subject(source, target), edge_path(value), value)


def _finding(finding: Doc, facts: Facts, buckets: Mapping[str, str | None]) -> None:
    """Record a finding by its uid, which is the same from run to run for the same problem at the same place.

    Its path and the artifacts among its evidence are positions in one answer, and no part of it.
    """
    evidence = finding.get("evidence")
    value = {
        "rule": text_at(finding, "rule"),
        "severity": text_at(finding, "severity"),
        "status": text_at(finding, "status"),
        "title": text_at(finding, "finding_info", "title"),
        "evidence": {
            name: item
            for name, item in (evidence.items() if isinstance(evidence, Mapping) else ())
            if name != "artifacts"
        },
    }
    subject = f"finding:{text_at(finding, 'finding_info', 'uid') or value['rule']}"
    facts.put("finding", subject, (), value)
    path = finding.get("path")
    passed = frozenset(
        "step:" + place.removeprefix("node:") if place.startswith("node:") else f"bucket:{buckets.get(place)}"
        for place in (path if isinstance(path, list) else [])
        if isinstance(place, str)
    )
    facts.about[subject] = frozenset(_about(finding, facts.names)) or passed
    facts.places[subject] = passed | facts.about[subject] | frozenset(_leaning(evidence, facts.names))


def _about(finding: Doc, names: RunNames) -> Iterator[str]:
    """Yield the subjects of what a finding is about, as it says itself."""
    for resource in docs_at(finding, "resources"):
        name = names.mask(text_at(resource, "name") or "")
        kind = text_at(resource, "type")
        if kind == ACCOUNT:
            yield ACCOUNT
        elif kind in ("step", "AWS::S3::Bucket") and name:
            yield step_subject(name) if kind == "step" else bucket_subject(name)


def _leaning(evidence: Any, names: RunNames) -> Iterator[str]:
    """Yield the buckets that lean on what the account lacks."""
    buckets = dig(evidence, "buckets")
    for name in buckets if isinstance(buckets, list) else ():
        if isinstance(name, str):
            yield bucket_subject(names.mask(name))
