"""Answers of the API in words: what a person reads first of a lineage and of an impact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return rows as lines, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def section(title: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a titled table, or nothing where there is nothing to say."""
    if rows:
        yield ""
        yield title
        yield from table(rows)


def step_row(node: Mapping[str, Any]) -> list[str]:
    run = node.get("run") or {}
    elapsed = run.get("elapsedSec")
    metrics = ", ".join(f"{name} {value:g}" for name, value in (run.get("metrics") or {}).items())
    return [
        str(run.get("status", "-")),
        node["label"],
        node["type"],
        f"{len(node['inputs'])} in, {len(node['outputs'])} out",
        "" if elapsed is None else f"{elapsed} s",
        metrics,
    ]


def artifact_row(artifact: Mapping[str, Any]) -> list[str]:
    s3 = artifact.get("s3") or {}
    in_bucket = artifact.get("bucket") is not None
    facts = [str(s3.get(name)) if in_bucket else "-" for name in ("publicAccess", "encryption", "versioning")]
    return [*facts, artifact["uri"]]


def digest(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a lineage that a person reads first: steps, edges, data, what is wrong, what is not known."""
    pipeline, summary, graph = answer["pipeline"], answer["summary"], answer["graph"]
    elapsed = "" if summary["elapsedSec"] is None else f", {summary['elapsedSec']} s"
    yield f"{pipeline['name']} in {pipeline['region']}: {summary['overallStatus']}{elapsed}"
    yield f"  {pipeline['arn']}"
    yield from section(f"{len(graph['nodes'])} steps", [step_row(node) for node in graph["nodes"]])
    kinds = Counter(edge["via"] for edge in graph["edges"])
    yield ""
    yield f"{len(graph['edges'])} edges: " + (", ".join(f"{n} {via}" for via, n in sorted(kinds.items())) or "none")
    artifacts = [artifact_row(artifact) for artifact in graph["artifacts"]]
    yield from section(f"{len(artifacts)} artifacts (public access, encryption, versioning, location)", artifacts)
    standing = [each for each in answer["findings"] if each["status"] != "Suppressed"]
    findings = [[each["severity"], each["rule"], each["finding_info"]["title"]] for each in standing]
    counted = [[*row, f"x{n}" if n > 1 else ""] for row, n in Counter(map(tuple, findings)).items()]
    yield from section(f"{len(findings)} findings", counted)
    warnings = [[each["code"], each["message"]] for each in answer["warnings"]]
    yield from section(f"{len(warnings)} warnings", warnings)


def impact_words(answer: Mapping[str, Any], start: str) -> Iterator[str]:
    """Yield the lines of an impact that a person reads first: which models learned from a place, and where they run.

    `answer` is that of `GET /impact?start=…&types=model,endpoint`.
    """
    found = Counter(node["type"] for node in answer["nodes"])
    said = ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in sorted(found.items(), reverse=True))
    yield f"What learned from {start}, and where does it run? {said or 'Nothing that is known'}"
    for node in answer["nodes"]:
        if node["type"] == "endpoint":
            yield f"  {node['name']} ({node['facts'].get('status', 'state unknown')})"
            yield from (
                f"    {'<- ' if index else ''}{_short(each)}" for index, each in enumerate(reversed(node["path"]))
            )
    if answer["weakest"]:
        yield f"  The weakest place on these ways: {_short(answer['weakest']['id'])}, {answer['weakest']['why']}"
    unread = answer["coverage"]["unread"]
    yield from section("Not read", [[each["pipeline"] or "-", each["why"]] for each in unread])


def _short(vertex: str) -> str:
    """Return a vertex without its kind, where it is a location."""
    return vertex.removeprefix("data:")


def diff_words(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a difference that a person reads first: what changed by itself, and how much followed."""
    ends = [f"{answer[side]['execution']} ({answer[side]['status']})" for side in ("from", "to")]
    yield f"What changed from {ends[0]} to {ends[1]}? {answer['summary']['changes']} changes, of which by themselves:"
    roots = [each for each in answer["changes"] if each["cause"] is None and each["path"]]
    rows = [
        [each["subject"].partition(":")[2] or each["subject"], each["path"], f"{each['before']} -> {each['after']}"]
        for each in roots
    ]
    yield from table(rows)
