"""Plan of a run: the steps that a definition holds, and what each waits for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.values import Document, references


@dataclass(frozen=True, slots=True)
class Gate:
    """Branch that must be taken before a step may run: `branch` is the outcome that the condition must have."""

    condition: str
    branch: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """Step of the plan; `gate` is the branch it stands in, `waits` names the steps that must be finished before.

    `triggers` are the entries of `DependsOn` that want another end than success, by step name.
    """

    name: str
    document: Document
    gate: Gate | None
    waits: tuple[str, ...]
    triggers: Mapping[str, str]


def nested(step: Document, key: str) -> list[Any]:
    """Return a step's nested steps (`IfSteps`, `ElseSteps`, `ForEachBody`); bare names may stand among them."""
    return list((step.get("Arguments") or {}).get(key) or step.get(key) or [])


def plan(definition: Document) -> dict[str, Planned]:
    """Return every step that may run by its own name, in document order; the body of a ForEach is left to the ForEach.

    Raises ValueError where a step has no name.
    """
    found: dict[str, Planned] = {}
    named_gates: dict[str, Gate] = {}
    for document, gate in _flat(definition.get("Steps") or [], None):
        if isinstance(document, str):
            if gate:
                named_gates[document] = gate
            continue
        if not _is_named(document):
            raise ValueError(f"a step has no Name: {json.dumps(document)[:60]}")
        found[document["Name"]] = _planned(document, gate)
    for name, gate in named_gates.items():
        if name in found and found[name].gate is None:
            found[name] = _planned(found[name].document, gate)
    return found


def _is_named(document: Any) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("Name"), str)


def _flat(steps: list[Any], gate: Gate | None) -> Iterator[tuple[Any, Gate | None]]:
    for step in steps:
        yield step, gate
        if isinstance(step, Mapping) and step.get("Type") == "Condition":
            yield from _flat(nested(step, "IfSteps"), Gate(step["Name"], True))
            yield from _flat(nested(step, "ElseSteps"), Gate(step["Name"], False))


def _planned(document: Document, gate: Gate | None) -> Planned:
    triggers: dict[str, str] = {}
    waits: list[str] = [gate.condition] if gate else []
    for entry in document.get("DependsOn") or []:
        if isinstance(entry, Mapping):
            waits.append(entry["Step"])
            if entry.get("Trigger"):
                triggers[entry["Step"]] = entry["Trigger"]
        else:
            waits.append(entry)
    waits += read_steps(document)
    name = document["Name"]
    return Planned(name, document, gate, tuple(dict.fromkeys(one for one in waits if one != name)), triggers)


def read_steps(document: Document) -> list[str]:
    """Return the steps whose properties a step reads itself; what its branches read is theirs to wait for."""
    own = dict(document)
    if document.get("Type") == "Condition":
        arguments = document.get("Arguments") or {}
        hidden = ("IfSteps", "ElseSteps")
        own = {key: value for key, value in own.items() if key not in hidden}
        own["Arguments"] = {key: value for key, value in arguments.items() if key not in hidden}
    body = {one["Name"] for one in nested(document, "ForEachBody") if isinstance(one, Mapping)}
    own.pop("DependsOn", None)
    names = [str(path[1]) for path in references(own) if path[:1] == ("Steps",) and len(path) > 1]
    return [name for name in names if name not in body]
