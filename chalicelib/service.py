"""The composition root: the service over its settings, with AWS's own clients."""

from __future__ import annotations

import time
from collections.abc import Mapping

from chalicelib.aws.clients import Clients
from chalicelib.fetch.cache import Cache
from chalicelib.fetch.scheduler import WORKERS
from chalicelib.logs import silence_libraries
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.request import Service


def make_service(settings: Settings, environment: Mapping[str, str]) -> Service:
    """Put the service together: AWS's own clients, a cache, and traces where there is a daemon for them."""
    silence_libraries()
    clients = Clients(default_region=settings.default_region, s3_timeout_ms=settings.s3_timeout_ms, connections=WORKERS)
    return Service(
        settings=settings,
        reads=clients.reads,
        regions=clients.regions,
        cache=Cache(size=2000, clock=time.monotonic),
        tracer=make_tracer(environment),
    )
