"""Parts that the descriptions of different kinds of jobs have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.values.doc import camel, dig, docs_at, int_at, text_at
from chalicelib.core.values.model import Doc
from chalicelib.core.values.redaction import redact, redact_settings


def images_of(documents: Iterable[Any], key: str) -> tuple[str, ...]:
    """Return the image at `key` of each document, each image once."""
    return tuple(dict.fromkeys(image for document in documents if (image := text_at(document, key))))


def instances_of(config: Any) -> dict[str, Any]:
    """Return the instance type and count: those that AWS selected among several offered, else those asked for.

    Instance groups give the sum of their counts, and a type only where all groups have the same.
    """
    first = next(iter(docs_at(config, "InstanceConfigs")), config)
    groups = docs_at(config, "InstanceGroups")
    types = {text_at(group, "InstanceType") for group in groups}
    counts = [int_at(group, "InstanceCount") or 0 for group in groups]
    return {
        "instance_type": text_at(config, "SelectedInstanceType")
        or text_at(first, "InstanceType")
        or (types.pop() if len(types) == 1 else None),
        "instance_count": int_at(config, "SelectedInstanceCount")
        or int_at(first, "InstanceCount")
        or (sum(counts) if counts else None),
    }


def settings_at(document: Any, *path: str) -> dict[str, str]:
    """Return the environment or hyperparameters at `path`, without secrets; empty where there are none."""
    settings = dig(document, *path)
    return redact_settings(settings) if isinstance(settings, Mapping) else {}


def redacted_at(document: Any, *path: str) -> Any:
    """Return the value at `path`, without secrets."""
    return redact(dig(document, *path))


def carried(response: Doc, *members: str) -> dict[str, Any]:
    """Return members of a response under camel-case names, in AWS's shapes, without secrets and empty values."""
    return {camel(name): redact(response[name]) for name in members if response.get(name) not in (None, "", [], {})}


def model_location(description: Doc) -> str | None:
    """Return the S3 URI of a training job's model file: `ModelArtifacts.S3ModelArtifacts` of its description."""
    return text_at(description, "ModelArtifacts", "S3ModelArtifacts")


def containers_of(description: Doc) -> tuple[Doc, ...]:
    """Return a model's containers, the primary one first."""
    primary = dig(description, "PrimaryContainer")
    return ((primary,) if isinstance(primary, Mapping) and primary else ()) + docs_at(description, "Containers")


def model_data_of(container: Doc) -> str | None:
    """Return the location of a container's model: `ModelDataUrl`, or the S3 URI of its `ModelDataSource`."""
    return text_at(container, "ModelDataUrl") or text_at(container, "ModelDataSource", "S3DataSource", "S3Uri")


def specifications_of(response: Doc) -> tuple[Doc, ...]:
    """Return an inference component's specifications, from `Specification` and `Specifications`."""
    one = dig(response, "Specification")
    return ((one,) if isinstance(one, Mapping) and one else ()) + docs_at(response, "Specifications")


def training_definitions(tuning: Doc) -> tuple[Doc, ...]:
    """Return a tuning job's training job definitions, from the single member and the list."""
    one = dig(tuning, "TrainingJobDefinition")
    return ((one,) if isinstance(one, Mapping) and one else ()) + docs_at(tuning, "TrainingJobDefinitions")
