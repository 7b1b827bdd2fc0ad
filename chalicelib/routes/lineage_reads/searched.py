"""Reads of many jobs at once by Search, where the operator permits it; the others are described one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chalicelib.aws import sagemaker
from chalicelib.aws.reads import Question
from chalicelib.core.runs.searched import PLACES, description_in, jobs_sought, jobs_told
from chalicelib.core.values.doc import docs_at
from chalicelib.core.values.model import Definition, Doc, Gap, JobRef, StepRun
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import all_of

SEARCHED = Gap(
    "Searched",
    "jobs that completed are told by sagemaker:Search where it has them whole (ENABLE_SEARCH); it may lag behind",
)
TURNS = max(map(len, PLACES.values()))


async def search_jobs(
    runs: Iterable[StepRun],
    definition: Definition,
    gather: Gather,
    about: Callable[[JobRef], Question | None],
    gaps: list[Gap],
) -> None:
    """Search for what the steps made: a gather that is told a job's description asks AWS nothing more about it.

    `about` returns the question that describes a job.
    """
    sought = jobs_sought(runs, definition)
    questions = {job.arn.lower(): (job, question) for job in sought if (question := about(job))}
    refused: list[Gap] = []
    for turn in range(TURNS if questions else 0):
        unknown = [job for job, question in questions.values() if not gather.knows(question)]
        for arn, told in jobs_told(await _records(unknown, turn, gather, refused)):
            if arn in questions:
                job, question = questions[arn]
                description = description_in(told, job, sought[job])
                if description is not None:
                    gather.tell(question, description)
        if refused:
            break
    if refused:
        gaps.append(refused[0]._replace(message=f"{refused[0].message}: each job was described instead"))
    elif questions:
        gaps.append(SEARCHED)


async def _records(jobs: Iterable[JobRef], turn: int, gather: Gather, refused: list[Gap]) -> list[Doc]:
    """Return the records of the jobs, each looked for in the place of its kind in this turn."""
    arns: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        for resource, name, _ in PLACES[job.kind][turn : turn + 1]:
            arns.setdefault((resource, name), []).append(job.arn)
    worth = {place: some for place, some in arns.items() if len(some) >= sagemaker.WORTH_A_SEARCH}
    questions = [question for place, some in worth.items() for question in sagemaker.search(*place, some)]
    responses = await all_of([gather.ask(question) for question in questions])
    refused += [response for response in responses if isinstance(response, Gap)]
    return [record for response in responses for record in docs_at(response, "Results")]
