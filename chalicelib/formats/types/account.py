"""The bodies of `GET /impact` and `GET /account`."""

from typing import Annotated, Any, TypedDict

from chalicelib.formats.types.lineage import WarningEntry
from chalicelib.formats.types.words import Said, Time, Unknown, Words

TYPES = ("step", "data", "package", "model", "endpoint")
VIAS = ("reads", "writes", "ref:Get", "makes", "serves", "captures")


class VertexMore(TypedDict, total=False):
    """Optional keys of `Vertex`."""

    gone: Annotated[Said[bool], "true: AWS has it no more; it is kept for a while."]


class Vertex(VertexMore):
    """One thing of the account."""

    id: Annotated[str, "Its type, a colon, and its name: step:PIPELINE/STEP, data:s3://…, endpoint:NAME."]
    type: Annotated[str, Words(TYPES)]
    name: str
    arn: str | None
    pipeline: Annotated[str | None, "A step's, and that of a location that still holds ${…}."]
    facts: Annotated[dict[str, Any], "data: publicAccess, encryption, sensitive, readAt; package: approval, version."]


class Reached(Vertex):
    """A vertex that the walk reached."""

    distance: Annotated[int, "How many edges lead there, at least."]
    path: Annotated[list[str], "One shortest path, whole: ids from the start to this one."]


class FlowMore(TypedDict, total=False):
    """The reader's own text, where it is not the vertex's name."""

    at: Said[str]


Ends = TypedDict("Ends", {"from": str, "to": str, "via": Annotated[str, Words(VIAS)]})


class Flow(Ends, FlowMore):
    """Data that goes from one vertex to another."""

    known: Annotated[str, Words(("observed", "declared")), "declared: by the definition alone."]
    timing: Annotated[
        str | None, Words(("before", "after", "unknown")), "Of another pipeline's data: was it written before?"
    ]


class Weakest(TypedDict):
    """The worst place on the paths."""

    id: str
    why: str


class Unread(TypedDict):
    """Fact that could not be read."""

    pipeline: str | None
    why: str
    action: str | None


class PipelineCount(TypedDict):
    """Number of pipelines, and of those that were read."""

    known: int
    read: int


class Coverage(TypedDict):
    """Part of the account that the answer knows."""

    regions: list[str]
    pipelines: PipelineCount
    asOf: Annotated[Time | None, "When the store was last scanned; null when read at once."]
    unread: list[Unread]


class Impact(TypedDict):
    """Everything that a change at one place reaches, or that a thing was made from."""

    start: list[Vertex]
    nodes: Annotated[list[Reached], "Nearest first, without the start."]
    edges: Annotated[list[Flow], "Those between all that stands on the paths."]
    weakest: Annotated[Weakest | None, "null where no place on the paths was read."]
    omitted: Annotated[dict[str, int], "How many more there are, by type."]
    coverage: Coverage
    warnings: list[WarningEntry]


class Totals(TypedDict):
    """Number of things of each kind."""

    pipelines: int
    steps: int
    data: int
    packages: int
    models: int
    endpoints: int


class LatestExecution(TypedDict):
    """A pipeline's latest execution."""

    arn: str
    status: str
    startTime: Time | None


class Why(TypedDict):
    """Reason why something is not known: in words, or as AWS's error code."""

    why: str
    action: str | None


class PipelineRow(TypedDict):
    """One pipeline, summed up."""

    name: str
    region: str | None
    arn: str | None
    latestExecution: LatestExecution | None
    steps: int
    findings: Annotated[dict[str, int], "How many of each severity."]
    sensitive: Annotated[bool | Unknown, "Whether it touches a bucket that its tags call sensitive."]
    publicPlaces: Annotated[list[str], "The public buckets that it touches."]
    unread: list[Why]


class PlacePosture(TypedDict):
    """Posture of a bucket, in four words."""

    region: str
    encryption: str
    versioning: str
    publicAccess: str


class Place(TypedDict):
    """One bucket, and who touches it."""

    bucket: str
    posture: PlacePosture
    readAt: Time | None
    readBy: Annotated[list[str], "Pipelines."]
    writtenBy: Annotated[list[str], "Pipelines."]
    sensitive: bool | Unknown


class Account(TypedDict):
    """The account summed up, what needs attention first."""

    region: Annotated[str | None, "null: all that are known."]
    coverage: Coverage
    totals: Totals
    findings: Annotated[dict[str, int], "How many of each severity; one that several pipelines share counts once."]
    pipelines: list[PipelineRow]
    places: list[Place]
    nextToken: str | None
    warnings: list[WarningEntry]
