"""Values that all of the core shares: what a definition says, what an execution did, what a lineage is made of.

Every type here is an immutable value. Nothing is enriched in place: facts about a node or a bucket that come from
different reads stand in separate mappings of `Lineage`, keyed by node id or bucket name, and the formats join them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from chalicelib.core.values.doc import NOTHING

Doc = Mapping[str, Any]
"""A JSON object as AWS shapes it: a Describe response, or a piece of a pipeline definition."""

UNKNOWN: Final = "Unknown"
"""The word for a fact that was not read. It is never a verdict; a `Gap` says why."""


class Gap(NamedTuple):
    """Fact that a lineage cannot tell, or tells with a reservation: one entry of `warnings`.

    `code` is AWS's own error code where there is one (`AccessDenied`, `NoSuchBucket`), else one of this service
    (`DeadlineExceeded`, `UnknownDependency`). `action` is the IAM action that would mend it, where one would.
    """

    code: str
    message: str
    resource: str | None = None
    action: str | None = None


class Absent(NamedTuple):
    """Fact that was read as "not configured": AWS said so with the error `code` (`NoSuchTagSet`, …)."""

    code: str


Response = Doc | Absent | Gap
"""Result of one read of AWS: the response, the fact that there is nothing, or why it is not known."""


# --- What a definition says -----------------------------------------------------------------------------


class Parameter(NamedTuple):
    """One entry of the definition's `Parameters`; `default` means something only where `has_default`."""

    name: str
    type: str
    default: Any = None
    has_default: bool = False


class Dependency(NamedTuple):
    """One entry of a step's `DependsOn`; `trigger` is `Failed`, `Stopped` or `Any` where the entry has one."""

    step: str
    trigger: str | None = None


class PropertyFile(NamedTuple):
    """A JSON file that a Processing step writes and declares: `path` below the output called `output`."""

    name: str
    output: str
    path: str


class Step(NamedTuple):
    """One step of a definition, at whatever depth it stands.

    `document` is the whole step as written; `arguments` its `Arguments` (empty where they are missing or no
    object). `parent` is the Condition or ForEach step that holds it, `branch` how: `if`, `else` or `forEach`.
    `pointer` is its JSON pointer in the document.
    """

    name: str
    type: str
    document: Doc
    arguments: Doc
    depends_on: tuple[Dependency, ...] = ()
    parent: str | None = None
    branch: str | None = None
    display_name: str | None = None
    description: str | None = None
    property_files: tuple[PropertyFile, ...] = ()
    pointer: str = ""


class Definition(NamedTuple):
    """A pipeline definition, flattened: nested steps stand in `steps` too, each after the step that holds it."""

    parameters: Mapping[str, Parameter]
    steps: tuple[Step, ...]
    document: Mapping[str, Any] = NOTHING
    gaps: tuple[Gap, ...] = ()


# --- What the graph is made of --------------------------------------------------------------------------


class Port(NamedTuple):
    """A location or thing that a step reads or writes.

    `uri` is an `s3://` location, or the URI or ARN of what is no S3 object. While it is not wholly known it is a
    template, `s3://b/${Execution.PipelineExecutionId}/x`, and `expression` says what stands there: a `Get`'s path, or
    compact JSON for a function. Equal texts are one place, unequal ones are not.
    `kind`: `data`, `code` (scripts and the like: an artifact, but no data flow), `model`, `report` or `resource`.
    `resolution`: how `uri`, or the known text of it, was known: `literal`, `parameter default`, `execution value` or
    `job description`.
    `extent` and `within` say which objects are meant, where that is not the usual (`core.values.meeting`): `within`
    are the locations where an output is really written, where they are not `uri` itself.
    """

    name: str
    uri: str
    kind: str = "data"
    expression: str | None = None
    resolution: str | None = None
    extent: str | None = None
    within: tuple[str, ...] = ()

    @property
    def resolved(self) -> bool:
        """Return whether `uri` is wholly known, and no template."""
        return self.expression is None


class Resource(NamedTuple):
    """A thing that a step names and that is not data: a model, endpoint, function, queue, cluster.

    `type` is CloudFormation's word (`AWS::SageMaker::Model`); `relation` is `uses`, `creates` or `deletes`.
    `name` or `arn` may be `None`; `expression` then says what stands in the definition.
    """

    type: str
    relation: str
    name: str | None = None
    arn: str | None = None
    expression: str | None = None


class Node(NamedTuple):
    """One step in the graph. `id` is the step's name, `label` what a person calls it."""

    id: str
    label: str
    type: str
    description: str | None = None
    parent: str | None = None
    branch: str | None = None
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    resources: tuple[Resource, ...] = ()


class Edge(NamedTuple):
    """Edge between two nodes; `via` is `dependsOn`, `ref:Get`, `branch:if`, `branch:else`, `forEach` or `artifact`."""

    source: str
    target: str
    via: str
    trigger: str | None = None


class Artifact(NamedTuple):
    """Location that a pipeline touches, or a template of one.

    `bucket` and `key` are `None` where `uri` is no S3 location, or its bucket is not known yet.
    """

    id: int
    uri: str
    bucket: str | None
    key: str | None
    produced_by: tuple[str, ...] = ()
    consumed_by: tuple[str, ...] = ()


class Graph(NamedTuple):
    """Nodes in topological order, edges and artifacts in a stable one."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    artifacts: tuple[Artifact, ...]
    gaps: tuple[Gap, ...] = ()


# --- What an execution did ------------------------------------------------------------------------------


class JobRef(NamedTuple):
    """The thing that a step made, by the key of its metadata (`ProcessingJob`, `RegisterModel`, …) and its ARN."""

    kind: str
    arn: str


class Execution(NamedTuple):
    """One run of a pipeline; `end` is the last step's end once the run is over, else `None`.

    `details` are what only DescribePipelineExecution tells, by its response's names: who started it, which version.
    """

    arn: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    display_name: str | None = None
    description: str | None = None
    failure_reason: str | None = None
    details: Mapping[str, Any] = NOTHING


class StepRun(NamedTuple):
    """One entry of ListPipelineExecutionSteps, without secrets: a callback token is gone from `metadata`.

    `cached_from` and `selected_from` are the ARN of the execution that really made the data. `iteration_of` is the
    ForEach step's name, `iteration_index` counts from 0, `iteration_item` is the item that it was given.
    """

    name: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    display_name: str | None = None
    description: str | None = None
    failure_reason: str | None = None
    attempts: int | None = None
    cached_from: str | None = None
    selected_from: str | None = None
    iteration_of: str | None = None
    iteration_index: int | None = None
    iteration_item: str | None = None
    metadata: Mapping[str, Any] = NOTHING
    job: JobRef | None = None


# --- What is concluded ----------------------------------------------------------------------------------


class Finding(NamedTuple):
    """Verdict on a place or a flow, in OCSF's terms.

    `status`: `Fail`, or `Warning` where a needed fact is unknown. `severity`: `Informational`, `Low`, `Medium`,
    `High` or `Critical`. `path` alternates `artifact:<id>` and `node:<id>`. `uid` is the same from run to run for the
    same problem at the same place. `related` are the uids of findings on single resources that this one, which is on
    a flow, rests on. `resources` are what it is about: bucket ARNs, `step:<name>`, `account:<id>`.
    """

    rule: str
    severity: str
    status: str
    uid: str
    title: str
    desc: str
    path: tuple[str, ...]
    evidence: Mapping[str, Any]
    controls: tuple[str, ...]
    remediation: str
    related: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


class Pipeline(NamedTuple):
    """The pipeline itself; offline only its name is known. `parameters` are the values shown in the reply."""

    name: str
    region: str | None = None
    arn: str | None = None
    last_modified: datetime | None = None
    role_arn: str | None = None
    display_name: str | None = None
    description: str | None = None
    parameters: Mapping[str, Any] = NOTHING
    tags: Mapping[str, str] = NOTHING
