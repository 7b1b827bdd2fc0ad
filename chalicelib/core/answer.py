"""Lineage of one pipeline, as values that the formats turn into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.buckets import BucketPosture
from chalicelib.core.execution import Summary
from chalicelib.core.model import Execution, Finding, Gap, Graph, Pipeline
from chalicelib.core.node_runs import NodeRun
from chalicelib.core.registry import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """One pipeline's lineage.

    `runs`, `registrations` and `security` are by node id, `postures` by bucket; `untaken` are node ids.
    """

    pipeline: Pipeline
    execution: Execution | None
    summary: Summary
    graph: Graph
    runs: Mapping[str, NodeRun] = field(default_factory=dict)
    untaken: frozenset[str] = frozenset()
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    security: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    postures: Mapping[str, BucketPosture] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    view: str = "graph"
