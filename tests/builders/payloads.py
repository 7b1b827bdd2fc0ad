"""Payload of a Lambda function: what its runtime makes of a reply."""

from __future__ import annotations

import base64

import pytest

from chalicelib.http.reply import Reply


def payload_bytes(reply: Reply) -> int:
    """Return the size of what AWS's own runtime client sends for a reply; it exists for Linux alone."""
    marshaller = pytest.importorskip("awslambdaric.lambda_runtime_marshaller").LambdaMarshaller()
    packed = "Content-Encoding" in reply.headers
    response = {
        "statusCode": reply.status,
        "headers": dict(reply.headers),
        "multiValueHeaders": {},
        "body": base64.b64encode(reply.body).decode() if packed else reply.body.decode(),
        **({"isBase64Encoded": True} if packed else {}),
    }
    payload, _ = marshaller.marshal_response(response)
    return len(payload.encode())
