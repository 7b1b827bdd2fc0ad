"""What a step is given to do, and what comes of it."""

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
    """One step about to run, with every expression resolved.

    `status` is how its job ends: `Completed`, `Failed`, `Stopped` or `InProgress` (then `end` is `None`).
    `metrics` and `outputs` are what the caller wants the job to measure and to answer. `version` gives the next
    version of a model package group, `described` a Describe answer that is there already, `list_objects` what
    lies under a location; `steps` are the execution's property documents.
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
        """The name SageMaker gives the step's job."""
        return job_name(self.execution, self.name, self.attempt)

    @property
    def short_name(self) -> str:
        """The name of a tuning or AutoML job, which may have 32 characters only."""
        return job_name(self.execution, self.name, self.attempt, prefix="", limit=32)

    @property
    def done(self) -> bool:
        """Whether the job ended well."""
        return self.status == "Completed"

    @property
    def seconds(self) -> int:
        """How long the job ran, 0 while it does."""
        return int((self.end - self.start).total_seconds()) if self.end else 0

    def id(self, kind: str, length: int = 12) -> str:
        """An id for a thing of this step, the same at every run."""
        return digits(f"{kind} {self.execution} {self.name} {self.attempt}", length)

    def at(self, share: float) -> datetime:
        """A moment of the run: 0.0 is its start, 1.0 its end."""
        return self.start + timedelta(seconds=int(self.seconds * share))


@dataclass(frozen=True, slots=True)
class Work:
    """What a step leaves: its metadata in the list of steps, its property document (what `Steps.<name>.…`
    addresses), Describe answers by (operation, name or ARN), objects by location, deleted locations."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    objects: Mapping[str, bytes] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    tags: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


Performer = Callable[[Task], Work]


def below(uri: str, *parts: str) -> str:
    """A location under a prefix, with single slashes between."""
    return "/".join([uri.rstrip("/"), *(part.strip("/") for part in parts)])


def model_archive(text: str) -> bytes:
    """A small `model.tar.gz`, the same bytes for the same text."""
    content = text.encode()
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        entry = tarfile.TarInfo("xgboost-model")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def tag_map(arguments: Document) -> dict[str, str]:
    """The `Tags` of a step's arguments, by key."""
    return {str(tag["Key"]): str(tag["Value"]) for tag in arguments.get("Tags") or []}
