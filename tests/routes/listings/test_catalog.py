"""Answers over several regions and pipelines: one that fails leaves the others standing, and is named."""

import time
from typing import Any

import pytest

from chalicelib.settings import Settings
from chalicelib.web.handlers import get_by_domain, get_catalog, get_pipelines
from chalicelib.web.request import Handler
from tests.builders.described import problems
from tests.builders.reads import aws_error, make_reads
from tests.builders.services import HOME, ask, pipeline_arn, pipeline_reads

HOSTILE = {
    "<img src=x onerror=alert(1)>": "'; DROP TABLE buckets; --",
    "소유자": "데이터 팀",
    "__proto__": "",
    "DomainName": "research & <b>more</b>",
}
OTHER = "us-east-1"
PATIENT = Settings(deadline_ms=20_000, posture_ttl_sec=0)


def listing(*names: str, region: str = HOME, **more: Any) -> dict[str, Any]:
    """The reads of a region that has these pipelines."""
    summaries = [{"PipelineName": name, "PipelineArn": pipeline_arn(name, region)} for name in names]
    tags = [{"Key": key, "Value": value} for key, value in HOSTILE.items()]
    return {"list_pipelines": {"PipelineSummaries": summaries}, "list_tags": {"Tags": tags}, **more}


def test_a_region_that_fails_is_a_warning_beside_the_others_answers() -> None:
    reads = {
        HOME: make_reads(**listing("one", "two")),
        OTHER: make_reads(list_pipelines=aws_error("AccessDeniedException", 403)),
    }
    status, body = ask(get_catalog, reads, regions=f"{OTHER},{HOME}")

    assert status == 200
    assert problems("Catalog", body) == []
    assert [(each["region"], len(each["pipelines"])) for each in body["regions"]] == [(OTHER, 0), (HOME, 2)]

    [warning] = body["warnings"]

    assert (warning["resource"], warning["action"]) == (OTHER, "sagemaker:ListPipelines")


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (["AccessDeniedException"], 502),
        (["AccessDeniedException", "UnrecognizedClientException"], 502),
        (["AccessDeniedException", "ThrottlingException"], 503),
    ],
)
def test_where_every_region_refuses_there_is_no_empty_list(codes: list[str], status: int) -> None:
    regions = ["us-east-1", "us-west-2"][: len(codes)]
    reads = {
        region: make_reads(list_pipelines=aws_error(code, 400)) for region, code in zip(regions, codes, strict=True)
    }

    got, body = ask(get_catalog, reads, settings=PATIENT, regions=",".join(regions))

    assert got == status
    assert "sagemaker:ListPipelines" in body["message"]
    assert all(region in body["message"] for region in regions[1:])


def test_regions_that_time_ran_out_for_are_no_empty_list() -> None:
    def hang(**_: Any) -> dict[str, Any]:
        time.sleep(1)
        return {}

    status, _ = ask(
        get_catalog,
        {HOME: make_reads(list_pipelines=hang)},
        settings=Settings(deadline_ms=200, posture_ttl_sec=0),
        regions=HOME,
    )

    assert status == 504


@pytest.mark.parametrize(
    ("denied", "action", "tags"),
    [
        ("list_tags", "sagemaker:ListTags", []),
        ("list_domains", "sagemaker:ListDomains", [{"Key": "DomainId", "Value": "d-research"}]),
        ("describe_pipeline", "sagemaker:DescribePipeline", []),
    ],
)
@pytest.mark.parametrize("handler", [get_pipelines, get_catalog, get_by_domain])
def test_a_domain_of_which_nothing_could_be_read_is_not_empty(
    handler: Handler, denied: str, action: str, tags: list[Any]
) -> None:
    refusing: dict[str, Any] = {"list_tags": {"Tags": tags}, denied: aws_error("AccessDeniedException", 403)}
    reads = pipeline_reads(**{**listing("one", "two"), **refusing})

    status, body = ask(handler, reads, domain="research")

    assert (status, action in body["message"]) == (502, True)


def test_a_pipeline_whose_domain_cannot_be_read_is_a_warning_beside_the_others() -> None:
    def tags(ResourceArn: str) -> dict[str, Any]:
        if ResourceArn.endswith("closed"):
            raise aws_error("AccessDeniedException", 403)
        return {"Tags": [{"Key": "DomainName", "Value": "research"}]}

    reads = pipeline_reads(**{**listing("closed", "open"), "list_tags": tags})

    status, body = ask(get_pipelines, reads, domain="research")

    assert (status, [each["name"] for each in body["pipelines"]]) == (200, ["open"])
    assert [(each["action"], each["resource"]) for each in body["warnings"]] == [
        ("sagemaker:ListTags", pipeline_arn("closed"))
    ]


def test_tags_are_strings_as_they_are_and_never_missing() -> None:
    reads = make_reads(**listing("one"))
    [region] = ask(get_catalog, reads)[1]["regions"]

    assert region["pipelines"][0]["tags"] == HOSTILE
    assert region["pipelines"][0]["matchedDomain"] == {"domainName": "research & <b>more</b>"}


def test_tags_that_may_not_be_read_are_an_empty_object_and_a_warning() -> None:
    reads = make_reads(**listing("one", list_tags=aws_error("AccessDeniedException", 403)))
    body = ask(get_catalog, reads)[1]
    [region] = body["regions"]

    assert (region["pipelines"][0]["tags"], region["pipelines"][0]["matchedDomain"]) == ({}, None)
    assert [warning["action"] for warning in body["warnings"]] == ["sagemaker:ListTags"]
