"""A scan by the command line that is killed at any moment, and what the next one makes of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.builders.played import definition, processing
from tests.scan.conftest import Scanner

ROOT = Path(__file__).resolve().parents[2]
PIPELINES = 24


def command(store: Path) -> list[str]:
    return [sys.executable, str(ROOT / "lineage_dump.py"), "scan", "--store", str(store)]


def test_a_killed_scan_goes_on_where_it_was_and_ends_with_the_same_bytes(scanner: Scanner, tmp_path: Path) -> None:
    environment = {**os.environ, **scanner.account.environment}
    for number in range(PIPELINES):
        step = processing("Work", {"in": f"s3://lake/{number}"}, {"out": f"s3://lake/{number + 1}"})
        scanner.account.put_pipeline(definition(step), f"p{number}")
        scanner.account.run(f"p{number}")
    scanner.account.slow("sagemaker:DescribePipeline", 1.2)
    with subprocess.Popen(command(scanner.folder), cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as killed:
        deadline = time.monotonic() + 60
        while not list(scanner.folder.rglob("scan.json")) and time.monotonic() < deadline:
            time.sleep(0.02)
        killed.kill()
    scanner.account.mend()
    scanner.account.forget_calls()

    ended = subprocess.run(command(scanner.folder), cwd=ROOT, env=environment, capture_output=True, check=False)

    described = [call for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline"]
    assert ended.returncode == 0, ended.stderr
    assert 0 < len(described) < PIPELINES
    whole = tmp_path / "whole"
    subprocess.run(command(whole), cwd=ROOT, env=environment, capture_output=True, check=True)
    kept = {path.relative_to(scanner.folder): path.read_bytes() for path in scanner.folder.rglob("*.gz")}
    assert kept == {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*.gz")}
    assert not list(scanner.folder.rglob(".part-*"))
