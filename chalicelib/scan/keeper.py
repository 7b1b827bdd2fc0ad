"""What an answer leaves in the store: itself, what was learnt of its pipeline, postures; and what is gone from AWS."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.errors import LineageError, NotFound
from chalicelib.formats.run import to_time
from chalicelib.scan.listing import Times
from chalicelib.scan.options import Options
from chalicelib.scan.postures import postures_in, read_postures
from chalicelib.scan.reader import Reader
from chalicelib.store.layout import Document, Region
from chalicelib.store.state import Learning


class Keeper:
    """Keeper of what is read at one time, `now`: answers into `region`, the rest into `state` and `buckets`.

    `changed` says whether anything came of it that the graph does not know.
    """

    def __init__(self, region: Region, state: Learning, buckets: dict[str, Document], now: datetime) -> None:
        self.buckets = buckets
        self.changed = False
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

    def _entry(self, answer: Document, times: Times) -> Document:
        execution = text_at(answer, "execution", "arn")
        return {
            "lastModifiedTime": times[0],
            "lastExecutionTime": times[1],
            "execution": execution,
            "over": execution is None or is_over(answer),
            "readAt": self._now,
        }

    def keep(self, name: str, answer: Document, *, latest: bool = True) -> None:
        """Keep an answer, and what it says of buckets that were not looked at since `now` yet."""
        execution = text_at(answer, "execution", "arn")
        if execution is not None and is_over(answer):
            self.changed |= self._region.keep(name, execution.rsplit("/", 1)[-1], answer)
        if latest:
            self.changed |= self._region.keep_latest(name, answer)
            for node in docs_at(answer, "graph", "nodes"):
                arn = text_at(node, "registry", "modelPackageArn")
                if arn is not None:
                    approval = text_at(node, "registry", "approvalStatus")
                    entry = {"approval": approval, "readAt": self._now, "madeBy": execution}
                    self._state.learn("packages", arn, entry)
        for bucket, entry in postures_in(answer).items():
            if self._state.section("buckets").get(bucket) != self._now:
                self.look(bucket, entry)

    def look_again(self, reader: Reader, buckets: Collection[str], before: Mapping[str, Document]) -> set[str]:
        """Read the postures of buckets anew, and return those that are not what they were."""
        changed = set()
        for bucket, entry in read_postures(reader, buckets, self._region.account):
            if before.get(bucket, {}).get("s3") != entry["s3"]:
                changed.add(bucket)
            self.look(bucket, entry)
        return changed

    def look(self, bucket: str, entry: Document) -> None:
        """Take a bucket's posture."""
        self.changed |= self.buckets.get(bucket) != entry
        self.buckets[bucket] = entry
        self._state.learn("buckets", bucket, self._now)


def is_over(answer: Document) -> bool:
    """Return whether the execution of an answer is over."""
    return text_at(answer, "execution", "status") in OVER


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
