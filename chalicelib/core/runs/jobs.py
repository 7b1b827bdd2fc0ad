"""Jobs and other things that steps make: which question describes each, and what its description says."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.core.runs.job_facts.auto_ml import read_auto_ml
from chalicelib.core.runs.job_facts.pieces import containers_of, specifications_of
from chalicelib.core.runs.job_facts.processing import read_processing, read_transform
from chalicelib.core.runs.job_facts.serving import (
    read_endpoint,
    read_endpoint_config,
    read_inference_component,
    read_model,
    read_model_package,
)
from chalicelib.core.runs.job_facts.training import read_training, read_tuning
from chalicelib.core.values.doc import NOTHING, docs_at, text_at, time_at
from chalicelib.core.values.model import Doc, JobRef
from chalicelib.core.values.redaction import redact_text


class Job(NamedTuple):
    """Job, model, package or endpoint that a step made; `None` and empty mean that AWS does not say.

    `type` is the resource type in the ARN (`training-job`). `images` are container images in AWS's order.
    `billable_sec` are the seconds that AWS bills. `facts` holds what only this type has, by camel-case name: times as
    datetime, the rest JSON. Nothing here holds a secret.
    """

    type: str
    arn: str
    name: str
    status: str | None = None
    images: tuple[str, ...] = ()
    instance_type: str | None = None
    instance_count: int | None = None
    role_arn: str | None = None
    billable_sec: int | None = None
    failure_reason: str | None = None
    created: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    environment: Mapping[str, str] = NOTHING
    hyperparameters: Mapping[str, str] = NOTHING
    facts: Mapping[str, Any] = NOTHING


class Described(NamedTuple):
    """One kind of thing: how to ask for it, where its name, ARN and status stand in the response, and the rest.

    `by_arn`: the question takes the ARN itself, not the name at the ARN's end.
    """

    operation: str
    argument: str
    prefix: str
    status: str | None
    read: Callable[[Doc], dict[str, Any]]
    by_arn: bool = False

    @property
    def name_key(self) -> str:
        """Return the response's key for the thing's name: the same as the question's argument."""
        return self.argument

    @property
    def arn_key(self) -> str:
        """Return the response's key for the thing's ARN."""
        return self.argument.removesuffix("Name") + "Arn"


def describe_question_of(ref: JobRef) -> tuple[str, dict[str, str]] | None:
    """Return the field of `Reads` and the arguments that describe `ref`; `None` for a kind that is not described."""
    described = DESCRIBED.get(ref.kind)
    if described is None:
        return None
    return described.operation, {described.argument: ref.arn if described.by_arn else name_in(ref.arn)}


def second_question_of(ref: JobRef) -> tuple[str, dict[str, str]] | None:
    """Return what to ask where the first question found nothing: the version 1 call for an AutoML job, else `None`.

    DescribeAutoMLJobV2 describes jobs of both versions, DescribeAutoMLJob its own only.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAutoMLJobV2.html
    """
    return ("describe_auto_ml_job", {"AutoMLJobName": name_in(ref.arn)}) if ref.kind == "AutoMLJob" else None


def follow_ups(ref: JobRef, description: Doc) -> tuple[JobRef, ...]:
    """Return what else must be described to tell the whole story of `ref`, one link further.

    Of a tuning, its best training job (for its model and metrics). Of an endpoint, its configuration, and of that its
    models, which name the package that they serve. Of an inference component or a batch transform, its model (for
    image, role and isolation). Of a model, the packages that hold its data; of a processing job, the feature groups
    that it writes to, which name their offline store.
    """
    named = FOLLOWED.get(ref.kind)
    return tuple(dict.fromkeys(named(ref, description))) if named else ()


def same_thing(ref: JobRef) -> tuple[str, str]:
    """Return what two references to one thing have in common: SageMaker does not tell names apart by case."""
    described = DESCRIBED.get(ref.kind)
    return (described.operation if described else ref.kind, ref.arn.lower())


def description_of(ref: JobRef | None, descriptions: Mapping[JobRef, Doc]) -> Doc | None:
    """Return the description of `ref`, perhaps read under another reference to the same thing.

    `None` where it was not read.
    """
    if ref is None or ref in descriptions:
        return descriptions[ref] if ref is not None else None
    thing = same_thing(ref)
    return next((response for other, response in descriptions.items() if same_thing(other) == thing), None)


def best_of_tuning(ref: JobRef, description: Doc, descriptions: Mapping[JobRef, Doc]) -> Doc | None:
    """Return the description of a tuning's best training job, `None` where it was not read."""
    best = follow_ups(ref, description) if ref.kind == "TuningJob" else ()
    return description_of(best[0], descriptions) if best else None


def things_described(descriptions: Mapping[JobRef, Doc]) -> dict[str, Doc]:
    """Return the descriptions by ARN in lower case, under which whoever uses a thing finds it."""
    return {ref.arn.lower(): description for ref, description in descriptions.items()}


def name_in(arn: str) -> str:
    """Return the name at an ARN's end: `job` of `arn:…:training-job/job`, `group/3` of `…:model-package/group/3`."""
    resource = arn.split(":", 5)[-1]
    return resource.split("/", 1)[-1]


def parse_job(ref: JobRef, description: Doc | None) -> Job:
    """Return what is known of `ref`: what its description says, or what its ARN says where there is no description."""
    resource = ref.arn.split(":", 5)[-1]
    kind = resource.split("/", 1)[0] if "/" in resource else ref.kind
    described = DESCRIBED.get(ref.kind)
    if described is None or not description:
        return Job(kind, ref.arn, name_in(ref.arn))
    failure = text_at(description, "FailureReason")
    return Job(
        type=kind,
        arn=text_at(description, described.arn_key) or ref.arn,
        name=(None if described.by_arn else text_at(description, described.name_key)) or name_in(ref.arn),
        status=text_at(description, described.status) if described.status else None,
        failure_reason=redact_text(failure) if failure else None,
        created=time_at(description, "CreationTime"),
        **described.read(description),
    )


# --- From one thing to the next -------------------------------------------------------------------------


def _sibling(ref: JobRef, kind: str, name: str) -> JobRef:
    """Return a reference to a thing of another kind in the same account and Region, by its name."""
    return JobRef(kind, f"{':'.join(ref.arn.split(':', 5)[:5])}:{DESCRIBED[kind].prefix}/{name}")


def _after_tuning(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    arn = text_at(response, "BestTrainingJob", "TrainingJobArn")
    name = text_at(response, "BestTrainingJob", "TrainingJobName")
    if arn or name:
        yield JobRef("TrainingJob", arn) if arn else _sibling(ref, "TrainingJob", name or "")


def _after_transform(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    if name := text_at(response, "ModelName"):
        yield _sibling(ref, "Model", name)


def _after_endpoint(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    if name := text_at(response, "EndpointConfigName"):
        yield _sibling(ref, "EndpointConfig", name)


def _after_endpoint_config(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    for variant in docs_at(response, "ProductionVariants") + docs_at(response, "ShadowProductionVariants"):
        if name := text_at(variant, "ModelName"):
            yield _sibling(ref, "Model", name)


def _after_inference_component(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    for specification in specifications_of(response):
        if name := text_at(specification, "ModelName"):
            yield _sibling(ref, "Model", name)


def _after_model(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    for container in containers_of(response):
        if name := text_at(container, "ModelPackageName"):
            yield JobRef("RegisterModel", name) if name.startswith("arn:") else _sibling(ref, "RegisterModel", name)


def _after_processing(ref: JobRef, response: Doc) -> Iterable[JobRef]:
    for output in docs_at(response, "ProcessingOutputConfig", "Outputs"):
        if name := text_at(output, "FeatureStoreOutput", "FeatureGroupName"):
            yield JobRef("FeatureGroup", name) if name.startswith("arn:") else _sibling(ref, "FeatureGroup", name)


# Packages, feature groups and clusters end the chain.
FOLLOWED: Mapping[str, Callable[[JobRef, Doc], Iterable[JobRef]]] = {
    "TuningJob": _after_tuning,
    "TransformJob": _after_transform,
    "Endpoint": _after_endpoint,
    "EndpointConfig": _after_endpoint_config,
    "InferenceComponent": _after_inference_component,
    "Model": _after_model,
    "ProcessingJob": _after_processing,
}

_PROCESSING = Described(
    "describe_processing_job", "ProcessingJobName", "processing-job", "ProcessingJobStatus", read_processing
)

DESCRIBED: Mapping[str, Described] = {
    "ProcessingJob": _PROCESSING,
    "QualityCheck": _PROCESSING,
    "ClarifyCheck": _PROCESSING,
    "TrainingJob": Described(
        "describe_training_job", "TrainingJobName", "training-job", "TrainingJobStatus", read_training
    ),
    "TransformJob": Described(
        "describe_transform_job", "TransformJobName", "transform-job", "TransformJobStatus", read_transform
    ),
    "TuningJob": Described(
        "describe_hyper_parameter_tuning_job",
        "HyperParameterTuningJobName",
        "hyper-parameter-tuning-job",
        "HyperParameterTuningJobStatus",
        read_tuning,
    ),
    "AutoMLJob": Described("describe_auto_ml_job_v2", "AutoMLJobName", "automl-job", "AutoMLJobStatus", read_auto_ml),
    "Model": Described("describe_model", "ModelName", "model", None, read_model),
    "RegisterModel": Described(
        "describe_model_package",
        "ModelPackageName",
        "model-package",
        "ModelPackageStatus",
        read_model_package,
        by_arn=True,
    ),
    "Endpoint": Described("describe_endpoint", "EndpointName", "endpoint", "EndpointStatus", read_endpoint),
    "EndpointConfig": Described(
        "describe_endpoint_config", "EndpointConfigName", "endpoint-config", None, read_endpoint_config
    ),
    "InferenceComponent": Described(
        "describe_inference_component",
        "InferenceComponentName",
        "inference-component",
        "InferenceComponentStatus",
        read_inference_component,
    ),
    "FeatureGroup": Described(
        "describe_feature_group", "FeatureGroupName", "feature-group", "FeatureGroupStatus", lambda _: {}
    ),
    "Cluster": Described("describe_cluster", "ClusterId", "cluster", None, lambda _: {}),
}
