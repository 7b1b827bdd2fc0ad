"""ASFF: findings as Security Hub's BatchImportFindings takes them, within its limits."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.formats.exports.asff import MAX_FIELD, write
from chalicelib.formats.exports.export import Answer
from tests.builders.findings import asff_problems
from tests.builders.judged import accepted, changed, judged, with_rule
from tests.core.findings.plants import PLANTS, Plant, build


def findings(answer: Answer) -> dict[str, Any]:
    return {each["GeneratorId"].partition("/")[2]: each for each in write([answer])}


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.rule)
def test_every_finding_is_as_aws_describes_one(plant: Plant) -> None:
    answer = judged(build(plant))

    found = write([answer])

    assert len(found) == len(answer.lineage["findings"])
    assert [problem for each in found for problem in asff_problems(each)] == []


def test_the_check_would_see_a_slip() -> None:
    [finding, *_] = write([judged(build(PLANTS[0]))])

    assert asff_problems({**finding, "Title": "x" * 257})
    assert asff_problems({**finding, "Titel": "x"})
    assert asff_problems({name: value for name, value in finding.items() if name != "Resources"} | {"Resources": "x"})


def test_a_finding_is_the_callers_own_product_and_keeps_its_id() -> None:
    answer = with_rule("S3.17")
    [known] = [each for each in answer.lineage["findings"] if each["rule"] == "S3.17"]

    finding = findings(answer)["S3.17"]

    assert finding["Id"] == f"sagemaker-lineage/{known['finding_info']['uid']}"
    assert finding["ProductArn"] == ("arn:aws:securityhub:ap-northeast-2:123456789012:product/123456789012/default")
    assert finding["AwsAccountId"] == "123456789012"
    assert finding["CreatedAt"] == finding["UpdatedAt"] == "2026-03-03T09:13:03.000Z"
    assert finding["FindingProviderFields"]["Severity"]["Label"] == "MEDIUM"
    assert [each["Type"] for each in finding["Resources"]] == ["AwsS3Bucket", "Other"]
    assert finding["Compliance"]["Status"] == "FAILED"


def test_a_doubt_is_a_warning() -> None:
    plant = next(each for each in PLANTS if each.refuse)

    assert findings(judged(build(plant, plant.refuse)))[plant.rule]["Compliance"]["Status"] == "WARNING"  # type: ignore[arg-type]


def test_what_is_suppressed_comes_so() -> None:
    answer = with_rule("S3.17")

    finding = findings(accepted(answer, "S3.17"))["S3.17"]

    assert asff_problems(finding) == []
    assert finding["Workflow"] == {"Status": "SUPPRESSED"}
    assert finding["ProductFields"]["sagemaker-lineage/suppressedFor"] == "by contract"
    assert "Workflow" not in findings(answer)["S3.17"]


def test_whatever_an_account_holds_fits_the_formats_limits() -> None:
    answer = judged(build(PLANTS[0]))
    long = "é" * 300_000
    path = [f"node:{long}", *answer.lineage["findings"][0]["path"] * 1000]
    resources = [{"type": "step", "name": long + str(n), "uid": None} for n in range(100)]

    [finding, *_] = write(
        [
            changed(
                answer,
                finding_info={"uid": long, "title": long, "desc": long},
                evidence={"x": long},
                controls=[f"c{n}" for n in range(100)],
                path=path,
                resources=resources,
                related=[long] * 100,
                remediation={"desc": long},
            )
        ]
    )

    assert asff_problems(finding) == []
    assert len(finding["ProductFields"]["sagemaker-lineage/path"]) == MAX_FIELD
