"""Rules about encryption along the flow of the data: it should not get weaker, nor change its key."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib.core.findings.flow import Flow, name
from chalicelib.core.findings.rule import HIGH, INFORMATIONAL, MEDIUM, Hit
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.kms import AWS_MANAGED, OTHER_ACCOUNT, Key, parse_key, same_key
from chalicelib.core.values.model import UNKNOWN, Artifact, Node
from chalicelib.core.values.tristate import Tri

NONE, SSE_S3, KMS_AWS, KMS_CUSTOMER = range(4)


class Strength(NamedTuple):
    """Strength of a place's encryption: a range from `least` to `most`, because not everything may have been read.

    `word` is AWS's word for the encryption; `key` is set where it uses a known KMS key.
    """

    least: int
    most: int
    word: str
    key: Key | None = None

    @property
    def by_kms(self) -> Tri:
        """Return whether a KMS key is used; `None` where that is not known."""
        if self.least >= KMS_AWS:
            return True
        return None if self.most >= KMS_AWS else False


def strength_of_bucket(posture: BucketPosture, account: str | None) -> Strength:
    """Return the strength of the bucket's default encryption; the full range where it was not read."""
    if not posture.encryption.known:
        return Strength(NONE, KMS_CUSTOMER, UNKNOWN)
    word = posture.encryption_word
    if posture.kms_key is None:
        rank = SSE_S3 if word == "AES256" else NONE
        return Strength(rank, rank, word)
    return _of_key(posture.kms_key, word, account)


def _of_key(text: str, word: str, account: str | None) -> Strength:
    key = parse_key(text)
    weak = key.owner(account) == AWS_MANAGED and word != "aws:kms:dsse"
    rank = KMS_AWS if weak else KMS_CUSTOMER
    return Strength(rank, rank, word, key)


def _written(key: Any, default: Strength, account: str | None) -> Strength:
    """Return the strength of what a step writes: its own output key takes precedence over the bucket's default."""
    if key == UNKNOWN:
        return Strength(min(default.least, KMS_AWS), KMS_CUSTOMER, UNKNOWN)
    return _of_key(key, "aws:kms", account) if isinstance(key, str) else default


def _found(flow: Flow, node: Node, artifact: Artifact, default: Strength, by_key: Mapping[Any, int]) -> Strength:
    """Return the strength of what a step reads: as earlier steps wrote it, else the bucket's default."""
    writers = flow.writers(artifact) & flow.data_ancestors[node.id]
    strengths = [_written(key, default, flow.account) for key, steps in by_key.items() if steps & writers]
    if not strengths:
        return default
    weakest = min(strengths, key=lambda strength: strength.least)
    most = max(strength.most for strength in strengths)
    return Strength(weakest.least, most, weakest.word if most == weakest.most else UNKNOWN, weakest.key)


def _output_keys(flow: Flow) -> dict[str, Any]:
    return {node.id: flow.facts.security.get(node.id, {}).get("outputKmsKeyId") for node in flow.graph.nodes}


def _pairs(flow: Flow) -> Iterator[tuple[Node, Artifact, Strength, Artifact, Strength]]:
    """Yield each pair of an input and an output of a step, with their strengths, where encryption was asked for.

    A pair is left out where it would be in doubt only because nothing of a bucket could be read (FLOW-16 says that).
    """
    defaults = {
        bucket: strength_of_bucket(posture, flow.account)
        for bucket, posture in flow.facts.postures.items()
        if posture.exists is not False and posture.encryption.asked
    }
    keys = _output_keys(flow)
    by_key: dict[Any, int] = {}
    for step, key in keys.items():
        by_key[key] = by_key.get(key, 0) | flow.bits((step,))
    for node in flow.graph.nodes:
        targets = [
            (a, _written(keys[node.id], defaults[a.bucket], flow.account))
            for a in flow.writes(node)
            if a.bucket in defaults
        ]
        for source in flow.reads(node) if targets else ():
            if source.bucket not in defaults:
                continue
            before = _found(flow, node, source, defaults[source.bucket], by_key)
            for target, after in targets:
                in_doubt = (before.word == UNKNOWN and flow.refused(source)) or (
                    after.word == UNKNOWN and flow.refused(target)
                )
                if source is not target and not in_doubt:
                    yield node, source, before, target, after


def downgrades(flow: Flow) -> Iterator[Hit]:
    """Find steps that read strongly encrypted data and write it more weakly (FLOW-03)."""
    for node, source, before, target, after in _pairs(flow):
        if after.least >= before.most or (before.word == UNKNOWN and after.word == UNKNOWN):
            continue
        certain = after.most < before.least
        grave = flow.step_sensitive(node) is True or (certain and after.most == NONE)
        yield Hit(
            resources=_resources(flow, node, source, target),
            path=(name(source), f"node:{node.id}", name(target)),
            severity=HIGH if grave else MEDIUM,
            unknown=not certain,
            desc=f"{node.label} reads data under {before.word} and writes it under {after.word}.",
            evidence={"in": before.word, "out": after.word, **_keys(before, after)},
        )


def key_changes(flow: Flow) -> Iterator[Hit]:
    """Find steps that write data under another KMS key than the one they read it under (FLOW-04)."""
    for node, source, before, target, after in _pairs(flow):
        if False in (before.by_kms, after.by_kms) or (before.by_kms is None and after.by_kms is None):
            continue
        same = same_key(before.key, after.key) if before.key and after.key else None
        if same:
            continue
        foreign = [k for k in (before.key, after.key) if k and k.owner(flow.account) == OTHER_ACCOUNT]
        yield Hit(
            resources=_resources(flow, node, source, target),
            path=(name(source), f"node:{node.id}", name(target)),
            severity=HIGH if foreign else INFORMATIONAL,
            unknown=same is None,
            desc=f"{node.label} reads data under one KMS key and {'writes' if same is False else 'may write'} "
            f"it under another{', a key of another account' if foreign else ''}.",
            evidence={"in": before.word, "out": after.word, **_keys(before, after)},
        )


def _keys(before: Strength, after: Strength) -> dict[str, str]:
    keys = {"inKey": before.key, "outKey": after.key}
    return {where: key.name for where, key in keys.items() if key}


def _resources(flow: Flow, node: Node, source: Artifact, target: Artifact) -> tuple[str, ...]:
    return (f"in:{flow.bucket_arn(source.bucket)}", f"step:{node.id}", f"out:{flow.bucket_arn(target.bucket)}")
