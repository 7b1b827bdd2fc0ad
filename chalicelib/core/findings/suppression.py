"""Suppressions: findings that somebody has accepted, with a reason and until a date (`lineage-ignore.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import translate
from functools import lru_cache
from typing import Any

from chalicelib.core.values.doc import docs_at, text_at

Doc = Mapping[str, Any]

FILE_NAME = "lineage-ignore.toml"
SUPPRESSED = "Suppressed"
_TEXTS = ("rule", "uid", "pipeline", "resource", "reason")
_KEYS = (*_TEXTS, "expires")


class BadSuppressions(Exception):
    """File of suppressions that cannot be used; the message names all that is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """One entry: the findings that it accepts, why, and the last day (UTC) on which it does.

    `rule` or `uid` is there, or both. `pipeline` (name or ARN) and `resource` (what a finding is about: name, ARN or
    location) are patterns with `*`, `?` and `[…]`. `place` says where the entry stands, for whoever has to mend it.
    """

    reason: str
    expires: date
    place: str
    rule: str | None = None
    uid: str | None = None
    pipeline: str | None = None
    resource: str | None = None

    def covers(self, answer: Doc) -> bool:
        """Tell whether the entry is about this answer's pipeline at all."""
        names = (text_at(answer, "pipeline", "name"), text_at(answer, "pipeline", "arn"))
        return self.pipeline is None or any(name and _glob(self.pipeline).match(name) for name in names)

    def matches(self, finding: Doc, about: Iterable[str]) -> bool:
        """Tell whether the entry accepts a finding, expired or not; `about` are the names of what it is about."""
        return (
            self.rule in (None, finding.get("rule"))
            and self.uid in (None, text_at(finding, "finding_info", "uid"))
            and (self.resource is None or any(map(_glob(self.resource).match, about)))
        )

    def __str__(self) -> str:
        """Return the entry in a few words."""
        told = ((name, getattr(self, name)) for name in ("rule", "uid", "pipeline", "resource"))
        return f"{self.place} ({', '.join(f'{name} {value}' for name, value in told if value)})"


@lru_cache(maxsize=10_000)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(translate(pattern))


def parse_suppressions(text: str, source: str) -> tuple[Suppression, ...]:
    """Return the entries of a file; `source` is its name. Raises `BadSuppressions` with every problem in one line."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise BadSuppressions(f"{source}: not TOML: {' '.join(str(problem).split())}") from None
    entries = document.pop("ignore", [])
    problems = [f"{name!r} is not known, there are only [[ignore]] tables" for name in document]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        problems.append("ignore must be tables: [[ignore]]")
        entries = []
    for number, entry in enumerate(entries, 1):
        problems += [f"entry {number}: {problem}" for problem in _problems(entry)]
    if problems:
        raise BadSuppressions(f"{source}: {'; '.join(problems)}")
    return tuple(
        Suppression(**{**entry, "expires": _date(entry["expires"])}, place=f"{source}: entry {number}")
        for number, entry in enumerate(entries, 1)
    )


def _problems(entry: Doc) -> Iterator[str]:
    for name in entry:
        if name not in _KEYS:
            yield f"{name!r} is not known (there are {', '.join(_KEYS)})"
    if not {"rule", "uid"} & entry.keys():
        yield "rule or uid is required"
    for name in _TEXTS:
        if name in entry and not (isinstance(entry[name], str) and entry[name].strip()):
            yield f"{name} must be a text"
    if "reason" not in entry:
        yield "reason is required"
    if "expires" not in entry:
        yield "expires is required"
    elif _date(entry["expires"]) is None:
        yield "expires must be a date: 2027-01-31"


def _date(value: Any) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == len("2027-01-31") else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Applied:
    """An answer with what its suppressions did to it; `matched` also has expired ones, which suppress nothing."""

    answer: Doc
    matched: frozenset[Suppression]


def suppress(answer: Doc, suppressions: Sequence[Suppression], today: date) -> Applied:
    """Return a `/lineage` answer in which every finding that an entry accepts has the status `Suppressed`.

    Such a finding says in `suppression` why, until when, and what its status would be; it stands after the others.
    """
    entries = [entry for entry in suppressions if entry.covers(answer)]
    places = {f"artifact:{each.get('id')}": each for each in docs_at(answer, "graph", "artifacts")}
    matched: set[Suppression] = set()
    findings = []
    for finding in docs_at(answer, "findings"):
        about = tuple(_about(finding, places))
        accepting = [entry for entry in entries if entry.matches(finding, about)]
        matched.update(accepting)
        valid = [entry for entry in accepting if today <= entry.expires]
        findings.append(_suppressed(finding, valid[0]) if valid else finding)
    findings.sort(key=lambda finding: finding.get("status") == SUPPRESSED)
    return Applied({**answer, "findings": findings}, frozenset(matched))


def _suppressed(finding: Doc, entry: Suppression) -> Doc:
    if finding.get("status") == SUPPRESSED:
        return finding
    said = {"status": finding.get("status"), "reason": entry.reason, "expires": entry.expires.isoformat()}
    return {**finding, "status": SUPPRESSED, "suppression": said}


def _about(finding: Doc, artifacts: Mapping[str, Doc]) -> Iterator[str]:
    """Yield the names that a finding's resources go by, and the locations on its path that lie in them."""
    buckets = set()
    for resource in docs_at(finding, "resources"):
        name, uid = text_at(resource, "name"), text_at(resource, "uid")
        yield from (each for each in (name, uid) if each)
        if name and resource.get("type") == "AWS::S3::Bucket":
            buckets.add(name)
            yield f"s3://{name}"
    for place in finding.get("path") or ():
        artifact = artifacts.get(place, {})
        if (uri := text_at(artifact, "uri")) and (not buckets or artifact.get("bucket") in buckets):
            yield uri


def warnings_of(
    suppressions: Iterable[Suppression], matched: frozenset[Suppression], today: date
) -> Iterator[dict[str, str | None]]:
    """Yield a warning, as an answer has them, for each entry that is expired or that matches no finding."""
    for entry in suppressions:
        if today > entry.expires:
            yield _warning("SuppressionExpired", f"{entry} expired on {entry.expires} and suppresses nothing", entry)
        elif entry not in matched:
            yield _warning("SuppressionUnused", f"{entry} matches no finding", entry)


def _warning(code: str, message: str, entry: Suppression) -> dict[str, str | None]:
    return {"code": code, "message": message, "resource": entry.uid or entry.rule, "action": None}
