"""No secret leaves by way of a location or an expression."""

from chalicelib.core.graph.redacted import without_secrets
from chalicelib.core.values.model import Artifact, Graph, Node, Port

SIGNED = "s3://data/raw.csv?X-Amz-Signature=abc123&X-Amz-Credential=AKIA" + "IOSFODNN7EXAMPLE"


def graph_with(port: Port) -> Graph:
    artifacts = (Artifact(0, port.uri, "data", "raw.csv"),)
    return Graph((Node("A", "A", "Processing", inputs=(port,)),), (), artifacts)


def test_a_presigned_query_is_gone_and_the_place_still_joins() -> None:
    safe = without_secrets(graph_with(Port("raw", SIGNED)))
    uri = safe.nodes[0].inputs[0].uri

    assert uri.startswith("s3://data/raw.csv?")
    assert "abc123" not in uri
    assert "AKIA" not in uri
    assert safe.artifacts[0].uri == uri


def test_an_expression_keeps_no_password() -> None:
    expression = '{"Std:Join":{"On":"","Values":["jdbc://db?password=hunter22",{"Get":"Parameters.X"}]}}'
    safe = without_secrets(graph_with(Port("db", f"${{{expression}}}", expression=expression)))

    assert "hunter22" not in str(safe)
    assert "Parameters.X" in str(safe)
    assert safe.artifacts[0].uri == safe.nodes[0].inputs[0].uri


def test_a_partition_that_is_called_token_is_no_secret() -> None:
    graph = graph_with(Port("raw", "s3://data/token=1/part"))

    assert without_secrets(graph) == graph
