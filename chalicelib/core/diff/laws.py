"""Laws of a difference: it makes the one answer's facts of the other's, and can be read backwards."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf, isfinite
from typing import Any, Final

from chalicelib.core.diff.compare import EDGES
from chalicelib.core.diff.facts import path_text
from chalicelib.core.diff.read import edge_path, edge_subject

Doc = Mapping[str, Any]
LARGEST: Final = 1e300

Table = Mapping[str, Mapping[str, Any]]
"""Facts by subject, then by path."""


def apply(difference: Doc, before: Table) -> dict[str, dict[str, Any]]:
    """Return the facts that the changes of a difference make of those before."""
    made = {subject: dict(values) for subject, values in before.items()}
    for change in difference["changes"]:
        if change["path"] or change["kind"] == "finding":
            _set(made, change["subject"], change["path"], change["after"])
            continue
        made.pop(change["subject"], None)
        for edge in (change["before"] or {}).get(EDGES, ()):
            _set(made, edge_subject(edge["from"], edge["to"]), path_text(edge_path(edge)), None)
        for path, value in (change["after"] or {}).items():
            if path != EDGES:
                _set(made, change["subject"], path, value)
        for edge in (change["after"] or {}).get(EDGES, ()):
            _set(made, edge_subject(edge["from"], edge["to"]), path_text(edge_path(edge)), edge)
    return made


def mirror(difference: Doc) -> dict[str, Any]:
    """Return the same difference from the other side: what came has gone, and what was added is taken away."""
    findings = difference["summary"]["findings"]
    turned = {"came": findings["went"], "went": findings["came"], "changed": findings["changed"]}
    return {
        **difference,
        "from": difference["to"],
        "to": difference["from"],
        "summary": {**difference["summary"], "findings": turned},
        "changes": [_turned(change) for change in difference["changes"]],
    }


def amounts(before: Any, after: Any) -> dict[str, float]:
    """Return by how much a number changed: absolute, and relative to what it was (which 0 has no answer to)."""
    if not _is_number(before) or not _is_number(after):
        return {}
    difference = after - before
    relative = difference / abs(before) if before else inf
    return {"difference": difference, **({"relative": relative} if isfinite(relative) else {})}


def _turned(change: Doc) -> dict[str, Any]:
    kept = {name: value for name, value in change.items() if name not in ("difference", "relative")}
    before, after = change["after"], change["before"]
    numbers = amounts(before, after) if change["kind"] in ("metric", "duration") else {}
    return {**kept, "before": before, "after": after, **numbers}


def _is_number(value: Any) -> bool:
    """Tell whether a value can be reckoned with: JSON's integers may be larger than any measurement."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST


def _set(made: dict[str, dict[str, Any]], subject: str, path: str, value: Any) -> None:
    if value is not None:
        made.setdefault(subject, {})[path] = value
    elif subject in made:
        made[subject].pop(path, None)
        if not made[subject]:
            del made[subject]
