"""Flow of the data for the rules: who reads and writes what, which step precedes which, what is sensitive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from chalicelib.core.findings.facts import Facts
from chalicelib.core.graph.edges import reachable
from chalicelib.core.posture.bucket import BucketPosture
from chalicelib.core.posture.bucket_names import BUCKET, DIRECTORY, kind_of_name
from chalicelib.core.values.meeting import MeetingIndex, taken_at, written_at
from chalicelib.core.values.model import Artifact, Node, Port
from chalicelib.core.values.tristate import Tri, any3

DATA_EDGES = frozenset({"ref:Get", "artifact"})
"""Kinds of edges that carry data; `dependsOn` and branches only fix an order."""


class Flow:
    """One pipeline's facts with what the rules derive from them; each derived value is computed when first needed."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.graph = facts.graph
        self.nodes = {node.id: node for node in facts.graph.nodes}
        self.artifacts = {artifact.id: artifact for artifact in facts.graph.artifacts}
        arn = (facts.pipeline.arn or "").split(":")
        self.partition = arn[1] if len(arn) > 5 else "aws"
        self.account = arn[4] if len(arn) > 5 else None
        self.region = facts.pipeline.region
        self._before_each: dict[str, dict[str, Artifact | Node]] = {}
        self._between_pairs: dict[tuple[str, str], Artifact | None] = {}

    # --- What a step touches ---------------------------------------------------------------------------

    @cached_property
    def _by_uri(self) -> dict[str, Artifact]:
        return {artifact.uri: artifact for artifact in self.graph.artifacts}

    def data(self, ports: Iterable[Port]) -> Iterator[tuple[Port, Artifact]]:
        """Yield the data ports among `ports` with their artifacts, without code and without unresolved ports."""
        for port in ports:
            artifact = self._by_uri.get(port.uri) if port.kind != "code" else None
            if artifact is not None:
                yield port, artifact

    @cached_property
    def _reads(self) -> dict[str, list[Artifact]]:
        return {node.id: self._once_each(node.inputs) for node in self.graph.nodes}

    @cached_property
    def _writes(self) -> dict[str, list[Artifact]]:
        return {node.id: self._once_each(node.outputs) for node in self.graph.nodes}

    def _once_each(self, ports: Iterable[Port]) -> list[Artifact]:
        return list({artifact.id: artifact for _, artifact in self.data(ports)}.values())

    def reads(self, node: Node) -> list[Artifact]:
        """Return the artifacts that a step takes data from, once each."""
        return self._reads[node.id]

    def writes(self, node: Node) -> list[Artifact]:
        """Return the artifacts that a step writes data to, once each."""
        return self._writes[node.id]

    @cached_property
    def _data(self) -> frozenset[int]:
        ports = (self.data((*node.inputs, *node.outputs)) for node in self.graph.nodes)
        return frozenset(artifact.id for found in ports for _, artifact in found)

    def is_data(self, artifact: Artifact) -> bool:
        """Return whether a step reads or writes data at the artifact, and not only code."""
        return artifact.id in self._data

    def posture(self, artifact: Artifact) -> BucketPosture | None:
        """Return the posture of the artifact's bucket; `None` where nothing was read of it or it does not exist."""
        posture = self.facts.postures.get(artifact.bucket) if artifact.bucket else None
        return posture if posture is not None and posture.exists else None

    def refused(self, artifact: Artifact) -> BucketPosture | None:
        """Return the posture of the artifact's bucket where every read of it failed; else `None`.

        Only the rules about exposure, ownership and blind spots speak of such a bucket: one doubt is one finding.
        """
        posture = self.facts.postures.get(artifact.bucket) if artifact.bucket else None
        return posture if posture is not None and posture.refused else None

    def unseen(self, artifact: Artifact) -> BucketPosture | None:
        """Return the posture of what stands where the artifact's bucket would, and is none; `None` for a bucket.

        Nothing is known of what lies behind an access point.
        """
        posture = self.facts.postures.get(artifact.bucket) if artifact.bucket else None
        return posture if posture is not None and posture.kind not in (BUCKET, DIRECTORY) else None

    @cached_property
    def in_bucket(self) -> dict[str, list[Artifact]]:
        """Return the artifacts in each bucket that was asked about, by bucket name."""
        found: dict[str, list[Artifact]] = {bucket: [] for bucket in sorted(self.facts.postures)}
        for artifact in self.graph.artifacts:
            if artifact.bucket in found:
                found[artifact.bucket].append(artifact)
        return {bucket: artifacts for bucket, artifacts in found.items() if artifacts}

    def bucket_arn(self, bucket: str | None) -> str:
        """Return the bucket's ARN, by which findings identify it."""
        if bucket and kind_of_name(bucket) == DIRECTORY:
            return f"arn:{self.partition}:s3express:{self.region or ''}:{self.account or ''}:bucket/{bucket}"
        if bucket and bucket.startswith("arn:"):
            return bucket
        return f"arn:{self.partition}:s3:::{bucket}"

    # --- What comes before what ------------------------------------------------------------------------

    @cached_property
    def data_before(self) -> dict[str, list[str]]:
        """Return, for each step, the steps that it gets data from directly."""
        return self._before(DATA_EDGES)

    def _before(self, via: frozenset[str] | None) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {node: [] for node in self.nodes}
        for edge in self.graph.edges:
            if (via is None or edge.via in via) and edge.target in found and edge.source in found:
                found[edge.target].append(edge.source)
        return found

    @cached_property
    def _bit(self) -> dict[str, int]:
        return {node.id: 1 << place for place, node in enumerate(self.graph.nodes)}

    @cached_property
    def data_ancestors(self) -> dict[str, int]:
        """Return, for each step, the set (as bits) of all steps whose data reaches it."""
        return reachable(self.nodes, self.data_before, self._bit.__getitem__)

    @cached_property
    def ancestors(self) -> dict[str, int]:
        """Return, for each step, the set (as bits) of all steps that are certainly over before it begins."""
        return reachable(self.nodes, self._before(None), self._bit.__getitem__)

    def bits(self, nodes: Iterable[str]) -> int:
        """Return a set of steps as bits; raise KeyError for a step that the graph does not have."""
        found = 0
        for node in nodes:
            found |= self._bit[node]
        return found

    def steps_in(self, bits: int) -> Iterator[Node]:
        """Yield the steps of a set of bits, in topological order."""
        while bits:
            lowest = bits & -bits
            yield self.graph.nodes[lowest.bit_length() - 1]
            bits ^= lowest

    @cached_property
    def branches(self) -> dict[str, frozenset[tuple[str, str]]]:
        """Return, for each step, the branches that must be taken for it to run.

        A branch is a pair of the holding step and `branch:if`, `branch:else` or `forEach`.
        """
        inside: dict[str, list[tuple[str, str]]] = {}
        for edge in self.graph.edges:
            if edge.via in ("branch:if", "branch:else", "forEach"):
                inside.setdefault(edge.target, []).append((edge.source, edge.via))
        found: dict[str, frozenset[tuple[str, str]]] = {}
        for node in self.graph.nodes:
            outer = (found.get(holder, frozenset()) for holder, _ in inside.get(node.id, ()))
            found[node.id] = frozenset(inside.get(node.id, ())).union(*outer)
        return found

    def exclusive(self, one: str, other: str) -> bool:
        """Return whether two steps stand in opposite branches of one condition, so that never both run."""
        opposite = {"branch:if": "branch:else", "branch:else": "branch:if"}
        return any((cond, opposite.get(via, "")) in self.branches[other] for cond, via in self.branches[one])

    def writers(self, artifact: Artifact) -> int:
        """Return the set (as bits) of the steps that make an artifact, or some of what lies in it."""
        return self.bits(step for step in artifact.produced_by if step in self.nodes)

    def upstream(self, node: Node) -> list[Artifact]:
        """Return every artifact that the step's inputs descend from, its own inputs included, by id."""
        steps = self.steps_in(self.data_ancestors[node.id] | self._bit[node.id])
        found = {artifact.id: artifact for step in steps for artifact in self.reads(step)}
        return [found[key] for key in sorted(found)]

    # --- What is sensitive -----------------------------------------------------------------------------

    @cached_property
    def _sensitive(self) -> tuple[dict[str, Tri], dict[int, Tri]]:
        """Return sensitivity by node and by artifact: what tags say of it, or of anything upstream."""
        pipeline = self.pipeline_sensitive
        data: dict[int, Tri] = {artifact.id: self.tagged(artifact) for artifact in self.graph.artifacts}
        steps: dict[str, Tri] = {}
        for node in self.graph.nodes:
            inputs = (data[artifact.id] for artifact in self.reads(node))
            above = (steps.get(other, False) for other in self.data_before[node.id])
            steps[node.id] = any3((pipeline, self.step_tagged(node), *inputs, *above))
            for artifact in self.writes(node):
                data[artifact.id] = any3((data[artifact.id], steps[node.id]))
        return steps, data

    @cached_property
    def pipeline_sensitive(self) -> Tri:
        """Return whether the pipeline's own tags say that its data is sensitive."""
        said = self.facts.sensitive_tags.verdict(self.facts.pipeline.tags)
        return said if said or self.facts.pipeline_tags_known else None

    def step_tagged(self, node: Node) -> Tri:
        """Return whether the tags that a step gives its job call what it works on sensitive."""
        tags = self.facts.job_tags.get(node.id)
        return self.facts.sensitive_tags.verdict(tags) if tags else False

    @cached_property
    def _tagged(self) -> dict[str, Tri]:
        """Return whether each bucket's tags call what lies there sensitive; false where S3 was not asked for tags."""
        verdict = self.facts.sensitive_tags.verdict
        tags = {
            bucket: posture.tags
            for bucket, posture in self.facts.postures.items()
            if posture.tags.asked and (posture.exists or posture.refused)
        }
        return {bucket: verdict(told.value or {}) if told.known else None for bucket, told in tags.items()}

    def tagged(self, artifact: Artifact) -> Tri:
        """Return whether the bucket's tags call the artifact sensitive; false where S3 was not asked for tags."""
        return self._tagged.get(artifact.bucket, False) if artifact.bucket else False

    def step_sensitive(self, node: Node) -> Tri:
        """Return whether a step works on sensitive data."""
        return self._sensitive[0][node.id]

    def data_sensitive(self, artifact: Artifact) -> Tri:
        """Return whether sensitive data lies in the artifact or flows through it."""
        return self._sensitive[1][artifact.id]

    # --- Where the data comes from ---------------------------------------------------------------------

    def before(self, called: str, item: Artifact | Node) -> dict[str, Artifact | Node]:
        """Return, by name, what the data of the item `called` so comes from directly; `ways` leads further back."""
        if called not in self._before_each:
            self._before_each[called] = {name(each): each for each in self._sources(item)}
        return self._before_each[called]

    def _sources(self, item: Artifact | Node) -> Iterator[Artifact | Node]:
        if isinstance(item, Artifact):
            yield from (self.nodes[step] for step in item.produced_by if step in self.nodes)
        else:
            yield from self.reads(item)
            yield from (self.nodes[step] for step in self.data_before[item.id])

    def between(self, source: Node, target: Node) -> Artifact | None:
        """Return the artifact between two steps: what the target reads of the source's outputs, else an output."""
        pair = source.id, target.id
        if pair not in self._between_pairs:
            made = MeetingIndex([written for port, _ in self.data(source.outputs) for written in written_at(port)])
            read = (each for port, each in self.data(target.inputs) if any(True for _ in made.met_by(taken_at(port))))
            self._between_pairs[pair] = next(chain(read, self.writes(source)), None)
        return self._between_pairs[pair]


def name(item: Artifact | Node) -> str:
    """Return the name of an artifact or node in a finding's path: `artifact:<id>` or `node:<id>`."""
    return f"artifact:{item.id}" if isinstance(item, Artifact) else f"node:{item.id}"
