"""A second reading of a definition's raw JSON, sharing no code with the first: names, stated edges, S3 texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

HELD = {
    "Condition": (("IfSteps", "branch:if"), ("ElseSteps", "branch:else")),
    "ForEach": (("ForEachBody", "forEach"),),
}
Stated = tuple[str, str, str]


def walk(document: dict[str, Any]) -> tuple[list[str], set[Stated]]:
    """The names of all steps, and every edge that the document states between two of them."""
    names: list[str] = []
    edges: set[Stated] = set()
    for step in document["Steps"]:
        _visit(step, names, edges)
    known = set(names)
    return names, {edge for edge in edges if edge[0] in known and edge[1] in known and edge[0] != edge[1]}


def _visit(step: dict[str, Any], names: list[str], edges: set[Stated]) -> None:
    name = step["Name"]
    names.append(name)
    arguments = step.get("Arguments")
    held = HELD.get(step["Type"], ()) if isinstance(arguments, dict) else ()
    own = {key: value for key, value in step.items() if key != "DependsOn"}
    if isinstance(arguments, dict):
        own["Arguments"] = {key: value for key, value in arguments.items() if key not in dict(held)}
    for entry in step.get("DependsOn") or []:
        edges.add((entry if isinstance(entry, str) else entry["Step"], name, "dependsOn"))
    for path in gets(own):
        referred = re.match(r"Steps\.([^.\[]+)", path)
        if referred:
            edges.add((referred[1], name, "ref:Get"))
    for key, via in held:
        for child in (arguments or {}).get(key) or []:
            edges.add((name, child if isinstance(child, str) else child["Name"], via))
            if isinstance(child, dict):
                _visit(child, names, edges)


def gets(value: Any) -> Iterator[str]:
    """The path of every `Get`."""
    if isinstance(value, dict):
        if isinstance(value.get("Get"), str):
            yield value["Get"]
        for child in value.values():
            yield from gets(child)
    elif isinstance(value, list):
        for child in value:
            yield from gets(child)


def s3_texts(value: Any) -> Iterator[str]:
    """Every `s3://` text of a document, but for paths and the pieces of joins."""
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in ("Std:Join", "Get"):
                yield from s3_texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from s3_texts(child)
    elif isinstance(value, str):
        yield from re.findall(r"s3://[^\s\"'\\]+", value, re.IGNORECASE)
