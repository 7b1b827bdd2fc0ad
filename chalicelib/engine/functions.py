"""The four functions as Lambda calls them, over the settings, AWS's own clients, and what a warm process keeps."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from chalicelib.aws.clients import Clients, make_queue_client
from chalicelib.aws.reads import Reads
from chalicelib.engine.compact import compact
from chalicelib.engine.measure import measured
from chalicelib.engine.notice import notice
from chalicelib.engine.piece import Send, parse_piece
from chalicelib.engine.plan import plan
from chalicelib.engine.queue import MOST_RECEIVES, Queue
from chalicelib.engine.work import Worker
from chalicelib.fetch.scheduler import WORKERS
from chalicelib.scan.options import Options
from chalicelib.scan.reader import Reader
from chalicelib.settings import Settings
from chalicelib.store.layout import Store
from chalicelib.store.opening import open_store
from chalicelib.store.state import RememberedState

KEPT_SEC = 900.0
"""How long a warm process keeps a reader, and so what it read of buckets' settings."""

MARGIN_MS = 30_000
"""What is left of a function's time to write what it read."""

LOG = logging.getLogger("lineage")


class Functions:
    """The functions of one stage, which scans one region. `reads` gives what may be asked in a region."""

    def __init__(
        self, settings: Settings, region: str, reads: Callable[[str], Reads], store: Store, send: Send
    ) -> None:
        self._settings = settings
        self._region = region
        self._reads = reads
        self._store = store
        self._send = send
        self._options = Options(sensitive_tags=settings.sensitive_tags)
        self._readers: dict[str, tuple[float, Reader]] = {}
        self._state = RememberedState()

    def plan(self, remaining_ms: int) -> None:
        """Send a piece of work for whatever changed."""
        sent = plan(self._store, self._reader(self._region, remaining_ms), self._send, self._options, _now())
        LOG.info(json.dumps({"scan": "plan", "region": self._region, "sent": sent}))

    def notice(self, event: Mapping[str, Any]) -> None:
        """Send the piece of work that an event asks for."""
        notice(event, self._send, [self._region])

    def work(self, message: Mapping[str, Any], remaining_ms: int) -> None:
        """Do the piece of work of a message; what it raises, leaves the message in the queue."""
        piece = parse_piece(message["body"])
        received = int(message.get("attributes", {}).get("ApproximateReceiveCount", 1))
        reader = self._reader(piece.region, remaining_ms)
        Worker(self._store, reader, self._options, _now, self._state).work(piece, last=received >= MOST_RECEIVES)

    def compact(self) -> None:
        """Make the graph of each region anew where something new is known, and say how far the scan is."""
        for region in self._store.regions():
            state = compact(region, self._options, _now)
            # The metrics are read from this line: no level is to hide it.
            LOG.log(logging.CRITICAL, json.dumps(measured(state, region.name, self._settings.scan_queue, _now())))

    def _reader(self, region: str, remaining_ms: int) -> Reader:
        made, reader = self._readers.get(region, (None, None))
        if reader is None or made is None or time.monotonic() - made > KEPT_SEC:
            reader = Reader(region, self._reads(region), self._settings)
            self._readers[region] = (time.monotonic(), reader)
        reader.patience_sec = max(remaining_ms - MARGIN_MS, remaining_ms / 2) / 1000
        return reader


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@cache
def made(settings: Settings, region: str) -> Functions:
    """Return the functions over AWS's own clients, for the region that is scanned; made once for a process."""
    clients = Clients(default_region=settings.default_region, s3_timeout_ms=settings.s3_timeout_ms, connections=WORKERS)
    queue = Queue(make_queue_client(), settings.scan_queue)
    return Functions(settings, region, clients.reads, open_store(settings.lineage_store), queue.send)
