"""One planted change of each kind is found, and nothing else is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core.diff import KINDS, diff
from tests.builders.answered import Document, answered, step

Plant = Callable[[Document], Any]

FINDING = {
    "rule": "S3.8",
    "severity": "High",
    "status": "Fail",
    "finding_info": {"uid": "S3.8:1", "title": "Bucket is public", "desc": "…"},
    "path": ["artifact:0"],
    "evidence": {"publicAccess": "Public"},
}


def new_step(answer: Document) -> None:
    added = {"id": "Audit", "label": "Audit", "type": "Lambda", "inputs": [], "outputs": []}
    answer["graph"]["nodes"].append({**added, "run": {"status": "Succeeded", "elapsedSec": 3, "metrics": {}}})
    answer["graph"]["edges"].append({"from": "Train", "to": "Audit", "via": "dependsOn"})


def posture(name: str, value: str) -> Plant:
    def plant(answer: Document) -> None:
        for artifact in answer["graph"]["artifacts"]:
            artifact["s3"][name] = value

    return plant


PLANTED: list[tuple[Plant, tuple[str, str, str], Any, Any]] = [
    (
        lambda a: a["pipeline"]["parameters"].update(Mode="full"),
        ("parameter", "pipeline", "parameters.Mode"),
        None,
        "full",
    ),
    (
        lambda a: a["pipeline"]["tags"].update(Team="risk"),
        ("security", "pipeline", "tags.Team"),
        None,
        "risk",
    ),
    (
        lambda a: step(a, "Train")["run"]["job"]["hyperparameters"].update(sagemaker_program="train.py"),
        ("code", "step:Train", "run.job.hyperparameters.sagemaker_program"),
        None,
        "train.py",
    ),
    (
        lambda a: step(a, "Deploy")["run"]["job"].update(
            productionVariants=[{"VariantName": "main", "CurrentWeight": 0.5}, {"VariantName": "canary"}]
        ),
        ("resources", "step:Deploy", "run.job.productionVariants.main.CurrentWeight"),
        1.0,
        0.5,
    ),
    (
        lambda a: step(a, "Train")["run"]["job"]["hyperparameters"].update(eta="0.1"),
        ("parameter", "step:Train", "run.job.hyperparameters.eta"),
        None,
        "0.1",
    ),
    (
        lambda a: step(a, "Prepare")["run"]["job"].update(arguments=["--test-size", "0.3"]),
        ("parameter", "step:Prepare", "run.job.arguments"),
        ["--test-size", "0.2"],
        ["--test-size", "0.3"],
    ),
    (
        lambda a: step(a, "Prepare")["inputs"][1].update(uri="s3://code/new/prepare.py"),
        ("code", "step:Prepare", "inputs.code"),
        "s3://code/prepare.py",
        "s3://code/new/prepare.py",
    ),
    (
        lambda a: step(a, "Evaluate")["security"].update(image="other:2"),
        ("image", "step:Evaluate", "security.image"),
        "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/churn:1",
        "other:2",
    ),
    (
        lambda a: step(a, "Register")["registry"]["containers"][0].update(imageDigest="sha256:ffff"),
        ("image", "step:Register", "registry.containers['0'].imageDigest"),
        "sha256:1d59",
        "sha256:ffff",
    ),
    (
        lambda a: step(a, "Train")["run"]["job"].update(instanceType="ml.p4d.24xlarge"),
        ("resources", "step:Train", "run.job.instanceType"),
        "ml.m5.xlarge",
        "ml.p4d.24xlarge",
    ),
    (
        lambda a: step(a, "Train")["security"].update(instanceCount=2),
        ("resources", "step:Train", "security.instanceCount"),
        1,
        2,
    ),
    (
        lambda a: step(a, "Prepare")["inputs"][0].update(uri="s3://lake/raw/2025"),
        ("input", "step:Prepare", "inputs.raw"),
        "s3://lake/raw",
        "s3://lake/raw/2025",
    ),
    (
        lambda a: step(a, "Evaluate")["outputs"][0].update(uri="s3://lake/other"),
        ("output", "step:Evaluate", "outputs.evaluation"),
        "s3://lake/reports/evaluation.json",
        "s3://lake/other",
    ),
    (
        lambda a: step(a, "Train")["run"]["metrics"].update({"validation:auc": 0.7}),
        ("metric", "step:Train", "run.metrics['validation:auc']"),
        0.63,
        0.7,
    ),
    (
        lambda a: step(a, "Deploy")["run"]["job"].update(status="Failed"),
        ("status", "step:Deploy", "run.job.status"),
        "InService",
        "Failed",
    ),
    (
        lambda a: step(a, "Train")["run"].update(elapsedSec=400),
        ("duration", "step:Train", "run.elapsedSec"),
        170,
        400,
    ),
    (
        lambda a: step(a, "Register")["registry"].update(approvalStatus="Approved"),
        ("registry", "step:Register", "registry.approvalStatus"),
        "PendingManualApproval",
        "Approved",
    ),
    (posture("versioning", "Enabled"), ("posture", "bucket:lake", "s3.versioning"), "Disabled", "Enabled"),
    (
        lambda a: step(a, "Train")["security"].update(networkIsolation=False),
        ("security", "step:Train", "security.networkIsolation"),
        True,
        False,
    ),
    (
        lambda a: step(a, "Train")["security"].update(volumeKmsKeyId=None),
        ("security", "step:Train", "security.volumeKmsKeyId"),
        "arn:aws:kms:ap-northeast-2:123456789012:key/1111aaaa-22bb-33cc-44dd-5555eeee6666",
        None,
    ),
    (lambda a: a["pipeline"].update(roleArn="other"), ("security", "pipeline", "roleArn"), None, "other"),
    (
        lambda a: a["findings"].append(FINDING),
        ("finding", "finding:S3.8:1", ""),
        None,
        {
            "rule": "S3.8",
            "severity": "High",
            "status": "Fail",
            "title": "Bucket is public",
            "evidence": {"publicAccess": "Public"},
        },
    ),
    (
        new_step,
        ("step", "step:Audit", ""),
        None,
        {
            "label": "Audit",
            "run.elapsedSec": 3,
            "run.status": "Succeeded",
            "type": "Lambda",
            "edges": [{"from": "Train", "to": "Audit", "via": "dependsOn"}],
        },
    ),
    (
        lambda a: step(a, "Train").update(type="Tuning"),
        ("step", "step:Train", "type"),
        "Training",
        "Tuning",
    ),
    (
        lambda a: a["graph"]["edges"].append({"from": "Prepare", "to": "Evaluate", "via": "dependsOn"}),
        ("edge", "edge:Prepare->Evaluate", "dependsOn"),
        None,
        {"from": "Prepare", "to": "Evaluate", "via": "dependsOn"},
    ),
]


@pytest.mark.parametrize(
    ("plant", "where", "before", "after"), PLANTED, ids=[f"{where[0]}-{where[2]}" for _, where, _, _ in PLANTED]
)
def test_a_planted_change_is_found_and_nothing_else_is_named(
    plant: Plant, where: tuple[str, str, str], before: Any, after: Any
) -> None:
    second = answered("ccccdddd0002", 2, version=7)
    plant(second)
    if where[2] == "roleArn":
        before = "arn:aws:iam::123456789012:role/Work"

    found = diff(answered(), second)

    assert [(each["kind"], each["subject"], each["path"]) for each in found["changes"]] == [where]
    assert (found["changes"][0]["before"], found["changes"][0]["after"]) == (before, after)
    assert found["summary"]["kinds"] == {where[0]: 1}


def test_a_cached_step_is_told_once_with_its_duration() -> None:
    second = answered("ccccdddd0002", 2)
    step(second, "Prepare")["run"].update(
        cachedFrom="arn:aws:sagemaker:ap-northeast-2:123456789012:pipeline/churn/execution/aaaabbbb0001", elapsedSec=1
    )

    found = {each["kind"]: each for each in diff(answered(), second)["changes"]}

    assert set(found) == {"duration", "cache"}
    assert found["duration"]["cause"]["changes"] == [
        {"kind": "cache", "subject": "step:Prepare", "path": "run.cachedFrom"}
    ]
    assert (found["duration"]["difference"], found["duration"]["relative"]) == (-239, -239 / 240)


def test_every_kind_is_planted_here() -> None:
    assert {where[0] for _, where, _, _ in PLANTED} | {"cache"} == set(KINDS)


def test_a_metric_tells_by_how_much() -> None:
    second = answered("ccccdddd0002", 2)
    step(second, "Train")["run"]["metrics"]["validation:auc"] = 0.693

    [change] = diff(answered(), second)["changes"]

    assert change["difference"] == pytest.approx(0.063)
    assert change["relative"] == pytest.approx(0.1)


def test_a_finding_that_changed_is_no_finding_that_came() -> None:
    second = answered("ccccdddd0002", 2)
    second["findings"][0]["severity"] = "High"

    found = diff(answered(), second)

    assert found["summary"]["findings"] == {"came": 0, "went": 0, "changed": 1}
    assert [found["changes"][0][side]["severity"] for side in ("before", "after")] == ["Medium", "High"]


def test_artifacts_may_be_numbered_anew() -> None:
    second = answered("ccccdddd0002", 2)
    for artifact in second["graph"]["artifacts"]:
        artifact["id"] += 5
    second["findings"][0]["path"] = ["artifact:6", "node:Register"]
    second["findings"][0]["evidence"]["artifacts"] = [6]

    assert diff(answered(), second)["changes"] == []


def test_what_one_answer_could_not_read_is_no_change_and_is_said() -> None:
    second = answered("ccccdddd0002", 2)
    posture("publicAccess", "Unknown")(second)
    step(second, "Train")["run"]["job"] = {"type": "training-job"}
    step(second, "Train")["run"]["metrics"] = {}
    second["warnings"] = [{"code": "AccessDenied", "message": "…", "resource": "lake", "action": "s3:GetBucketAcl"}]

    found = diff(answered(), second)

    assert found["changes"] == []
    assert [(each["code"], each["resource"]) for each in found["warnings"]] == [
        ("NotCompared", "bucket:lake"),
        ("NotCompared", "step:Train"),
        ("AccessDenied", "lake"),
    ]
    assert "s3.publicAccess" in found["warnings"][0]["message"]
    assert "run.metrics['validation:auc']" in found["warnings"][1]["message"]


def test_a_step_that_was_not_reached_is_one_change() -> None:
    second = answered("ccccdddd0002", 2)
    del step(second, "Deploy")["run"]

    found = diff(answered(), second)["changes"]

    assert [(each["kind"], each["subject"], each["before"], each["after"]) for each in found] == [
        ("status", "step:Deploy", "Succeeded", None)
    ]


def test_a_definition_is_compared_by_what_it_declares() -> None:
    job = step(answered(), "Train")["run"]["jobName"]
    text = json.dumps(answered()).replace(job, "${Steps.Train.TrainingJobName}")
    definition = json.loads(text.replace("aaaabbbb0001", "${Execution.PipelineExecutionId}"))
    definition["execution"] = None
    definition["summary"].update(overallStatus="Unknown", elapsedSec=None)
    for node in definition["graph"]["nodes"]:
        del node["run"]
        node.pop("registry", None)
    step(definition, "Evaluate")["inputs"][0].update(uri=None, expression="Steps.Train.ModelArtifacts.S3ModelArtifacts")
    step(definition, "Prepare")["inputs"][0].update(uri="s3://${Parameters.DataBucket}/raw", resolution="unresolved")
    step(definition, "Evaluate")["outputs"][0].update(uri="s3://lake/${Steps.Ask.OutputParameters['place']}/other")

    found = diff(definition, answered("ccccdddd0002", 2))["changes"]

    assert [(each["kind"], each["subject"], each["path"]) for each in found] == [
        ("output", "step:Evaluate", "outputs.evaluation")
    ]
