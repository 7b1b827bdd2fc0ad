"""Part of the account's graph that one `/lineage` answer adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.account.graph import Span
from chalicelib.core.account.sketch import Order, Sketch
from chalicelib.core.values.doc import docs_at, text_at

Json = Mapping[str, Any]

_NO_DATA = ("code", "resource")
_MAKERS = ("Model", "RegisterModel", "EndpointConfig", "Endpoint")
_TYPES = {"AWS::SageMaker::Model": "model", "AWS::SageMaker::Endpoint": "endpoint"}


def order_of(answer: Json) -> Order:
    """Return what puts the answers of one pipeline in order of time: the execution's start, then its ARN."""
    return (
        text_at(answer, "execution", "startTime") or "",
        text_at(answer, "execution", "arn") or "",
        text_at(answer, "summary", "lastActivityTime") or "",
    )


def region_of(answer: Json) -> str:
    """Return where the answer's pipeline lives; an empty text where the answer does not say."""
    arn = text_at(answer, "pipeline", "arn") or ""
    return text_at(answer, "pipeline", "region") or (arn.split(":")[3] if arn.count(":") >= 5 else "")


def add_answer(sketch: Sketch, answer: Json) -> None:
    """Add the steps of one answer, and what they read, write, refer to and make. Linear in the answer."""
    region, pipeline, order = region_of(answer), text_at(answer, "pipeline", "name") or "", order_of(answer)
    execution = text_at(answer, "execution", "arn")
    ran: dict[str, bool] = {}
    for node in docs_at(answer, "graph", "nodes"):
        key = sketch.step(region, pipeline, node["id"])
        run = node.get("run") or {}
        ran[node["id"]] = bool(run)
        sketch.say(
            key,
            order,
            arn=text_at(run, "jobArn"),
            stepType=node.get("type"),
            status=run.get("status"),
            execution=execution,
        )
        if run:
            sketch.ran(key, run.get("startTime"), run.get("endTime"), text_at(run, "jobArn"), execution)
        _add_ports(sketch, key, node, region, pipeline)
        _add_made(sketch, key, node, order, region)
    for edge in docs_at(answer, "graph", "edges"):
        if edge["via"] == "ref:Get":
            ends = sketch.step(region, pipeline, edge["from"]), sketch.step(region, pipeline, edge["to"])
            observed = ran.get(edge["from"], False) and ran.get(edge["to"], False)
            sketch.refs[ends] = sketch.refs.get(ends, False) or observed


def _add_ports(sketch: Sketch, key: str, node: Json, region: str, pipeline: str) -> None:
    for side, usual in (("inputs", "prefix"), ("outputs", "folder")):
        for port, (location, extent) in _ports(node, side, usual):
            filled = text_at(port, "within") or location
            observed = bool(node.get("run")) and port.get("resolution") != "unresolved"
            thing = sketch.of_arn(location)
            if thing is not None and side == "inputs":
                sketch.link(thing, key, "reads", observed=observed)
            elif thing is not None:
                sketch.link(key, thing, "makes", observed=observed)
            elif side == "inputs":
                data = sketch.data(location, region, pipeline)
                sketch.link(data, key, "reads", observed=observed, span=(location, extent))
            else:
                # Below one path many jobs may write, each in a folder of its own: whoever reads one reads no other's.
                own = filled if filled.startswith(f"{location.rstrip('/')}/") else location
                data = sketch.data(own, region, pipeline)
                sketch.link(key, data, "writes", observed=observed, span=(filled, extent))


def _ports(node: Json, side: str, usual: str) -> Iterator[tuple[Json, Span]]:
    """Yield each data port with its location and extent."""
    for port in docs_at(node, side):
        location = text_at(port, "uri")
        # Of what is a run's piece from its beginning no location is known: a reference to its step carries it.
        if location is not None and not location.startswith("${") and port.get("kind") not in _NO_DATA:
            yield port, (location, text_at(port, "extent") or usual)


def _add_made(sketch: Sketch, key: str, node: Json, order: Order, region: str) -> None:
    """Add what the step made of its own, and the models that it used."""
    run, registry = node.get("run") or {}, node.get("registry") or {}
    for arn in (text_at(run, "jobArn"), text_at(registry, "modelPackageArn")):
        made = sketch.of_arn(arn) if arn else None
        if made is not None:
            sketch.link(key, made, "makes", observed=True)
            if made.startswith("package:"):
                approval = text_at(registry, "approvalStatus")
                sketch.say(made, order, arn=arn, approval=approval, version=registry.get("version"))
    for resource in docs_at(node, "resources"):
        kind, name = _TYPES.get(resource.get("type", "")), text_at(resource, "name")
        if kind is None or name is None:
            continue
        thing = sketch.named(kind, region, name, text_at(resource, "arn"))
        if resource.get("relation") == "creates":
            sketch.link(key, thing, "makes", observed=bool(run))
        elif kind == "model" and resource.get("relation") == "uses" and node.get("type") not in _MAKERS:
            sketch.link(thing, key, "reads", observed=bool(run))
