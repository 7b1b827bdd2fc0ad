"""A stage that scans: four functions, each with the least of rights, a queue, a bucket and alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.engine.queue import MOST_RECEIVES
from chalicelib.settings import BadSetting, parse_settings
from sandbox.permissions import permits
from tools import package, policy, scan
from tools.slim import SCAN, STORE

CONFIG = scan.with_scan(package.config(), "prod")
SOURCE = (package.ROOT / "app.py").read_text()
SCOPE = json.loads((package.ROOT / ".chalice" / "scope.json").read_text())
STAGE = CONFIG["stages"]["prod"]
BUCKET = "arn:aws:s3:::sagemaker-lineage-prod-123456789012-eu-west-1"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:sagemaker-lineage-api-prod-scan"
OWN = {"Log", "Traces"}

READS_STORE = {("s3:GetObject", f"{BUCKET}/v1/x"), ("s3:ListBucket", BUCKET)}
SENDS = {("sqs:GetQueueUrl", QUEUE), ("sqs:SendMessage", QUEUE)}
MAY = {
    "api_handler": READS_STORE,
    "plan": READS_STORE | SENDS,
    "notice": SENDS,
    "work": READS_STORE
    | {("s3:PutObject", f"{BUCKET}/v1/x")}
    | {(f"sqs:{each}Message", QUEUE) for each in ("Receive", "Delete")}
    | {("sqs:GetQueueAttributes", QUEUE)},
    "compact": READS_STORE | {(f"s3:{each}Object", f"{BUCKET}/v1/x") for each in ("Put", "Delete")},
}
EVERYTHING = set().union(*MAY.values())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = package.build("prod", tmp_path_factory.mktemp("scan"), dependencies=False, finished=False, scan=True)
    read: dict[str, Any] = json.loads((out / "sam.json").read_text())
    return read


def policies() -> dict[str, Any]:
    """Each function's policy, in an account and a region."""
    found = {"api_handler": policy.policy("prod", SOURCE, CONFIG, SCOPE)}
    found |= {name: policy.scan_policy(name, "prod", SOURCE, CONFIG, SCOPE) for name in scan.FUNCTIONS}
    return {name: scan.in_account(each, "123456789012", "eu-west-1") for name, each in found.items()}


def of_type(template: Mapping[str, Any], kind: str) -> dict[str, Any]:
    return {name: each for name, each in template["Resources"].items() if each["Type"] == kind}


def properties(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][name]["Properties"]
    return found


@pytest.mark.parametrize("function", MAY)
def test_a_function_may_do_with_the_store_and_the_queue_what_it_does_and_nothing_else(function: str) -> None:
    document = policies()[function]

    allowed = {each for each in EVERYTHING if permits(document, *each, {"s3:prefix": "v1/x"})}

    assert allowed == MAY[function]


@pytest.mark.parametrize("function", MAY)
def test_no_function_reaches_another_bucket_queue_account_or_region(function: str) -> None:
    changed = [("123456789012", "111122223333"), ("eu-west-1", "us-east-1"), ("-prod", "-dev")]
    elsewhere = {(action, arn.replace(*each)) for action, arn in EVERYTHING for each in changed}
    writes = {each for each in elsewhere if each[0] != "s3:GetObject"}  # dev and work read reports where they are

    assert not [each for each in writes if permits(policies()[function], *each, {"s3:prefix": "v1/x"})]


def test_a_store_below_a_prefix_is_written_below_it_alone() -> None:
    named = {**STAGE, "environment_variables": {**STAGE["environment_variables"], "LINEAGE_STORE": "s3://own/lineage"}}
    config = {**CONFIG, "stages": {"prod": named}}

    document = policy.scan_policy("compact", "prod", SOURCE, config, SCOPE)

    where = [each["Resource"] for each in document["Statement"] if each["Sid"] == "Store"]

    assert where == [["arn:aws:s3:::own/lineage/*"]]


def test_a_worker_reads_what_the_api_reads_and_the_others_read_nothing_but_the_list() -> None:
    def reads(document: Mapping[str, Any]) -> set[str]:
        kept = OWN | {"Store", "StoreList", "Queue"}
        return {action for each in document["Statement"] if each["Sid"] not in kept for action in each["Action"]}

    read = {name: reads(document) for name, document in policies().items()}

    assert read["work"] == read["api_handler"]
    assert {name: read[name] for name in ("plan", "notice", "compact")} == {
        "plan": {"sagemaker:ListPipelines"},
        "notice": set(),
        "compact": set(),
    }


@pytest.mark.parametrize("function", MAY)
def test_every_action_exists_in_iam(function: str) -> None:
    table = policy.iam_table()
    actions = {action for each in policies()[function]["Statement"] for action in each["Action"]}

    assert not [each for each in actions if each.split(":")[1].lower() not in table[each.split(":")[0]]["Actions"]]


def test_what_the_functions_call_is_left_in_the_package_and_permitted() -> None:
    """The two lists of methods, and the policies' actions: of one mind."""
    actions = {
        "get_object": "s3:GetObject",
        "head_object": "s3:GetObject",
        "list_objects_v2": "s3:ListBucket",
        "put_object": "s3:PutObject",
        "delete_object": "s3:DeleteObject",
        "get_queue_url": "sqs:GetQueueUrl",
        "send_message_batch": "sqs:SendMessage",
    }
    left = {method for each in (STORE, SCAN) for methods in each.values() for method in methods}

    assert left == actions.keys()
    by_lambda = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    assert {action for action, _ in EVERYTHING} == {*actions.values()} | by_lambda


def test_each_function_has_a_role_with_its_policy_alone(template: dict[str, Any]) -> None:
    for name in scan.FUNCTIONS:
        role = properties(template, f"{name.capitalize()}Role")
        (only,) = role["Policies"]
        document = policy.scan_policy(name, "prod", SOURCE, CONFIG, SCOPE)
        assert only["PolicyDocument"] == scan.with_places(document)
        assert properties(template, name.capitalize())["Role"] == {"Fn::GetAtt": [f"{name.capitalize()}Role", "Arn"]}


def test_the_queue_outwaits_its_worker_and_gives_up_on_what_always_fails(template: dict[str, Any]) -> None:
    queue, work = properties(template, "ScanQueue"), properties(template, "Work")
    (source,) = work["Events"].values()

    assert queue["VisibilityTimeout"] == 6 * work["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == MOST_RECEIVES
    assert source["Properties"]["BatchSize"] == 1
    assert source["Properties"]["ScalingConfig"]["MaximumConcurrency"] >= 2
    assert source["Properties"]["Queue"]["Fn::Sub"].endswith(f":{queue['QueueName']}")
    assert template["Resources"]["Work"]["DependsOn"] == ["ScanQueue"]


def test_the_bucket_is_private_versioned_encrypted_tls_only_and_outlives_the_stack(template: dict[str, Any]) -> None:
    bucket = properties(template, "Store")
    (refused,) = properties(template, "StorePolicy")["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert (refused["Effect"], refused["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert template["Resources"]["Store"]["DeletionPolicy"] == "Retain"


def test_alarms_ring_for_an_old_queue_for_dead_letters_and_for_a_scan_that_does_not_end(
    template: dict[str, Any],
) -> None:
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    metrics = {each["Properties"]["MetricName"]: each["Properties"]["TreatMissingData"] for each in alarms.values()}

    assert metrics == {
        "ApproximateAgeOfOldestMessage": "notBreaching",
        "ApproximateNumberOfMessagesVisible": "notBreaching",
        "ScanAgeMinutes": "breaching",
    }
    assert all(each["Properties"]["AlarmActions"] == [{"Ref": "ScanAlarms"}] for each in alarms.values())


def test_a_new_stack_has_time_for_its_first_plan_before_an_alarm_rings(template: dict[str, Any]) -> None:
    alarm = properties(template, "ScanDoesNotEnd")
    (schedule,) = properties(template, "Plan")["Events"].values()

    assert schedule["Properties"]["Schedule"] == "rate(1 hour)"
    assert alarm["Period"] * alarm["DatapointsToAlarm"] >= 2 * 3600


def test_a_queues_policy_is_about_that_queue_alone_as_sqs_demands(template: dict[str, Any]) -> None:
    policies = [each["Properties"] for each in of_type(template, "AWS::SQS::QueuePolicy").values()]

    stated = [(each["Queues"], statement) for each in policies for statement in each["PolicyDocument"]["Statement"]]

    assert {queue["Ref"] for queues, _ in stated for queue in queues} == {*of_type(template, "AWS::SQS::Queue")}

    for (queue,), statement in stated:
        assert statement["Resource"] == {"Fn::GetAtt": [queue["Ref"], "Arn"]}
        assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_the_stack_names_what_a_person_needs_of_it(template: dict[str, Any]) -> None:
    named = {name: each["Value"]["Ref"] for name, each in template["Outputs"].items() if name.startswith("Scan")}

    assert named.keys() == {"ScanStore", "ScanAlarmsTopic", "ScanPlanFunction", "ScanDeadLettersQueue"}
    assert {*named.values()} <= {*template["Resources"]}
    assert "EndpointURL" in template["Outputs"]


def test_the_account_and_the_region_are_cloudformations(template: dict[str, Any]) -> None:
    name = properties(template, "Store")["BucketName"]

    assert name == {"Fn::Sub": "sagemaker-lineage-prod-${AWS::AccountId}-${AWS::Region}"}
    assert not [token for token in scan.TOKENS if token in json.dumps(template)]


def test_without_the_key_there_is_nothing_of_the_scan(tmp_path: Path) -> None:
    out = package.build("dev", tmp_path, dependencies=False, finished=False)

    template = json.loads((out / "sam.json").read_text())

    assert list(of_type(template, "AWS::Serverless::Function")) == ["APIHandler"]
    assert not of_type(template, "AWS::SQS::Queue")


def test_a_stage_may_ask_for_the_scan_by_its_own_key_and_name_its_store() -> None:
    own = {"stages": {"dev": {"environment_variables": {"SCAN_QUEUE": "mine", "LINEAGE_STORE": "s3://own/x"}}}}
    config = {**package.config(), **own}
    config["stages"]["dev"]["iam_policy_file"] = "policy-dev.json"

    made = policy.scanning(config)["stages"]["dev"]

    assert made["environment_variables"] == {"SCAN_QUEUE": "mine", "LINEAGE_STORE": "s3://own/x"}
    assert made["lambda_functions"].keys() == scan.FUNCTIONS.keys()


@pytest.mark.parametrize("store", ["", "file:///x"])
def test_a_queue_without_a_store_in_s3_is_an_error_at_start(store: str) -> None:
    with pytest.raises(BadSetting, match="LINEAGE_STORE must be s3://"):
        parse_settings({"SCAN_QUEUE": "q", "LINEAGE_STORE": store})
