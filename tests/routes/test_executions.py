"""An ARN that contradicts the rest of the query is one clear error, and what it names is not read."""

from collections.abc import Mapping
from typing import Any

import botocore.session
import pytest

from chalicelib.core.query.arns import partition_of
from chalicelib.web.handlers import get_diff, get_executions, get_impact, get_lineage, get_schema
from chalicelib.web.request import Handler
from tests.builders.reads import make_reads
from tests.builders.services import ACCOUNT, HOME, ask, pipeline_arn, pipeline_reads

STRANGER = "111122223333"
OWN = pipeline_arn("churn")


def execution(pipeline: str = OWN) -> str:
    return f"{pipeline}/execution/abc123def456"


def never(**_: Any) -> dict[str, Any]:
    raise AssertionError("a read was made")


NOTHING = {
    region: make_reads(describe_pipeline=never, describe_pipeline_execution=never, list_pipeline_executions=never)
    for region in (HOME, "us-east-1", "cn-north-1")
}

FOREIGN = [
    (OWN.replace(HOME, "us-east-1"), "region us-east-1 instead of ap-northeast-2"),
    (OWN.replace("arn:aws:", "arn:aws-cn:"), "partition aws-cn instead of aws"),
    (OWN.replace(ACCOUNT, STRANGER), f"account {STRANGER} instead of {ACCOUNT}"),
    (
        OWN.replace(HOME, "us-east-1").replace(ACCOUNT, STRANGER),
        f"region us-east-1 instead of ap-northeast-2, account {STRANGER} instead of {ACCOUNT}",
    ),
]


@pytest.mark.parametrize(("handler", "name"), [(get_lineage, "execution"), (get_diff, "from"), (get_diff, "to")])
@pytest.mark.parametrize(("foreign", "says"), FOREIGN)
def test_an_execution_of_another_place_is_refused_unread(handler: Handler, name: str, foreign: str, says: str) -> None:
    status, body = ask(handler, NOTHING, settings=None, pipeline=OWN, **{name: execution(foreign)})

    assert status == 400
    assert body["message"].startswith(f"{name} is an ARN of another ")
    assert body["message"].endswith(says)


@pytest.mark.parametrize(("foreign", "says"), FOREIGN[:2])
def test_a_pipelines_name_is_enough_to_refuse_what_its_region_tells(foreign: str, says: str) -> None:
    status, body = ask(get_lineage, NOTHING, pipeline="churn", execution=execution(foreign))

    assert (status, says in body["message"]) == (400, True)


@pytest.mark.parametrize(("handler", "name"), [(get_lineage, "execution"), (get_diff, "from"), (get_diff, "to")])
def test_of_a_pipelines_name_its_own_arn_tells_the_account_and_the_execution_stays_unread(
    handler: Handler, name: str
) -> None:
    reads = pipeline_reads(name="churn", describe_pipeline_execution=never)

    status, body = ask(
        handler, reads, settings=None, pipeline="churn", **{name: execution(OWN.replace(ACCOUNT, STRANGER))}
    )

    assert status == 400
    assert body["message"] == f"{name} is an ARN of another account: account {STRANGER} instead of {ACCOUNT}"


@pytest.mark.parametrize(("handler", "name"), [(get_lineage, "execution"), (get_diff, "from"), (get_diff, "to")])
@pytest.mark.parametrize("pipeline", ["churn", OWN])
def test_an_execution_of_another_pipeline_is_none_of_this_one_and_stays_unread(
    handler: Handler, name: str, pipeline: str
) -> None:
    other = execution(OWN.replace("pipeline/churn", "pipeline/score"))

    status, _ = ask(handler, NOTHING, settings=None, pipeline=pipeline, **{name: other})

    assert status == 404


@pytest.mark.parametrize("handler", [get_lineage, get_diff, get_executions, get_schema])
@pytest.mark.parametrize(
    ("arn", "region", "says"),
    [
        (OWN, "us-east-1", "pipeline is an ARN of another region: region ap-northeast-2 instead of us-east-1"),
        (
            OWN.replace("arn:aws:", "arn:aws-us-gov:"),
            HOME,
            "pipeline is an ARN of another partition: partition aws-us-gov instead of aws",
        ),
    ],
)
def test_a_pipelines_arn_is_of_the_region_that_is_asked(handler: Handler, arn: str, region: str, says: str) -> None:
    status, body = ask(handler, NOTHING, pipeline=arn, region=region)

    assert (status, body["message"]) == (400, says)


@pytest.mark.parametrize("handler", [get_lineage, get_executions, get_schema])
def test_a_pipelines_arn_brings_its_region_to_every_route(handler: Handler) -> None:
    there = OWN.replace(HOME, "us-east-1")
    reads = {**NOTHING, "us-east-1": pipeline_reads(name="churn")}

    status, body = ask(handler, reads, pipeline=there)

    assert status == 200, body


def test_an_empty_region_lets_no_made_up_region_in() -> None:
    status, body = ask(get_lineage, NOTHING, pipeline=OWN.replace(HOME, "evil-1"), region="")

    assert (status, body["message"]) == (400, "region must be a region that SageMaker has")


@pytest.mark.parametrize("start", [OWN, f"arn:aws:sagemaker:{HOME}:{ACCOUNT}:endpoint/churn"])
def test_a_walk_starts_in_the_region_that_is_asked(start: str) -> None:
    status, body = ask(get_impact, NOTHING, start=start, region="us-east-1")

    assert (status, body["message"]) == (
        400,
        "start is an ARN of another region: region ap-northeast-2 instead of us-east-1",
    )


def test_a_walk_from_an_arn_looks_where_that_lies() -> None:
    there = OWN.replace(HOME, "us-east-1")
    summary = {"PipelineName": "churn", "PipelineArn": there}
    reads = {
        **NOTHING,
        "us-east-1": pipeline_reads(
            {"Name": "A", "Type": "Processing", "Arguments": {}},
            name="churn",
            list_pipelines={"PipelineSummaries": [summary]},
        ),
    }

    status, body = ask(get_impact, reads, start=there)

    assert status == 200, body
    assert body["coverage"]["regions"] == ["us-east-1"]


def test_the_partition_of_every_region_is_the_one_that_botocore_knows() -> None:
    session = botocore.session.Session()
    known: Mapping[str, str] = {
        region: partition
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sagemaker", partition, allow_non_regional=False)
    }

    assert {region: partition_of(region) for region in known} == known
