"""The scan's own functions on AWS's engine in virtual time: schedules, events, queue, Lambda and S3 around them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

from bench.virtual.account import REGION, Account, Run, epoch
from bench.virtual.bucket import VirtualBucket
from bench.virtual.functions import Function, Handler, poll
from bench.virtual.machine import VirtualMachine
from bench.virtual.queue import Disorder, VirtualQueue
from chalicelib.engine.compact import compact
from chalicelib.engine.notice import notice
from chalicelib.engine.piece import parse_piece
from chalicelib.engine.plan import plan
from chalicelib.engine.schedule import EXECUTION
from chalicelib.engine.work import Worker
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.settings import Settings
from chalicelib.store.layout import Region, Store
from chalicelib.store.state import FILE, RememberedState, parse_state
from faults.double.account import ACCOUNT

Json = dict[str, Any]

RETRY_SEC = (60.0, 120.0)
"""After what times Lambda tries again what a schedule or an event invoked and what failed."""


STEP_SEC = 1.0

MARGIN_SEC = 30.0
"""What is left of a function's time to write what it read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """How the functions are deployed, and what their own computing takes: `plan` for each pipeline.

    `compact` computes for each answer that it reads, and for each pipeline's entry in the state.
    """

    plan_every: float = 3600.0
    compact_every: float = 300.0
    concurrency: int = 4
    timeout: float = 900.0
    kept_sec: float = 900.0
    most_receives: int = 5
    posture_max_age: timedelta = timedelta(hours=24)
    memory_mb: int = 1024
    compact_memory_mb: int = 3008
    work_cpu_sec: float = 0.1
    plan_cpu_sec: float = 0.0002
    answer_cpu_sec: float = 0.003
    entry_cpu_sec: float = 0.00005


class Engine:
    """The engine over one account and one bucket."""

    def __init__(
        self,
        account: Account,
        bucket: VirtualBucket,
        deployment: Deployment,
        settings: Settings | None = None,
        *,
        chance: random.Random | None = None,
        disorder: Disorder | None = None,
    ) -> None:
        self.account, self.bucket, self.deployment = account, bucket, deployment
        self.machine: VirtualMachine = account.machine
        self.store = Store(bucket)
        self.queue = VirtualQueue(
            self.machine,
            visibility=6 * deployment.timeout,
            most_receives=deployment.most_receives,
            chance=chance or random.Random(0),
            disorder=disorder or Disorder(),
        )
        settings = self._settings = settings or Settings()
        self.options = Options(sensitive_tags=settings.sensitive_tags, posture_max_age=deployment.posture_max_age)
        size = len(account.names)
        self.plan = self._function(self._planner, deployment.plan_cpu_sec * size)
        self.work = self._function(self._worker, deployment.work_cpu_sec)
        self.notice = self._function(self._noticer, 0.005)
        self.compact = self._function(self._compactor, deployment.entry_cpu_sec * size)
        bucket.computing_sec = deployment.answer_cpu_sec
        self.compact.memory_mb = deployment.compact_memory_mb
        self.scheduled = True
        self.functions = {"plan": self.plan, "work": self.work, "notice": self.notice, "compact": self.compact}

    @property
    def region(self) -> Region:
        """Return the account's region in the store."""
        return self.store.region(ACCOUNT, REGION)

    @property
    def state(self) -> Json:
        """Return what `scan.json` says, without a request."""
        blob = self.bucket.objects.get(self.region.folder + FILE)
        return parse_state(json.loads(blob.content) if blob else None)

    def start(self, *, schedules: bool = True) -> None:
        """Start the pollers, and the schedules."""
        for _ in range(self.deployment.concurrency):
            self.machine.start_alone(lambda: poll(self.queue, self.work))
        if schedules:
            self.schedule()

    def schedule(self) -> None:
        """Start the schedules; they end once `scheduled` is false."""
        self.scheduled = True
        self.machine.start_alone(lambda: self._repeat(self.plan, self.deployment.plan_every))
        self.machine.start_alone(lambda: self._repeat(self.compact, self.deployment.compact_every))

    def scan(self) -> None:
        """Plan, work everything off, and compact."""
        for function in (self.plan, self.compact):
            self.machine.start_alone(lambda function=function: self.insist(function))  # type: ignore[misc]
            self.settle()

    def settle(self) -> None:
        """Let time pass until no message is left, and no function is under way."""
        self.machine.run(STEP_SEC)
        while not self.queue.is_empty or any(each.under_way for each in self.functions.values()):
            self.machine.run(STEP_SEC)

    def ended(self, name: str, run: Run) -> None:
        """Say that an execution has ended, as EventBridge does: at least once."""
        event = {
            "source": "aws.sagemaker",
            "detail-type": EXECUTION,
            "account": ACCOUNT,
            "region": REGION,
            "time": self.clock().isoformat(),
            "detail": {
                "pipelineExecutionArn": self.account.execution_arn(name, run),
                "currentPipelineExecutionStatus": "Succeeded",
            },
        }
        text = json.dumps(event)
        self.machine.start_alone(lambda: self.insist(self.notice, text))

    def insist(self, function: Function, event: str = "") -> bool:
        """Invoke as a schedule or an event does, and again where it failed."""
        if function.invoke(event):
            return True
        for seconds in RETRY_SEC:
            self.machine.sleep(seconds)
            if function.invoke(event):
                return True
        return False

    def clock(self) -> datetime:
        """Return the time of day, in whole seconds."""
        return datetime.fromtimestamp(int(epoch(self.machine.now())), UTC)

    # --- Containers

    def _function(self, make: Callable[[], Handler], cpu_sec: float) -> Function:
        return Function(self.machine, make, self.deployment.timeout, self.deployment.memory_mb, lambda: cpu_sec)

    def _reader(self) -> Reader:
        return Reader(REGION, self.account.reads(), self._settings, self.machine)

    def _send(self, pieces: Any) -> None:
        self.queue.send_all(piece.text() for piece in pieces)

    def _planner(self) -> Handler:
        reader = self._reader()
        return lambda _: plan(self.store, reader, self._send, self.options, self.clock())

    def _noticer(self) -> Handler:
        return lambda event: notice(json.loads(event), self._send, [REGION])

    def _compactor(self) -> Handler:
        return lambda _: compact(self.region, self.options, self.clock)

    def _worker(self) -> Handler:
        """Return a worker that keeps its reader, and so its pace, for as long as a warm function does."""
        state, kept = RememberedState(), [(-inf, self._reader())]

        def handle(event: str) -> None:
            if self.machine.now() - kept[0][0] > self.deployment.kept_sec:
                kept[0] = self.machine.now(), self._reader()
            reader = kept[0][1]
            reader.patience_sec = self.deployment.timeout - MARGIN_SEC
            worker = Worker(self.store, reader, self.options, self.clock, state)
            worker.work(parse_piece(event))

        return handle

    def _repeat(self, function: Function, every: float) -> None:
        while self.scheduled:
            self.machine.start_alone(lambda: self.insist(function))  # whether or not the last one is over
            self.machine.sleep(every)
