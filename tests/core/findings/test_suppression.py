"""Suppressions: what they accept and until when, and that a bad file is one line that says all that is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.core.findings.gate import Gate
from chalicelib.core.findings.suppression import (
    BadSuppressions,
    parse_suppressions,
    suppress,
    warnings_of,
)

TODAY = date(2026, 11, 26)
REASON = 'reason = "the vendor reads it"'
LATER = "expires = 2026-12-31"
LAKE = {"type": "AWS::S3::Bucket", "name": "lake", "uid": "arn:aws:s3:::lake"}
TRAIN = {"type": "step", "name": "Train", "uid": None}


def finding(uid: str = "FLOW-03:1", status: str = "Fail", *resources: Any) -> dict[str, Any]:
    """A finding on the way from the pond, through Train, into the lake."""
    return {
        "rule": uid.partition(":")[0],
        "severity": "High",
        "status": status,
        "finding_info": {"uid": uid, "title": "t", "desc": "d"},
        "path": ["artifact:0", "node:Train", "artifact:1"],
        "resources": list(resources or (TRAIN, LAKE)),
    }


def answer(*findings: dict[str, Any]) -> dict[str, Any]:
    return {
        "pipeline": {"name": "churn", "arn": "arn:aws:sagemaker:ap-northeast-2:123456789012:pipeline/churn"},
        "graph": {
            "artifacts": [
                {"id": 0, "uri": "s3://pond/raw", "bucket": "pond"},
                {"id": 1, "uri": "s3://lake/clean/x", "bucket": "lake"},
            ]
        },
        "findings": list(findings or (finding(),)),
    }


def statuses(text: str, said: dict[str, Any] | None = None, today: date = TODAY) -> list[str]:
    applied = suppress(said or answer(), parse_suppressions(text, "f"), today)
    return [each["status"] for each in applied.answer["findings"]]


def entry(*lines: str, reason: str = REASON, expires: str = LATER) -> str:
    return "\n".join(("[[ignore]]", *lines, reason, expires))


def codes(text: str, today: date = TODAY) -> list[str | None]:
    entries = parse_suppressions(text, "f")
    matched = suppress(answer(), entries, today).matched
    return [each["code"] for each in warnings_of(entries, matched, today)]


@pytest.mark.parametrize(
    "lines",
    [
        ['rule = "FLOW-03"'],
        ['uid = "FLOW-03:1"'],
        ['rule = "FLOW-03"', 'uid = "FLOW-03:1"'],
        ['rule = "FLOW-03"', 'pipeline = "ch*"'],
        ['rule = "FLOW-03"', 'pipeline = "arn:aws:sagemaker:*:123456789012:pipeline/*"'],
        ['rule = "FLOW-03"', 'resource = "lake"'],
        ['rule = "FLOW-03"', 'resource = "arn:aws:s3:::la?e"'],
        ['rule = "FLOW-03"', 'resource = "s3://lake"'],
        ['rule = "FLOW-03"', 'resource = "s3://lake/clean/*"'],
        ['rule = "FLOW-03"', 'resource = "Train"'],
    ],
    ids=" ".join,
)
def test_what_an_entry_names_is_suppressed(lines: list[str]) -> None:
    assert statuses(entry(*lines)) == ["Suppressed"]
    assert codes(entry(*lines)) == []


@pytest.mark.parametrize(
    "lines",
    [
        ['rule = "FLOW-3"'],
        ['rule = "FLOW-03"', 'uid = "FLOW-03:2"'],
        ['rule = "FLOW-03"', 'pipeline = "hurn"'],
        ['rule = "FLOW-03"', 'resource = "lak"'],
        ['rule = "FLOW-03"', 'resource = "s3://lake/other/*"'],
        ['rule = "FLOW-03"', 'resource = "s3://pond/*"'],  # on the way, but not what it is about
    ],
    ids=" ".join,
)
def test_what_an_entry_does_not_name_stands_and_the_entry_is_reported(lines: list[str]) -> None:
    assert statuses(entry(*lines)) == ["Fail"]
    assert codes(entry(*lines)) == ["SuppressionUnused"]


def test_a_suppressed_finding_says_why_until_when_and_what_it_would_be_and_stands_last() -> None:
    said = answer(finding("FLOW-03:1", "Warning"), finding("FLOW-05:2"))

    [stands, suppressed] = suppress(said, parse_suppressions(entry('rule = "FLOW-03"'), "f"), TODAY).answer["findings"]

    assert stands == finding("FLOW-05:2")
    assert suppressed == {
        **finding("FLOW-03:1", "Suppressed"),
        "suppression": {"status": "Warning", "reason": "the vendor reads it", "expires": "2026-12-31"},
    }
    assert not Gate("Informational", warnings=True).stops(suppressed)


def test_an_entry_suppresses_through_its_last_day_and_is_reported_from_the_next() -> None:
    text = entry('rule = "FLOW-03"')

    assert (statuses(text, today=date(2026, 12, 31)), codes(text, date(2026, 12, 31))) == (["Suppressed"], [])
    assert (statuses(text, today=date(2027, 1, 1)), codes(text, date(2027, 1, 1))) == (["Fail"], ["SuppressionExpired"])


def test_the_first_entry_that_is_still_valid_gives_the_reason_and_all_that_match_are_used() -> None:
    text = "\n".join(
        (
            entry('rule = "FLOW-03"', expires="expires = 2026-01-01", reason='reason = "gone"'),
            entry('rule = "FLOW-03"', reason='reason = "second"'),
            entry('uid = "FLOW-03:1"', reason='reason = "third"'),
        )
    )

    applied = suppress(answer(), parse_suppressions(text, "f"), TODAY)

    assert applied.answer["findings"][0]["suppression"]["reason"] == "second"
    assert codes(text) == ["SuppressionExpired"]


def test_an_expiry_may_be_written_as_a_text() -> None:
    assert statuses(entry('rule = "FLOW-03"', expires='expires = "2026-11-26"')) == ["Suppressed"]


def test_what_the_answer_was_is_left_as_it_is() -> None:
    said = answer()

    suppress(said, parse_suppressions(entry('rule = "FLOW-03"'), "f"), TODAY)

    assert said == answer()


@pytest.mark.parametrize("text", ["", "# nothing is accepted\n"])
def test_a_file_may_accept_nothing(text: str) -> None:
    assert parse_suppressions(text, "f") == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[ignore]", ["f: not TOML"]),
        ('[[ignore]]\nrule = "A"', ["entry 1: reason is required", "entry 1: expires is required"]),
        (entry(), ["entry 1: rule or uid is required"]),
        (entry('rule = "A"') + "\n" + entry("rule = 7"), ["entry 2: rule must be a text"]),
        (entry('rule = "A"', reason='reason = " "'), ["reason must be a text"]),
        (entry('rule = "A"', expires='expires = "soon"'), ["expires must be a date"]),
        (entry('rule = "A"', expires="expires = 2026-12-31T00:00:00Z"), ["expires must be a date"]),
        (entry('rule = "A"', expires="expires = 20261231"), ["expires must be a date"]),
        (entry('rule = "A"', 'resources = "b"'), ["'resources' is not known"]),
        ('[ignore]\nrule = "A"', ["ignore must be tables"]),
        ("ignore = [1]", ["ignore must be tables"]),
        ('[[ignored]]\nrule = "A"', ["'ignored' is not known"]),
        ("a = " + "[" * 5000 + "]" * 5000, ["f: not TOML"]),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_a_bad_file_is_one_line_that_names_all_that_is_wrong(text: str, named: list[str]) -> None:
    with pytest.raises(BadSuppressions) as caught:
        parse_suppressions(text, "f")

    assert "\n" not in str(caught.value)
    assert [part for part in named if part not in str(caught.value)] == []
