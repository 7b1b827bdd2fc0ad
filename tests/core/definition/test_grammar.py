"""Any document that the grammar can write is read, and its graph keeps what every graph promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.core.definition.document import NESTING, parse_definition
from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.graph.meetings import MAX_ARTIFACT_EDGES
from chalicelib.core.graph.step_io.rules import Place
from chalicelib.core.graph.step_io.table import TABLE
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Graph
from tests.builders.walked import s3_texts, walk

NAMES = [f"Step-{letter}" for letter in "ABCDEFGH"]
LOCATIONS = st.sampled_from(
    ["s3://b", "s3://b/", "s3://b/a", "s3://b/a/", "s3://b/a/x.csv", "s3://b/ab", "S3://b/a", "s3://c/${day}/x"]
)
WORDS = st.one_of(
    LOCATIONS, st.sampled_from(["", "x", "--output", "Parameters", "s3:/", '"s3://b/q"']), st.text(max_size=5)
)
PATHS = st.one_of(
    st.sampled_from(
        ["Parameters.P", "Parameters.Q", "Execution.PipelineExecutionId", "ForEach.CurrentItem", "Steps", ""]
    ),
    st.builds(
        "Steps.{}{}".format,
        st.sampled_from([*NAMES, "Nobody"]),
        st.sampled_from(
            [
                ".ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri",
                ".ProcessingOutputConfig.Outputs[0].S3Output.S3Uri",
                ".ProcessingInputs['in'].S3Input.S3Uri",
                ".ModelArtifacts.S3ModelArtifacts",
                ".PropertyFiles.File",
                ".OutputParameters['o']",
                ".Config.Args[1]",
                ".Anything[",
                "",
            ]
        ),
    ),
    st.text(max_size=8),
)
GETS = st.builds(lambda path: {"Get": path}, PATHS)


def _functions(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    joins = st.builds(
        lambda on, values: {"Std:Join": {"On": on, "Values": values}},
        st.sampled_from(["/", "", "-"]),
        st.lists(inner, max_size=4),
    )
    reads = st.builds(lambda file: {"Std:JsonGet": {"PropertyFile": file, "Path": "a.b"}}, GETS)
    located = st.builds(lambda uri: {"Std:JsonGet": {"S3Uri": uri, "Path": "a"}}, joins)
    return st.one_of(joins, reads, located)


SCALARS = st.one_of(
    WORDS, st.none(), st.booleans(), st.integers(-5, 5), st.floats(allow_nan=False, allow_infinity=False)
)
EXPRESSIONS = st.recursive(st.one_of(WORDS, GETS), _functions, max_leaves=6)
KEYS = st.sampled_from(["S3Uri", "OutputPath", "Environment", "Get", "Std:Join", "On", "Values", "key", "IfSteps"])
ANYTHING = st.recursive(
    st.one_of(SCALARS, EXPRESSIONS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def _arguments(kind: str) -> st.SearchStrategy[Any]:
    inputs = st.lists(
        st.builds(
            lambda name, uri: {"InputName": name, "S3Input": {"S3Uri": uri}},
            st.sampled_from(["in", "code"]),
            EXPRESSIONS,
        ),
        max_size=2,
    )
    outputs = st.lists(
        st.builds(lambda uri: {"OutputName": "out", "S3Output": {"S3Uri": uri}}, EXPRESSIONS), max_size=2
    )
    channels = st.lists(
        st.builds(lambda uri: {"ChannelName": "train", "DataSource": {"S3DataSource": {"S3Uri": uri}}}, EXPRESSIONS),
        max_size=2,
    )
    shaped = st.fixed_dictionaries(
        {},
        optional={
            "ProcessingInputs": st.one_of(inputs, ANYTHING),
            "ProcessingOutputConfig": st.builds(lambda written: {"Outputs": written}, outputs),
            "InputDataConfig": st.one_of(channels, ANYTHING),
            "OutputDataConfig": st.builds(lambda uri: {"S3OutputPath": uri}, EXPRESSIONS),
            "ModelMetrics": ANYTHING,
            "JobConfigDocument": st.one_of(
                EXPRESSIONS, st.builds(json.dumps, st.dictionaries(KEYS, WORDS, max_size=2))
            ),
            "TrainingJobDefinition": ANYTHING,
            "StepConfig": st.builds(
                lambda words: {"HadoopJarStep": {"Args": words}}, st.lists(EXPRESSIONS, max_size=3)
            ),
            "Conditions": st.lists(ANYTHING, max_size=2),
            "Environment": ANYTHING,
        },
    )
    return shaped if kind in ("Condition", "ForEach") else st.one_of(shaped, ANYTHING)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A definition: up to eight steps of any type, nested at will, each name once."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, len(NAMES)))]
    steps: list[dict[str, Any]] = []
    holders: list[list[Any]] = [steps]
    for name in names:
        kind = draw(st.sampled_from([*TABLE, "Condition", "ForEach", "Unheard-of"]))
        step: dict[str, Any] = {"Name": name, "Type": kind}
        if kind in ("Condition", "ForEach") or draw(st.booleans()):
            step["Arguments"] = draw(_arguments(kind))
        step |= draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "DependsOn": st.lists(
                        st.one_of(
                            st.sampled_from([*NAMES, "Nobody"]),
                            st.builds(lambda n: {"Step": n, "Trigger": "Any"}, st.sampled_from(NAMES)),
                        ),
                        max_size=3,
                    ),
                    "PropertyFiles": st.just([{"PropertyFileName": "File", "OutputName": "out", "FilePath": "f.json"}]),
                    "ModelName": EXPRESSIONS,
                    "DisplayName": st.one_of(st.none(), st.text(max_size=5)),
                },
            )
        )
        draw(st.sampled_from(holders)).append(step)
        for key in {"Condition": ("IfSteps", "ElseSteps"), "ForEach": ("ForEachBody",)}.get(kind, ()):
            step["Arguments"][key] = []
            holders.append(step["Arguments"][key])
    defaults = draw(st.lists(st.builds(lambda value: {"Name": "P", "DefaultValue": value}, SCALARS), max_size=1))
    return {"Parameters": defaults, "Steps": steps}


def _graph(document: dict[str, Any]) -> Graph:
    definition = parse_definition(json.dumps(document))
    return build_graph(definition, Scope(definition))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_graph_of_any_document_keeps_its_promises(document: dict[str, Any]) -> None:
    graph = _graph(document)
    names, stated = walk(document)
    place = {node.id: index for index, node in enumerate(graph.nodes)}
    found = {(edge.source, edge.target, edge.via) for edge in graph.edges}
    cyclic = any(gap.code == "CyclicDefinition" for gap in graph.gaps)

    assert sorted(place) == sorted(names), "every node once"
    assert len(found) == len(graph.edges), "every edge once"
    assert {edge for edge in found if edge[2] != "artifact"} == stated
    for source, target, via in found:
        assert place[source] < place[target] or (cyclic and via != "artifact")
    assert len(found) - len(stated) <= MAX_ARTIFACT_EDGES
    assert [artifact.id for artifact in graph.artifacts] == list(range(len(graph.artifacts)))
    assert len({artifact.uri for artifact in graph.artifacts}) == len(graph.artifacts)
    assert _graph(document) == graph


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_no_port_is_without_its_artifact_and_no_place_without_its_mention(document: dict[str, Any]) -> None:
    graph = _graph(document)
    artifacts = {artifact.uri: artifact for artifact in graph.artifacts}

    for node in graph.nodes:
        for port in (*node.inputs, *node.outputs):
            assert port.uri
        assert {port.uri for port in node.inputs} <= {u for u, a in artifacts.items() if node.id in a.consumed_by}
        assert {port.uri for port in node.outputs} <= {u for u, a in artifacts.items() if node.id in a.produced_by}


def _paths(place: Place, so_far: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The way to every place that the table of step types knows, `[]` for a list."""
    yield so_far
    for key, below in place.keys.items():
        yield from _paths(below, (*so_far, key))
    others = {"*": place.any_key, "[]": place.items}
    for step, other in others.items():
        if other is not None:
            yield from _paths(other, (*so_far, step))


PLACES = [(kind, path) for kind, entry in TABLE.items() for path in _paths(entry.described) if path]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), ANYTHING)
def test_anything_may_stand_where_a_rule_expects_something(place: tuple[str, tuple[str, ...]], value: Any) -> None:
    kind, path = place
    held = value
    for key in reversed(path):
        held = [held] if key == "[]" else {key: held}
    step = {"Name": "A", "Type": kind, "Arguments": held, **(held if path[0] != "[]" else {})}
    definition = parse_definition({"Steps": [step]})

    offline = build_graph(definition, Scope(definition))
    build_graph(definition, Scope(definition, run_documents={"A": held}, region="eu-west-1", account="123456789012"))
    found = {artifact.uri for artifact in offline.artifacts}
    if not NESTING.get(kind):
        _all_shown({text for text in s3_texts(held) if text in _LITERALS}, found)


@settings(max_examples=80, deadline=None)
@given(EXPRESSIONS, st.dictionaries(st.sampled_from(["P", "Q"]), st.text(max_size=5), max_size=2))
def test_any_expression_is_a_value_or_an_expression(expression: Any, values: dict[str, str]) -> None:
    definition = parse_definition({"Steps": []})
    resolved = resolve(expression, Scope(definition, values=values))

    assert resolved.known == (resolved.expression is None) == (not resolved.template)


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.text(max_size=60), st.binary(max_size=60), st.builds(json.dumps, ANYTHING)))
def test_any_other_text_is_refused_in_one_line(text: str | bytes) -> None:
    with pytest.raises(BadDefinition) as refused:
        parse_definition(text)

    assert "\n" not in refused.value.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_no_plain_location_is_lost(document: dict[str, Any]) -> None:
    artifacts = {artifact.uri for artifact in _graph(document).artifacts}
    plain = {text for text in s3_texts(document["Steps"]) if "," not in text}

    _all_shown({text for text in plain if text in _LITERALS}, artifacts)


def _all_shown(texts: set[str], artifacts: set[str]) -> None:
    """Each location is an artifact, or begins one: a training's output path is the beginning of its model file's."""
    for text in texts - artifacts:
        assert any(uri.startswith(f"{text.rstrip('/')}/${{Steps.") for uri in artifacts)


_LITERALS = {
    "s3://b",
    "s3://b/",
    "s3://b/a",
    "s3://b/a/",
    "s3://b/a/x.csv",
    "s3://b/ab",
    "S3://b/a",
    "s3://c/${day}/x",
    "s3://b/q",
}
