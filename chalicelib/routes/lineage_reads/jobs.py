"""Reads of what the steps made: each job, model, package or endpoint once, and what its description leads to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chalicelib.aws import sagemaker
from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question
from chalicelib.core.runs.jobs import describe_question_of, follow_ups, same_thing, second_question_of
from chalicelib.core.runs.searched import PLACES
from chalicelib.core.values.model import Definition, Doc, Gap, JobRef, StepRun
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future, all_of, start
from chalicelib.routes.lineage_reads.searched import search_jobs
from chalicelib.settings import Settings

JobQuestion = tuple[str, dict[str, str]]
"""Field of `Reads` and its arguments."""


class JobReads:
    """Descriptions of one lineage; what is asked for again, under whatever reference, is not read again."""

    def __init__(self, gather: Gather, settings: Settings, gaps: list[Gap]) -> None:
        self.descriptions: dict[JobRef, Doc] = {}
        self._gather = gather
        self._settings = settings
        self._gaps = gaps
        self._begun: set[tuple[str, str]] = set()

    async def read_of(self, runs: Future[tuple[StepRun, ...]], definition: Future[Definition]) -> Mapping[JobRef, Doc]:
        """Return the description of everything that the steps made, and of what these lead to.

        Only a Search waits for the definition: what the steps ask for tells what a record of it lacks.
        """
        made = await runs
        if self._settings.enable_search:
            others = start(self.read(run.job for run in made if run.job and run.job.kind not in PLACES))
            await search_jobs(made, await definition, self._gather, self._first, self._gaps)
            await others
        await self.read(run.job for run in made if run.job is not None)
        return self.descriptions

    async def read(self, refs: Iterable[JobRef]) -> None:
        """Read what was not begun yet, and what its descriptions lead to; all of it is in `descriptions` afterwards."""
        await all_of([start(self._describe(ref, question)) for ref, question in self._new(refs)])

    def _first(self, ref: JobRef) -> Question | None:
        question = describe_question_of(ref)
        return self._about(ref, question) if question is not None else None

    def _new(self, refs: Iterable[JobRef]) -> Iterator[tuple[JobRef, Question]]:
        for ref in refs:
            question = self._first(ref)
            if question is not None and same_thing(ref) not in self._begun:
                self._begun.add(same_thing(ref))
                yield ref, question

    async def _describe(self, ref: JobRef, question: Question) -> None:
        response = await self._gather.ask(question)
        otherwise = second_question_of(ref)
        if otherwise is not None and isinstance(response, Gap) and kind_of(response) in ("gone", "refused"):
            response = await self._gather.ask(self._about(ref, otherwise))
        if isinstance(response, Mapping):
            self.descriptions[ref] = response
            await self.read(follow_ups(ref, response))
        elif isinstance(response, Gap):
            self._gaps.append(response)

    def _about(self, ref: JobRef, question: JobQuestion) -> Question:
        return sagemaker.description(*question, ref.arn, self._settings.posture_ttl_sec)
