"""Endpoints and whatever else serves models: plain JSON of AWS's descriptions, and what it adds to the graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.core.account.graph import Span
from chalicelib.core.account.sketch import Sketch
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Doc

Serving = Mapping[str, Any]
"""The serving document of one region; every list is sorted by name.

- `endpoints`: `{"name", "arn", "status", "config", "lastModifiedTime"}`; `config` is the configuration's name.
- `configurations`: `{"name", "arn", "models": [name…], "capture": "s3://…" | null}`; shadow variants' models too.
- `models`: `{"name", "arn", "packages": [ARN…], "data": [[location, extent]…]}`; `data` holds the files of containers
  that name no package.
- `components`: inference components, `{"name", "arn", "status", "endpoint", "model": name | null, "data": […]}`.
- `packages`: in service or approved, `{"arn", "group", "version", "approval", "status", "data": […],
  "madeBy": execution or job ARN | null}`.
"""

EMPTY: Serving = {"endpoints": [], "configurations": [], "models": [], "components": [], "packages": []}


def add_serving(sketch: Sketch, serving: Serving, region: str) -> None:
    """Add endpoints, models and packages of a region, and how they load and serve one another."""
    _add_packages(sketch, serving)
    for model in docs_at(serving, "models"):
        _add_model(sketch, model, region)
    configurations = {each["name"]: each for each in docs_at(serving, "configurations")}
    for endpoint in docs_at(serving, "endpoints"):
        _add_endpoint(sketch, endpoint, configurations.get(endpoint.get("config") or "", {}), region)
    for component in docs_at(serving, "components"):
        _add_component(sketch, component, region)


def _add_model(sketch: Sketch, model: Doc, region: str) -> None:
    key = sketch.named("model", region, model["name"], text_at(model, "arn"))
    for arn in model.get("packages", ()):
        package = sketch.of_arn(arn)
        if package is not None:
            sketch.link(package, key, "serves", observed=True)
    _load(sketch, key, model, region)


def _add_endpoint(sketch: Sketch, endpoint: Doc, configuration: Doc, region: str) -> None:
    key = sketch.named("endpoint", region, endpoint["name"], text_at(endpoint, "arn"))
    sketch.say(key, ("",), arn=text_at(endpoint, "arn"), status=endpoint.get("status"))
    for name in configuration.get("models", ()):
        sketch.link(sketch.named("model", region, name), key, "serves", observed=True)
    capture = text_at(configuration, "capture")
    if capture is not None:
        # https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html
        below = f"{capture.rstrip('/')}/{endpoint['name']}"
        sketch.link(key, sketch.data(below, region, ""), "captures", observed=True, span=(below, "folder"))


def _add_component(sketch: Sketch, component: Doc, region: str) -> None:
    endpoint_name, model_name = text_at(component, "endpoint"), text_at(component, "model")
    if endpoint_name is None:
        return
    key = sketch.named("endpoint", region, endpoint_name)
    if model_name is not None:
        sketch.link(sketch.named("model", region, model_name), key, "serves", observed=True)
    _load(sketch, key, component, region)


def _add_packages(sketch: Sketch, serving: Serving) -> None:
    """Add the packages; one that no step of an answer made loads its file itself, as nothing else says where from."""
    made = {target for _, target, via in sketch.edges if via == "makes"}
    for package in docs_at(serving, "packages"):
        key = sketch.of_arn(package["arn"])
        if key is not None:
            sketch.say(
                key,
                ("~",),  # the registry as it is now: newer than what any run saw
                arn=package["arn"],
                approval=package.get("approval"),
                version=package.get("version"),
            )
            if key not in made:
                _load(sketch, key, package, package["arn"].split(":")[3])


def _load(sketch: Sketch, key: str, thing: Mapping[str, Any], region: str) -> None:
    for location, extent in thing.get("data", ()):
        span: Span = (location, extent)
        sketch.link(sketch.data(location, region, ""), key, "serves", observed=True, span=span)
