"""Things that were made anew, under the same name, after the run that used them: what they are now is no fact of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from chalicelib.core.runs.execution import latest_attempts
from chalicelib.core.runs.jobs import follow_ups, same_thing
from chalicelib.core.values.doc import time_at
from chalicelib.core.values.model import Doc, Gap, JobRef, StepRun

Thing = tuple[str, str]
"""What references to one thing have in common (`same_thing`)."""


def of_the_run(
    runs: Iterable[StepRun], descriptions: Mapping[JobRef, Doc]
) -> tuple[Mapping[JobRef, Doc], tuple[Gap, ...]]:
    """Return the descriptions without those of things made after the last step that used them, and a gap for each.

    A thing that several steps used is left out where it is younger than the end of one of them.
    """
    described = {same_thing(ref): description for ref, description in descriptions.items()}
    younger: dict[Thing, tuple[JobRef, datetime]] = {}
    for run in latest_attempts(runs):
        for ref, description in _chain(run.job, described) if run.end is not None else ():
            created = time_at(description, "CreationTime")
            if created is not None and run.end is not None and created > run.end:
                younger.setdefault(same_thing(ref), (ref, created))
    if not younger:
        return descriptions, ()
    kept = {ref: description for ref, description in descriptions.items() if same_thing(ref) not in younger}
    return kept, tuple(_gap(ref, created) for ref, created in younger.values())


def _chain(ref: JobRef | None, described: Mapping[Thing, Doc]) -> Iterator[tuple[JobRef, Doc]]:
    """Yield what a step made with its description, and what that leads to."""
    waiting, seen = [ref] if ref is not None else [], set[Thing]()
    while waiting:
        here = waiting.pop()
        description = described.get(same_thing(here))
        if description is not None and same_thing(here) not in seen:
            seen.add(same_thing(here))
            yield here, description
            waiting += follow_ups(here, description)


def _gap(ref: JobRef, created: datetime) -> Gap:
    made = created.isoformat()
    message = f"it was made on {made}, after the step that used one of its name: what that one was is not known"
    return Gap("MadeAgain", message, ref.arn)
