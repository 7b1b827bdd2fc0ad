"""Service model of SageMaker, as botocore carries it: it gives responses their form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session


@cache
def model() -> Any:
    """Return botocore's model of the SageMaker service."""
    return botocore.session.get_session().get_service_model("sagemaker")


def answer(operation: str, *documents: Mapping[str, Any]) -> dict[str, Any]:
    """Return an operation's response made of the documents' members; later documents win, unknown members are dropped.

    Text and numbers are turned into what the model wants: a definition writes both for either.
    """
    merged = {key: value for document in documents for key, value in document.items()}
    fitted = _fit(model().operation_model(operation).output_shape, merged)
    return fitted if isinstance(fitted, dict) else {}


def _fit(shape: Any, value: Any) -> Any:
    if value is None:
        return None
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members
        return _without_nothing({key: _fit(members[key], one) for key, one in value.items() if key in members})
    if kind == "list" and isinstance(value, list):
        return [_fit(shape.member, one) for one in value]
    if kind == "map" and isinstance(value, Mapping):
        return _without_nothing({str(key): _fit(shape.value, one) for key, one in value.items()})
    return _plain(kind, value)


def _without_nothing(value: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if one is not None}


def _plain(kind: str, value: Any) -> Any:
    if kind == "string":
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kind in ("integer", "long"):
        return int(float(value))
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind == "timestamp":
        return value if isinstance(value, datetime) else None
    return None
