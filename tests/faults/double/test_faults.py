"""The double's faults, limits, latency and log are what they claim to be."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from faults.double.faults import Bucket
from faults.double.running import Double


def client(service: str, double: Double, key: str) -> Any:
    """A client that neither retries nor waits long."""
    make: Any = boto3.client
    return make(
        service,
        region_name="eu-west-1",
        endpoint_url=double.url,
        aws_access_key_id=key,
        aws_secret_access_key=key,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=0.2),
    )


CODES = {
    "denied": ("AccessDeniedException", "AccessDenied"),
    "throttled": ("ThrottlingException", "SlowDown"),
    "broken": ("InternalFailure", "InternalError"),
    "missing": ("ResourceNotFound", "NoSuchBucket"),
    "expired": ("ExpiredTokenException", "ExpiredToken"),
}


@pytest.mark.parametrize("fault", CODES)
def test_planted_fault_reaches_the_client_with_aws_own_code(fault: str, double: Double) -> None:
    key = f"code-{fault}"
    double.configure(key, faults=[{"fault": fault, "operation": name} for name in ("ListTags", "GetBucketAcl")])
    with pytest.raises(ClientError) as json_error:
        client("sagemaker", double, key).list_tags(ResourceArn="arn:aws:sagemaker:eu-west-1:111122223333:pipeline/x")
    with pytest.raises(ClientError) as xml_error:
        client("s3", double, key).get_bucket_acl(Bucket="mix-5x2-eu-west-1-b0")

    assert (json_error.value.response["Error"]["Code"], xml_error.value.response["Error"]["Code"]) == CODES[fault]


@pytest.mark.parametrize("fault", ["reset", "hanging"])
def test_broken_connections_are_errors_of_botocore(fault: str, double: Double) -> None:
    double.configure(f"line-{fault}", faults=[{"fault": fault, "operation": "ListDomains"}])
    with pytest.raises(BotoCoreError):
        client("sagemaker", double, f"line-{fault}").list_domains()


def test_connection_cut_half_way_leaves_half_an_answer(double: Double) -> None:
    double.configure(
        "line-cut", faults=[{"fault": "cut", "operation": name} for name in ("ListDomains", "GetBucketAcl")]
    )

    # botocore does not compare what came with what was announced: to its JSON parser, half an answer is an empty one.
    # For S3 it takes XML that ends too soon for a fault on AWS's side.
    assert "Domains" not in client("sagemaker", double, "line-cut").list_domains()

    with pytest.raises(ClientError, match="500"):
        client("s3", double, "line-cut").get_bucket_acl(Bucket="mix-5x2-eu-west-1-b0")


def test_fault_that_happens_once_is_over_after_it(double: Double) -> None:
    double.configure("once", faults=[{"fault": "broken", "operation": "ListDomains", "times": 1}])
    asking = client("sagemaker", double, "once")
    with pytest.raises(ClientError):
        asking.list_domains()

    assert asking.list_domains()["Domains"]
    assert [entry["status"] for entry in double.log("once")] == [500, 200]


def test_latency_is_felt_and_the_log_says_when_calls_began(double: Double) -> None:
    double.configure("slow", latency_ms=60)
    asking = client("sagemaker", double, "slow")
    before = time.monotonic()
    asking.list_domains()
    took = time.monotonic() - before
    (entry,) = double.log("slow")

    assert took >= 0.06
    assert before < entry["start"] < entry["end"] < before + took + 0.01
    assert (entry["operation"], entry["region"]) == ("ListDomains", "eu-west-1")


def test_limit_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = Bucket(rate=10, burst=20)

    assert [bucket.takes(0.0) for _ in range(25)] == [True] * 20 + [False] * 5
    assert [bucket.takes(0.25), bucket.takes(0.25), bucket.takes(0.25)] == [True, True, False]
    assert sum(bucket.takes(100.0) for _ in range(30)) == 20


def test_accounts_do_not_feel_each_others_faults(double: Double) -> None:
    double.configure("ill", faults=[{"fault": "denied", "operation": "*", "spares": ["ListTags"]}])
    double.configure("well")
    with pytest.raises(ClientError):
        client("sagemaker", double, "ill").list_domains()

    assert client("sagemaker", double, "well").list_domains()["Domains"]
    assert [entry["operation"] for entry in double.log("well")] == ["ListDomains"]
