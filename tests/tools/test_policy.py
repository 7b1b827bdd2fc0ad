"""The policy that each stage is deployed with: fresh, complete, read-only, and as narrow as was declared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from chalice.policy import policy_from_source_code

from chalicelib.aws.reads import Reads, iam_action
from tools import policy

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "app.py").read_text()
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
SCOPE = json.loads((ROOT / ".chalice" / "scope.json").read_text())
OWN = {"Log", "Traces", "NetworkInterfaces"}


def committed(stage: str) -> dict[str, Any]:
    path = ROOT / ".chalice" / CONFIG["stages"][stage]["iam_policy_file"]
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def by_sid(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {statement["Sid"]: statement for statement in document["Statement"]}


def reads_allowed(document: Mapping[str, Any]) -> set[str]:
    """The actions on AWS's data, without those that the function needs for itself."""
    return {action for sid, each in by_sid(document).items() if sid not in OWN for action in each["Action"]}


def narrowed(stage: str = "dev", **scope: Any) -> dict[str, Mapping[str, Any]]:
    return by_sid(policy.policy(stage, SOURCE, CONFIG, SCOPE | scope))


def with_environment(**variables: str) -> dict[str, Any]:
    return {**CONFIG, "stages": {"dev": {**CONFIG["stages"]["dev"], "environment_variables": variables}}}


def test_the_committed_policies_are_what_make_policy_writes() -> None:
    for path, text in policy.policies():
        assert path.read_text() == text, "run `make policy`"


def test_dev_may_make_every_read_of_the_list_but_search_and_no_other() -> None:
    assert reads_allowed(committed("dev")) == set(map(iam_action, Reads._fields)) - {policy.SEARCH}


@pytest.mark.parametrize(("setting", "there"), [({"ENABLE_SEARCH": "true"}, True), ({"ENABLE_SEARCH": "no"}, False)])
def test_only_a_stage_that_asks_for_it_may_search(setting: dict[str, str], there: bool) -> None:
    lists = by_sid(policy.policy("dev", SOURCE, with_environment(**setting), SCOPE))["Lists"]

    assert (policy.SEARCH in lists["Action"], lists["Resource"]) == (there, ["*"])


def test_prod_may_do_the_same_but_read_no_object() -> None:
    assert reads_allowed(committed("dev")) - reads_allowed(committed("prod")) == {"s3:GetObject"}


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_every_action_exists_in_iam_and_reads_only(stage: str) -> None:
    table = policy.iam_table()
    for sid, statement in by_sid(committed(stage)).items():
        for action in statement["Action"]:
            service, _, name = action.partition(":")
            assert name.lower() in table[service]["Actions"], action
            assert sid in OWN or name.startswith(("Get", "List", "Describe")), action


@pytest.mark.parametrize("stage", CONFIG["stages"])
def test_resources_are_narrowed_wherever_iam_can(stage: str) -> None:
    everywhere = {sid for sid, each in by_sid(committed(stage)).items() if each["Resource"] == ["*"]}

    assert everywhere == {"Lists", "AccountSettings", "Traces"}


def test_chalices_own_policy_allows_nothing_that_ours_does_not() -> None:
    generated = policy_from_source_code(SOURCE)
    listed = {action for statement in generated["Statement"] for action in statement["Action"]}

    assert listed - {policy.SEARCH} <= reads_allowed(committed("dev"))
    beyond = {*policy.BEYOND_CHALICE.values(), *policy.DIRECTORY_BUCKETS.values()}
    assert reads_allowed(committed("dev")) - listed == beyond


def test_objects_may_be_read_on_declared_prefixes_only() -> None:
    reports = narrowed(reports=["acme-ml/*/evaluation/*"])["Reports"]

    assert reports["Action"] == ["s3:GetObject"]
    assert reports["Resource"] == ["arn:aws:s3:::acme-ml/*/evaluation/*"]


def test_without_reports_no_object_may_be_read() -> None:
    off = by_sid(policy.policy("dev", SOURCE, with_environment(ENABLE_REPORTS="No"), SCOPE))

    assert "Reports" not in off
    assert "Reports" not in narrowed(reports=[])


def test_without_probing_nothing_may_be_asked_of_s3_but_reports() -> None:
    off = by_sid(policy.policy("dev", SOURCE, with_environment(ENABLE_S3_META="false"), SCOPE))

    assert {action for each in off.values() for action in each["Action"] if action.startswith("s3:")} == {
        "s3:GetObject"
    }


def test_reports_under_a_customer_key_need_that_key_alone_and_only_through_s3() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"

    keys = narrowed(reportKeys=[key])["ReportKeys"]

    assert (keys["Action"], keys["Resource"]) == (["kms:Decrypt"], [key])
    assert "kms:ViaService" in keys["Condition"]["StringLike"]
    assert "ReportKeys" not in narrowed("prod", reportKeys=[key])


def test_a_store_in_s3_may_be_read_and_listed_below_its_prefix_and_nothing_else() -> None:
    config = with_environment(LINEAGE_STORE="s3://kept-lineage/answers")

    found = by_sid(policy.policy("dev", SOURCE, config, SCOPE))

    assert found["Store"]["Action"] == ["s3:GetObject"]
    assert found["Store"]["Resource"] == ["arn:aws:s3:::kept-lineage/answers/*"]
    assert found["StoreList"]["Action"] == ["s3:ListBucket"]
    assert found["StoreList"]["Resource"] == ["arn:aws:s3:::kept-lineage"]
    assert found["StoreList"]["Condition"] == {"StringLike": {"s3:prefix": "answers/*"}}


@pytest.mark.parametrize("store", ["", "file:///var/lineage"])
def test_without_a_store_in_s3_none_may_be_read(store: str) -> None:
    found = by_sid(policy.policy("dev", SOURCE, with_environment(LINEAGE_STORE=store), SCOPE))

    assert found.keys().isdisjoint({"Store", "StoreList"})


def test_pipelines_buckets_and_places_narrow_what_is_allowed() -> None:
    allowed = narrowed(account="123456789012", regions=["eu-west-1"], pipelines=["Churn-*"], buckets=["acme-ml-*"])

    assert allowed["Pipelines"]["Resource"] == ["arn:aws:sagemaker:eu-west-1:123456789012:pipeline/churn-*"]
    assert allowed["BucketSettings"]["Resource"] == ["arn:aws:s3:::acme-ml-*"]
    assert "arn:aws:sagemaker:eu-west-1:123456789012:training-job/*" in allowed["WhatStepsMade"]["Resource"]


def test_a_pipeline_named_in_full_is_narrowed_with_its_executions() -> None:
    churn = "arn:aws:sagemaker:*:*:pipeline/churn"

    assert narrowed(pipelines=["churn"])["Pipelines"]["Resource"] == [churn, f"{churn}/execution/*"]


def test_one_stage_may_be_narrower_than_the_others() -> None:
    scope = {"stages": {"prod": {"buckets": ["acme-prod"]}}}

    assert narrowed("prod", **scope)["BucketSettings"]["Resource"] == ["arn:aws:s3:::acme-prod"]
    assert narrowed("dev", **scope)["BucketSettings"]["Resource"] == ["arn:aws:s3:::*"]


def test_a_misspelt_scope_is_refused_rather_than_ignored() -> None:
    with pytest.raises(policy.PolicyError, match="bucket missing or unknown"):
        narrowed(bucket=["acme-ml"])


def test_a_stage_in_a_vpc_may_have_its_network_interfaces() -> None:
    vpc = {**CONFIG, "stages": {"dev": {**CONFIG["stages"]["dev"], "subnet_ids": ["subnet-1"]}}}

    assert (
        "ec2:CreateNetworkInterface" in by_sid(policy.policy("dev", SOURCE, vpc, SCOPE))["NetworkInterfaces"]["Action"]
    )
    assert "NetworkInterfaces" not in narrowed()


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("may(sagemaker.list_domains)", "sagemaker.list_domains"), "sagemaker:ListDomains"),
        (("may(s3.get_object)", "may(s3.put_object)"), "differ in s3:GetObject, s3:PutObject"),
        (("may(s3.get_object)", "may(s3.get_objekt)"), "no operation of AWS"),
        (("may(s3.get_object)", "may(s3.create_session)"), "no action is known"),
    ],
)
def test_a_list_that_says_something_else_than_the_reads_is_refused(change: tuple[str, str], complaint: str) -> None:
    before, after = change

    assert before in SOURCE

    with pytest.raises(policy.PolicyError, match=complaint):
        policy.actions(SOURCE.replace(before, after))
