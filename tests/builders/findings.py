"""Findings as their readers check them: OCSF events by its schema, ASFF by AWS's description and documented limits."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape
from botocore.validate import ParamValidator
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from chalicelib.formats.exports.ocsf import VERSION

LONGEST = {"Id": 512, "Title": 256, "Description": 1024, "GeneratorId": 512}
MAX_BYTES = 240_000


@cache
def shape() -> Shape:
    """A finding, as AWS's own description of the service has it."""
    model = ServiceModel(Loader().load_service_model("securityhub", "service-2"), "securityhub")
    return model.shape_for("AwsSecurityFinding")


def asff_problems(finding: Any) -> list[str]:
    """What AWS's description, and the limits that its documents name, say against a finding."""
    report = ParamValidator().validate(finding, shape())
    if report.has_errors():
        return [report.generate_report()]
    found = []
    found += [f"{name} is too long" for name, most in LONGEST.items() if len(finding[name]) > most]
    found += [f"{name} is empty" for name, value in texts(finding) if not value.strip()]
    known = set(shape().members)  # type: ignore[attr-defined]
    found += [f"{name} is not known" for name in finding if name not in known]
    if len(json.dumps(finding).encode()) > MAX_BYTES:
        found.append("it is too large")
    if len(finding["Resources"]) > 32 or any(len(each["Id"]) > 512 for each in finding["Resources"]):
        found.append("its resources are too many or too long")
    if any(len(key) > 128 or len(value) > 2048 for key, value in finding["ProductFields"].items()):
        found.append("its product fields are too long")
    return found


def texts(value: Any, name: str = "") -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(name, value)]
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [text for key, child in below for text in texts(child, f"{name}/{key}")]


@cache
def validator(class_uid: int, profiles: tuple[str, ...]) -> Draft202012Validator:
    """Of one class of events, made of the schema that OCSF publishes."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=VERSION))
    return Draft202012Validator(schema.get_class_schema(schema.lookup_class_name_from_uid(class_uid), list(profiles)))


def ocsf_problems(event: Any) -> list[str]:
    checked = validator(event["class_uid"], tuple(event["metadata"].get("profiles", ())))
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in checked.iter_errors(event)]
