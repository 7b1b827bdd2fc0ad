"""Permitted AWS reads: one field for each, and the IAM action that allows it."""

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from chalicelib.core.values.model import Absent

Read = Callable[..., Mapping[str, Any]]


class Reads(NamedTuple):
    """The one list of what the service may ask of AWS: bound methods of boto3 clients, by boto3's own names.

    `clients` makes them, `iam_action` names what permits them, and `METHODS` those that go by another name here.
    `app.py` lists the same calls once more for Chalice's analyser, which makes the policies: it follows no table, only
    calls that stand in that file. A test holds the two equal.
    """

    describe_pipeline: Read
    describe_pipeline_definition_for_execution: Read
    describe_pipeline_execution: Read
    list_pipelines: Read
    list_pipeline_executions: Read
    list_pipeline_execution_steps: Read
    list_pipeline_parameters_for_execution: Read
    list_domains: Read
    list_endpoints: Read
    list_inference_components: Read
    list_model_packages: Read
    list_tags: Read
    search: Read
    describe_processing_job: Read
    describe_training_job: Read
    describe_transform_job: Read
    describe_hyper_parameter_tuning_job: Read
    describe_auto_ml_job: Read
    describe_auto_ml_job_v2: Read
    describe_model: Read
    describe_model_package: Read
    describe_endpoint: Read
    describe_endpoint_config: Read
    describe_inference_component: Read
    describe_feature_group: Read
    describe_cluster: Read
    get_bucket_location: Read
    get_bucket_encryption: Read
    get_bucket_versioning: Read
    get_public_access_block: Read
    get_bucket_policy_status: Read
    get_bucket_acl: Read
    get_bucket_ownership_controls: Read
    get_bucket_tagging: Read
    get_bucket_policy: Read
    get_bucket_logging: Read
    get_object_lock_configuration: Read
    get_bucket_lifecycle_configuration: Read
    get_bucket_replication: Read
    get_object: Read
    account_public_access_block: Read
    directory_bucket_encryption: Read
    directory_bucket_tags: Read
    directory_bucket_policy: Read
    directory_bucket_lifecycle: Read


METHODS = {
    "describe_cluster": ("emr", "describe_cluster"),
    "account_public_access_block": ("s3control", "get_public_access_block"),
    "directory_bucket_encryption": ("s3", "get_bucket_encryption"),
    "directory_bucket_tags": ("s3control", "list_tags_for_resource"),
    "directory_bucket_policy": ("s3", "get_bucket_policy"),
    "directory_bucket_lifecycle": ("s3", "get_bucket_lifecycle_configuration"),
}
"""The service and method of the reads that do not go by their method's name: another read does, or another action
permits them."""

# IAM's names differ from the API's for S3: https://docs.aws.amazon.com/service-authorization/latest/reference/
S3_ACTIONS = {
    "get_bucket_location": "s3:GetBucketLocation",
    "get_bucket_encryption": "s3:GetEncryptionConfiguration",
    "get_bucket_versioning": "s3:GetBucketVersioning",
    "get_public_access_block": "s3:GetBucketPublicAccessBlock",
    "get_bucket_policy_status": "s3:GetBucketPolicyStatus",
    "get_bucket_acl": "s3:GetBucketAcl",
    "get_bucket_ownership_controls": "s3:GetBucketOwnershipControls",
    "get_bucket_tagging": "s3:GetBucketTagging",
    "get_bucket_policy": "s3:GetBucketPolicy",
    "get_bucket_logging": "s3:GetBucketLogging",
    "get_object_lock_configuration": "s3:GetBucketObjectLockConfiguration",
    "get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "get_bucket_replication": "s3:GetReplicationConfiguration",
    "get_object": "s3:GetObject",
    "account_public_access_block": "s3:GetAccountPublicAccessBlock",
    "directory_bucket_encryption": "s3express:GetEncryptionConfiguration",
    "directory_bucket_tags": "s3express:ListTagsForResource",
    "directory_bucket_policy": "s3express:GetBucketPolicy",
    "directory_bucket_lifecycle": "s3express:GetLifecycleConfiguration",
}

OTHER_ACTIONS = {"describe_cluster": "elasticmapreduce:DescribeCluster"}

# SageMaker's operation names are its actions; these are the words that snake case cannot give back.
SAGEMAKER_WORDS = {
    "describe_auto_ml_job": "DescribeAutoMLJob",
    "describe_auto_ml_job_v2": "DescribeAutoMLJobV2",
}


def iam_action(operation: str) -> str:
    """Return the IAM action for a field of `Reads`, as `service:Action`."""
    named = S3_ACTIONS.get(operation) or OTHER_ACTIONS.get(operation)
    if named is not None:
        return named
    word = SAGEMAKER_WORDS.get(operation) or "".join(part.capitalize() for part in operation.split("_"))
    return f"sagemaker:{word}"


def method_of(operation: str) -> tuple[str, str]:
    """Return the service and the client's method for a field of `Reads`."""
    return METHODS.get(operation) or ("s3" if operation in S3_ACTIONS else "sagemaker", operation)


FOR_EVER = math.inf
"""Time to live, in seconds, of a response that cannot change."""


def never(_: Mapping[str, Any] | Absent) -> float:
    """Return a time to live of 0 seconds, for a response that may change at any moment: it is not cached."""
    return 0.0


class Question(NamedTuple):
    """Question to AWS: one read, its arguments, and the error codes that only mean "not configured".

    `resource` is what a warning names: an ARN, a bucket, a URI. `stage` is the part of the lineage that it serves:
    `definition`, `execution`, `jobs` or `posture`. A response without the key `required` is unreadable. `keep` returns
    for how many seconds a response may be cached. `patience_sec` is how long to wait for a response that can be done
    without: a gap then; `None`: as long as the request lasts.
    """

    operation: str
    arguments: Mapping[str, Any]
    resource: str
    stage: str
    absent: frozenset[str] = frozenset()
    required: str | None = None
    keep: Callable[[Mapping[str, Any] | Absent], float] = never
    patience_sec: float | None = None

    @property
    def action(self) -> str:
        """Return the IAM action that permits this read."""
        return iam_action(self.operation)

    @property
    def family(self) -> str:
        """Return the name of the reads that share a rate limit: SageMaker counts describes and lists by account."""
        return "s3" if self.operation in S3_ACTIONS else self.operation.split("_", 1)[0]

    @property
    def is_posture(self) -> bool:
        """Return whether it is about how a bucket is protected: no other read depends on that, and it may be old."""
        return self.stage == "posture"

    def with_arguments(self, **more: Any) -> Self:
        """Return the same question with more arguments."""
        return self._replace(arguments={**self.arguments, **more})

    def kept(self, seconds: float) -> Self:
        """Return the same question, whose response may be cached for `seconds`."""
        return self._replace(keep=lambda _: seconds)
