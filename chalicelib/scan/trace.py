"""Finds the execution that made what is in service or approved, where that is not one that was read already."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
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

FEW = 8
"""Pipelines that are asked one by one for each execution; of more, each lists its executions once."""


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


def older_of(traced: Mapping[str, Any], pipeline: str) -> list[str]:
    """Return the ids of a pipeline's traced executions."""
    return sorted(key.removeprefix(f"{pipeline}/") for key in traced if key.startswith(f"{pipeline}/"))


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


StepsKnown = Mapping[str, Mapping[str, Collection[str]]]
"""The steps of each pipeline by name, each with the paths below which its jobs write."""


def trace(reader: Reader, things: Sequence[Orphan], steps: StepsKnown, arns: Mapping[str, str]) -> Traced:
    """Return the executions behind `things`; `steps` and `arns` are what is known of each pipeline, by name.

    What AWS says of a package's origin, or of the tags of the training job, names the execution. A job's name names
    its id and step alone; which pipeline of that step's name it is, DescribePipelineExecution says, or, where many may
    be, the lists of their executions. So the calls grow with things and pipelines, and never with both multiplied.
    """
    traced, owners = Traced(), _Owners(reader, steps, arns)
    for thing in things:
        found = _by_arn(thing.clues) or _by_tags(reader, thing.clues) or owners.maker(thing.clues)
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


class _Owners:
    """Pipelines that may have run a job, by its step's name and the path below which it wrote."""

    def __init__(self, reader: Reader, steps: StepsKnown, arns: Mapping[str, str]) -> None:
        self._reader = reader
        self._arns = arns
        self._of_step: dict[str, list[tuple[str, Collection[str]]]] = {}
        for name in sorted(arns):
            for step, homes in steps.get(name, {}).items():
                self._of_step.setdefault(step, []).append((name, homes))
        self._listed: set[str] = set()
        self._ran: dict[str, str] = {}

    def maker(self, clues: Sequence[str]) -> tuple[str, str] | None:
        """Return the execution whose job left one of the clues, as (pipeline, execution id)."""
        for execution, step, home in _jobs(clues):
            for names in self._nearest_first(step, home):
                name = self._that_knows(execution, names) if len(names) <= FEW else self._that_lists(execution, names)
                if name is not None:
                    return name, execution
        return None

    def _nearest_first(self, step: str, home: str) -> Iterator[list[str]]:
        """Yield those of a step's name that write below the same path, then the others of that name."""
        named = [step] if step in self._of_step else [known for known in self._of_step if known.startswith(step)]
        same = [each for known in named for each in self._of_step[known]]
        near = {name for name, homes in same if home in homes}
        yield sorted(near)
        yield sorted({name for name, _ in same} - near)

    def _that_knows(self, execution: str, names: Sequence[str]) -> str | None:
        questions = [sagemaker.execution(f"{self._arns[name]}/execution/{execution}") for name in names]
        answers = zip(names, self._reader.responses(questions), strict=True)
        return next((name for name, answer in answers if isinstance(answer, Mapping)), None)

    def _that_lists(self, execution: str, names: Sequence[str]) -> str | None:
        """Look for it in the lists of their executions: each is read once, however many things are looked for."""
        for name in names:
            if execution in self._ran:
                break
            if name not in self._listed:
                self._listed.add(name)
                items, _ = self._reader.items(sagemaker.executions_page(name, 100, None), "PipelineExecutionSummaries")
                arns = [text_at(item, "PipelineExecutionArn") or "" for item in items]
                self._ran |= {arn.rpartition("/")[2]: name for arn in arns}
        return self._ran.get(execution)


def _jobs(clues: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield (execution id, step, path above it) of each pipeline's job whose name stands in an ARN, or in a path."""
    for clue in clues:
        parts = clue.split("/")
        for at, part in enumerate(parts):
            match = _JOB.match(part)
            if match:
                yield match["execution"], match["step"], "/".join(parts[:at])


def steps_of(graph: AccountGraph) -> dict[str, dict[str, set[str]]]:
    """Return the steps of each pipeline by name, each with the paths above the folders that its jobs write."""
    steps: dict[str, dict[str, set[str]]] = {}
    for at, vertex in enumerate(graph.vertices):
        if vertex["type"] == "step":
            written = [graph.vertices[target] for _, target in graph.following(at)]
            homes = {_home(each["name"]) for each in written if each["type"] == "data"}
            steps.setdefault(vertex["pipeline"] or "", {}).setdefault(vertex["name"], set()).update(homes)
    return steps


def _home(location: str) -> str:
    """Return the part of a location above the folder that a job names after itself."""
    return "/".join(takewhile(lambda part: not (_JOB.match(part) or "${" in part), location.split("/")))
