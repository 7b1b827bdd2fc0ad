"""Meaning of botocore's exceptions: a fact, a refusal, a passing fault or a timeout."""

from typing import NamedTuple

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 (botocore's own name for it)
    ConnectTimeoutError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
)

from chalicelib.aws.reads import Question
from chalicelib.aws.response_check import Truncated
from chalicelib.core.values.model import Absent, Gap

# Codes are compared whole, never as substrings: NoSuchBucket is a prefix of NoSuchBucketPolicy.
THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottledException",
        "RequestThrottled",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "SlowDown",
        "429",
    }
)
TRANSIENT = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServerException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "RequestTimeout",
        "RequestTimeoutException",
        "500",
        "502",
        "503",
        "504",
    }
)
DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "UnauthorizedOperation",
        "NotAuthorized",
        "403",
    }
)
CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "InvalidToken",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "IncompleteSignature",
    }
)
GONE = frozenset({"ResourceNotFound", "ResourceNotFoundException", "NoSuchBucket", "NoSuchKey", "404"})
WRONG_REGION = frozenset(
    {
        "PermanentRedirect",
        "TemporaryRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "301",
        "307",
    }
)
# These operations model no errors: for a resource that does not exist they return a validation error.
GONE_IS_INVALID = frozenset(
    {
        "describe_model",
        "describe_model_package",
        "describe_endpoint",
        "describe_endpoint_config",
        "describe_inference_component",
        "describe_cluster",
    }
)


class Fault(NamedTuple):
    """Reason why a read failed: `kind` says what can be done about it, `code` is AWS's or our own.

    Kinds: `throttled`, `transient`, `timeout`, `denied`, `credentials`, `gone`, `region`, `unreadable`, `refused`.
    """

    kind: str
    code: str


SENTENCES = {
    "throttled": "{what} was still throttled after the retries",
    "transient": "{what} failed on AWS's side",
    "timeout": "{what} did not answer in time",
    "denied": "{what} was refused",
    "credentials": "AWS did not accept the credentials for {what}",
    "gone": "{what} found nothing: it does not exist (any more)",
    "region": "{what} must be asked in another region",
    "unreadable": "{what} answered with something that cannot be read",
    "refused": "{what} was rejected",
}
CLIENT_CODES = {"denied": "AccessDenied"}


# Our own codes of gaps, where AWS has none, and the kind of each.
OWN_CODES = {
    "Timeout": "timeout",
    "DeadlineExceeded": "timeout",
    "ConnectionError": "transient",
    "NoCredentials": "credentials",
    "UnreadableAnswer": "unreadable",
    "NotFound": "gone",
}


def fault_of(error: Exception, operation: str) -> Fault:
    """Return the fault behind an exception of one of the `Reads`, without AWS's text, which names principals."""
    if isinstance(error, ClientError):
        return _client_fault(error, operation)
    if isinstance(error, ConnectTimeoutError | ReadTimeoutError):
        return Fault("timeout", "Timeout")
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return Fault("credentials", "NoCredentials")
    if isinstance(error, ConnectionError | HTTPClientError | Truncated):
        return Fault("transient", "ConnectionError")
    # A garbled body surfaces as a parser's error, which need not be botocore's own.
    return Fault("unreadable", "UnreadableAnswer")


def _client_fault(error: ClientError, operation: str) -> Fault:
    details = error.response.get("Error", {})
    code = str(details.get("Code") or "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    for kind, codes in KINDS.items():
        if code in codes:
            return Fault(kind, CLIENT_CODES.get(kind, code))
    if code in ("ValidationException", "ValidationError", "InvalidRequestException") and operation in GONE_IS_INVALID:
        return Fault("gone", "NotFound")
    if status == 429:
        return Fault("throttled", code)
    if status >= 500:
        return Fault("transient", code or str(status))
    if code == "MethodNotAllowed" or (status == 403 and not code):
        return Fault("denied", code or "AccessDenied")
    return Fault("refused", code or "Rejected")


KINDS = {
    "throttled": THROTTLED,
    "transient": TRANSIENT,
    "denied": DENIED,
    "credentials": CREDENTIALS,
    "gone": GONE,
    "region": WRONG_REGION,
}


class Refusal(NamedTuple):
    """All that counts of an error of AWS's: its code, and the status of the response."""

    code: str
    status: int


def refusal_of(error: Exception) -> Refusal | None:
    """Return what counts of an error of AWS's; `None` for any other exception."""
    if not isinstance(error, ClientError):
        return None
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return Refusal(str(error.response.get("Error", {}).get("Code") or ""), status)


def error_of(refusal: Refusal, operation: str) -> ClientError:
    """Return an error with the same fault as the one that was refused so."""
    details = {"Error": {"Code": refusal.code}, "ResponseMetadata": {"HTTPStatusCode": refusal.status}}
    return ClientError(details, operation)  # type: ignore[arg-type]


def response_to(fault: Fault, question: Question) -> Absent | Gap:
    """Return the absence that the code stands for, else a gap that says what is unknown and what would mend it."""
    if fault.code in question.absent:
        return Absent(fault.code)
    return Gap(
        code=fault.code,
        message=SENTENCES[fault.kind].format(what=question.action),
        resource=question.resource,
        action=question.action if fault.kind == "denied" else None,
    )


def kind_of(gap: Gap) -> str:
    """Return the kind of fault that a gap stands for; `timeout` also where the request's deadline had passed."""
    if gap.code in OWN_CODES:
        return OWN_CODES[gap.code]
    return next((kind for kind, codes in KINDS.items() if gap.code in codes), "refused")


def late(question: Question) -> Gap:
    """Return the gap for a read that was still under way at the request's deadline."""
    return Gap(
        code="DeadlineExceeded",
        message=f"{question.action} had not answered when the request's time was up",
        resource=question.resource,
    )
