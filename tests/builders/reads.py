"""Reads that answer from plain functions; whatever a test does not expect to be asked fails it."""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.reads import Reads

Answerer = Callable[..., Mapping[str, Any]]


def make_reads(**answers: Answerer | Mapping[str, Any] | Exception) -> Reads:
    """Reads in which each operation named calls a function, gives a fixed answer, or raises."""
    return Reads(**{name: _read(name, answers.get(name)) for name in Reads._fields})


def aws_error(code: str, status: int = 400) -> ClientError:
    """What boto3 raises when AWS answers with an error of this code."""
    response: Any = {"Error": {"Code": code, "Message": "secret words"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Op")


def _read(operation: str, answer: Answerer | Mapping[str, Any] | Exception | None) -> Answerer:
    def read(**arguments: Any) -> Mapping[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            raise AssertionError(f"{operation} was not to be asked: {arguments}")
        return answer(**arguments) if callable(answer) else answer

    return read
