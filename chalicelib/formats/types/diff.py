"""The body of `GET /diff`."""

from typing import Annotated, Any, TypedDict

from chalicelib.core.diff.causes.cause import BASES
from chalicelib.core.diff.facts import KINDS
from chalicelib.formats.types.lineage import WarningEntry
from chalicelib.formats.types.words import Time, Words


class Side(TypedDict):
    """One of the two answers; execution, status and start are null for a definition."""

    pipeline: str | None
    execution: Annotated[str | None, "The execution's id."]
    executionArn: str | None
    status: str | None
    startTime: Time | None
    lastModifiedTime: Annotated[Time | None, "When the pipeline was last modified, as that answer has it."]


class FindingCounts(TypedDict):
    """Numbers of findings that came, went and changed."""

    came: int
    went: int
    changed: int


class DiffSummary(TypedDict):
    """The difference in numbers."""

    changes: int
    kinds: Annotated[dict[str, int], "How many changes there are of each kind."]
    findings: FindingCounts


class ChangeReference(TypedDict):
    """Another change of the same difference."""

    kind: Annotated[str, Words(KINDS)]
    subject: str
    path: str


class ChangeCause(TypedDict):
    """Reason why something changed, as far as the two answers tell."""

    basis: Annotated[
        str,
        Words(BASES),
        "value: the old text is the new one, with the cause's old value replaced by its new one. facts: what is "
        "concluded rests on what changed. upstream: it changed at the step or nearest above it, and may be why. "
        "read: only one of the two was read with an execution, or knows what this rests on.",
    ]
    desc: str
    changes: list[ChangeReference]


class ReachMore(TypedDict, total=False):
    """Optional key of `ChangeReach`, where more steps lie downstream than are named."""

    more: bool


class ChangeReach(ReachMore):
    """Things that lie downstream, by name."""

    steps: list[str]
    models: list[str]
    endpoints: list[str]


class ChangeMore(TypedDict, total=False):
    """Optional keys of `Change`: by how much a metric or duration changed, what a finding is about."""

    difference: float
    relative: Annotated[float, "To what it was before; left out where that was 0."]
    about: Annotated[list[str], "The buckets, steps or account of a finding, as subjects."]


class Change(ChangeMore):
    """One difference. Names that a run makes up are shown as the template that makes them."""

    kind: Annotated[str, Words(KINDS)]
    subject: Annotated[str, "step:NAME, edge:FROM->TO, bucket:NAME, finding:UID, pipeline, execution or account."]
    path: Annotated[str, "Where it stands below the subject; empty where the whole subject came, went or changed."]
    before: Annotated[Any, "null: there was nothing, or nothing set."]
    after: Annotated[Any, "null: there is nothing any more."]
    cause: ChangeCause | None
    reach: ChangeReach


Diff = TypedDict(
    "Diff",
    {
        "pipeline": Annotated[str | None, "null where the two are of pipelines with different names."],
        "from": Side,
        "to": Side,
        "summary": DiffSummary,
        "changes": Annotated[list[Change], "Empty where nothing changed."],
        "warnings": list[WarningEntry],
    },
)
