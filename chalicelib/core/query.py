"""Reads a query string once and reports every problem at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.core.errors import BadQuery

Params = Mapping[str, Sequence[str]]
"""A query string: every value given for each name."""

BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
VIEWS = ("graph", "pipeline", "data", "both")
POSTURES = ("basic", "full")
MAX_REGIONS = 10

# The shapes are those of SageMaker's own service model.
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
PIPELINE_ARN = re.compile(
    r"arn:aws[a-z\-]*:sagemaker:(?P<region>[a-z0-9\-]+):(?P<account>\d{12}|aws):pipeline/(?P<name>[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255})"
)
EXECUTION_ARN = re.compile(PIPELINE_ARN.pattern + r"/execution/(?P<id>[A-Za-z0-9\-]{1,64})")
EXECUTION_ID = re.compile(r"[A-Za-z0-9\-]{1,64}")
DOMAIN = re.compile(r"[\w .:/=+\-@]{1,256}")
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
PART_OF_NAME = re.compile(r"[a-zA-Z0-9\-]{1,256}")
STEP = re.compile(r"[\w.\- ]{1,256}")
PLAIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_\-]{0,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageQuery:
    """What `GET /lineage` was asked; `pipeline` is a name or an ARN, `execution` an id or an ARN."""

    pipeline: str
    region: str
    include_latest_exec: bool = True
    domain: str | None = None
    execution: str | None = None
    view: str = "graph"
    posture: str = "basic"
    step: str | None = None

    @property
    def pipeline_name(self) -> str:
        """The name, also where an ARN was given."""
        return self.pipeline.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a listing was asked: a region, and which page of it."""

    region: str
    domain: str | None = None
    pipeline: str | None = None
    max_results: int = 50
    next_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogQuery:
    """What the catalog was asked: regions, and which of their pipelines; `domains` are names or ids."""

    regions: tuple[str, ...]
    name: str = ""
    domains: tuple[str, ...] = ()
    include_latest_exec: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaQuery:
    """What `GET /schema` was asked; `scan` is a wish that a read-only service does not grant."""

    pipeline: str
    region: str
    domain: str | None = None
    feature_store: bool = True
    scan: bool = False


Reader = Callable[[str, str], Any]
"""Takes a parameter's name and text; gives its value or raises ValueError with the problem."""


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in BOOLEANS:
        raise ValueError(f"{name} must be true or false")
    return BOOLEANS[text.lower()]


def _choice(options: Sequence[str]) -> Reader:
    def read(name: str, text: str) -> str:
        if text not in options:
            raise ValueError(f"{name} must be one of {', '.join(options)}")
        return text

    return read


def _shape(what: str, *shapes: re.Pattern[str]) -> Reader:
    def read(name: str, text: str) -> str:
        if not any(shape.fullmatch(text) for shape in shapes):
            raise ValueError(f"{name} must be {what}")
        return text

    return read


def _count(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= 100:
        raise ValueError(f"{name} must be a whole number from 1 to 100")
    return int(text)


def region_reader(regions: Collection[str]) -> Reader:
    """Reads a region that is one of `regions`: no other text ever becomes part of a host name."""

    def read(name: str, text: str) -> str:
        if text not in regions:
            raise ValueError(f"{name} must be a region that SageMaker has")
        return text

    return read


PIPELINE = _shape("a pipeline name or ARN", NAME, PIPELINE_ARN)
LINEAGE: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    "includeLatestExec": _boolean,
    "domain": _shape("a domain name or id", DOMAIN),
    "execution": _shape("an execution id or ARN", EXECUTION_ID, EXECUTION_ARN),
    "view": _choice(VIEWS),
    "posture": _choice(POSTURES),
    "step": _shape("a step's name", STEP),
}
PIPELINES: Mapping[str, Reader] = {
    "domain": LINEAGE["domain"],
    "maxResults": _count,
    "nextToken": _shape("the nextToken of an earlier answer", TOKEN),
}
EXECUTIONS: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    **{k: PIPELINES[k] for k in ("maxResults", "nextToken")},
}


BY_DOMAIN: Mapping[str, Reader] = {name: LINEAGE[name] for name in ("domain", "includeLatestExec", "view", "posture")}
SCHEMA: Mapping[str, Reader] = {
    "pipeline": PIPELINE,
    "domain": LINEAGE["domain"],
    "include_featurestore": _boolean,
    "include_sql": _boolean,
    "scan_if_missing": _boolean,
    "includeLatestExec": _boolean,
    "view": LINEAGE["view"],
}
CATALOG: Mapping[str, Reader] = {
    "name": _shape("part of a pipeline's name", PART_OF_NAME),
    "domain": LINEAGE["domain"],
    "domainName": _shape("a domain name", DOMAIN),
    "domainId": _shape("a domain id", DOMAIN),
    "includeLatestExec": _boolean,
}


def read_params(
    params: Params, readers: Mapping[str, Reader], *, required: Collection[str] = ()
) -> tuple[dict[str, Any], list[str]]:
    """The values that can be read, and one sentence for each problem; an empty value counts as not given."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, texts in params.items():
        if name not in readers:
            # A name that is no plain word is not echoed: it might be markup.
            problems.append(f"unknown parameter {name}" if PLAIN_WORD.fullmatch(name) else "unknown parameter")
            continue
        given = {text for text in texts if text}
        if len(given) > 1:
            problems.append(f"{name} is given twice with different values")
        elif given:
            try:
                values[name] = readers[name](name, given.pop())
            except ValueError as problem:
                problems.append(str(problem))
    missing = [f"{name} is required" for name in required if not any(params.get(name, ()))]
    return values, missing + sorted(set(problems))


def parse_lineage_query(params: Params, regions: Collection[str], default_region: str) -> LineageQuery:
    """The question that a query string asks; a `BadQuery` names all its problems."""
    readers = {**LINEAGE, "region": region_reader(regions)}
    values, problems = read_params(params, readers, required=["pipeline"])
    region = _region_of(values, "region" in params, regions, default_region, problems)
    if problems:
        raise BadQuery(problems)
    return LineageQuery(
        pipeline=values["pipeline"],
        region=region,
        include_latest_exec=values.get("includeLatestExec", True),
        domain=values.get("domain"),
        execution=values.get("execution"),
        view=values.get("view", "graph"),
        posture=values.get("posture", "basic"),
        step=values.get("step"),
    )


def _region_of(
    values: Mapping[str, Any], given: bool, regions: Collection[str], default_region: str, problems: list[str]
) -> str:
    """The region asked for, else the pipeline ARN's, else the default; what is wrong with it joins `problems`."""
    arn = PIPELINE_ARN.fullmatch(values.get("pipeline", ""))
    region: str = values.get("region") or (arn["region"] if arn else default_region)
    if arn and arn["region"] != region:
        problems.append("region differs from the one in the pipeline's ARN")
    elif region not in regions and not given:
        problems.append("region must be a region that SageMaker has")
    return region


def regions_reader(regions: Collection[str]) -> Reader:
    """Reads one region or several, with commas between them; each once."""

    def read(name: str, text: str) -> tuple[str, ...]:
        given = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
        if len(given) > MAX_REGIONS or any(part not in regions for part in given):
            raise ValueError(
                f"{name} must be at most {MAX_REGIONS} regions that SageMaker has, with commas between them"
            )
        return given

    return read


def parse_catalog_query(params: Params, regions: Collection[str], default_region: str) -> CatalogQuery:
    """The question of the catalog; `region` is understood for `regions` too."""
    several = regions_reader(regions)
    values, problems = read_params(params, {**CATALOG, "regions": several, "region": several})
    if problems:
        raise BadQuery(problems)
    return CatalogQuery(
        regions=values.get("regions") or values.get("region") or (default_region,),
        name=values.get("name", ""),
        domains=tuple(values[key] for key in ("domain", "domainName", "domainId") if key in values),
        include_latest_exec=values.get("includeLatestExec", False),
    )


def parse_by_domain_query(params: Params, regions: Collection[str], default_region: str) -> LineageQuery:
    """The question of a whole domain; it names no pipeline."""
    readers = {**BY_DOMAIN, "region": region_reader(regions)}
    values, problems = read_params(params, readers, required=["domain"])
    if problems:
        raise BadQuery(problems)
    return LineageQuery(
        pipeline="",
        region=values.get("region", default_region),
        domain=values["domain"],
        include_latest_exec=values.get("includeLatestExec", True),
        view=values.get("view", "graph"),
        posture=values.get("posture", "basic"),
    )


def parse_schema_query(params: Params, regions: Collection[str], default_region: str) -> SchemaQuery:
    """The question of a pipeline's tables."""
    readers = {**SCHEMA, "region": region_reader(regions)}
    values, problems = read_params(params, readers, required=["pipeline"])
    region = _region_of(values, "region" in params, regions, default_region, problems)
    if problems:
        raise BadQuery(problems)
    return SchemaQuery(
        pipeline=values["pipeline"],
        region=region,
        domain=values.get("domain"),
        feature_store=values.get("include_featurestore", True),
        scan=values.get("scan_if_missing", False),
    )


def parse_list_query(
    params: Params, kind: Mapping[str, Reader], regions: Collection[str], default_region: str
) -> ListQuery:
    """The question of a listing; `kind` is `PIPELINES` or `EXECUTIONS`."""
    readers = {**kind, "region": region_reader(regions)}
    values, problems = read_params(params, readers, required=["pipeline"] if "pipeline" in kind else [])
    if problems:
        raise BadQuery(problems)
    return ListQuery(
        region=values.get("region", default_region),
        domain=values.get("domain"),
        pipeline=values.get("pipeline"),
        max_results=values.get("maxResults", 50),
        next_token=values.get("nextToken"),
    )
