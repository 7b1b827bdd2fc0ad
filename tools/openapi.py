"""Write chalicelib/openapi.json: the API described by its own routes, parameter tables and result types.

Its examples are the demo account's answers; the freshness of both is tested.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import urllib.error
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalicelib import __version__
from chalicelib.core.account import query as account
from chalicelib.core.query import query
from chalicelib.core.query.diff import DIFF, parse_diff_query
from chalicelib.core.query.formats import FORMATS, OF_THE_API
from chalicelib.core.query.parameters import MAX_REGIONS, Boolean, Choice, Count, Reader, Region, Regions, Shaped
from chalicelib.core.query.parsing import Params
from chalicelib.core.values.errors import BadQuery
from chalicelib.formats.table import CONTENT_TYPE as TABLE
from chalicelib.formats.types.account import Account, Impact
from chalicelib.formats.types.diff import Diff
from chalicelib.formats.types.lineage import Lineage
from chalicelib.formats.types.listings import Catalog, DomainLineages, Error, ExecutionPage, PipelinePage, Schema
from chalicelib.http.reply import RETRY_AFTER_SEC, STATUSES
from chalicelib.settings import Settings
from chalicelib.static_files import DESCRIPTION
from tools import demo
from tools.json_schema import Json, Schemas

ROOT = Path(__file__).resolve().parent.parent
HERE = "ap-northeast-2"
NAME = "mlops-pipeline"

Ask = Callable[[str, Mapping[str, Any]], Any]
"""The body of the demo account's answer to a GET of a path with parameters."""

ABOUT = {
    "pipeline": "The pipeline's name or ARN.",
    "region": "Where to look; DEFAULT_REGION where none is given.",
    "regions": f"At most {MAX_REGIONS} regions, with commas between them; DEFAULT_REGION where none is given.",
    "includeLatestExec": "Add the latest execution.",
    "domain": "A SageMaker domain's name or id: only pipelines that belong to it.",
    "domainName": "A SageMaker domain's name: only pipelines that belong to it.",
    "domainId": "A SageMaker domain's id: only pipelines that belong to it.",
    "execution": "The id or ARN of one execution to show instead of the latest.",
    "view": "Projections to add for the dashboards that read them: graphPipeline, graphData or both.",
    "posture": "full also reads each bucket's TLS policy, logging, object lock, lifecycle and replication.",
    "from": "What to compare with: an execution's id or ARN, latest, latest-1 (the one before it) and so on, or "
    "definition, which is the pipeline as it would run now; latest-1 where none is given.",
    "to": "What to compare, in the same words; latest where none is given.",
    "step": "One step only: its node, edges, artifacts and findings.",
    "format": "What to write the lineage as: "
    + "; ".join(f"{name} is {FORMATS[name].about}" for name in OF_THE_API)
    + ". All but json go without view.",
    "maxResults": "How many to list on a page.",
    "nextToken": "The nextToken of the page before.",
    "name": "Only pipelines whose name holds this text, in either case.",
    "start": "Where to start: an S3 URI (all that it covers as a prefix, or that contains it), an ARN, "
    "pipeline:NAME or step:PIPELINE/STEP.",
    "direction": "Where the data went, where it came from, or both.",
    "depth": "How many edges to follow at most; all where none is given.",
    "types": "What to list; what lies between is still walked.",
    "maxNodes": "How many to list, the nearest first; the others are counted by type.",
    "include_featurestore": "Look for feature groups.",
    "include_sql": "Tables of a data catalog: none is asked, and a warning says so.",
    "scan_if_missing": "A wish that a read-only service does not grant; a warning says so.",
}
"""What each parameter means: the same on every route that heeds it."""

UNHEEDED = "Understood for the sake of dashboards that send it; it changes nothing here."

FIELDS = {
    "includeLatestExec": "include_latest_exec",
    "maxResults": "max_results",
    "include_featurestore": "feature_store",
    "include_sql": "sql",
    "scan_if_missing": "scan",
    "view": "view",
    "direction": "direction",
    "maxNodes": "max_nodes",
    "posture": "posture",
    "format": "format",
}
"""Where the parsed query has a value that is not simply missing; a query without that field does not heed it."""


@dataclass(frozen=True, slots=True)
class Route:
    """What the description says of one route; its parameters and their defaults are the code's own."""

    summary: str
    shape: Any
    parameters: Mapping[str, Reader]
    parse: Callable[[Params], Any]
    examples: Mapping[str, Mapping[str, Any]]
    about: Mapping[str, str] = field(default_factory=dict)
    table: bool = False


def _listed(kind: Mapping[str, Reader]) -> Callable[[Params], Any]:
    return lambda params: query.parse_list_query(params, kind, {HERE}, HERE)


KEPT_REGION = "One region alone; where none is given all that the store holds, or DEFAULT_REGION without a store."
REGION: Mapping[str, Reader] = {"region": Region({HERE})}
CATALOG = Route(
    "The pipelines of one region or several, with the domain that each belongs to",
    Catalog,
    {**query.CATALOG, "regions": Regions({HERE}), "region": Regions({HERE})},
    lambda params: query.parse_catalog_query(params, {HERE}, HERE),
    {"found": {"regions": HERE, "name": NAME, "includeLatestExec": "true"}},
)
SCHEMA = Route(
    "The feature groups that a pipeline's steps read or write, with their features",
    Schema,
    {**query.SCHEMA, **REGION},
    lambda params: query.parse_schema_query(params, {HERE}, HERE),
    {"none": {"pipeline": NAME}},
)
ROUTES: Mapping[str, Route] = {
    "/lineage": Route(
        "One pipeline's lineage",
        Lineage,
        {**query.LINEAGE, **REGION},
        lambda params: query.parse_lineage_query(params, {HERE}, HERE),
        {"oneStep": {"pipeline": NAME, "step": "Train", "view": "both"}},
    ),
    "/diff": Route(
        "What changed between two executions of a pipeline, or between one and its definition",
        Diff,
        {**DIFF, **REGION},
        lambda params: parse_diff_query(params, {HERE}, HERE),
        {"twoExecutions": {"pipeline": NAME, "from": "latest-1", "to": "latest"}},
    ),
    "/pipelines": Route(
        "The pipelines of a region, page by page",
        PipelinePage,
        {**query.PIPELINES, **REGION},
        _listed(query.PIPELINES),
        {"onePage": {"maxResults": "1"}},
    ),
    "/executions": Route(
        "A pipeline's executions, newest first, page by page",
        ExecutionPage,
        {**query.EXECUTIONS, **REGION},
        _listed(query.EXECUTIONS),
        {"onePage": {"pipeline": NAME}},
    ),
    "/sagemaker/catalog": CATALOG,
    "/sagemaker/pipelines": CATALOG,
    "/lineage/by-domain": Route(
        "The lineage of every pipeline of a domain",
        DomainLineages,
        {**query.BY_DOMAIN, **REGION},
        lambda params: query.parse_by_domain_query(params, {HERE}, HERE),
        {"none": {"domain": "another-domain"}},
    ),
    "/impact": Route(
        "What a place, pipeline or model reaches in the account, or was made from",
        Impact,
        {**account.IMPACT, **REGION},
        lambda params: account.parse_impact_query(params, {HERE}),
        {"models": {"start": f"pipeline:{NAME}", "types": "package", "maxNodes": "2"}},
        {"view": "table: CSV, one line a thing, with its path.", "region": KEPT_REGION},
        table=True,
    ),
    "/account": Route(
        "The account summed up, what needs attention first",
        Account,
        {**account.ACCOUNT, **REGION},
        lambda params: account.parse_account_query(params, {HERE}),
        {"onePage": {"maxResults": "1"}},
        {"region": KEPT_REGION, "maxResults": "How many pipelines, and how many buckets, to list on a page."},
    ),
    "/schema": SCHEMA,
    "/lineage/schema": SCHEMA,
}

PROBLEMS = {
    400: "The query cannot be read; the message names every problem.",
    403: "API Gateway wants a key or a signature.",
    404: "There is no such pipeline or execution, it is not in the domain, or the start is nowhere in the account.",
    406: "Accept-Encoding refuses both gzip and an uncompressed answer.",
    413: "The answer is larger than what can be sent; the message says how to ask for less.",
    429: "API Gateway's own limit on requests.",
    500: "A fault of the service; the log has it under requestId.",
    502: "AWS refused what nothing can do without (the IAM action is named), or the definition or the store cannot be "
    "read.",
    503: "AWS was still throttling after the retries; ask again later.",
    504: "The deadline passed before the pipeline itself was read.",
}


# --- Parameters ------------------------------------------------------------------------------------------


def parameters(route: Route) -> Iterator[Json]:
    """Yield the route's parameters, those that it cannot do without first."""
    needed = required(route)
    given = next(iter(route.examples.values()))
    least = route.parse({name: [given[name]] for name in needed})
    for name in sorted(route.parameters, key=lambda each: each not in needed):
        reader = route.parameters[name]
        schema = schema_of(reader)
        heeded = name not in FIELDS or hasattr(least, FIELDS[name])
        if name in FIELDS and heeded:
            schema["default"] = getattr(least, FIELDS[name])
        example = given.get(name)
        yield {
            "name": name,
            "in": "query",
            "description": route.about.get(name, ABOUT[name]) if heeded else UNHEEDED,
            **({"required": True} if name in needed else {}),
            "schema": schema,
            **({"style": "form", "explode": False} if isinstance(reader, Regions | account.Words) else {}),
            **({"example": [example] if isinstance(reader, Regions) else example} if name in needed else {}),
        }


def required(route: Route) -> list[str]:
    """Return the names that the route's own reading calls required."""
    try:
        route.parse({})
    except BadQuery as bad:
        return [problem.removesuffix(" is required") for problem in bad.problems if problem.endswith(" is required")]
    return []


def schema_of(reader: Reader) -> Json:
    """Return what a parameter may be."""
    match reader:
        case Boolean():
            return {"type": "boolean"}
        case Choice():
            return {"type": "string", "enum": list(reader.options)}
        case Count():
            return {"type": "integer", "minimum": reader.least, "maximum": reader.most}
        case Regions():
            return {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MAX_REGIONS}
        case account.Words():
            return {"type": "array", "items": {"enum": list(reader.options)}, "minItems": 1, "uniqueItems": True}
        case Shaped():
            return {"type": "string", "minLength": 1, **pattern_of(reader)}
        case Region():
            return {"type": "string", "examples": [HERE]}
    raise TypeError(f"no schema is known for {reader!r}")


def pattern_of(reader: Shaped) -> Json:
    """Return the shapes in ECMA's dialect, which names groups in another way, and whose letters are ASCII's alone."""
    shapes = [shape.replace("(?P<", "(?<") for shape in reader.shapes]
    if any(r"\w" in shape for shape in shapes):
        return {}
    if len(shapes) > 1:  # no two groups may have one name
        shapes = [re.sub(r"\(\?<\w+>", "(", shape) for shape in shapes]
    return {"pattern": "^(?:" + "|".join(shapes) + ")$"}


# --- Answers ---------------------------------------------------------------------------------------------


def responses(path: str, route: Route, schemas: Schemas, ask: Ask) -> Json:
    """Return every status that the route may answer with."""
    examples = {
        name: {"summary": f"GET {path}?{urlencode(given)}", "value": ask(path, given)}
        for name, given in route.examples.items()
    }
    found: Json = {
        "200": {
            "description": route.summary + ".",
            "headers": {
                "ETag": {"description": "Send it as If-None-Match to learn whether anything changed.", **TEXT},
                "Age": {"description": "How many seconds old the oldest remembered posture is.", **TEXT},
            },
            "content": {
                "application/json": {"schema": schemas.of(route.shape), "examples": examples},
                **({TABLE.partition(";")[0]: TEXT} if route.table else {}),
                **(OTHER_FORMATS if "format" in route.parameters else {}),
            },
        },
        "304": {"description": "Nothing has changed since the answer that If-None-Match names."},
    }
    return found | {str(status): {"$ref": f"#/components/responses/{status}"} for status in PROBLEMS}


TEXT: Json = {"schema": {"type": "string"}}

OTHER_FORMATS: Json = {
    media: TEXT
    for media in (FORMATS[name].media_type.partition(";")[0] for name in OF_THE_API)
    if media != "application/json"
}
"""Types of what is no JSON of ours."""


def problem(status: int, schemas: Schemas, ask: Ask) -> Json:
    """Return one error, with the words of the demo account where it has any."""
    wrong: Mapping[int, Mapping[str, Any]] = {400: {}, 404: {"pipeline": "no-such-pipeline"}}
    example = {"example": ask("/lineage", wrong[status])} if status in wrong else {}
    retry = {"Retry-After": {"description": f"Seconds: {RETRY_AFTER_SEC}.", **TEXT}} if status == 503 else {}
    return {
        "description": PROBLEMS[status],
        **({"headers": retry} if retry else {}),
        "content": {"application/json": {"schema": schemas.of(Error), **example}},
    }


# --- The document ----------------------------------------------------------------------------------------


def document(ask: Ask) -> Json:
    """Return the whole description; `ask` gives the demo account's answers."""
    schemas = Schemas()
    ours = {500, *STATUSES.values()}
    if not ours <= set(PROBLEMS):
        raise ValueError(f"no words for status {ours - set(PROBLEMS)}")
    paths = {path: {"get": operation(path, route, schemas, ask)} for path, route in ROUTES.items()}
    paths["/health"] = {"get": HEALTH}
    paths["/openapi.json"] = {"get": OWN}
    problems = {str(status): problem(status, schemas, ask) for status in PROBLEMS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "SageMaker Lineage API", "version": __version__, "description": DESCRIPTION_TEXT},
        "servers": [{"url": ".", "description": "Where this document lies"}],
        "security": [{}, {"ApiKey": []}, {"Iam": []}],
        "tags": [{"name": name} for name in ("lineage", "account", "listings", "description")],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.named.items())),
            "responses": problems,
            "securitySchemes": {
                "ApiKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Api-Key",
                    "description": "Where AUTH_TYPE is api_key.",
                },
                "Iam": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "AWS Signature Version 4, where AUTH_TYPE is iam.",
                    "x-amazon-apigateway-authtype": "awsSigv4",
                },
            },
        },
    }


DESCRIPTION_TEXT = (
    "For a SageMaker pipeline: what data went where, what happened on the way, and how well every place it touched is "
    "protected. Read-only. A required key is a promise: it is always there, and never renamed or retyped; answers grow "
    f"by further keys. The region where a query names none is the DEFAULT_REGION setting ({Settings().default_region})."
)

HEALTH: Json = {
    "operationId": "get_health",
    "tags": ["description"],
    "summary": "Whether the service is up, and which version it is; AWS is asked nothing",
    "responses": {
        "200": {
            "description": "It is up.",
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["status", "version"],
                        "properties": {"status": {"const": "ok"}, "version": {"type": "string"}},
                    },
                    "example": {"status": "ok", "version": __version__},
                }
            },
        },
        "403": {"$ref": "#/components/responses/403"},
        "429": {"$ref": "#/components/responses/429"},
    },
}
TAGS: Mapping[Any, str] = {Lineage: "lineage", DomainLineages: "lineage", Impact: "account", Account: "account"}

OWN: Json = {
    "operationId": "get_openapi_json",
    "tags": ["description"],
    "summary": "This document",
    "responses": {
        "200": {
            "description": "This document.",
            "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "paths"]}}},
        },
        "403": {"$ref": "#/components/responses/403"},
        "429": {"$ref": "#/components/responses/429"},
    },
}


def operation(path: str, route: Route, schemas: Schemas, ask: Ask) -> Json:
    """Return one GET."""
    return {
        "operationId": "get" + path.replace("/", "_").replace("-", "_"),
        "tags": [TAGS.get(route.shape, "listings")],
        "summary": route.summary,
        "parameters": list(parameters(route)),
        "responses": responses(path, route, schemas, ask),
    }


def text_of(described: Json) -> str:
    """Return the document as it is kept."""
    return json.dumps(described, indent=1, ensure_ascii=False) + "\n"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def asked(base: str, path: str, given: Mapping[str, Any]) -> Any:
    """Return the body of an answer, whatever its status."""
    try:
        with demo.DIRECT.open(f"{base}{path}?{urlencode(given)}", timeout=60) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return json.load(error)


def main() -> int:
    """Ask the demo account, and write the file; 1 with a line where that cannot be done."""
    try:
        demo.OUT.mkdir(parents=True, exist_ok=True)
        with ExitStack() as running:
            base = demo.serve(free_port(), running, demo.open_account(running))
            DESCRIPTION.write_text(text_of(document(lambda path, given: asked(base, path, given))))
    except demo.DemoFailed as failed:
        print(f"openapi: {failed}", file=sys.stderr)
        return 1
    print(f"openapi: {DESCRIPTION.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
