"""Queries and their parsers, which read a query string once and report every problem at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib.core.query.arns import EXECUTION_ARN, PIPELINE_ARN, asked_for, contradictions, parts_of
from chalicelib.core.query.formats import OF_THE_API, refused
from chalicelib.core.query.page_token import read_token
from chalicelib.core.query.parameters import Boolean, Choice, Count, Reader, Region, Regions, Shaped
from chalicelib.core.values.errors import BadQuery, NotFound

Params = Mapping[str, Sequence[str]]
"""A query string: every value given for each name."""

VIEWS = ("graph", "pipeline", "data", "both")
POSTURES = ("basic", "full")

# The shapes are those of SageMaker's own service model.
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
EXECUTION_ID = re.compile(r"[A-Za-z0-9\-]{1,64}")
DOMAIN = re.compile(r"[\w .:/=+\-@]{1,256}")
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
PART_OF_NAME = re.compile(r"[a-zA-Z0-9\-]{1,256}")
STEP = re.compile(r"[\w.\- ]{1,256}")
EXECUTIONS_NAMED = ("execution", "from", "to")
"""Parameters that may hold the ARN of an execution, which must be one of the pipeline that is asked about."""

NOT_TEXT = "\ufffd"
"""What stands in a decoded query for bytes that are no UTF-8."""

PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,40}")


class LineageQuery(NamedTuple):
    """Query of `GET /lineage`; `pipeline` is a name or an ARN, `execution` an id or an ARN."""

    pipeline: str
    region: str
    include_latest_exec: bool = True
    domain: str | None = None
    execution: str | None = None
    view: str = "graph"
    posture: str = "basic"
    step: str | None = None
    format: str = "json"

    @property
    def pipeline_name(self) -> str:
        """Return the pipeline's name, also where an ARN was given."""
        return self.pipeline.rsplit("/", 1)[-1]


class ListQuery(NamedTuple):
    """Query of a listing: a region, and which page of it."""

    region: str
    domain: str | None = None
    pipeline: str | None = None
    max_results: int = 50
    next_token: str | None = None


class CatalogQuery(NamedTuple):
    """Query of the catalog: regions, and which of their pipelines; `domains` are names or ids."""

    regions: tuple[str, ...]
    name: str = ""
    domains: tuple[str, ...] = ()
    include_latest_exec: bool = False


class DomainQuery(NamedTuple):
    """Query of `GET /lineage/by-domain`: a domain's name or id, and its pipelines whose names come after `after`."""

    region: str
    domain: str
    include_latest_exec: bool = True
    view: str = "graph"
    posture: str = "basic"
    max_results: int = 20
    after: str = ""

    @property
    def scope(self) -> tuple[str, str]:
        """Return what a token of a page belongs to."""
        return self.region, self.domain


class SchemaQuery(NamedTuple):
    """Query of `GET /schema`; `scan` and `sql` are accepted, and answered with a warning."""

    pipeline: str
    region: str
    domain: str | None = None
    feature_store: bool = True
    sql: bool = False
    scan: bool = False


BOOLEAN = Boolean()
PIPELINE = Shaped("a pipeline name or ARN", NAME, PIPELINE_ARN)
LINEAGE: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    "includeLatestExec": BOOLEAN,
    "domain": Shaped("a domain name or id", DOMAIN),
    "execution": Shaped("an execution id or ARN", EXECUTION_ID, EXECUTION_ARN),
    "view": Choice(VIEWS),
    "posture": Choice(POSTURES),
    "format": Choice(OF_THE_API),
    "step": Shaped("a step's name", STEP),
}
PIPELINES: Mapping[str, Reader] = {
    "domain": LINEAGE["domain"],
    "maxResults": Count(1, 100),
    "nextToken": Shaped("the nextToken of an earlier answer", TOKEN),
}
EXECUTIONS: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    **{k: PIPELINES[k] for k in ("maxResults", "nextToken")},
}


BY_DOMAIN: Mapping[str, Reader] = {
    **{name: LINEAGE[name] for name in ("domain", "includeLatestExec", "view", "posture")},
    **{name: PIPELINES[name] for name in ("maxResults", "nextToken")},
}
SCHEMA: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    "domain": LINEAGE["domain"],
    "include_featurestore": BOOLEAN,
    "include_sql": BOOLEAN,
    "scan_if_missing": BOOLEAN,
    "includeLatestExec": BOOLEAN,
    "view": LINEAGE["view"],
}
CATALOG: Mapping[str, Reader] = {
    "name": Shaped("part of a pipeline's name", PART_OF_NAME),
    "domain": LINEAGE["domain"],
    "domainName": Shaped("a domain name", DOMAIN),
    "domainId": Shaped("a domain id", DOMAIN),
    "includeLatestExec": BOOLEAN,
}


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


def parse_lineage_query(params: Params, regions: Collection[str], default_region: str) -> LineageQuery:
    """Return the query of one pipeline's lineage; raise a `BadQuery` that names all problems."""
    values = read_pipeline_query(params, LINEAGE, regions, default_region)
    return LineageQuery(
        pipeline=values["pipeline"],
        region=values["region"],
        include_latest_exec=values.get("includeLatestExec", True),
        domain=values.get("domain"),
        execution=values.get("execution"),
        view=values.get("view", "graph"),
        posture=values.get("posture", "basic"),
        step=values.get("step"),
        format=values.get("format", "json"),
    )


def parse_catalog_query(params: Params, regions: Collection[str], default_region: str) -> CatalogQuery:
    """Return the query of the catalog; `region` is understood for `regions` too.

    Raises a `BadQuery` that names all problems.
    """
    several = Regions(regions)
    values = read_query(params, {**CATALOG, "regions": several, "region": several})
    return CatalogQuery(
        regions=values.get("regions") or values.get("region") or (default_region,),
        name=values.get("name", ""),
        domains=tuple(values[key] for key in ("domain", "domainName", "domainId") if key in values),
        include_latest_exec=values.get("includeLatestExec", False),
    )


def parse_by_domain_query(params: Params, regions: Collection[str], default_region: str) -> DomainQuery:
    """Return the query of a page of a domain's lineages; raise a `BadQuery` that names all problems."""
    values = read_query(params, {**BY_DOMAIN, "region": Region(regions)}, required=["domain"])
    query = DomainQuery(
        region=values.get("region", default_region),
        domain=values["domain"],
        include_latest_exec=values.get("includeLatestExec", True),
        view=values.get("view", "graph"),
        posture=values.get("posture", "basic"),
        max_results=values.get("maxResults", 20),
    )
    try:
        return query._replace(after=read_token(query.scope, values["nextToken"]) if "nextToken" in values else "")
    except ValueError:
        raise BadQuery(["nextToken is not one that an earlier answer about this region and domain gave"]) from None


def parse_schema_query(params: Params, regions: Collection[str], default_region: str) -> SchemaQuery:
    """Return the query of a pipeline's tables; raise a `BadQuery` that names all problems."""
    values = read_pipeline_query(params, SCHEMA, regions, default_region)
    return SchemaQuery(
        pipeline=values["pipeline"],
        region=values["region"],
        domain=values.get("domain"),
        feature_store=values.get("include_featurestore", True),
        sql=values.get("include_sql", False),
        scan=values.get("scan_if_missing", False),
    )


def parse_list_query(
    params: Params, kind: Mapping[str, Reader], regions: Collection[str], default_region: str
) -> ListQuery:
    """Return the query of a listing; `kind` is `PIPELINES` or `EXECUTIONS`.

    Raises a `BadQuery` that names all problems.
    """
    if "pipeline" in kind:
        values = read_pipeline_query(params, kind, regions, default_region)
    else:
        values = read_query(params, {**kind, "region": Region(regions)})
    return ListQuery(
        region=values.get("region", default_region),
        domain=values.get("domain"),
        pipeline=values.get("pipeline"),
        max_results=values.get("maxResults", 50),
        next_token=values.get("nextToken"),
    )
