"""Reads of what serves the models of a region: endpoints, configurations, models, components, packages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.aws import sagemaker
from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question
from chalicelib.core.account.serving import EMPTY, Serving
from chalicelib.core.runs.job_facts.pieces import containers_of, model_data_of, specifications_of
from chalicelib.core.values.doc import dig, docs_at, text_at, time_at
from chalicelib.core.values.model import Doc, Gap, Response
from chalicelib.formats.run import to_time

Json = dict[str, Any]


class Asker(Protocol):
    """Reader of AWS's answers: a scan with all its patience, or a request within its deadline."""

    def responses(self, questions: Sequence[Question]) -> list[Response]:
        """Return the response to each question, asked side by side."""

    def items(self, question: Question, key: str) -> tuple[list[Doc], Gap | None]:
        """Return every item of a list, page after page, and what ended the reading early, if something did."""


@dataclass(slots=True)
class Approvals:
    """What the lists say of packages, by ARN, and of which approvals there is a whole list.

    What is in neither list waits for its approval, or takes none.
    """

    listed: dict[str, str] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)

    def differ(self, arn: str, known: str | None) -> bool:
        """Return whether a package has another approval than the one that is known, by what the lists say."""
        now = self.listed.get(arn)
        return now != known if now is not None else known in self.whole


@dataclass(slots=True)
class ServingRead:
    """Result: the serving document, what could not be read (by IAM action), approvals, what is described, and gone."""

    document: Json
    refused: dict[str, Gap] = field(default_factory=dict)
    approvals: Approvals = field(default_factory=Approvals)
    packages: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Watched:
    """Packages by ARN: whose approval matters beside those that serve, and which to describe anew.

    Of the `old` those are, of which no list tells the approval; the `changed` are in any case.
    """

    others: Collection[str] = ()
    old: Collection[str] = ()
    changed: Collection[str] = ()


def read_serving(asker: Asker, before: Serving, watched: Watched = Watched()) -> ServingRead:
    """Return what serves now; `before` is what did, and saves the describes of all that has not changed since.

    A list that is refused leaves what was known.
    """
    got = ServingRead({name: [] for name in EMPTY})
    kept = {name: {each["name"]: each for each in before.get(name, ())} for name in EMPTY if name != "packages"}
    endpoints = _listed(asker, got, sagemaker.endpoints(), "Endpoints", kept["endpoints"])
    components = _listed(asker, got, sagemaker.inference_components(), "InferenceComponents", kept["components"])
    fresh: set[str] = set()  # models that something new or changed loads: one of that name may be another by now
    _read_endpoints(asker, got, endpoints, kept, fresh)
    _read_components(asker, got, components, kept["components"], fresh)
    _read_models(asker, got, kept["models"], fresh)
    _read_packages(asker, got, {each["arn"]: each for each in before.get("packages", ())}, watched)
    for entries in got.document.values():
        entries.sort(key=lambda each: each.get("name") or each["arn"])
    return got


def _listed(asker: Asker, got: ServingRead, question: Any, key: str, kept: Mapping[str, Json]) -> list[Doc]:
    """Return the summaries of a list; of what could not be read, those that the last scan saw."""
    items, gap = asker.items(question, key)
    if gap is None:
        return items
    _refuse(got, gap, question.action)
    word = key.removesuffix("s")
    seen = {text_at(item, f"{word}Name") for item in items}
    return [*items, *({f"{word}Name": name, "kept": True} for name in kept if name not in seen)]


def _refuse(got: ServingRead, gap: Gap, action: str) -> None:
    got.refused.setdefault(action, gap)


def _ask(
    asker: Asker, got: ServingRead, operation: str, argument: str, names: Iterable[str]
) -> Iterable[tuple[str, Doc]]:
    """Yield (name, description) of each thing that could be described."""
    wanted = sorted(set(names))
    questions = [sagemaker.description(operation, {argument: name}, name, 0.0) for name in wanted]
    for question, name, answer in zip(questions, wanted, asker.responses(questions), strict=True):
        if isinstance(answer, Mapping):
            yield name, answer
        elif isinstance(answer, Gap) and kind_of(answer) != "gone":
            _refuse(got, answer, question.action)
        else:
            got.gone.add(name)


def _changed(item: Doc, known: Json | None, word: str) -> bool:
    if known is None or item.get("kept"):
        return known is None
    facts = to_time(time_at(item, "LastModifiedTime")), text_at(item, f"{word}Status")
    return facts != (known.get("lastModifiedTime"), known.get("status"))


def _read_endpoints(
    asker: Asker, got: ServingRead, items: list[Doc], kept: Mapping[str, Mapping[str, Json]], fresh: set[str]
) -> None:
    known, configurations = kept["endpoints"], kept["configurations"]
    names = {text_at(item, "EndpointName") or "": item for item in items}
    untold = {name for name, each in known.items() if each["config"] is None}  # the list alone was to be had
    again = [name for name, item in names.items() if name in untold or _changed(item, known.get(name), "Endpoint")]
    read = {name: _endpoint(name, answer) for name, answer in _ask(asker, got, *_ENDPOINT, again)}
    got.document["endpoints"] = [
        read.get(name) or known.get(name) or _endpoint(name, item)  # the list alone, where no more may be read
        for name, item in names.items()
        if name not in got.gone
    ]
    wanted = {each["config"] for each in got.document["endpoints"] if each["config"]}
    changed = {each["config"] for each in read.values()}
    new = [name for name in wanted if name in changed or name not in configurations]
    described_now = {name: _configuration(name, answer) for name, answer in _ask(asker, got, *_CONFIGURATION, new)}
    got.document["configurations"] = [
        described_now.get(name) or configurations[name]
        for name in wanted
        if name in described_now or name in configurations
    ]
    fresh.update(model for each in described_now.values() for model in each["models"])


_ENDPOINT = "describe_endpoint", "EndpointName"
_CONFIGURATION = "describe_endpoint_config", "EndpointConfigName"
_COMPONENT = "describe_inference_component", "InferenceComponentName"
_MODEL = "describe_model", "ModelName"
_PACKAGE = "describe_model_package", "ModelPackageName"
_PACKAGE_ARN = "ModelPackageArn"


def _endpoint(name: str, answer: Doc) -> Json:
    return {
        "name": text_at(answer, "EndpointName") or name,
        "arn": text_at(answer, "EndpointArn"),
        "status": text_at(answer, "EndpointStatus"),
        "config": text_at(answer, "EndpointConfigName"),
        "lastModifiedTime": to_time(time_at(answer, "LastModifiedTime")),
    }


def _configuration(name: str, answer: Doc) -> Json:
    variants = (*docs_at(answer, "ProductionVariants"), *docs_at(answer, "ShadowProductionVariants"))
    capture = dig(answer, "DataCaptureConfig", "EnableCapture") is not False
    return {
        "name": name,
        "arn": text_at(answer, "EndpointConfigArn"),
        "models": sorted({model for variant in variants if (model := text_at(variant, "ModelName"))}),
        "capture": text_at(answer, "DataCaptureConfig", "DestinationS3Uri") if capture else None,
    }


def _read_components(
    asker: Asker, got: ServingRead, items: list[Doc], known: Mapping[str, Json], fresh: set[str]
) -> None:
    names = {text_at(item, "InferenceComponentName") or "": item for item in items}
    again = [name for name, item in names.items() if _changed(item, known.get(name), "InferenceComponent")]
    read = {name: _component(name, answer) for name, answer in _ask(asker, got, *_COMPONENT, again)}
    got.document["components"] = [read.get(name) or known[name] for name in names if name in read or name in known]
    fresh.update(each["model"] for each in read.values() if each["model"])


def _component(name: str, answer: Doc) -> Json:
    several = specifications_of(answer)
    files = {artifact for each in several if (artifact := text_at(each, "Container", "ArtifactUrl"))}
    models = [model for each in several if (model := text_at(each, "ModelName"))]
    return {
        "name": name,
        "arn": text_at(answer, "InferenceComponentArn"),
        "status": text_at(answer, "InferenceComponentStatus"),
        "lastModifiedTime": to_time(time_at(answer, "LastModifiedTime")),
        "endpoint": text_at(answer, "EndpointName"),
        "model": models[0] if models else None,
        "data": [[file, "object"] for file in sorted(files)],
    }


def _read_models(asker: Asker, got: ServingRead, known: Mapping[str, Json], fresh: set[str]) -> None:
    served = {model for each in got.document["configurations"] for model in each["models"]}
    served |= {each["model"] for each in got.document["components"] if each["model"]}
    again = [name for name in served if name in fresh or name not in known]
    read = {name: _model(name, answer) for name, answer in _ask(asker, got, *_MODEL, again)}
    got.document["models"] = [read.get(name) or known[name] for name in served if name in read or name in known]


def _model(name: str, answer: Doc) -> Json:
    arn = text_at(answer, "ModelArn")
    packages: set[str] = set()
    files: set[tuple[str, str]] = set()
    for container in containers_of(answer):
        package = text_at(container, "ModelPackageName")
        if package is not None:
            packages.add(
                package
                if package.startswith("arn:")
                else f"{(arn or '').partition(':model/')[0]}:model-package/{package}"
            )
        else:
            files |= _files(container)
    return {"name": name, "arn": arn, "packages": sorted(packages), "data": [list(each) for each in sorted(files)]}


def _files(container: Doc) -> set[tuple[str, str]]:
    """Return where a container's model lies: one object, or all that begins with a prefix."""
    location = model_data_of(container)
    if location is None:
        return set()
    kind = text_at(container, "ModelDataSource", "S3DataSource", "S3DataType")
    several = kind == "S3Prefix" or text_at(container, "Mode") == "MultiModel"
    return {(location, "prefix" if several else "object")}


def _read_packages(asker: Asker, got: ServingRead, known: Mapping[str, Json], watched: Watched) -> None:
    """Describe the packages in service or approved that are new here, or of which the lists tell something else.

    An approval stands in the lists, so that no package need be described for it.
    """
    served = {arn for each in got.document["models"] for arn in each["packages"]}
    approved = _list_approvals(asker, got, "Approved", known)
    if (served | {*known} | {*watched.others}) - approved:
        _list_approvals(asker, got, "Rejected", known)
    wanted = served | approved
    again = {
        arn
        for arn in wanted
        if arn not in known
        or arn in watched.changed
        or (arn in watched.old and arn not in got.approvals.listed)
        or got.approvals.differ(arn, known[arn]["approval"])
    }
    read = {arn: _package(arn, answer) for arn, answer in _ask(asker, got, *_PACKAGE, again)}
    got.packages = {*read}
    have = {**known, **read}
    got.document["packages"] = [have[arn] for arn in wanted if arn in have and arn not in got.gone]


def _list_approvals(asker: Asker, got: ServingRead, approval: str, known: Mapping[str, Json]) -> set[str]:
    """Return the packages that have an approval; where the list is refused, those that had it."""
    question = sagemaker.packages(approval)
    items, gap = asker.items(question, "ModelPackageSummaryList")
    if gap is None:
        got.approvals.whole.add(approval)
    else:
        _refuse(got, gap, question.action)
    found = {
        arn: text_at(item, "ModelApprovalStatus") or approval for item in items if (arn := text_at(item, _PACKAGE_ARN))
    }
    had = {arn for arn, each in known.items() if each["approval"] == approval} if gap is not None else set()
    got.approvals.listed = {**dict.fromkeys(had, approval), **found, **got.approvals.listed}
    return {arn for arn, each in got.approvals.listed.items() if each == approval}


def _package(arn: str, answer: Doc) -> Json:
    files: set[tuple[str, str]] = set()
    for container in docs_at(answer, "InferenceSpecification", "Containers"):
        files |= _files(container)
    return {
        "arn": text_at(answer, "ModelPackageArn") or arn,
        "group": text_at(answer, "ModelPackageGroupName"),
        "version": answer.get("ModelPackageVersion"),
        "approval": text_at(answer, "ModelApprovalStatus"),
        "status": text_at(answer, "ModelPackageStatus"),
        "data": [list(each) for each in sorted(files)],
        "madeBy": text_at(answer, "MetadataProperties", "GeneratedBy"),
    }
