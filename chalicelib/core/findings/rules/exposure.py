"""Rules about exposure: public places along the flow of the data, and places that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import CRITICAL, LOW, MEDIUM, Hit
from chalicelib.core.findings.ways import WaysTo
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.public_access import BLOCKED, NOT_PUBLIC, PUBLIC
from chalicelib.core.values.model import UNKNOWN, Artifact, Node
from chalicelib.core.values.tristate import Tri, all3, any3

TRAINS = frozenset({"Training", "Tuning", "AutoML"})
MAKES_MODELS = TRAINS | {"RegisterModel", "Model"}


def is_public(posture: BucketPosture) -> Tri:
    """Return the verdict on public access as a truth value; `None` where it is not known."""
    return {PUBLIC: True, BLOCKED: False, NOT_PUBLIC: False}.get(posture.access.word)


def public_sinks(flow: Flow) -> Iterator[Hit]:
    """Find public buckets that receive sensitive data, or that tags call sensitive and a step writes to (FLOW-01)."""
    for bucket, artifacts in flow.in_bucket.items():
        for artifact in artifacts:
            posture = flow.posture(artifact) or flow.refused(artifact) or flow.unseen(artifact)
            if posture is None or not artifact.produced_by:
                continue
            sensitive, public = flow.data_sensitive(artifact), is_public(posture)
            if all3((sensitive, public)) is False or (sensitive is None and public is None):
                continue
            yield Hit(
                resources=(flow.bucket_arn(bucket),),
                path=_from_source(flow, artifact),
                severity=CRITICAL,
                unknown=not (sensitive and public),
                desc=f"{_surely(sensitive, 'Sensitive data')} flows to {artifact.uri}, "
                f"in a bucket whose public access is {posture.access.word}.",
                evidence={"bucket": bucket, "publicAccess": posture.access.word, "sensitive": _word(sensitive)},
            )


def _from_source(flow: Flow, sink: Artifact) -> tuple[str, ...]:
    """Return the path from where tags call the data sensitive to the sink; else from the step that writes it."""

    def begins(item: Artifact | Node) -> bool:
        return (flow.tagged(item) if isinstance(item, Artifact) else flow.step_tagged(item)) is True

    path = WaysTo(sink, flow).from_nearest(begins)
    if len(path) > 1:
        return path
    writer = flow.nodes.get(sink.produced_by[0])
    before = flow.reads(writer)[:1] if writer else []
    return (*map(name, before), f"node:{sink.produced_by[0]}", name(sink))


def open_training_data(flow: Flow) -> Iterator[Hit]:
    """Find data behind a model that anyone can write, and so change the model (FLOW-02)."""
    doubtful = {
        bucket: writable
        for bucket, artifacts in flow.in_bucket.items()
        if (posture := flow.posture(artifacts[0])) is not None
        and (posture.acl.asked or posture.policy_public.asked)
        and (writable := posture.access.public_write) is not False
    }
    for node in flow.graph.nodes:
        for artifact in flow.upstream(node) if doubtful and node.type in MAKES_MODELS else ():
            posture = flow.posture(artifact)
            if posture is not None and artifact.bucket in doubtful:
                yield _open(flow, node, artifact, posture, doubtful.pop(artifact.bucket))


def _open(flow: Flow, node: Node, artifact: Artifact, posture: BucketPosture, writable: Tri) -> Hit:
    return Hit(
        resources=(flow.bucket_arn(artifact.bucket),),
        path=WaysTo(node, flow).from_artifact(artifact),
        severity=CRITICAL,
        unknown=writable is None,
        desc=f"{node.label} depends on {artifact.uri}, and {_who_writes(posture, writable)}.",
        evidence={
            "bucket": artifact.bucket,
            "publicAccess": posture.access.word,
            "publicGrants": list(posture.acl.value.public) if posture.acl.value else UNKNOWN,
            "policyIsPublic": posture.policy_public.value if posture.policy_public.known else UNKNOWN,
            "policyText": "read" if posture.policy.value else "not read",
        },
    )


def _who_writes(posture: BucketPosture, writable: Tri) -> str:
    if writable:
        return "anyone can write there"
    if posture.access.by_policy:
        return "its bucket policy is public; whether it lets anyone write stands in its text, which was not read"
    return "whether anyone can write there could not be read"


def blind_spots(flow: Flow) -> Iterator[Hit]:
    """Find buckets that sensitive data passes through and that could not be read completely (FLOW-16).

    A bucket of which nothing could be read may hold sensitive data itself.
    """
    for bucket, artifacts in flow.in_bucket.items():
        sensitive = [artifact for artifact in artifacts if flow.data_sensitive(artifact)]
        refused = [artifact for artifact in artifacts if flow.refused(artifact) and flow.is_data(artifact)]
        touched = sensitive or refused
        posture = (flow.posture(touched[0]) or flow.refused(touched[0])) if touched else None
        unread = sorted(_unread(posture)) if posture else []
        if unread:
            yield Hit(
                resources=(flow.bucket_arn(bucket),),
                path=_around(touched[0]),
                severity=LOW,
                unknown=True,
                desc=f"{_surely(bool(sensitive), 'Sensitive data')} passes through {bucket}, of which "
                f"{', '.join(unread)} could not be read.",
                evidence={"bucket": bucket, "notRead": unread},
            )


def _unread(posture: BucketPosture) -> Iterator[str]:
    words = {
        "region": posture.region.known,
        "encryption": posture.encryption.known,
        "versioning": posture.versioning.known,
        "publicAccess": posture.access.word != UNKNOWN,
        "tags": posture.tags.known,
    }
    return (word for word, known in words.items() if not known)


def _around(artifact: Artifact) -> tuple[str, ...]:
    """Return the path from a step that writes the artifact, through it, to one that reads it."""
    writers = [f"node:{step}" for step in artifact.produced_by[:1]]
    readers = [f"node:{step}" for step in artifact.consumed_by[:1]]
    return (*writers, name(artifact), *readers)


def bare_sinks(flow: Flow) -> Iterator[Hit]:
    """Find buckets that receive sensitive data and accept plain HTTP, or log no access (FLOW-17)."""
    for bucket, artifacts in flow.in_bucket.items():
        sinks = [a for a in artifacts if a.produced_by and flow.data_sensitive(a) is not False]
        posture = flow.posture(sinks[0]) if sinks else None
        if posture is None:
            continue
        sensitive = any3(flow.data_sensitive(sink) for sink in sinks)
        states = {"tlsOnly": _tls(posture), "accessLogging": _logged(posture)}
        failed = [what for what, state in states.items() if state is False]
        lacking = {what: state for what, state in states.items() if state is not True}
        if not lacking or not (failed or sensitive):
            continue
        yield Hit(
            resources=(flow.bucket_arn(bucket),),
            path=_around(sinks[0])[:2],
            severity=MEDIUM if "tlsOnly" in (failed or lacking) else LOW,
            unknown=not (failed and sensitive),
            desc=f"{_surely(sensitive, 'Sensitive data')} is written to {bucket}: {_lacks(lacking)}.",
            evidence={"bucket": bucket, **{what: _word(state) for what, state in states.items()}},
        )


def _tls(posture: BucketPosture) -> Tri:
    """Return whether TLS is enforced; true where the policy was not asked for, as nothing is claimed then."""
    if not posture.policy.asked:
        return True
    return posture.tls_only


def _logged(posture: BucketPosture) -> Tri:
    if not posture.logging.asked:
        return True
    return posture.logging.value is not None if posture.logging.known else None


LACKS = {
    ("tlsOnly", False): "its policy does not deny requests without TLS",
    ("tlsOnly", None): "whether its policy denies requests without TLS could not be read",
    ("accessLogging", False): "access is not logged",
    ("accessLogging", None): "whether access is logged could not be read",
}


def _lacks(lacking: Mapping[str, Tri]) -> str:
    return ", and ".join(LACKS[what, state] for what, state in lacking.items())


def _word(state: Tri) -> bool | str:
    return UNKNOWN if state is None else state


def _surely(state: Tri, what: str) -> str:
    return what if state else f"{what} (perhaps: tags could not be read)"
