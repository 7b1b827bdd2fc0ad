"""Run options: parameter values, and what happens to which step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.values import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Run options by step name; a step without any ends well.

    `fail` gives the failure reason. `cached` steps take over what their latest successful run made. `executing` and
    `stopped` steps are left in that state. `attempts` counts tries. `metrics` are a training job's final metrics,
    `reports` the JSON that a step writes to its property files, `outputs` what a Lambda or Callback returns. With
    `select` only these steps run, and all else comes from the execution `source`.
    """

    fail: Mapping[str, str] = field(default_factory=dict)
    cached: frozenset[str] = frozenset()
    executing: frozenset[str] = frozenset()
    stopped: frozenset[str] = frozenset()
    attempts: Mapping[str, int] = field(default_factory=dict)
    metrics: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    reports: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    select: frozenset[str] | None = None
    source: str | None = None

    def status(self, step: str) -> str:
        """Return how the job of a step ends."""
        if step in self.fail:
            return "Failed"
        if step in self.executing:
            return "InProgress"
        return "Stopped" if step in self.stopped else "Completed"

    def named(self) -> set[str]:
        """Return every step that has an option."""
        plain = (self.fail, self.cached, self.executing, self.stopped, self.attempts, self.metrics)
        return {name for group in (*plain, self.reports, self.outputs, self.select or ()) for name in group}


def parameter_values(definition: Document, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return an execution's parameter values by name, typed as declared.

    Raises ValueError that names what is missing, unknown or not of its type.
    """
    declared = {one["Name"]: one for one in definition.get("Parameters") or []}
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise ValueError(f"the pipeline has no parameter {', '.join(unknown)}")
    missing = sorted(name for name, one in declared.items() if name not in given and "DefaultValue" not in one)
    if missing:
        raise ValueError(f"parameters without a default need a value: {', '.join(missing)}")
    return {name: _typed(one, given.get(name, one.get("DefaultValue"))) for name, one in declared.items()}


def _typed(declared: Document, value: Any) -> Any:
    kind = declared.get("Type", "String")
    try:
        if kind == "Integer":
            return int(value)
        if kind == "Float":
            return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"parameter {declared['Name']} is no {kind}: {value!r}") from None
    if kind == "Boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    return value


def as_text(value: Any) -> str:
    """Return a parameter's value as the service writes it."""
    return value if isinstance(value, str) else json.dumps(value)


def check(wishes: RunOptions, steps: Mapping[str, Document]) -> None:
    """Raise ValueError where an option names no step; a ForEach's iterations are named `<step>-<index>`."""
    unknown = sorted(name for name in wishes.named() if name not in steps and name.rsplit("-", 1)[0] not in steps)
    if unknown:
        raise ValueError(f"the definition has no step {', '.join(unknown)}")
