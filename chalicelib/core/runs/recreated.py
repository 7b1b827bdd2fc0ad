"""Things that were made or changed after the run that used them: what they are now is no fact of that run.

A name may be given again: to another model or endpoint configuration once the first is deleted, and an endpoint is
updated to another configuration by the next run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.core.runs.jobs import follow_ups, same_thing
from chalicelib.core.runs.step_runs import latest_attempts
from chalicelib.core.values.doc import time_at
from chalicelib.core.values.model import Doc, Gap, JobRef, StepRun

Thing = tuple[str, str]
"""What references to one thing have in common (`same_thing`)."""

UPDATED_IN_PLACE = frozenset({"Endpoint", "InferenceComponent"})
"""Kinds of things that keep their CreationTime while they are given another configuration or model."""


def of_the_run(
    runs: Iterable[StepRun], descriptions: Mapping[JobRef, Doc]
) -> tuple[Mapping[JobRef, Doc], tuple[Gap, ...]]:
    """Return the descriptions without those of things made or changed after the last step that used them.

    There is a gap for each. A thing that several steps used is left out where one of them ended before.
    """
    described = {same_thing(ref): description for ref, description in descriptions.items()}
    lost: dict[Thing, Gap] = {}
    for run in latest_attempts(runs):
        if run.job is not None and run.end is not None:
            _look(run.job, run.end, described, lost, set())
    if not lost:
        return descriptions, ()
    kept = {ref: description for ref, description in descriptions.items() if same_thing(ref) not in lost}
    return kept, tuple(lost.values())


def _look(ref: JobRef, end: datetime, described: Mapping[Thing, Doc], lost: dict[Thing, Gap], seen: set[Thing]) -> bool:
    """Note in `lost` what is younger than `end`, of `ref` and what it leads to; return whether `ref` itself is."""
    thing = same_thing(ref)
    description = described.get(thing)
    if description is None or thing in seen:
        return False
    seen.add(thing)
    created = time_at(description, "CreationTime")
    younger = [_look(other, end, described, lost, seen) for other in follow_ups(ref, description)]
    if created is not None and created > end:
        made = created.isoformat()
        message = f"it was made on {made}, after the step that used one of its name: what that one was is not known"
        lost.setdefault(thing, Gap("MadeAgain", message, ref.arn))
        return True
    if any(younger) and ref.kind in UPDATED_IN_PLACE:
        message = "it was updated after the step that made or updated it had ended: what it was then is not known"
        lost.setdefault(thing, Gap("UpdatedSince", message, ref.arn))
    return False
