"""OpenLineage's facets: their keys and versions, and what each of them is made from.

https://openlineage.io/docs/spec/facets/
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chalicelib import HOME_URL, __version__
from chalicelib.formats.exports.export import Json

POSTURE = "sagemakerLineage_posture"
POSTURE_SCHEMA = f"{HOME_URL}/openlineage/1-0-0/SagemakerLineagePostureDatasetFacet.json"
"""Where the schema of the project's own facet is published; it is the file of that name in `docs/openlineage/`."""

_CLASSES: Mapping[str, str] = {
    "parent": "1-2-0/ParentRunFacet",
    "processing_engine": "1-1-1/ProcessingEngineRunFacet",
    "nominalTime": "1-0-1/NominalTimeRunFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "executionParameters": "1-0-0/ExecutionParametersRunFacet",
    "jobDependencies": "1-0-1/JobDependenciesRunFacet",
    "jobType": "2-0-4/JobTypeJobFacet",
    "documentation": "1-1-0/DocumentationJobFacet",
    "sourceCodeLocation": "1-1-0/SourceCodeLocationJobFacet",
    "datasetType": "1-0-1/DatasetTypeDatasetFacet",
    "version": "1-0-1/DatasetVersionDatasetFacet",
}
_TAGS = {"run": "1-0-0/TagsRunFacet", "job": "1-0-0/TagsJobFacet", "dataset": "1-0-0/TagsDatasetFacet"}

API_VERSION = "2017-07-24"
"""Version of SageMaker's API, the only one that it has: SageMaker itself has no number."""


def facets(of: str, **bodies: Mapping[str, Any] | None) -> dict[str, Json]:
    """Return the facets of a run, job or dataset (`of`) by their keys; what has no body is left out."""
    return {
        key: {"_producer": HOME_URL, "_schemaURL": _schema(of, key), **body} for key, body in bodies.items() if body
    }


def _schema(of: str, key: str) -> str:
    if key == POSTURE:
        return f"{POSTURE_SCHEMA}#/$defs/SagemakerLineagePostureDatasetFacet"
    path = _TAGS[of] if key == "tags" else _CLASSES[key]
    return f"https://openlineage.io/spec/facets/{path}.json#/$defs/{path.partition('/')[2]}"


def engine() -> dict[str, str]:
    """Return what ran the job. DataHub refuses every event without it."""
    return {"version": API_VERSION, "name": "sagemaker", "openlineageAdapterVersion": __version__}


def tags(pairs: Iterable[tuple[str, Any]], source: str = "SAGEMAKER") -> list[Json]:
    """Return one tag for each pair that has a value; a tag's value is text."""
    return [{"key": key, "value": text_of(value), "source": source} for key, value in pairs if value is not None]


def text_of(value: Any) -> str:
    """Return a value as text: a string as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def run_id(*parts: str) -> str:
    """Return the id of a run: the same for the same parts, an execution's ARN first. RFC 9562, version 5."""
    name = "/".join(parts).encode("utf-8", "backslashreplace")  # a definition's texts may be what UTF-8 cannot carry
    return str(uuid5(NAMESPACE_URL, name.decode()))
