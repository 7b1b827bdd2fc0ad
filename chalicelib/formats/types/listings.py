"""Shapes of the bodies of listings, of replies over several pipelines, of the schema routes, and of every error."""

from typing import Annotated, TypedDict

from chalicelib.formats.types.lineage import Lineage, WarningEntry
from chalicelib.formats.types.words import Said, Tags, Time


class ExecutionEntryMore(TypedDict, total=False):
    """Optional keys of `ExecutionEntry`."""

    displayName: Said[str]
    failureReason: Said[str]


class ExecutionEntry(ExecutionEntryMore):
    """One execution of a list."""

    arn: str
    status: str
    startTime: Time | None


class PipelineEntry(TypedDict):
    """One pipeline of a list."""

    name: str
    displayName: str | None
    arn: str | None
    creationTime: Time | None
    lastModifiedTime: Time | None
    lastExecutionTime: Time | None
    latestExecution: ExecutionEntry | None
    tags: Tags


class PipelinePage(TypedDict):
    """The body of `GET /pipelines`."""

    region: str
    pipelines: list[PipelineEntry]
    nextToken: Annotated[str | None, "Leads to the next page; null on the last."]
    warnings: list[WarningEntry]


class ExecutionPage(TypedDict):
    """The body of `GET /executions`: newest first."""

    region: str
    pipeline: str
    executions: list[ExecutionEntry]
    nextToken: Annotated[str | None, "Leads to the next page; null on the last."]
    warnings: list[WarningEntry]


class MatchedDomain(TypedDict, total=False):
    """The SageMaker domain that a pipeline says it belongs to, as far as it is known."""

    domainId: Said[str]
    domainName: Said[str]


class CatalogEntry(PipelineEntry):
    """One pipeline of the catalog."""

    matchedDomain: MatchedDomain | None


class CatalogRegion(TypedDict):
    """One region of the catalog; without pipelines where it could not be read, and a warning says why."""

    region: str
    pipelines: list[CatalogEntry]


class Catalog(TypedDict):
    """The body of `GET /sagemaker/catalog` and `GET /sagemaker/pipelines`."""

    regions: list[CatalogRegion]
    warnings: list[WarningEntry]


class DomainLineages(TypedDict):
    """The body of `GET /lineage/by-domain`: by name."""

    region: str
    domain: str
    lineages: list[Lineage]
    notReached: Annotated[
        list[str], "Pipelines for which a whole request had no time; no further page has them: ask /lineage for each."
    ]
    nextToken: Annotated[str | None, "Leads to the next page; null on the last."]
    warnings: list[WarningEntry]


class Table(TypedDict):
    """A table of a data catalog."""

    id: str
    name: str
    links: Annotated[list[str], "Where its data lie."]


class Column(TypedDict):
    """A column of a table."""

    tableId: str
    name: str
    type: str
    links: list[str]


class FeatureGroup(TypedDict):
    """A feature group of SageMaker's feature store."""

    id: str
    name: str
    links: Annotated[list[str], "Where its offline store is."]


class Feature(TypedDict):
    """A feature of a feature group."""

    featureGroupId: str
    name: str
    type: Annotated[str, "SageMaker's word: Integral, Fractional, String; Unknown where it says none."]


class Schema(TypedDict):
    """The body of `GET /schema` and `GET /lineage/schema`."""

    tables: Annotated[list[Table], "Tables of a data catalog: none is asked, so there are none."]
    columns: Annotated[list[Column], "Columns of those tables."]
    featureGroups: list[FeatureGroup]
    features: list[Feature]
    warnings: list[WarningEntry]


class ErrorMore(TypedDict, total=False):
    """Optional keys of `Error`: the request, where the fault is not the caller's."""

    requestId: Said[str]


class Error(ErrorMore):
    """Reason why there is no answer: one clear sentence."""

    message: str
