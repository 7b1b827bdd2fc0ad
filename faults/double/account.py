"""Every pipeline that its name describes exists: `mix-50x10-a` has 50 steps over 10 buckets, `one-tuning` one job.

`mix-6x2-a-in-lake` works in the buckets of `mix-6x2-lake`, as others may; `plain-6x2` is `mix-6x2` without parameters.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from faults.double.step_context import BEGIN, Doc, Made, Place, Ref
from faults.double.step_results import KINDS, condition, fail

ACCOUNT = "111122223333"
DOMAIN = "d-bench0000001"
DOMAIN_NAME = "bench-domain"
DIRECTORY = "--apne2-az1--x-s3"
"""The ending of a directory bucket's name."""

EXECUTIONS = ("exec00000003", "exec00000002", "exec00000001")
"""Newest first."""

MIX = re.compile(r"(?:mix|plain)-(\d{1,3})x(\d{1,2})(-[a-z0-9]+)?(-in-(?P<owner>[a-z0-9]+))?")
ONE = re.compile(r"one-([a-z0-9]+)(-[a-z0-9]+)?")
CYCLE = (
    "processing",
    "training",
    "processing",
    "model",
    "transform",
    "processing",
    "processing",
    "training",
    "processing",
)
NEEDS = {
    "transform": ("model",),
    "config": ("model",),
    "endpoint": ("model",),
    "model": ("training",),
    "register": ("training",),
}
"""What a kind of step cannot do without, in a pipeline of its own."""


@dataclass(frozen=True, slots=True)
class World:
    """A pipeline with all that AWS knows of it, in one region."""

    name: str
    region: str
    definition: str
    parameters: Mapping[str, str]
    made: tuple[Made, ...]
    names: tuple[str, ...]
    answers: Mapping[tuple[str, str], Doc]
    objects: Mapping[str, bytes]

    @property
    def arn(self) -> str:
        """Return the pipeline's ARN."""
        return f"arn:aws:sagemaker:{self.region}:{ACCOUNT}:pipeline/{self.name}"

    def steps_run(self) -> list[Doc]:
        """Return what ListPipelineExecutionSteps says, oldest first."""
        return [
            {
                "StepName": name,
                "StartTime": BEGIN + 60 * number,
                "EndTime": BEGIN + 60 * number + 58,
                "StepStatus": "Succeeded",
                "AttemptCount": 1,
                "Metadata": made.metadata,
            }
            for number, (name, made) in enumerate(zip(self.names, self.made, strict=True))
            if made.metadata is not None
        ]


def recipe_of(name: str) -> tuple[list[str], int] | None:
    """Return the kinds of step and the number of buckets that a pipeline's name asks for; `None`: no such pipeline."""
    mix = MIX.fullmatch(name)
    if mix:
        count, buckets = int(mix[1]), int(mix[2])
        jobs = [CYCLE[number % len(CYCLE)] for number in range(max(0, count - 4))]
        return ([*jobs, "evaluation", "condition"], buckets) if count >= 5 and buckets else None
    one = ONE.fullmatch(name)
    if one and one[1] in KINDS:
        return [*NEEDS.get(one[1], ()), one[1]], 1
    return None


def _owner_of(name: str) -> str:
    mix = MIX.fullmatch(name)
    return f"{name.partition('-')[0]}-{mix[1]}x{mix[2]}-{mix['owner']}" if mix and mix["owner"] else name


@lru_cache(maxsize=400)
def world_of(name: str, region: str) -> World | None:
    """Return the pipeline called so, the same at every asking."""
    recipe = recipe_of(name)
    if recipe is None:
        return None
    kinds, count = recipe
    ending = DIRECTORY if "directory" in kinds else ""
    buckets = [f"{_owner_of(name)}-{region}-b{number}{ending}" for number in range(count)]
    given = {f"Bucket{number}": bucket for number, bucket in enumerate(buckets) if number % 2 == 0}
    parameters = {} if name.startswith("plain-") else {**given, "Threshold": "0.5"}
    steps: list[Doc] = []
    all_made: list[tuple[str, Made]] = []
    for index, kind in enumerate(kinds):
        at = _place(name, region, index, kind, buckets, [made for _, made in all_made])
        if not parameters:
            at = replace(at, bucket_written=at.bucket, threshold=0.5)
        if kind == "condition":
            inner = replace(at, name=f"S{index + 1:03}-register", index=index + 1)
            never = replace(at, name=f"S{index + 2:03}-fail", index=index + 2)
            branches = [(at_.name, make(at_)) for at_, make in ((inner, KINDS["register"]), (never, fail))]
            made = condition(at, [branches[0][1].step], [branches[1][1].step])
            all_made += [(at.name, made), *branches]
        else:
            made = KINDS[kind](at)
            all_made.append((at.name, made))
        steps.append({**made.step, "DependsOn": [steps[-1]["Name"]]} if index % 5 == 4 else made.step)
    return World(
        name,
        region,
        json.dumps(_document(parameters, steps)),
        parameters,
        tuple(made for _, made in all_made),
        tuple(step for step, _ in all_made),
        {key: answer for _, made in all_made for key, answer in made.answers.items()},
        {uri: body for _, made in all_made for uri, body in made.objects.items()},
    )


def _document(parameters: Mapping[str, str], steps: list[Doc]) -> Doc:
    return {
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": name, "Type": "Float", "DefaultValue": 0.5}
            if name == "Threshold"
            else {"Name": name, "Type": "String", "DefaultValue": value}
            for name, value in parameters.items()
        ],
        "PipelineExperimentConfig": {
            "ExperimentName": {"Get": "Execution.PipelineName"},
            "TrialName": {"Get": "Execution.PipelineExecutionId"},
        },
        "Steps": steps,
    }


def _place(pipeline: str, region: str, index: int, kind: str, buckets: list[str], before: list[Made]) -> Place:
    number = index % len(buckets)
    written: Any = {"Get": f"Parameters.Bucket{number}"} if number % 2 == 0 else buckets[number]
    leaves = [made.leaves for made in before if made.leaves]
    trained = [made.leaves for made in before if made.leaves and made.step["Type"] == "Training"]
    prepared = [made.leaves for made in before if made.leaves and made.step["Type"] == "Processing"]
    raw = f"s3://{buckets[0]}/raw/{pipeline}"
    reads = {"model": trained, "register": trained, "condition": trained, "transform": prepared}.get(kind, leaves)
    return Place(
        pipeline=pipeline,
        region=region,
        account=ACCOUNT,
        name=f"S{index:03}-{kind}",
        index=index,
        bucket=buckets[number],
        bucket_written=written,
        reads=tuple(reads[-2:]) or (Ref(raw, raw),),
        models=tuple(made.model for made in before if made.model),
    )


def names_of(arn_or_name: str) -> tuple[str, str | None]:
    """Return a pipeline's name and an execution's id, from an ARN of either or a plain name."""
    parts = arn_or_name.split(":", 5)[-1].split("/") if arn_or_name.startswith("arn:") else ["pipeline", arn_or_name]
    return parts[1], parts[3] if len(parts) > 3 else None


def listed() -> Iterator[str]:
    """Return the names that ListPipelines gives, in order; others exist all the same.

    `DOUBLE_LISTS` says otherwise than the default how many of which recipe: `mix-6x2:300`; `mix-6x2-*-in-lake:300` has
    the number in place of the star.
    """
    recipe, _, count = os.environ.get("DOUBLE_LISTS", "mix-5x2:12").partition(":")
    numbered = recipe if "*" in recipe else f"{recipe}-*"
    return (numbered.replace("*", f"{number:03}") for number in range(int(count)))
