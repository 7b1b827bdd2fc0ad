"""Answers about one pipeline that a store keeps: which executions there are, and the last one that succeeded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.query.arns import contradiction, parts_of
from chalicelib.core.query.diff import DEFINITION, back_of
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import BadQuery, NotFound
from chalicelib.store.layout import Region, Store
from chalicelib.store.state import FILE, parse_state

Doc = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """Kept answers about a pipeline: of its executions, the one that started last first, and its newest of all."""

    executions: tuple[Doc, ...]
    newest: Doc | None

    def side(self, side: str) -> Doc:
        """Return the answer that is meant: of an id or ARN, `latest-N` or `definition`; `NotFound` where none is."""
        back = back_of(side)
        if side == DEFINITION:
            if self.newest is None or text_at(self.newest, "execution", "arn"):
                raise NotFound("the store keeps no answer of this pipeline's definition alone")
            return self.newest
        if back is not None:
            if back >= len(self.executions):
                raise NotFound(f"the store keeps no execution {side} of this pipeline")
            return self.executions[back]
        wanted = side.rsplit("/", 1)[-1]
        for answer in self.executions:
            if _id(answer) == wanted:
                problem = contradiction("execution", side, parts_of(text_at(answer, "execution", "arn") or ""))
                if problem is not None:
                    raise BadQuery([problem])
                return answer
        raise NotFound("the store keeps no such execution of this pipeline")

    def last_success(self, before: Doc) -> Doc:
        """Return the latest execution that Succeeded and is not `before`'s own, nor a later one."""
        start = text_at(before, "execution", "startTime")
        for answer in self.executions:
            earlier = start is None or (text_at(answer, "execution", "startTime") or "") <= start
            if text_at(answer, "execution", "status") == "Succeeded" and earlier and _id(answer) != _id(before):
                return answer
        raise NotFound("the store keeps no earlier execution of this pipeline that Succeeded")


def kept_answers(store: Store, pipeline: str, region: str | None) -> Kept:
    """Return what a store keeps of a pipeline, by its name or ARN; `NotFound` where it does not say of which one.

    Raises `StoreUnreadable` where the store is damaged.
    """
    name = pipeline.rsplit("/", 1)[-1]
    held = [
        (each, executions)
        for each in store.regions()
        if region in (None, each.name)
        and each.account == parts_of(pipeline).get("account", each.account)
        and (executions := [execution for known, execution in each.answers() if known == name])
    ]
    if not held:
        raise NotFound("the store keeps nothing of this pipeline")
    if len(held) > 1:
        raise NotFound("the store keeps pipelines of this name in several regions or accounts: say which region")
    return _read(*held[0], name)


def kept_lineage(store: Store, query: LineageQuery) -> tuple[Doc, str | None] | None:
    """Return the kept answer to a query and when it was read; `None` where the store keeps none to just this query.

    Kept are the answers of executions that are over, as `GET /lineage` gives them where only they are named. Raises
    `StoreUnreadable` where the store is damaged.
    """
    plain = LineageQuery(query.pipeline, query.region, execution=query.execution, format=query.format)
    if query.execution is None or query != plain:
        return None
    account = parts_of(query.pipeline).get("account")
    for region in store.regions():
        if region.name == query.region and account in (None, region.account):
            answer = region.answer(query.pipeline_name, query.execution.rsplit("/", 1)[-1])
            if answer is not None and _is_named(answer, query.execution):
                state = parse_state(region.read(FILE))
                read = state["pipelines"].get(query.pipeline_name, {})
                newest = read.get("execution") == text_at(answer, "execution", "arn")
                return answer, read.get("readAt") if newest else state["asOf"]
    return None


def _is_named(answer: Doc, execution: str) -> bool:
    """Return whether the execution is the one that is named, by its id or its whole ARN."""
    return not execution.startswith("arn:") or execution == text_at(answer, "execution", "arn")


def _read(region: Region, executions: list[str | None], pipeline: str) -> Kept:
    newest = region.answer(pipeline) if None in executions else None
    answers = {
        _id(answer): answer
        for execution in executions
        if (answer := newest if execution is None else region.answer(pipeline, execution)) and _id(answer)
    }
    ordered = sorted(answers.values(), key=lambda each: (text_at(each, "execution", "startTime") or "", _id(each)))
    return Kept(tuple(reversed(ordered)), newest)


def _id(answer: Doc) -> str:
    return (text_at(answer, "execution", "arn") or "").rsplit("/", 1)[-1]
