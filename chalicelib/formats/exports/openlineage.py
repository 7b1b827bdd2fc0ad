"""OpenLineage 2-0-2: an execution as the run events of its pipeline and its steps, a definition as job events.

https://openlineage.io/docs/spec/object-model
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from chalicelib import HOME_URL
from chalicelib.formats.exports.export import Answer, Json
from chalicelib.formats.exports.openlineage_datasets import Places, name_of
from chalicelib.formats.exports.openlineage_facets import engine, facets, run_id, tags, text_of
from chalicelib.formats.exports.openlineage_split import in_parts, slim

NO_TIME = "1970-01-01T00:00:00+00:00"
"""Time of what is known of no time at all: every event must have one, and a definition file has none."""

_ENDS = {"Succeeded": "COMPLETE", "Failed": "FAIL", "Stopped": "ABORT"}
_RULES = {"Failed": "EXECUTE_ON_FAILURE", "Stopped": "EXECUTE_ON_STOP", "Any": "EXECUTE_EVERY_TIME"}
_FACTS = ("status", "jobName", "jobArn", "attempts", "cachedFrom", "selectedFrom", "outcome")
_DATA = ("ref:Get", "artifact")
"""Edges along which data goes; the others are order, or a decision."""


def write(answers: Sequence[Answer]) -> Sequence[Json]:
    """Return the events of all answers, those of each in the order of time."""
    return [event for answer in answers for event in events_of(answer.lineage)]


def events_of(lineage: Json) -> list[Json]:
    """Return the events of one answer in the order of time.

    A run of the pipeline and of each step that it reached begins and ends once. Steps that have no run are job events,
    and places that no step reads or writes are dataset events.
    """
    return sorted(_Story(lineage).events(), key=lambda event: str(event["eventTime"]))


class _Story:
    """One answer, and the names that all of its events have in common."""

    def __init__(self, lineage: Json) -> None:
        self.pipeline, self.execution = lineage["pipeline"], lineage["execution"]
        self.graph, self.places = lineage["graph"], Places(lineage)
        account = (self.pipeline["arn"] or "").split(":")[4:5] or ["unknown"]
        self.namespace = f"sagemaker://{self.pipeline['region'] or 'unknown'}.{account[0]}"
        self.upstream: dict[str, list[Json]] = {}
        for edge in self.graph["edges"]:
            self.upstream.setdefault(edge["to"], []).append(edge)
        self.nodes = {node["id"]: node for node in self.graph["nodes"]}
        self.touched = _touched(self.graph["artifacts"])
        run = self.execution or {}
        self.began = run.get("startTime") or self.pipeline["lastModifiedTime"] or NO_TIME

    def events(self) -> Iterator[Json]:
        if self.execution is None:
            yield self._event("JobEvent", self.began, job=self._pipeline_job())
        else:
            yield slim(self._run_event("START", self.began, self._pipeline_run({}), self._pipeline_job()))
        for node in self.graph["nodes"]:
            yield from self._of_step(node)
        for dataset in self.places.datasets(self.places.unconnected()):
            yield self._event("DatasetEvent", self.began, dataset=dataset)
        if self.execution is not None:
            yield from self._end_of_pipeline(self.execution)

    def _end_of_pipeline(self, execution: Json) -> Iterator[Json]:
        kind = _kind(execution["status"])
        told = {
            "nominalTime": _nominal(execution),
            "executionParameters": _parameters(self.pipeline["parameters"]),
            "errorMessage": _error(execution),
            "tags": {"tags": tags([("status", execution["status"]), ("arn", execution["arn"])])},
        }
        ended, job = execution["endTime"] or self.began, self._pipeline_job()
        running = self._run_event("RUNNING", ended, self._pipeline_run({}), job)
        yield from in_parts(running, self._run_event(kind, ended, self._pipeline_run(told), job))

    def _of_step(self, node: Json) -> Iterator[Json]:
        inputs = self.places.datasets(port["uri"] for port in node["inputs"])
        outputs = self.places.datasets(port["uri"] for port in node["outputs"])
        run = node.get("run")
        if run is None or self.execution is None:
            job = self._step_job(node, self.upstream.get(node["id"], ()))
            yield self._event("JobEvent", self.began, job=job, inputs=inputs, outputs=outputs)
            return
        began = run["startTime"] or self.began
        at_first, job = self._step_run(node, {}), self._step_job(node)
        yield slim(self._run_event("START", began, at_first, job))
        ended = run["endTime"] or began
        last = self._run_event(_kind(run["status"]), ended, self._step_run(node, self._told(node, run)), job)
        whole = {**last, "inputs": inputs, "outputs": outputs}
        yield from in_parts(self._run_event("RUNNING", ended, at_first, job), whole)

    def _told(self, node: Json, run: Json) -> dict[str, Any]:
        """Return the facets of a step's run that are known at its end."""
        facts = [(key, run.get(key)) for key in _FACTS]
        metrics = [(f"metric.{name}", value) for name, value in run["metrics"].items()]
        upstream = [self._dependency(edge) for edge in self.upstream.get(node["id"], ())]
        return {
            "nominalTime": _nominal(run),
            "errorMessage": _error(run),
            "jobDependencies": {"upstream": upstream} if upstream else None,
            "tags": {"tags": tags([*facts, *metrics])},
        }

    def _dependency(self, edge: Json) -> Json:
        """Return an edge as a dependency; `via`, which OpenLineage leaves open, is the graph's own word for it."""
        before = self.nodes.get(edge["from"], {})
        ran = "run" in before
        return {
            "job": self._job_name(edge["from"]),
            **({"run": {"runId": self._step_run_id(before)}} if ran else {}),
            "dependency_type": "IMPLICIT_DEPENDENCY" if edge["via"] in _DATA else "DIRECT_INVOCATION",
            "sequence_trigger_rule": "FINISH_TO_START",
            "status_trigger_rule": _RULES.get(edge.get("trigger", ""), "EXECUTE_ON_SUCCESS"),
            "via": edge["via"],
        }

    # --- Jobs and runs ---

    def _job_name(self, step: str | None = None) -> Json:
        name = self.pipeline["name"]
        return {"namespace": self.namespace, "name": name if step is None else f"{name}.{step}"}

    def _pipeline_job(self) -> Json:
        described = self.pipeline.get("description")
        named = [("location", uri) for uri in self.places.unconnected() if not name_of(uri)]
        told = [*tags(self.pipeline.get("tags", {}).items(), "USER"), *tags(named)]
        return {
            **self._job_name(),
            "facets": facets(
                "job",
                jobType=_job_type("PIPELINE"),
                documentation={"description": described} if described else None,
                tags={"tags": told} if told else None,
            ),
        }

    def _step_job(self, node: Json, upstream: Sequence[Json] = ()) -> Json:
        """Return a step's job; `upstream` are edges that no run can tell, as tags."""
        facts = [(key, node.get(key)) for key in ("label", "parent", "branch")]
        edges = [(".".join(["upstream", edge["via"], *_trigger(edge)]), edge["from"]) for edge in upstream]
        met = _met(node, self.touched.get(node["id"], ()))
        described = node.get("description")
        return {
            **self._job_name(node["id"]),
            "facets": facets(
                "job",
                jobType=_job_type(node["type"]),
                documentation={"description": described} if described else None,
                sourceCodeLocation=_source(node),
                tags={"tags": tags([*facts, *edges, *_no_datasets(node), *met])},
            ),
        }

    def _pipeline_run(self, told: Mapping[str, Any]) -> Json:
        arn = self.execution["arn"]
        return {"runId": run_id(arn), "facets": facets("run", processing_engine=engine(), **told)}

    def _step_run_id(self, node: Json) -> str:
        return run_id(self.execution["arn"], node["id"], str(node["run"].get("attempts", 1)))

    def _step_run(self, node: Json, told: Mapping[str, Any]) -> Json:
        whole = {"run": {"runId": run_id(self.execution["arn"])}, "job": self._job_name()}
        parent = {**whole, "root": whole}
        told = {"parent": parent, "processing_engine": engine(), **told}
        return {"runId": self._step_run_id(node), "facets": facets("run", **told)}

    def _run_event(self, kind: str, time: str, run: Json, job: Json) -> Json:
        return {"eventType": kind, **self._event("RunEvent", time, run=run, job=job)}

    def _event(self, kind: str, time: str, **body: Any) -> Json:
        schema = f"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/{kind}"
        return {"eventTime": time, "producer": HOME_URL, "schemaURL": schema, **body}


def _trigger(edge: Json) -> list[str]:
    return [edge["trigger"]] if "trigger" in edge else []


def _kind(status: str) -> str:
    """Return the event for a status; what has not ended is running, whatever AWS calls it."""
    return _ENDS.get(status, "RUNNING")


def _job_type(kind: str) -> Json:
    return {"processingType": "BATCH", "integration": "SAGEMAKER", "jobType": kind}


def _nominal(run: Json) -> Json | None:
    start, end = run["startTime"], run["endTime"]
    return {"nominalStartTime": start, **({"nominalEndTime": end} if end else {})} if start else None


def _error(run: Json) -> Json | None:
    """Return why a run failed; in which language the job was written is not known."""
    message = run.get("failureReason")
    return {"message": message, "programmingLanguage": "UNKNOWN"} if message else None


def _parameters(values: Mapping[str, Any]) -> Json | None:
    each = [{"key": key, **({} if value is None else {"value": text_of(value)})} for key, value in values.items()]
    return {"parameters": each} if each else None


def _source(node: Json) -> Json | None:
    """Return where a step's code is: in the commit that the registry names, else in the first place it is read from."""
    registry = node.get("registry", {})
    repository, commit = registry.get("repository", ""), registry.get("commitId")
    if "://" in repository:
        return {"type": "git", "url": _url(repository), **({"version": commit} if commit else {})}
    code = next((port["uri"] for port in node["inputs"] if port.get("kind") == "code"), None)
    return {"type": "s3", "url": _url(code)} if code and name_of(code) else None


def _url(text: str) -> str:
    return quote(text, safe="%/:?#[]@!$&'()*+,;=")


def _no_datasets(node: Json) -> Iterator[tuple[str, str]]:
    """Yield the inputs and outputs that are no dataset yet: their location is known in part."""
    for side, ports in (("input", node["inputs"]), ("output", node["outputs"])):
        for port in ports:
            if not name_of(port["uri"]):
                yield f"{side}.{port['name']}", port["uri"]


def _touched(artifacts: Sequence[Json]) -> dict[str, list[tuple[str, str]]]:
    """Return for each step what it makes (`output`) and reads (`input`), by the location of each artifact."""
    touched: dict[str, list[tuple[str, str]]] = {}
    for artifact in artifacts:
        for side, steps in (("output", artifact["producedBy"]), ("input", artifact["consumedBy"])):
            for step in steps:
                touched.setdefault(step, []).append((side, artifact["uri"]))
    return touched


def _met(node: Json, touched: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the places that a step makes or reads though it names others: what lies in them, or around them."""
    named = {(side, port["uri"]) for side in ("input", "output") for port in node[f"{side}s"]}
    for side, uri in touched:
        if (side, uri) not in named:
            yield f"{side}Met", uri
