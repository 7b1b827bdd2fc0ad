"""What `/diff` may be asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.query.parameters import Reader, Shaped
from chalicelib.core.query.query import EXECUTION_ID, LINEAGE, Params, read_pipeline_query

DEFINITION = "definition"
LATEST = re.compile(r"latest(?:-(?P<back>[0-9]{1,2}))?")
SIDE = Shaped("an execution id or ARN, latest, latest-1 (and so on) or definition", EXECUTION_ID, EXECUTION_ARN, LATEST)
DIFF: Mapping[str, Reader] = {
    "pipeline": LINEAGE["pipeline"],
    "from": SIDE,
    "to": SIDE,
    "posture": LINEAGE["posture"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffQuery:
    """What `GET /diff` was asked; `before` and `after` are an execution's id or ARN, `latest-N` or `definition`."""

    pipeline: str
    region: str
    before: str = "latest-1"
    after: str = "latest"
    posture: str = "basic"

    @property
    def pipeline_name(self) -> str:
        """Return the name, also where an ARN was given."""
        return self.pipeline.rsplit("/", 1)[-1]


def parse_diff_query(params: Params, regions: Collection[str], default_region: str) -> DiffQuery:
    """Return the question that a query string asks; a `BadQuery` names all its problems."""
    values = read_pipeline_query(params, DIFF, regions, default_region)
    return DiffQuery(
        pipeline=values["pipeline"],
        region=values["region"],
        before=values.get("from", "latest-1"),
        after=values.get("to", "latest"),
        posture=values.get("posture", "basic"),
    )


def back_of(side: str) -> int | None:
    """Return how many executions before the latest one is meant: 1 for `latest-1`; `None` for one that is named."""
    match = LATEST.fullmatch(side)
    return int(match["back"] or 0) if match else None
