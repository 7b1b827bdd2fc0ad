"""Redaction of a graph: the locations and expressions of a definition or a job may hold secrets."""

from __future__ import annotations

from chalicelib.core.values.model import Artifact, Graph, Node, Port
from chalicelib.core.values.redaction import redact_text


def without_secrets(graph: Graph) -> Graph:
    """Return the same graph, with signed queries, credentials in URLs and whatever else looks like one redacted.

    A location is redacted in the same way wherever it stands, so that ports and artifacts still match.
    """
    nodes = tuple(map(_node, graph.nodes))
    artifacts = tuple(map(_artifact, graph.artifacts))
    return graph._replace(nodes=nodes, artifacts=artifacts)


def _node(node: Node) -> Node:
    inputs, outputs = tuple(map(_port, node.inputs)), tuple(map(_port, node.outputs))
    # Nearly every node stays as it is: equal ports are the very same, which tuples compare first.
    return node if inputs == node.inputs and outputs == node.outputs else node._replace(inputs=inputs, outputs=outputs)


def _artifact(artifact: Artifact) -> Artifact:
    uri = redact_text(artifact.uri)
    if uri == artifact.uri:
        return artifact
    return artifact._replace(uri=uri, key=_key_in(uri, artifact) if artifact.key else artifact.key)


def _key_in(uri: str, artifact: Artifact) -> str:
    """Return the redacted key: the end of the redacted location, as far as what stands before it is as it was."""
    key = artifact.key or ""
    before = artifact.uri.removesuffix(key)
    return uri.removeprefix(before) if uri.startswith(before) else redact_text(key)


def _port(port: Port) -> Port:
    uri = redact_text(port.uri)
    within = tuple(map(redact_text, port.within))
    expression = redact_text(port.expression) if port.expression else port.expression
    unchanged = uri == port.uri and within == port.within and expression == port.expression
    return port if unchanged else port._replace(uri=uri, within=within, expression=expression)
