"""Definition of a lineage, and what it names: as foreseen, by the values of the execution, and the graph as it ran."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from chalicelib.core.definition.document import parse_definition, same_definition
from chalicelib.core.definition.scope import LITERAL
from chalicelib.core.graph.graph import build_graph, draft_graph
from chalicelib.core.query.query import LineageQuery
from chalicelib.core.runs.jobs import things_described
from chalicelib.core.runs.step_runs import with_undefined_steps
from chalicelib.core.values.doc import text_at
from chalicelib.core.values.errors import BadDefinition
from chalicelib.core.values.model import Definition, Doc, Gap, Graph
from chalicelib.fetch.gather import Gather
from chalicelib.fetch.tasks import Future
from chalicelib.routes.lineage_reads.buckets import BucketReads
from chalicelib.routes.lineage_reads.collected import EMPTY, Collected, scope_of


class Foreseen(NamedTuple):
    """Definition that the pipeline has at present, and the draft of its graph by the parameters' defaults."""

    definition: Definition
    draft: Graph


async def foresee(
    query: LineageQuery, pipeline: Doc, known: Iterable[Future[Any]], buckets: BucketReads, gather: Gather
) -> Foreseen | None:
    """Read the buckets that the present definition spells out, without waiting for the execution.

    Those that hang on a parameter wait: another value would make eight reads of each a waste. Return `None` where the
    definition cannot be read (the execution's own may be readable), or where all is `known` by now.
    """
    await gather.idle()
    if all(each.done for each in known):
        return None
    with suppress(BadDefinition):
        definition = parse_definition(pipeline["PipelineDefinition"])
        draft = draft_graph(definition, scope_of(Collected(pipeline=pipeline, definition=definition), query.region))
        buckets.begin(literal_only(draft))
        return Foreseen(definition, draft)
    return None


def define(
    query: LineageQuery, got: Collected, ran: str | None, foreseen: Future[Foreseen | None], gaps: list[Gap]
) -> tuple[Collected, Graph]:
    """Return `got` with its definition, and the graph's draft: by `ran`, the execution's own document, if it was read.

    `got` holds the pipeline, the execution and its values. What was foreseen by now is not parsed and drafted again.
    Raises `BadDefinition`.
    """
    present = got.pipeline["PipelineDefinition"]
    ready = foreseen.value if foreseen.done and ran in (None, present) else None
    definition = ready.definition if ready else parse_definition(present if ran is None else ran)
    if ran is not None and not same_definition(ran, present):
        message = "the pipeline has changed since this execution, whose own definition is shown"
        gaps.append(Gap("PipelineChanged", message, text_at(got.pipeline, "PipelineArn")))
    got = got._replace(definition=definition)
    if ready and _by_default(definition, got.values):
        return got, ready.draft
    return got, draft_graph(definition, scope_of(got, query.region))


def as_it_ran(query: LineageQuery, got: Collected) -> tuple[Collected, Graph]:
    """Return `got` with its scope and its graph, and that graph; every job must be described."""
    definition = with_undefined_steps(got.definition or EMPTY, got.runs)
    got = got._replace(definition=definition)
    scope = scope_of(got, query.region)
    graph = build_graph(definition, scope, things_described(got.descriptions))
    return got._replace(scope=scope, graph=graph), graph


def literal_only(graph: Graph) -> Graph:
    """Return the graph with only those artifacts whose location stands in the definition without any parameter."""
    literal = {port.uri for node in graph.nodes for port in (*node.inputs, *node.outputs) if port.resolution == LITERAL}
    return graph._replace(artifacts=tuple(artifact for artifact in graph.artifacts if artifact.uri in literal))


def _by_default(definition: Definition, values: Mapping[str, str]) -> bool:
    """Return whether an execution's parameter values are the definition's defaults."""
    known = definition.parameters
    return all(name in known and str(known[name].default) == value for name, value in values.items())
