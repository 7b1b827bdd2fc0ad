"""Queries of the routes, and their parsers."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from chalicelib.core.query.arns import EXECUTION_ARN, PIPELINE_ARN
from chalicelib.core.query.formats import OF_THE_API
from chalicelib.core.query.page_token import read_token
from chalicelib.core.query.parameters import Boolean, Choice, Count, Reader, Region, Regions, Shaped
from chalicelib.core.query.parsing import Params, fields_of, read_pipeline_query, read_query
from chalicelib.core.values.errors import BadQuery

VIEWS = ("graph", "pipeline", "data", "both")
POSTURES = ("basic", "full")

# The shapes are those of SageMaker's own service model.
NAME = r"(?![a-zA-Z0-9\-]{257})[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
EXECUTION_ID = r"[A-Za-z0-9\-]{1,64}"
DOMAIN = r"[\w .:/=+\-@]{1,256}"
TOKEN = r"[\x21-\x7e]{1,8192}"
PART_OF_NAME = r"[a-zA-Z0-9\-]{1,256}"
STEP = r"[\w.\- ]{1,256}"


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


def parse_lineage_query(params: Params, regions: Collection[str], default_region: str) -> LineageQuery:
    """Return the query of one pipeline's lineage; raise a `BadQuery` that names all problems."""
    values = read_pipeline_query(params, LINEAGE, regions, default_region)
    return LineageQuery(**fields_of(values, LineageQuery._fields))


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
    query = DomainQuery(**{"region": default_region, **fields_of(values, DomainQuery._fields)})
    try:
        return query._replace(after=read_token(query.scope, values["nextToken"]) if "nextToken" in values else "")
    except ValueError:
        raise BadQuery(["nextToken is not one that an earlier answer about this region and domain gave"]) from None


def parse_schema_query(params: Params, regions: Collection[str], default_region: str) -> SchemaQuery:
    """Return the query of a pipeline's tables; raise a `BadQuery` that names all problems."""
    values = read_pipeline_query(params, SCHEMA, regions, default_region)
    return SchemaQuery(**fields_of(values, SchemaQuery._fields))


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
    return ListQuery(**{"region": default_region, **fields_of(values, ListQuery._fields)})
