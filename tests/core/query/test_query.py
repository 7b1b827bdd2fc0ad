"""A query string is read once, and every problem is reported at once."""

import pytest

from chalicelib.core.query.query import EXECUTIONS, PIPELINES, LineageQuery, parse_lineage_query, parse_list_query
from chalicelib.core.values.errors import BadQuery

REGIONS = frozenset({"ap-northeast-2", "us-east-1"})
LONG = "a" + "-" * 255 + "b"
ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"


def ask(**params: str | list[str]) -> LineageQuery:
    lists = {name: value if isinstance(value, list) else [value] for name, value in params.items()}
    return parse_lineage_query(lists, REGIONS, "ap-northeast-2")


def problems_of(**params: str | list[str]) -> tuple[str, ...]:
    with pytest.raises(BadQuery) as caught:
        ask(**params)
    return caught.value.problems


def test_a_name_alone_takes_every_default() -> None:
    assert ask(pipeline="churn") == LineageQuery(pipeline="churn", region="ap-northeast-2")


@pytest.mark.parametrize("params", [{}, {"pipeline": ""}, {"pipeline": []}])
def test_a_missing_pipeline_is_said_in_the_contracts_words(params: dict[str, str]) -> None:
    assert problems_of(**params) == ("pipeline is required",)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("TRUE", True), ("1", True), ("Yes", True), ("false", False), ("0", False), ("NO", False)],
)
def test_booleans_come_in_six_spellings_and_any_case(text: str, value: bool) -> None:
    assert ask(pipeline="churn", includeLatestExec=text).include_latest_exec is value


def test_every_problem_is_named_at_once() -> None:
    assert set(problems_of(region="mars-1", includeLatestExec="maybe", view="all", posture="deep", colour="red")) == {
        "pipeline is required",
        "region must be a region that SageMaker has",
        "includeLatestExec must be true or false",
        "view must be one of graph, pipeline, data, both",
        "posture must be one of basic, full",
        "unknown parameter colour",
    }


def test_a_parameter_given_twice_with_one_value_is_given_once() -> None:
    assert ask(pipeline=["churn", "churn"]).pipeline == "churn"


def test_a_parameter_given_twice_with_two_values_is_a_problem() -> None:
    assert (
        problems_of(pipeline=["churn", "score"])
        == (
            "pipeline is required",
            "pipeline is given twice with different values",
        )[1:]
    )


@pytest.mark.parametrize("name", ["<script>", "a b", "x" * 60, "ü"])
def test_a_hostile_name_is_not_echoed(name: str) -> None:
    assert problems_of(pipeline="churn", **{name: "1"}) == ("unknown parameter",)


@pytest.mark.parametrize(
    "name",
    [
        "-churn",
        "churn/../x",
        "a" * 257,
        "a" + "-" * 255 + "b",
        ARN[:-5] + "a" + "-" * 255 + "b",
        "churn\n",
        "<b>",
        "arn:aws:s3:::bucket",
    ],
)
def test_what_is_no_pipeline_name_is_refused_without_an_echo(name: str) -> None:
    assert problems_of(pipeline=name) == ("pipeline must be a pipeline name or ARN",)


@pytest.mark.parametrize("name", ["a", "a" * 256, "a" + "-" * 254 + "b"])
def test_a_name_has_up_to_256_characters(name: str) -> None:
    assert ask(pipeline=name).pipeline == name
    assert ask(pipeline=ARN[:-5] + name).pipeline_name == name


def test_an_arn_brings_its_region() -> None:
    query = ask(pipeline=ARN)

    assert (query.region, query.pipeline_name) == ("us-east-1", "churn")


def test_an_arn_of_another_region_than_asked_is_a_problem() -> None:
    assert problems_of(pipeline=ARN, region="ap-northeast-2") == (
        "pipeline is an ARN of another region: region us-east-1 instead of ap-northeast-2",
    )


def test_an_arn_cannot_smuggle_in_a_region_that_sagemaker_does_not_have() -> None:
    arn = ARN.replace("us-east-1", "evil-host-1")

    assert problems_of(pipeline=arn) == ("region must be a region that SageMaker has",)


@pytest.mark.parametrize("execution", ["abc123def456", f"{ARN}/execution/abc123def456"])
def test_an_execution_is_an_id_or_an_arn(execution: str) -> None:
    assert ask(pipeline=ARN, execution=execution).execution == execution


def test_a_listing_has_its_own_parameters() -> None:
    query = parse_list_query({"maxResults": ["7"], "nextToken": ["abc"]}, PIPELINES, REGIONS, "us-east-1")

    assert (query.region, query.max_results, query.next_token) == ("us-east-1", 7, "abc")


@pytest.mark.parametrize("count", ["0", "101", "-1", "ten", "1.5", "٣"])
def test_a_page_holds_one_to_a_hundred(count: str) -> None:
    with pytest.raises(BadQuery, match="maxResults must be a whole number from 1 to 100"):
        parse_list_query({"maxResults": [count]}, PIPELINES, REGIONS, "us-east-1")


def test_executions_are_listed_of_one_pipeline() -> None:
    with pytest.raises(BadQuery, match="pipeline is required"):
        parse_list_query({}, EXECUTIONS, REGIONS, "us-east-1")
