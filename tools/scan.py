"""What a stage takes that scans: four functions with their policies, a queue, a bucket, alarms."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.engine import measure
from chalicelib.engine.queue import MOST_RECEIVES

FUNCTIONS = {
    "plan": {"lambda_timeout": 900, "lambda_memory_size": 1024},
    "notice": {"lambda_timeout": 30, "lambda_memory_size": 512},
    "work": {"lambda_timeout": 900, "lambda_memory_size": 1024},
    "compact": {"lambda_timeout": 900, "lambda_memory_size": 3008},
}
"""The functions beside the API, in Chalice's words."""

VISIBLE_AFTER = 6 * 900
"""Six times the time of `work`: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""

DAY = 24 * 3600
NONCURRENT_DAYS = 30
TOO_OLD_MINUTES = 24 * 60
"""From what age on a scan does not end: a first scan of 5,000 pipelines takes an hour."""

PERIODS = 8
"""Of a quarter of an hour each: two hours, for a stack that is new says nothing until its first plan, an hour later."""

TOKENS = {"aws-account-id": "${AWS::AccountId}", "aws-region-name": "${AWS::Region}"}
"""What stands for the account and the region where Chalice must read a text, until CloudFormation knows them."""

Json = dict[str, Any]


def scans(configuration: Mapping[str, Any], stage: str) -> bool:
    """Return whether a stage asks for the scan by a key of its own."""
    return "SCAN_QUEUE" in configuration["stages"][stage].get("environment_variables", {})


def with_scan(configuration: Mapping[str, Any], stage: str) -> Json:
    """Return the configuration with the scan's functions in a stage, each with its own policy, a queue and a store."""
    said = configuration["stages"][stage]
    name = f"{configuration['app_name']}-{stage}"
    environment = {
        "SCAN_QUEUE": f"{name}-scan",
        "LINEAGE_STORE": f"s3://sagemaker-lineage-{stage}-aws-account-id-aws-region-name",
        **{key: value for key, value in said.get("environment_variables", {}).items() if value},
    }
    functions = {
        function: {**each, "iam_policy_file": policy_file(said["iam_policy_file"], function)}
        for function, each in FUNCTIONS.items()
    }
    scanning = {**said, "environment_variables": environment, "lambda_functions": functions}
    return {**configuration, "stages": {**configuration["stages"], stage: scanning}}


def policy_file(of_stage: str, function: str) -> str:
    """Return the name of a function's policy file beside the stage's."""
    return of_stage.replace(".json", f"-{function}.json")


def bucket_of(environment: Mapping[str, str]) -> str:
    """Return the bucket of a stage's store."""
    return environment["LINEAGE_STORE"].removeprefix("s3://").partition("/")[0]


def resources(environment: Mapping[str, str]) -> Json:
    """Return what the template has beside the functions, by CloudFormation's names, and what is merged into these."""
    queue, bucket = environment["SCAN_QUEUE"], bucket_of(environment)
    return {
        "Work": {"DependsOn": ["ScanQueue"]},
        **{f"{function.capitalize()}LogGroup": log_name(function) for function in FUNCTIONS},
        "ScanQueue": _queue(queue, VISIBLE_AFTER, 4 * DAY, redrive=True),
        "ScanDeadLetters": _queue(f"{queue}-dead", 30, 14 * DAY, redrive=False),
        "ScanQueuePolicy": _tls_only_queue("ScanQueue"),
        "ScanDeadLettersPolicy": _tls_only_queue("ScanDeadLetters"),
        "Store": _bucket(bucket),
        "StorePolicy": _tls_only_bucket(),
        "ScanAlarms": {"Type": "AWS::SNS::Topic"},
        **dict(_alarms(queue)),
    }


def outputs() -> Json:
    """Return what the stack says of itself when it is deployed: what a person needs by name."""
    named = {
        "ScanStore": "Store",
        "ScanAlarmsTopic": "ScanAlarms",
        "ScanPlanFunction": "Plan",
        "ScanDeadLettersQueue": "ScanDeadLetters",
    }
    return {name: {"Value": {"Ref": resource}} for name, resource in named.items()}


def log_name(function: str) -> Json:
    """Return the log group of a function by the function's own name, which Chalice gets wrong (its issue 2079)."""
    return {"Properties": {"LogGroupName": {"Fn::Sub": f"/aws/lambda/${{{function.capitalize()}}}"}}}


def _queue(name: str, visible_after: int, keep: int, *, redrive: bool) -> Json:
    dead = {"Fn::GetAtt": ["ScanDeadLetters", "Arn"]}
    policy = {"RedrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": MOST_RECEIVES}} if redrive else {}
    return {
        "Type": "AWS::SQS::Queue",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "QueueName": name,
            "VisibilityTimeout": visible_after,
            "MessageRetentionPeriod": keep,
            "SqsManagedSseEnabled": True,
            **policy,
        },
    }


def _bucket(name: str) -> Json:
    """Return a private, versioned, encrypted bucket, that outlives the stack: it holds every answer."""
    forget = {"Id": "Forget", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}
    return {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "BucketName": name,
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "LifecycleConfiguration": {
                "Rules": [{**forget, "NoncurrentVersionExpiration": {"NoncurrentDays": NONCURRENT_DAYS}}]
            },
        },
    }


def _unencrypted(actions: str, where: Any) -> Json:
    """Return a policy that refuses whoever comes without TLS."""
    refused = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": where,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [refused]}


def _tls_only_bucket() -> Json:
    arn = {"Fn::GetAtt": ["Store", "Arn"]}
    document = _unencrypted("s3:*", [arn, {"Fn::Sub": "${Store.Arn}/*"}])
    return {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "Store"}, "PolicyDocument": document}}


def _tls_only_queue(name: str) -> Json:
    """Return a queue's policy: SQS takes no statement about more than one queue."""
    document = _unencrypted("sqs:*", {"Fn::GetAtt": [name, "Arn"]})
    return {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": name}], "PolicyDocument": document}}


def _alarms(queue: str) -> Iterator[tuple[str, Json]]:
    """Yield alarms of the queue's, and of the scan's own measure, which a scan that does not run leaves out."""
    yield (
        "ScanQueueIsOld",
        _alarm(
            "The oldest piece of work waits for half a day",
            ("AWS/SQS", "ApproximateAgeOfOldestMessage", {"QueueName": queue}),
            12 * 3600,
        ),
    )
    yield (
        "ScanHasDeadLetters",
        _alarm(
            "A piece of work failed every time",
            ("AWS/SQS", "ApproximateNumberOfMessagesVisible", {"QueueName": f"{queue}-dead"}),
            0,
        ),
    )
    yield (
        "ScanDoesNotEnd",
        _alarm(
            "What the store does not know yet is a day old, or nothing says how old it is",
            (measure.NAMESPACE, measure.AGE, {"Queue": queue, "Region": {"Ref": "AWS::Region"}}),
            TOO_OLD_MINUTES,
            missing="breaching",
        ),
    )


def _alarm(says: str, metric: tuple[str, str, Json], above: int, missing: str = "notBreaching") -> Json:
    namespace, name, dimensions = metric
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": says,
            "Namespace": namespace,
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            "Statistic": "Maximum",
            "Period": 900,
            "EvaluationPeriods": PERIODS,
            "DatapointsToAlarm": 1 if missing == "notBreaching" else PERIODS,
            "Threshold": above,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": missing,
            "AlarmActions": [{"Ref": "ScanAlarms"}],
        },
    }


def with_places(template: Any) -> Any:
    """Return the template with the account and the region where a text is to have them."""
    if isinstance(template, dict):
        return {key: with_places(value) for key, value in template.items()}
    if isinstance(template, list):
        return [with_places(each) for each in template]
    if isinstance(template, str) and any(token in template for token in TOKENS):
        return {"Fn::Sub": re.sub("|".join(TOKENS), lambda match: TOKENS[match[0]], template)}
    return template


def in_account(document: Mapping[str, Any], account: str, region: str) -> Json:
    """Return a policy as it is in an account and a region."""
    text = json.dumps(document).replace("aws-account-id", account).replace("aws-region-name", region)
    read: Json = json.loads(text)
    return read
