"""The words a definition is made of: step types, functions, conditions, triggers and the shapes of references."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

INDEX = re.compile(r"\[\d+\]")
NAME = re.compile(r"((?:^Steps|^Parameters|^IterationOutput|\.PropertyFiles|\.IterationOutputs\[\])\.)[^.\[]+")
KEY = re.compile(r"\['[^']*'\]")


def words(document: dict[str, Any]) -> dict[str, set[str]]:
    """What `document` uses, by kind."""
    found: dict[str, set[str]] = {kind: set() for kind in ("stepTypes", "functions", "conditions", "triggers", "gets")}
    for step in _steps(document.get("Steps", [])):
        found["stepTypes"].add(step["Type"])
        for entry in step.get("DependsOn", []):
            if isinstance(entry, dict):
                found["triggers"].add(entry["Trigger"])
    for value in _objects(document):
        for key in value:
            if key.startswith("Std:"):
                found["functions"].add(key)
        if isinstance(value.get("Get"), str):
            found["gets"].add(get_form(value["Get"]))
        for condition in value.get("Conditions", []):
            found["conditions"].add(condition["Type"])
        if value.get("Type") == "Not":
            found["conditions"].add(value["Condition"]["Type"])
    return found


def get_form(path: str) -> str:
    """The shape of a reference: names that people choose become `*`, indexes `[]`, keys `['']`."""
    shape = KEY.sub("['']", INDEX.sub("[]", path))
    return NAME.sub(r"\1*", shape)


def _steps(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        arguments = step.get("Arguments") or {}
        for branch in ("IfSteps", "ElseSteps", "ForEachBody"):
            yield from _steps(arguments.get(branch, []))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _objects(member)
    elif isinstance(value, list):
        for member in value:
            yield from _objects(member)
