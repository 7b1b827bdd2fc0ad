"""Findings in AWS's Security Finding Format, for Security Hub's BatchImportFindings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib import HOME_URL, __version__
from chalicelib.core.values.doc import docs_at, text_at
from chalicelib.core.values.model import UNKNOWN
from chalicelib.formats.exports.export import Answer
from chalicelib.formats.exports.finding import Told, told

Json = Mapping[str, Any]

PRODUCT = "sagemaker-lineage"
TYPES = ["Software and Configuration Checks/AWS Security Best Practices"]
NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)

# https://docs.aws.amazon.com/securityhub/latest/userguide/asff-required-attributes.html and the pages after it.
MAX_TITLE, MAX_DESCRIPTION, MAX_ID, MAX_TEXT, MAX_FIELD = 256, 1024, 512, 512, 2048
MAX_NAME = 256
MAX_RESOURCES, MAX_REQUIREMENTS, MAX_RELATED = 32, 32, 10


def write(answers: Sequence[Answer]) -> list[Json]:
    """Return a finding of the format for each finding of an account, as an array; 100 of them go in one call.

    Both its times are those of the pipeline's last activity: who sends it may give a later one. Each pipeline needs its
    ARN: a definition file has no account.
    """
    return [_finding(each) for each in told(answers)]


def _finding(each: Told) -> Json:
    time = (each.time or NO_TIME).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "SchemaVersion": "2018-10-08",
        "Id": _cut(f"{PRODUCT}/{each.uid}", MAX_ID),
        "ProductArn": _product(each),
        "ProductName": "SageMaker Lineage",
        "CompanyName": "SageMaker Lineage",
        "GeneratorId": f"{PRODUCT}/{each.finding['rule']}",
        "AwsAccountId": each.account,
        "CreatedAt": time,
        "UpdatedAt": time,
        "Title": _cut(each.title, MAX_TITLE),
        "Description": _cut(each.desc, MAX_DESCRIPTION),
        "FindingProviderFields": {
            "Severity": {"Label": each.finding["severity"].upper(), "Original": each.finding["severity"]},
            "Types": TYPES,
            **_related(each),
        },
        "Compliance": {
            "Status": "WARNING" if each.doubtful else "FAILED",
            "RelatedRequirements": each.finding["controls"][:MAX_REQUIREMENTS],
        },
        "Remediation": {
            "Recommendation": {"Text": _cut(each.finding["remediation"]["desc"], MAX_TEXT), "Url": HOME_URL}
        },
        "ProductFields": dict(_fields(each)),
        "Resources": [*(_resource(each, resource) for resource in _about(each)), _pipeline(each)],
        "RecordState": "ACTIVE",
        **({"Workflow": {"Status": "SUPPRESSED"}} if each.suppressed else {}),
    }


def _product(each: Told) -> str:
    return f"arn:{each.partition}:securityhub:{each.region}:{each.account}:product/{each.account}/default"


def _related(each: Told) -> Json:
    related = each.finding.get("related", ())[:MAX_RELATED]
    found = [{"ProductArn": _product(each), "Id": _cut(f"{PRODUCT}/{uid}", MAX_ID)} for uid in related]
    return {"RelatedFindings": found} if found else {}


def _fields(each: Told) -> Iterator[tuple[str, str]]:
    """Yield what the format has no attribute for."""
    path = [each.uris.get(place, place.partition(":")[2]) for place in each.finding["path"]]
    accepted = each.finding.get("suppression", {})
    told_of = {
        "version": __version__,
        "rule": each.finding["rule"],
        "pipeline": text_at(each.answer, "pipeline", "name") or "",
        "path": " → ".join(path),
        "evidence": json.dumps(each.finding["evidence"], ensure_ascii=False, sort_keys=True),
        "suppressedFor": accepted.get("reason", ""),
        "suppressedUntil": accepted.get("expires", ""),
    }
    for name, value in told_of.items():
        if value:
            yield f"{PRODUCT}/{name}", _cut(value, MAX_FIELD)


def _about(each: Told) -> Sequence[Json]:
    return docs_at(each.finding, "resources")[: MAX_RESOURCES - 1]


def _resource(each: Told, resource: Json) -> Json:
    kind, name = resource["type"], resource["name"]
    if kind == "AWS::S3::Bucket":
        region = each.buckets.get(name, {}).get("region", UNKNOWN)
        return {
            "Type": "AwsS3Bucket",
            "Id": resource["uid"],
            "Partition": each.partition,
            **({"Region": region} if region != UNKNOWN else {}),
            "Details": {"AwsS3Bucket": {"Name": name}},
        }
    if kind == "account":
        return {"Type": "AwsAccount", "Id": f"AWS::::Account:{name}", "Partition": each.partition}
    return _other(each, f"{text_at(each.answer, 'pipeline', 'arn')}/step/{name}", "step", name)


def _pipeline(each: Told) -> Json:
    arn = text_at(each.answer, "pipeline", "arn") or ""
    return _other(each, arn, "AWS::SageMaker::Pipeline", text_at(each.answer, "pipeline", "name") or arn)


def _other(each: Told, identity: str, kind: str, name: str) -> Json:
    return {
        "Type": "Other",
        "Id": _cut(identity, MAX_ID),
        "Partition": each.partition,
        "Region": each.region,
        "Details": {"Other": {"type": kind, "name": _cut(name, MAX_NAME)}},
    }


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
