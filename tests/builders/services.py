"""The service over reads that a test makes up, region by region."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.aws.reads import Reads
from chalicelib.fetch.cache import Cache
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.request import Handler, Request, Service
from chalicelib.web.respond import respond
from tests.builders.reads import make_reads

HOME = "ap-northeast-2"
ACCOUNT = "123456789012"


def pipeline_arn(name: str, region: str = HOME) -> str:
    """The ARN of a pipeline of the account."""
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:pipeline/{name}"


def pipeline_reads(*steps: Mapping[str, Any], name: str = "p", **more: Any) -> Reads:
    """An account with one pipeline that never ran; `more` are further reads, or others in place of these."""
    definition = json.dumps({"Version": "2020-12-01", "Steps": steps})
    described = {"PipelineArn": pipeline_arn(name), "PipelineName": name, "PipelineDefinition": definition}
    fixed: dict[str, Any] = {
        "describe_pipeline": described,
        "list_tags": {"Tags": []},
        "list_pipeline_executions": {"PipelineExecutionSummaries": []},
    }
    return make_reads(**(fixed | more))


def service_over(reads: Reads | Mapping[str, Reads], settings: Settings | None = None) -> Service:
    """The service over one account, or one for each region."""
    of_region = reads if isinstance(reads, Mapping) else {HOME: reads}
    return Service(
        settings=settings or Settings(deadline_ms=5000, posture_ttl_sec=0),
        reads=lambda region: of_region[region],
        regions=lambda: frozenset(of_region),
        cache=Cache(10, time.monotonic),
        tracer=make_tracer({}),
    )


def ask(
    answerer: Handler,
    reads: Reads | Mapping[str, Reads],
    *,
    settings: Settings | None = None,
    **params: str | Sequence[str],
) -> tuple[int, Any]:
    """Status and body of the reply to a question, over one account or one for each region."""
    query = {name: [value] if isinstance(value, str) else list(value) for name, value in params.items()}
    reply = respond(answerer, Request("/x", query, "request-1"), service_over(reads, settings))
    return reply.status, json.loads(reply.body)
