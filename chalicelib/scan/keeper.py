"""What an answer leaves in the store: itself, what was learnt of its pipeline, postures; and what is gone from AWS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from chalicelib.aws.faults import kind_of
from chalicelib.core.runs.execution import OVER
from chalicelib.core.runs.searched import ACTION as SEARCH
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.errors import LineageError, NotFound
from chalicelib.core.values.model import Gap
from chalicelib.formats.run import to_time
from chalicelib.scan.listing import Times
from chalicelib.scan.options import Options
from chalicelib.scan.postures import postures_in, read_postures
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import BUCKETS, Document, Region
from chalicelib.store.state import Learning

PASSING = frozenset({"throttled", "transient", "timeout", "denied", "credentials", "unreadable"})
"""Kinds of fault that may have passed when AWS is asked again. What is gone stays so."""

OTHER_BUCKET = "a bucket that it touches is not what it was"
OTHER_APPROVAL = "the approval of a model that it registers is not what it was"
"""Why a kept answer is to be read again, though its pipeline did not change."""


class Keeper:
    """Keeper of what is read at one time, `now`: answers into `region`, what is learnt into `state`.

    `buckets` are the postures that nobody wrote yet; `changed` says whether there is an answer that the graph does not
    know.
    """

    def __init__(self, region: Region, state: Learning, now: datetime) -> None:
        self.buckets: dict[str, Document] = {}
        self.changed = False
        self._alike: dict[str, Document] = {}  # most buckets are protected alike: of what is said of them, one copy
        self._region = region
        self._state = state
        self._now = to_time(now) or ""

    def take(self, name: str, outcome: Document | LineageError, times: Times) -> None:
        """Take what came of reading a pipeline that had these times in the list."""
        if isinstance(outcome, NotFound):
            return  # deleted since it was listed: the next scan will miss it
        if isinstance(outcome, LineageError):
            self._state.learn(
                "unread", name, {"why": outcome.message, "action": outcome.action, "at": self._now, "times": [*times]}
            )
            return
        self._state.learn("unread", name, None)
        self.keep(name, outcome)
        self._state.learn("pipelines", name, self._entry(outcome, times))

    def ask_again(self, name: str, why: str) -> None:
        """Have a pipeline read again, and be told as unread until then."""
        self._state.learn("unread", name, {"why": why, "action": None, "at": self._now})

    def _entry(self, answer: Document, times: Times) -> Document:
        execution = text_at(answer, "execution", "arn")
        return {
            "lastModifiedTime": times[0],
            "lastExecutionTime": times[1],
            "execution": execution,
            "over": execution is None or is_over(answer),
            "readAt": self._now,
            "lacks": lacking(answer),
            "packages": _packages(answer),
        }

    def keep_older(self, name: str, execution: str, answer: Document) -> None:
        """Keep the answer of an execution that is not the pipeline's latest."""
        self.keep(name, answer, latest=False)
        self.look_back(name, execution, answer)

    def look_back(self, name: str, execution: str, answer: Document) -> None:
        """Note what the kept answer of an older execution lacks, as of now."""
        self._state.learn("older", f"{name}/{execution}", {"readAt": self._now, "lacks": lacking(answer)})

    def keep(self, name: str, answer: Document, *, latest: bool = True) -> None:
        """Keep an answer, and what it says of buckets that were not looked at since `now` yet."""
        execution = text_at(answer, "execution", "arn")
        if execution is not None and is_over(answer):
            self.changed |= self._region.keep(name, execution.rsplit("/", 1)[-1], answer)
        if latest:
            self.changed |= self._region.keep_latest(name, answer)
        for bucket, entry in postures_in(answer).items():
            if self._state.section("buckets").get(bucket) != self._now:
                self.look(bucket, entry)

    def forget_buckets(self, stale: Mapping[str, Document]) -> None:
        """Forget the postures of buckets, as far as they are these still."""

        def change(there: Document | None) -> Document:
            buckets = (there or {}).get("buckets", {}).items()
            return {"buckets": {bucket: entry for bucket, entry in buckets if stale.get(bucket) != entry}}

        if stale:
            self._region.update(BUCKETS, change)
        for bucket in stale:
            self._state.learn("buckets", bucket, None)

    def write_buckets(self) -> bool:
        """Write the postures over those that are kept, and return whether that changed anything."""
        buckets, self.buckets = self.buckets, {}

        def change(there: Document | None) -> Document:
            return {"buckets": dict(sorted({**(there or {}).get("buckets", {}), **buckets}.items()))}

        return bool(buckets) and self._region.update(BUCKETS, change)

    def look_again(self, reader: Reader, buckets: Collection[str]) -> set[str]:
        """Read the postures of buckets anew, and return those that are not what they were."""
        changed, before = set(), self._region.buckets()
        for bucket, entry in read_postures(reader, buckets, self._region.account):
            if before.get(bucket) != entry:
                changed.add(bucket)
            self.look(bucket, entry)
        return changed

    def look(self, bucket: str, entry: Document, at: str | None = None) -> None:
        """Take a bucket's posture, as of `now` or of another time."""
        posture = entry["posture"]
        self.buckets[bucket] = {**entry, "posture": self._alike.setdefault(repr(posture), posture)}
        self._state.learn("buckets", bucket, at or self._now)

    def look_through(self, kept: Iterable[tuple[Document | None, str]]) -> None:
        """Take the postures of kept answers that are not known since: a killed scan may have written no more of them.

        Each answer comes with the time when it was read; an empty one stands for long ago.
        """
        for answer, at in kept:
            for bucket, entry in postures_in(answer or {}).items():
                known = self._state.section("buckets").get(bucket)
                if known is None or known < at:
                    self.look(bucket, entry, at or None)


def _packages(answer: Document) -> dict[str, str | None]:
    """Return the approval that an answer says of each package that it registers, by ARN."""
    registered = (node.get("registry") or {} for node in docs_at(answer, "graph", "nodes"))
    packages = {text_at(each, "modelPackageArn"): text_at(each, "approvalStatus") for each in registered}
    return {arn: approval for arn, approval in sorted(packages.items(), key=str) if arn}


def is_over(answer: Document) -> bool:
    """Return whether the execution of an answer is over."""
    return text_at(answer, "execution", "status") in OVER


def is_outdated(answer: Document, modified: str | None, buckets: Mapping[str, Document]) -> bool:
    """Return whether a kept answer would say something else of its pipeline, or of these buckets, were it read now."""
    if text_at(answer, "pipeline", "lastModifiedTime") != modified:
        return True
    return any(buckets.get(bucket, entry)["s3"] != entry["s3"] for bucket, entry in postures_in(answer).items())


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


def drop_answers(region: Region, pipelines: Collection[str]) -> None:
    """Remove the answers of pipelines."""
    for name, execution in [*region.answers()]:
        if name in pipelines:
            region.drop(name, execution)


def lacking(answer: Mapping[str, Any]) -> list[Document]:
    """Return what an answer lacks and may have when it is read again, as `{"why", "action"}`, each once.

    Not counted: buckets, whose postures have an age of their own, and a Search in place of which jobs were described.
    """
    found = {(gap.message, gap.action) for gap in _gaps(answer) if kind_of(gap) in PASSING and gap.action != SEARCH}
    return [{"why": why, "action": action} for why, action in sorted(found, key=lambda each: (each[0], each[1] or ""))]


def _gaps(answer: Mapping[str, Any]) -> Iterator[Gap]:
    """Yield the warnings of an answer, but those about its buckets and the account's own settings."""
    account = (text_at(answer, "pipeline", "arn") or "").split(":")[4:5]
    elsewhere = {*postures_in(answer), *account}
    for each in docs_at(answer, "warnings"):
        if each.get("resource") not in elsewhere:
            yield Gap(each["code"], each["message"], each.get("resource"), each.get("action"))
