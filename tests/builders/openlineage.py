"""Readers of OpenLineage: the standard's own classes, and the graph made again of nothing but events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import cattrs
from jsonschema import Draft202012Validator
from openlineage.client import facet_v2
from openlineage.client.generated import base
from openlineage.client.generated.job_dependencies_run import JobDependency
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from chalicelib.core.values.s3uri import parse_s3uri
from chalicelib.formats.exports.openlineage_facets import POSTURE, POSTURE_SCHEMA

Event = Mapping[str, Any]
OURS = Path(__file__).resolve().parents[2] / "docs" / "openlineage" / f"{POSTURE_SCHEMA.rpartition('/')[2]}"
ANY_FACET = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
"""What the facet of ours builds upon; its classes are checked as such."""


# --- Validity ---


def problems(event: Event) -> list[str]:
    """What OpenLineage's classes say against an event: keys that are missing, unknown, or of another type.

    No package brings the JSON schemas that the classes are generated from, and the classes leave some of it open: that
    there is a producer, that nothing is null, that a text or list is one. That is asked here as well, so that what the
    schemas refuse is refused.
    """
    if lacking := [f"{where}: no URI" for where, uri in _producers(event) if not isinstance(uri, str)]:
        return lacking
    if nulls := list(_nulls(event, "event")):
        return nulls
    kind = event["schemaURL"].rpartition("/")[2]
    try:
        made = _converter().structure(event, getattr(base, kind))
    except (cattrs.BaseValidationError, ValueError) as error:
        return cattrs.transform_error(error) if isinstance(error, cattrs.BaseValidationError) else [str(error)]
    wrong = [] if made.schemaURL == event["schemaURL"] else [f"schemaURL: {event['schemaURL']}"]
    return wrong + [problem for of, facets in _facets_of(event) for problem in _problems_of(of, facets)]


@cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    for primitive in (str, int, float, bool):  # first of all: what is made of a class below asks for them once
        converter.register_structure_hook(primitive, _as_is)

    def listed(value: Any, kind: Any) -> list[Any]:
        return [converter.structure(item, get_args(kind)[0]) for item in _as_is(value, list)]

    lists: set[Any] = {list}
    converter.register_structure_hook_func(lambda kind: get_origin(kind) in lists, listed)
    # The schema's address is the event's own, and compared with it afterwards; a dependency may have further keys.
    open_to_more: tuple[type[Any], ...] = (base.RunEvent, base.JobEvent, base.DatasetEvent, JobDependency)
    for cls in open_to_more:
        plain = cattrs.gen.make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=False)
        converter.register_structure_hook(cls, plain)
    # What a facet is depends on its key: each is looked at by itself.
    any_facet = (base.RunFacet, base.JobFacet, base.DatasetFacet, base.InputDatasetFacet, base.OutputDatasetFacet)
    converter.register_structure_hook_func(lambda cls: cls in any_facet, lambda value, _: value)
    return converter


def _as_is(value: Any, wanted: type) -> Any:
    if type(value) is not wanted and not (wanted is float and type(value) is int):
        raise TypeError(f"no {wanted.__name__}: {value!r}")
    return value


def _producers(event: Event) -> Iterator[tuple[str, Any]]:
    yield "producer", event.get("producer")
    for of, facets in _facets_of(event):
        for key, facet in facets.items():
            yield f"{of} {key}", facet.get("_producer")
            yield f"{of} {key}", facet.get("_schemaURL")


def _nulls(value: Any, at: str) -> Iterator[str]:
    if value is None:
        yield f"{at}: null"
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in below:
        yield from _nulls(child, f"{at}.{key}")


def _facets_of(event: Event) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "Run", event.get("run", {}).get("facets", {})
    yield "Job", event.get("job", {}).get("facets", {})
    for dataset in (*event.get("inputs", ()), *event.get("outputs", ()), *filter(None, [event.get("dataset")])):
        yield "Dataset", dataset.get("facets", {})


@cache
def _classes() -> dict[str, type]:
    """Every facet of the standard, by its schema's address."""
    modules = (getattr(facet_v2, name) for name in facet_v2.__all__)
    each = (cls for module in modules if hasattr(module, "__file__") for cls in vars(module).values())
    return {cls._get_schema(): cls for cls in each if isinstance(cls, type) and issubclass(cls, base.BaseFacet)}


def _problems_of(of: str, facets: Mapping[str, Any]) -> Iterator[str]:
    for key, facet in facets.items():
        if key == POSTURE:
            yield from (f"{key}: {error.message}" for error in _ours().iter_errors({key: facet}))
            continue
        cls = _classes().get(facet["_schemaURL"])
        if cls is None or not issubclass(cls, getattr(base, f"{of}Facet")):
            yield f"{key}: {facet['_schemaURL']} is no facet of a {of}"
            continue
        body = {name: value for name, value in facet.items() if name not in ("_producer", "_schemaURL")}
        try:
            _converter().structure(body, cls)
        except cattrs.BaseValidationError as error:
            yield from (f"{key}: {problem}" for problem in cattrs.transform_error(error))


@cache
def _ours() -> Draft202012Validator:
    texts = {name: {"type": "string"} for name in ("_producer", "_schemaURL")}
    any_facet = {"$id": ANY_FACET, "$defs": {"DatasetFacet": {"required": list(texts), "properties": texts}}}
    registry: Registry[Any] = Registry().with_resource(ANY_FACET, Resource.from_contents(any_facet, DRAFT202012))
    schema = json.loads(OURS.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, registry=registry)


# --- The graph, made again ---


def rebuilt(events: Iterable[Event]) -> dict[str, Any]:
    """The steps, edges and artifacts that a reader of the events can tell, without an order."""
    steps: dict[str, dict[str, str]] = {}
    edges: set[tuple[str, ...]] = set()
    places: dict[str, tuple[set[str], set[str]]] = {}
    for event in events:
        if "dataset" in event:
            places.update({uri: (set(), set()) for uri in spelled(event["dataset"])})
            continue
        facets = event["job"]["facets"]
        kind = facets["jobType"]["jobType"]
        if kind == "PIPELINE":
            pipeline = event["job"]["name"]
            for tag in facets.get("tags", {}).get("tags", ()):
                if (tag["key"], tag["source"]) == ("location", "SAGEMAKER"):
                    places.setdefault(tag["value"], (set(), set()))
            continue
        name = event["job"]["name"].removeprefix(f"{pipeline}.")
        tags = [(tag["key"], tag["value"]) for tag in facets.get("tags", {}).get("tags", ())]
        known = {key: value for key, value in tags if key in ("label", "parent", "branch")}
        steps.setdefault(name, {}).update({"type": kind, **known})
        edges |= set(_edges(name, event, tags, pipeline))
        for side, index in (("inputs", 1), ("outputs", 0)):
            told = [uri for dataset in event.get(side, ()) for uri in spelled(dataset)]
            told += [value for key, value in tags if key.startswith(f"{side[:-1]}.") or key == f"{side[:-1]}Met"]
            for uri in told:
                places.setdefault(uri, (set(), set()))[index].add(name)
    return {"steps": steps, "edges": edges, "artifacts": {uri: _place(uri, *who) for uri, who in places.items()}}


def _edges(name: str, event: Event, tags: Sequence[tuple[str, str]], pipeline: str) -> Iterator[tuple[str, ...]]:
    for key, before in tags:
        if key.startswith("upstream."):
            _, via, *trigger = key.split(".")
            yield (before, name, via, *trigger)
    triggers = {"EXECUTE_ON_FAILURE": ["Failed"], "EXECUTE_ON_STOP": ["Stopped"], "EXECUTE_EVERY_TIME": ["Any"]}
    for each in event.get("run", {}).get("facets", {}).get("jobDependencies", {}).get("upstream", ()):
        before = each["job"]["name"].removeprefix(f"{pipeline}.")
        yield (before, name, each["via"], *triggers.get(each["status_trigger_rule"], []))


def spelled(dataset: Mapping[str, Any]) -> list[str]:
    """The locations that a dataset stands for, as the definition spells them."""
    tags = dataset["facets"].get("tags", {}).get("tags", ())
    others = [tag["value"] for tag in tags if tag["key"] == "uri" and tag["source"] == "SAGEMAKER"]
    separator = ":" if dataset["namespace"].startswith("arn:") else "/"
    return others or [f"{dataset['namespace']}{separator}{dataset['name']}"]


def _place(uri: str, written: set[str], read: set[str]) -> tuple[Any, ...]:
    location = parse_s3uri(uri)
    known = location if location and "${" not in location.bucket else (None, None)
    return (*known, frozenset(written), frozenset(read))


def drawn(lineage: Mapping[str, Any]) -> dict[str, Any]:
    """The same of the answer itself."""
    graph = lineage["graph"]
    return {
        "steps": {
            node["id"]: {key: node[key] for key in ("type", "label", "parent", "branch") if key in node}
            for node in graph["nodes"]
        },
        "edges": {
            (edge["from"], edge["to"], edge["via"], *filter(None, [edge.get("trigger")])) for edge in graph["edges"]
        },
        "artifacts": {
            each["uri"]: (each["bucket"], each["key"], frozenset(each["producedBy"]), frozenset(each["consumedBy"]))
            for each in graph["artifacts"]
        },
    }
