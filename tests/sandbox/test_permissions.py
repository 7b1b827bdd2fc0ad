"""Who may do what: a principal under exactly one policy."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

import sandbox
from sandbox.permissions import check, permits
from tests.builders.played import definition, processing

PIPELINES = "arn:aws:sagemaker:*:*:pipeline/*"


def policy(*statements: tuple[str, Any, Any]) -> dict[str, Any]:
    """A policy of (effect, actions, resources)."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": effect, "Action": actions, "Resource": found} for effect, actions, found in statements
        ],
    }


def code(ask: Any, **arguments: Any) -> str:
    """The error code that a call ends in."""
    with pytest.raises(ClientError) as refused:
        ask(**arguments)
    return str(refused.value.response["Error"]["Code"])


@pytest.mark.parametrize(
    ("statements", "permitted"),
    [
        ([], False),
        ([("Allow", "s3:GetObject", "arn:aws:s3:::data/*")], True),
        ([("Allow", ["s3:Get*"], ["arn:aws:s3:::other/*", "arn:aws:s3:::d?ta/*"])], True),
        ([("Allow", "S3:getobject", "*")], True),
        ([("Allow", "s3:GetObject", "arn:aws:s3:::data")], False),
        ([("Allow", "*", "*"), ("Deny", "s3:GetObject", "*")], False),
        ([("Allow", "s3:GetObjectAcl", "*")], False),
        ([("Deny", "s3:PutObject", "*")], False),
    ],
)
def test_policy_permits_what_an_allow_says_and_no_deny(statements: list[Any], permitted: bool) -> None:
    assert permits(policy(*statements), "s3:GetObject", "arn:aws:s3:::data/report.json") is permitted


def test_condition_must_hold() -> None:
    through_s3 = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}
    held = {"Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": through_s3}}
    check(held)

    assert permits(held, "kms:Decrypt", "arn:key", {"kms:ViaService": "s3.ap-northeast-2.amazonaws.com"})
    assert not permits(held, "kms:Decrypt", "arn:key", {"kms:ViaService": "ec2.ap-northeast-2.amazonaws.com"})
    assert not permits(held, "kms:Decrypt", "arn:key")


def test_policy_that_would_not_be_enforced_is_refused(account: sandbox.Account) -> None:
    with pytest.raises(ValueError, match="NotAction"):
        account.principal({"Statement": [{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}]})


def test_principal_may_do_exactly_what_its_policy_permits(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    made = account.run("one")
    job = made.steps[0]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    keys = account.principal(
        policy(
            ("Allow", ["sagemaker:DescribePipeline", "sagemaker:ListPipelineExecutionSteps"], PIPELINES),
            ("Allow", "sagemaker:DescribeProcessingJob", "arn:aws:sagemaker:*:*:training-job/*"),
            ("Allow", "sagemaker:ListDomains", "*"),
        )
    )
    theirs = account.client("sagemaker", keys=keys)

    assert theirs.describe_pipeline(PipelineName="one")["PipelineName"] == "one"
    assert len(theirs.list_pipeline_execution_steps(PipelineExecutionArn=made.arn)["PipelineExecutionSteps"]) == 1
    assert theirs.list_domains()["Domains"] == []
    assert code(theirs.list_pipelines) == "AccessDeniedException"
    assert code(theirs.list_pipeline_executions, PipelineName="one") == "AccessDeniedException"
    assert code(theirs.describe_processing_job, ProcessingJobName=job) == "AccessDeniedException"
    assert sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingJobName"] == job


def test_principal_reads_of_buckets_what_its_policy_permits(account: sandbox.Account) -> None:
    account.add_bucket("data")
    account.add_bucket("other")
    account.block_public_access()
    keys = account.principal(
        policy(
            ("Allow", "s3:GetEncryptionConfiguration", "arn:aws:s3:::data"),
            ("Allow", "s3:GetAccountPublicAccessBlock", "*"),
        )
    )
    s3, control = (account.client(name, keys=keys) for name in ("s3", "s3control"))

    assert s3.get_bucket_encryption(Bucket="data")["ServerSideEncryptionConfiguration"]["Rules"]
    assert code(s3.get_bucket_encryption, Bucket="other") == "AccessDenied"
    assert code(s3.get_public_access_block, Bucket="data") == "AccessDenied"
    assert control.get_public_access_block(AccountId="123456789012")["PublicAccessBlockConfiguration"]

    nobody = account.principal(policy())
    refused = account.client("s3control", keys=nobody).get_public_access_block

    assert code(refused, AccountId="123456789012") == "AccessDenied"


def test_missing_object_is_denied_to_who_may_not_list(account: sandbox.Account) -> None:
    account.put_object("s3://data/there", "{}")
    objects = ("Allow", "s3:GetObject", "arn:aws:s3:::data/*")
    blind = account.client("s3", keys=account.principal(policy(objects)))
    seeing = account.client(
        "s3", keys=account.principal(policy(objects, ("Allow", "s3:ListBucket", "arn:aws:s3:::data")))
    )
    with blind.get_object(Bucket="data", Key="there")["Body"] as body:
        assert body.read() == b"{}"

    assert code(blind.get_object, Bucket="data", Key="gone") == "AccessDenied"
    assert code(seeing.get_object, Bucket="data", Key="gone") == "NoSuchKey"


def test_encrypted_object_needs_its_key_where_keys_are_enforced(account: sandbox.Account) -> None:
    key = "arn:aws:kms:ap-northeast-2:123456789012:key/11111111-2222-4333-8444-555555555555"
    account.add_bucket("data", encryption="aws:kms", kms_key=key)
    account.put_object("s3://data/there", "{}")
    objects, decrypt = ("Allow", "s3:GetObject", "*"), ("Allow", "kms:Decrypt", key)
    without = account.principal(policy(objects))
    with account.client("s3", keys=without).get_object(Bucket="data", Key="there")["Body"] as body:
        assert body.read() == b"{}"
    with_key = account.principal(policy(objects, decrypt), encryption_keys=True)

    assert code(account.client("s3", keys=without).get_object, Bucket="data", Key="there") == "AccessDenied"

    with account.client("s3", keys=with_key).get_object(Bucket="data", Key="there")["Body"] as body:
        assert body.read() == b"{}"
