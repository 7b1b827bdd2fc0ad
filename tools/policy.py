"""Write the IAM policy of each stage from app.py's list of AWS reads, narrowed to what .chalice/scope.json declares."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name
from chalice.analyzer import get_client_calls_for_app
from chalice.policy import load_api_policy_actions

from chalicelib.aws.reads import Reads, iam_action
from chalicelib.core.query.parameters import BOOLEANS
from tools.scan import scans, with_scan

ROOT = Path(__file__).resolve().parent.parent
CHALICE = ROOT / ".chalice"

BEYOND_CHALICE = {
    "sagemaker:DescribeAutoMLJobV2": "sagemaker:DescribeAutoMLJobV2",
    "sagemaker:DescribeInferenceComponent": "sagemaker:DescribeInferenceComponent",
    "sagemaker:ListInferenceComponents": "sagemaker:ListInferenceComponents",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:ListTagsForResource": "s3express:ListTagsForResource",
}
"""The actions that Chalice's table, a snapshot of January 2022, does not have, from AWS's authorization reference."""

DIRECTORY_BUCKETS = {
    "s3:GetBucketEncryption": "s3express:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3express:GetLifecycleConfiguration",
    "s3:GetBucketPolicy": "s3express:GetBucketPolicy",
}
"""The actions of the same operations on directory buckets, from AWS's authorization reference."""

TAGGED = ("pipeline", "training-job")
"""What the service reads the tags of: a job's may name its execution. IAM's table would let it read everything's."""

NAMES_NOTHING = ("listmodelpackages",)
"""Asked of every group at once, so that there is no resource to narrow it to, though IAM's table has one."""

SEARCH = "sagemaker:Search"
"""IAM narrows it to nothing, and it tells of everything: a stage has it only where its setting asks for it."""

SCAN: Mapping[str, tuple[Collection[str] | None, Collection[str], Collection[str]]] = {
    "plan": (("sagemaker:ListPipelines",), (), ("sqs:GetQueueUrl", "sqs:SendMessage")),
    "notice": ((), (), ("sqs:GetQueueUrl", "sqs:SendMessage")),
    "work": (None, ("s3:PutObject",), ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")),
    "compact": ((), ("s3:DeleteObject", "s3:PutObject"), ()),
}
"""Of each function of the scan: what it reads of AWS (`None`: all that the service may), how it writes into the store,
and what it does with the queue."""

POSTURE_EXCEPT = "s3:GetObject"
"""The one S3 action that reads data, and no settings."""


class PolicyError(Exception):
    """The list in app.py and the vocabulary of the reads do not say the same; the message says where."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a stage may touch, in IAM's patterns (`*` and `?`); docs/deploy.md explains each."""

    partition: str
    regions: Sequence[str]
    account: str
    pipelines: Sequence[str]
    buckets: Sequence[str]
    reports: Sequence[str]
    reportKeys: Sequence[str]  # noqa: N815 (the file's spelling)


def read_scope(stage: str, document: Mapping[str, Any]) -> Scope:
    """Return the scope of a stage: what the file says of all, with what it says of this one in place of it."""
    common = {name: value for name, value in document.items() if name != "stages"}
    said = common | document.get("stages", {}).get(stage, {})
    known = {field.name for field in fields(Scope)}
    if set(said) != known:
        raise PolicyError(f"scope.json, stage {stage}: {', '.join(sorted(set(said) ^ known))} missing or unknown")
    return Scope(**said)


def stage_environment(stage: str, config: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the environment variables that a stage is deployed with."""
    own = config["stages"][stage].get("environment_variables", {})
    return {**config.get("environment_variables", {}), **own}


def is_on(environment: Mapping[str, str], name: str, default: bool = True) -> bool:
    """Return whether a boolean setting is on."""
    return BOOLEANS[environment.get(name, str(default)).lower()]


# --- Which actions -------------------------------------------------------------------------------------


@cache
def actions(source: str) -> frozenset[str]:
    """Return the IAM actions behind each AWS call that Chalice's analyser finds in app.py, checked with `Reads`."""
    calls = get_client_calls_for_app(source)
    found = {action for service, methods in calls.items() for action in service_actions(service, methods)}
    vocabulary = set(map(iam_action, Reads._fields))
    if found != vocabulary:
        raise PolicyError(f"app.py and chalicelib.aws.reads differ in {', '.join(sorted(found ^ vocabulary))}")
    stray = sorted(set(clients(source)) - set(calls))
    if stray:
        raise PolicyError(f"app.py makes a client that it names no read of: {', '.join(stray)}")
    return frozenset(found)


def service_actions(service: str, methods: Iterable[str]) -> Iterator[str]:
    """Return the actions of one client's methods: Chalice's table, or the exceptions named above."""
    known = load_api_policy_actions().get(service, {})
    model = botocore.session.get_session().get_service_model(service)
    operations = {xform_name(operation): operation for operation in model.operation_names}
    for method in methods:
        operation = operations.get(method)
        if operation is None:
            raise PolicyError(f"app.py calls {service}'s {method}, which is no operation of AWS")
        action = known.get(operation) or BEYOND_CHALICE.get(f"{service}:{operation}")
        if action is None:
            raise PolicyError(f"no action is known for {service}:{operation}: name it in tools/policy.py")
        yield action
        if f"{service}:{operation}" in DIRECTORY_BUCKETS:
            yield DIRECTORY_BUCKETS[f"{service}:{operation}"]


def clients(source: str) -> Iterator[str]:
    """Yield the services that app.py makes a client of."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "client":
            yield ast.literal_eval(node.args[0])


# --- On what -------------------------------------------------------------------------------------------


@cache
def iam_table() -> Mapping[str, Any]:
    """Return every action and resource type that IAM has, by service and lower-case name, as cfn-lint ships them."""
    table = resources.files("cfnlint") / "data" / "AdditionalSpecs" / "Policies.json"
    read: Mapping[str, Any] = json.loads(table.read_text())
    return read


def sagemaker_resources(action: str, scope: Scope, table: Mapping[str, Any]) -> list[str]:
    """Return the ARNs that a SageMaker action may be used on; `*` where IAM knows no resource for it."""
    sagemaker = table["sagemaker"]
    name = action.partition(":")[2].lower()
    if name in NAMES_NOTHING:
        return ["*"]
    types = TAGGED if name == "listtags" else sagemaker["Actions"][name].get("Resources", ())
    return [
        arn for each in types for form in sagemaker["Resources"][each]["ARNFormats"] for arn in arns(form, scope)
    ] or ["*"]


def arns(form: str, scope: Scope) -> Iterator[str]:
    """Fill in IAM's form of an ARN (`…:pipeline/.*`) from the scope; a pipeline's ARN has its name in lower case."""
    for region in scope.regions:
        arn = form.replace("${Partition}", scope.partition).replace("${Region}", region)
        arn = arn.replace("${Account}", scope.account).replace(".*", "*")
        if ":pipeline/" in arn:
            yield from (arn.replace(":pipeline/*", f":pipeline/{name}") for name in pipeline_names(scope))
        else:
            yield arn


def pipeline_names(scope: Scope) -> Iterator[str]:
    """Return patterns for the pipelines and for their executions, whose ARN is the pipeline's with more behind it."""
    for name in scope.pipelines:
        yield name.lower()
        if not name.endswith("*"):
            yield f"{name.lower()}/execution/*"


def statement(sid: str, actions: Iterable[str], resources: Iterable[str]) -> dict[str, Any]:
    """Return one permission, in a stable order."""
    return {"Sid": sid, "Effect": "Allow", "Action": sorted(actions), "Resource": sorted(set(resources))}


def sagemaker_statements(allowed: Iterable[str], scope: Scope) -> Iterator[dict[str, Any]]:
    """Permit pipelines and their executions; what steps made; and the lists that IAM cannot narrow."""
    table = iam_table()
    groups: dict[str, dict[str, list[str]]] = {"Pipelines": {}, "WhatStepsMade": {}, "Lists": {}}
    for action in allowed:
        where = sagemaker_resources(action, scope, table)
        about_pipelines = all(":pipeline/" in arn for arn in where)
        groups["Lists" if where == ["*"] else "Pipelines" if about_pipelines else "WhatStepsMade"][action] = where
    for sid, group in groups.items():
        if group:
            yield statement(sid, group, (arn for where in group.values() for arn in where))


def emr_statements(allowed: Collection[str], scope: Scope) -> Iterator[dict[str, Any]]:
    """Permit the clusters of EMR that steps run on."""
    service = f"arn:{scope.partition}:elasticmapreduce"
    yield statement("Clusters", allowed, (f"{service}:{region}:{scope.account}:cluster/*" for region in scope.regions))


def s3_statements(allowed: Collection[str], scope: Scope, environment: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Permit bucket settings where buckets are probed; objects on the declared prefixes where reports are read."""
    directory = {action for action in allowed if action.startswith("s3express:")}
    settings = set(allowed) - {POSTURE_EXCEPT} - directory
    account = {action for action in settings if "Account" in action}
    s3 = f"arn:{scope.partition}:s3:::"
    if is_on(environment, "ENABLE_S3_META"):
        yield statement("BucketSettings", settings - account, (s3 + bucket for bucket in scope.buckets))
        yield statement("DirectoryBucketSettings", directory, directory_buckets(scope))
        yield statement("AccountSettings", account, ["*"])
    if is_on(environment, "ENABLE_REPORTS") and scope.reports:
        yield statement("Reports", {POSTURE_EXCEPT}, (s3 + prefix for prefix in scope.reports))
        if scope.reportKeys:
            through_s3 = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com*"}}
            yield statement("ReportKeys", {"kms:Decrypt"}, scope.reportKeys) | {"Condition": through_s3}


def store_statements(
    scope: Scope, environment: Mapping[str, str], writes: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """Permit reading the store in S3 that a stage names, below its prefix alone; for some, writing there.

    Without the list a missing answer could not be told from a refused one.
    """
    location = environment.get("LINEAGE_STORE", "")
    if not location.startswith("s3://"):
        return
    bucket, _, prefix = location.removeprefix("s3://").strip("/").partition("/")
    below = f"{prefix}/*" if prefix else "*"
    arn = f"arn:{scope.partition}:s3:::{bucket}"
    yield statement("Store", {POSTURE_EXCEPT, *writes}, [f"{arn}/{below}"])
    yield statement("StoreList", {"s3:ListBucket"}, [arn]) | {"Condition": {"StringLike": {"s3:prefix": below}}}


def directory_buckets(scope: Scope) -> Iterator[str]:
    """Yield the ARNs of the directory buckets in the scope, which are of a region and an account."""
    for region in scope.regions:
        for bucket in scope.buckets:
            yield f"arn:{scope.partition}:s3express:{region}:{scope.account}:bucket/{bucket}"


def own_statements(scope: Scope, stage_config: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Permit what the function needs for itself: its log, its traces, and its place in a VPC where it has one."""
    log = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
    groups = (
        f"arn:{scope.partition}:logs:{region}:{scope.account}:log-group:/aws/lambda/*" for region in scope.regions
    )
    yield statement("Log", log, groups)
    yield statement("Traces", ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), ["*"])
    if stage_config.get("subnet_ids"):
        interfaces = ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces")
        yield statement("NetworkInterfaces", (f"ec2:{each}" for each in interfaces), ["*"])


def policy(stage: str, source: str, config: Mapping[str, Any], scope_document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the policy document of one stage."""
    scope = read_scope(stage, scope_document)
    environment = stage_environment(stage, config)
    return {
        "Version": "2012-10-17",
        "Statement": [
            *read_statements(source, scope, environment),
            *store_statements(scope, environment),
            *own_statements(scope, {**config, **config["stages"][stage]}),
        ],
    }


def read_statements(source: str, scope: Scope, environment: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Permit every read of the list that a stage's settings leave."""
    allowed = actions(source) - (set() if is_on(environment, "ENABLE_SEARCH", default=False) else {SEARCH})
    yield from sagemaker_statements((each for each in allowed if each.startswith("sagemaker:")), scope)
    yield from emr_statements([each for each in allowed if each.startswith("elasticmapreduce:")], scope)
    yield from s3_statements([each for each in allowed if each.startswith("s3")], scope, environment)


def scan_policy(
    function: str, stage: str, source: str, config: Mapping[str, Any], scope_document: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the policy of one of the scan's functions: what it reads, what it writes, and what of the queue."""
    scope = read_scope(stage, scope_document)
    environment = stage_environment(stage, config)
    reads, writes, queue = SCAN[function]
    arn = f"arn:{scope.partition}:sqs:aws-region-name:aws-account-id:{environment['SCAN_QUEUE']}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            *(read_statements(source, scope, environment) if reads is None else sagemaker_statements(reads, scope)),
            *(store_statements(scope, environment, writes) if function != "notice" else ()),
            *([statement("Queue", queue, [arn])] if queue else ()),
            *own_statements(scope, {**config, **config["stages"][stage]}),
        ],
    }


def scan_policies(
    stage: str, source: str, config: Mapping[str, Any], scope: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each policy file of the scan's functions of a stage, and its document."""
    for function, said in config["stages"][stage].get("lambda_functions", {}).items():
        if function in SCAN:
            yield said["iam_policy_file"], scan_policy(function, stage, source, config, scope)


def policies(root: Path = ROOT) -> Iterator[tuple[Path, str]]:
    """Yield each stage's policy file and the text that belongs into it."""
    chalice = root / ".chalice"
    config = scanning(json.loads((chalice / "config.json").read_text()))
    scope = json.loads((chalice / "scope.json").read_text())
    source = (root / "app.py").read_text()
    for stage, said in config["stages"].items():
        yield chalice / said["iam_policy_file"], as_text(policy(stage, source, config, scope))
        for name, document in scan_policies(stage, source, config, scope):
            yield chalice / name, as_text(document)


def scanning(config: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration, with the scan's functions in each stage that asks for them."""
    for stage in config["stages"]:
        config = with_scan(config, stage) if scans(config, stage) else config
    return config


def as_text(document: Mapping[str, Any]) -> str:
    """Return a policy as its file has it."""
    return json.dumps(document, indent=2) + "\n"


def main() -> int:
    """Write the files; 1 with one line where the list in app.py is not sound."""
    try:
        for path, text in policies():
            path.write_text(text)
            print(f"policy: {path.relative_to(ROOT)}")
    except PolicyError as error:
        print(f"policy: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
