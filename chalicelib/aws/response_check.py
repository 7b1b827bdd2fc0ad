"""Response check: botocore takes half a response, or a proxy's page, for a success that says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

# Responses that may rightly be empty ("never versioned", "in us-east-1"), and the element that must be in them.
MAY_BE_EMPTY = {
    "GetBucketLocation": b"LocationConstraint",
    "GetBucketVersioning": b"Versioning",  # emulators name the root after the operation, as botocore lets them
    "GetBucketLogging": b"BucketLoggingStatus",
    "GetObjectLockConfiguration": b"ObjectLockConfiguration",
    "GetPublicAccessBlock": b"PublicAccessBlockConfiguration",
    "ListTagsForResource": b"Tags",
}
BEGINNINGS = {"json": b"{", "rest-xml": b"<"}


class Truncated(Exception):
    """Error for a connection that was closed before every announced byte came."""


class ForeignResponse(Exception):
    """Error for a success whose body is no response to what was asked."""


class Operation(Protocol):
    """Part of botocore's operation model that the check looks at."""

    name: str
    http: Mapping[str, Any]
    service_model: Any


def check_response(operation_model: Operation, response_dict: Mapping[str, Any], **_: Any) -> None:
    """Handle botocore's `before-parse` event: let the body be parsed only if it is whole.

    Raises `Truncated` for a truncated body, `ForeignResponse` for one that is no response of this operation.
    """
    body = response_dict["body"]
    if not isinstance(body, bytes) or operation_model.http.get("method") == "HEAD":  # whoever reads a stream checks it
        return
    announced = response_dict["headers"].get("content-length", "")
    if announced.isdigit() and len(body) < int(announced):
        raise Truncated(operation_model.name)
    if response_dict["status_code"] >= 300:
        return
    protocol = "json" if operation_model.name == "GetBucketPolicy" else operation_model.service_model.resolved_protocol
    begins_well = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(BEGINNINGS.get(protocol, b""))
    if not body or not begins_well or MAY_BE_EMPTY.get(operation_model.name, b"") not in body:
        raise ForeignResponse(operation_model.name)
