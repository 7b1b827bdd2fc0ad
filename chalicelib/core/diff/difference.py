"""The difference as JSON: changes, each with its cause and its reach, a summary, and what could not be compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.diff.causes.arranged import Arranged
from chalicelib.core.diff.causes.cause import READ, Cause
from chalicelib.core.diff.causes.rules import cause_of
from chalicelib.core.diff.compare import Change, Comparison, compare, table
from chalicelib.core.diff.facts import KINDS, Facts, path_text
from chalicelib.core.diff.laws import amounts
from chalicelib.core.diff.names import run_names
from chalicelib.core.diff.reach import Reach, Streams, streams_of
from chalicelib.core.diff.read import read_facts
from chalicelib.core.findings.suppression import SUPPRESSED
from chalicelib.core.values.doc import docs_at, text_at

Doc = Mapping[str, Any]


def diff(before: Doc, after: Doc) -> dict[str, Any]:
    """Return what changed from one `/lineage` answer to another, as `GET /diff` says it.

    Names that a run made up are masked in it. What only one of the answers could tell is not compared; `warnings`
    says so where it was asked for and not read.
    """
    facts = _facts(before, after)
    comparison = compare(*facts)
    streams = streams_of(*facts)
    one_sided = comparison.passed_over | facts[0].unread ^ facts[1].unread
    arranged = Arranged(comparison.changes, *facts, streams, frozenset(key.subject for key in one_sided))
    explained = [(change, cause_of(change, arranged)) for change in comparison.changes]
    moved = _moved(explained)
    return {
        "pipeline": text_at(after, "pipeline", "name") if _same_pipeline(before, after) else None,
        "from": _side(before),
        "to": _side(after),
        "summary": _summary(comparison.changes),
        "changes": [
            _change(change, cause, _reach(change, moved, facts, streams), _about(change, facts))
            for change, cause in explained
        ],
        "warnings": _warnings(before, after, comparison),
    }


def compared(answer: Doc, other: Doc) -> dict[str, dict[str, Any]]:
    """Return all of an answer that is compared with another: values by subject and path, masked.

    A fact that the other could not tell is not compared, and nothing of it is left.
    """
    facts = _facts(answer, other)
    return table(facts[0], without=compare(*facts).passed_over)


def _facts(before: Doc, after: Doc) -> tuple[Facts, Facts]:
    old, new = run_names(before), run_names(after)
    return read_facts(before, old.joined(new)), read_facts(after, new.joined(old))


def _same_pipeline(before: Doc, after: Doc) -> bool:
    return text_at(before, "pipeline", "name") == text_at(after, "pipeline", "name")


def _side(answer: Doc) -> dict[str, Any]:
    arn = text_at(answer, "execution", "arn")
    return {
        "pipeline": text_at(answer, "pipeline", "name"),
        "execution": arn.rsplit("/", 1)[-1] if arn else None,
        "executionArn": arn,
        "status": text_at(answer, "execution", "status"),
        "startTime": text_at(answer, "execution", "startTime"),
        "lastModifiedTime": text_at(answer, "pipeline", "lastModifiedTime"),
    }


def _stands(finding: Doc | None) -> bool:
    """Tell whether a side has a finding that nobody has accepted."""
    return finding is not None and finding.get("status") != SUPPRESSED


def _summary(changes: Iterable[Change]) -> dict[str, Any]:
    counts = Counter(change.kind for change in changes)
    findings = Counter(
        {(False, True): "came", (True, False): "went", (True, True): "changed"}.get(
            (_stands(change.before), _stands(change.after))
        )
        for change in changes
        if change.kind == "finding"
    )
    return {
        "changes": sum(counts.values()),
        "kinds": {kind: counts[kind] for kind in KINDS if counts[kind]},
        "findings": {word: findings[word] for word in ("came", "went", "changed")},
    }


def _about(change: Change, facts: tuple[Facts, Facts]) -> tuple[str, ...]:
    """Return the buckets, steps or account that a finding is about."""
    return tuple(sorted({place for each in facts for place in each.about.get(change.subject, ())}))


def _change(change: Change, cause: Cause | None, reach: Reach, about: tuple[str, ...]) -> dict[str, Any]:
    numbers = amounts(change.before, change.after) if change.kind in ("metric", "duration") else {}
    return {
        **_reference(change),
        "before": change.before,
        "after": change.after,
        **numbers,
        **({"about": list(about)} if change.kind == "finding" else {}),
        "cause": _cause(cause),
        "reach": {
            "steps": list(reach.steps),
            "models": list(reach.models),
            "endpoints": list(reach.endpoints),
            **({"more": True} if reach.more else {}),
        },
    }


def _reference(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "subject": change.subject, "path": path_text(change.key.path)}


def _cause(cause: Cause | None) -> dict[str, Any] | None:
    if cause is None:
        return None
    if cause.basis == READ:
        desc = (
            "only one of the two knows what it rests on"
            if cause.both_ran
            else "only one of the two was read with an execution"
        )
    else:
        desc = ", ".join(dict.fromkeys(title(change) for change in cause.changes)) + " changed"
    return {"basis": cause.basis, "desc": desc, "changes": [_reference(change) for change in cause.changes]}


def title(change: Change) -> str:
    """Return what a change is about in a few words: `parameter DataBucket`, `code of Train`."""
    of, _, name = change.subject.partition(":")
    if change.subject == "pipeline":
        return f"{change.kind} {change.key.path[-1]}"
    if change.kind == of:
        return f"{of} {name}"
    return f"{change.kind} of {name or of}"


def _moved(explained: Iterable[tuple[Change, Cause | None]]) -> dict[Any, set[str]]:
    """Return the steps at which something changed because of another change, by that other change."""
    found: dict[Any, set[str]] = {}
    for change, cause in explained:
        for source in cause.changes if cause and cause.basis != READ else ():
            if change.subject.startswith("step:"):
                found.setdefault(source.key, set()).add(change.subject)
    return found


def _reach(change: Change, moved: Mapping[Any, set[str]], facts: tuple[Facts, Facts], streams: Streams) -> Reach:
    subject = change.subject
    if subject.startswith("step:"):
        return streams.reach([subject])
    if subject.startswith("edge:"):
        return streams.reach([f"step:{(change.before or change.after)['to']}"], including=True)
    if subject.startswith("finding:"):
        places = {place for each in facts for place in each.places.get(subject, ()) if place.startswith("step:")}
        return streams.reach(places, including=True)
    if subject.startswith("bucket:"):
        return streams.reach(streams.touching.get(subject, ()), including=True)
    if subject == "account":
        return streams.reach({step for steps in streams.touching.values() for step in steps}, including=True)
    return streams.reach(moved.get(change.key, ()), including=True)


def _warnings(before: Doc, after: Doc, comparison: Comparison) -> list[dict[str, Any]]:
    """Return what was not compared, one entry a subject, and what the two answers could not say themselves."""
    paths: dict[str, list[str]] = {}
    for key in comparison.uncompared:
        paths.setdefault(key.subject, []).append(path_text(key.path))
    found = [
        {
            "code": "NotCompared",
            "message": f"Read in one of the two answers only, and so not compared: {', '.join(names)}.",
            "resource": subject,
            "action": None,
        }
        for subject, names in sorted(paths.items())
    ]
    if not _same_pipeline(before, after):
        found.append(
            {
                "code": "DifferentPipelines",
                "message": "The two answers are of pipelines with different names.",
                "resource": None,
                "action": None,
            }
        )
    told = {
        tuple(text_at(warning, name) for name in ("code", "message", "resource", "action"))
        for answer in (before, after)
        for warning in docs_at(answer, "warnings")
    }
    names = ("code", "message", "resource", "action")
    ordered = sorted(told, key=lambda each: tuple(text or "" for text in each))
    return found + [dict(zip(names, each, strict=True)) for each in ordered]
