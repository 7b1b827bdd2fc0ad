"""The service over an account that is nothing but a hostile definition, and what must hold of any answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from bench.asking import ROUTES
from chalicelib.aws.reads import Reads
from chalicelib.fetch.cache import Cache
from chalicelib.http.reply import Reply
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer
from chalicelib.web.request import Request, Service
from chalicelib.web.respond import respond
from faults.fuzzing import MARKUP

REGIONS = frozenset({"ap-northeast-2", "us-east-1"})
ARN = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/p"
WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
SLOW_SEC = 60.0
"""What takes longer is a hang: a fuzzed definition is small, and this machine may be busy."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """An account whose pipeline has this definition, whose steps ran, and whose jobs say `said`."""

    definition: str
    said: Any = None

    def reads(self, _region: str) -> Reads:
        """Return the account, as the service asks it; what is not played here is refused."""
        run = {"PipelineExecutionArn": f"{ARN}/execution/e1", "PipelineExecutionStatus": "Succeeded", "StartTime": WHEN}
        answers: dict[str, Mapping[str, Any]] = {
            "describe_pipeline": {"PipelineArn": ARN, "PipelineName": "p", "PipelineDefinition": self.definition},
            "describe_pipeline_definition_for_execution": {"PipelineDefinition": self.definition},
            "describe_pipeline_execution": run,
            "list_pipelines": {"PipelineSummaries": [{"PipelineName": "p", "PipelineArn": ARN}]},
            "list_pipeline_executions": {"PipelineExecutionSummaries": [run]},
            "list_pipeline_execution_steps": {"PipelineExecutionSteps": self._steps()},
            "list_pipeline_parameters_for_execution": {"PipelineParameters": [{"Name": "P", "Value": "s3://b/p"}]},
            "list_tags": {"Tags": [{"Key": text, "Value": text} for text in MARKUP]},
            "list_domains": {"Domains": []},
        }
        if isinstance(self.said, dict):
            jobs = ("describe_processing_job", "describe_training_job", "describe_model", "describe_model_package")
            answers |= {job: {**self.said, "Said": 1} for job in jobs}
        return Reads(**{name: _player(answers.get(name)) for name in Reads._fields})

    def _steps(self) -> list[dict[str, Any]]:
        kinds = {"Processing": "ProcessingJob", "Training": "TrainingJob", "Model": "Model"}
        return [
            {
                "StepName": name,
                "StepStatus": "Succeeded",
                "StartTime": WHEN,
                "EndTime": WHEN,
                "Metadata": {kinds.get(kind, "RegisterModel"): {"Arn": f"{ARN.rpartition(':')[0]}:x/{number}"}},
            }
            for number, (name, kind) in enumerate(_named_steps(self.definition))
        ]


def _named_steps(definition: str) -> list[tuple[str, str]]:
    try:
        document = json.loads(definition)
    except (ValueError, RecursionError):
        return []
    listed = document.get("Steps") if isinstance(document, dict) else None
    each = [step for step in listed if isinstance(step, dict)] if isinstance(listed, list) else []
    return [(step["Name"], str(step.get("Type"))) for step in each if isinstance(step.get("Name"), str)]


def _player(answer: Mapping[str, Any] | None) -> Any:
    def play(**_: Any) -> Mapping[str, Any]:
        if answer is None:
            denial = {"Error": {"Code": "AccessDenied", "Message": MARKUP[0]}, "ResponseMetadata": {}}
            raise ClientError(denial, "Any")  # type: ignore[arg-type]
        return answer

    return play


PLAIN = '{"Version": "2020-12-01", "Steps": [{"Name": "S", "Type": "Fail", "Arguments": {}}]}'


def ask(route: str, params: Mapping[str, Sequence[str]], account: Hostile) -> Reply:
    """Return the reply to one question; problems are AssertionErrors."""
    service = Service(
        settings=Settings(enable_reports=False, posture_ttl_sec=0),
        reads=account.reads,
        regions=lambda: REGIONS,
        cache=Cache(0, time.monotonic),
        tracer=make_tracer({}),
    )
    start = time.monotonic()
    reply = respond(ROUTES[route], Request(route, params, "fuzz"), service)
    took = time.monotonic() - start
    assert took < SLOW_SEC, f"took {took:.1f} s"
    assert reply.status in (200, 400, 404, 413, 502), f"{reply.status}: {reply.body[:300]!r}"
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    return reply


def check_query(route: str, params: Mapping[str, Sequence[str]]) -> None:
    """Check that a hostile question is refused in one clear sentence that repeats nothing of it, or answered."""
    reply = ask(route, params, Hostile(PLAIN))
    body = json.loads(reply.body)
    if reply.status != 200:
        assert "message" in body
        assert not any(sign in body["message"] for sign in "<>{}`\x00\r\n"), body["message"]
        assert len(reply.body) < 5000


def check_definition(definition: str, said: Any) -> None:
    """Check that a definition is answered by a graph that holds together, or refused with the place that is wrong."""
    reply = ask("/lineage", {"pipeline": ["p"], "region": ["us-east-1"], "view": ["both"]}, Hostile(definition, said))
    body = json.loads(reply.body, parse_constant=_no_constant)
    if reply.status == 502:
        assert "(at " in body["message"], body
    if reply.status != 200:
        return
    nodes = [node["id"] for node in body["graph"]["nodes"]]
    assert len(nodes) == len(set(nodes))
    assert {end for edge in body["graph"]["edges"] for end in (edge["from"], edge["to"])} <= set(nodes)
    assert [artifact["id"] for artifact in body["graph"]["artifacts"]] == list(range(len(body["graph"]["artifacts"])))


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} is no JSON")
