"""With ENABLE_SEARCH one Search stands for many describes, and the answer is the same whatever Search does."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from faults.double.running import ROOT, Double
from faults.remote import Remote, service

PIPELINE = "mix-20x4-searched"


@pytest.fixture(scope="module")
def searching(double: Double) -> Iterator[Remote]:
    with service(double, "searching", ENABLE_SEARCH="true") as it:
        yield it


@pytest.fixture(scope="module")
def described(double: Double, remote: Remote) -> Any:
    """What the answer is without Search."""
    double.configure("remote")
    return remote.ask(pipeline=PIPELINE).body


def asked(double: Double, searching: Remote, pipeline: str = PIPELINE, **settings: Any) -> tuple[Any, Counter[str]]:
    """The answer with Search, and how often each operation was asked."""
    double.configure("searching", **settings)
    body = searching.ask(pipeline=pipeline).body
    return body, Counter(entry["operation"] for entry in double.log("searching"))


def test_one_search_stands_for_the_describes_of_all_jobs(double: Double, searching: Remote, described: Any) -> None:
    body, calls = asked(double, searching)
    jobs = {name for name in calls if name.startswith("Describe") and name.endswith("Job")}

    assert (calls["Search"], jobs) == (1, set())

    [warning] = body.pop("warnings")

    assert (warning["code"], warning["action"]) == ("Searched", None)
    assert body == {name: value for name, value in described.items() if name != "warnings"}


@pytest.mark.parametrize("odd", ["lagging", "unindexed", "lacking", "nothing"])
def test_what_search_lacks_is_described(double: Double, searching: Remote, described: Any, odd: str) -> None:
    body, calls = asked(double, searching, faults=[{"fault": odd, "operation": "Search"}])

    assert sum(count for name, count in calls.items() if name.startswith("Describe") and name.endswith("Job")) > 0
    assert [warning["code"] for warning in body.pop("warnings")] == ["Searched"]
    assert body == {name: value for name, value in described.items() if name != "warnings"}


@pytest.mark.parametrize(("fault", "code"), [("denied", "AccessDenied"), ("garbled", "UnreadableAnswer")])
def test_where_search_is_refused_jobs_are_described(
    double: Double, searching: Remote, described: Any, fault: str, code: str
) -> None:
    body, calls = asked(double, searching, faults=[{"fault": fault, "operation": "Search"}])
    [warning] = body.pop("warnings")

    assert (calls["Search"], warning["code"]) == (1, code)
    assert warning["message"].startswith("sagemaker:Search ")
    assert warning["action"] == ("sagemaker:Search" if fault == "denied" else None)
    assert body == {name: value for name, value in described.items() if name != "warnings"}


@pytest.mark.parametrize("kind", ["tuning", "automl", "quality", "endpoint", "features"])
def test_every_kind_of_step_is_told_alike(double: Double, remote: Remote, searching: Remote, kind: str) -> None:
    double.configure("remote")
    without = remote.ask(pipeline=f"one-{kind}").body
    body, _ = asked(double, searching, f"one-{kind}")

    assert {**body, "warnings": []} == {**without, "warnings": []}


def test_what_search_told_is_remembered_like_a_description(double: Double, searching: Remote) -> None:
    double.configure("searching")
    first = searching.ask(pipeline="mix-8x2-told", how={"cold": False})
    double.configure("searching")
    again = searching.ask(pipeline="mix-8x2-told", how={"cold": False})

    assert again.text == first.text
    assert {entry["operation"] for entry in double.log("searching")} == {
        "DescribePipeline",
        "ListPipelineExecutions",
        "DescribeModelPackage",
    }


@pytest.mark.parametrize(
    ("odd", "described"), [(None, 0), ("lagging", 6), ("unindexed", 6), ("lacking", 12), ("denied", 12)]
)
def test_packages_are_searched_for_where_their_list_vouches(
    double: Double, remote: Remote, searching: Remote, odd: str | None, described: int
) -> None:
    double.configure("remote")
    without = remote.ask("/account").body
    double.configure("searching", faults=[{"fault": odd, "operation": "Search"}] if odd else [])
    body = searching.ask("/account").body
    calls = Counter(entry["operation"] for entry in double.log("searching"))

    assert (calls["Search"], calls["DescribeModelPackage"]) == (1, described)

    [warning] = body.pop("warnings")

    assert (warning["code"], warning["action"]) == (
        ("AccessDenied", "sagemaker:Search") if odd == "denied" else ("Searched", None)
    )
    assert body == {name: value for name, value in without.items() if name != "warnings"}


def kept(folder: Path) -> dict[str, Any]:
    """What a store holds, without warnings and the scan's own file."""
    read: dict[str, Any] = {}
    for path in sorted(folder.rglob("*.json.gz")):
        document = json.loads(gzip.decompress(path.read_bytes()))
        read[path.relative_to(folder).as_posix()] = {**document, "warnings": []}
    return read


def scanned(double: Double, folder: Path, search: str, **settings: Any) -> tuple[dict[str, Any], Counter[str]]:
    """What a scan into a folder keeps, and how often each operation was asked."""
    double.configure("scanned", **settings)
    command = [sys.executable, "lineage_dump.py", "scan", "--store", str(folder), "--region", "ap-northeast-2"]
    environment = {**os.environ, **double.environment("scanned"), "ENABLE_SEARCH": search}
    subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True, timeout=120)
    return kept(folder), Counter(entry["operation"] for entry in double.log("scanned") if entry["status"] == 200)


def test_a_scan_searches_for_the_jobs_of_several_pipelines_at_once(double: Double, tmp_path: Path) -> None:
    plain, before = scanned(double, tmp_path / "plain", "false")
    searched, calls = scanned(double, tmp_path / "searched", "true")
    saved = sum(before[name] - calls[name] for name in before if name.startswith("Describe"))

    # Twelve pipelines with a processing job, a report's and a package each, which serving reads once more.
    assert (saved, before["Search"]) == (36, 0)
    assert 1 <= calls["Search"] <= 6
    assert searched == plain
