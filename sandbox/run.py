"""Worker of an execution: one step at a time becomes a job, its objects and its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from sandbox.jobs.kinds import perform
from sandbox.jobs.task import Task, Work
from sandbox.names import Place, duration
from sandbox.plan import Planned
from sandbox.reports import reports_of
from sandbox.run_options import RunOptions
from sandbox.synthesis import complete, item_outputs, measured
from sandbox.values import WRONG, Document, Values, locations, text_of, why
from sandbox.world import Pipeline, Region

_STEP_STATUS = {"Completed": "Succeeded", "Failed": "Failed", "InProgress": "Executing", "Stopped": "Stopped"}
_PAUSE = timedelta(seconds=1)


class Storage(Protocol):
    """Storage that a run reads objects from and leaves them in, by `s3://` location."""

    def read(self, uri: str) -> str: ...

    def write(self, uri: str, content: bytes, when: datetime = ...) -> None: ...

    def delete(self, uri: str) -> None: ...

    def list(self, uri: str) -> list[str]: ...

    def need(self, uri: str) -> None: ...


@dataclass(slots=True)
class Run:
    """Execution while it is being made."""

    pipeline: Pipeline
    arn: str
    place: Place
    region: Region
    storage: Storage
    definition: Document
    values: Values
    wishes: RunOptions
    start: datetime
    records: list[dict[str, Any]] = field(default_factory=list)
    ends: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    outcomes: dict[str, bool] = field(default_factory=dict)
    steps: dict[str, Planned] = field(default_factory=dict)

    def work(
        self, name: str, document: Document, values: Values, start: datetime, iteration: Document | None = None
    ) -> Document:
        """Run one step that does something, and return its property document (empty where it could not start)."""
        wished = name if name in self.wishes.named() else str(document["Name"])
        status = "Failed" if document.get("Type") == "Fail" else self.wishes.status(wished)
        attempts = self.wishes.attempts.get(wished, 1)
        end = None if status == "InProgress" else start + duration(str(document.get("Type"))) * attempts
        extra: dict[str, Any] = {"IterationContext": dict(iteration)} if iteration else {}
        try:
            task = self._task(name, document, values, start, end, status, wished)
            work = perform(task)
        except WRONG as wrong:
            self.record(document, name, start, start + _PAUSE, "Failed", {}, reason=why(wrong), extra=extra)
            return {}
        for uri in locations(task.arguments):
            self.storage.need(uri)
        if task.done:
            complete(document, self.definition, work.properties)
            values.properties[str(document["Name"])] = work.properties
        self._leave(document, values, work, task, wished)
        reason = task.reason if status == "Failed" else None
        self.record(
            document, name, start, end, _STEP_STATUS[status], work.metadata,
            reason=reason, extra={"AttemptCount": attempts, **extra},
        )  # fmt: skip
        return work.properties

    def _task(
        self,
        name: str,
        document: Document,
        values: Values,
        start: datetime,
        end: datetime | None,
        status: str,
        wished: str,
    ) -> Task:
        execution = self.arn.rsplit("/", 1)[-1]
        attempt = self.wishes.attempts.get(wished, 1)
        task = Task(
            name=name,
            type=str(document.get("Type")),
            document=document,
            arguments={},
            place=self.place,
            execution=execution,
            role=self.pipeline.role,
            start=start,
            end=end,
            status=status,
            reason=self.wishes.fail.get(wished) if status == "Failed" else None,
            attempt=attempt,
            metrics={**measured(document, self.definition, name), **self.wishes.metrics.get(wished, {})},
            outputs={**item_outputs(name, values.steps), **self.wishes.outputs.get(wished, {})},
            version=self._version,
            described=lambda operation, thing: self.region.described(operation, thing) or {},
            list_objects=self.storage.list,
            steps=values.properties,
        )
        known = values.with_variables(TrainingJobName=task.job_name, ProcessingJobName=task.job_name)
        resolved = known.resolve(document)
        arguments = resolved.get("Arguments") or {}
        if task.type == "Fail":
            task = replace(task, reason=text_of(arguments.get("ErrorMessage", "")))
        return replace(task, document=resolved, arguments=arguments)

    # --- what comes of a step -------------------------------------------------------------------------

    def _version(self, group: str) -> int:
        self.region.versions[group] = self.region.versions.get(group, 0) + 1
        return self.region.versions[group]

    def _leave(self, document: Document, values: Values, work: Work, task: Task, wished: str) -> None:
        """Store what a step made: descriptions, tags, objects, reports."""
        for (operation, thing), described in work.answers.items():
            self.region.keep(operation, thing, described)
        for arn, tags in work.tags.items():
            self.region.tags[arn] = dict(tags)
        for uri in work.deleted:
            self.storage.delete(uri)
        for uri, content in work.objects.items():
            self.storage.write(uri, content, task.end or task.start)
        if task.done:
            told = self.wishes.reports.get(wished)
            for uri, content in reports_of(document, self.definition, values, told):
                self.storage.write(uri, content, task.end or task.start)

    def record(
        self,
        document: Document,
        name: str,
        start: datetime,
        end: datetime | None,
        status: str,
        metadata: Mapping[str, Any],
        reason: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a step to the execution's list of steps, and note how and when it ended."""
        record = {
            "StepName": name,
            "StepDisplayName": document.get("DisplayName"),
            "StepDescription": document.get("Description"),
            "StartTime": start,
            "EndTime": end,
            "StepStatus": status,
            "FailureReason": reason,
            "Metadata": dict(metadata),
            **(extra or {}),
        }
        self.records.append({key: value for key, value in record.items() if value is not None})
        self.ends[name] = (status, end or start)

    # --- the whole ------------------------------------------------------------------------------------

    def verdict(self) -> str:
        """Return the execution's status: CompletedWithFailures where other steps handled every failure."""
        statuses = {name: status for name, (status, _) in self.ends.items()}
        if "Executing" in statuses.values():
            return "Executing"
        if "Stopped" in statuses.values():
            return "Stopped"
        failed = {name for name, status in statuses.items() if status == "Failed"}
        answered = {
            name
            for one in self.steps.values()
            if statuses.get(one.name) == "Succeeded"
            for name, trigger in one.triggers.items()
            if trigger in ("Failed", "Any")
        }
        if failed - answered:
            return "Failed"
        return "CompletedWithFailures" if failed else "Succeeded"

    def last_event(self) -> datetime:
        """Return when anything last happened."""
        moments: list[datetime] = [record.get("EndTime") or record["StartTime"] for record in self.records]
        return max([self.start, *moments])
