"""Task that a step's job is given, and the work that comes of it."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.names import Place, digits, job_name
from sandbox.values import Document


@dataclass(frozen=True, slots=True)
class Task:
    """Step about to run, with every expression resolved.

    `status` is how its job ends: `Completed`, `Failed`, `Stopped` or `InProgress` (then `end` is `None`). `metrics` and
    `outputs` are what the caller wants the job to measure and to return. `version` returns the next version of a model
    package group, `described` the Describe response of an existing resource, `list_objects` the objects under a
    location; `steps` are the execution's property documents.
    """

    name: str
    type: str
    document: Document
    arguments: Document
    place: Place
    execution: str
    role: str
    start: datetime
    end: datetime | None
    status: str = "Completed"
    reason: str | None = None
    attempt: int = 1
    metrics: Mapping[str, float] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    version: Callable[[str], int] = lambda _group: 1
    described: Callable[[str, str], Document] = lambda _operation, _name: {}
    list_objects: Callable[[str], list[str]] = lambda _uri: []
    steps: Mapping[str, Document] = field(default_factory=dict)

    @property
    def job_name(self) -> str:
        """Return the name that SageMaker gives the step's job."""
        return job_name(self.execution, self.name, self.attempt)

    @property
    def short_name(self) -> str:
        """Return the name of a tuning or AutoML job, which may have 32 characters only."""
        return job_name(self.execution, self.name, self.attempt, prefix="", limit=32)

    @property
    def done(self) -> bool:
        """Return whether the job ended well."""
        return self.status == "Completed"

    @property
    def seconds(self) -> int:
        """Return how many seconds the job ran, 0 while it does."""
        return int((self.end - self.start).total_seconds()) if self.end else 0

    def id(self, kind: str, length: int = 12) -> str:
        """Return an id for a resource of this step, the same at every run."""
        return digits(f"{kind} {self.execution} {self.name} {self.attempt}", length)

    def at(self, share: float) -> datetime:
        """Return a moment of the run: 0.0 is its start, 1.0 its end."""
        return self.start + timedelta(seconds=int(self.seconds * share))


@dataclass(frozen=True, slots=True)
class Work:
    """Results of a step.

    `metadata` is that of the list of steps, `properties` the document that `Steps.<name>.…` addresses. `answers` are
    Describe responses by (operation, name or ARN), `objects` contents by location, `deleted` locations, `tags` those of
    a resource by its ARN.
    """

    metadata: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Performer = Callable[[Task], Work]


def below(uri: str, *parts: str) -> str:
    """Return a location under a prefix, with single slashes between."""
    return "/".join([uri.rstrip("/"), *(part.strip("/") for part in parts)])


def model_archive(text: str) -> bytes:
    """Return a small `model.tar.gz`, the same bytes for the same text."""
    content = text.encode()
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        entry = tarfile.TarInfo("xgboost-model")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def tag_map(arguments: Document) -> dict[str, str]:
    """Return the `Tags` of a step's arguments, by key."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in arguments.get("Tags") or []}
