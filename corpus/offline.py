"""A boto3 session for the SDK that never leaves the process: every request is answered here, or is an error."""

from __future__ import annotations

import io
import json
import os
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

REGION = "ap-northeast-2"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/SageMakerPipelineRole"
CODE_BUCKET = f"sagemaker-{REGION}-{ACCOUNT}"
"""SageMaker's default bucket: where the SDK uploads scripts to."""


class OfflineError(RuntimeError):
    """The SDK asked AWS for something that this double has no answer to; the message names it."""


def enter() -> None:
    """Close the process off from the network, and give it an identity that is nobody's."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SAGEMAKER_"))]:
        del os.environ[name]
    os.environ.update(
        AWS_DEFAULT_REGION=REGION,
        AWS_ACCESS_KEY_ID="offline",
        AWS_SECRET_ACCESS_KEY="offline",  # signs requests that are never sent
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        SAGEMAKER_SUPPRESS_V2_WARNING="1",
    )
    socket.socket.connect = _refuse  # type: ignore[method-assign]
    socket.getaddrinfo = _refuse


def _refuse(*_arguments: object, **_options: object) -> Any:
    raise OfflineError("the SDK tried to open a connection")


def boto_session() -> Any:
    """A boto3 session whose clients are answered by `_answer`."""
    import boto3
    import botocore.session

    core: Any = botocore.session.get_session()
    core.register("before-send", _answer)
    return boto3.Session(botocore_session=core, region_name=REGION)


def _answer(request: Any, event_name: str, **_more: object) -> Any:
    from botocore.awsrequest import AWSResponse

    _, service, operation = event_name.split(".")
    find = ANSWERS.get((service, operation))
    if find is None:
        raise OfflineError(f"the SDK asked for {service}:{operation} at {request.url}")
    body = find(request)
    headers: Any = {"Content-Type": "application/json"}
    return AWSResponse(request.url, 200, headers, _Raw(body))


class _Raw(io.BytesIO):
    """What botocore expects of a urllib3 response: a stream of chunks."""

    def stream(self, **_options: object) -> Any:
        yield self.read()


def _caller_identity(_request: Any) -> bytes:
    return (
        "<GetCallerIdentityResponse><GetCallerIdentityResult>"
        f"<Arn>arn:aws:sts::{ACCOUNT}:assumed-role/SageMakerPipelineRole/offline</Arn>"
        f"<UserId>OFFLINE</UserId><Account>{ACCOUNT}</Account>"
        "</GetCallerIdentityResult></GetCallerIdentityResponse>"
    ).encode()


def _buckets(_request: Any) -> bytes:
    bucket = f"<Bucket><Name>{CODE_BUCKET}</Name><CreationDate>2026-01-01T00:00:00.000Z</CreationDate></Bucket>"
    return f"<ListAllMyBucketsResult><Buckets>{bucket}</Buckets></ListAllMyBucketsResult>".encode()


def _nothing(_request: Any) -> bytes:
    return b""


def _model(_request: Any) -> bytes:
    answer = {"ModelName": "a-model", "PrimaryContainer": {"Image": "fixture"}, "ExecutionRoleArn": ROLE}
    return json.dumps(answer).encode()


def _package(_request: Any) -> bytes:
    answer = {"ModelApprovalStatus": "Approved", "InferenceSpecification": {"Containers": [{"Image": "fixture"}]}}
    return json.dumps({"ModelPackageName": "a-package", **answer}).encode()


def _role(_request: Any) -> bytes:
    trust = {
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ]
    }
    name = ROLE.rpartition("/")[2]
    return (
        f"<GetRoleResponse><GetRoleResult><Role><Arn>{ROLE}</Arn><RoleName>{name}</RoleName><Path>/</Path>"
        f"<AssumeRolePolicyDocument>{quote(json.dumps(trust))}</AssumeRolePolicyDocument>"
        "</Role></GetRoleResult></GetRoleResponse>"
    ).encode()


def _allowed(_request: Any) -> bytes:
    return b"""<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>
    <EvaluationResults><member><EvalActionName>s3:PutObject</EvalActionName><EvalDecision>allowed</EvalDecision></member>
    </EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"""


ANSWERS: dict[tuple[str, str], Callable[[Any], bytes]] = {
    ("sts", "GetCallerIdentity"): _caller_identity,
    ("s3", "ListBuckets"): _buckets,
    ("s3", "HeadBucket"): _nothing,
    ("s3", "PutObject"): _nothing,  # an upload of code: the SDK only needs it to succeed
    ("s3", "CreateBucket"): _nothing,
    ("sagemaker", "DescribeModel"): _model,  # a transform with a model that the pipeline does not make
    ("sagemaker", "DescribeModelPackage"): _package,  # a model of a package that another pipeline registered
    ("iam", "GetRole"): _role,
    ("iam", "SimulatePrincipalPolicy"): _allowed,
}
