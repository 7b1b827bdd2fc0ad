"""The function's log: the service's own lines, and no line of a library's."""

from __future__ import annotations

import logging
import sys

LIBRARIES = ("aws_xray_sdk", "boto3", "botocore", "s3transfer", "urllib3")
"""Libraries whose lines name URLs with their queries, header fields and bodies: a session's token at DEBUG, a bucket
and key in a warning. What they would report reaches the reader as a warning of the answer."""


def silence_libraries() -> None:
    """Write none of the libraries' lines, whatever level is set, and wherever.

    The level of Lambda's own logging configuration is the root logger's, and would be theirs.
    """
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.setLevel(logging.CRITICAL + 1)
        library.propagate = False


def write_logs(level: str) -> None:
    """Write the service's own lines from `level` on to standard output."""
    log = logging.getLogger("lineage")
    log.setLevel(level)
    log.propagate = False
    log.addHandler(logging.StreamHandler(sys.stdout))
