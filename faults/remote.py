"""The service in a process of its own that asks the double: what it does there touches nobody's environment here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from faults.double.running import KEY, ROOT, Double


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, and how long it took there."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float

    @property
    def body(self) -> Any:
        """Return what the JSON says."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Remote:
    """A running service; questions are answered one after the other."""

    process: subprocess.Popen[str]
    questions: IO[str]
    replies: IO[str]

    def send(self, route: str = "/lineage", *, how: Mapping[str, Any] | None = None, **params: str) -> None:
        """Ask, and do not wait; `how` are other arguments of `bench.asking.Asker.ask`."""
        self.questions.write(json.dumps({"route": route, "params": params, **(how or {})}) + "\n")
        self.questions.flush()

    def receive(self) -> Reply:
        """Wait for the reply to the oldest question."""
        return Reply(**json.loads(self.replies.readline()))

    def ask_together(self, questions: list[dict[str, Any]]) -> tuple[list[Reply], int]:
        """Ask all at once; return the replies in the questions' order, and how many threads were left after them."""
        self.questions.write(json.dumps(questions) + "\n")
        self.questions.flush()
        answered = json.loads(self.replies.readline())
        return [Reply(**reply) for reply in answered["replies"]], answered["threads"]

    def ask(self, route: str = "/lineage", *, how: Mapping[str, Any] | None = None, **params: str) -> Reply:
        """Ask and wait."""
        self.send(route, how=how, **params)
        return self.receive()


@contextmanager
def service(double: Double, key: str = KEY, **settings: str) -> Iterator[Remote]:
    """Run the service with these settings, for as long as the block lasts."""
    environment = {**os.environ, **double.environment(key), **settings}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.asking"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Remote(process, process.stdin, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
