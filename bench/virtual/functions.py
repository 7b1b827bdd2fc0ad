"""Lambda in virtual time: invocations that end, fail, run out of time or are killed, and what they are billed for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf
from queue import Empty

from bench.virtual.machine import Killed, Process, VirtualMachine
from bench.virtual.queue import VirtualQueue

Handler = Callable[[str], object]
"""What is invoked with an event; one that raises has failed."""

OVERHEAD_SEC = 0.01
COLD_SEC = 2.0
"""What the service takes for an invocation, and for one that needs a new container."""


@dataclass(slots=True)
class Function:
    """A function. `make` starts a container: what it returns keeps its memory until the container is killed.

    `cpu_sec` is billed besides what an invocation waits for: virtual time passes at waiting alone.
    """

    machine: VirtualMachine
    make: Callable[[], Handler]
    timeout: float
    memory_mb: int
    cpu_sec: Callable[[], float]
    lives: Callable[[], float] = lambda: inf
    """After what time an invocation is killed, with its container."""
    invocations: int = 0
    failures: int = 0
    timeouts: int = 0
    kills: int = 0
    billed_sec: float = 0.0
    longest: float = 0.0
    under_way: dict[Process, None] = field(default_factory=dict)
    _idle: list[Handler] = field(default_factory=list)

    @property
    def gb_seconds(self) -> float:
        """Return what is billed for its time."""
        return self.billed_sec * self.memory_mb / 1024

    def invoke(self, event: str) -> bool:
        """Invoke it, wait for its end, and return whether it succeeded."""
        ended, lives = self.machine.queue(), self.lives()
        handler = self._idle.pop() if self._idle else None
        began = self.machine.now()
        process = self.machine.start_alone(lambda: self._run(handler, event, ended.put))
        self.under_way[process] = None
        try:
            outcome = ended.get(timeout=min(self.timeout, lives))
        except Empty:
            outcome = None
            self.kills += lives < self.timeout
            self.timeouts += lives >= self.timeout
            self.machine.kill(process)
        del self.under_way[process]
        self.invocations += 1
        self.failures += outcome is None
        spent = self.machine.now() - began
        self.billed_sec += ceil(spent * 1000) / 1000
        self.longest = max(self.longest, spent)
        return outcome is not None

    def _run(self, handler: Handler | None, event: str, end: Callable[[object], None]) -> None:
        self.machine.sleep(OVERHEAD_SEC if handler else COLD_SEC)
        handler = handler or self.make()
        try:
            handler(event)
            self.machine.sleep(self.cpu_sec())
        except Killed:
            end(None)
            raise
        except Exception:  # noqa: BLE001 - Lambda keeps the container, and says that the invocation failed
            self._idle.append(handler)
            end(None)
            return
        self._idle.append(handler)
        end(True)


def poll(queue: VirtualQueue, function: Function) -> None:
    """Work a queue off for ever, one message after the other: one of an event source mapping's several."""
    while True:
        message = queue.receive()
        if message is None:
            queue.wait()
        elif function.invoke(message.body):
            queue.delete(message)
