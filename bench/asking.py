"""The service as `app.py` puts it together, asked in this process; its environment must point at the double."""

from __future__ import annotations

import dataclasses
import importlib
import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.clients import Clients
from chalicelib.aws.reads import Reads
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.scheduler import WORKERS
from chalicelib.web.handlers import (
    get_account,
    get_by_domain,
    get_catalog,
    get_executions,
    get_lineage,
    get_pipelines,
    get_schema,
)
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond

REGION = "ap-northeast-2"
NOBODY = "http://127.0.0.1:9"
"""An address that refuses every connection."""

ROUTES: Mapping[str, Handler] = {
    "/lineage": get_lineage,
    "/pipelines": get_pipelines,
    "/executions": get_executions,
    "/schema": get_schema,
    "/sagemaker/catalog": get_catalog,
    "/lineage/by-domain": get_by_domain,
    "/account": get_account,
}


@dataclass(frozen=True, slots=True)
class Answered:
    """A reply, and the seconds that it took."""

    status: int
    headers: Mapping[str, str]
    text: str
    seconds: float

    @property
    def body(self) -> Any:
        """Return what the JSON says."""
        return json.loads(self.text)


class Asker:
    """Asks the service; every question finds an empty memory unless it says otherwise."""

    def __init__(self, region: str = REGION) -> None:
        app: Any = importlib.import_module("app")
        logging.getLogger("lineage").setLevel("CRITICAL")
        app.SERVICE.regions()
        self.region = region
        self.reads: Reads = app.SERVICE.reads(region)
        self.service: Service = app.SERVICE
        self._make_reads: Callable[[str], Reads] = Clients(
            default_region=region, s3_timeout_ms=app.settings.s3_timeout_ms, connections=WORKERS
        ).make_reads

    def ask(
        self,
        route: str,
        params: Mapping[str, str],
        *,
        cold: bool = True,
        deadline_ms: int | None = None,
        refusing: str | None = None,
        headers: Mapping[str, str] | None = None,
        search: bool = False,
    ) -> Answered:
        """Return one answer; `refusing` names a field of `Reads` whose host takes no connection."""
        settings = self.service.settings
        service = self.service._replace(settings=settings._replace(enable_search=search or settings.enable_search))
        if cold:
            service = service._replace(cache=Cache(2000, time.monotonic))
        if deadline_ms is not None:
            settings = service.settings._replace(deadline_ms=deadline_ms)
            service = service._replace(settings=settings)
        if refusing is not None:
            reads = self.reads._replace(**{refusing: getattr(self._refusing_reads(), refusing)})
            service = service._replace(reads=lambda _: reads)
        asked = {name: [value] for name, value in {"region": self.region, **params}.items()}
        start = time.perf_counter()
        reply = respond(ROUTES[route], Request(route, asked, "bench", headers=headers or {}), service)
        return Answered(reply.status, dict(reply.headers), reply.body.decode(), time.perf_counter() - start)

    def _refusing_reads(self) -> Reads:
        before = os.environ.get("AWS_ENDPOINT_URL", "")
        os.environ["AWS_ENDPOINT_URL"] = NOBODY
        try:
            return self._make_reads(self.region)
        finally:
            os.environ["AWS_ENDPOINT_URL"] = before


def main() -> None:
    """Answer questions from standard input until there are no more.

    A line is a JSON object of `ask`'s arguments, or a list of such, which are asked all at once.
    """
    asker = Asker()
    for line in sys.stdin:
        asked = json.loads(line)
        if isinstance(asked, list):
            with ThreadPoolExecutor(len(asked)) as crowd:
                replies = list(crowd.map(lambda how: dataclasses.asdict(asker.ask(**how)), asked))
            print(json.dumps({"replies": replies, "threads": threads_left(5)}), flush=True)
        else:
            print(json.dumps(dataclasses.asdict(asker.ask(**asked))), flush=True)


def threads_left(seconds: float) -> int:
    """Return how many threads there are beside the main one, after they have had so long to end."""
    until = time.monotonic() + seconds
    while threading.active_count() > 1 and time.monotonic() < until:
        time.sleep(0.01)
    return threading.active_count() - 1


if __name__ == "__main__":
    main()
