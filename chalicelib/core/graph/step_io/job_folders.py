"""Folder below a path in which a job writes: named after itself, after the jobs that it starts, or after its run."""

from __future__ import annotations

import re

from chalicelib.core.definition.expressions import resolve
from chalicelib.core.definition.paths import GET
from chalicelib.core.definition.scope import Resolved, Scope, latest
from chalicelib.core.definition.targets import MODEL_FILE, model_name
from chalicelib.core.graph.step_io.rules import Rule
from chalicelib.core.values.doc import dig, text_at
from chalicelib.core.values.model import Doc, Port

_ATTRIBUTE = re.compile(r"\{([\w.]+)\}")
_BEST = "TrainingJobSummaries[0].TrainingJobName"


def is_function_step(document: Doc) -> bool:
    """Return whether a training job runs a `@step` function of SageMaker's SDK, by what its container starts."""
    entry = dig(document, "AlgorithmSpecification", "ContainerEntrypoint")
    words = entry if isinstance(entry, list) else ()
    return any(isinstance(word, str) and "/sagemaker_remote_function_bootstrap/" in word for word in words)


def written_by_job(port: Port, rule: Rule, document: Doc, scope: Scope, job: str | None) -> Port:
    """Return an output port with the location below which the step's job really writes.

    `document` is what the job's description says, or the step's arguments; `job` the property that names the job.
    A port of the model becomes the model file. Raises `BadDefinition` where an expression nests too deep.
    """
    if rule.below is not None and "{" in rule.below:
        return _named_after_run(port, rule.below, document, scope)
    name = _named(document, scope, job)
    if rule.model == "file":
        return _file(port, name)
    path = port.uri.rstrip("/")
    if rule.below == "job":
        # A `@step` function writes what it returns below the path as given, beside what its job uploads.
        as_given = (port.uri,) if is_function_step(document) else ()
        own = port._replace(within=(f"{path}/{_text(name)}", *as_given))
        return own if rule.model is None else _model(own, path, name, document, scope, ".".join(MODEL_FILE))
    # A tuning's jobs have its name before a number; which of them is the best is known only at its end.
    listed = f"{path}/${{Steps.{scope.step}.TrainingJobSummaries["
    children = port._replace(extent="prefix", within=(f"{path}/{_text(name)}-", listed))
    if rule.model is None:
        return children
    best = text_at(document, "BestTrainingJob", "ModelArtifacts", "S3ModelArtifacts")
    if best is not None:
        return children._replace(uri=best) if best.startswith(f"{path}/") else children
    return _model(children, path, _named({}, scope, _BEST), document, scope, _BEST)


def _named_after_run(port: Port, below: str, document: Doc, scope: Scope) -> Port:
    own = _ATTRIBUTE.sub(lambda attribute: _text(_named(document, scope, attribute[1])), below.removesuffix("*"))
    within = (f"{port.uri.rstrip('/')}/{own}",)
    return port._replace(within=within, extent="prefix") if below.endswith("*") else port._replace(within=within)


def _file(port: Port, job: Resolved) -> Port:
    """Return the port of a model file that a run tells; its job writes more beside it."""
    above, found, _ = port.uri.rpartition(f"/{_text(job)}/output/")
    return port._replace(within=(f"{above}/{_text(job)}",)) if found else port._replace(extent="object")


def _model(port: Port, path: str, job: Resolved, document: Doc, scope: Scope, said: str) -> Port:
    output = dig(document, "OutputDataConfig") or dig(document, "TrainingJobDefinition", "OutputDataConfig") or {}
    uri = f"{path}/{_text(job)}/{model_name(output)}"
    if job.known and port.resolved:
        return port._replace(uri=uri, resolution=latest(port.resolution, job.resolution))
    return port._replace(uri=uri, expression=f"Steps.{scope.step}.{said}")


def _named(document: Doc, scope: Scope, attribute: str | None) -> Resolved:
    told = text_at(document, *attribute.split(".")) if attribute else None
    return Resolved(True, told) if told else resolve({GET: f"Steps.{scope.step}.{attribute}"}, scope)


def _text(name: Resolved) -> str:
    return str(name.value) if name.known else name.template
