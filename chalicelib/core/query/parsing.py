"""Parsing of a query string by a table of parameters: it is read once, and every problem is reported at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chalicelib.core.query.arns import asked_for, contradictions, parts_of
from chalicelib.core.query.formats import refused
from chalicelib.core.query.parameters import Reader, Region
from chalicelib.core.values.errors import BadQuery, NotFound

Params = Mapping[str, Sequence[str]]
"""A query string: every value given for each name."""

EXECUTIONS_NAMED = ("execution", "from", "to")
"""Parameters that may hold the ARN of an execution, which must be one of the pipeline that is asked about."""

NOT_TEXT = "\ufffd"
"""What stands in a decoded query for bytes that are no UTF-8."""

PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,40}")

FIELDS = {
    "includeLatestExec": "include_latest_exec",
    "maxResults": "max_results",
    "nextToken": "next_token",
    "include_featurestore": "feature_store",
    "include_sql": "sql",
    "scan_if_missing": "scan",
    "from": "before",
    "to": "after",
}
"""The field of a query by its parameter's name, where the two differ."""


def read_params(
    params: Params, readers: Mapping[str, Reader], *, required: Collection[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    """Return the values that can be read, and one sentence for each problem; an empty value counts as not given."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, texts in params.items():
        if name not in readers:
            # A name that is no plain word is not echoed: it might be markup.
            problems.append(f"unknown parameter {name}" if PLAIN_WORD.fullmatch(name) else "unknown parameter")
            continue
        given = {text for text in texts if text}
        if any(NOT_TEXT in text for text in given):
            problems.append(f"{name} is not text in UTF-8 (percent-encoded)")
        elif len(given) > 1:
            problems.append(f"{name} is given twice with different values")
        elif given:
            try:
                values[name] = readers[name](name, given.pop())
            except ValueError as problem:
                problems.append(str(problem))
    missing = [f"{name} is required" for name in required if not any(params.get(name, ()))]
    return values, missing + sorted(set(problems))


def read_query(params: Params, readers: Mapping[str, Reader], *, required: Collection[str] = ()) -> dict[str, Any]:
    """Return the values of a query's parameters by their names, or raise a `BadQuery` that names all problems."""
    values, problems = read_params(params, readers, required=required)
    if problems:
        raise BadQuery(problems)
    return values


def read_pipeline_query(
    params: Params, readers: Mapping[str, Reader], regions: Collection[str], default_region: str
) -> dict[str, Any]:
    """Return the values of a query about one pipeline; `region` is the one asked for, the ARN's, or the default.

    Raises a `BadQuery` that names all problems, ARNs that contradict the rest of the query among them, and `NotFound`
    for an execution of another pipeline: this one has none of that ARN.
    """
    values, problems = read_params(params, {**readers, "region": Region(regions)}, required=["pipeline"])
    pipeline = values.get("pipeline", "")
    region: str = values.get("region") or parts_of(pipeline).get("region", default_region)
    executions = [(name, values[name]) for name in EXECUTIONS_NAMED if name in values]
    if region not in regions:
        problems = sorted({*problems, "region must be a region that SageMaker has"})
    elif pipeline:
        asked = asked_for(pipeline, region)
        where = {part: value for part, value in asked.items() if part != "pipeline"}
        problems += contradictions([("pipeline", pipeline)], asked) or contradictions(executions, where)
    written = values.get("format", "json")
    problems += [f"{name} does not go with format={written}" for name in refused(written, values)]
    if problems:
        raise BadQuery(problems)
    if contradictions(executions, asked_for(pipeline, region)):
        raise NotFound
    return {**values, "region": region}


def fields_of(values: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Return a query's parameters under the names of its `fields`; a field without one keeps the query's default."""
    named = {FIELDS.get(name, name): value for name, value in values.items()}
    return {name: value for name, value in named.items() if name in fields}
