"""Runs the double in a process of its own, and speaks to its control address."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEY = "double"
"""The access key (and secret) of the account that is asked where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Double:
    """A running double; `port` is on loopback."""

    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Return where AWS clients find it."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, key: str = KEY, region: str = "ap-northeast-2") -> dict[str, str]:
        """Return the variables that point boto3 at it, and at nothing of this machine's own."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": key,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    def configure(self, key: str = KEY, **settings: Any) -> None:
        """Set the account anew.

        Settings are `latency_ms`, `limit` {rate, burst, operations} or a list of such, and `faults` [{fault, operation,
        contains, times, spares}].
        """
        self._ask("POST", key, settings)

    def log(self, key: str = KEY) -> list[dict[str, Any]]:
        """Return the calls since the account was last configured, in the order of their arrival."""
        return list(json.loads(self._ask("GET", key)))

    def _ask(self, method: str, key: str, body: Mapping[str, Any] | None = None) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, f"/_double/{key}", json.dumps(body) if body is not None else None)
            return connection.getresponse().read()
        finally:
            connection.close()


@contextmanager
def running(lists: str = "mix-5x2:12") -> Iterator[Double]:
    """Run a double for as long as the block lasts; `lists` is what `faults.double.account.listed` reads."""
    process = subprocess.Popen(
        [sys.executable, "-m", "faults.double"],
        cwd=ROOT,
        env={**os.environ, "DOUBLE_LISTS": lists},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield Double(int(process.stdout.readline()), process)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
