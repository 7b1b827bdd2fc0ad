"""Synthesised outputs, where a definition reads something that the sandbox does not emulate."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.names import digits, fraction
from sandbox.plan import nested
from sandbox.shapes import model
from sandbox.values import Document, Path, Unresolvable, references, walk

# A property of these steps may be synthesised where the Describe response's shape has a place for it.
SHAPES = {
    "Processing": "DescribeProcessingJob",
    "Training": "DescribeTrainingJob",
    "Tuning": "DescribeHyperParameterTuningJob",
    "Transform": "DescribeTransformJob",
    "AutoML": "DescribeAutoMLJob",
    "Model": "DescribeModel",
    "RegisterModel": "DescribeModelPackage",
    "EndpointConfig": "DescribeEndpointConfig",
    "Endpoint": "DescribeEndpoint",
    "InferenceComponent": "DescribeInferenceComponent",
}
# Nothing is synthesised for these: their outputs are the user's own, or are complete.
CLOSED = ("Lambda", "Callback", "QualityCheck", "ClarifyCheck", "Lineage", "Cleanup", "Condition", "ForEach", "Fail")


def complete(step: Document, definition: Document, properties: Mapping[str, Any]) -> None:
    """Put a value at every property of a finished step that the definition reads and that its type could have.

    It is the same in every run, as what a step comes to is where its inputs are the same.
    """
    name, kind = str(step["Name"]), str(step.get("Type"))
    if kind in CLOSED:
        return
    for path in references(definition):
        if path[:2] != ("Steps", name) or len(path) < 3 or path[2] == "PropertyFiles":
            continue
        try:
            walk(properties, path[2:])
        except Unresolvable:
            if kind not in SHAPES or _has_place(SHAPES[kind], path[2:]):
                put(properties, path[2:], f"{path[-1]}-{digits(str(path), 6)}")


def _has_place(operation: str, path: Path) -> bool:
    """Return whether an operation's response has a text at that path."""
    shape = model().operation_model(operation).output_shape
    for token in path:
        if shape.type_name == "structure" and token in shape.members:
            shape = shape.members[token]
        elif shape.type_name == "list":
            shape = shape.member
        elif shape.type_name == "map":
            shape = shape.value
        else:
            return False
    return bool(shape.type_name == "string")


def measured(step: Document, definition: Document, seed: str) -> dict[str, float]:
    """Return the final metrics of a step that the definition reads by name."""
    found = {}
    for path in references(definition):
        if path[:1] in (("Steps",), ("IterationOutput",)) and path[1:3] == (step["Name"], "FinalMetricDataList"):
            metric = next((one for one in path[3:4] if isinstance(one, str)), None)
            if metric:
                found[metric] = fraction(f"{seed} {metric}", 0.6, 0.95)
    return found


def put(document: Any, path: Path, value: Any) -> None:
    """Put a value at a path, making the objects and lists on the way; what is there already stays."""
    for place, token in enumerate(path):
        last = place == len(path) - 1
        fresh = value if last else [] if isinstance(path[place + 1], int) else {}
        if isinstance(document, list) and isinstance(token, int):
            while len(document) <= token:
                document.append(fresh)
            document = document[token]
        elif isinstance(document, dict):
            document = document.setdefault(str(token), fresh)
        else:
            return


def items(foreach: Document) -> list[Any]:
    """Return two items for a ForEach, with the fields that its body reads of the current one."""
    fields = [
        path[2:]
        for body in nested(foreach, "ForEachBody")
        for path in references(body)
        if path[:2] == ("ForEach", "CurrentItem") and len(path) > 2
    ]
    if not fields:
        return ["item-1", "item-2"]
    made: list[dict[str, Any]] = [{}, {}]
    for number, item in enumerate(made, start=1):
        for path in fields:
            put(item, path, f"{path[-1]}-{number}")
    return made


def iterables(steps: Mapping[str, Document]) -> Iterator[tuple[Any, list[Any]]]:
    """Yield what each ForEach iterates over, as written, with items that would do."""
    for step in steps.values():
        if step.get("Type") == "ForEach":
            written = (step.get("Arguments") or {}).get("IterableItems") or step.get("IterableItems")
            yield written, items(step)


def item_outputs(name: str, steps: Mapping[str, Document]) -> dict[str, str]:
    """Return the outputs of a Lambda or Callback step that some ForEach iterates over: JSON lists in a string."""
    found = {}
    for written, invented in iterables(steps):
        for path in references(written):
            if path[:3] == ("Steps", name, "OutputParameters") and len(path) == 4:
                found[str(path[3])] = json.dumps(invented)
    return found
