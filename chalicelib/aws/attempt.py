"""One attempt at one read: the response as far as it can be used, or the fault that kept it from coming."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.aws.faults import Fault, fault_of
from chalicelib.aws.reads import Question, Reads
from chalicelib.aws.response_check import Truncated
from chalicelib.core.values.model import Doc

MAX_OBJECT_BYTES = 1_000_000
"""Most bytes that are read of an object; a longer one is no evaluation report."""


def attempt(reads: Reads, question: Question) -> Doc | Fault:
    """Make the read once; return its response with the bytes of an object's body, or a fault. Never raises.

    Headers are left out: nothing is read from them, and they are more than half of a small response.
    """
    try:
        response = getattr(reads, question.operation)(**question.arguments)
        if hasattr(response.get("Body"), "read"):
            response = {**response, "Body": _body_of(response)}
        response = {name: value for name, value in response.items() if name != "ResponseMetadata"}
    except Exception as error:  # noqa: BLE001 (a garbled response may raise anything at all)
        return fault_of(error, question.operation)
    return response if _has_content(response, question) else Fault("unreadable", "UnreadableAnswer")


def _body_of(response: Doc) -> bytes:
    body: bytes = response["Body"].read(MAX_OBJECT_BYTES + 1)
    if len(body) < min(response.get("ContentLength") or 0, MAX_OBJECT_BYTES + 1):
        raise Truncated("GetObject")
    return body


def _has_content(response: Mapping[str, object], question: Question) -> bool:
    """Return whether a response has content: botocore reads a garbled SageMaker body as an empty success.

    A `required` key must be there; without one, only responses of S3 may be empty.
    """
    if question.required is not None:
        return response.get(question.required) is not None
    return question.family == "s3" or bool(response)
