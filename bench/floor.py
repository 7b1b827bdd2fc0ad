"""The floor: bare boto3 making the very calls of an answer, each as soon as its inputs exist, and nothing else."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from chalicelib.aws.reads import Reads

AFTER_LIST = frozenset(
    {
        "DescribePipelineDefinitionForExecution",
        "ListPipelineExecutionSteps",
        "ListPipelineParametersForExecution",
        "DescribePipelineExecution",
    }
)
FIRST = frozenset({"DescribePipeline", "ListPipelineExecutions"})
IRREGULAR = {
    "DescribeAutoMLJob": "describe_auto_ml_job",
    "DescribeAutoMLJobV2": "describe_auto_ml_job_v2",
    "GetAccountPublicAccessBlock": "account_public_access_block",
    "ListTagsForResource": "directory_bucket_tags",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call, by the name of its field in `Reads`; `after` is the wire name of the call that gives its inputs."""

    operation: str
    arguments: Mapping[str, Any]
    after: str | None


def field_of(operation: str) -> str:
    """Return the field of `Reads` for an operation's name on the wire."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
    return IRREGULAR.get(operation, snake)


def inputs_from(operation: str) -> str | None:
    """Return what must be known first: buckets stand in the definition, jobs and their reports in the list of steps."""
    if operation in FIRST:
        return None
    if operation in AFTER_LIST:
        return "ListPipelineExecutions"
    if operation == "ListTags" or (operation.startswith("Get") and operation != "GetObject"):
        return "DescribePipeline"
    return "ListPipelineExecutionSteps"


def calls_of(log: Iterable[Mapping[str, Any]]) -> list[Call]:
    """Return the calls in a log of the double's, ready to be made again."""
    return [Call(entry["operation"], _arguments(entry), inputs_from(entry["operation"])) for entry in log]


def _arguments(entry: Mapping[str, Any]) -> dict[str, Any]:
    if entry["arguments"]:
        return dict(json.loads(entry["arguments"]))
    if entry["operation"] == "GetAccountPublicAccessBlock":
        return {"AccountId": entry["resource"]}
    raise ValueError(f"{entry['operation']} left no arguments in the log")


def renamed(calls: Iterable[Call], old: str, new: str) -> list[Call]:
    """Return the same calls for a pipeline of another name."""
    return [
        Call(call.operation, json.loads(json.dumps(call.arguments).replace(old, new)), call.after) for call in calls
    ]


def replay(calls: Iterable[Call], reads: Reads, workers: int) -> float:
    """Make the calls and return the seconds that they took, from the first's start to the last's end."""
    waiting: defaultdict[str | None, list[Call]] = defaultdict(list)
    for call in calls:
        waiting[call.after].append(call)
    left = sum(len(group) for group in waiting.values())
    done, lock = threading.Event(), threading.Lock()
    errors: list[Exception] = []

    def make(call: Call) -> None:
        nonlocal left
        try:
            answer = _read(getattr(reads, field_of(call.operation)), call.arguments)
            del answer
        except Exception as error:  # noqa: BLE001 (a refusal such as NoSuchTagSet is an answer too)
            errors.append(error)
        for next_call in waiting.get(call.operation, ()):
            pool.submit(make, next_call)
        with lock:
            left -= 1
            if not left:
                done.set()

    start = time.perf_counter()
    pool = ThreadPoolExecutor(workers)
    for call in waiting[None]:
        pool.submit(make, call)
    done.wait()
    took = time.perf_counter() - start
    pool.shutdown()
    return took


def _read(read: Callable[..., Mapping[str, Any]], arguments: Mapping[str, Any]) -> object:
    answer = read(**arguments)
    return answer["Body"].read() if "Body" in answer else answer
