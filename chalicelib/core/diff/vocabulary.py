"""Kinds of change by the keys of an answer; `None`: the key differs from run to run, or stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

JOB: Final[Mapping[str, str | None]] = {
    # Said of the run already, or by the step's ports and security.
    "type": None,
    "failureReason": None,
    "image": None,
    "images": None,
    "instanceCount": None,
    "roleArn": None,
    "modelData": None,
    "approvalStatus": None,
    "notebooks": None,
    # Different in every run.
    "secondaryStatus": None,
    "billableSec": None,
    "trainingSec": None,
    "billableTokens": None,
    "consumedSec": None,
    "warmPoolStatus": None,
    "progressInfo": None,
    "secondaryStatusTransitions": None,
    "mlflowDetails": None,
    "pendingDeploymentSummary": None,
    "lastDeploymentConfig": None,
    # What the job ran on.
    "instanceType": "resources",
    "instanceGroups": "resources",
    "volumeSizeInGB": "resources",
    "maxRuntimeSec": "resources",
    "stoppingCondition": "resources",
    "retryStrategy": "resources",
    "spot": "resources",
    "serverlessJobConfig": "resources",
    "autoMLComputeConfig": "resources",
    "maxConcurrentTransforms": "resources",
    "runtimeConfig": "resources",
    # What ran, what went in and what came out.
    "entrypoint": "code",
    "algorithmName": "image",
    "datasets": "input",
    "modelName": "input",
    "modelNames": "input",
    "modelPackages": "input",
    "asyncInferenceConfig": "output",
    "dataCaptureConfig": "output",
    "exitMessage": "status",
    "status": "status",
    "ruleEvaluations": "status",
    "partialFailures": "status",
    "trainingJobStatusCounters": "metric",
    "objectiveStatusCounters": "metric",
    "tuningJobCompletionDetails": "metric",
    "deployedEndpoint": "registry",
    "endpointConfigName": "registry",
}
"""Keys of `run.job`. Any other is a setting that the job ran with."""

JOB_DEFAULT: Final = "parameter"

VARIANTS: Final = ("productionVariants", "shadowProductionVariants")
"""Keys of `run.job` that hold what an endpoint's traffic is split into, each part by its name."""

DEFINITIONS: Final = "definitions"
"""Key of `run.job` that holds the several definitions of one tuning, each with a name."""

OBJECTIVE: Final = "objective"
"""Key of `run.job` for what a tuning or AutoML job looks for, which its configuration says too."""

FREE_SETTINGS: Final = frozenset({"hyperparameters", "environment"})
"""Keys of `run.job` under which an author names settings as they like."""

CODE_SETTINGS: Final = frozenset({"sagemaker_program", "sagemaker_submit_directory"})
"""Settings, in lower case, by which SageMaker's containers find their code."""

BEST: Final[Mapping[str, str]] = {"hyperparameters": "metric"}
"""Keys of a tuning's or AutoML job's best result: what it found is measured, and not set. Its value is a metric of the
step's already, and what it looked for is a setting of the job."""

BESTS: Final = ("bestTrainingJob", "overallBestTrainingJob", "bestCandidate")

DETAILS: Final[Mapping[str, str]] = {
    "checkType": "parameter",
    "skipCheck": "parameter",
    "registerNewBaseline": "parameter",
    "outputParameters": "metric",
}
"""Keys of `run.details`. What a Lambda or Callback step answered is measured: a run comes to it. All other keys are
ids and locations, which stand in the ports or are new in every run."""

REGISTRY: Final[Mapping[str, str | None]] = {
    "modelPackageArn": None,
    "modelPackageGroup": None,
    "version": None,
    "createdBy": None,
    "lastModifiedBy": None,
    "inferenceImage": None,
    "modelData": None,
    "modelMetrics": None,
    "generatedBy": None,
    "containers": None,
    "commitId": "code",
    "repository": "code",
}
"""Keys of `registry`. Any other is what the registry says of the package."""

CONTAINER: Final[Mapping[str, str]] = {
    "imageDigest": "image",
    "framework": "image",
    "additionalData": "input",
    "hostname": "registry",
}
"""Keys of a package's containers; image and model stand in the step's own settings, and an ETag is its file's own."""

SECURITY: Final[Mapping[str, str | None]] = {
    "image": "image",
    "images": None,
    "instanceCount": "resources",
    "rootAccess": None,
    "source": None,
    "notes": None,
}
"""Keys of `security`. Any other is a setting that protects."""

RESOURCES: Final[Mapping[str, str]] = {
    "AWS::Lambda::Function": "code",
    "AWS::SageMaker::ModelPackageGroup": "registry",
    "AWS::SageMaker::Model": "registry",
    "AWS::SageMaker::Endpoint": "registry",
    "AWS::SageMaker::EndpointConfig": "registry",
    "AWS::SageMaker::InferenceComponent": "registry",
}
"""What a step names, by CloudFormation's type. Any other is a resource that it uses."""

EXECUTION: Final[Mapping[str, str | None]] = {
    "arn": None,
    "displayName": None,
    "description": None,
    "createdBy": None,
    "lastModifiedBy": None,
    "pipelineVersionId": None,
    "pipelineExperimentConfig": None,
    "status": "status",
    "failureReason": "status",
    "roleArn": "security",
    "selectiveExecutionConfig": "cache",
    "parallelismConfiguration": "resources",
}
"""Keys of `execution`. Any other is a setting that it was started with."""

POSTURE: Final[Mapping[str, tuple[str, ...]]] = {
    "owner": ("account",),
    "encryption": ("kmsKeyId", "bucketKey", "blockedTypes"),
    "versioning": ("mfaDelete",),
    "publicAccess": ("bucketBlock", "policyIsPublic", "publicGrants", "objectOwnership"),
}
"""What is compared of a bucket's posture beside the strings in `s3`: facts, and not what is concluded from them."""

POSTURE_FULL: Final = ("tlsOnly", "loggingTarget", "objectLock", "lifecycleRules", "replicationTargets")
"""What only `posture=full` asks."""

DESCRIBED: Final = frozenset(
    {
        "processing-job",
        "training-job",
        "transform-job",
        "hyper-parameter-tuning-job",
        "automl-job",
        "model",
        "model-package",
        "endpoint",
        "endpoint-config",
        "inference-component",
    }
)
"""Things that have a description; one without is one whose description was not read."""

SERVING: Final = frozenset({"endpoint", "inference-component", "model-package"})
"""Things that have a status of their own once the step is over."""

SERVES: Final = frozenset({"model", "endpoint-config", "endpoint", "inference-component"})
"""Things between a model package and the requests that it answers."""
