"""What can go wrong with a call, one function and one table line each; and SageMaker's limit on calls a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from faults.double.wire import Outcome, Response

GONE_IS_INVALID = frozenset(
    {
        "DescribeModel",
        "DescribeModelPackage",
        "DescribeEndpoint",
        "DescribeEndpointConfig",
        "DescribeInferenceComponent",
    }
)
"""Operations whose model knows no error of their own: AWS answers ValidationException for what does not exist."""

MISSING_IN_S3 = {"GetObject": "NoSuchKey", "GetAccountPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration"}


@dataclass(frozen=True, slots=True)
class Call:
    """One AWS call. `protocol` is `json` for SageMaker and `xml` for S3; `resource` is what it is about."""

    operation: str
    protocol: str
    resource: str
    region: str
    arguments: str = ""


def refuse(call: Call, status: int, code: str, message: str) -> Outcome:
    """Return AWS's own shape of an error, in the call's protocol."""
    if call.protocol == "json":
        body = f'{{"__type":"{code}","message":"{message}"}}'
        return Outcome(Response(status, body.encode(), {"Content-Type": "application/x-amz-json-1.1"}))
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message>'
        f"<RequestId>double</RequestId></Error>"
    )
    return Outcome(Response(status, body.encode(), {"Content-Type": "application/xml"}))


def missing(call: Call) -> Outcome:
    """Return what AWS says of a thing that does not exist."""
    if call.protocol == "xml":
        return refuse(call, 404, MISSING_IN_S3.get(call.operation, "NoSuchBucket"), "It does not exist")
    code = "ValidationException" if call.operation in GONE_IS_INVALID else "ResourceNotFound"
    code = "InvalidRequestException" if call.operation == "DescribeCluster" else code
    return refuse(call, 400, code, "It does not exist")


def denied(call: Call) -> Outcome:
    """Refuse as where the principal lacks the permission; the text names it, as AWS's does."""
    code, status = ("AccessDeniedException", 400) if call.protocol == "json" else ("AccessDenied", 403)
    return refuse(call, status, code, "User: arn:aws:sts::111122223333:assumed-role/secret-role is not authorized")


def throttled(call: Call) -> Outcome:
    """Refuse as after too many calls in too short a time."""
    if call.protocol == "json":
        return refuse(call, 400, "ThrottlingException", "Rate exceeded")
    return refuse(call, 503, "SlowDown", "Please reduce your request rate.")


def broken(call: Call) -> Outcome:
    """Fail on AWS's side."""
    return refuse(call, 500, "InternalFailure" if call.protocol == "json" else "InternalError", "We had a problem")


def expired(call: Call) -> Outcome:
    """Refuse as where the session's credentials are over."""
    code = "ExpiredTokenException" if call.protocol == "json" else "ExpiredToken"
    return refuse(call, 400, code, "The security token included in the request is expired")


def elsewhere(call: Call) -> Outcome:
    """Say that here is not where to ask, and not where is."""
    if call.protocol == "json":
        return refuse(call, 400, "InvalidSignatureException", "Credential should be scoped to a valid region.")
    return refuse(call, 301, "PermanentRedirect", "The bucket must be addressed using the specified endpoint.")


def moved(call: Call) -> Outcome:
    """Say that the bucket is in another region, which the answer names as S3 does: boto3 asks there."""
    refused = elsewhere(call)
    named = {"Content-Type": "application/xml", "x-amz-bucket-region": "eu-north-1"}
    return replace(refused, response=refused.response and replace(refused.response, headers=named))


def garbled(call: Call) -> Outcome:
    """Succeed by the status, and say nothing that any protocol knows."""
    del call
    return Outcome(Response(200, b"\x00\xff}{ <<not an answer>>", {"Content-Type": "text/plain"}))


def foreign(call: Call) -> Outcome:
    """Succeed by the status, with some gateway's page, well formed."""
    del call
    page = b"<html><head><title>Login</title></head><body><p>Please log in.</p></body></html>"
    return Outcome(Response(200, page, {"Content-Type": "text/html"}))


def empty(call: Call) -> Outcome:
    """Succeed by the status, with no body at all."""
    del call
    return Outcome(Response(200, b"", {}))


def hanging(call: Call) -> Outcome:
    """Take the call and never answer it."""
    del call
    return Outcome(None)


def reset(call: Call) -> Outcome:
    """Break the connection off before a byte came."""
    del call
    return Outcome(None, reset=True)


FAULTS: dict[str, Callable[[Call], Outcome]] = {
    "denied": denied,
    "throttled": throttled,
    "broken": broken,
    "reset": reset,
    "hanging": hanging,
    "garbled": garbled,
    "foreign": foreign,
    "empty": empty,
    "missing": missing,
    "expired": expired,
    "elsewhere": elsewhere,
    "moved": moved,
}
"""By name; `cut` is one more, and made from the true answer: half of it comes."""


class Bucket:
    """A token bucket: `rate` calls a second, after a burst of `burst`."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    def takes(self, now: float) -> bool:
        """Return whether a call at `now` (seconds) is within the limit; one that is refused costs nothing."""
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
