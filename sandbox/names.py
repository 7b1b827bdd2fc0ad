"""Names, ids and durations in SageMaker's forms, but the same at every run."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
EPOCH = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
"""Start of an account's first execution; the next ones follow a day apart."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_MIXED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + _ALPHABET

PIPELINE_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}")
"""What SageMaker allows a pipeline to be called."""

DURATIONS = {
    "Processing": 240,
    "QualityCheck": 300,
    "ClarifyCheck": 360,
    "Training": 170,
    "Tuning": 900,
    "AutoML": 1800,
    "Transform": 210,
    "Model": 3,
    "RegisterModel": 4,
    "EndpointConfig": 2,
    "Endpoint": 260,
    "InferenceComponent": 120,
    "Lambda": 6,
    "Callback": 90,
    "EMR": 420,
    "EMRServerless": 380,
    "Condition": 1,
    "Fail": 1,
    "Cleanup": 5,
}
"""Seconds that a step of each type takes; other types take a minute."""


def duration(step_type: str) -> timedelta:
    """Return how long a step of this type takes."""
    return timedelta(seconds=DURATIONS.get(step_type, 60))


def digits(seed: str, length: int, alphabet: str = _ALPHABET) -> str:
    """Return `length` characters that look random and follow from `seed` alone."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest(), "big")
    found = []
    for _ in range(length):
        number, place = divmod(number, len(alphabet))
        found.append(alphabet[place])
    return "".join(found)


def fraction(seed: str, low: float, high: float) -> float:
    """Return a number between `low` and `high`, with four decimals, that follows from `seed` alone."""
    share = int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16) / 0xFFFFFFFF
    return round(low + share * (high - low), 4)


def uuid(seed: str) -> str:
    """Return an id of a UUID's form that follows from `seed` alone."""
    found = hashlib.sha256(seed.encode()).hexdigest()
    return f"{found[:8]}-{found[8:12]}-4{found[13:16]}-a{found[17:20]}-{found[20:32]}"


@dataclass(frozen=True, slots=True)
class Place:
    """Account and region, from which resources get their ARNs."""

    account: str = ACCOUNT
    region: str = REGION

    @property
    def partition(self) -> str:
        """Return the ARN partition of the region."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    def arn(self, kind: str, name: str, service: str = "sagemaker") -> str:
        """Return `arn:aws:sagemaker:<region>:<account>:<kind>/<name>`, in the region's partition."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{kind}/{name}"

    def role(self, name: str) -> str:
        """Return the ARN of a role of this account."""
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def execution_arn(self, pipeline: str, execution: str) -> str:
        """Return the ARN of one execution of a pipeline."""
        return self.arn("pipeline", f"{pipeline}/execution/{execution}")


def execution_id(pipeline: str, count: int) -> str:
    """Return the id of a pipeline's `count`th execution: twelve lower case letters and digits."""
    return digits(f"execution {pipeline} {count}", 12)


def job_name(execution: str, step: str, attempt: int = 1, prefix: str = "pipelines-", limit: int = 63) -> str:
    """Return `pipelines-<execution>-<step>-<random>`; the step's name is cut where the limit would be broken."""
    word = re.sub(r"[^A-Za-z0-9]+", "-", step).strip("-") or "step"
    room = limit - len(f"{prefix}{execution}--") - 10
    tail = digits(f"{execution} {step} {attempt}", 10, _MIXED)
    return f"{prefix}{execution}-{word[:room].rstrip('-')}-{tail}"


def pipeline_name(text: str) -> str:
    """Return a name that SageMaker allows, as near to a text as may be: `my_pipeline` makes `my-pipeline`."""
    return re.sub(r"[^a-zA-Z0-9]+", "-", text)[:256].strip("-") or "pipeline"


def check_pipeline_name(name: str) -> str:
    """Return a name that SageMaker allows. Raises ValueError for any other."""
    if not PIPELINE_NAME.fullmatch(name):
        raise ValueError(f"--name {name!r}: a pipeline's name is letters and digits, hyphens between them, 256 at most")
    return name
