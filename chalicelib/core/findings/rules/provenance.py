"""Rules about whether a model's origin can be traced and trusted later: versions, overwriting, unknown sources."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import HIGH, MEDIUM, Hit
from chalicelib.core.findings.ways import WaysTo
from chalicelib.core.graph.step_io.used import OFFLINE_STORE
from chalicelib.core.values.meeting import MeetingIndex, Taken, Written, taken_at, written_at
from chalicelib.core.values.model import UNKNOWN, Artifact, Node, Port
from chalicelib.core.values.s3uri import parse_s3uri

MAX_MEETINGS = 100_000
"""Maximum number of pairs of places that a rule looks at: nested places meet all with all."""

APPROVED, REJECTED = "Approved", "Rejected"


def unversioned_origins(flow: Flow) -> Iterator[Hit]:
    """Find data behind a registered model that can be replaced without a trace (FLOW-07)."""
    for node in flow.graph.nodes:
        approval = flow.facts.approvals.get(node.id)
        if node.type != "RegisterModel" or approval == REJECTED:
            continue
        told: set[str | None] = set()
        ways = WaysTo(node, flow)
        for artifact in flow.upstream(node):
            posture = flow.posture(artifact)
            if posture is None or not posture.versioning.asked or posture.versioning_word == "Enabled":
                continue
            if artifact.bucket not in told:
                told.add(artifact.bucket)
                yield _unversioned(flow, node, artifact, posture.versioning_word, ways)


def _unversioned(flow: Flow, node: Node, artifact: Artifact, versioning: str, ways: WaysTo) -> Hit:
    approval = flow.facts.approvals.get(node.id)
    return Hit(
        resources=(f"step:{node.id}", flow.bucket_arn(artifact.bucket)),
        path=ways.from_artifact(artifact),
        severity=HIGH if approval == APPROVED else MEDIUM,
        unknown=versioning == UNKNOWN,
        desc=f"The model that {node.label} registers comes from {artifact.uri}, "
        f"in a bucket whose versioning is {versioning}.",
        evidence={"bucket": artifact.bucket, "versioning": versioning, "approvalStatus": approval or UNKNOWN},
    )


class _Use(NamedTuple):
    """Step's output port, or input port, on an S3 location."""

    node: Node
    port: Port
    artifact: Artifact


def _uses(flow: Flow, node: Node, ports: tuple[Port, ...]) -> Iterator[_Use]:
    for port, artifact in flow.data(ports):
        if parse_s3uri(artifact.uri) is not None:
            yield _Use(node, port, artifact)


def _is_checkpoint(port: Port) -> bool:
    return "checkpoint" in port.name.lower()


# Ports of step types under which AWS gives each file a name of its own.
_ADDED = frozenset(
    {("EMR", "logs"), ("EMRServerless", "logs"), ("Transform", "data_capture")}
    | {(kind, name) for kind in ("Endpoint", "EndpointConfig") for name in ("data_capture", "async_output")}
    | {(kind, "async_failures") for kind in ("Endpoint", "EndpointConfig")}
)


def _adds_only(node: Node, port: Port) -> bool:
    """Return whether whatever is written is added: Feature Store keeps every record, and logs replace none."""
    return port.name in (OFFLINE_STORE, "spark.eventLog.dir") or (node.type, port.name) in _ADDED


def shared_outputs(flow: Flow) -> Iterator[Hit]:
    """Find locations that two steps may write at the same time, so that the last one wins (FLOW-08).

    There is one hit for each location that a step writes; it covers all steps that write there or below. A job that
    writes in a folder of its own shares it with none.
    """
    made: dict[Written, dict[str, _Use]] = {}
    for node in flow.graph.nodes:
        for use in _uses(flow, node, node.outputs):
            for written in written_at(use.port) if not _adds_only(node, use.port) else ():
                made.setdefault(written, {}).setdefault(node.id, use)
    places = list(made)
    index = MeetingIndex(places)
    left = MAX_MEETINGS
    for place in places:
        inside: dict[str, _Use] = {}
        taken = Taken(place.location, "folder" if place.extent == "folder" else "prefix")
        met = sorted(islice(index.met_by(taken), left))
        left -= len(met)
        for at in met:
            if len(places[at].location.rstrip("/")) >= len(place.location.rstrip("/")):
                for step, use in made[places[at]].items():
                    inside.setdefault(step, use)
        clashes = _clashes(flow, inside, set(made[place])) if len(inside) > 1 else []
        if clashes:
            yield _shared(flow, made[place], clashes)


def _clashes(flow: Flow, inside: dict[str, _Use], own: set[str]) -> list[tuple[_Use, _Use]]:
    """Return, for each writer in topological order, the first earlier writer that may run at the same time."""
    found = []
    everyone = owners = 0
    for step in (node.id for node in flow.steps_in(flow.bits(inside))):
        use = inside[step]
        before = (everyone if step in own else owners) & ~flow.ancestors[step]
        clash = next((o for o in flow.steps_in(before) if _clash(flow, inside[o.id], use)), None)
        if clash:
            found.append((inside[clash.id], use))
        everyone |= flow.bits((step,))
        owners |= flow.bits((step,)) if step in own else 0
    return found


def _clash(flow: Flow, one: _Use, other: _Use) -> bool:
    return not flow.exclusive(one.node.id, other.node.id)


def _shared(flow: Flow, owners: dict[str, _Use], clashes: list[tuple[_Use, _Use]]) -> Hit:
    steps = sorted({use.node.id for pair in clashes for use in pair})
    approved = [s for s, status in flow.facts.approvals.items() if status == APPROVED and s in flow.nodes]
    behind = any(flow.data_ancestors[step] & flow.bits(steps) for step in approved)
    one, other = clashes[0]
    outer = next(owners[use.node.id] for use in (one, other) if use.node.id in owners)
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
    made: dict[Written, list[_Use]] = {}
    read: dict[Taken, dict[str, _Use]] = {}
    for node in flow.graph.nodes:
        for use in _uses(flow, node, node.outputs):
            for place in _inside(use.port) if not _is_checkpoint(use.port) else ():
                made.setdefault(place, []).append(use)
        for use in _uses(flow, node, node.inputs):
            if not _is_checkpoint(use.port) and use.port.kind != "report":
                read.setdefault(_replaceable(use.port), {}).setdefault(node.id, use)
    written = list(made.values())
    index = MeetingIndex(list(made))
    reach = {node.id: flow.data_ancestors[node.id] | flow.bits((node.id,)) for node in flow.graph.nodes}
    told: set[tuple[str, str]] = set()
    met = (
        (use, readers, everyone)
        for taken, readers in read.items()
        for everyone in (flow.bits(readers),)
        for at in index.met_by(taken)
        for use in written[at]
    )
    for use, readers, everyone in islice(met, MAX_MEETINGS):
        known = (use.node.id, use.artifact.uri)
        reader = next(flow.steps_in(reach[use.node.id] & everyone), None) if known not in told else None
        if reader is not None:
            told.add(known)
            yield _overwritten(flow, use, readers[reader.id])


def _replaceable(port: Port) -> Taken:
    """Return what of an input a writer can replace: what else begins with its text is another folder's."""
    taken = taken_at(port)
    return taken._replace(extent="folder") if taken.extent == "prefix" else taken


def _inside(port: Port) -> Iterator[Written]:
    """Yield what stands for an output that lies in what is read: its own name, as an object's and as a folder's.

    An output that only contains what is read (a bucket's root) need not touch it.
    """
    for written in written_at(port):
        yield Written(written.location, "object")
        yield Written(f"{written.location.rstrip('/')}/", "object")


def _overwritten(flow: Flow, use: _Use, read: _Use) -> Hit:
    way = WaysTo(use.node, flow).from_artifact(read.artifact)
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
                    unknown=not port.resolved or approval is None,
                    desc=f"{node.label} registers {port.uri}, "
                    f"which {'no step of the pipeline made' if port.resolved else 'is not known to come from a step'}.",
                    evidence={"modelData": port.uri, "approvalStatus": approval or UNKNOWN},
                )


def _made_here(flow: Flow, port: Port) -> tuple[bool, Artifact | None]:
    found = next((a for p, a in flow.data((port,))), None)
    if found is None or found.produced_by:
        return True, found
    if not port.resolved:
        return (port.expression or "").startswith("Steps.") or '"Steps.' in (port.expression or ""), None
    return parse_s3uri(port.uri) is None, found
