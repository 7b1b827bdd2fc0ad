"""Shape of the body of `GET /lineage`."""

from typing import Annotated, Any, TypedDict

from chalicelib.formats.types.posture import S3, Posture
from chalicelib.formats.types.run import Execution, Registry, Run, Summary
from chalicelib.formats.types.views import GraphData, GraphPipeline
from chalicelib.formats.types.words import Format, Said, Tags, Time, Unknown, Words

RESOLUTIONS = ("literal", "parameter default", "execution value", "job description", "unresolved")
EXTENTS = ("prefix", "folder", "object", "manifest")
KINDS = ("data", "code", "model", "report", "resource")
VIAS = ("dependsOn", "ref:Get", "branch:if", "branch:else", "forEach", "artifact")


class PipelineMore(TypedDict, total=False):
    """Optional keys of `Pipeline`."""

    displayName: Said[str]
    description: Said[str]
    tags: Tags


class Pipeline(PipelineMore):
    """The pipeline itself; null where a definition was read from a file."""

    name: str
    arn: str | None
    lastModifiedTime: Time | None
    region: str | None
    roleArn: str | None
    parameters: Annotated[dict[str, Any], "Each parameter's value in this execution, else its default."]


class PortMore(TypedDict, total=False):
    """Optional keys of `Port`."""

    kind: Annotated[str, Words(KINDS)]
    resolution: Annotated[Said[str], Words(RESOLUTIONS), "How the uri is known."]
    expression: Annotated[Said[str], "What stands in the definition where the uri is a template."]
    extent: Annotated[
        Said[str],
        Words(EXTENTS),
        "Which objects are meant: all that begin with the text (prefix, an input's usual one), what lies below it"
        " (folder, an output's usual one), one object, or what a manifest lists.",
    ]
    within: Annotated[Said[str], "Where an output is really written, where that is not its uri: the job's own folder."]


class Port(PortMore):
    """One input or output of a step."""

    name: str
    uri: Annotated[
        str,
        "An S3 location, or the URI or ARN of what is no S3 object. While it is not wholly known: a template,"
        " with ${…} for each piece that only a run fills in. Equal texts are one place.",
    ]


class ResourceMore(TypedDict, total=False):
    """Optional keys of `Resource`, for one whose name and ARN are not known."""

    expression: Said[str]


class Resource(ResourceMore):
    """A thing that a step names and that is not data."""

    type: Annotated[str, "CloudFormation's word: AWS::SageMaker::Model"]
    relation: Annotated[str, Words(("uses", "creates", "deletes"))]
    name: str | None
    arn: str | None


class VpcConfig(TypedDict):
    """Place in a VPC where a job runs."""

    subnets: list[str]
    securityGroupIds: list[str]


class Security(TypedDict, total=False):
    """Security settings of the job itself; a setting that its kind of step does not have is left out."""

    volumeKmsKeyId: str | None
    outputKmsKeyId: str | None
    networkIsolation: bool | Unknown
    interContainerEncryption: bool | Unknown
    vpcConfig: VpcConfig | Unknown | None
    roleArn: str | None
    instanceCount: int | Unknown
    image: str
    images: list[str]
    imagePinnedByDigest: bool | Unknown
    privateRegistry: bool | Unknown
    remoteDebug: bool | Unknown
    rootAccess: str
    source: Annotated[str, Words(("definition", "job description"))]
    notes: list[str]


class NodeMore(TypedDict, total=False):
    """Optional keys of `Node`."""

    description: Said[str]
    parent: Annotated[Said[str], "The Condition or ForEach step that holds it."]
    branch: Annotated[Said[str], Words(("if", "else", "forEach"))]
    resources: Said[list[Resource]]
    run: Annotated[Said[Run], "Left out where the execution did not reach the step, or none was read."]
    branchTaken: Annotated[Said[bool], "false: it stands in a branch that was not taken."]
    registry: Said[Registry]
    security: Said[Security]


class Node(NodeMore):
    """One step."""

    id: Annotated[str, "The step's name."]
    label: Annotated[str, "What a person calls it."]
    type: Annotated[str, "SageMaker's word: Processing, Training, Condition, …; one not known here is a node too."]
    inputs: list[Port]
    outputs: list[Port]


class EdgeMore(TypedDict, total=False):
    """Optional keys of `Edge`."""

    trigger: Annotated[Said[str], "Failed, Stopped or Any: the dependency fires on that."]


Ends = TypedDict("Ends", {"from": str, "to": str, "via": Annotated[str, Words(VIAS)]})


class Edge(Ends, EdgeMore):
    """Connection from one step to another."""


class ArtifactMore(TypedDict, total=False):
    """Optional keys of `Artifact`."""

    posture: Said[Posture]


class Artifact(ArtifactMore):
    """A location that steps touch."""

    id: Annotated[int, "Counts from 0 in a stable order."]
    uri: str
    bucket: str | None
    key: str | None
    s3: S3
    producedBy: Annotated[list[str], "Node ids."]
    consumedBy: Annotated[list[str], "Node ids."]


class Graph(TypedDict):
    """Nodes in topological order, edges and artifacts in a stable one."""

    nodes: list[Node]
    edges: list[Edge]
    artifacts: list[Artifact]


class FindingInfo(TypedDict):
    """Description of what was found."""

    uid: Annotated[str, "The same from run to run for the same problem at the same place."]
    title: str
    desc: str


class Remediation(TypedDict):
    """Advice on what to do about it."""

    desc: str


class FindingResource(TypedDict):
    """One thing that a finding is about."""

    type: Annotated[str, Words(("AWS::S3::Bucket", "step", "account"))]
    name: str
    uid: Annotated[str | None, "A bucket's ARN; a step and an account have none."]


class Suppression(TypedDict):
    """Reason why a finding is accepted; only the command line suppresses, by lineage-ignore.toml."""

    status: Annotated[str, Words(("Fail", "Warning")), "What its status would be."]
    reason: str
    expires: Annotated[str, Format("date"), "The last day (UTC)."]


class FindingMore(TypedDict, total=False):
    """Optional keys of `Finding`."""

    related: Annotated[Said[list[str]], "Their uids."]
    resources: Said[list[FindingResource]]
    suppression: Said[Suppression]


class Finding(FindingMore):
    """A verdict on a place or a flow, in OCSF's field names."""

    rule: str
    severity: Annotated[str, Words(("Informational", "Low", "Medium", "High", "Critical"))]
    status: Annotated[
        str, Words(("Fail", "Warning", "Suppressed")), "Warning: a needed fact could not be read; Suppressed: accepted."
    ]
    finding_info: FindingInfo
    path: Annotated[list[str], "artifact:<id> and node:<id>, along the flow."]
    evidence: dict[str, Any]
    controls: list[str]
    remediation: Remediation


class WarningEntry(TypedDict):
    """Fact that the answer cannot tell, why, and which IAM action would mend it."""

    code: Annotated[str, "AWS's error code, or a word of ours."]
    message: str
    resource: str | None
    action: str | None


class Views(TypedDict, total=False):
    """Keys that `view` adds."""

    graphPipeline: GraphPipeline
    graphData: GraphData


class Lineage(Views):
    """One pipeline's lineage: what data went where, what happened, and how every place is protected."""

    pipeline: Pipeline
    execution: Annotated[Execution | None, "null where none was read."]
    summary: Summary
    graph: Graph
    findings: list[Finding]
    warnings: list[WarningEntry]
