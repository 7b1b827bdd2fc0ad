"""Finds the execution that made what is in service or approved, where that is not one that was read already."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.values.doc import text_at
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader

# A pipeline calls its jobs so: https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-access.html
_JOB = re.compile(r"pipelines-(?P<execution>[a-z0-9]{12})-(?P<step>[A-Za-z0-9-]+)-[A-Za-z0-9]{10}(?:-|$)")
_TRAINING_JOB = ":training-job/"


@dataclass(slots=True)
class Traced:
    """Result of tracing: the executions to read, and why the others are not known.

    `executions`: (pipeline, execution id) → what each made, by vertex id. `untraced`: why, by vertex id.
    """

    executions: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    untraced: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Orphan:
    """Thing in service or approved that no answer made, with every text that may tell who did."""

    id: str
    clues: tuple[str, ...]


def orphans(graph: AccountGraph, serving: Mapping[str, Any]) -> list[Orphan]:
    """Return the packages and the model files in service, or approved, that nothing that was read makes."""
    served = {arn for model in serving.get("models", ()) for arn in model["packages"]}
    packages = serving.get("packages", ())
    made = {each["arn"]: each for each in packages if each["approval"] == "Approved" or each["arn"] in served}
    found = []
    for at, vertex in enumerate(graph.vertices):
        sources = [graph.vertices[source]["type"] for _, source in graph.preceding(at)]
        if vertex["type"] == "package" and vertex["arn"] in made and "step" not in sources:
            package = made[vertex["arn"]]
            clues = (package.get("madeBy"), *(location for location, _ in package["data"]))
            found.append(Orphan(vertex["id"], tuple(clue for clue in clues if clue)))
        elif vertex["type"] == "model" and _loads_what_nobody_wrote(graph, at):
            files = [graph.vertices[source]["name"] for _, source in graph.preceding(at)]
            found.append(Orphan(vertex["id"], tuple(files)))
    return found


def _loads_what_nobody_wrote(graph: AccountGraph, model: int) -> bool:
    """Return whether a model's files come from no step, and no package or step makes the model."""
    before = [source for _, source in graph.preceding(model)]
    if not before or any(graph.vertices[source]["type"] != "data" for source in before):
        return False
    return not any(graph.vertices[writer]["type"] == "step" for data in before for _, writer in graph.preceding(data))


def trace(
    reader: Reader, things: Sequence[Orphan], steps: Mapping[str, Collection[str]], arns: Mapping[str, str]
) -> Traced:
    """Return the executions behind `things`; `steps` and `arns` are what is known of each pipeline, by name.

    What AWS says of a package's origin, or of the tags of the training job, names the execution. A job's name names
    its id and step alone; which pipeline of that step's name it is, DescribePipelineExecution says.
    """
    traced = Traced()
    for thing in things:
        found = _by_arn(thing.clues) or _by_tags(reader, thing.clues) or _by_job(reader, thing.clues, steps, arns)
        if found is None:
            traced.untraced[thing.id] = "made by an execution that was not read: nothing tells which"
        else:
            traced.executions.setdefault(found, []).append(thing.id)
    return traced


def is_trace_due(state: Mapping[str, Mapping[str, Any]], options: Options, now: datetime) -> bool:
    """Return whether makers of what is in service are to be looked for again.

    That is where one was not found, or what it left lacks something, and that was long enough ago.
    """
    searched = (options.is_old(each.get("at"), now) for each in state["untraced"].values())
    kept = (key in state["older"] and options.is_due(state["older"][key], now) for key in state["traced"])
    return any(searched) or any(kept)


def _by_arn(clues: Sequence[str]) -> tuple[str, str] | None:
    for clue in clues:
        arn = re.fullmatch(EXECUTION_ARN, clue)
        if arn:
            return arn["name"], arn["id"]
    return None


def _by_tags(reader: Reader, clues: Sequence[str]) -> tuple[str, str] | None:
    jobs = [clue for clue in clues if _TRAINING_JOB in clue]
    for job in jobs:
        items, _ = reader.items(sagemaker.tags(job, 0.0), "Tags")
        found = _by_arn([text_at(item, "Value") or "" for item in items])
        if found is not None:
            return found
    return None


def _by_job(
    reader: Reader, clues: Sequence[str], steps: Mapping[str, Collection[str]], arns: Mapping[str, str]
) -> tuple[str, str] | None:
    for execution, step in _jobs(clues):
        owners = [
            name for name in sorted(arns) if any(step in (each, each[: len(step)]) for each in steps.get(name, ()))
        ]
        questions = [sagemaker.execution(f"{arns[name]}/execution/{execution}") for name in owners]
        for name, answer in zip(owners, reader.responses(questions), strict=True):
            if isinstance(answer, Mapping):
                return name, execution
    return None


def _jobs(clues: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the (execution id, step) of each pipeline's job whose name stands in an ARN, or in a path."""
    for clue in clues:
        for part in clue.split("/"):
            match = _JOB.match(part)
            if match:
                yield match["execution"], match["step"]
