"""Rules about boundaries that data crosses: Regions, accounts, environments; and about buckets that are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import HIGH, MEDIUM, Hit
from chalicelib.core.findings.tags import environment, residency
from chalicelib.core.findings.ways import WaysTo
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.bucket_owner import CONTRADICTED, DEFAULT_NAME
from chalicelib.core.values.model import UNKNOWN, Artifact, Node


def other_regions(flow: Flow) -> Iterator[Hit]:
    """Find buckets that lie in another Region than the jobs that use them (FLOW-05)."""
    for bucket, artifacts in _data_in_buckets(flow):
        artifact, posture = artifacts[0], flow.posture(artifacts[0])
        if posture is None or not posture.region.asked:
            continue
        if flow.region is None or posture.region.value == flow.region:
            continue
        where = posture.region.value or UNKNOWN
        bound = _residency(flow, artifacts)
        yield Hit(
            resources=(flow.bucket_arn(bucket),),
            path=_path(artifact),
            severity=HIGH if bound else MEDIUM,
            unknown=where == UNKNOWN,
            desc=f"The pipeline runs in {flow.region}; the bucket {bucket} that it uses is in "
            f"{where if where != UNKNOWN else 'a region that could not be read'}.",
            evidence={
                "bucket": bucket,
                "jobRegion": flow.region,
                "bucketRegion": where,
                **({"residency": bound} if bound else {}),
            },
        )


def _residency(flow: Flow, artifacts: list[Artifact]) -> str | None:
    """Return a residency tag of the pipeline, of a step that touches the bucket, or of data upstream of it."""
    steps = {step for artifact in artifacts for step in (*artifact.produced_by, *artifact.consumed_by)}
    nodes = [flow.nodes[step] for step in sorted(steps) if step in flow.nodes]
    places = [*artifacts, *(artifact for node in nodes for artifact in flow.upstream(node))]
    tags = [flow.facts.pipeline.tags, *(flow.facts.job_tags.get(node.id, {}) for node in nodes)]
    tags += [_tags(flow, artifact) for artifact in places]
    return next((found for found in map(residency, tags) if found), None)


def other_accounts(flow: Flow) -> Iterator[Hit]:
    """Find data that comes from, goes to or is replicated into a bucket of another account (FLOW-06).

    Where sensitive data goes to a bucket of which nothing could be read, whose it is stays in doubt.
    """
    for bucket, artifacts in _data_in_buckets(flow):
        posture = flow.posture(artifacts[0]) or flow.refused(artifacts[0])
        if posture is None:
            continue
        written = [artifact for artifact in artifacts if artifact.produced_by]
        foreign = posture.owner.basis == CONTRADICTED
        if foreign or (posture.refused and any(flow.data_sensitive(artifact) for artifact in written)):
            artifact = (written or artifacts)[0]
            yield Hit(
                resources=(flow.bucket_arn(bucket),),
                path=_path(artifact),
                severity=HIGH if written else MEDIUM,
                unknown=not foreign,
                desc=f"The pipeline {'writes to' if written else 'reads from'} {bucket}. {posture.owner.reason}",
                evidence={
                    "bucket": bucket,
                    "owner": posture.owner.account or UNKNOWN,
                    "ownerBasis": posture.owner.basis,
                    "pipelineAccount": flow.account,
                },
            )
        if not posture.refused:
            yield from _replicas(flow, posture, artifacts[0])


def _replicas(flow: Flow, posture: BucketPosture, artifact: Artifact) -> Iterator[Hit]:
    home = posture.owner.account or flow.account
    abroad = [t for t in posture.replication.value or () if t.account and home and t.account != home]
    if not abroad and not posture.replication.gap:
        return
    where = ", ".join(f"{target.bucket} in account {target.account}" for target in abroad)
    yield Hit(
        resources=(flow.bucket_arn(posture.bucket), "replication"),
        path=(name(artifact),),
        severity=HIGH,
        unknown=not abroad,
        desc=f"{posture.bucket} is replicated to {where}."
        if abroad
        else f"Where {posture.bucket} is replicated to could not be read.",
        evidence={
            "bucket": posture.bucket,
            "replicas": [{"bucket": t.bucket, "account": t.account} for t in abroad] if abroad else UNKNOWN,
        },
    )


def environments(flow: Flow) -> Iterator[Hit]:
    """Find data tagged for one environment that is used by, or becomes part of, another (FLOW-13)."""
    tagged = {bucket: _environment(posture) for bucket, posture in flow.facts.postures.items()}
    everywhere = environment(flow.facts.pipeline.tags)
    told: set[tuple[str, ...]] = set()
    for node in flow.graph.nodes:
        own = environment(flow.facts.job_tags.get(node.id, {})) or everywhere
        for artifact, target, against, whose in _meetings(flow, node, own, tagged):
            theirs = tagged.get(artifact.bucket or "")
            if None in (theirs, against) or theirs == against:
                continue
            doubt = UNKNOWN in (theirs, against)
            resources = (flow.bucket_arn(artifact.bucket), whose)
            if (*resources, str(doubt)) in told:
                continue
            told.add((*resources, str(doubt)))
            yield Hit(
                resources=resources,
                path=_crossing(flow, node, artifact, target),
                severity=HIGH,
                unknown=doubt,
                desc=f"{node.label} uses {artifact.uri}: the environment of its bucket is {theirs}, "
                f"and that of {whose} is {against}.",
                evidence={"bucket": artifact.bucket, "environment": theirs, "against": against},
            )


def _environment(posture: BucketPosture) -> str | None:
    """Return the bucket's environment; `Unknown` where its tags could not be read, `None` where it has none.

    Tags that were not asked for, and a bucket that does not exist or of which nothing was read, give `None` too.
    """
    if not posture.tags.asked or not posture.exists:
        return None
    return environment(posture.tags.value or {}) if posture.tags.known else UNKNOWN


def _meetings(
    flow: Flow, node: Node, own: str | None, tagged: Mapping[str, str | None]
) -> Iterator[tuple[Artifact, Artifact | None, str | None, str]]:
    """Yield what must agree on the environment in a step: artifact, target, the other environment, and whose it is.

    Each artifact is compared with the pipeline's or step's `own`. Where neither has one, inputs are compared with
    outputs, and the origins of an approved model with production.
    """
    sources, targets = flow.reads(node), flow.writes(node)
    for artifact in (*sources, *targets):
        yield artifact, None, own, "the pipeline or step"
    for target in targets if own is None else ():
        for source in sources:
            if source.bucket != target.bucket:
                yield source, target, tagged.get(target.bucket or ""), f"the bucket {target.bucket}"
    if node.type == "RegisterModel" and flow.facts.approvals.get(node.id) == "Approved" and own is None:
        for artifact in flow.upstream(node):
            if tagged.get(artifact.bucket or "") in ("development", "test", UNKNOWN):
                yield artifact, None, "production", "an approved model"


def _crossing(flow: Flow, node: Node, artifact: Artifact, target: Artifact | None) -> tuple[str, ...]:
    if target is not None:
        return (name(artifact), f"node:{node.id}", name(target))
    if artifact in flow.writes(node):
        return (f"node:{node.id}", name(artifact))
    return WaysTo(node, flow).from_artifact(artifact)


def dangling_buckets(flow: Flow) -> Iterator[Hit]:
    """Find buckets that do not exist, and default buckets that another account holds (FLOW-14).

    Anyone can create a bucket under a free name, also under the predictable name of SageMaker's default bucket.
    """
    for bucket, artifacts in flow.in_bucket.items():
        posture = flow.facts.postures[bucket]
        default = re.fullmatch(DEFAULT_NAME, bucket)
        taken = default is not None and default.group(1) == flow.account and posture.owner.basis == CONTRADICTED
        if posture.exists is False or taken:
            yield Hit(
                resources=(flow.bucket_arn(bucket),),
                path=_path(artifacts[0]),
                severity=HIGH,
                desc=f"The pipeline's own default bucket {bucket} is another account's."
                if taken
                else f"The bucket {bucket} does not exist: whoever creates it gets, or supplies, the data.",
                evidence={
                    "bucket": bucket,
                    "exists": posture.exists is not False,
                    "artifacts": [artifact.id for artifact in artifacts],
                },
            )


def _tags(flow: Flow, artifact: Artifact) -> Mapping[str, str]:
    posture = flow.posture(artifact)
    return (posture.tags.value or {}) if posture else {}


def _data_in_buckets(flow: Flow) -> Iterator[tuple[str, list[Artifact]]]:
    for bucket, artifacts in flow.in_bucket.items():
        data = [artifact for artifact in artifacts if flow.is_data(artifact)]
        if data:
            yield bucket, data


def _path(artifact: Artifact) -> tuple[str, ...]:
    """Return the path between the artifact and the first step that uses it, in the direction of the data."""
    if artifact.produced_by:
        return (f"node:{artifact.produced_by[0]}", name(artifact))
    return (name(artifact), *(f"node:{step}" for step in artifact.consumed_by[:1]))
