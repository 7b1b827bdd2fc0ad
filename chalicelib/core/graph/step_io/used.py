"""Places behind the things that a step uses and no step of the pipeline makes: models, packages, groups, clusters.

A batch transform names a model, and with it reads the model's data; an endpoint names a configuration, and with it
writes the data that is captured; a step of EMR names a cluster, which writes logs. Where a step of the pipeline makes
the thing, that step has its places.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from chalicelib.core.definition.scope import Scope
from chalicelib.core.graph.step_io.places import written_by_emr
from chalicelib.core.graph.step_io.ports import StepIO
from chalicelib.core.graph.step_io.rules import StepType, step_type, writes
from chalicelib.core.graph.step_io.table import TABLE
from chalicelib.core.graph.step_io.walk import Found, described
from chalicelib.core.values.model import Doc, Gap, JobRef, Node, Port, Resource

OFFLINE_STORE = "offline_store"
_STORE = "OfflineStoreConfig.S3StorageConfig"
_FEATURE_GROUP = step_type(
    # SageMaker writes below a path of its own, which it tells once the group is made.
    writes(f"{_STORE}.ResolvedOutputS3Uri", OFFLINE_STORE),
    writes(f"{_STORE}.S3Uri", OFFLINE_STORE, unless=f"{_STORE}.ResolvedOutputS3Uri"),
)


_CLUSTER = step_type(writes("Cluster.LogUri", "logs", "report", compose=written_by_emr, below="{Cluster.Id}"))


class Thing(NamedTuple):
    """Kind of thing that a step can use: what its references, its ARN and its description are called."""

    kind: str
    prefix: str
    step_type: StepType
    port_kinds: frozenset[str] | None = None
    service: str = "sagemaker"


THINGS = (
    Thing("Model", "model", TABLE["Model"]),
    Thing("EndpointConfig", "endpoint-config", TABLE["EndpointConfig"]),
    Thing("RegisterModel", "model-package", TABLE["RegisterModel"], frozenset({"model"})),
    Thing("FeatureGroup", "feature-group", _FEATURE_GROUP),
    Thing("Cluster", "cluster", _CLUSTER, service="elasticmapreduce"),
)
"""`port_kinds`: the ports that count, where a description tells more than what the thing holds."""


class Behind(NamedTuple):
    """Thing behind a step: its description, what that says, and whether the step only reads from it."""

    thing: Thing
    document: Doc
    told: Found
    read: bool


_BY_PREFIX = {(thing.service, thing.prefix): thing for thing in THINGS}
_BY_RESOURCE = {
    "AWS::SageMaker::Model": ("sagemaker", "model"),
    "AWS::SageMaker::EndpointConfig": ("sagemaker", "endpoint-config"),
    "AWS::EMR::Cluster": ("elasticmapreduce", "cluster"),
}
_ARN = re.compile(r"arn:[^:]+:(sagemaker|elasticmapreduce):([^:]*):[^:]*:([a-z-]+)/.+")

Described = Mapping[str, Doc]
"""Descriptions of things by their ARN in lower case, as SageMaker does not tell names apart by case."""


def things_used(nodes: Iterable[Node], scope: Scope) -> tuple[JobRef, ...]:
    """Return the things that the steps name, that no step makes, and that the scope's region can be asked about."""
    nodes = list(nodes)
    made = set(_made(nodes, scope))
    named = (arn for node in nodes for arn in _named(node, scope) if arn.lower() not in made)
    return tuple(dict.fromkeys(JobRef(thing.kind, arn) for arn in named if (thing := _thing(arn, scope))))


def not_asked(nodes: Iterable[Node], scope: Scope) -> Iterator[Gap]:
    """Yield what stays unknown of the things that steps use: another Region's, and what has its places elsewhere.

    Without an account nothing is asked at all, which is said once.
    """
    nodes = list(nodes) if scope.account else []
    made = set(_made(nodes, scope))
    for node in nodes:
        for arn in dict.fromkeys(_named(node, scope)):
            match = _ARN.fullmatch(arn)
            if match and match[2] != scope.region and (match[1], match[3]) in _BY_PREFIX and arn.lower() not in made:
                message = f"it is in {match[2]}, and only {scope.region} is asked: what data it holds is not known"
                yield Gap("OtherRegion", message, arn)
        yield from _set_elsewhere(node)


def _set_elsewhere(node: Node) -> Iterator[Gap]:
    """Yield what a step leaves to a thing of another service, which is not asked."""
    written = {port.name for port in node.outputs}
    if node.type == "Athena" and "query_results" not in written:
        message = (
            "the step names no ResultConfiguration.OutputLocation: the query's results go where its work group says, "
            "which is not asked"
        )
        yield Gap("NotAsked", message, node.id)
    if node.type == "EMRServerless" and "logs" not in written:
        message = (
            "the step names no s3MonitoringConfiguration.logUri: its logs go where its application says, which is not "
            "asked"
        )
        yield Gap("NotAsked", message, node.id)


def models_used(nodes: Iterable[Node], scope: Scope, things: Described) -> dict[str, list[Doc]]:
    """Return, by node id, the descriptions of the models that a step uses and no step makes."""
    nodes = list(nodes)
    made = set(_made(nodes, scope))
    behind = {node.id: _behind(node, scope, things, made) for node in nodes}
    return {name: [each.document for each in found if each.thing.kind == "Model"] for name, found in behind.items()}


def with_things_used(ios: Mapping[str, StepIO], scope: Scope, things: Described) -> dict[str, StepIO]:
    """Return the steps' ports with those behind the things that they use, as far as these are described.

    Raises `BadDefinition` where a description nests too deep.
    """
    if not things:
        return dict(ios)
    made = set(_made(ios.values(), scope))
    return {name: _with(io, _behind(io, scope, things, made)) for name, io in ios.items()}


def _with(io: StepIO, behind: Iterable[Behind]) -> StepIO:
    inputs, outputs = list(io.inputs), list(io.outputs)
    for thing, _, told, read in behind:
        inputs += [port for port in told.inputs if _counts(port, thing)]
        (inputs if read else outputs).extend(port for port in told.outputs if _counts(port, thing))
    return io._replace(inputs=tuple(dict.fromkeys(inputs)), outputs=tuple(dict.fromkeys(outputs)))


def _counts(port: Port, thing: Thing) -> bool:
    if thing.port_kinds is not None and port.kind not in thing.port_kinds:
        return False
    return thing.kind == "Model" or not _ARN.fullmatch(port.uri)


def _behind(step: StepIO | Node, scope: Scope, things: Described, made: set[str]) -> list[Behind]:
    """Return what stands behind a step, and behind that."""
    read = {port.uri for port in step.inputs}
    waiting = [(arn, arn in read) for arn in _named(step, scope)]
    seen: set[str] = set()
    found: list[Behind] = []
    while waiting:
        arn, only_read = waiting.pop(0)
        thing, document = _thing(arn, scope), things.get(arn.lower())
        if thing is None or document is None or arn.lower() in seen | made:
            continue
        seen.add(arn.lower())
        told = described(document, thing.step_type.described, scope, None)
        found.append(Behind(thing, document, told, only_read))
        further = StepIO(tuple(told.inputs), (), tuple(told.resources))
        waiting += [(other, True) for other in _named(further, scope)]
    return found


def _named(step: StepIO | Node, scope: Scope) -> Iterator[str]:
    """Yield the ARNs of the things that a step uses, reads or writes."""
    for resource in step.resources:
        if resource.relation == "uses" and (arn := _arn_of(resource, scope)):
            yield arn
    for port in (*step.inputs, *step.outputs):
        if port.resolved and port.uri.startswith("arn:"):
            yield port.uri


def _made(steps: Iterable[StepIO | Node], scope: Scope) -> Iterator[str]:
    """Yield the ARNs, in lower case, of what the steps make: their own packages are ports."""
    for step in steps:
        for resource in step.resources:
            if resource.relation == "creates" and (arn := _arn_of(resource, scope)):
                yield arn.lower()
        for port in step.outputs:
            if port.kind == "model" and port.uri.startswith("arn:"):
                yield port.uri.lower()


def _arn_of(resource: Resource, scope: Scope) -> str | None:
    if resource.arn:
        return resource.arn
    known = _BY_RESOURCE.get(resource.type)
    if known is None or resource.name is None or not scope.region or not scope.account:
        return None
    service, prefix = known
    return f"arn:{scope.partition}:{service}:{scope.region}:{scope.account}:{prefix}/{resource.name}"


def _thing(arn: str, scope: Scope) -> Thing | None:
    """Return the kind of thing that an ARN names; `None` for another kind, or where another region has it."""
    match = _ARN.fullmatch(arn)
    return _BY_PREFIX.get((match[1], match[3])) if match and match[2] == scope.region else None
