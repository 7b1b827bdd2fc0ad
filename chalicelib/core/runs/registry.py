"""Registrations: what the model registry says of a package, and where this pipeline deployed it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from chalicelib.core.runs.job_facts.pieces import containers_of, model_data_of
from chalicelib.core.runs.jobs import follow_ups, name_in, same_thing
from chalicelib.core.values.doc import NOTHING, dig, docs_at, int_at, present, text_at, time_at
from chalicelib.core.values.model import Doc, JobRef
from chalicelib.core.values.redaction import redact, redact_text


class Container(NamedTuple):
    """Inference container of a package: its image (and the digest that the registry resolved) and its model.

    `additional_data` is what it loads beside the model; `framework` says which version too.
    """

    image: str | None = None
    image_digest: str | None = None
    model_data: str | None = None
    model_data_etag: str | None = None
    additional_data: str | None = None
    framework: str | None = None
    hostname: str | None = None


class Deployment(NamedTuple):
    """Endpoint that a step of this pipeline made and that serves a package.

    `by` is how that is known: `modelPackage` (the served model names the package) or `modelData` (it has the
    package's model file).
    """

    endpoint: str
    arn: str | None
    by: str


class Registration(NamedTuple):
    """Model package as the registry has it now; `None` and empty mean "not said, or not read".

    `created_by` and `modified_by` have `userProfile`, `domainId`, `userProfileArn` and `identityArn`, where AWS says.
    `model_metrics` and `drift_baselines` are locations by dotted name (`ModelQuality.Statistics`).
    """

    arn: str
    group: str | None = None
    version: int | None = None
    status: str | None = None
    approval_status: str | None = None
    approval_description: str | None = None
    description: str | None = None
    created: datetime | None = None
    created_by: Mapping[str, str] = NOTHING
    modified: datetime | None = None
    modified_by: Mapping[str, str] = NOTHING
    containers: tuple[Container, ...] = ()
    model_metrics: Mapping[str, str] = NOTHING
    drift_baselines: Mapping[str, str] = NOTHING
    commit: str | None = None
    repository: str | None = None
    customer_metadata: Mapping[str, str] = NOTHING
    endpoints: tuple[Deployment, ...] = ()
    facts: Mapping[str, Any] = NOTHING


def parse_registration(ref: JobRef, description: Doc | None, deployments: Iterable[Deployment] = ()) -> Registration:
    """Return the registration behind a RegisterModel step; without a description, what the package's ARN says."""
    name, _, version = name_in(ref.arn).partition("/")
    response: Doc = description or {}
    versioned = version.isdigit()
    approval = text_at(response, "ApprovalDescription")
    text = text_at(response, "ModelPackageDescription")
    return Registration(
        arn=text_at(response, "ModelPackageArn") or ref.arn,
        group=text_at(response, "ModelPackageGroupName") or (name if versioned else None),
        version=int_at(response, "ModelPackageVersion") or (int(version) if versioned else None),
        status=text_at(response, "ModelPackageStatus"),
        approval_status=text_at(response, "ModelApprovalStatus"),
        approval_description=redact_text(approval) if approval else None,
        description=redact_text(text) if text else None,
        created=time_at(response, "CreationTime"),
        created_by=_person(response.get("CreatedBy")),
        modified=time_at(response, "LastModifiedTime"),
        modified_by=_person(response.get("LastModifiedBy")),
        containers=tuple(_container(each) for each in docs_at(response, "InferenceSpecification", "Containers")),
        model_metrics=_locations(response.get("ModelMetrics")),
        drift_baselines=_locations(response.get("DriftCheckBaselines")),
        commit=text_at(response, "MetadataProperties", "CommitId"),
        repository=_text(response, "MetadataProperties", "Repository"),
        customer_metadata=redact(response.get("CustomerMetadataProperties") or {}),
        endpoints=tuple(deployments),
        facts=_facts(response),
    )


def deployments_of(package: JobRef, descriptions: Mapping[JobRef, Doc]) -> tuple[Deployment, ...]:
    """Return the endpoints that serve `package`, as far as their chain of `descriptions` was read."""
    data = {
        location
        for container in docs_at(descriptions.get(package), "InferenceSpecification", "Containers")
        if (location := model_data_of(container))
    }
    read = {same_thing(ref): response for ref, response in descriptions.items()}
    found: dict[str, Deployment] = {}
    for ref, response in descriptions.items():
        if ref.kind not in ("Endpoint", "InferenceComponent"):
            continue
        for model in _models_behind(ref, response, read):
            by = _link(model, package.arn, data)
            endpoint = text_at(response, "EndpointName") or name_in(ref.arn)
            if by and (endpoint not in found or by == "modelPackage"):
                arn = text_at(response, "EndpointArn") or (ref.arn if ref.kind == "Endpoint" else None)
                found[endpoint] = Deployment(endpoint, arn, by)
    return tuple(found[name] for name in sorted(found))


def _models_behind(ref: JobRef, response: Doc, read: Mapping[tuple[str, str], Doc]) -> Iterator[Doc]:
    """Yield the model descriptions at the end of an endpoint's chain."""
    for following in follow_ups(ref, response):
        next_answer = read.get(same_thing(following))
        if next_answer is None:
            continue
        if following.kind == "Model":
            yield next_answer
        else:
            yield from _models_behind(following, next_answer, read)


def _link(model: Doc, package_arn: str, data: set[str]) -> str | None:
    containers = containers_of(model)
    named = {text_at(container, "ModelPackageName") for container in containers}
    if package_arn in named or name_in(package_arn) in named:
        return "modelPackage"
    return "modelData" if any(model_data_of(container) in data for container in containers) else None


def _container(document: Doc) -> Container:
    return Container(
        image=text_at(document, "Image"),
        image_digest=text_at(document, "ImageDigest"),
        model_data=model_data_of(document),
        model_data_etag=text_at(document, "ModelDataETag"),
        additional_data=text_at(document, "AdditionalS3DataSource", "S3Uri"),
        hostname=text_at(document, "ContainerHostname"),
        framework=" ".join(part for key in ("Framework", "FrameworkVersion") if (part := text_at(document, key)))
        or None,
    )


def _person(document: Any) -> dict[str, str]:
    return present(
        userProfile=text_at(document, "UserProfileName"),
        userProfileArn=text_at(document, "UserProfileArn"),
        domainId=text_at(document, "DomainId"),
        identityArn=text_at(document, "IamIdentity", "Arn"),
        sourceIdentity=text_at(document, "IamIdentity", "SourceIdentity"),
    )


def _locations(document: Any, name: str = "") -> dict[str, str]:
    """Return every `S3Uri` in a tree of metrics sources, by the names above it."""
    if not isinstance(document, Mapping):
        return {}
    found: dict[str, str] = {}
    for key, value in document.items():
        if key == "S3Uri" and isinstance(value, str):
            found[name] = value
        else:
            found |= _locations(value, f"{name}.{key}" if name else key)
    return found


def _text(document: Doc, *path: str) -> str | None:
    text = text_at(document, *path)
    return redact_text(text) if text else None


def _facts(response: Doc) -> dict[str, Any]:
    specification = dig(response, "InferenceSpecification")
    return present(
        registrationType=text_at(response, "ModelPackageRegistrationType"),
        generatedBy=_text(response, "MetadataProperties", "GeneratedBy"),
        projectId=text_at(response, "MetadataProperties", "ProjectId"),
        domain=text_at(response, "Domain"),
        task=text_at(response, "Task"),
        samplePayloadUrl=_text(response, "SamplePayloadUrl"),
        sourceUri=_text(response, "SourceUri"),
        kmsKeyId=text_at(response, "SecurityConfig", "KmsKeyId"),
        lifeCycle=redact(response.get("ModelLifeCycle")),
        modelCardStatus=text_at(response, "ModelCard", "ModelCardStatus"),
        contentTypes=dig(specification, "SupportedContentTypes"),
        responseTypes=dig(specification, "SupportedResponseMIMETypes"),
        realtimeInstanceTypes=dig(specification, "SupportedRealtimeInferenceInstanceTypes"),
        transformInstanceTypes=dig(specification, "SupportedTransformInstanceTypes"),
        sourceAlgorithms=[
            present(name=text_at(each, "AlgorithmName"), modelData=model_data_of(each))
            for each in docs_at(response, "SourceAlgorithmSpecification", "SourceAlgorithms")
        ],
        validations=[
            redact(each)
            for family in ("ValidationStatuses", "ImageScanStatuses")
            for each in docs_at(response, "ModelPackageStatusDetails", family)
        ],
        skipModelValidation=text_at(response, "SkipModelValidation"),
        managedStorageType=text_at(response, "ManagedStorageType"),
        additionalSpecifications=redact(response.get("AdditionalInferenceSpecifications")),
    )
