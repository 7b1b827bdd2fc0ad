"""An hour in which AWS keeps no more than it promises: events and messages twice, late and lost, functions killed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from math import inf
from typing import Any

from bench.virtual.account import REGION, Account, Limits, Run
from bench.virtual.bucket import S3Times, VirtualBucket
from bench.virtual.engine import Deployment, Engine
from bench.virtual.machine import VirtualMachine
from bench.virtual.queue import Disorder
from chalicelib.scan.progress import Progress
from chalicelib.scan.run import scan
from chalicelib.settings import Settings
from chalicelib.store.layout import Store

HOUR = 3600.0
REST = 25 * HOUR
"""After what time whatever was lost is sent again, and whatever failed is tried again."""

LIVES_SEC = 4.0
"""How long an invocation lives on average; to read a pipeline takes a second, and three in a new container."""

ROUNDS = 3

SHARES = {"lost": 0.1, "twice": 0.2, "late": 0.3}
"""Of the events."""


@dataclass(slots=True)
class Hour:
    """What happened in it, and the files that are not what a scan of the folder makes of the same account."""

    happened: Counter[str] = field(default_factory=Counter)
    different: list[str] = field(default_factory=list)
    compared: int = 0
    unread: dict[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "happened": dict(self.happened),
            "different": self.different,
            "compared": self.compared,
            "unread": self.unread,
        }


def play(pipelines: int, seed: int, *, run_every: float = 20.0) -> Hour:
    """Play an hour of disorder over an account whose pipelines run all the while, let it come to rest, and compare."""
    machine, chance = VirtualMachine(), random.Random(seed)
    account = Account(machine, pipelines, Limits())
    bucket = VirtualBucket(machine, S3Times())
    deployment = Deployment(plan_every=600.0, compact_every=60.0, timeout=60.0, posture_max_age=timedelta(days=300))
    engine = Engine(account, bucket, deployment, chance=chance, disorder=Disorder(twice=0.1, late=0.3))
    hour = Hour()
    engine.start()
    for function in engine.functions.values():
        function.lives = lambda: chance.expovariate(1 / LIVES_SEC) if machine.now() < HOUR else inf
    machine.start_alone(lambda: _run(engine, chance, run_every, hour))
    machine.run(HOUR)
    engine.scheduled = False
    for _ in range(ROUNDS):
        machine.run(REST)
        engine.scan()
    _compare(engine, hour)
    machine.stop()
    return hour


def _run(engine: Engine, chance: random.Random, every: float, hour: Hour) -> None:
    machine, account = engine.machine, engine.account
    while machine.now() < HOUR:
        machine.sleep(chance.expovariate(1 / every))
        name = chance.choice(account.names)
        if account.runs[name][-1].ends <= machine.now():
            run = account.run(name, chance.uniform(5.0, 300.0))
            hour.happened["runs"] += 1
            machine.start_alone(lambda name=name, run=run: _tell(engine, chance, name, run, hour))  # type: ignore[misc]


def _tell(engine: Engine, chance: random.Random, name: str, run: Run, hour: Hour) -> None:
    """Tell of the end of a run, if at all: in time or not, once or twice."""
    engine.machine.sleep(run.ends - engine.machine.now())
    if chance.random() < SHARES["lost"]:
        hour.happened["events lost"] += 1
        return
    for _ in range(1 + (chance.random() < SHARES["twice"])):
        if chance.random() < SHARES["late"]:
            hour.happened["late"] += 1
            engine.machine.sleep(chance.uniform(0.0, 600.0))
        hour.happened["events"] += 1
        engine.ended(name, run)


def _compare(engine: Engine, hour: Hour) -> None:
    """Compare with a scan into an empty store, as the command line makes it; `scan.json` alone has times of its own."""
    machine = VirtualMachine()
    machine.time = engine.machine.now()
    whole = VirtualBucket(machine, S3Times())
    settings, reads = Settings(), engine.account.reads()
    scan(
        Store(whole),
        [REGION],
        lambda _: reads,
        settings,
        engine.options,
        now=engine.clock,
        progress=Progress(StringIO()),
    )
    kept = engine.bucket.objects
    paths = [path for path in whole.objects if not path.endswith("scan.json")]
    hour.compared = len(paths)
    hour.different = [path for path in paths if path not in kept or kept[path] != whole.objects[path]]
    more = (path for path in kept.keys() - whole.objects.keys() if "/execution=" not in path)
    hour.different += [f"{path}: not there in a scan of the folder" for path in sorted(more)]
    hour.unread = engine.state["unread"]
    for name, function in engine.functions.items():
        hour.happened[f"{name} killed"] = function.kills
    hour.happened["messages"] = engine.queue.requests
    hour.happened["conflicts"] = engine.bucket.conflicts
    hour.happened["dead letters"] = len(engine.queue.dead)
    hour.happened["throttled"] = sum(engine.account.throttled.values())
