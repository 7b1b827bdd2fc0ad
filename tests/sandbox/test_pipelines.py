"""SageMaker's own questions about pipelines, asked by unmodified boto3."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

import sandbox
from tests.builders.played import BUCKET, definition, get, join, processing

PARAMETERS: list[dict[str, Any]] = [
    {"Name": "Bucket", "Type": "String", "DefaultValue": BUCKET},
    {"Name": "Rows", "Type": "Integer", "DefaultValue": 10},
]
DAILY = definition(processing("Only", outputs={"out": join(get("Parameters.Bucket"), "x")}), parameters=PARAMETERS)


def pages(ask: Any, key: str, **arguments: Any) -> list[list[Any]]:
    """Every page of a list, asked for to the end."""
    found = [ask(**arguments)]
    while "NextToken" in found[-1]:
        found.append(ask(**arguments, NextToken=found[-1]["NextToken"]))
    return [one[key] for one in found]


def test_pipeline_is_found_by_name_and_by_arn(account: sandbox.Account, sagemaker: Any) -> None:
    arn = account.put_pipeline(DAILY, "daily", domain_id="d-abcdefabcdef").arn
    account.run("daily")
    by_name, by_arn = (sagemaker.describe_pipeline(PipelineName=one) for one in ("daily", arn))
    for answer in (by_name, by_arn):
        del answer["ResponseMetadata"]

    assert by_name == by_arn
    assert json.loads(by_name["PipelineDefinition"]) == DAILY
    assert by_name["CreatedBy"]["DomainId"] == "d-abcdefabcdef"
    assert len(sagemaker.list_pipeline_executions(PipelineName=arn)["PipelineExecutionSummaries"]) == 1


@pytest.mark.parametrize("name", ["nothing", "arn:aws:sagemaker:us-east-1:123456789012:pipeline/daily"])
@pytest.mark.parametrize("operation", ["describe_pipeline", "list_pipeline_executions"])
def test_missing_pipeline_is_resource_not_found(
    account: sandbox.Account, sagemaker: Any, operation: str, name: str
) -> None:
    account.put_pipeline(DAILY, "daily")
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        getattr(sagemaker, operation)(PipelineName=name)


@pytest.mark.parametrize(
    "operation",
    [
        "describe_pipeline_execution",
        "describe_pipeline_definition_for_execution",
        "list_pipeline_parameters_for_execution",
        "list_pipeline_execution_steps",
    ],
)
def test_missing_execution_is_resource_not_found(account: sandbox.Account, sagemaker: Any, operation: str) -> None:
    arn = account.put_pipeline(DAILY, "daily").arn
    with pytest.raises(sagemaker.exceptions.ResourceNotFound):
        getattr(sagemaker, operation)(PipelineExecutionArn=f"{arn}/execution/abcdefabcdef")


def test_steps_come_newest_first_and_in_pages(account: sandbox.Account, sagemaker: Any) -> None:
    names = [f"S{number:03}" for number in range(101)]
    chain = [
        processing(name, DependsOn=[before] if before else [])
        for before, name in zip([None, *names], names, strict=False)
    ]
    account.put_pipeline(definition(*chain), "long")
    arn = account.run("long").arn
    found = pages(sagemaker.list_pipeline_execution_steps, "PipelineExecutionSteps", PipelineExecutionArn=arn)

    assert [len(one) for one in found] == [100, 1]
    assert [step["StepName"] for page in found for step in page] == names[::-1]

    oldest = pages(
        sagemaker.list_pipeline_execution_steps,
        "PipelineExecutionSteps",
        PipelineExecutionArn=arn,
        SortOrder="Ascending",
        MaxResults=40,
    )

    assert [len(one) for one in oldest] == [40, 40, 21]
    assert [step["StepName"] for page in oldest for step in page] == names

    paginator = sagemaker.get_paginator("list_pipeline_execution_steps")

    assert len(list(paginator.paginate(PipelineExecutionArn=arn).search("PipelineExecutionSteps[]"))) == 101


def test_executions_are_sorted_filtered_and_paged(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(DAILY, "daily")
    runs = [account.run("daily") for _ in range(30)]
    ask = sagemaker.list_pipeline_executions
    newest = pages(ask, "PipelineExecutionSummaries", PipelineName="daily", MaxResults=7)

    assert [len(one) for one in newest] == [7, 7, 7, 7, 2]
    assert [one["PipelineExecutionArn"] for page in newest for one in page] == [one.arn for one in reversed(runs)]

    oldest = ask(PipelineName="daily", SortBy="CreationTime", SortOrder="Ascending", MaxResults=1)

    assert oldest["PipelineExecutionSummaries"][0]["PipelineExecutionArn"] == runs[0].arn

    by_arn = ask(PipelineName="daily", SortBy="PipelineExecutionArn", SortOrder="Ascending")
    arns = [one["PipelineExecutionArn"] for one in by_arn["PipelineExecutionSummaries"]]

    assert arns == sorted(one.arn for one in runs)

    between = ask(PipelineName="daily", CreatedAfter=runs[3].start, CreatedBefore=runs[5].start)

    assert [one["PipelineExecutionArn"] for one in between["PipelineExecutionSummaries"]] == [
        one.arn for one in runs[5:2:-1]
    ]


@pytest.mark.parametrize(("size", "token"), [(0, None), (101, None), (10, "nonsense")])
def test_bad_page_is_refused(account: sandbox.Account, sagemaker: Any, size: int, token: str | None) -> None:
    account.put_pipeline(DAILY, "daily")
    unchecked = account.client("sagemaker", validate=False)
    with pytest.raises(unchecked.exceptions.ClientError) as refused:
        unchecked.list_pipeline_executions(
            PipelineName="daily", MaxResults=size, **({"NextToken": token} if token else {})
        )

    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_pipelines_are_listed_in_pages_after_sorting(account: sandbox.Account, sagemaker: Any) -> None:
    names = [f"p{number:03}" for number in range(250)]
    for name in reversed(names):
        account.put_pipeline(DAILY, name)
    found = pages(sagemaker.list_pipelines, "PipelineSummaries", SortBy="Name", SortOrder="Ascending")

    assert [len(one) for one in found] == [100, 100, 50]
    assert [one["PipelineName"] for page in found for one in page] == names

    few = sagemaker.list_pipelines(PipelineNamePrefix="p24", SortBy="Name")["PipelineSummaries"]

    assert [one["PipelineName"] for one in few] == names[249:239:-1]


def test_execution_keeps_the_definition_and_values_it_was_started_with(
    account: sandbox.Account, sagemaker: Any
) -> None:
    account.put_pipeline(DAILY, "daily")
    made = account.run("daily", {"Rows": 99})
    changed = definition(processing("Another"), parameters=PARAMETERS)
    account.put_pipeline(changed, "daily")
    then = sagemaker.describe_pipeline_definition_for_execution(PipelineExecutionArn=made.arn)
    now = sagemaker.describe_pipeline(PipelineName="daily")

    assert json.loads(then["PipelineDefinition"]) == DAILY
    assert json.loads(now["PipelineDefinition"]) == changed
    assert now["LastModifiedTime"] > made.last_event

    values = sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=made.arn)["PipelineParameters"]

    assert values == [{"Name": "Bucket", "Value": BUCKET}, {"Name": "Rows", "Value": "99"}]


def test_tags_of_pipelines_and_jobs_are_listed(account: sandbox.Account, sagemaker: Any) -> None:
    tagged = processing("Only")
    tagged["Arguments"]["Tags"] = [{"Key": "DataClassification", "Value": "Internal"}]
    arn = account.put_pipeline(definition(tagged), "daily", tags={"DomainName": "research"}).arn
    job = account.run("daily").steps[0]["Metadata"]["ProcessingJob"]["Arn"]

    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "DomainName", "Value": "research"}]
    assert sagemaker.list_tags(ResourceArn=job)["Tags"] == [{"Key": "DataClassification", "Value": "Internal"}]

    sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "Env", "Value": "dev"}])

    assert len(sagemaker.list_tags(ResourceArn=arn)["Tags"]) == 2


def test_domains_are_listed(account: sandbox.Account, sagemaker: Any) -> None:
    known = account.add_domain("research")
    (found,) = sagemaker.list_domains()["Domains"]

    assert (found["DomainId"], found["DomainName"]) == (known, "research")


def test_pipeline_made_and_started_by_any_client_really_runs(account: sandbox.Account, sagemaker: Any) -> None:
    arn = sagemaker.create_pipeline(
        PipelineName="theirs",
        ClientRequestToken="x" * 32,
        RoleArn="arn:aws:iam::123456789012:role/Theirs",
        PipelineDefinition=json.dumps(DAILY),
        Tags=[{"Key": "Env", "Value": "dev"}],
    )["PipelineArn"]
    started = sagemaker.start_pipeline_execution(
        PipelineName="theirs", PipelineParameters=[{"Name": "Rows", "Value": "5"}], ClientRequestToken="y" * 32
    )["PipelineExecutionArn"]
    shown = sagemaker.describe_pipeline_execution(PipelineExecutionArn=started)

    assert (shown["PipelineArn"], shown["PipelineExecutionStatus"]) == (arn, "Succeeded")

    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=started)["PipelineExecutionSteps"]

    assert [one["StepName"] for one in steps] == ["Only"]

    sagemaker.update_pipeline(PipelineName=arn, PipelineDisplayName="Theirs")

    assert sagemaker.describe_pipeline(PipelineName=arn)["PipelineDisplayName"] == "Theirs"

    with pytest.raises(sagemaker.exceptions.ClientError, match="no parameter Nothing"):
        sagemaker.start_pipeline_execution(
            PipelineName="theirs", PipelineParameters=[{"Name": "Nothing", "Value": "5"}], ClientRequestToken="z" * 32
        )
    sagemaker.delete_pipeline(PipelineName="theirs", ClientRequestToken="d" * 32)

    assert sagemaker.list_pipelines()["PipelineSummaries"] == []


def test_regions_hold_their_own_pipelines(account: sandbox.Account, sagemaker: Any) -> None:
    account.put_pipeline(DAILY, "daily", region="us-east-1")

    assert sagemaker.list_pipelines()["PipelineSummaries"] == []

    there = account.client("sagemaker", "us-east-1").describe_pipeline(PipelineName="daily")

    assert there["PipelineArn"] == "arn:aws:sagemaker:us-east-1:123456789012:pipeline/daily"


def test_executions_start_a_day_apart_unless_told(account: sandbox.Account) -> None:
    account.put_pipeline(DAILY, "daily")
    first, second = account.run("daily"), account.run("daily")

    assert second.start - first.start == timedelta(days=1)

    told = account.run("daily", start=first.start - timedelta(hours=1))

    assert told.start < first.start
