"""Small accounts: `/lineage` answers written by hand, and what serves their models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.core.account.graph import AccountGraph, Edge
from chalicelib.core.account.impact import ImpactQuery, impact

Json = dict[str, Any]

ACCOUNT, REGION = "123456789012", "ap-northeast-2"
BLOCKED = {"region": REGION, "encryption": "aws:kms", "versioning": "Enabled", "publicAccess": "Blocked", "tags": {}}


def arn(kind: str, name: str, region: str = REGION) -> str:
    """An ARN of SageMaker's."""
    return f"arn:aws:sagemaker:{region}:{ACCOUNT}:{kind}/{name}"


def port(place: str | Mapping[str, Any], number: int) -> Json:
    """A data port, or one that says more than its location."""
    return {"name": f"p{number}", "kind": "data", **({"uri": place} if isinstance(place, str) else place)}


def node(
    name: str,
    reads: Sequence[str | Mapping[str, Any]] = (),
    writes: Sequence[str | Mapping[str, Any]] = (),
    *,
    kind: str = "Processing",
    ran: tuple[str | None, str | None] | None = ("2026-03-01T09:00:00+00:00", "2026-03-01T09:10:00+00:00"),
    **more: Any,
) -> Json:
    """A step; `ran` are the start and end of its run, `None` where it has none."""
    run = {"run": {"status": "Succeeded", "startTime": ran[0], "endTime": ran[1], "jobArn": None}} if ran else {}
    ports = {
        "inputs": [port(place, number) for number, place in enumerate(reads)],
        "outputs": [port(place, number) for number, place in enumerate(writes)],
    }
    return {"id": name, "label": name, "type": kind, **ports, **run, **more}


def answer(
    pipeline: str,
    *nodes: Json,
    execution: str | None = "e1",
    start: str = "2026-03-01T09:00:00+00:00",
    region: str = REGION,
    refs: Sequence[tuple[str, str]] = (),
    buckets: Mapping[str, Mapping[str, Any]] | None = None,
    findings: Sequence[Json] = (),
    warnings: Sequence[Json] = (),
) -> Json:
    """A `/lineage` answer; `buckets` are `s3` objects of the buckets that the steps touch, by bucket."""
    pipeline_arn = arn("pipeline", pipeline, region)
    ran = {"arn": f"{pipeline_arn}/execution/{execution}", "status": "Succeeded", "startTime": start}
    return {
        "pipeline": {"name": pipeline, "arn": pipeline_arn, "region": region},
        "execution": ran if execution else None,
        "summary": {"lastActivityTime": start},
        "graph": {
            "nodes": list(nodes),
            "edges": [{"from": source, "to": target, "via": "ref:Get"} for source, target in refs],
            "artifacts": _artifacts(nodes, buckets or {}),
        },
        "findings": list(findings),
        "warnings": list(warnings),
    }


def _artifacts(nodes: Sequence[Json], buckets: Mapping[str, Mapping[str, Any]]) -> list[Json]:
    touched: dict[str, dict[str, list[str]]] = {}
    for each in nodes:
        for side, key in (("inputs", "consumedBy"), ("outputs", "producedBy")):
            for one in each[side]:
                touched.setdefault(one["uri"], {}).setdefault(key, []).append(each["id"])
    made = []
    for number, (uri, steps) in enumerate(sorted(touched.items())):
        bucket = uri.removeprefix("s3://").partition("/")[0] if uri.startswith("s3://") else None
        both = {"producedBy": [], "consumedBy": [], **steps}
        made.append({"id": number, "uri": uri, "bucket": bucket, "s3": buckets.get(bucket or "", BLOCKED), **both})
    return made


def finding(uid: str, severity: str = "High", status: str = "Fail") -> Json:
    """A finding, as far as it is counted."""
    return {"rule": uid.partition(":")[0], "severity": severity, "status": status, "finding_info": {"uid": uid}}


def serving(**lists: Sequence[Json]) -> Json:
    """A serving document with these lists."""
    empty: Json = {"endpoints": [], "configurations": [], "models": [], "components": [], "packages": []}
    return {**empty, **{name: list(each) for name, each in lists.items()}}


def endpoint(name: str, models: Sequence[str], capture: str | None = None) -> Json:
    """An endpoint in service, and its configuration: two lists of a serving document, to be put together."""
    return {
        "endpoints": [{"name": name, "arn": arn("endpoint", name), "status": "InService", "config": f"{name}-config"}],
        "configurations": [{"name": f"{name}-config", "models": list(models), "capture": capture}],
    }


def edges(graph: AccountGraph) -> dict[tuple[str, str], Edge]:
    """The edges by the ids of their ends; of several between two vertices the last."""
    ids = [vertex["id"] for vertex in graph.vertices]
    return {(ids[each[0]], ids[each[1]]): Edge(*each) for each in graph.edges}


def reached(graph: AccountGraph, start: str, **query: Any) -> list[str]:
    """The ids of what an impact lists, in its order."""
    return [each["id"] for each in impact(graph, ImpactQuery(start=start, **query))["nodes"]]
