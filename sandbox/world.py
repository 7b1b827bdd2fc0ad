"""What the account on this machine holds beside moto's own: pipelines, their executions, what they made, faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from sandbox.names import ACCOUNT, Place


@dataclass(slots=True)
class Execution:
    """One run of a pipeline; `steps` are as ListPipelineExecutionSteps gives them, oldest first.

    `properties` are the finished steps' property documents: what a later cached run takes over.
    """

    arn: str
    pipeline: str
    definition: str
    parameters: tuple[tuple[str, str], ...]
    status: str
    start: datetime
    last_event: datetime
    steps: list[dict[str, Any]]
    properties: Mapping[str, Mapping[str, Any]]
    display_name: str
    description: str | None = None
    failure_reason: str | None = None
    selective: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Pipeline:
    """A pipeline as it stands now; its executions carry the definition that they were started with."""

    name: str
    arn: str
    definition: str
    role: str
    created: datetime
    modified: datetime
    tags: dict[str, str] = field(default_factory=dict)
    display_name: str | None = None
    description: str | None = None
    created_by: Mapping[str, str] = field(default_factory=dict)
    executions: dict[str, Execution] = field(default_factory=dict)


@dataclass(slots=True)
class Region:
    """What one region holds: `answers` are Describe answers by (operation, name or ARN in lower case)."""

    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    domains: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def keep(self, operation: str, name: str, document: dict[str, Any]) -> None:
        """Let a Describe operation answer `document` for `name`."""
        self.answers[operation, name.lower()] = document

    def described(self, operation: str, name: str) -> dict[str, Any] | None:
        """What a Describe operation answers; SageMaker's names are one whatever their case, its ARNs lower it."""
        return self.answers.get((operation, name.lower()))

    def pipeline(self, name_or_arn: str) -> Pipeline | None:
        """A pipeline by its name or its ARN."""
        found = self.pipelines.get(name_or_arn.rsplit(":pipeline/", 1)[-1])
        by_arn = name_or_arn.startswith("arn:")
        return None if found and by_arn and found.arn != name_or_arn else found

    def execution(self, arn: str) -> Execution | None:
        """An execution by its ARN."""
        owner = self.pipeline(arn.split("/execution/")[0])
        return owner.executions.get(arn) if owner else None


@dataclass(slots=True)
class Fault:
    """Calls that go wrong: `action` and `resource` are patterns, `times` how often (`None`: always)."""

    action: str
    resource: str
    code: str | None
    message: str
    status: int
    times: int | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the account has answered, by its IAM action: `sagemaker:DescribePipeline`."""

    action: str
    resource: str


@dataclass(slots=True)
class World:
    """All state of the account; `account` in ARNs. A region is made when it is first looked at."""

    account: str = ACCOUNT
    regions: dict[str, Region] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    start_execution: Callable[[str, str, Mapping[str, Any]], Execution] | None = None

    def region(self, name: str) -> Region:
        """The region called `name`."""
        return self.regions.setdefault(name, Region())

    def place(self, region: str) -> Place:
        """Where things of that region get their ARNs."""
        return Place(self.account, region)

    def meet(self, action: str, resource: str) -> Fault | None:
        """Note one call, wait where the first fault that fits says so, and return it if it ends the call."""
        found = None
        with self.lock:
            self.calls.append(Call(action, resource))
            for fault in self.faults:
                if fault.times != 0 and fnmatchcase(action, fault.action) and fnmatchcase(resource, fault.resource):
                    found = fault
                    fault.times = None if fault.times is None else fault.times - 1
                    break
        if found:
            time.sleep(found.delay)
        return found if found and found.code else None
