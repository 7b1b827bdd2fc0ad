"""Hostile questions and definitions, and what must hold of the answer to any of them."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from hypothesis import strategies as st

from chalicelib import web
from chalicelib.aws.reads import Reads
from chalicelib.memory import Memory
from chalicelib.settings import Settings
from chalicelib.tracing import make_tracer

REGIONS = frozenset({"ap-northeast-2", "us-east-1"})
ARN = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/p"
WHEN = datetime(2026, 3, 1, 9, tzinfo=UTC)
SLOW_SEC = 20.0
"""What takes longer is a hang: a fuzzed definition is small, and this machine may be busy."""

MARKUP = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "${7*7}", "{{7*7}}")
NASTY = (
    *MARKUP,
    "",
    " ",
    "\x00",
    "\ud800",
    "\r\nSet-Cookie: a=b",
    "../../etc/passwd",
    "🔥" * 40,
    "\u202e",
    "%00",
    "A" * 5000,
    "9" * 400,
    "NaN",
    "s3://",
    "s3://b/../k",
    "S3://B//k/",
    "arn:aws:sagemaker:us-east-1:111122223333:pipeline/p",
    "arn:aws:sagemaker:us-east-1.evil.example:111122223333:pipeline/p",
    "__proto__",
    "constructor",
)
PARAMETERS = (
    "pipeline",
    "region",
    "includeLatestExec",
    "domain",
    "execution",
    "view",
    "posture",
    "step",
    "maxResults",
    "nextToken",
    "regions",
    "name",
)
GOOD = ("p", "us-east-1", "true", "no", "graph", "both", "full", "basic", "1", "100", "exec00000001", "d-1", "S")


# --- Query strings


def texts() -> st.SearchStrategy[str]:
    """Any text at all, and what has been used against parsers before."""
    return st.one_of(st.sampled_from(NASTY), st.sampled_from(GOOD), st.text(max_size=60))


def queries() -> st.SearchStrategy[dict[str, list[str]]]:
    """A query string: mostly known names, at times given twice."""
    names = st.one_of(st.sampled_from(PARAMETERS), st.sampled_from(PARAMETERS), texts())
    return st.dictionaries(names, st.lists(texts(), min_size=1, max_size=2), max_size=6)


# --- Definitions

STEP_TYPES = (
    "Processing Training Transform Tuning AutoML Model RegisterModel EndpointConfig Endpoint InferenceComponent "
    "Lambda Callback EMR EMRServerless Lineage Job Cleanup ForEach Condition Fail QualityCheck ClarifyCheck "
    "BedrockModelImport Athena HubContent Unheard"
).split()
KEYS = (
    "S3Uri S3Input S3Output ProcessingInputs ProcessingOutputConfig Outputs OutputName InputName InputDataConfig "
    "DataSource S3DataSource OutputDataConfig S3OutputPath ModelDataUrl Containers PrimaryContainer Conditions IfSteps "
    "ElseSteps ForEachBody IterableItems Arguments DependsOn Name Type Get Std:Join Std:JsonGet On Values Path "
    "PropertyFile JobConfigDocument ModelMetrics Environment HyperParameters Tags KmsKeyId StepConfig HadoopJarStep "
    "Args PropertyFiles FilePath PropertyFileName DatasetDefinition FeatureStoreOutput Associations Source Destination"
).split()
PATHS = (
    "Parameters.P",
    "Parameters.",
    "Steps.A",
    "Steps.A.ProcessingOutputConfig.Outputs['x'].S3Output.S3Uri",
    "Steps.B.ModelArtifacts.S3ModelArtifacts",
    "Steps.A.PropertyFiles.R",
    "Steps.C.Outcome",
    "Steps.A.ProcessingOutputConfig.Outputs[99999999999].S3Output",
    "Steps.A['",
    "Execution.PipelineExecutionId",
    "ForEach.CurrentItem.x",
    "IterationOutput.A.x",
    "....",
)
NAMES = ("A", "B", "C", "P", "Steps", "A-0", *NASTY)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["s3://b/k", "s3://b", "s3://b/k/x/model.tar.gz", "[1,2]", '{"a": {"Get": "Parameters.P"}}']),
    texts(),
)
gets = st.builds(lambda path: {"Get": path}, st.one_of(st.sampled_from(PATHS), texts()))


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    values = st.lists(inner, max_size=4)
    return st.one_of(
        values,
        st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=8)), inner, max_size=4),
        st.builds(lambda on, parts: {"Std:Join": {"On": on, "Values": parts}}, st.sampled_from(["", "/", 1]), values),
        st.builds(lambda file, path: {"Std:JsonGet": {"PropertyFile": file, "Path": path}}, inner, inner),
        st.builds(lambda uri: {"ProcessingInputs": [{"InputName": "i", "S3Input": {"S3Uri": uri}}]}, inner),
        st.builds(
            lambda uri: {"ProcessingOutputConfig": {"Outputs": [{"OutputName": "x", "S3Output": {"S3Uri": uri}}]}},
            inner,
        ),
    )


trees = st.recursive(st.one_of(scalars, gets), _grow, max_leaves=12)


def steps(depth: int = 2) -> st.SearchStrategy[Any]:
    """A step, or something that only resembles one; conditions and loops hold others."""
    arguments: st.SearchStrategy[Any] = trees
    if depth:
        branch = st.lists(steps(depth - 1), max_size=2)
        holder = st.fixed_dictionaries({"Conditions": trees, "IfSteps": branch, "ElseSteps": branch})
        arguments = st.one_of(trees, holder, st.fixed_dictionaries({"ForEachBody": branch, "IterableItems": trees}))
    return st.fixed_dictionaries(
        {"Name": st.one_of(st.sampled_from(NAMES), texts()), "Type": st.one_of(st.sampled_from(STEP_TYPES), texts())},
        optional={
            "Arguments": arguments,
            "DependsOn": st.one_of(st.lists(st.sampled_from(NAMES), max_size=3), trees),
            "PropertyFiles": trees,
            "OutputParameters": trees,
            "DisplayName": scalars,
            "CacheConfig": trees,
        },
    )


def definitions() -> st.SearchStrategy[str]:
    """A definition document: of the grammar, nearly of it, any JSON, or any text."""
    whole = st.fixed_dictionaries(
        {"Version": st.just("2020-12-01"), "Steps": st.lists(steps(), max_size=4)},
        optional={
            "Parameters": st.one_of(
                trees, st.lists(st.builds(lambda v: {"Name": "P", "Type": "String", "DefaultValue": v}, scalars))
            ),
            "PipelineExperimentConfig": trees,
        },
    )
    written = whole.map(lambda document: json.dumps(document))
    torn = st.builds(_tear, written, st.integers(0, 2**32))
    return st.one_of(written, written, torn, trees.map(lambda tree: json.dumps(tree)), st.text(max_size=40))


def _tear(text: str, seed: int) -> str:
    """A document with a few of its characters gone, doubled or changed."""
    chance = random.Random(seed)
    letters = list(text)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(letters))
        letters[at : at + chance.randint(0, 3)] = chance.choice(["", '"', "{", "]", ",", "\\", "0", letters[at] * 2])
        letters = letters or ["0"]
    return "".join(letters)


# --- The service, over an account that is nothing but the definition


@dataclass(frozen=True, slots=True)
class Hostile:
    """An account whose pipeline has this definition, whose steps ran, and whose jobs say `said`."""

    definition: str
    said: Any = None

    def reads(self, _region: str) -> Reads:
        """The account, as the service asks it; what is not played here is refused."""
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
        return Reads(**{each.name: _player(answers.get(each.name)) for each in fields(Reads)})

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
ANSWERERS: Mapping[str, web.Answerer] = {
    "/lineage": web.answer_lineage,
    "/pipelines": web.answer_pipelines,
    "/executions": web.answer_executions,
    "/sagemaker/catalog": web.answer_catalog,
    "/lineage/by-domain": web.answer_by_domain,
    "/schema": web.answer_schema,
}


def ask(route: str, params: Mapping[str, Sequence[str]], account: Hostile) -> web.Reply:
    """The reply to one question; problems are AssertionErrors."""
    service = web.Service(
        settings=Settings(enable_reports=False, posture_ttl_sec=0),
        reads=account.reads,
        regions=lambda: REGIONS,
        memory=Memory(0, time.monotonic),
        tracer=make_tracer({}),
    )
    start = time.monotonic()
    reply = web.respond(ANSWERERS[route], web.Request(route, params, "fuzz"), service)
    took = time.monotonic() - start
    assert took < SLOW_SEC, f"took {took:.1f} s"
    assert reply.status in (200, 400, 404, 413, 502), f"{reply.status}: {reply.body[:300]!r}"
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    return reply


def check_query(route: str, params: Mapping[str, Sequence[str]]) -> None:
    """A hostile question is refused in one clear sentence that repeats nothing of it, or answered."""
    reply = ask(route, params, Hostile(PLAIN))
    body = json.loads(reply.body)
    if reply.status != 200:
        assert "message" in body
        assert not any(sign in body["message"] for sign in "<>{}`\x00\r\n"), body["message"]
        assert len(reply.body) < 5000


def check_definition(definition: str, said: Any) -> None:
    """Any definition is answered by a graph that holds together, or refused with the place that is wrong."""
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
