"""Rules about whether a model's origin can be traced and trusted later: versions, overwriting, unknown sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import HIGH, MEDIUM, Hit
from chalicelib.core.findings.rules.exposure import TRAINS
from chalicelib.core.values.model import UNKNOWN, Artifact, Node, Port
from chalicelib.core.values.s3uri import containers, location_of, parse_s3uri

APPROVED, REJECTED = "Approved", "Rejected"


def unversioned_origins(flow: Flow) -> Iterator[Hit]:
    """Find data behind a registered model that can be replaced without a trace (FLOW-07)."""
    for node in flow.graph.nodes:
        approval = flow.facts.approvals.get(node.id)
        if node.type != "RegisterModel" or approval == REJECTED:
            continue
        told: set[str | None] = set()
        for artifact in flow.upstream(node):
            posture = flow.posture(artifact)
            if posture is None or not posture.versioning.asked or posture.versioning_word == "Enabled":
                continue
            if artifact.bucket not in told:
                told.add(artifact.bucket)
                yield _unversioned(flow, node, artifact, posture.versioning_word)


def _unversioned(flow: Flow, node: Node, artifact: Artifact, versioning: str) -> Hit:
    approval = flow.facts.approvals.get(node.id)
    return Hit(
        resources=(f"step:{node.id}", flow.bucket_arn(artifact.bucket)),
        path=flow.route_from(artifact, node),
        severity=HIGH if approval == APPROVED else MEDIUM,
        unknown=versioning == UNKNOWN,
        desc=f"The model that {node.label} registers comes from {artifact.uri}, "
        f"in a bucket whose versioning is {versioning}.",
        evidence={"bucket": artifact.bucket, "versioning": versioning, "approvalStatus": approval or UNKNOWN},
    )


class _Use(NamedTuple):
    """Step's port on an S3 location, and the locations that contain it, itself last."""

    node: Node
    port: Port
    artifact: Artifact
    within: tuple[str, ...]

    @property
    def location(self) -> str:
        return self.within[-1]

    @property
    def in_a_folder_of_the_job(self) -> bool:
        """Return whether the output lies in a folder of the job's own.

        SageMaker puts what a training job makes below a folder named after the job.
        """
        return self.node.type in TRAINS and not _is_checkpoint(self.port)


def _uses(flow: Flow, node: Node, ports: tuple[Port, ...]) -> Iterator[_Use]:
    for port, artifact in flow.data(ports):
        uri = parse_s3uri(artifact.uri)
        if uri is not None:
            yield _Use(node, port, artifact, (*dict.fromkeys((*containers(uri), location_of(uri))),))


def _is_checkpoint(port: Port) -> bool:
    return "checkpoint" in port.name.lower()


def shared_outputs(flow: Flow) -> Iterator[Hit]:
    """Find locations that two steps may write at the same time, so that the last one wins (FLOW-08).

    There is one hit for each location that a step names as its output; it covers all steps that write there or below.
    """
    own: dict[str, set[str]] = {}
    uses = [use for node in flow.graph.nodes for use in _uses(flow, node, node.outputs)]
    for use in uses:
        own.setdefault(use.location, set()).add(use.node.id)
    members: dict[str, dict[str, _Use]] = {}
    for use in uses:
        for outer in use.within:
            if outer in own:
                members.setdefault(outer, {}).setdefault(use.node.id, use)
    for location, inside in members.items():
        clashes = _clashes(flow, inside, own[location]) if len(inside) > 1 else []
        if clashes:
            yield _shared(flow, location, clashes)


def _clashes(flow: Flow, inside: dict[str, _Use], own: set[str]) -> list[tuple[_Use, _Use]]:
    """Return, for each writer in topological order, the first earlier writer that may run at the same time."""
    found = []
    everyone = owners = 0
    for step, use in inside.items():
        before = (everyone if step in own else owners) & ~flow.ancestors[step]
        clash = next((o for o in flow.steps_in(before) if _clash(flow, inside[o.id], use)), None)
        if clash:
            found.append((inside[clash.id], use))
        everyone |= flow.bits((step,))
        owners |= flow.bits((step,)) if step in own else 0
    return found


def _clash(flow: Flow, one: _Use, other: _Use) -> bool:
    apart = one.in_a_folder_of_the_job and other.in_a_folder_of_the_job
    return not apart and not flow.exclusive(one.node.id, other.node.id)


def _shared(flow: Flow, location: str, clashes: list[tuple[_Use, _Use]]) -> Hit:
    steps = sorted({use.node.id for pair in clashes for use in pair})
    approved = [s for s, status in flow.facts.approvals.items() if status == APPROVED and s in flow.nodes]
    behind = any(flow.data_ancestors[step] & flow.bits(steps) for step in approved)
    one, other = clashes[0]
    outer = one if one.location == location else other
    return Hit(
        resources=tuple(f"step:{step}" for step in steps),
        path=(f"node:{one.node.id}", name(outer.artifact), f"node:{other.node.id}"),
        severity=HIGH if behind else MEDIUM,
        desc=f"{', '.join(flow.nodes[step].label for step in steps)} write to {outer.artifact.uri} in no fixed order.",
        evidence={"location": outer.artifact.uri, "steps": steps},
    )


def overwritten_inputs(flow: Flow) -> Iterator[Hit]:
    """Find steps that write into a location that they, or a step upstream, have read (FLOW-09).

    Locations that are read and written by design are left out: checkpoints, and the baselines and reports of checks.
    """
    readers: dict[str, int] = {}
    reads: dict[tuple[str, str], _Use] = {}
    for node in flow.graph.nodes:
        for use in _uses(flow, node, node.inputs):
            if not _is_checkpoint(use.port) and use.port.kind != "report":
                readers[use.location] = readers.get(use.location, 0) | flow.bits((node.id,))
                reads[use.location, node.id] = use
    for node in flow.graph.nodes:
        reach = flow.data_ancestors[node.id] | flow.bits((node.id,))
        for use in _uses(flow, node, node.outputs):
            location = next((outer for outer in use.within if readers.get(outer, 0) & reach), None)
            if location is not None and not _is_checkpoint(use.port):
                reader = next(flow.steps_in(readers[location] & reach))
                yield _overwritten(flow, use, reads[location, reader.id])


def _overwritten(flow: Flow, use: _Use, read: _Use) -> Hit:
    way = flow.route_from(read.artifact, use.node)
    return Hit(
        resources=(f"step:{use.node.id}", flow.bucket_arn(use.artifact.bucket)),
        path=(*way, name(use.artifact)),
        severity=MEDIUM,
        desc=f"{use.node.label} writes to {use.artifact.uri}, inside {read.artifact.uri} "
        f"that {read.node.label} has read.",
        evidence={"read": read.artifact.uri, "written": use.artifact.uri, "reader": read.node.id},
    )


def models_without_origin(flow: Flow) -> Iterator[Hit]:
    """Find approved models whose file no step of this pipeline made (FLOW-15)."""
    for node in flow.graph.nodes:
        approval = flow.facts.approvals.get(node.id)
        if node.type != "RegisterModel" or approval not in (APPROVED, None):
            continue
        for port in node.inputs:
            if port.kind != "model":
                continue
            made, artifact = _made_here(flow, port)
            if not made:
                yield Hit(
                    resources=(f"step:{node.id}", port.name),
                    path=(name(artifact), f"node:{node.id}") if artifact else (f"node:{node.id}",),
                    severity=HIGH,
                    unknown=port.uri is None or approval is None,
                    desc=f"{node.label} registers {port.uri or port.expression}, "
                    f"which {'no step of the pipeline made' if port.uri else 'is not known to come from a step'}.",
                    evidence={"modelData": port.uri or UNKNOWN, "approvalStatus": approval or UNKNOWN},
                )


def _made_here(flow: Flow, port: Port) -> tuple[bool, Artifact | None]:
    if port.uri is None:
        return (port.expression or "").startswith("Steps.") or '"Steps.' in (port.expression or ""), None
    found = next((a for p, a in flow.data((port,))), None)
    uri = parse_s3uri(port.uri)
    if uri is None or found is None or found.produced_by:
        return True, found
    outputs = {use.location for other in flow.graph.nodes for use in _uses(flow, other, other.outputs)}
    return any(outer in outputs for outer in (*containers(uri), location_of(uri))), found
