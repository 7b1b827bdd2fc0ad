"""Flow of the data for the rules: who reads and writes what, which step precedes which, what is sensitive."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
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
            own = self.facts.sensitive_tags.verdict(self.facts.job_tags.get(node.id, {}))
            inputs = (data[artifact.id] for artifact in self.reads(node))
            above = (steps.get(other, False) for other in self.data_before[node.id])
            steps[node.id] = any3((pipeline, own, *inputs, *above))
            for artifact in self.writes(node):
                data[artifact.id] = any3((data[artifact.id], steps[node.id]))
        return steps, data

    @cached_property
    def pipeline_sensitive(self) -> Tri:
        """Return whether the pipeline's own tags say that its data is sensitive."""
        said = self.facts.sensitive_tags.verdict(self.facts.pipeline.tags)
        return said if said or self.facts.pipeline_tags_known else None

    def tagged(self, artifact: Artifact) -> Tri:
        """Return whether the bucket's tags call the artifact sensitive; false where S3 was not asked for tags."""
        posture = self.posture(artifact) or self.refused(artifact)
        if posture is None or not posture.tags.asked:
            return False
        return self.facts.sensitive_tags.verdict(posture.tags.value or {}) if posture.tags.known else None

    def step_sensitive(self, node: Node) -> Tri:
        """Return whether a step works on sensitive data."""
        return self._sensitive[0][node.id]

    def data_sensitive(self, artifact: Artifact) -> Tri:
        """Return whether sensitive data lies in the artifact or flows through it."""
        return self._sensitive[1][artifact.id]

    # --- The way of the data ---------------------------------------------------------------------------

    def route(self, end: Artifact | Node, begins: Callable[[Artifact | Node], bool]) -> tuple[str, ...]:
        """Return the shortest path of the data to `end` from an item for which `begins` is true.

        The path names the artifacts and nodes on the way; it is `end` alone where no such item is upstream.
        """
        onward: dict[str, tuple[str, ...]] = {name(end): ()}
        waiting: deque[Artifact | Node] = deque([end])
        while waiting:
            here = waiting.popleft()
            for before, between in self._steps_back(here):
                if name(before) in onward:
                    continue
                onward[name(before)] = (*between, name(here))
                if begins(before):
                    return tuple(_follow(name(before), onward))
                waiting.append(before)
        return (name(end),)

    def route_from(self, source: Artifact, end: Node) -> tuple[str, ...]:
        """Return the shortest path of the data from an artifact to a step that descends from it."""
        return self.route(end, lambda item: item is source)

    def _steps_back(self, here: Artifact | Node) -> Iterator[tuple[Artifact | Node, tuple[str, ...]]]:
        if isinstance(here, Artifact):
            for producer in here.produced_by:
                if producer in self.nodes:
                    yield self.nodes[producer], ()
            return
        for artifact in self.reads(here):
            yield artifact, ()
        for other in self.data_before[here.id]:
            between = self._between(self.nodes[other], here)
            yield self.nodes[other], (name(between),) if between else ()

    def _between(self, source: Node, target: Node) -> Artifact | None:
        """Return the artifact between two steps: what the target reads of the source's outputs, else an output."""
        made = MeetingIndex([written for port, _ in self.data(source.outputs) for written in written_at(port)])
        read = (
            artifact for port, artifact in self.data(target.inputs) if any(True for _ in made.met_by(taken_at(port)))
        )
        return next(chain(read, self.writes(source)), None)


def _follow(start: str, onward: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield start
    while onward[start]:
        yield from onward[start]
        start = onward[start][-1]


def name(item: Artifact | Node) -> str:
    """Return the name of an artifact or node in a finding's path: `artifact:<id>` or `node:<id>`."""
    return f"artifact:{item.id}" if isinstance(item, Artifact) else f"node:{item.id}"
