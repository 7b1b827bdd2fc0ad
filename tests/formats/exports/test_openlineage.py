"""OpenLineage: valid by the standard's own classes, whole enough to make the graph again, and taken by its readers."""

from __future__ import annotations

import json
from collections import Counter
from copy import deepcopy
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from chalicelib import HOME_URL
from chalicelib.formats.exports.openlineage import NO_TIME, events_of
from chalicelib.formats.exports.openlineage_datasets import name_of
from chalicelib.formats.exports.openlineage_facets import POSTURE, POSTURE_SCHEMA
from chalicelib.formats.exports.openlineage_split import MAX_EVENT_BYTES
from chalicelib.formats.lineage import to_lineage
from chalicelib.routes.lineage import offline_lineage
from faults.fuzzing import definitions
from faults.hostile import Hostile, ask
from tests.builders.answered import answered, step
from tests.builders.consumers import Refused, datahub, datazone, marquez, opened_by_marquez
from tests.builders.openlineage import OURS, drawn, problems, rebuilt

CORPUS = Path(__file__).resolve().parents[3] / "corpus" / "emitted"
DEFINITIONS = [path for path in sorted(CORPUS.rglob("*.json")) if "Steps" in json.loads(path.read_text())]


def of_file(path: Path) -> Any:
    return to_lineage(offline_lineage(path.read_text(), path.stem, {}))


def executed(execution: str = "aaaabbbb0001") -> Any:
    """An execution, with a place for everything that its steps touch."""
    lineage = answered(execution)
    places = {each["uri"]: each for each in lineage["graph"]["artifacts"]}
    for node in lineage["graph"]["nodes"]:
        for side, ports in (("consumedBy", node["inputs"]), ("producedBy", node["outputs"])):
            for uri in (port["uri"] for port in ports):
                bare = {"id": len(places), "uri": uri, "s3": {}, "producedBy": [], "consumedBy": []}
                bucket, _, key = uri.removeprefix("s3://").partition("/")
                known = {"bucket": bucket, "key": key} if uri.startswith("s3://") else {"bucket": None, "key": None}
                places.setdefault(uri, {**bare, **known})[side].append(node["id"])
    lineage["graph"]["artifacts"] = list(places.values())
    return lineage


def run_events(events: list[Any], job: str) -> list[Any]:
    return [event for event in events if "run" in event and event["job"]["name"] == job]


# --- Whatever the lineage ---


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.stem)
def test_a_definition_is_valid_and_its_graph_can_be_made_again_of_the_events_alone(path: Path) -> None:
    lineage = of_file(path)

    events = events_of(lineage)

    assert [problem for event in events for problem in problems(event)] == []
    assert rebuilt(events) == drawn(lineage)
    for event in events:
        marquez(event)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(definitions())
def test_any_definition_and_its_run_are_valid_and_the_graph_can_be_made_again(definition: str) -> None:
    reply = ask("/lineage", {"pipeline": ["p"], "region": ["us-east-1"]}, Hostile(definition))
    assume(reply.status == 200)
    lineage = json.loads(reply.body)

    events = events_of(lineage)

    assert [problem for event in events for problem in problems(event)] == []
    assert rebuilt(events) == drawn(lineage)


def test_an_execution_is_valid_and_its_graph_can_be_made_again_of_the_events_alone() -> None:
    lineage = executed()

    events = events_of(lineage)

    assert [problem for event in events for problem in problems(event)] == []
    assert rebuilt(events) == drawn(lineage)
    for event in events:
        marquez(event)


@pytest.mark.parametrize(
    ("place", "key", "value"),
    [
        ("run", "runId", None),
        ("run", "runId", "no uuid"),
        ("run.facets.processing_engine", "version", None),
        ("run.facets.processing_engine", "colour", "red"),
        ("job.facets.jobType", "processingType", 7),
        ("job", "name", 7),
        ("job.facets.tags", "tags", ""),
        ("job.facets.jobType", "_producer", None),
        ("job.facets.jobType", "_schemaURL", ["x"]),
        ("run.facets.parent.run", "runId", "no uuid"),
        ("", "producer", None),
        ("", "producer", 7),
        ("", "eventType", "BEGIN"),
        ("", "eventTime", "yesterday"),
    ],
)
def test_the_classes_find_what_is_wrong_with_an_event(place: str, key: str, value: Any) -> None:
    event = deepcopy(run_events(events_of(executed()), "churn.Train")[-1])
    at: Any = reduce(lambda part, name: part[name], filter(None, place.split(".")), event)
    at.update({key: value})
    if value is None:
        del at[key]

    assert problems(event)


def test_null_is_no_value_of_anything() -> None:
    event = deepcopy(run_events(events_of(executed()), "churn.Train")[-1])
    event["run"]["facets"]["processing_engine"]["name"] = None

    assert problems(event)


# --- Runs ---


def test_every_run_begins_once_and_ends_once() -> None:
    events = events_of(executed())

    kinds = Counter((event["run"]["runId"], event["eventType"]) for event in events if "run" in event)
    runs = {run for run, _ in kinds}

    assert kinds == Counter({(run, kind): 1 for run in runs for kind in ("START", "COMPLETE")})
    assert [event["eventTime"] for event in events] == sorted(event["eventTime"] for event in events)


def test_a_step_names_the_pipelines_run_as_its_parent_and_root() -> None:
    events = events_of(executed())

    whole = run_events(events, "churn")[0]["run"]["runId"]
    for event in run_events(events, "churn.Train"):
        parent = event["run"]["facets"]["parent"]
        assert parent["run"]["runId"] == parent["root"]["run"]["runId"] == whole
        assert parent["job"]["name"] == "churn"


def test_the_same_execution_has_the_same_ids_and_another_attempt_or_execution_has_others() -> None:
    again = executed()
    step(again, "Train")["run"]["attempts"] = 2

    first, second, other = (
        run_events(events_of(lineage), "churn.Train")[0]["run"]["runId"]
        for lineage in (executed(), again, executed("ccccdddd0002"))
    )

    assert run_events(events_of(executed()), "churn.Train")[0]["run"]["runId"] == first
    assert len({first, second, other}) == 3


@pytest.mark.parametrize(("status", "kind"), [("Failed", "FAIL"), ("Stopped", "ABORT"), ("Executing", "RUNNING")])
def test_what_became_of_a_step_is_its_last_event(status: str, kind: str) -> None:
    lineage = executed()
    step(lineage, "Train")["run"] |= {"status": status, "failureReason": "AlgorithmError: out of memory"}

    last = run_events(events_of(lineage), "churn.Train")[-1]

    assert last["eventType"] == kind
    assert last["run"]["facets"]["errorMessage"]["message"] == "AlgorithmError: out of memory"


def test_a_step_that_was_not_reached_is_a_job_without_a_run() -> None:
    lineage = executed()
    del step(lineage, "Evaluate")["run"]

    events = events_of(lineage)

    (event,) = [event for event in events if event.get("job", {}).get("name") == "churn.Evaluate"]

    assert event["schemaURL"].endswith("/JobEvent")
    assert rebuilt(events) == drawn(lineage)


def test_metrics_and_parameters_travel_and_environments_do_not() -> None:
    lineage = executed()
    step(lineage, "Train")["run"]["job"]["environment"] = {"API_URL": "https://inside.example"}

    events = events_of(lineage)

    tags = run_events(events, "churn.Train")[-1]["run"]["facets"]["tags"]["tags"]

    assert {"key": "metric.validation:auc", "value": "0.63", "source": "SAGEMAKER"} in tags

    parameters = run_events(events, "churn")[-1]["run"]["facets"]["executionParameters"]["parameters"]

    assert {"key": "Rounds", "value": "120"} in parameters
    assert "inside.example" not in json.dumps(events)


# --- Places ---


@pytest.mark.parametrize(
    ("uri", "dataset"),
    [
        ("s3://lake/raw/2026/", ("s3://lake", "raw/2026/")),
        ("s3a://lake/raw", ("s3://lake", "raw")),
        ("s3://lake", ("s3://lake", "/")),
        ("arn:aws:glue:eu-west-1:123456789012:table/db/t", ("arn:aws:glue:eu-west-1:123456789012", "table/db/t")),
        (
            "awsathena://athena.eu-west-1.amazonaws.com/cat.db.t",
            ("awsathena://athena.eu-west-1.amazonaws.com", "cat.db.t"),
        ),
        ("s3://${Parameters.Bucket}/raw", None),
        ("s3://no bucket/raw", None),
    ],
)
def test_a_location_is_named_as_the_standard_names_it(uri: str, dataset: tuple[str, str] | None) -> None:
    assert name_of(uri) == dataset


def test_a_location_that_is_known_in_part_is_no_dataset_and_is_not_lost() -> None:
    lineage = executed()
    uri = "s3://${Parameters.Bucket}/raw"
    train = step(lineage, "Train")
    train["inputs"] = [{"name": "train", "uri": uri, "kind": "data"}]
    train["outputs"] = [{"name": "model", "uri": "${Steps.Tune.Best}", "kind": "model"}]
    lineage["graph"]["artifacts"].append(
        {"id": 99, "uri": uri, "bucket": "${Parameters.Bucket}", "key": "raw", "producedBy": [], "consumedBy": []}
    )

    last = run_events(events_of(lineage), "churn.Train")[-1]

    assert (last["inputs"], last["outputs"]) == ([], [])
    tags = {tag["key"]: tag["value"] for tag in last["job"]["facets"]["tags"]["tags"]}
    assert (tags["input.train"], tags["output.model"]) == (uri, "${Steps.Tune.Best}")


def test_a_place_has_its_posture_and_the_findings_on_it_in_the_facet_that_the_project_publishes() -> None:
    lineage = executed()
    lake = next(each for each in lineage["graph"]["artifacts"] if each["uri"] == "s3://lake/raw")
    lineage["findings"] = [
        {
            "rule": "S3.8",
            "severity": "High",
            "status": "Fail",
            "path": [f"artifact:{lake['id']}"],
            "finding_info": {"uid": "u1"},
        }
    ]

    (raw,) = [each for each in run_events(events_of(lineage), "churn.Prepare")[-1]["inputs"] if each["name"] == "raw"]

    posture = raw["facets"][POSTURE]

    assert posture["encryption"] == lake["s3"]["encryption"]
    assert posture["findings"] == [{"rule": "S3.8", "severity": "High", "status": "Fail", "uid": "u1"}]
    assert json.loads(OURS.read_text())["$id"] == POSTURE_SCHEMA
    assert posture["_schemaURL"].startswith(HOME_URL)


def test_of_a_place_that_nobody_asked_about_nothing_is_said() -> None:
    events = events_of(of_file(DEFINITIONS[0]))

    assert POSTURE not in json.dumps(events)
    assert {event["eventTime"] for event in events} == {NO_TIME}


# --- Readers ---


def wrong(change: str) -> Any:
    """An event of a step with one thing that a reader does not take."""
    event = deepcopy(run_events(events_of(executed()), "churn.Train")[-1])
    if change == "no engine":
        del event["run"]["facets"]["processing_engine"]
    elif change == "no run":
        del event["run"]
    elif change == "a namespace with spaces":
        event["inputs"][0]["namespace"] = "s3://my lake"
    elif change == "a namespace that is too long":
        event["job"]["namespace"] = "s" * 1025
    elif change == "no name":
        event["outputs"][0]["name"] = ""
    else:
        event["inputs"] = [{**event["inputs"][0], "name": "x" * 300_000}]
    return event


@pytest.mark.parametrize(
    ("reader", "change"),
    [
        (datahub, "no engine"),
        (datahub, "no run"),
        (datazone, "no run"),
        (datazone, "too large"),
        (marquez, "a namespace with spaces"),
        (marquez, "a namespace that is too long"),
        (marquez, "no name"),
    ],
)
def test_a_reader_refuses_what_it_does_not_take(reader: Any, change: str) -> None:
    with pytest.raises(Refused):
        reader(wrong(change))


def test_datahub_knows_the_orchestrator_and_the_flow_of_every_run() -> None:
    for event in events_of(executed()):
        assert datahub(event) == "churn"


def test_marquez_opens_jobs_and_places_and_neither_keys_that_begin_with_a_digit_nor_arns() -> None:
    for event in events_of(executed()):
        job = event["job"]["namespace"], event["job"]["name"]
        assert opened_by_marquez("job", *job) == job

    assert opened_by_marquez("dataset", *(name_of("s3://lake/raw") or ())) == ("s3://lake", "raw")

    with pytest.raises(Refused):
        opened_by_marquez("dataset", *(name_of("s3://lake/2026/raw") or ()))
    table = name_of("arn:aws:glue:eu-west-1:123456789012:table/db/t") or ("", "")

    assert opened_by_marquez("dataset", *table) != table


def test_a_run_with_more_places_than_datazone_takes_in_an_event_is_several_events_of_one_run() -> None:
    lineage = executed()
    uris = [f"s3://lake/{'x' * 200}/{number}" for number in range(3000)]
    train = step(lineage, "Train")
    train["inputs"] = [{"name": "in", "uri": uri, "kind": "data"} for uri in uris]

    events = run_events(events_of(lineage), "churn.Train")

    for event in events:
        datazone(event)
        assert problems(event) == []

    assert [event["eventType"] for event in events] == ["START", *["RUNNING"] * (len(events) - 2), "COMPLETE"]
    assert {event["run"]["runId"] for event in events} == {events[0]["run"]["runId"]}

    names = [f"{each['namespace']}/{each['name']}" for event in events[1:] for each in event["inputs"]]

    assert names == uris
    assert len(events) <= 2 + len(json.dumps(events)) // (MAX_EVENT_BYTES // 2)


@pytest.mark.parametrize("long", ["places that are no datasets", "metrics", "parameters", "places that nobody touches"])
def test_whatever_a_run_has_much_of_no_event_is_larger_than_datazone_takes_and_nothing_is_lost(long: str) -> None:
    lineage, text = executed(), "x" * 200
    train = step(lineage, "Train")
    if long == "places that are no datasets":
        train["inputs"] = [{"name": f"in{n}", "uri": f"${{Steps.A.{text}{n}}}", "kind": "data"} for n in range(3000)]
    elif long == "metrics":
        train["run"]["metrics"] = {f"{text}{n}": 0.5 for n in range(3000)}
    elif long == "parameters":
        lineage["pipeline"]["parameters"] = {f"P{n}": text for n in range(3000)}
    else:
        blank: dict[str, Any] = {"bucket": None, "key": None, "s3": {}, "producedBy": [], "consumedBy": []}
        lineage["graph"]["artifacts"] += [
            {**blank, "id": 100 + n, "uri": f"${{Parameters.{text}{n}}}"} for n in range(3000)
        ]

    events = events_of(lineage)

    runs = [event for event in events if "run" in event]
    for event in runs:
        datazone(event)
        assert problems(event) == []
    whole = drawn(lineage)
    if long == "places that are no datasets":
        whole["artifacts"] = rebuilt(events)["artifacts"]  # the answer itself lists none of them
        assert sum(uri.startswith("${Steps.A") for uri in whole["artifacts"]) == 3000

    assert rebuilt(events) == whole

    kinds = Counter((event["run"]["runId"], event["eventType"]) for event in runs)

    assert {kinds[run, kind] for run, _ in kinds for kind in ("START", "COMPLETE")} == {1}

    told = json.dumps(runs)
    counted = {"metrics": f'"metric.{text}', "parameters": '"key": "P'}.get(long)

    assert counted is None or told.count(counted) == 3000
