"""The scan of an account in virtual time from its first day on: what each part asks for, and how long it takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bench.virtual.account import Account, Limits
from bench.virtual.bucket import S3Times, VirtualBucket
from bench.virtual.engine import Deployment, Engine
from bench.virtual.machine import VirtualMachine
from chalicelib.settings import Settings

HOUR = 3600.0
RUN_SEC = 300.0
"""How long an execution takes."""

ROUNDS = 2
"""Scans until what an approved version was made by is traced, and in the graph."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What an account and a deployment are like; `hours` of an ordinary day are simulated."""

    pipelines: int
    runs_a_day: float = 1.0
    hours: float = 1.0
    search: bool = False
    limits: Limits = field(default_factory=Limits)
    deployment: Deployment = field(default_factory=Deployment)
    times: S3Times = field(default_factory=S3Times)


class Whole:
    """An account from its first scan on."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.machine = VirtualMachine()
        self.account = Account(self.machine, conditions.pipelines, conditions.limits)
        self.bucket = VirtualBucket(self.machine, conditions.times)
        settings = Settings(enable_search=conditions.search)
        self.engine = Engine(self.account, self.bucket, conditions.deployment, settings)

    def first(self) -> Json:
        """Scan for the first time, with all schedules, until everything is read; then until the graph knows it."""
        self.engine.start()
        self.engine.settle()
        seconds, least = self.machine.now(), self._least()
        self.machine.run(self.engine.deployment.compact_every)
        self._rest()
        unread = len(self.engine.state["unread"])
        throttled = self._throttled()
        return {"seconds": seconds, "least": least, "unread": unread, "throttled": throttled, **self._counted()}

    def again(self) -> Json:
        """Scan once more, with nothing changed."""
        before, began = self._counted(), self.machine.now()
        self.engine.scan()
        return {"seconds": self.machine.now() - began, **_since(before, self._counted())}

    def day(self) -> Json:
        """Play some hours of an ordinary day: executions that end one after the other, and the schedules.

        Beforehand whatever has an approved version runs again, so that what is approved is not the latest.
        """
        for name in self.account.approved:
            self.end(name)
        for _ in range(ROUNDS):
            self.engine.settle()
            self.engine.scan()
        before = self._counted()
        self.engine.schedule()
        runs = round(self.conditions.pipelines * self.conditions.runs_a_day * self.conditions.hours / 24)
        every = self.conditions.hours * HOUR / max(1, runs)
        for number in range(runs):
            self.end(self.account.names[number % len(self.account.names)], RUN_SEC)
            self.machine.run(every)
        self.machine.run(self.conditions.hours * HOUR - every * runs)
        self._rest()
        return {"runs": runs, **_since(before, self._counted())}

    def daily(self) -> Json:
        """Scan when postures and approvals are past their age, and nothing else has changed."""
        self.machine.run(25 * HOUR)
        return self.again()

    def files(self) -> Json:
        """Return how many bytes the files of the store have."""
        sizes: Counter[str] = Counter()
        for path, blob in self.bucket.objects.items():
            name = path.rpartition("/")[2]
            sizes["answers" if name.startswith(("latest", "execution=")) else name.partition(".")[0]] += len(
                blob.content
            )
        return {"files": len(self.bucket.objects), **sizes}

    def end(self, name: str, seconds: float = 0.0) -> None:
        """Begin an execution that ends so much later, and say so then."""
        run = self.account.run(name, seconds)

        def tell() -> None:
            self.machine.sleep(seconds)
            self.engine.ended(name, run)

        self.machine.start_alone(tell)

    def _rest(self) -> None:
        """End the schedules, and let everything come to its end, and the graph be made."""
        self.engine.scheduled = False
        self.machine.run(max(self.engine.deployment.plan_every, RUN_SEC))
        self.engine.settle()

    def _least(self) -> float:
        """Return the seconds that the limits alone take for what was answered."""
        limits, calls = self.conditions.limits, self.account.calls
        return max(
            (calls["describe"] - limits.describes_burst) / limits.describes,
            (calls["list"] - limits.lists_burst) / limits.lists,
            (calls["search"] - limits.searches_burst) / limits.searches,
        )

    def _throttled(self) -> int:
        return sum(self.account.throttled.values())

    def _counted(self) -> Json:
        functions = self.engine.functions.items()
        return {
            "calls": Counter(self.account.calls),
            "requests": Counter(self.bucket.requests),
            "messages": self.engine.queue.requests,
            "written": self.bucket.bytes["put"],
            "invocations": Counter({name: each.invocations for name, each in functions}),
            "gb_seconds": Counter({name: each.gb_seconds for name, each in functions}),
        }


def _since(before: Json, after: Json) -> Json:
    return {
        name: {key: value - before[name][key] for key, value in each.items()}
        if isinstance(each, Counter)
        else each - before[name]
        for name, each in after.items()
    }


def play(conditions: Conditions) -> Json:
    """Play all of it."""
    whole = Whole(conditions)
    played = {"first": whole.first(), "again": whole.again(), "day": whole.day(), "daily": whole.daily()}
    played["files"] = whole.files()
    played["longest"] = {name: each.longest for name, each in whole.engine.functions.items()}
    whole.machine.stop()
    return played
