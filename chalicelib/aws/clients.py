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

from chalicelib.aws.reads import Reads
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
        """Make three clients on one session, and return their methods."""
        s3_config = self._config(self._s3_timeout_sec, self._s3_timeout_sec)
        sagemaker = boto3.client("sagemaker", region_name=region, config=self._config(10, 3))
        s3 = boto3.client("s3", region_name=region, config=s3_config)
        s3control = boto3.client("s3control", region_name=region, config=s3_config)
        s3control.meta.events.register("before-sign.s3-control", without_account)
        sagemaker.meta.events.register_first("before-parse.sagemaker", check_response)
        s3.meta.events.register_first("before-parse.s3", check_response)
        s3control.meta.events.register_first("before-parse.s3-control", check_response)
        return Reads(
            describe_pipeline=sagemaker.describe_pipeline,
            describe_pipeline_definition_for_execution=sagemaker.describe_pipeline_definition_for_execution,
            describe_pipeline_execution=sagemaker.describe_pipeline_execution,
            list_pipelines=sagemaker.list_pipelines,
            list_pipeline_executions=sagemaker.list_pipeline_executions,
            list_pipeline_execution_steps=sagemaker.list_pipeline_execution_steps,
            list_pipeline_parameters_for_execution=sagemaker.list_pipeline_parameters_for_execution,
            list_domains=sagemaker.list_domains,
            list_endpoints=sagemaker.list_endpoints,
            list_inference_components=sagemaker.list_inference_components,
            list_model_packages=sagemaker.list_model_packages,
            list_tags=sagemaker.list_tags,
            describe_processing_job=sagemaker.describe_processing_job,
            describe_training_job=sagemaker.describe_training_job,
            describe_transform_job=sagemaker.describe_transform_job,
            describe_hyper_parameter_tuning_job=sagemaker.describe_hyper_parameter_tuning_job,
            describe_auto_ml_job=sagemaker.describe_auto_ml_job,
            describe_auto_ml_job_v2=sagemaker.describe_auto_ml_job_v2,
            describe_model=sagemaker.describe_model,
            describe_model_package=sagemaker.describe_model_package,
            describe_endpoint=sagemaker.describe_endpoint,
            describe_endpoint_config=sagemaker.describe_endpoint_config,
            describe_inference_component=sagemaker.describe_inference_component,
            describe_feature_group=sagemaker.describe_feature_group,
            get_bucket_location=s3.get_bucket_location,
            get_bucket_encryption=s3.get_bucket_encryption,
            get_bucket_versioning=s3.get_bucket_versioning,
            get_public_access_block=s3.get_public_access_block,
            get_bucket_policy_status=s3.get_bucket_policy_status,
            get_bucket_acl=s3.get_bucket_acl,
            get_bucket_ownership_controls=s3.get_bucket_ownership_controls,
            get_bucket_tagging=s3.get_bucket_tagging,
            get_bucket_policy=s3.get_bucket_policy,
            get_bucket_logging=s3.get_bucket_logging,
            get_object_lock_configuration=s3.get_object_lock_configuration,
            get_bucket_lifecycle_configuration=s3.get_bucket_lifecycle_configuration,
            get_bucket_replication=s3.get_bucket_replication,
            get_object=s3.get_object,
            account_public_access_block=s3control.get_public_access_block,
            directory_bucket_encryption=s3.get_bucket_encryption,
            directory_bucket_tags=s3control.list_tags_for_resource,
            directory_bucket_policy=s3.get_bucket_policy,
            directory_bucket_lifecycle=s3.get_bucket_lifecycle_configuration,
        )

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


def without_account(request: AWSRequest, **_: Any) -> None:
    """Take the account id from before an IP address: that is no host name, and a local endpoint is asked by its own."""
    request.url = re.sub(r"^(https?://)\d{12}\.(?=(\d{1,3}\.){3}\d{1,3}[:/])", r"\1", request.url or "")
