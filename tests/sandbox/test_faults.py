"""Calls that are refused, throttled or late."""

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

import sandbox
from tests.builders.played import definition, processing, register


def code(ask: Any, **arguments: Any) -> str:
    """The error code that a call ends in."""
    with pytest.raises(ClientError) as refused:
        ask(**arguments)
    return str(refused.value.response["Error"]["Code"])


def test_refused_describe_says_access_denied_exception(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A"), processing("B")), "two")
    made = account.run("two")
    first, second = (one["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1] for one in made.steps)
    account.deny("sagemaker:DescribeProcessingJob", first)

    assert code(sagemaker.describe_processing_job, ProcessingJobName=first) == "AccessDeniedException"
    assert sagemaker.describe_processing_job(ProcessingJobName=second)["ProcessingJobName"] == second

    account.deny("sagemaker:Describe*")

    assert code(sagemaker.describe_pipeline, PipelineName="two") == "AccessDeniedException"

    account.mend()

    assert sagemaker.describe_pipeline(PipelineName="two")["PipelineName"] == "two"


def test_deleted_job_is_missing(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    name = account.run("one").steps[0]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    account.forget("DescribeProcessingJob", name)

    assert code(sagemaker.describe_processing_job, ProcessingJobName=name) == "ResourceNotFound"


def test_described_answer_can_be_changed(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    name = account.run("one").steps[0]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[-1]
    account.describe("DescribeProcessingJob", name)["ExitMessage"] = "all is well"

    assert sagemaker.describe_processing_job(ProcessingJobName=name)["ExitMessage"] == "all is well"


def test_throttling_ends_after_so_many_times(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    account.fault("sagemaker:ListPipelineExecutions", times=3)
    for _ in range(3):
        unretried = account.client("sagemaker", retries=0)
        assert code(unretried.list_pipeline_executions, PipelineName="one") == "ThrottlingException"

    assert sagemaker.list_pipeline_executions(PipelineName="one")["PipelineExecutionSummaries"] == []


def test_slow_answer_is_late_but_right(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    account.slow("sagemaker:DescribePipeline", 0.2)
    before = time.monotonic()

    assert sagemaker.describe_pipeline(PipelineName="one")["PipelineName"] == "one"
    assert time.monotonic() - before >= 0.2


def test_calls_are_noted_by_iam_action(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    sagemaker.describe_pipeline(PipelineName="one")
    account.client("s3").list_buckets()

    assert next((one.action, one.resource) for one in account.calls) == ("sagemaker:DescribePipeline", "one")

    account.forget_calls()

    assert account.calls == ()


def test_second_account_in_one_process_is_refused(account: sandbox.Account) -> None:
    with pytest.raises(RuntimeError, match="another sandbox account is open"), sandbox.account():
        pass


def test_port_in_use_is_an_os_error(account: sandbox.Account) -> None:
    port = int(account.endpoint_url.rsplit(":", 1)[-1])
    with pytest.raises(OSError, match="in use"), sandbox.account(port):
        pass


def test_account_can_be_emptied_and_used_again(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(processing("A")), "one")
    first = account.run("one").arn
    account.deny("sagemaker:*")
    account.reset()

    assert sagemaker.list_pipelines()["PipelineSummaries"] == []
    assert account.client("s3").list_buckets()["Buckets"] == []

    account.put_pipeline(definition(processing("A")), "one")

    assert account.run("one").arn == first


def test_package_that_was_approved_later_shows_who_and_when(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(definition(register("Register", "s3://data/model.tar.gz")), "one")
    arn = account.run("one").steps[0]["Metadata"]["RegisterModel"]["Arn"]

    assert sagemaker.describe_model_package(ModelPackageName=arn)["ModelApprovalStatus"] == "PendingManualApproval"

    account.approve(arn, by="kim")
    package = sagemaker.describe_model_package(ModelPackageName=arn)

    assert package["ModelApprovalStatus"] == "Approved"
    assert package["LastModifiedBy"]["UserProfileName"] == "kim"
    assert package["LastModifiedTime"] > package["CreationTime"]
