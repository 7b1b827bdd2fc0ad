"""Findings: what is wrong along the flow of the data, and at the places that hold it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from chalicelib.core.findings.facts import Facts
from chalicelib.core.findings.flow import Flow
from chalicelib.core.findings.rule import MEDIUM, SEVERITIES, Hit, Rule
from chalicelib.core.findings.table import RULES
from chalicelib.core.values.model import Finding

__all__ = ["RULES", "Facts", "judge"]


def judge(facts: Facts) -> tuple[Finding, ...]:
    """Return all findings: failures before warnings, the gravest first; each problem once at each place.

    A rule that lacks a fact says so with the status `Warning`, provided that all else it needs holds. It is silent
    about facts that nobody asked for.
    """
    flow = Flow(facts)
    owner = facts.pipeline.arn or facts.pipeline.name
    found: dict[str, Finding] = {}
    for rule in RULES:
        for hit in rule.find(flow):
            finding = _finding(rule, hit, owner)
            known = found.get(finding.uid)
            if known is None or _rank(finding) < _rank(known):
                found[finding.uid] = finding
    places = _on_places(found.values())
    found = {uid: finding._replace(related=_related(finding, places)) for uid, finding in found.items()}
    order = {rule.id: place for place, rule in enumerate(RULES)}
    return tuple(sorted(found.values(), key=lambda f: (*_rank(f), order[f.rule], f.uid)))


def _on_places(found: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """Return the uids of findings on single buckets, by control and by each place that they are about."""
    uids: dict[str, dict[str, str]] = {}
    for finding in found:
        for artifact in finding.evidence.get("artifacts", ()):
            uids.setdefault(f"SecurityHub:{finding.rule}", {})[f"artifact:{artifact}"] = finding.uid
    return uids


def _related(finding: Finding, places: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return the uids of findings on places along a flow finding's path, for the controls that it names."""
    if not finding.rule.startswith("FLOW"):
        return ()
    found = (places[control] for control in finding.controls if control in places)
    return tuple(sorted({uids[place] for uids in found for place in finding.path if place in uids}))


def _rank(finding: Finding) -> tuple[bool, int]:
    """Return a sort key: at one place a failure comes before a warning, then the graver before the lesser."""
    return finding.status != "Fail", SEVERITIES.index(finding.severity)


def _finding(rule: Rule, hit: Hit, owner: str) -> Finding:
    # A control of one resource is the same finding whichever pipeline touches the resource; a flow is a pipeline's own.
    whose = (owner,) if not rule.id.startswith("S3.") else ()
    about = "\n".join((rule.id, *whose, *sorted(hit.resources)))
    digest = hashlib.sha256(about.encode(errors="surrogatepass")).hexdigest()
    return Finding(
        rule=rule.id,
        severity=max(hit.severity, MEDIUM, key=SEVERITIES.index) if hit.unknown else hit.severity,
        status="Warning" if hit.unknown else "Fail",
        uid=f"{rule.id}:{digest[:16]}",
        title=rule.title,
        desc=hit.desc,
        path=hit.path,
        evidence=hit.evidence,
        controls=rule.controls,
        remediation=rule.remediation,
        resources=tuple(
            each for each in dict.fromkeys(hit.resources) if each.startswith(("arn:", "step:", "account:"))
        ),
    )
