"""Whether an answer came whole: botocore takes half of one, or a proxy's page, for a success that says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

# Documents that may rightly say nothing ("never versioned", "in us-east-1"): what says nothing must be one of them.
MAY_BE_EMPTY = {
    "GetBucketLocation": b"LocationConstraint",
    "GetBucketVersioning": b"Versioning",  # emulators name the root after the operation, as botocore lets them
    "GetBucketLogging": b"BucketLoggingStatus",
    "GetObjectLockConfiguration": b"ObjectLockConfiguration",
    "GetPublicAccessBlock": b"PublicAccessBlockConfiguration",
}
BEGINNINGS = {"json": b"{", "rest-xml": b"<"}


class CutShort(Exception):
    """The connection was closed before all came that was announced."""


class NoAnswer(Exception):
    """A success whose body is no answer to what was asked."""


class Operation(Protocol):
    """What is looked at of botocore's operation model."""

    name: str
    http: Mapping[str, Any]
    service_model: Any


def check_whole(operation_model: Operation, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Handles botocore's `before-parse` event: raises `CutShort` or `NoAnswer`, or lets the body be parsed."""
    body = response_dict["body"]
    if not isinstance(body, bytes) or operation_model.http.get("method") == "HEAD":  # a stream is its reader's care
        return
    announced = response_dict["headers"].get("content-length", "")
    if announced.isdigit() and len(body) < int(announced):
        raise CutShort(operation_model.name)
    if response_dict["status_code"] >= 300:
        return
    protocol = "json" if operation_model.name == "GetBucketPolicy" else operation_model.service_model.resolved_protocol
    begins_well = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(BEGINNINGS.get(protocol, b""))
    if not body or not begins_well or MAY_BE_EMPTY.get(operation_model.name, b"") not in body:
        raise NoAnswer(operation_model.name)
