"""ForEach steps: the body runs once for each item, as many at a time as the step allows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.plan import Planned, nested, plan
from sandbox.run import Run
from sandbox.run_options import as_text
from sandbox.values import WRONG, Document, Unresolvable, split_path, walk, why

_PAUSE = timedelta(seconds=1)
Made = Mapping[str, Document]


def play(run: Run, step: Planned, start: datetime) -> None:
    """Run a ForEach step and record it, after its iterations' steps."""
    try:
        items = _items(run, step)
    except WRONG as wrong:
        run.record(step.document, step.name, start, start + _PAUSE, "Failed", {}, reason=why(wrong))
        return
    arguments = step.document.get("Arguments") or {}
    lanes = [start] * max(1, int(arguments.get("MaxConcurrency") or 1))
    body = [one.document for one in plan({"Steps": nested(step.document, "ForEachBody")}).values()]
    before, outputs = len(run.records), []
    for index, item in enumerate(items):
        lane = index % len(lanes)
        made, lanes[lane] = _iterate(run, step.name, body, index, item, lanes[lane])
        outputs.append(made)
    statuses = [one["StepStatus"] for one in run.records[before:]]
    facts = _facts(statuses, len(items), len(body))
    properties = {**facts, "IterationOutputs": outputs}
    chosen = _selected(arguments.get("Selector"), outputs)
    if chosen:
        facts["Selector"] = {"StepName": chosen[0], "Index": chosen[1]}
        properties["Selected"] = outputs[chosen[1]][chosen[0]]
    run.values.properties[step.name] = properties
    status = facts.get("Status", "Executing")
    end = None if status == "Executing" else max(lanes) + _PAUSE
    reason = "One or more iterations failed." if status == "Failed" else None
    run.record(step.document, step.name, start, end, status, {"ForEach": facts}, reason=reason)


def _items(run: Run, step: Planned) -> list[Any]:
    written = (step.document.get("Arguments") or {}).get("IterableItems") or step.document.get("IterableItems") or []
    items = run.values.resolve(written)
    found = json.loads(items) if isinstance(items, str) else items
    if not isinstance(found, list):
        raise Unresolvable(f"the items of {step.name} are no list")
    return found


def _facts(statuses: list[str], items: int, body: int) -> dict[str, Any]:
    """Return the counts of steps, and the status once no iteration runs any more."""
    failed, stopped = statuses.count("Failed"), statuses.count("Stopped")
    over = "Failed" if failed else "Stopped" if stopped else "Succeeded"
    return {
        **({} if "Executing" in statuses else {"Status": over}),
        "InputItemCount": items,
        "TotalStepCount": items * body,
        "SucceededStepCount": statuses.count("Succeeded"),
        "FailedStepCount": failed,
        "StoppedStepCount": stopped,
    }


def _iterate(
    run: Run, parent: str, body: list[Document], index: int, item: Any, start: datetime
) -> tuple[Made, datetime]:
    """Run one iteration, step after step until one does not succeed; return what they made, and the end."""
    local = replace(run.values.also(ForEach={"CurrentItem": item}), properties=dict(run.values.properties))
    made: dict[str, Document] = {}
    for document in body:
        context = {"ParentStepName": parent, "Index": index, "Item": as_text(item)}
        made[str(document["Name"])] = run.work(f"{document['Name']}-{index}", document, local, start, context)
        record = run.records[-1]
        if record["StepStatus"] != "Succeeded":
            return made, record.get("EndTime", start)
        start = record["EndTime"] + _PAUSE
    return made, start


def _selected(selector: Any, outputs: list[Made]) -> tuple[str, int] | None:
    """Return which body step of which iteration the selector picks; `None` where it picks none."""
    if not isinstance(selector, Mapping):
        return None
    wanted = selector.get("Field")
    text = str(wanted["Get"] if isinstance(wanted, Mapping) else wanted).removeprefix("IterationOutput.")
    body, _, path = text.partition(".")
    measured: dict[int, float] = {}
    for index, made in enumerate(outputs):
        try:
            measured[index] = float(walk(made, (body, *split_path(path))))
        except (Unresolvable, TypeError, ValueError):
            continue
    if not measured:
        return None
    sign = 1 if selector.get("Pick") == "MinBy" else -1
    return body, min(measured, key=lambda index: sign * measured[index])
