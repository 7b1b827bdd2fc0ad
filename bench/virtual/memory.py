"""Processor time and memory of the product's own code at any size, each measured in a process of its own (Linux)."""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from bench.virtual.account import REGION
from bench.virtual.copies import Memory, copied
from chalicelib.core.account.graph import AccountGraph
from chalicelib.core.account.impact import ImpactQuery
from chalicelib.core.account.overview import Page
from chalicelib.core.account.query import AccountImpactQuery, AccountQuery
from chalicelib.engine.compact import compact
from chalicelib.engine.plan import plan
from chalicelib.engine.work import WAITS
from chalicelib.fetch.cache import Cache, weight_of
from chalicelib.formats.lineage import to_json_text
from chalicelib.routes.impact import answer_account, answer_impact
from chalicelib.routes.known import from_store, remember_in
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.settings import Settings
from chalicelib.store.blobs import Blob
from chalicelib.store.layout import GRAPH, Region, Store, answer_path
from chalicelib.store.state import FILE, coverage, parse_state
from faults.double.account import ACCOUNT

Json = dict[str, Any]

NOW = datetime(2027, 1, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
OPTIONS = Options(sensitive_tags=Settings().sensitive_tags, posture_max_age=timedelta(days=3650))


class Measure:
    """What a piece of work takes beyond what was there before it."""

    def __init__(self) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # the highest is the present from here on
        self._before = _memory("VmRSS")
        self._began = time.process_time()

    def taken(self) -> Json:
        """Return the seconds of processor, and the MB at the highest."""
        seconds = time.process_time() - self._began
        return {"cpu_sec": round(seconds, 2), "mb": round((_memory("VmHWM") - self._before) / 1e6)}


def _memory(which: str) -> int:
    """Return the bytes that this process has (`VmRSS`), or had at most (`VmHWM`)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (said,) = (line.split() for line in lines if line.startswith(f"{which}:"))
    return int(said[1]) * 1024


def measure_compact(store: Store, region: Region) -> Json:
    """Make the graph of all answers."""
    measure = Measure()
    compact(region, OPTIONS, lambda: NOW)
    return measure.taken()


def measure_api(store: Store, region: Region) -> Json:
    """Answer `/account` and then `/impact` from the store, as a process does that knew nothing before."""
    measure, remember = Measure(), remember_in(Cache(2000, time.monotonic))
    known = from_store(store, None, remember)
    account = to_json_text(answer_account(known, AccountQuery(region=REGION, page=Page())))
    first = measure.taken()
    weight = weight_of(known.graph, 1 << 40)
    began = time.process_time()
    query = AccountImpactQuery(region=REGION, walk=ImpactQuery(start=_a_bucket(known.graph)))
    del known
    impact = to_json_text(answer_impact(from_store(store, None, remember), query))
    impact_sec = time.process_time() - began
    files = cast(Memory, store.blobs).objects
    files[region.folder + GRAPH] = files[region.folder + GRAPH]._replace(tag="another")
    from_store(store, None, remember)  # another graph comes after one that is remembered
    return {
        "account_sec": first["cpu_sec"],
        "impact_sec": round(impact_sec, 2),
        "mb": measure.taken()["mb"],
        "weight_mb": round(weight / 1e6),
        "account_mb": round(len(account) / 1e6, 2),
        "impact_mb": round(len(impact) / 1e6, 2),
        "waiting_mb": round(_waiting(region) / 1e6, 2),
    }


def _waiting(region: Region) -> int:
    """Return the bytes of what an answer says of the pipelines where all wait to be read."""
    state = parse_state(region.read(FILE))
    waits = {name: {"why": WAITS, "action": None} for name in state["pipelines"]}
    return len(to_json_text(coverage({region.name: {**state, "unread": waits}})))


def _a_bucket(graph: AccountGraph) -> str:
    """Return the bucket that most pipelines touch."""
    place = max(graph.places, key=lambda each: len(each["readBy"]) + len(each["writtenBy"]))
    return f"s3://{place['bucket']}"


def measure_work(store: Store, region: Region) -> Json:
    """Read the state as a worker does that keeps the last one until the next is there."""
    measure = Measure()
    kept = parse_state(region.read(FILE))
    once = measure.taken()
    later = parse_state(region.read(FILE))
    assert kept == later
    return {**once, "mb": measure.taken()["mb"]}


class Listing:
    """What `plan` asks a reader for: the list of all pipelines, which all have changed."""

    region = REGION

    def __init__(self, names: list[str]) -> None:
        self._names = names

    def items(self, question: Any, key: str) -> tuple[list[Json], None]:
        """Return the list."""
        return [*self._listed()], None

    def _listed(self) -> Iterator[Json]:
        for name in self._names:
            arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:pipeline/{name}"
            yield {"PipelineName": name, "PipelineArn": arn, "LastModifiedTime": NOW, "LastExecutionTime": NOW}


def measure_plan(store: Store, region: Region) -> Json:
    """Compare the list with the state, and send what changed: everything."""
    names, sent = [*parse_state(region.read(FILE))["pipelines"]], [0]

    def send(pieces: Any) -> None:
        sent[0] += sum(len(piece.text()) > 0 for piece in pieces)

    measure = Measure()
    plan(store, cast(Reader, Listing(names)), send, OPTIONS, NOW)
    return {**measure.taken(), "messages": sent[0]}


JOBS: dict[str, Callable[[Store, Region], Json]] = {
    "api": measure_api,
    "work": measure_work,
    "plan": measure_plan,
}
"""What is measured over the store that `compact` left."""

LEFT = (GRAPH, FILE)


def measured(pipelines: int, jobs: Sequence[str] = ("compact", *JOBS)) -> Json:
    """Return what each job takes for so many pipelines, each measured in a process of its own; `compact` is first."""
    with tempfile.TemporaryDirectory() as folder:
        return {job: _in_process(job, pipelines, folder) for job in jobs}


def _in_process(job: str, pipelines: int, folder: str) -> Json:
    command = [sys.executable, "-m", "bench.virtual.memory", job, str(pipelines), folder]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found: Json = json.loads(done.stdout)
    return found


def main(job: str, pipelines: int, folder: Path) -> None:
    """Measure one job, and print what it takes; `folder` is where `compact` leaves what the others find."""
    if job == "compact":
        store, region, memory = copied(pipelines)
        found = measure_compact(store, region)
        for name in LEFT:
            (folder / name).write_bytes(memory.objects[region.folder + name].content)
        sizes = {name: len(memory.objects[region.folder + name].content) for name in LEFT}
        print(json.dumps({**found, "graph_bytes": sizes[GRAPH], "scan_bytes": sizes[FILE]}))
        return
    memory = Memory()
    region = Store(memory).region(ACCOUNT, REGION)
    for name in LEFT:
        memory.write(region.folder + name, (folder / name).read_bytes(), None)
    for name in json.loads((folder / FILE).read_bytes())["pipelines"] if job == "plan" else ():
        memory.objects[region.folder + answer_path(name, None)] = Blob(b"", "-")
    print(json.dumps(JOBS[job](Store(memory), region)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
