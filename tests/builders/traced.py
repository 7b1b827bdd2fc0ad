"""A program that serves traced requests against a little AWS of its own; the tests read what it tells the daemon.

Run as `python -m tests.builders.traced SCENARIO`: the SDK patches botocore for good, so it gets a process to itself.
"""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.core.values.errors import NotFound, Refused
from chalicelib.tracing import Trace, Tracer, make_tracer

HANGING = threading.Event()
REFUSALS = {"tagging": (404, "NoSuchTagSet"), "acl": (403, "AccessDenied"), "versioning": (503, "SlowDown")}


class LittleAWS(BaseHTTPRequestHandler):
    """Refuses S3's questions as `REFUSALS` says, keeps `?policy` waiting, and answers everything else with nothing."""

    def do_GET(self) -> None:
        question = self.path.partition("?")[2]
        if question == "policy":
            HANGING.wait(20)
        status, code = (403, "AccessDenied") if "closed" in self.path else REFUSALS.get(question, (200, ""))
        words = f"secret words: no GetObject on arn:aws:s3:::{self.path}"
        xml = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>" if code else "<Answer/>"
        self._say(status, xml, "application/xml")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._say(200, "{}", "application/x-amz-json-1.1")

    def _say(self, status: int, text: str, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        pass


class Clients:
    """The two clients that the scenarios ask."""

    def __init__(self, endpoint: str) -> None:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=50)
        made: dict[str, Any] = {"endpoint_url": endpoint, "region_name": "eu-west-1", "config": config}
        self.sagemaker = boto3.client("sagemaker", **made)
        self.s3 = boto3.client("s3", **made)


def read(trace: Trace, stage: str, method: Any, **arguments: str) -> None:
    """One read of a stage, in whatever thread; what AWS refuses is no matter here."""
    with trace.stage(stage), suppress(ClientError):
        method(**arguments)


def tell(tracer: Tracer, clients: Clients, pipeline: str, calls: int = 8) -> None:
    """A request with two overlapping stages in worker threads, and one in its own."""
    with tracer.request("lineage", pipeline=pipeline, region="eu-west-1") as trace, ThreadPoolExecutor(16) as workers:
        read(trace, "definition", clients.sagemaker.describe_pipeline, PipelineName=pipeline)
        for _ in range(calls):
            workers.submit(read, trace, "jobs", clients.sagemaker.describe_model, ModelName=pipeline)
            workers.submit(read, trace, "posture", clients.s3.get_bucket_location, Bucket=f"{pipeline}-bucket")
        with trace.stage("build"):
            pass


def one(tracer: Tracer, clients: Clients) -> None:
    tell(tracer, clients, "churn")


def many_calls(tracer: Tracer, clients: Clients) -> None:
    tell(tracer, clients, "churn", calls=60)


def at_once(tracer: Tracer, clients: Clients) -> None:
    with ThreadPoolExecutor(8) as requests:
        wait([requests.submit(tell, tracer, clients, f"pipeline-{number}") for number in range(8)])


def refusals(tracer: Tracer, clients: Clients) -> None:
    with tracer.request("lineage", pipeline="churn") as trace:
        for method in (clients.s3.get_bucket_tagging, clients.s3.get_bucket_acl, clients.s3.get_bucket_versioning):
            read(trace, "posture", method, Bucket="churn-bucket")


def objects(tracer: Tracer, clients: Clients) -> None:
    with tracer.request("lineage", pipeline="churn") as trace:
        for key in ("reports/of-a-customer.json", "reports/closed-customer.json"):
            read(trace, "jobs", clients.s3.get_object, Bucket="churn-bucket", Key=key)


def asked_wrongly(tracer: Tracer, clients: Clients) -> None:
    with suppress(NotFound), tracer.request("lineage", pipeline="nobody"):
        raise NotFound


def failing(tracer: Tracer, clients: Clients) -> None:
    with suppress(Refused), tracer.request("lineage", pipeline="churn"):
        raise Refused("secret words")


def late(tracer: Tracer, clients: Clients) -> None:
    workers = ThreadPoolExecutor(1)
    with tracer.request("lineage", pipeline="churn") as trace:
        hanging = workers.submit(read, trace, "posture", clients.s3.get_bucket_policy, Bucket="churn-bucket")
        with suppress(TimeoutError):
            hanging.result(0.5)
    HANGING.set()
    hanging.exception()
    tell(tracer, clients, "next")


SCENARIOS = {
    each.__name__: each for each in (one, many_calls, at_once, refusals, objects, asked_wrongly, failing, late)
}


def main(scenario: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), LittleAWS)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    SCENARIOS[scenario](make_tracer(os.environ), Clients(f"http://127.0.0.1:{server.server_port}"))
    sys.stdout.write(str("aws_xray_sdk" in sys.modules))
    server.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
