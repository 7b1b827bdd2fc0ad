"""Locations as OpenLineage's datasets: a namespace, a name, and what is known of the place.

https://openlineage.io/docs/spec/naming
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.core.values.s3uri import parse_s3uri
from chalicelib.formats.exports.export import Json
from chalicelib.formats.exports.openlineage_facets import POSTURE, facets, tags

# What Marquez takes as a namespace.
_NAMESPACE = re.compile(r"[a-zA-Z:;=/0-9_\-.@+]{1,1024}")
_ARN = re.compile(r"(arn:[^:]*:[^:]*:[^:]*:[^:]*):(.+)", re.DOTALL)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*://[^/]+)/(.+)", re.DOTALL)
_POSTURE_KEYS = ("region", "encryption", "versioning", "publicAccess")


def name_of(uri: str) -> tuple[str, str] | None:
    """Return the namespace and the name of a location's dataset; `None` where it is none.

    It is none where a part of it is not known (`s3://${Parameters.Bucket}/raw`), or where no consumer could take it.
    """
    named = _named(uri)
    return named if "${" not in uri and named and _NAMESPACE.fullmatch(named[0]) else None


def _named(uri: str) -> tuple[str, str] | None:
    if location := parse_s3uri(uri):
        return f"s3://{location.bucket}", location.key or "/"
    found = _ARN.fullmatch(uri) or _URL.fullmatch(uri)
    return (found[1], found[2]) if found else None


class Places:
    """Datasets of one answer, each with what the answer knows of its location."""

    def __init__(self, lineage: Json) -> None:
        self._artifacts = {artifact["uri"]: artifact for artifact in lineage["graph"]["artifacts"]}
        self._findings: dict[str, list[Json]] = {}
        for finding in lineage.get("findings", ()):
            for place in dict.fromkeys(finding["path"]):
                self._findings.setdefault(place, []).append(finding)
        self._kinds: dict[str, str] = {}
        for port in _ports(lineage):
            self._kinds.setdefault(port["uri"], port.get("kind", "data"))
        self._versions = dict(_versions(lineage))

    def datasets(self, uris: Iterable[str]) -> list[Json]:
        """Return the datasets of these locations, each once, in their order; what is none is left out."""
        same: dict[tuple[str, str], list[str]] = {}
        for uri in dict.fromkeys(uris):
            if named := name_of(uri):
                same.setdefault(named, []).append(uri)
        return [self._dataset(named, spellings) for named, spellings in same.items()]

    def unconnected(self) -> list[str]:
        """Return the locations that the pipeline names, and that none of its steps reads or writes."""
        return [uri for uri, each in self._artifacts.items() if not each["producedBy"] and not each["consumedBy"]]

    def _dataset(self, named: tuple[str, str], spellings: list[str]) -> Json:
        namespace, name = named
        known = [self._artifacts[uri] for uri in spellings if uri in self._artifacts]
        place = known[0] if known else {}
        separator = ":" if namespace.startswith("arn:") else "/"
        plain = spellings == [f"{namespace}{separator}{name}"]
        spelled = [] if plain else [("uri", uri) for uri in spellings]
        bucket = place.get("s3", {}).get("tags", {})
        version = self._versions.get(spellings[0])
        return {
            "namespace": namespace,
            "name": name,
            "facets": facets(
                "dataset",
                datasetType=_type(name, self._kinds.get(spellings[0], "data")),
                version={"datasetVersion": version} if version else None,
                tags=_tags([*tags(spelled), *tags(bucket.items(), "S3")]),
                **{POSTURE: self._posture(place)},
            ),
        }

    def _posture(self, place: Json) -> Mapping[str, Any] | None:
        """Return how the place is protected and what is wrong with it; `None` where nothing was asked about it."""
        standing = [
            {
                "rule": finding["rule"],
                "severity": finding["severity"],
                "status": finding["status"],
                "uid": finding["finding_info"]["uid"],
            }
            for finding in self._findings.get(f"artifact:{place.get('id')}", ())
        ]
        posture = place.get("posture")
        if not posture and not standing:
            return None
        owner = (posture or {}).get("owner", {}).get("basis")
        return {
            **{key: place["s3"][key] for key in _POSTURE_KEYS},
            **({"owner": owner} if owner else {}),
            "findings": standing,
        }


def _tags(each: list[Json]) -> Mapping[str, Any] | None:
    return {"tags": each} if each else None


def _type(name: str, kind: str) -> Mapping[str, Any]:
    if kind == "model" or name.startswith("model-package/"):
        return {"datasetType": "MODEL"}
    if name.startswith("table/"):
        return {"datasetType": "TABLE"}
    if name.startswith("feature-group/"):
        return {"datasetType": "TABLE", "subType": "FEATURE_GROUP"}
    return {"datasetType": "FILE", **({} if kind == "data" else {"subType": kind.upper()})}


def _ports(lineage: Json) -> Iterator[Json]:
    for node in lineage["graph"]["nodes"]:
        yield from node["inputs"]
        yield from node["outputs"]


def _versions(lineage: Json) -> Iterator[tuple[str, str]]:
    """Yield each model file that the registry keeps, with its ETag: which bytes were registered."""
    for node in lineage["graph"]["nodes"]:
        for container in node.get("registry", {}).get("containers", ()):
            if container.get("modelData") and container.get("modelDataETag"):
                yield container["modelData"], container["modelDataETag"]
