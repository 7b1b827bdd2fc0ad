"""Work: one piece, read by the code of every scan; what comes of it is kept by its name, and noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.core.account.graph import parse_graph
from chalicelib.core.account.serving import EMPTY
from chalicelib.core.runs.execution import OVER
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import LineageError, NotFound, StillThrottled, TooLate
from chalicelib.engine.notes import MADE, add_note, fold, read_notes
from chalicelib.engine.piece import Piece
from chalicelib.formats.run import to_time
from chalicelib.scan.drawing import touching
from chalicelib.scan.keeper import OTHER_APPROVAL, OTHER_BUCKET, Keeper, is_outdated, is_over, lacking
from chalicelib.scan.listing import Times, is_read, ran_again
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.scan.served import refresh_serving
from chalicelib.scan.trace import Orphan, StepsKnown, older_of, steps_of, trace
from chalicelib.store.blobs import Conflict
from chalicelib.store.layout import GRAPH, SERVING, Document, Region, Store
from chalicelib.store.state import FILE, SECTIONS, Fact, Learning, parse_state

WAITS = "it waits to be read"
DEAD = "every attempt to read it failed; the message lies in the dead-letter queue, the reason in the function's log"

SETTLES = 3
SETTLES_SEC = 5.0
"""How often, and after what time, an execution is asked for again that an event says is over and AWS not yet."""


@dataclass(frozen=True, slots=True)
class Worker:
    """Worker on pieces. `clock` gives the time in whole seconds, `state` the state of a region, to be read alone."""

    store: Store
    reader: Reader
    options: Options
    clock: Callable[[], datetime]
    state: Callable[[Region], Document] = lambda region: parse_state(region.read(FILE))

    def work(self, piece: Piece, *, last: bool = False) -> None:
        """Do a piece, unless it is done; raises where it is to be tried again.

        `last` says that it will not be: a pipeline of which every reading failed is named before it is tried, for a
        function that runs out of time or memory says nothing afterwards.
        """
        region = self.store.region(piece.account, piece.region)
        if piece.kind == "pipeline":
            self._pipeline(region, piece, last=last)
            return
        others = {
            "census": self._census,
            "trace": self._trace,
            "postures": self._postures,
            "serving": self._serving,
        }
        others[piece.kind](region, piece)

    def _known(self, region: Region, folder: str) -> Document:
        """Return the state, with what lies in a folder of notes."""
        state = self.state(region)
        known = {**state, **{name: dict(state[name]) for name in SECTIONS}}
        for note in read_notes(region, folder):
            fold(known, note)
        return known

    # --- What the list says

    def _census(self, region: Region, piece: Piece) -> None:
        facts: list[Fact] = [
            ("unread", name, {"why": WAITS, "action": None, "at": piece.at, **wish, "waits": True})
            for name, wish in piece.body["waits"].items()
        ]
        facts += [("gone", f"pipeline:{name}", piece.at) for name in piece.body["gone"]]
        facts += [("gone", f"pipeline:{name}", None) for name in piece.body["back"]]
        add_note(region, "census", piece.at, facts, asOf=piece.at)

    # --- A pipeline

    def _pipeline(self, region: Region, piece: Piece, *, last: bool) -> None:
        name, folder = piece.body["name"], f"pipeline={piece.body['name']}"
        state = self._known(region, folder)
        known = state["pipelines"]
        if _is_done(known.get(name), piece):
            return
        if piece.body.get("doubtful") and name in known and not [*ran_again(self.reader, known, [name])]:
            return
        now = self.clock()
        if last:
            why = {"why": DEAD, "action": None, "at": to_time(now), "times": piece.body["times"], "dead": True}
            add_note(region, folder, to_time(now) or "", [("unread", name, why)])
        outcome = self._read(name, piece.body.get("execution"))
        if isinstance(outcome, StillThrottled | TooLate):
            raise outcome
        learning, keeper = _blank(region, now)
        keeper.take(name, outcome, piece.body["times"] or _times_in(outcome))
        if not isinstance(outcome, LineageError):
            self._refresh_older(region, name, older_of(state["traced"], name), outcome, keeper)
        if not isinstance(outcome, NotFound):  # deleted since: the next list misses it
            add_note(region, folder, to_time(now) or "", learning.taken(), keeper.buckets)

    def _refresh_older(self, region: Region, name: str, older: Sequence[str], latest: Document, keeper: Keeper) -> None:
        """Read a pipeline's older executions again whose kept answers lack something, or would be others now."""
        buckets = {**region.buckets(), **keeper.buckets} if older else {}
        for execution in older:
            kept = region.answer(name, execution)
            modified = text_at(latest, "pipeline", "lastModifiedTime")
            if kept is not None and (lacking(kept) or is_outdated(kept, modified, buckets)):
                self._read_older(region, name, execution, keeper)

    def _read(self, name: str, over: str | None) -> Document | LineageError:
        """Return the answer, read again where the execution ended meanwhile; `over` is one that an event says ended."""
        answer = self.reader.attempt(name)
        for _ in range(SETTLES):
            arn = None if isinstance(answer, LineageError) else text_at(answer, "execution", "arn")
            if isinstance(answer, LineageError) or arn is None or is_over(answer):
                break
            (now,) = self.reader.responses([sagemaker.execution(arn)])
            status = text_at(now, "PipelineExecutionStatus") if isinstance(now, Mapping) else None
            if status not in OVER and arn != over:
                break
            if status not in OVER:
                self.reader.wait(SETTLES_SEC)
            answer = self.reader.attempt(name)
        return answer

    # --- What made a thing

    def _trace(self, region: Region, piece: Piece) -> None:
        thing = Orphan(piece.body["thing"], tuple(piece.body["clues"]))
        if any(thing.id in things for things in self._known(region, "made")["traced"].values()):
            return
        now = self.clock()
        learning, keeper = _blank(region, now)
        made = self._made(region, thing, keeper)
        facts: list[Fact] = [*learning.taken(), (MADE, thing.id, {**made, "clues": [*thing.clues]})]
        add_note(region, "made", to_time(now) or "", facts, keeper.buckets)

    def _made(self, region: Region, thing: Orphan, keeper: Keeper) -> Document:
        """Return which execution made a thing, which is then kept, or why that cannot be told."""
        traced = trace(self.reader, [thing], {}, {})
        if not traced.executions:
            steps, arns = self._owners(region)
            traced = trace(self.reader, [thing], steps, arns)
        for pipeline, execution in traced.executions:
            # Kept or not: its answer says what was approved by then, and that was not this.
            error = self._read_older(region, pipeline, execution, keeper)
            if error is not None:
                return {"why": f"made by an execution of {pipeline} that was not read: {error.message}"}
            return {"by": f"{pipeline}/{execution}"}
        return {"why": traced.untraced[thing.id]}

    def _owners(self, region: Region) -> tuple[StepsKnown, dict[str, str]]:
        """Return each pipeline's steps and its ARN, by the graph and the state."""
        kept = region.read(GRAPH)
        steps = steps_of(parse_graph(kept)) if kept else {}
        known = self.state(region)["pipelines"].values()
        beginning = next((arn.partition(":pipeline/")[0] for each in known if (arn := each["execution"])), None)
        return steps, {name: f"{beginning}:pipeline/{name}" for name in steps if beginning}

    # --- Buckets, and what serves the models

    def _postures(self, region: Region, piece: Piece) -> None:
        read = self._known(region, "postures")["buckets"]
        wanted = [bucket for bucket in piece.body["buckets"] if (read.get(bucket) or "") <= piece.at]
        now = self.clock()
        learning, keeper = _blank(region, now)
        self.reader.forget()
        for name in sorted(touching(region, keeper.look_again(self.reader, wanted))):
            keeper.ask_again(name, OTHER_BUCKET)
        if wanted:
            add_note(region, "postures", to_time(now) or "", learning.taken(), keeper.buckets)

    def _serving(self, region: Region, piece: Piece) -> None:
        """Read what serves until nobody else wrote it meanwhile: whoever lists later knows more."""
        changed = piece.body.get("packages", ())
        if not changed and (self._known(region, "serving").get("served") or "") > piece.at:
            return
        while True:
            before, seen = region.tagged(SERVING)
            now, learning = self.clock(), Learning(self._known(region, "serving"))
            keeper = Keeper(region, learning, now)
            served = refresh_serving(self.reader, before or dict(EMPTY), learning, self.options, now, changed)
            for pipeline, execution in served.older:  # first: what serves now is what tells that they are outdated
                self._read_older(region, pipeline, execution, keeper)
            try:
                if served.document != before:
                    region.write(SERVING, served.document, seen)
            except Conflict:
                continue
            at = to_time(now) or ""
            for name in served.outdated:
                keeper.ask_again(name, OTHER_APPROVAL)
            add_note(region, "serving", at, learning.taken(), keeper.buckets, served=at)
            return

    def _read_older(self, region: Region, pipeline: str, execution: str, keeper: Keeper) -> LineageError | None:
        """Read an older execution and keep it; return why that could not be done where nothing of it is kept."""
        answer = self.reader.attempt(pipeline, execution)
        if isinstance(answer, StillThrottled | TooLate):
            raise answer
        if isinstance(answer, LineageError):
            return None if region.answer(pipeline, execution) is not None else answer
        keeper.keep(pipeline, answer, latest=False)
        return None


def _blank(region: Region, now: datetime) -> tuple[Learning, Keeper]:
    """Return what learns all that a piece tells, as nothing is known before, and the keeper of what it reads."""
    learning = Learning(parse_state(None))
    return learning, Keeper(region, learning, now)


def _is_done(entry: Mapping[str, Any] | None, piece: Piece) -> bool:
    """Return whether a pipeline was read since that which asks for it was so, or with the times that ask for it."""
    if entry is None or not entry["over"]:
        return False
    again = piece.body["times"] is None or piece.body.get("again", True)
    return bool(entry["readAt"] > piece.at or (not again and is_read(entry, piece.body["times"])))


def _times_in(outcome: Document | LineageError) -> Times:
    """Return the times that the list is to give of what was just read."""
    if isinstance(outcome, LineageError):
        return None, None
    return text_at(outcome, "pipeline", "lastModifiedTime"), text_at(outcome, "execution", "startTime")
