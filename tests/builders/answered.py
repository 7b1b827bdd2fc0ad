"""A whole `/lineage` answer as JSON: a run of a pipeline that prepares, trains, evaluates, registers and deploys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]

ARN = "arn:aws:sagemaker:ap-northeast-2:123456789012"
IMAGE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/churn:1"
ROLE = "arn:aws:iam::123456789012:role/Work"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1111aaaa-22bb-33cc-44dd-5555eeee6666"
OPEN_BLOCK = dict.fromkeys(("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets"), False)
CLOSED_BLOCK = dict.fromkeys(OPEN_BLOCK, True)


def answered(
    execution: str = "aaaabbbb0001",
    day: int = 1,
    *,
    version: int = 1,
    parameters: Mapping[str, str] | None = None,
) -> Document:
    """One run; two of them differ in nothing but what a run makes up: `execution`, `day` and `version`."""
    given = {"DataBucket": "lake", "Rounds": "120", **(parameters or {})}
    lake, start = given["DataBucket"], datetime(2026, 3, day, 9, tzinfo=UTC)
    job = f"pipelines-{execution}-Train-{execution[::-1]}"
    model = f"s3://{lake}/models/{job}/output/model.tar.gz"
    raw, train, scores = f"s3://{lake}/raw", f"s3://{lake}/{execution}/train", f"s3://{lake}/reports/evaluation.json"
    package = f"{ARN}:model-package/churn/{version}"
    nodes = [
        {
            **_node("Prepare", "Processing", [_port("raw", raw), _port("code", "s3://code/prepare.py", "code")]),
            "outputs": [_port("train", train)],
            "run": _run(execution, start, "Prepare", "processing-job", 240, {"arguments": ["--test-size", "0.2"]}),
            "security": _security(),
        },
        {
            **_node("Train", "Training", [_port("train", train)]),
            "outputs": [_port("model_artifacts", model, "model")],
            "run": _run(
                execution,
                start + timedelta(minutes=5),
                "Train",
                "training-job",
                170,
                {"hyperparameters": {"num_round": given["Rounds"]}, "modelData": model, "billableSec": 160 + day},
                {"validation:auc": 0.63},
            ),
            "security": _security(),
        },
        {
            **_node("Evaluate", "Processing", [_port("model", model)]),
            "outputs": [_port("evaluation", scores)],
            "run": _run(execution, start + timedelta(minutes=9), "Evaluate", "processing-job", 100, {}, {"auc": 0.6}),
            "security": _security(),
        },
        {
            **_node("Register", "RegisterModel", [_port("model_data", model, "model")]),
            "outputs": [_port("model_package", package, "model")],
            "resources": [_resource("AWS::SageMaker::ModelPackageGroup", "uses", "churn")],
            "run": {
                **_run(execution, start + timedelta(minutes=12), "Register", "model-package", 4, {}),
                "jobName": f"churn/{version}",
                "jobArn": package,
            },
            "registry": {
                "modelPackageArn": package,
                "modelPackageGroup": "churn",
                "version": version,
                "status": "Completed",
                "approvalStatus": "PendingManualApproval",
                "creationTime": (start + timedelta(minutes=12)).isoformat(),
                "containers": [{"image": IMAGE, "imageDigest": "sha256:1d59", "modelDataETag": execution}],
            },
            "security": {"outputKmsKeyId": None, "image": IMAGE, "source": "job description", "notes": []},
        },
        {
            **_node("Deploy", "Endpoint", []),
            "outputs": [],
            "resources": [_resource("AWS::SageMaker::Endpoint", "creates", "churn-prod")],
            "run": {
                **_run(
                    execution,
                    start + timedelta(minutes=13),
                    "Deploy",
                    "endpoint",
                    260,
                    {
                        "status": "InService",
                        "productionVariants": [
                            {"VariantName": "main", "CurrentWeight": 1.0},
                            {"VariantName": "canary"},
                        ],
                    },
                ),
                "jobName": "churn-prod",
                "jobArn": f"{ARN}:endpoint/churn-prod",
            },
        },
    ]
    return {
        "pipeline": {
            "name": "churn",
            "arn": f"{ARN}:pipeline/churn",
            "lastModifiedTime": "2026-02-27T09:00:00+00:00",
            "region": "ap-northeast-2",
            "roleArn": ROLE,
            "parameters": given,
            "tags": {"Env": "development"},
        },
        "execution": {
            "arn": f"{ARN}:pipeline/churn/execution/{execution}",
            "status": "Succeeded",
            "startTime": start.isoformat(),
            "endTime": (start + timedelta(minutes=20)).isoformat(),
            "failureReason": None,
        },
        "summary": {
            "overallStatus": "Succeeded",
            "nodeStatus": {"Succeeded": len(nodes)},
            "elapsedSec": 1200,
            "lastActivityTime": (start + timedelta(minutes=20)).isoformat(),
        },
        "graph": {
            "nodes": nodes,
            "edges": [
                {"from": "Prepare", "to": "Train", "via": "ref:Get"},
                {"from": "Train", "to": "Evaluate", "via": "ref:Get"},
                {"from": "Train", "to": "Register", "via": "ref:Get"},
                {"from": "Evaluate", "to": "Register", "via": "dependsOn"},
                {"from": "Register", "to": "Deploy", "via": "ref:Get"},
            ],
            "artifacts": [_artifact(place, uri) for place, uri in enumerate((raw, train, model, scores))],
        },
        "findings": [
            {
                "rule": "FLOW-07",
                "severity": "Medium",
                "status": "Fail",
                "finding_info": {
                    "uid": "FLOW-07:271b9964686db604",
                    "title": "Unversioned data behind a registered model",
                    "desc": "…",
                },
                "path": ["artifact:1", "node:Register"],
                "evidence": {"bucket": lake, "versioning": "Disabled", "artifacts": [1]},
                "controls": ["SecurityHub:S3.14"],
                "remediation": {"desc": "…"},
            }
        ],
        "warnings": [],
    }


def step(answer: Document, name: str) -> Document:
    """The node of a step."""
    found: Document = next(node for node in answer["graph"]["nodes"] if node["id"] == name)
    return found


def _node(name: str, kind: str, inputs: list[Document]) -> Document:
    return {"id": name, "label": name, "type": kind, "inputs": inputs}


def _port(name: str, uri: str, kind: str = "data") -> Document:
    return {"name": name, "uri": uri, "kind": kind, "resolution": "job description"}


def _resource(kind: str, relation: str, name: str) -> Document:
    return {"type": kind, "relation": relation, "name": name, "arn": None}


def _security() -> Document:
    return {
        "volumeKmsKeyId": KEY,
        "outputKmsKeyId": None,
        "networkIsolation": True,
        "roleArn": ROLE,
        "instanceCount": 1,
        "image": IMAGE,
        "imagePinnedByDigest": False,
        "rootAccess": "NotApplicable",
        "source": "job description",
        "notes": [],
    }


def _run(
    execution: str,
    start: datetime,
    name: str,
    kind: str,
    seconds: int,
    job: Mapping[str, Any],
    metrics: Mapping[str, float] | None = None,
) -> Document:
    made = f"pipelines-{execution}-{name}-{execution[::-1]}"
    end = start + timedelta(seconds=seconds)
    return {
        "status": "Succeeded",
        "startTime": start.isoformat(),
        "endTime": end.isoformat(),
        "elapsedSec": seconds,
        "jobName": made,
        "jobArn": f"{ARN}:{kind}/{made}",
        "metrics": dict(metrics or {}),
        "attempts": 1,
        "job": {
            "type": kind,
            "status": "Completed",
            "image": IMAGE,
            "instanceType": "ml.m5.xlarge",
            "instanceCount": 1,
            "roleArn": ROLE,
            "creationTime": start.isoformat(),
            "entrypoint": ["python3", "main.py"],
            **job,
        },
    }


def _artifact(place: int, uri: str) -> Document:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {
        "id": place,
        "uri": uri,
        "bucket": bucket,
        "key": key,
        "s3": {
            "bucket": bucket,
            "region": "ap-northeast-2",
            "encryption": "aws:kms",
            "versioning": "Disabled",
            "publicAccess": "Blocked",
            "tags": {"Env": "development"},
        },
        "producedBy": [],
        "consumedBy": [],
        "posture": {
            "exists": True,
            "owner": {"account": "123456789012", "basis": "Confirmed"},
            "encryption": {"algorithm": "aws:kms", "kmsKeyId": KEY, "bucketKey": True},
            "versioning": {"status": "Disabled", "mfaDelete": "Disabled"},
            "publicAccess": {
                "verdict": "Blocked",
                "reasons": ["The bucket blocks all public access."],
                "accountBlock": dict(OPEN_BLOCK),
                "bucketBlock": dict(CLOSED_BLOCK),
                "effectiveBlock": dict(CLOSED_BLOCK),
                "policyIsPublic": False,
                "publicGrants": [],
                "objectOwnership": "BucketOwnerEnforced",
            },
            "evaluated": ["region", "encryption", "versioning", "publicAccessBlock", "tags"],
            "notEvaluated": [],
            "errors": {},
        },
    }
