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
<<<<<<< HEAD
    uri = redact_text(artifact.uri)
    if uri == artifact.uri:
        return artifact
    return artifact._replace(uri=uri, key=redact_text(artifact.key) if artifact.key else artifact.key)


def _port(port: Port) -> Port:
    uri = redact_text(port.uri) if port.uri else port.uri
    expression = redact_text(port.expression) if port.expression else port.expression
    unchanged = uri == port.uri and expression == port.expression
    return port if unchanged else port._replace(uri=uri, expression=expression)
=======
    uri = _location(artifact.uri)
    if uri == artifact.uri:
        return artifact
    return artifact._replace(uri=uri, key=redact_text(artifact.key) if artifact.key else None)


def _port(port: Port) -> Port:
    uri = _location(port.uri)
    within = tuple(map(_location, port.within))
    expression = redact_text(port.expression) if port.expression else port.expression
    unchanged = uri == port.uri and within == port.within and expression == port.expression
    return port if unchanged else port._replace(uri=uri, within=within, expression=expression)


def _location(uri: str) -> str:
    # Of a location only its query can hold a secret (`s3://bucket/token=1/` is a partition), and a piece that is JSON.
    return redact_text(uri) if "?" in uri or "${{" in uri else uri
>>>>>>> a9021b1 (Findings, the account and artifacts' makers and readers use the one meeting rule; the older ones are gone)
