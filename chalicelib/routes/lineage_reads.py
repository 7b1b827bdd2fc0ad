"""Reads of a pipeline, its execution, its jobs and its buckets: each starts once what it depends on is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

from chalicelib.aws import s3, sagemaker
from chalicelib.aws.faults import kind_of
from chalicelib.aws.reads import Question
from chalicelib.core.definition.document import parse_definition, same_definition
from chalicelib.core.definition.expressions import LITERAL, Scope
from chalicelib.core.graph.graph import build_graph
from chalicelib.core.query import domain as domains
from chalicelib.core.query.arns import EXECUTION_ARN
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.execution import latest_execution, parse_execution, parse_step_run, with_undefined_steps
from chalicelib.core.runs.jobs import describe_question_of, follow_ups, same_thing, second_question_of
from chalicelib.core.runs.metrics import Report, report_locations
from chalicelib.core.runs.run_documents import run_documents
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import BadDefinition, LineageError, NotFound, Refused, StillThrottled, TooLate
from chalicelib.core.values.model import Definition, Doc, Execution, Gap, Graph, JobRef, Response, StepRun
from chalicelib.core.values.s3uri import parse_s3uri
from chalicelib.fetch.gather import Gather, Then
from chalicelib.settings import Settings

JobQuestion = tuple[str, dict[str, str]]
DEFINING = frozenset({"pipeline", "definition", "values"})
EMPTY = Definition(parameters={}, steps=())


@dataclass(slots=True)
class Collected:
    """Everything that was read for one lineage; what could not be read is missing here and named in `gaps`.

    `buckets` holds the responses by bucket and operation, to reads that expected the pipeline's account as owner, and
    `unowned` those to reads repeated without that, of buckets that denied them all. `reports` holds the response at
    each report's location; `scope` and `graph` are derived from the definition and the runs.
    """

    pipeline: Doc = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    tags_known: bool = False
    definition: Definition | None = None
    execution: Execution | None = None
    runs: list[StepRun] = field(default_factory=list)
    values: Mapping[str, str] = field(default_factory=dict)
    descriptions: dict[JobRef, Doc] = field(default_factory=dict)
    buckets: dict[str, dict[str, Response]] = field(default_factory=dict)
    unowned: dict[str, dict[str, Response]] = field(default_factory=dict)
    account: Response | None = None
    reports: dict[Report, Response] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    scope: Scope | None = None
    graph: Graph | None = None


def read_lineage(query: LineageQuery, gather: Gather, settings: Settings) -> Collected:
    """Return everything that the lineage needs, as far as it arrives before the deadline.

    Raises a `LineageError` where the pipeline or the execution that the query names cannot be read, does not exist, or
    is not in the domain that the query names.
    """
    return Reading(query, gather, settings).collect()


def error_for(gap: Gap) -> LineageError:
    """Return the error for a gap that the request cannot do without."""
    match kind_of(gap):
        case "gone":
            return NotFound()
        case "throttled":
            return StillThrottled(gap.message)
        case "timeout":
            return TooLate("the deadline passed before the pipeline was read")
        case _:
            return Refused(gap.message, gap.action)


class Reading:
    """Reads of one request; each method `_on_…` takes a response and starts the reads that it makes possible."""

    def __init__(self, query: LineageQuery, gather: Gather, settings: Settings) -> None:
        self.got = Collected()
        self._query = query
        self._gather = gather
        self._settings = settings
        self._described: set[tuple[str, str]] = set()
        self._awaited = {"pipeline", "definition", "values", "steps"}
        self._jobs_open = 0
        self._documents: dict[str, str] = {}
        self._prefetched: Definition | None = None
        self._prefetched_graph: Graph | None = None

    def collect(self) -> Collected:
        """Start the first reads and wait for all that follow from them; raises as `read_lineage` does."""
        self._gather.ask(sagemaker.pipeline(self._query.pipeline), self._on_pipeline)
        execution_arn = EXECUTION_ARN.fullmatch(self._query.execution or "")
        if execution_arn:
            self._ask_execution(execution_arn[0])
        elif self._query.include_latest_exec and not self._query.execution:
            self._gather.ask(sagemaker.latest_executions(self._query.pipeline), self._on_executions)
        self._gather.run()
        return self.got

    # --- The pipeline: is it the one that was meant, and what it says at present

    def _on_pipeline(self, response: Response) -> None:
        if not isinstance(response, Mapping):
            raise error_for(response) if isinstance(response, Gap) else NotFound()
        self.got.pipeline = response
        self._documents["pipeline"] = response["PipelineDefinition"]
        arn = text_at(response, "PipelineArn") or ""
        self._gather.pages(sagemaker.tags(arn, self._settings.posture_ttl_sec), "Tags", self._on_tags)
        account = account_of(arn)
        if self._settings.enable_s3_meta and account:
            self._gather.ask(self._remembered(s3.account_question(account)), self._on_account)
        if self._query.execution and not EXECUTION_ARN.fullmatch(self._query.execution):
            self._ask_execution(f"{arn}/execution/{self._query.execution}")
        elif not self._query.include_latest_exec and not self._query.execution:
            self._do_without_execution()
        self._gather.when_idle(self._prefetch_buckets)
        self._mark_known("pipeline")

    def _on_tags(self, items: Sequence[Doc], gap: Gap | None) -> None:
        self.got.tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in items}
        self.got.tags_known = gap is None
        domain = self._query.domain
        if gap is not None:
            if domain is not None:
                raise error_for(gap)
            self.got.gaps.append(gap)
        if domain is None:
            return
        belongs = domains.membership(self.got.tags, self.got.pipeline)
        if belongs.could_be(domain):
            question = sagemaker.domains(self._query.region, self._settings.posture_ttl_sec)
            self._gather.pages(question, "Domains", self._on_domains)
        elif not belongs.has(domain):
            raise NotFound

    def _on_domains(self, items: Sequence[Doc], gap: Gap | None) -> None:
        belongs = domains.membership(self.got.tags, self.got.pipeline)
        if not belongs.ids & domains.ids_named(self._query.domain or "", items):
            raise error_for(gap) if gap is not None else NotFound()

    def _on_account(self, response: Response) -> None:
        self.got.account = response

    # --- The execution: which, by which definition, with which values, and what its steps did

    def _on_executions(self, response: Response) -> None:
        if isinstance(response, Mapping):
            latest = latest_execution(response)
            if latest is not None:
                self._read_execution(latest)
                return
        elif isinstance(response, Gap):
            self.got.gaps.append(response)
        self._do_without_execution()

    def _ask_execution(self, arn: str) -> None:
        pipeline_name = arn.rsplit("/", 3)[-3]
        if pipeline_name.lower() != self._query.pipeline_name.lower():
            raise NotFound
        self._gather.ask(sagemaker.execution(arn), self._on_execution)

    def _on_execution(self, response: Response) -> None:
        # The query names this execution: there is nothing to show instead.
        if not isinstance(response, Mapping):
            raise error_for(response) if isinstance(response, Gap) else NotFound()
        self._read_execution(parse_execution(response))

    def _read_execution(self, execution: Execution) -> None:
        self.got.execution = execution
        keep = sagemaker.keep_steps(execution.status, self._settings.posture_ttl_sec)
        self._gather.ask(sagemaker.definition_of(execution.arn), self._on_definition)
        self._gather.pages(sagemaker.parameters(execution.arn), "PipelineParameters", self._on_values)
        self._gather.pages(sagemaker.steps(execution.arn, keep), "PipelineExecutionSteps", self._on_steps)

    def _do_without_execution(self) -> None:
        for what in ("definition", "values", "steps"):
            self._mark_known(what)

    def _on_definition(self, response: Response) -> None:
        if isinstance(response, Mapping):
            self._documents["execution"] = response["PipelineDefinition"]
        elif isinstance(response, Gap):
            message = f"{response.message}: the pipeline's present definition is shown instead"
            self.got.gaps.append(response._replace(message=message))
        self._mark_known("definition")

    def _on_values(self, items: Sequence[Doc], gap: Gap | None) -> None:
        self.got.values = {str(item["Name"]): str(item.get("Value", "")) for item in items if "Name" in item}
        if gap is not None:
            self.got.gaps.append(gap._replace(message=f"{gap.message}: parameter defaults are shown instead"))
        self._mark_known("values")

    def _on_steps(self, items: Sequence[Doc], gap: Gap | None) -> None:
        if gap is not None:
            self.got.gaps.append(gap)
        for item in items:
            run = parse_step_run(item)
            self.got.runs.append(run)
            if run.job is not None:
                self._describe(run.job)
        self._mark_known("steps")

    # --- What becomes possible when several things are known

    def _mark_known(self, what: str) -> None:
        self._awaited.discard(what)
        if self.got.definition is None and not self._awaited & DEFINING:
            self._on_defined()
        if not self._awaited and what != "jobs":
            self._gather.when_idle(self._prefetch_reports)
        if self.got.graph is None and not self._awaited and not self._jobs_open:
            self._on_all_described()

    def _prefetch_buckets(self) -> None:
        """Prefetch the buckets that the present definition spells out, without waiting for the execution.

        Those that hang on a parameter wait: another value would make eight reads of each a waste.
        """
        if self.got.definition is not None or not self._settings.enable_s3_meta:
            return
        with suppress(BadDefinition):  # the execution's own definition may be readable
            self._prefetched = parse_definition(self._documents["pipeline"])
            scope = scope_of(replace(self.got, definition=self._prefetched), self._query.region)
            self._prefetched_graph = build_graph(self._prefetched, scope)
            self._probe(literal_only(self._prefetched_graph))

    def _on_defined(self) -> None:
        """Settle on a definition, now that it and the parameter values are known; read the buckets that they name."""
        present, run = self._documents["pipeline"], self._documents.get("execution")
        foreseen = self._prefetched if run in (None, present) else None
        self.got.definition = foreseen or parse_definition(run if run is not None else present)
        if run is not None and not same_definition(run, present):
            message = "the pipeline has changed since this execution, whose own definition is shown"
            self.got.gaps.append(Gap("PipelineChanged", message, text_at(self.got.pipeline, "PipelineArn")))
        as_foreseen = foreseen is not None and _by_default(foreseen, self.got.values)
        graph = self._prefetched_graph if as_foreseen else None
        self._probe(graph or build_graph(self.got.definition, scope_of(self.got, self._query.region)))

    def _prefetch_reports(self) -> None:
        """Prefetch reports that steps declare, without waiting for the jobs.

        A step that took over another execution's results is left out: its report lies with that execution.
        """
        definition = self.got.definition
        if definition is None or self.got.graph is not None or not self._settings.enable_reports:
            return
        if any(step.property_files for step in definition.steps):
            own = [run for run in self.got.runs if not run.cached_from and not run.selected_from]
            for report in report_locations(definition, own, scope_of(self.got, self._query.region)):
                self._read_report(report, _not_yet)

    def _on_all_described(self) -> None:
        """Build the graph as it ran, now that every job is described; read the reports and the buckets found last."""
        definition = with_undefined_steps(self.got.definition or EMPTY, self.got.runs)
        self.got.definition = definition
        self.got.scope = scope_of(self.got, self._query.region)
        self.got.graph = build_graph(definition, self.got.scope)
        self._probe(self.got.graph)
        if self._settings.enable_reports:
            for report in report_locations(definition, self.got.runs, self.got.scope):
                self._read_report(report, partial(self.got.reports.__setitem__, report))

    # --- The jobs, and what they wrote

    def _describe(self, ref: JobRef) -> None:
        question = describe_question_of(ref)
        if question is None or same_thing(ref) in self._described:
            return
        self._described.add(same_thing(ref))
        self._ask_about(ref, question, second_question_of(ref))

    def _ask_about(self, ref: JobRef, question: JobQuestion, otherwise: JobQuestion | None = None) -> None:
        self._jobs_open += 1
        self._gather.ask(
            sagemaker.description(*question, ref.arn, self._settings.posture_ttl_sec),
            lambda response: self._on_description(ref, response, otherwise),
        )

    def _on_description(self, ref: JobRef, response: Response, otherwise: JobQuestion | None) -> None:
        if isinstance(response, Mapping):
            self.got.descriptions[ref] = response
            for other in follow_ups(ref, response):
                self._describe(other)
        elif otherwise is not None and isinstance(response, Gap) and kind_of(response) in ("gone", "refused"):
            self._ask_about(ref, otherwise)
        elif isinstance(response, Gap):
            self.got.gaps.append(response)
        self._jobs_open -= 1
        self._mark_known("jobs")  # this may have been the last job

    def _read_report(self, report: Report, then: Then) -> None:
        place = parse_s3uri(report.uri)
        if place is not None and self._account:
            for question in s3.object_questions(place.bucket, place.key, report.uri, self._account):
                self._gather.ask(self._remembered(question), then)

    # --- The buckets

    def _probe(self, graph: Graph) -> None:
        if not self._settings.enable_s3_meta:
            return
        for bucket in dict.fromkeys(artifact.bucket for artifact in graph.artifacts):
            if bucket is None or bucket in self.got.buckets:
                continue
            self.got.buckets[bucket] = {}
            questions = s3.bucket_questions(bucket, self._full, self._account, self._query.region)
            for question in questions:
                self._gather.ask(self._remembered(question), partial(self._on_bucket, question, len(questions)))

    def _on_bucket(self, question: Question, asked: int, response: Response) -> None:
        """Keep a response about a bucket; once `asked` are there, ask whether another account's bucket denied all."""
        responses = self.got.buckets[question.resource]
        responses[question.operation] = response
        if self._account is not None and len(responses) == asked:
            self._ask_again(question.resource)

    def _ask_again(self, bucket: str) -> None:
        again = self.got.unowned.get(bucket, {})
        for question in s3.questions_again(bucket, self._full, self.got.buckets[bucket], again):
            self._gather.ask(self._remembered(question), partial(self._on_again, question))

    def _on_again(self, question: Question, response: Response) -> None:
        again = self.got.unowned.setdefault(question.resource, {})
        again[question.operation] = response
        if len(again) == 1:
            self._ask_again(question.resource)

    @property
    def _full(self) -> bool:
        return self._query.posture == "full"

    @property
    def _account(self) -> str | None:
        return account_of(text_at(self.got.pipeline, "PipelineArn") or "")

    def _remembered(self, question: Question) -> Question:
        seconds = float(self._settings.posture_ttl_sec)
        return question._replace(keep=lambda _: seconds)


def scope_of(got: Collected, region: str) -> Scope:
    """Return what the definition's expressions may refer to, as far as it has been read."""
    arn = text_at(got.pipeline, "PipelineArn") or ""
    definition = got.definition or EMPTY
    variables = {"Execution.PipelineName": text_at(got.pipeline, "PipelineName"), "Execution.PipelineArn": arn}
    if got.execution is not None:
        variables["Execution.PipelineExecutionArn"] = got.execution.arn
        variables["Execution.PipelineExecutionId"] = got.execution.arn.rsplit("/", 1)[-1]
    return Scope(
        definition,
        values=got.values,
        variables={path: value for path, value in variables.items() if value},
        run_documents=run_documents(definition, got.runs, got.descriptions),
        region=region,
        account=account_of(arn),
        partition=arn.split(":")[1] if arn else "aws",
    )


def account_of(arn: str) -> str | None:
    """Return the account in an ARN; `None` where there is none (SageMaker's own pipelines say `aws`)."""
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[4].isdigit() else None


def _by_default(definition: Definition, values: Mapping[str, str]) -> bool:
    """Return whether an execution's parameter values are the definition's defaults."""
    known = definition.parameters
    return all(name in known and str(known[name].default) == value for name, value in values.items())


def literal_only(graph: Graph) -> Graph:
    """Return the graph with only those artifacts whose location stands in the definition without any parameter."""
    literal = {port.uri for node in graph.nodes for port in (*node.inputs, *node.outputs) if port.resolution == LITERAL}
    return graph._replace(artifacts=tuple(artifact for artifact in graph.artifacts if artifact.uri in literal))


def _not_yet(_: Response) -> None:
    """Do nothing with a prefetched response: it is asked for again when it is certain that it matters."""
