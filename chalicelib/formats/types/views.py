"""Shapes of the views that existing dashboards read; values that they show unchanged are always strings."""

from typing import Annotated, Literal, TypedDict

from chalicelib.formats.types.posture import S3
from chalicelib.formats.types.words import Said, Time, Words


class ViewRunMore(TypedDict, total=False):
    """Optional keys of `ViewRun`, left out where they are not known."""

    startTime: Said[Time]
    endTime: Said[Time]
    elapsedSec: Said[int]
    jobName: Said[str]
    jobArn: Said[str]


class ViewRun(ViewRunMore):
    """A step's run in short."""

    status: Annotated[str, "Unknown where the step did not run, or no execution was read."]


class ViewPort(TypedDict):
    """An input or output."""

    name: str
    uri: Annotated[str, "The location; what cannot be known yet is JSON that holds Get or Std:Join."]


class ViewNode(TypedDict):
    """One step."""

    id: str
    label: str
    type: str
    run: ViewRun
    inputs: list[ViewPort]
    outputs: list[ViewPort]


ViewEdge = TypedDict("ViewEdge", {"from": str, "to": str, "via": str})


class GraphPipeline(TypedDict):
    """The steps in topological order, and what leads from one to another."""

    nodes: list[ViewNode]
    edges: list[ViewEdge]


class ProcessNode(TypedDict):
    """A step among its data."""

    id: str
    type: Literal["processNode"]
    label: str
    stepId: Annotated[str, "The graphPipeline node's id."]
    stepType: str
    run: ViewRun


class Pii(TypedDict):
    """Result of a scan for personal data: nobody has scanned."""

    hasPII: None
    scanner: Literal["none"]


class Retention(TypedDict):
    """Whether the data are kept longer than they may: nobody has looked."""

    expired: None
    policyName: Literal["not checked"]


class DataMeta(TypedDict):
    """Facts known of the place; of personal data and retention that nothing is known."""

    s3: S3
    pii: Pii
    retention: Retention


class DataNode(TypedDict):
    """A location among the steps that touch it."""

    id: Annotated[str, "data: and the exact uri."]
    type: Literal["dataArtifact"]
    label: str
    uri: str
    meta: DataMeta


class DataEdge(TypedDict):
    """A step reads a location, or writes one."""

    id: str
    source: str
    target: str
    kind: Annotated[str, Words(("read", "write"))]


class GraphData(TypedDict):
    """Steps and locations as a bipartite graph."""

    nodes: list[ProcessNode | DataNode]
    edges: list[DataEdge]
