"""Who made what is in service: what it costs to find out, where many pipelines are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.aws.reads import Question
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.scan.trace import Orphan, trace
from tests.builders.services import pipeline_arn

PIPELINES = 60
THINGS = 40


class Asked:
    """A reader of an account in which each pipeline ran once for each of its `runs`; what it is asked is counted."""

    def __init__(self, runs: Mapping[str, Sequence[str]]) -> None:
        self.calls: Counter[str] = Counter()
        self._runs = runs

    def responses(self, questions: Sequence[Question]) -> list[Response]:
        self.calls.update(question.operation for question in questions)
        return [self._known(question) for question in questions]

    def _known(self, question: Question) -> Response:
        arn = str(question.arguments["PipelineExecutionArn"])
        name, execution = arn.partition(":pipeline/")[2].split("/execution/")
        return {"PipelineExecutionArn": arn} if execution in self._runs[name] else Gap("ResourceNotFound", "gone")

    def items(self, question: Question, _: str) -> tuple[list[Doc], Gap | None]:
        self.calls[question.operation] += 1
        name = str(question.arguments["PipelineName"])
        return [{"PipelineExecutionArn": f"{pipeline_arn(name)}/execution/{run}"} for run in self._runs[name]], None


def run(number: int) -> str:
    return f"run{number:09}"


def found(reader: Any, home: str, homes: str) -> dict[tuple[str, str], list[str]]:
    """Trace models of the first pipelines' files; all have a step of one name, and write where `homes` says."""
    names = [f"p{number}" for number in range(PIPELINES)]
    things = [
        Orphan(f"model:{number}", (f"{home.format(number)}/pipelines-{run(number)}-Train-aB3dE5gH7j/model.tar.gz",))
        for number in range(THINGS)
    ]
    steps = {name: {"Train": {homes.format(number)}} for number, name in enumerate(names)}
    return trace(reader, things, steps, {name: pipeline_arn(name) for name in names}).executions


@pytest.mark.parametrize(
    ("home", "homes", "most"),
    [
        ("s3://models/{}", "s3://models/{}", THINGS),
        ("s3://models/shared", "s3://models/shared", PIPELINES),
        ("s3://models/{}", "s3://models/elsewhere/{}", PIPELINES),
    ],
    ids=["each to a path of its own", "all to one path", "the path was another one then"],
)
def test_each_maker_is_found_and_pipelines_and_things_are_never_multiplied(home: str, homes: str, most: int) -> None:
    reader = Asked({f"p{number}": [run(number)] for number in range(PIPELINES)})

    made = found(reader, home, homes)

    assert made == {(f"p{number}", run(number)): [f"model:{number}"] for number in range(THINGS)}
    assert sum(reader.calls.values()) <= most
