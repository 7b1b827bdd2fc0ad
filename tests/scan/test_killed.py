"""A scan by the command line that is killed at any moment, and what the next one makes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from itertools import count
from pathlib import Path

from chalicelib.scan.options import Options
from chalicelib.scan.progress import Progress
from chalicelib.scan.run import scan
from chalicelib.settings import Settings
from chalicelib.store.layout import Store
from tests.builders.engine import Engine, Killed, Memory
from tests.builders.played import definition, processing
from tests.builders.services import HOME
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

    # Some calls of the killed scan may be answered only now.
    described = {call.resource for call in scanner.account.calls if call.action == "sagemaker:DescribePipeline"}

    assert ended.returncode == 0, ended.stderr
    assert 0 < len(described) < PIPELINES

    whole = tmp_path / "whole"
    subprocess.run(command(whole), cwd=ROOT, env=environment, capture_output=True, check=True)
    kept = {path.relative_to(scanner.folder): path.read_bytes() for path in scanner.folder.rglob("*.gz")}

    assert kept == {path.relative_to(whole): path.read_bytes() for path in whole.rglob("*.gz")}
    assert not list(scanner.folder.rglob(".part-*"))


def scanned(engine: Engine, memory: Memory) -> None:
    """Scan the account as it is into a store in memory."""
    reads, options = engine.account.reads(), Options(sensitive_tags=Settings().sensitive_tags)
    now, progress = engine.clock, Progress(StringIO())
    scan(Store(memory), [HOME], lambda _: reads, Settings(), options, now=now, progress=progress)


def all_but_times(memory: Memory) -> dict[str, bytes]:
    return {path: content for path, content in memory.files.items() if not path.endswith("scan.json")}


def test_a_scan_of_what_changed_may_be_killed_at_any_write_and_the_next_leaves_nothing_out() -> None:
    """Beside a run: an older execution comes into service, and a bucket changes that an unchanged pipeline touches."""
    engine = Engine()
    for name in ("etl", "mlops", "score"):
        engine.account.put(name)
        engine.account.begin(name)
        engine.pass_time(60)
        engine.account.end(name)
    scanned(engine, engine.memory)
    first = dict(engine.memory.files)
    engine.pass_time(timedelta(days=2).total_seconds())
    engine.account.begin("etl")
    engine.pass_time(60)
    engine.account.end("etl")
    engine.account.approve("etl", engine.account.runs["etl"][0])
    engine.account.versioning = "Suspended"
    whole = Memory()
    whole.files = dict(first)
    scanned(engine, whole)

    left, deaths = [], 0
    for lives in count():
        memory = Memory()
        memory.files, memory.lives = dict(first), lives // 2
        memory.dies_after = bool(lives % 2)
        try:
            scanned(engine, memory)
        except Killed:
            deaths += 1
        else:
            break
        memory.lives = float("inf")
        engine.pass_time(1)
        scanned(engine, memory)
        left += [(lives, path) for path, content in all_but_times(whole).items() if memory.files.get(path) != content]

    assert deaths > 10
    assert left == []


def test_postures_that_a_killed_scan_had_read_are_taken_from_its_answers() -> None:
    """The state is written at a pipeline's end and the postures are not yet, when the scan is killed."""
    engine = Engine()
    for name in ("etl", "mlops"):
        engine.account.put(name)
    scanned(engine, engine.memory)
    whole = dict(engine.memory.files)
    state = next(path for path in whole if path.endswith("scan.json"))
    killed = Memory()
    killed.files = {path: content for path, content in whole.items() if "pipeline=" in path}
    document = json.loads(whole[state])
    killed.files[state] = json.dumps({**document, "buckets": {}, "asOf": None, "graph": "stale"}).encode()
    engine.account.asked.clear()
    engine.pass_time(60)

    scanned(engine, killed)

    assert all_but_times(killed) == {path: content for path, content in whole.items() if path != state}
    assert not [operation for operation, _ in engine.account.asked if operation.startswith("get_bucket")]
