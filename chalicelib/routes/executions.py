"""Executions that a query names by ARN: those of the pipeline that it asks about, and of no other account's."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.aws import sagemaker
from chalicelib.core.query.arns import asked_for, contradictions, parts_of
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import BadQuery
from chalicelib.fetch.gather import Gather


def check_accounts(pipeline: str, region: str, executions: Mapping[str, str | None], gather: Gather) -> None:
    """Raise `BadQuery` where a parameter holds the ARN of an execution in another account than the pipeline's.

    Only the pipeline's own ARN says which account that is. Where the query has it, it was compared already; where it
    has a name, the pipeline is read first, which costs no call more: the gather asks nothing twice.
    """
    named = [(name, arn) for name, arn in executions.items() if arn and parts_of(arn)]
    if not named or parts_of(pipeline):
        return
    [described] = gather.responses([sagemaker.pipeline(pipeline)])
    problems = contradictions(named, asked_for(text_at(described, "PipelineArn") or pipeline, region))
    if problems:
        raise BadQuery(problems)
