"""Where a step of the double's account stands: its names, its bucket, and what the steps before it left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Doc = dict[str, Any]

BEGIN = 1772355600
"""2026-03-01T09:00:00Z: when the newest execution began."""

ROLE = "arn:aws:iam::{account}:role/pipeline"


@dataclass(frozen=True, slots=True)
class Ref:
    """A location: as a definition writes it, and as it is at run time."""

    written: Any
    uri: str


@dataclass(frozen=True, slots=True)
class Place:
    """One step to be made: `index` counts from 0, `reads` are locations that earlier steps wrote."""

    pipeline: str
    region: str
    account: str
    name: str
    index: int
    bucket: str
    bucket_written: Any
    reads: tuple[Ref, ...]
    models: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    threshold: Any = field(default_factory=lambda: {"Get": "Parameters.Threshold"})

    @property
    def job(self) -> str:
        """Return the name of what the step makes."""
        return f"{self.pipeline}--{self.name}"

    @property
    def role(self) -> str:
        """Return the role that its job runs under."""
        return ROLE.format(account=self.account)

    @property
    def start(self) -> int:
        """Return when the step began, in seconds of the epoch."""
        return BEGIN + 60 * self.index

    def arn(self, kind: str, name: str | None = None) -> str:
        """Return the ARN of a SageMaker thing."""
        return f"arn:aws:sagemaker:{self.region}:{self.account}:{kind}/{name or self.job}"

    def location(self, what: str) -> Ref:
        """Return a location of the step's own."""
        key = f"pipelines/{self.pipeline}/{self.name}/{what}"
        written = {"Std:Join": {"On": "/", "Values": ["s3:/", self.bucket_written, key]}}
        return Ref(written, f"s3://{self.bucket}/{key}")

    def times(self, prefix: str) -> Doc:
        """Return a job's four times, named as its Describe answer names them."""
        return {
            "CreationTime": self.start,
            f"{prefix}StartTime": self.start + 5,
            f"{prefix}EndTime": self.start + 55,
            "LastModifiedTime": self.start + 55,
        }


@dataclass(frozen=True, slots=True)
class Made:
    """A step: as its definition has it, its run's metadata, and what the Describe operations answer.

    `answers` are by (operation, name). `leaves` is what later steps may read. `metadata` is `None` where the
    step did not run. `objects` are bodies by URI.
    """

    step: Doc
    metadata: Doc | None
    answers: Mapping[tuple[str, str], Doc] = field(default_factory=dict)
    leaves: Ref | None = None
    objects: Mapping[str, bytes] = field(default_factory=dict)
    model: str | None = None
    package: str | None = None
