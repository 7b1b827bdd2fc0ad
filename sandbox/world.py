"""State of the account beside moto's own: pipelines, their executions, what they made, and planted faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from sandbox.names import ACCOUNT, Place
from sandbox.permissions import Context, Policy, permits


@dataclass(slots=True)
class Execution:
    """Execution of a pipeline; `steps` are as ListPipelineExecutionSteps returns them, oldest first.

    `properties` are the finished steps' property documents, which a later cached run takes over.
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
    """Pipeline as it stands now; its executions carry the definition that they were started with."""

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
    """Content of one region: `answers` are Describe responses by (operation, name or ARN in lower case)."""

    pipelines: dict[str, Pipeline] = field(default_factory=dict)
    answers: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    domains: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)

    def keep(self, operation: str, name: str, document: dict[str, Any]) -> None:
        """Set the response of a Describe operation for `name`."""
        self.answers[operation, name.lower()] = document

    def described(self, operation: str, name: str) -> dict[str, Any] | None:
        """Return the response of a Describe operation; `None` where there is none.

        Case does not matter: SageMaker compares names without it, and writes names in ARNs in lower case.
        """
        return self.answers.get((operation, name.lower()))

    def pipeline(self, name_or_arn: str) -> Pipeline | None:
        """Return a pipeline by its name or its ARN; `None` where there is none."""
        found = self.pipelines.get(name_or_arn.rsplit(":pipeline/", 1)[-1])
        by_arn = name_or_arn.startswith("arn:")
        return None if found and by_arn and found.arn != name_or_arn else found

    def execution(self, arn: str) -> Execution | None:
        """Return an execution by its ARN; `None` where there is none."""
        owner = self.pipeline(arn.split("/execution/")[0])
        return owner.executions.get(arn) if owner else None


@dataclass(slots=True)
class Fault:
    """Planted fault: `action` and `resource` are patterns, `times` is how often it strikes (`None`: always).

    It waits `delay` seconds; without a `code` it does no more than that.
    """

    action: str
    resource: str
    code: str | None
    message: str
    status: int
    times: int | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """Call that the account received, by its IAM action: `sagemaker:DescribePipeline`."""

    action: str
    resource: str


@dataclass(slots=True)
class World:
    """State of the whole account, whose id is `account`; a region is made when it is first looked at.

    `policies` are what the owners of access keys may do, by access key.
    """

    account: str = ACCOUNT
    regions: dict[str, Region] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    policies: dict[str, Policy] = field(default_factory=dict)
    enforce_keys: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)
    start_execution: Callable[[str, str, Mapping[str, Any]], Execution] | None = None

    def region(self, name: str) -> Region:
        """Return the region called `name`; it is made where it is missing."""
        return self.regions.setdefault(name, Region())

    def place(self, region: str) -> Place:
        """Return the account and region that ARNs of that region name."""
        return Place(self.account, region)

    def permits(self, caller: str, action: str, arn: str, context: Context | None = None) -> bool:
        """Return whether the owner of an access key may do that; an owner without a policy may do everything."""
        policy = self.policies.get(caller)
        return policy is None or permits(policy, action, arn, context)

    def meet(
        self, action: str, resource: str, caller: str = "", arn: str = "*", context: Context | None = None
    ) -> Fault | None:
        """Record one call by the owner of access key `caller`; return what ends it, a planted fault or a refusal.

        `resource` is the bucket, name or ARN of the call, `arn` what IAM's policies call it, `context` what their
        conditions may ask about it. Where the first fault that
        matches has a delay, the call waits for it here. Returns `None` where nothing ends the call.
        """
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
        if found and found.code:
            return found
        return None if self.permits(caller, action, arn, context) else denial(action, resource, arn)


def denial(action: str, resource: str, arn: str | None = None) -> Fault:
    """Return the refusal of an IAM action, in the words of the service."""
    if action.startswith(("s3:", "s3express:")):
        return Fault(action, resource, "AccessDenied", "Access Denied", 403)
    message = f"User is not authorized to perform: {action} on resource: {arn or resource}"
    return Fault(action, resource, "AccessDeniedException", message, 400)
