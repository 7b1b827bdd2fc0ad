"""Query of `/diff`, and its parser."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.query.parameters import Reader, Shaped
from chalicelib.core.query.parsing import Params, fields_of, read_pipeline_query
from chalicelib.core.query.query import EXECUTION_ID, LINEAGE

DEFINITION = "definition"
LATEST = r"latest(?:-(?P<back>[0-9]{1,2}))?"
SIDE = Shaped("an execution id or ARN, latest, latest-1 (and so on) or definition", EXECUTION_ID, EXECUTION_ARN, LATEST)
DIFF: Mapping[str, Reader] = {
    "pipeline": LINEAGE["pipeline"],
    "from": SIDE,
    "to": SIDE,
    "posture": LINEAGE["posture"],
}


class DiffQuery(NamedTuple):
    """Query of `GET /diff`; `before` and `after` are an execution's id or ARN, `latest-N` or `definition`."""

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
    """Return the query of a comparison; raise a `BadQuery` that names all problems."""
    values = read_pipeline_query(params, DIFF, regions, default_region)
    return DiffQuery(**fields_of(values, DiffQuery._fields))


def back_of(side: str) -> int | None:
    """Return how many executions before the latest one is meant: 1 for `latest-1`; `None` for one that is named."""
    match = re.fullmatch(LATEST, side)
    return int(match["back"] or 0) if match else None
