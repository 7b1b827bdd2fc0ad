"""Sessions of boto3 that see the environment as it is now, and read botocore's models of services but once."""

from __future__ import annotations

import boto3
import botocore.session

LOADER = botocore.session.Session().get_component("data_loader")
"""It remembers what it has read, which is most of what a session's first client costs."""


def start_session() -> None:
    """Make boto3's default session anew: it keeps the credentials and endpoints that it has once seen."""
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    boto3.setup_default_session(botocore_session=session)
