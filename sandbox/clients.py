"""Clients of boto3 for an account on this machine."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_HOST_WITH_ACCOUNT = re.compile(r"^http://[0-9]{12}\.([0-9.]+:)")
# Directory buckets are asked by the caller's own keys; the types of botocore do not name this setting.
_NO_SESSIONS: Any = {"disable_s3_express_session_auth": True}


@cache
def _session() -> Any:
    """Return the one session of all clients: it reads each service's model once."""
    return boto3.session.Session()


def make_client(
    service: str, region: str, endpoint_url: str, keys: tuple[str, str], validate: bool = True, retries: int = 2
) -> Any:
    """Return a client that calls the endpoint with these access keys.

    For S3 Control it removes the account id that botocore would put before the IP address.
    """
    made = _session().client(
        service,
        region_name=region,
        endpoint_url=endpoint_url,
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        config=Config(
            parameter_validation=validate,
            retries={"total_max_attempts": retries + 1},
            s3=_NO_SESSIONS,
        ),
    )
    if service == "s3control":
        made.meta.events.register("before-call.s3-control", _plain_host)
    return made


def _plain_host(params: dict[str, Any], **_: Any) -> None:
    params["url"] = _HOST_WITH_ACCOUNT.sub(r"http://\1", params["url"])
