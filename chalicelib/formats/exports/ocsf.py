"""Findings as events of OCSF 1.6.0: flows as Data Security Findings, controls as Compliance Findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chalicelib import HOME_URL, __version__
from chalicelib.core.findings.rule import SEVERITIES
from chalicelib.core.values.doc import docs_at, present, text_at
from chalicelib.core.values.model import UNKNOWN
from chalicelib.formats.exports.export import Answer
from chalicelib.formats.exports.finding import Told, told

Json = Mapping[str, Any]

VERSION = "1.6.0"
"""The version that Security Hub and Security Lake speak of; the schema has no others here."""

DATA_SECURITY, COMPLIANCE = (2006, "Data Security Finding"), (2003, "Compliance Finding")
SEVERITY_IDS = {severity: 5 - place for place, severity in enumerate(SEVERITIES)}
DSPM = {"detection_system_id": 12, "detection_system": "Data Security Posture Management"}
STANDARDS = {"SecurityHub": "AWS Security Hub", "NIST.800-53.r5": "NIST SP 800-53 Rev. 5"}


def write(answers: Sequence[Answer]) -> list[Json]:
    """Return an event for each finding, at the time of the pipeline's last activity; 0 where a file tells of none."""
    return [_flow(each) if each.finding["rule"].startswith("FLOW") else _control(each) for each in told(answers)]


def _flow(each: Told) -> Json:
    buckets = [resource for resource in _about(each) if resource["type"] == "AWS::S3::Bucket"]
    more = {"evaluation": "Warning"} if each.doubtful else {}
    return {
        **_event(each, DATA_SECURITY),
        "confidence_id": 1 if each.doubtful else 3,
        "confidence": "Low" if each.doubtful else "High",
        "data_security": DSPM,
        **({"databucket": _databucket(each, buckets[0])} if buckets else {}),
        # The class has neither evidence nor remediation.
        "unmapped": {
            **more,
            "evidence": each.finding["evidence"],
            "controls": each.finding["controls"],
            "remediation": {"desc": each.finding["remediation"]["desc"]},
        },
    }


def _control(each: Told) -> Json:
    named = [control.partition(":") for control in each.finding["controls"]]
    return {
        **_event(each, COMPLIANCE),
        "compliance": {
            "control": each.finding["rule"],
            "standards": list(dict.fromkeys(STANDARDS.get(standard, standard) for standard, _, _ in named)),
            "requirements": [requirement for _, _, requirement in named],
            "status_id": 2 if each.doubtful else 3,
            "status": "Warning" if each.doubtful else "Fail",
        },
        "evidences": [{"data": each.finding["evidence"]}],
        "remediation": {"desc": each.finding["remediation"]["desc"]},
    }


def _event(each: Told, kind: tuple[int, str]) -> dict[str, Any]:
    class_uid, class_name = kind
    severity = each.finding["severity"]
    time = each.time
    accepted = each.finding.get("suppression", {})
    return {
        "metadata": {
            "version": VERSION,
            **({"profiles": ["cloud"]} if each.account else {}),
            "product": {
                "name": "SageMaker Lineage",
                "vendor_name": "SageMaker Lineage",
                "uid": "sagemaker-lineage",
                "version": __version__,
                "url_string": HOME_URL,
            },
            "event_code": each.finding["rule"],
        },
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": class_uid,
        "class_name": class_name,
        "activity_id": 1,
        "activity_name": "Create",
        "type_uid": class_uid * 100 + 1,
        "type_name": f"{class_name}: Create",
        "time": int(time.timestamp() * 1000) if time else 0,
        "severity_id": SEVERITY_IDS[severity],
        "severity": severity,
        "status_id": 3 if each.suppressed else 1,
        "status": "Suppressed" if each.suppressed else "New",
        **({"comment": f"{accepted['reason']} (until {accepted['expires']})"} if accepted else {}),
        "message": each.desc,
        "finding_info": {
            "uid": each.uid,
            "title": each.title,
            "desc": each.desc,
            "analytic": {"uid": each.finding["rule"], "name": each.title, "type_id": 1, "type": "Rule"},
            **({"related_events": _related(each)} if each.finding.get("related") else {}),
        },
        **({"cloud": _cloud(each)} if each.account else {}),
        "resources": _resources(each),
    }


def _related(each: Told) -> list[Json]:
    return [{"uid": uid, "type_uid": COMPLIANCE[0] * 100 + 1} for uid in each.finding["related"]]


def _cloud(each: Told) -> Json:
    return {
        "provider": "AWS",
        "region": each.region,
        "cloud_partition": each.partition,
        "account": {"uid": each.account, "type_id": 10, "type": "AWS Account"},
    }


def _about(each: Told) -> Iterator[Json]:
    return iter(docs_at(each.finding, "resources"))


def _resources(each: Told) -> Sequence[Json]:
    """Return what the finding is about, the first with the flow around it, and the pipeline that it was found in."""
    affected: list[Json] = [
        {**_resource(each, resource), "role_id": 3, "role": "Affected"} for resource in _about(each)
    ]
    pipeline = {
        "type": "AWS::SageMaker::Pipeline",
        **present(
            name=text_at(each.answer, "pipeline", "name"),
            uid=text_at(each.answer, "pipeline", "arn"),
            region=each.region,
            cloud_partition=each.partition,
        ),
        "role_id": 4,
        "role": "Related",
    }
    found = [*affected, pipeline]
    if len(each.finding["path"]) > 1:
        found[0] = {**found[0], "resource_relationship": _graph(each)}
    return found


def _resource(each: Told, resource: Json) -> Json:
    facts = present(name=resource["name"], uid=resource["uid"], type=resource["type"])
    return {**facts, **(_where(each, resource) if resource["type"] == "AWS::S3::Bucket" else {})}


def _where(each: Told, bucket: Json) -> Json:
    """Return where a bucket is; without the cloud profile OCSF has no word for it."""
    region = each.buckets.get(bucket["name"], {}).get("region")
    known = region if region != UNKNOWN else None
    return present(region=known, cloud_partition=each.partition) if each.account else {}


def _databucket(each: Told, bucket: Json) -> Json:
    s3 = each.buckets.get(bucket["name"], {})
    access, encryption = s3.get("publicAccess", UNKNOWN), s3.get("encryption", UNKNOWN)
    return {
        "type_id": 1,
        "type": "S3",
        **present(name=bucket["name"], uid=bucket["uid"]),
        **_where(each, bucket),
        **({"is_public": access == "Public"} if access != UNKNOWN else {}),
        **({"is_encrypted": encryption != "None"} if encryption != UNKNOWN else {}),
    }


def _graph(each: Told) -> Json:
    """Return the finding's path as a graph: what lies on it, and which way the data goes."""
    path = list(dict.fromkeys(each.finding["path"]))
    pairs = zip(each.finding["path"], each.finding["path"][1:], strict=False)
    return {
        "uid": each.uid,
        "name": "The way of the data",
        "is_directed": True,
        "nodes": [
            {
                "uid": place,
                "name": each.uris.get(place, place.partition(":")[2]),
                "type": "location" if place in each.uris else "step",
            }
            for place in path
        ],
        "edges": [
            {"uid": str(place), "source": source, "target": target, "is_directed": True}
            for place, (source, target) in enumerate(pairs)
        ],
    }
