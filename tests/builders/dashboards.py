"""What the two dashboards that exist do with an answer to `GET /lineage`: where their code would break, this does."""

from collections.abc import Mapping, Sequence
from typing import Any

S3_STRINGS = ("bucket", "region", "encryption", "versioning", "publicAccess")


def older(body: Any) -> None:
    """Reads `graph` as the older dashboard does."""
    graph, summary = body["graph"], body["summary"]
    for node in graph["nodes"]:
        rendered(node, "id", "label", "type")
        for port in (*node["inputs"], *node["outputs"]):
            rendered(port, "name", "uri")
        if "run" in node:
            run(node["run"], nulls=True)
            assert all(is_number(value) for value in node["run"]["metrics"].values())
    ids = {node["id"] for node in graph["nodes"]}
    assert all({edge["from"], edge["to"]} <= ids for edge in graph["edges"])
    for artifact in graph["artifacts"]:
        rendered(artifact, "uri")
        place(artifact["s3"])
    rendered(summary, "overallStatus")
    assert all(is_number(count) for count in summary["nodeStatus"].values())
    assert summary["elapsedSec"] is None or is_number(summary["elapsedSec"])


def newer(body: Any) -> None:
    """Reads `graphPipeline` and `graphData` as the newer dashboard does; it chains steps in the order of the list."""
    assert {"Failed", "Succeeded"} <= body["summary"]["nodeStatus"].keys()
    steps = {node["id"]: node for node in body["graphPipeline"]["nodes"]}
    places = {artifact["uri"] for artifact in body["graph"]["artifacts"]}
    assert list(steps) == [node["id"] for node in body["graph"]["nodes"]]
    for step in steps.values():
        rendered(step, "id", "label", "type")
        run(step["run"], nulls=False)
        for port in (*step["inputs"], *step["outputs"]):
            rendered(port, "name", "uri")
            assert port["uri"] in places
    for node in body["graphData"]["nodes"]:
        rendered(node, "id", "label", "type")
        if node["type"] == "processNode":
            assert (node["label"], node["stepType"]) == (steps[node["stepId"]]["label"], steps[node["stepId"]]["type"])
            run(node["run"], nulls=False)
        else:
            assert node["type"] == "dataArtifact"
            assert node["id"] == "data:" + node["uri"]
            # What is missing it takes for a scan that found nothing, so that nobody looked is said.
            assert node["meta"]["pii"] == {"hasPII": None, "scanner": "none"}
            assert node["meta"]["retention"] == {"expired": None, "policyName": "not checked"}
            place(node["meta"]["s3"])
    kinds = {node["id"]: node["type"] for node in body["graphData"]["nodes"]}
    assert len(kinds) == len(body["graphData"]["nodes"])
    for edge in body["graphData"]["edges"]:
        ends = (kinds[edge["source"]], kinds[edge["target"]])
        assert (
            ends
            == {
                "read": ("dataArtifact", "processNode"),
                "write": ("processNode", "dataArtifact"),
            }[edge["kind"]]
        )


def rendered(document: Mapping[str, Any], *names: str) -> None:
    """Each is put on the page as it is: an object there ends the page."""
    assert {name: type(document[name]) for name in names} == dict.fromkeys(names, str)


def run(document: Mapping[str, Any], *, nulls: bool) -> None:
    """A run's facts; the newer dashboard does not expect a null."""
    rendered(document, "status")
    for name in ("startTime", "endTime", "jobName", "jobArn"):
        value = document.get(name, "")
        assert isinstance(value, str) or (nulls and value is None)
    elapsed = document.get("elapsedSec", 0)
    assert is_number(elapsed) or (nulls and elapsed is None)


def place(s3: Mapping[str, Any]) -> None:
    """A place's strings, and its tags, over which both go pair by pair."""
    rendered(s3, *S3_STRINGS)
    assert all(isinstance(key, str) and isinstance(value, str) for key, value in s3["tags"].items())


def is_number(value: Any) -> bool:
    """What JavaScript can reckon with."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def greens(bodies: Sequence[Any]) -> set[str]:
    """The buckets that either dashboard shows as well protected."""
    return {
        s3["bucket"]
        for body in bodies
        for s3 in (artifact["s3"] for artifact in body["graph"]["artifacts"])
        if s3["publicAccess"] == "Blocked"
    }


def data_edges(body: Any) -> set[tuple[str, str]]:
    """The edges of data that the older dashboard draws: where an output's `uri` equals another step's input's."""
    nodes = body["graph"]["nodes"]
    written = [(port["uri"], node["id"]) for node in nodes for port in node["outputs"]]
    read = [(port["uri"], node["id"]) for node in nodes for port in node["inputs"] if port["name"] != "code"]
    return {(writer, reader) for uri, writer in written for other, reader in read if uri == other and writer != reader}
