"""The account summed up: a row a pipeline and a row a bucket, sorted by what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.account.answers import Json, order_of, region_of
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.sketch import Order
from chalicelib.core.findings.rule import SEVERITIES
from chalicelib.core.findings.sensitivity import SensitiveTags
from chalicelib.core.runs.searched import ACTION as SEARCH
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import UNKNOWN

Row = dict[str, Any]

_POSTURE = ("region", "encryption", "versioning", "publicAccess")
_PUBLIC_FIRST = {"Public": 0, UNKNOWN: 1, "NotPublic": 2, "Blocked": 3}


@dataclass(slots=True)
class Ledger:
    """Rows of each pipeline's newest answer and each bucket's newest posture, as far as the overview needs them."""

    sensitive_tags: SensitiveTags
    _rows: dict[tuple[str, str], tuple[Order, Row]] = field(default_factory=dict)
    _buckets: dict[str, tuple[Order, Json]] = field(default_factory=dict)

    @property
    def buckets(self) -> Collection[str]:
        """Return the buckets that the answers name."""
        return self._buckets.keys()

    def copy(self) -> Ledger:
        """Return a ledger of the same, to be summed up while this one goes on."""
        return Ledger(self.sensitive_tags, {**self._rows}, {**self._buckets})

    def add(self, answer: Json) -> None:
        """Take one answer into account; of several executions of a pipeline the newest makes its row."""
        key, order = (region_of(answer), text_at(answer, "pipeline", "name") or ""), order_of(answer)
        if key not in self._rows or order >= self._rows[key][0]:
            self._rows[key] = order, _row(answer, *key)
        for artifact in docs_at(answer, "graph", "artifacts"):
            bucket = text_at(artifact, "bucket")
            if bucket is not None:
                self._see(bucket, (order[2], *key), artifact.get("s3") or {})

    def _see(self, bucket: str, order: Order, s3: Json) -> None:
        known = any(s3.get(name) not in (None, UNKNOWN) for name in _POSTURE)
        ranked = ("1" if known else "0", *order)  # an answer that could not read the bucket takes nothing back
        if bucket not in self._buckets or ranked > self._buckets[bucket][0]:
            self._buckets[bucket] = ranked, s3

    def replace_buckets(self, buckets: Mapping[str, Json]) -> None:
        """Take these `s3` objects for those buckets, whatever the answers say."""
        for bucket, s3 in buckets.items():
            self._buckets[bucket] = ("2",), s3

    def bucket_facts(self, bucket: str) -> dict[str, Any]:
        """Return what a data vertex shows of its bucket."""
        s3 = self._buckets.get(bucket, ((), {}))[1]
        return {
            "publicAccess": s3.get("publicAccess", UNKNOWN),
            "encryption": s3.get("encryption", UNKNOWN),
            "sensitive": self._sensitive(bucket),
        }

    def _sensitive(self, bucket: str) -> bool | str:
        s3 = self._buckets.get(bucket, ((), {}))[1]
        tags = s3.get("tags")
        if not isinstance(tags, Mapping) or all(s3.get(name) in (None, UNKNOWN) for name in _POSTURE):
            return UNKNOWN
        verdict = self.sensitive_tags.verdict(tags)
        return UNKNOWN if verdict is None else verdict

    def summary(self) -> dict[str, Any]:
        """Return the graph's `pipelines`, `places` and `findings`."""
        rows = [self._rows[key][1] for key in sorted(self._rows)]
        findings: dict[str, str] = {}
        readers: dict[str, set[str]] = {}
        writers: dict[str, set[str]] = {}
        for row in rows:
            findings.update(row["uids"])
            for bucket in row["reads"]:
                readers.setdefault(bucket, set()).add(row["name"])
            for bucket in row["writes"]:
                writers.setdefault(bucket, set()).add(row["name"])
        return {
            "pipelines": [self._finished(row) for row in rows],
            "places": [
                {
                    "bucket": bucket,
                    "posture": {name: self._buckets[bucket][1].get(name, UNKNOWN) for name in _POSTURE},
                    "sensitive": self._sensitive(bucket),
                    "readBy": sorted(readers.get(bucket, ())),
                    "writtenBy": sorted(writers.get(bucket, ())),
                }
                for bucket in sorted(self._buckets)
            ],
            "findings": dict(sorted(findings.items())),
        }

    def _finished(self, row: Row) -> Row:
        touched = sorted({*row["reads"], *row["writes"]})
        sensitive = {self._sensitive(bucket) for bucket in touched}
        public = [bucket for bucket in touched if self.bucket_facts(bucket)["publicAccess"] == "Public"]
        shown = {name: value for name, value in row.items() if name not in ("reads", "writes", "uids")}
        return {
            **shown,
            "findings": counted(row["uids"].values()),
            "sensitive": True if True in sensitive else UNKNOWN if UNKNOWN in sensitive else False,
            "publicPlaces": public,
        }


def _row(answer: Json, region: str, name: str) -> Row:
    execution = answer.get("execution")
    artifacts = docs_at(answer, "graph", "artifacts")
    return {
        "name": name,
        "region": region,
        "arn": text_at(answer, "pipeline", "arn"),
        "latestExecution": {key: execution.get(key) for key in ("arn", "status", "startTime")} if execution else None,
        "steps": len(docs_at(answer, "graph", "nodes")),
        "uids": {
            each["finding_info"]["uid"]: each["severity"]
            for each in docs_at(answer, "findings")
            if each.get("status") != "Suppressed"
        },
        "reads": sorted({a["bucket"] for a in artifacts if a.get("bucket") and a.get("consumedBy")}),
        "writes": sorted({a["bucket"] for a in artifacts if a.get("bucket") and a.get("producedBy")}),
        "unread": sorted(
            {
                (each["code"], each["action"])
                for each in docs_at(answer, "warnings")
                if each.get("action") not in (None, SEARCH)
            }
        ),
    }


def counted(severities: Iterable[str]) -> dict[str, int]:
    """Return how many of each severity, the worst first; none is no key."""
    counts = Counter(severities)
    return {severity: counts[severity] for severity in SEVERITIES if counts[severity]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A stretch of the overview: `rows` pipelines and `rows` buckets from `start` on."""

    start: int = 0
    rows: int = 50


def overview(
    graph: AccountGraph,
    page: Page,
    *,
    unread: Mapping[str, Sequence[Json]] | None = None,
    read_at: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return `totals`, `findings` and a page of `pipelines` and `places`, and where the next page starts.

    The worst come first: by findings of each severity, then public places, then by name. A finding counts once
    however many pipelines it stands in. `unread` are the pipelines that could not be read, with why; `read_at` says
    when a bucket was last looked at.
    """
    kinds = Counter(vertex["type"] for vertex in graph.vertices)
    known = {row["name"]: row for row in reversed(graph.pipelines)}
    rows = [*graph.pipelines, *(known.get(name) or _unread_row(name) for name in sorted(unread or {}))]
    rows = sorted(({**row, "unread": _unread(row, unread or {})} for row in _once(rows)), key=_attention)
    places = sorted(graph.places, key=_danger)
    end = page.start + page.rows
    return {
        "totals": {
            "pipelines": len(rows),
            "steps": kinds["step"],
            "data": kinds["data"],
            "packages": kinds["package"],
            "models": kinds["model"],
            "endpoints": kinds["endpoint"],
        },
        "findings": counted(graph.findings.values()),
        "pipelines": rows[page.start : end],
        "places": [{**place, "readAt": (read_at or {}).get(place["bucket"])} for place in places[page.start : end]],
        "next": end if end < max(len(rows), len(places)) else None,
    }


def _unread_row(name: str) -> Row:
    nothing = {"findings": {}, "sensitive": UNKNOWN, "publicPlaces": [], "unread": []}
    return {"name": name, "region": None, "arn": None, "latestExecution": None, "steps": 0, **nothing}


def _once(rows: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    return {(row["name"], row["region"]): row for row in rows}.values()


def _unread(row: Mapping[str, Any], unread: Mapping[str, Sequence[Json]]) -> list[Row]:
    """Return why something of the pipeline is not known: what kept it from being read, and what its answer lacks."""
    whole = [{"why": each.get("why"), "action": each.get("action")} for each in unread.get(row["name"], ())]
    return whole + [{"why": code, "action": action} for code, action in row["unread"]]


def _attention(row: Mapping[str, Any]) -> tuple[Any, ...]:
    worst = tuple(-row["findings"].get(severity, 0) for severity in SEVERITIES)
    return *worst, -len(row["publicPlaces"]), row["sensitive"] is not True, row["name"], row["region"] or ""


def _danger(place: Mapping[str, Any]) -> tuple[Any, ...]:
    public = _PUBLIC_FIRST.get(place["posture"]["publicAccess"], 1)
    touched = len(place["readBy"]) + len(place["writtenBy"])
    return public, place["sensitive"] is not True, place["posture"]["encryption"] != "None", -touched, place["bucket"]
