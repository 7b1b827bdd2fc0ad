"""Feature groups that a pipeline's steps read or write, and their features."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.aws import sagemaker
from chalicelib.core.query.query import LineageQuery, SchemaQuery
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import Doc, Gap, Graph
from chalicelib.fetch.gather import Gather
from chalicelib.formats.warnings import to_warnings
from chalicelib.routes.lineage_reads.story import read_lineage
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.formats.types import listings as shapes

FEATURE_GROUP = re.compile(r"arn:[^:]+:sagemaker:[^:]*:[^:]*:feature-group/([A-Za-z0-9\-_]+)")


def describe_schema(query: SchemaQuery, gather: Gather, settings: Settings) -> shapes.Schema:
    """Return the body of `GET /schema`.

    `tables` and `columns` are for a data catalog's, and no catalog is asked: a dashboard that reads them takes each
    table for one whose rows were looked at. Raises as `read_lineage` does.
    """
    asked = LineageQuery(pipeline=query.pipeline, region=query.region, domain=query.domain)
    # The request is about where the data lie, not about how the buckets are protected.
    got = read_lineage(asked, gather, settings._replace(enable_s3_meta=False, enable_reports=False))
    names = feature_groups(got.graph) if query.feature_store else []
    questions = [sagemaker.feature_group(name, settings.posture_ttl_sec) for name in names]
    responses = dict(zip(names, gather.responses(questions), strict=True))
    described = {name: response for name, response in responses.items() if isinstance(response, Mapping)}
    gaps = [
        *got.gaps,
        *(response for response in responses.values() if isinstance(response, Gap)),
        *_notes(query, names),
    ]
    return {
        "tables": [],
        "columns": [],
        "featureGroups": [_group(name, response) for name, response in described.items()],
        "features": [feature for name, response in described.items() for feature in _features(name, response)],
        "warnings": to_warnings(gaps),
    }


def feature_groups(graph: Graph | None) -> list[str]:
    """Return the names of the feature groups among a graph's artifacts, in the order of the artifacts."""
    uris = [artifact.uri for artifact in graph.artifacts] if graph else []
    found = [FEATURE_GROUP.fullmatch(uri) for uri in uris]
    return list(dict.fromkeys(match[1] for match in found if match))


def _group(name: str, response: Doc) -> shapes.FeatureGroup:
    store = response.get("OfflineStoreConfig")
    location = text_at(store, "S3StorageConfig", "ResolvedOutputS3Uri") or text_at(store, "S3StorageConfig", "S3Uri")
    return {"id": text_at(response, "FeatureGroupArn") or name, "name": name, "links": [location] if location else []}


def _features(name: str, response: Doc) -> Sequence[shapes.Feature]:
    group = text_at(response, "FeatureGroupArn") or name
    return [
        {
            "featureGroupId": group,
            "name": text_at(feature, "FeatureName") or "",
            "type": text_at(feature, "FeatureType") or "Unknown",
        }
        for feature in docs_at(response, "FeatureDefinitions")
    ]


def _notes(query: SchemaQuery, names: Sequence[str]) -> list[Gap]:
    notes = []
    if query.feature_store and not names:
        notes.append(Gap("NoFeatureGroups", "no step of this pipeline names a feature group", query.pipeline))
    if query.sql:
        notes.append(Gap("NotRead", "include_sql is ignored: this service asks no data catalog for tables"))
    if query.scan:
        notes.append(Gap("ReadOnly", "scan_if_missing is ignored: this service never scans data and never writes"))
    return notes
