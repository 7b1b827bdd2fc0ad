"""HTTP replies: in an encoding that the caller accepts, of a size that Lambda carries, and every error in one shape."""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.core.values.errors import (
    BadDefinition,
    BadQuery,
    LineageError,
    NotAcceptable,
    NotFound,
    NowhereInTheAccount,
    Refused,
    StillThrottled,
    StoreUnreadable,
    TooBig,
    TooLate,
)
from chalicelib.formats.lineage import to_json_text

STATUSES: Mapping[type[LineageError], int] = {
    BadQuery: 400,
    NotFound: 404,
    NowhereInTheAccount: 404,
    NotAcceptable: 406,
    TooBig: 413,
    Refused: 502,
    BadDefinition: 502,
    StoreUnreadable: 502,
    StillThrottled: 503,
    TooLate: 504,
}
RETRY_AFTER_SEC = 5

MAX_PAYLOAD_BYTES = 6_291_556
"""Most bytes of what a function returns, by Lambda's own error message about one that is larger."""

MAX_CARRIED_BYTES = MAX_PAYLOAD_BYTES - 16_384
"""Most bytes of a body inside it: the rest is for the status and the headers, those of CORS among them."""

COMPRESS_FROM_BYTES = 1_000_000
"""Size from which a body is compressed for whoever likes that no less; a smaller one is left to API Gateway."""

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
ALLOWED_HEADERS = (
    "Amz-Sdk-Invocation-Id",
    "Amz-Sdk-Request",
    "Authorization",
    "Content-Type",
    "If-None-Match",
    "X-Amz-Content-Sha256",
    "X-Amz-Date",
    "X-Amz-Security-Token",
    "X-Amz-User-Agent",
    "X-Api-Key",
)
"""Header fields that a page of another origin may send; all that AWS's JavaScript signers add are among them."""

EXPOSED_HEADERS = ("Age", "ETag", "Retry-After", "X-Request-Id")
"""Header fields that such a page may read, beside those that every page may."""

NO_STORE = {"Cache-Control": "no-store"}

QVALUE = re.compile(r"q=(0(\.\d{0,3})?|1(\.0{0,3})?)", re.IGNORECASE)


class Reply(NamedTuple):
    """HTTP reply; Chalice adds the CORS headers."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Text(NamedTuple):
    """Body of a successful reply, as text."""

    content_type: str
    text: str


class Accepted(NamedTuple):
    """Weights, from 0 (not acceptable) to 1, of the two content codings that a body can have."""

    identity: float
    gzip: float


def accepted(accept_encoding: str | None) -> Accepted:
    """Return what an Accept-Encoding field accepts (RFC 9110, section 12.5.3).

    Without the field any coding would be acceptable; only an uncompressed body is certain to be understood then.
    """
    weights: dict[str, float] = {}
    for part in (accept_encoding or "").lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weight = QVALUE.fullmatch(parameters[0]) if parameters else None
        if coding and (weight or not parameters):
            weights[coding] = float(weight[1]) if weight else 1.0
    others = weights.get("*")
    return Accepted(
        identity=weights.get("identity", 1.0 if others is None else others),
        gzip=weights.get("gzip", weights.get("x-gzip", others or 0.0)),
    )


def carried_bytes(text: str) -> int:
    """Return the bytes that a text takes in Lambda's payload: a JSON string, of ASCII alone on some runtimes."""
    return len(json.dumps(text))


def carried_bytes_encoded(data: bytes) -> int:
    """Return the bytes that compressed data takes in Lambda's payload: base64."""
    return (len(data) + 2) // 3 * 4


def fits(text: str, request_headers: Mapping[str, str]) -> bool:
    """Return whether a body of this text can be sent to the caller, compressed or not."""
    accept = accepted(request_headers.get("accept-encoding"))
    if accept.identity and carried_bytes(text) <= MAX_CARRIED_BYTES:
        return True
    return accept.gzip > 0 and carried_bytes_encoded(_compressed(text.encode())) <= MAX_CARRIED_BYTES


def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=6, mtime=0)


def success(body: Text, request_headers: Mapping[str, str], *, age_sec: int, advice: str) -> Reply:
    """Return the 200 reply, or a 304 where the caller has this very body.

    `advice` says how to ask this route for less. Raises `NotAcceptable` or `TooBig`.
    """
    data = body.text.encode()
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    # The body is the caller's own: a browser may keep it, but must revalidate it before it is shown.
    headers = {
        **SECURITY_HEADERS,
        "ETag": f"W/{tag}",
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding",
        "Age": str(age_sec),
    }
    known = request_headers.get("if-none-match", "")
    if tag in known or known.strip() == "*":
        return Reply(304, b"", headers)
    headers["Content-Type"] = body.content_type
    return _encoded(body.text, data, headers, accepted(request_headers.get("accept-encoding")), advice)


def _encoded(text: str, data: bytes, headers: Mapping[str, str], accept: Accepted, advice: str) -> Reply:
    """Return the body as it is where it fits and the caller likes that; else compressed, where that is accepted."""
    if not (accept.identity or accept.gzip):
        raise NotAcceptable
    carried = carried_bytes(text) if 6 * len(data) > MAX_CARRIED_BYTES else 0  # no byte becomes more than six
    plain = accept.identity > 0 and carried <= MAX_CARRIED_BYTES
    if plain and (len(data) <= COMPRESS_FROM_BYTES or accept.gzip < accept.identity):
        return Reply(200, data, headers)
    if accept.gzip:
        packed = _compressed(data)
        if carried_bytes_encoded(packed) <= MAX_CARRIED_BYTES:
            return Reply(200, packed, {**headers, "Content-Encoding": "gzip"})
        carried = carried_bytes_encoded(packed)
    if plain:
        return Reply(200, data, headers)
    raise TooBig(carried, MAX_CARRIED_BYTES, advice, compressed=accept.gzip > 0)


def failure(error: LineageError, request_id: str) -> Reply:
    """Return the reply to an error: one message, with the request's id where the fault is not the caller's."""
    status = STATUSES[type(error)]
    body = {"message": error.message, **({"requestId": request_id} if status >= 500 else {})}
    retry = {"Retry-After": str(RETRY_AFTER_SEC)} if status == 503 else {}
    return json_reply(status, body, {**NO_STORE, **retry})


def fault(request_id: str) -> Reply:
    """Return the reply to a fault of ours, which says nothing but where to look."""
    return json_reply(500, {"message": "internal error", "requestId": request_id}, NO_STORE)


def json_reply(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Reply:
    """Return a small JSON body as a reply."""
    return Reply(
        status, to_json_text(body).encode(), {**SECURITY_HEADERS, "Content-Type": "application/json", **headers}
    )
