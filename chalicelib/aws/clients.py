"""The AWS clients of a process: the only import of boto3, so that whatever needs no AWS needs no client."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from functools import lru_cache
from typing import Any

import boto3
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from chalicelib.aws.reads import Reads, method_of
from chalicelib.aws.response_check import check_response

MAX_REGIONS = 40
"""How many regions' clients a process keeps; more than a partition has."""

NO_SESSIONS: Any = {"disable_s3_express_session_auth": True}
"""Settings of S3: a session would be asked for to read objects in directory buckets, which the service never does.

The types of botocore do not name this one.
"""


class Clients:
    """The reads of each region, made once for each, and the list of regions.

    `s3_timeout_ms` is what one S3 call may take, `connections` how many may be open to one host at once.
    """

    def __init__(self, *, default_region: str, s3_timeout_ms: int, connections: int) -> None:
        self._default_region = default_region
        self._s3_timeout_sec = s3_timeout_ms / 1000
        self._connections = connections
        self._making = threading.Lock()
        self._reads = lru_cache(MAX_REGIONS)(self.make_reads)
        self._regions = lru_cache(1)(self._list_regions)

    def reads(self, region: str) -> Reads:
        """Return all that the service may ask of AWS in a region; a session makes clients in one thread at a time."""
        with self._making:
            return self._reads(region)

    def regions(self) -> Collection[str]:
        """Return the regions that SageMaker has, of every partition, by botocore's list and no caller's word."""
        return self._regions()

    def make_reads(self, region: str) -> Reads:
        """Make four clients on one session, and return their methods."""
        s3_config = self._config(self._s3_timeout_sec, self._s3_timeout_sec)
        sagemaker_config = self._config(10, 3)
        configs = {"sagemaker": sagemaker_config, "emr": sagemaker_config, "s3": s3_config, "s3control": s3_config}
        clients: dict[str, Any] = {
            service: boto3.client(service, region_name=region, config=config)  # type: ignore[call-overload]
            for service, config in configs.items()
        }
        clients["s3control"].meta.events.register("before-sign.s3-control", without_account)
        for client in clients.values():
            event = f"before-parse.{client.meta.service_model.service_id.hyphenize()}"
            client.meta.events.register_first(event, check_response)
        methods = {name: method_of(name) for name in Reads._fields}
        return Reads(**{name: getattr(clients[service], method) for name, (service, method) in methods.items()})

    def _list_regions(self) -> frozenset[str]:
        self.reads(self._default_region)  # a session that has made a client lists regions ten times faster
        session = boto3.DEFAULT_SESSION or boto3.Session()
        return frozenset(
            region
            for partition in session.get_available_partitions()
            for region in session.get_available_regions("sagemaker", partition_name=partition)
        )

    def _config(self, read_timeout: float, connect_timeout: float) -> Config:
        """Return settings without retries of botocore's: the service paces and retries itself, within one deadline."""
        return Config(
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            max_pool_connections=self._connections,
            retries={"mode": "standard", "total_max_attempts": 1},
            s3=NO_SESSIONS,
        )


_PATIENT = Config(retries={"mode": "standard", "total_max_attempts": 5}, max_pool_connections=32)


def make_store_client() -> Any:
    """Return a client of S3 for a store of answers, with botocore's own retries: a store is not asked in haste."""
    return boto3.client("s3", config=_PATIENT)


def make_queue_client() -> Any:
    """Return a client of SQS, with botocore's own retries."""
    return boto3.client("sqs", config=_PATIENT)


def without_account(request: AWSRequest, **_: Any) -> None:
    """Take the account id from before an IP address: that is no host name, and a local endpoint is asked by its own."""
    request.url = re.sub(r"^(https?://)\d{12}\.(?=(\d{1,3}\.){3}\d{1,3}[:/])", r"\1", request.url or "")
