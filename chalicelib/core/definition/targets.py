"""Targets of paths: where in the definition, or in what a run told, the value stands that a reference leads to."""

from __future__ import annotations

from typing import Any

from chalicelib.core.definition.embedded_json import read_embedded
from chalicelib.core.definition.paths import GET, JOIN, parse_path
from chalicelib.core.definition.scope import EXECUTION_VALUE, JOB_DESCRIPTION, LITERAL, PARAMETER_DEFAULT, Scope
from chalicelib.core.values.doc import dig
from chalicelib.core.values.model import Doc, Step

Target = tuple[Any, str, Any]
"""Target of a path: an expression or plain value, how it is known at least, and what to append to it as a path."""


def locate(path: str, scope: Scope) -> Target | None:
    if path in scope.variables:
        return scope.variables[path], EXECUTION_VALUE, ""
    root, _, rest = path.partition(".")
    if root == "Steps":
        segments = parse_path(path)
        return _step_property(str(segments[1]), segments[2:], scope) if len(segments) > 2 else None
    if root == "Parameters":
        return _parameter(rest, scope)
    if root in ("PipelineExperimentConfig", "MlflowConfig"):
        return _found(_descend(scope.definition.document, parse_path(path), scope))
    return None


def _parameter(name: str, scope: Scope) -> Target | None:
    if name in scope.values:
        return scope.values[name], EXECUTION_VALUE, ""
    parameter = scope.definition.parameters.get(name)
    return (parameter.default, PARAMETER_DEFAULT, "") if parameter and parameter.has_default else None


_ABSENT = object()


def _found(value: Any, resolution: str = LITERAL) -> Target | None:
    return None if value is _ABSENT or value is None else (value, resolution, "")


# The name that a definition gives a job is only the beginning of the one that the service makes of it.
MADE_AT_RUN_TIME = frozenset(
    {"AutoMLJobName", "HyperParameterTuningJobName", "ProcessingJobName", "TrainingJobName", "TransformJobName"}
)


def _step_property(name: str, segments: tuple[str | int, ...], scope: Scope) -> Target | None:
    """Return the target of `Steps.<name>.<segments>`: what the run says, else what the step's document declares."""
    run = scope.run_documents.get(name)
    if run is not None:
        known = EXECUTION_VALUE if segments[0] in ("Execution", "Parameters") else JOB_DESCRIPTION
        target = _found(_descend(run, segments, scope), known)
        if target is not None:
            return target
    step = scope.steps.get(name)
    if step is None:
        return None
    first = segments[0]
    if first in MADE_AT_RUN_TIME and len(segments) == 1:
        return None
    if segments == MODEL_FILE and step.type == "Training":
        return _model_file(step, run)
    if first == "PropertyFiles":
        return _property_file(step, segments[1:])
    if first == "IterationOutputs" and len(segments) > 3:
        body = str(segments[2])
        ran = f"{body}-{segments[1]}"
        return _step_property(ran if ran in scope.run_documents else body, segments[3:], scope)
    if first == "Config" and step.type == "EMR":
        segments = ("StepConfig", "HadoopJarStep", *segments[1:])
    declared = _descend(step.arguments, segments, scope)
    return _found(_descend(step.document, segments, scope) if declared is _ABSENT else declared)


MODEL_FILE = ("ModelArtifacts", "S3ModelArtifacts")
"""Segments below a training step of the path of the model file that its job writes."""


def _model_file(step: Step, run: Doc | None) -> Target | None:
    """Return the target of the file that a training job will write, in a folder named after the job.

    https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-training-algo-output.html
    """
    output = dig(run, "OutputDataConfig") or step.arguments.get("OutputDataConfig")
    if not isinstance(output, dict) or not output.get("S3OutputPath"):
        return None
    job = {GET: f"Steps.{step.name}.TrainingJobName"}
    return output["S3OutputPath"], LITERAL, {JOIN: {"On": "/", "Values": [job, model_name(output)]}}


def model_name(output: Doc) -> str:
    """Return the name of a model's file or folder below its job's own folder, by the job's `OutputDataConfig`."""
    return "output/model/" if output.get("CompressionType") == "NONE" else "output/model.tar.gz"


def _property_file(step: Step, segments: tuple[str | int, ...]) -> Target | None:
    """Return the target of the file itself; a longer path is a value in the file, which no definition tells."""
    if len(segments) != 1:
        return None
    for file in step.property_files:
        if file.name == segments[0]:
            output = f"Steps.{step.name}.ProcessingOutputConfig.Outputs['{file.output}'].S3Output.S3Uri"
            return {GET: output}, LITERAL, file.path
    return None


def _descend(value: Any, segments: tuple[str | int, ...], scope: Scope) -> Any:
    """Return the value at `segments` below `value`; `_ABSENT` where there is none.

    A list is entered by position, or by the name that its items carry (`OutputName`, `ChannelName`, …). A run's
    output parameters are items with a `Value`. Text on the way is read as a JSON document in a string or a join.
    """
    before: str | int | None = None
    for segment in segments:
        if type(value) is str or (type(value) is dict and JOIN in value):
            value = _embedded(value, scope)
        if isinstance(value, dict):
            value = value.get(segment, _ABSENT)
        elif isinstance(value, list):
            value = _item(value, segment, scope)
            if before == "OutputParameters" and isinstance(value, dict):
                value = value.get("Value", _ABSENT)
        else:
            return _ABSENT
        before = segment
    return value


def _item(items: list[Any], segment: str | int, scope: Scope) -> Any:
    if type(segment) is int:
        return items[segment] if segment < len(items) else _ABSENT
    named = scope.named.get(id(items))
    if named is None:
        named = scope.named[id(items)] = {}
        for item in items:
            for key, value in item.items() if isinstance(item, dict) else ():
                if key.endswith("Name") and type(value) is str:
                    named.setdefault(value, item)
    return named.get(str(segment), _ABSENT)


def _embedded(text: Any, scope: Scope) -> Any:
    """Return the result of `read_embedded`, cached for each place in the definition."""
    cache = scope.embedded
    if id(text) not in cache:
        cache[id(text)] = read_embedded(text)
    return cache[id(text)]
