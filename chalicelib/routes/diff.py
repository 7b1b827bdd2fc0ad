"""Difference of two executions of a pipeline, or of one and the definition as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import sagemaker
from chalicelib.aws.required import required
from chalicelib.core.diff import diff
from chalicelib.core.query.diff import DEFINITION, DiffQuery, back_of
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import listed_executions
from chalicelib.core.values.errors import NotFound
from chalicelib.fetch.gather import Gather
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.executions import check_accounts
from chalicelib.routes.lineage import build_lineage
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.settings import Settings


def read_diff(query: DiffQuery, gather: Gather, settings: Settings) -> Mapping[str, Any]:
    """Return the body of `GET /diff`. The one gather asks nothing twice, so a bucket is the same on both sides.

    Raises a `LineageError` where one of the two cannot be read.
    """
    check_accounts(query.pipeline, query.region, {"from": query.before, "to": query.after}, gather)
    before, after = (_lineage(side, query, gather, settings) for side in (query.before, query.after))
    return diff(before, after)


def _lineage(side: str, query: DiffQuery, gather: Gather, settings: Settings) -> Mapping[str, Any]:
    back = back_of(side)
    execution = None if side == DEFINITION else side if back is None else _execution(query.pipeline, back, side, gather)
    asked = LineageQuery(
        pipeline=query.pipeline,
        region=query.region,
        include_latest_exec=execution is not None,
        execution=execution,
        posture=query.posture,
    )
    return to_lineage(build_lineage(read_lineage(asked, gather, settings), asked, settings))


def _execution(pipeline: str, back: int, side: str, gather: Gather) -> str:
    """Return the ARN of the execution that began so many before the latest one."""
    [page] = gather.responses([sagemaker.executions_page(pipeline, sagemaker.PAGE, None)])
    found = listed_executions(required(page))
    if back >= len(found):
        raise NotFound(f"the pipeline has no execution {side}")
    return found[back].arn
