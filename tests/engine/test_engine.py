"""The four functions: what they ask, what they send, and what they say of what they could not do."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.account.graph import parse_graph
from chalicelib.core.values.errors import LineageError
from chalicelib.engine.compact import compact
from chalicelib.engine.notes import add_note
from chalicelib.engine.piece import BadPiece, Piece, parse_piece
from chalicelib.engine.schedule import SERVING
from chalicelib.fetch.cache import Cache
from chalicelib.routes.known import from_store, remember_in
from chalicelib.store.state import coverage, parse_state
from tests.builders.engine import OPTIONS, Engine, package
from tests.builders.reads import aws_error
from tests.builders.services import ACCOUNT, HOME

HOUR = 3600.0


@pytest.fixture
def engine() -> Engine:
    """Three pipelines, of which two have run."""
    made = Engine()
    for name in ("etl", "mlops", "score"):
        made.account.put(name)
    for name in ("etl", "mlops"):
        made.account.begin(name)
        made.pass_time(60)
        made.account.end(name)
        made.pass_time(1)
    return made


def kinds(engine: Engine) -> Counter[str]:
    return Counter(json.loads(text)["kind"] for text in engine.queue)


def drain(engine: Engine) -> None:
    while engine.queue:
        engine.deliver()
        engine.memory.lives = float("inf")
        engine.pass_time(1)


def covered(engine: Engine) -> dict[str, Any]:
    return coverage({HOME: parse_state(engine.state)})


def described(engine: Engine) -> list[str]:
    return [asked["PipelineName"] for operation, asked in engine.account.asked if operation == "describe_pipeline"]


def test_what_the_list_says_is_covered_before_anything_is_read(engine: Engine) -> None:
    engine.plan()
    engine.deliver()
    engine.deliver()

    engine.compact()

    assert covered(engine)["pipelines"] == {"known": 3, "read": 0}
    assert {each["pipeline"]: each["why"] for each in covered(engine)["unread"]} == dict.fromkeys(
        ("etl", "mlops", "score"), "it waits to be read"
    )


def test_a_plan_that_finds_nothing_changed_asks_the_lists_alone_and_changes_nothing_but_its_time(
    engine: Engine,
) -> None:
    engine.settle()
    before, state = engine.files(), engine.state
    engine.account.asked.clear()

    engine.pass_time(HOUR)
    engine.plan()
    sent = kinds(engine)
    drain(engine)
    engine.compact()

    assert sent == {"census": 1, "serving": 1, "pipeline": 1}  # the one that never ran is asked for its executions
    assert {operation for operation, _ in engine.account.asked} == {
        *("list_pipelines", "list_pipeline_executions"),
        *("list_endpoints", "list_inference_components", "list_model_packages"),
    }
    assert engine.files() == before
    assert {**engine.state, "asOf": None, "served": None} == {**state, "asOf": None, "served": None}
    assert engine.state["asOf"] > state["asOf"]


def test_what_waits_is_not_sent_a_second_time_until_it_must_be_lost(engine: Engine) -> None:
    engine.plan()
    engine.deliver()
    engine.deliver()
    engine.compact()
    engine.queue.clear()

    engine.pass_time(HOUR)
    engine.plan()
    soon = kinds(engine)
    engine.queue.clear()
    engine.pass_time(6 * HOUR)
    engine.plan()

    assert soon["pipeline"] == 0
    assert kinds(engine)["pipeline"] == 3


def test_an_event_brings_the_execution_into_the_graph_without_a_plan(engine: Engine) -> None:
    engine.settle()
    engine.account.begin("score")
    engine.pass_time(30)
    engine.notice(engine.account.end("score"))

    drain(engine)
    engine.compact()

    steps = {each["id"]: each for each in parse_graph(engine.region.read("graph.json.gz") or {}).vertices}

    assert steps["step:score/Copy"]["facts"]["execution"].endswith("score/execution/exec00000001")

    engine.plan()

    assert kinds(engine)["pipeline"] == 0


def test_the_same_event_again_reads_nothing_again(engine: Engine) -> None:
    engine.settle()
    engine.account.begin("score")
    event = engine.account.end("score")
    engine.pass_time(2)
    for _ in range(3):
        engine.notice(event)
    engine.account.asked.clear()

    drain(engine)

    assert described(engine) == ["score"]


@pytest.mark.parametrize("status", ["Executing", "Stopping", None, 7])
def test_an_event_of_an_execution_that_is_not_over_asks_for_nothing(engine: Engine, status: Any) -> None:
    event = engine.account.event("etl", engine.account.begin("etl"))
    event["detail"]["currentPipelineExecutionStatus"] = status

    engine.notice(event)

    assert engine.queue == []


@pytest.mark.parametrize("event", [{}, {"detail": []}, {"detail-type": SERVING[0], "region": "eu-west-1"}])
def test_an_event_of_something_else_or_of_another_region_asks_for_nothing(engine: Engine, event: Any) -> None:
    engine.notice({"account": ACCOUNT, "time": "2026-04-01T00:00:00Z", **event})

    assert engine.queue == []


def test_an_approval_reads_what_serves_and_then_the_execution_that_made_it(engine: Engine) -> None:
    first = engine.account.runs["mlops"][0]
    engine.account.begin("mlops")
    engine.account.end("mlops")
    engine.settle()
    engine.account.approve("mlops", first)
    event = {"account": ACCOUNT, "region": HOME, "time": engine.clock().isoformat(), "detail-type": SERVING[0]}
    engine.pass_time(1)
    engine.notice(event)
    drain(engine)
    waiting = engine.compact()["untraced"]

    engine.settle(1)

    assert {thing: each["why"] for thing, each in waiting.items()} == {
        "package:mlops/1": "made by an execution that was not read: it waits to be traced"
    }
    assert engine.state["traced"] == {"mlops/exec00000001": ["package:mlops/1"]}
    assert engine.files() == {**engine.files(), **engine.folder()}


def test_an_approval_of_the_latest_run_has_its_pipeline_read_again_by_the_next_plan(engine: Engine) -> None:
    engine.settle()
    engine.account.approve("mlops", engine.account.runs["mlops"][-1])
    engine.pass_time(HOUR)
    engine.plan()
    drain(engine)
    engine.compact()
    meanwhile = {each["pipeline"]: each["why"] for each in covered(engine)["unread"]}

    engine.pass_time(HOUR)
    engine.plan()
    drain(engine)
    engine.compact()

    said = [node.get("registry") for node in (engine.region.answer("mlops") or {})["graph"]["nodes"]]

    assert meanwhile == {"mlops": "the approval of a model that it registers is not what it was"}
    assert [each["approvalStatus"] for each in said if each] == ["Approved"]
    assert covered(engine)["unread"] == []


def test_no_package_is_described_for_its_age_or_because_it_is_approved_but_for_an_event_of_its_own(
    engine: Engine,
) -> None:
    engine.account.approve("mlops", engine.account.runs["mlops"][-1])
    engine.settle()
    engine.account.asked.clear()
    engine.pass_time(timedelta(days=301).total_seconds())
    engine.plan()
    drain(engine)
    unasked = [asked for operation, asked in engine.account.asked if operation == "describe_model_package"]

    arn = package("mlops", 1)
    event = {"account": ACCOUNT, "region": HOME, "time": engine.clock().isoformat(), "detail-type": SERVING[0]}
    engine.notice({**event, "detail": {"ModelPackageArn": arn}})
    drain(engine)

    asked = [asked for operation, asked in engine.account.asked if operation == "describe_model_package"]

    assert unasked == []
    assert asked == [{"ModelPackageName": arn}]


def test_a_maker_that_cannot_be_read_is_said_and_looked_for_once_a_day(engine: Engine) -> None:
    engine.account.approved.add(package("mlops", 9))
    engine.settle()
    engine.account.asked.clear()

    engine.pass_time(HOUR)
    engine.plan()

    why = "package:mlops/9: made by an execution of mlops that was not read: pipeline not found"

    assert [each["why"].startswith(why) for each in covered(engine)["unread"]] == [True]
    assert kinds(engine)["trace"] == 0


def test_a_pipeline_that_is_refused_is_named_with_the_action_and_read_when_it_is_allowed(engine: Engine) -> None:
    engine.account.faults["describe_pipeline", "mlops"] = aws_error("AccessDeniedException", 403)
    engine.settle(1)
    refused = covered(engine)
    engine.account.faults.clear()

    engine.pass_time(HOUR)
    engine.plan()
    drain(engine)
    engine.compact()

    named = {each["pipeline"]: each["action"] for each in refused["unread"]}

    assert named == {"mlops": "sagemaker:DescribePipeline"}
    assert engine.dead == []
    assert covered(engine)["unread"] == []


def test_a_poisoned_pipeline_is_a_dead_letter_that_the_coverage_names_and_blocks_no_other(engine: Engine) -> None:
    engine.account.put("poison")
    engine.account.after = poison(engine)
    engine.plan()

    drain(engine)
    engine.compact()
    engine.pass_time(HOUR)
    engine.plan()

    assert [parse_piece(text).body["name"] for text in engine.dead] == ["poison"]
    (unread,) = covered(engine)["unread"]
    assert (unread["pipeline"], unread["why"].partition(";")[0]) == ("poison", "every attempt to read it failed")
    assert engine.state["pipelines"].keys() == {"etl", "mlops", "score"}
    assert kinds(engine)["pipeline"] == 1  # the doubtful one: the poison is tried again a day later


def poison(engine: Engine) -> Any:
    """What kills whoever reads the poisoned pipeline before anything of it is written."""

    def after(operation: str) -> None:
        if operation == "describe_pipeline" and engine.account.asked[-1][1].get("PipelineName") == "poison":
            engine.memory.lives = 0

    return after


def test_a_poisoned_pipeline_that_is_mended_is_read_a_day_later_or_as_soon_as_it_changes(engine: Engine) -> None:
    engine.account.put("poison")
    engine.account.after = poison(engine)
    engine.plan()
    drain(engine)
    engine.account.after = lambda operation: None
    engine.compact()

    engine.account.modified["poison"] = engine.clock()
    engine.plan()
    drain(engine)
    engine.compact()

    assert covered(engine)["unread"] == []


def test_a_message_that_is_no_piece_of_work_is_left_for_the_dead_letters() -> None:
    for text in ("", "[]", "{}", '{"version":2,"kind":"pipeline","account":"1","region":"r","at":"t"}', "[" * 9999):
        with pytest.raises(BadPiece):
            parse_piece(text)


def test_an_execution_that_ends_while_it_is_read_is_read_again(engine: Engine) -> None:
    engine.settle()
    engine.account.begin("etl")
    engine.pass_time(10)
    engine.plan()
    engine.account.asked.clear()

    def end(operation: str) -> None:
        if operation == "list_pipeline_execution_steps" and engine.account.runs["etl"][-1].ended is None:
            engine.account.end("etl")

    engine.account.after = end
    drain(engine)
    engine.compact()

    assert described(engine).count("etl") == 2
    assert engine.files() == {**engine.files(), **engine.folder()}
    assert engine.state["pipelines"]["etl"]["over"] is True


def test_a_running_execution_is_kept_as_such_and_read_again_by_each_plan(engine: Engine) -> None:
    engine.account.begin("etl")
    engine.settle(1)
    engine.pass_time(HOUR)
    engine.plan()

    latest = engine.region.answer("etl") or {}

    assert latest["execution"]["status"] == "Executing"
    assert kinds(engine)["pipeline"] == 2
    assert covered(engine)["unread"] == []


def test_a_pipeline_that_is_gone_is_marked_kept_and_dropped_when_its_time_is_over(engine: Engine) -> None:
    engine.settle()
    engine.account.delete("etl")
    engine.settle(1)
    gone = [vertex for vertex in parse_graph(engine.region.read("graph.json.gz") or {}).vertices if "gone" in vertex]

    engine.pass_time(timedelta(days=366).total_seconds())
    engine.settle()

    assert {vertex["pipeline"] for vertex in gone} == {"etl"}
    assert not [path for path in engine.files() if "pipeline=etl/" in path]
    assert "etl" not in engine.state["pipelines"]
    assert engine.state["gone"] == {}


def test_a_pipeline_that_comes_back_is_gone_no_more(engine: Engine) -> None:
    engine.settle()
    engine.account.delete("etl")
    engine.settle(1)
    engine.account.put("etl")

    engine.settle(1)

    assert engine.state["gone"] == {}
    assert not [each for each in parse_graph(engine.region.read("graph.json.gz") or {}).vertices if "gone" in each]


def test_a_bucket_that_changed_is_seen_when_its_posture_is_too_old_and_its_pipelines_are_read_again(
    engine: Engine,
) -> None:
    engine.settle()
    engine.account.versioning = "Suspended"
    engine.pass_time(timedelta(days=301).total_seconds())
    engine.plan()
    posted = kinds(engine)["postures"]

    engine.settle(2)

    whole = {path: content for path, content in engine.folder().items() if "serving" not in path}

    assert posted == 1
    assert covered(engine)["unread"] == []
    assert engine.files() == {**engine.files(), **whole}


@pytest.mark.parametrize("file", ["graph.json.gz", "scan.json"])
def test_of_two_compactions_at_once_neither_loses_what_the_other_folded(engine: Engine, file: str) -> None:
    engine.plan()
    half = len(engine.queue) // 2
    for _ in range(half):
        engine.deliver()
    others: list[str] = []

    def meanwhile(path: str) -> None:
        made = any(each.endswith("graph.json.gz") for each in engine.memory.files)
        if path.endswith(file) and not others and (made or file == "graph.json.gz"):
            others.append(path)
            drain(engine)
            compact(engine.region, OPTIONS, engine.clock)

    engine.memory.meanwhile = meanwhile
    engine.compact()

    vertices = (engine.region.read("graph.json.gz") or {})["vertices"]

    assert others
    assert {each["pipeline"] for each in vertices if each["type"] == "step"} == {"etl", "mlops", "score"}
    assert engine.state["pipelines"].keys() == {"etl", "mlops", "score"}
    assert engine.state["graph"] == "current"
    assert engine.region.notes() == []


def test_a_throttle_that_outlasts_the_function_leaves_the_message_and_keeps_nothing_half_read(engine: Engine) -> None:
    engine.plan()
    engine.account.faults["describe_pipeline", "etl"] = aws_error("ThrottlingException")
    patient = engine.reader

    def impatient() -> Any:
        reader = patient()
        reader.patience_sec = 0.2
        return reader

    engine.reader = impatient  # type: ignore[method-assign]
    engine.most = 100
    outcomes = [engine.deliver() for _ in range(len(engine.queue))]
    engine.account.faults.clear()
    engine.reader = patient  # type: ignore[method-assign]

    assert outcomes.count(False) == 1
    assert engine.region.answer("etl") is None
    drain(engine)
    engine.compact()
    assert covered(engine)["unread"] == []


def test_a_list_that_is_refused_ends_the_plan_with_the_action_and_sends_nothing(engine: Engine) -> None:
    engine.account.faults["list_pipelines", ""] = aws_error("AccessDeniedException", 403)

    with pytest.raises(LineageError) as refused:
        engine.plan()

    assert refused.value.action == "sagemaker:ListPipelines"
    assert engine.queue == []


def test_a_piece_of_work_reads_back_as_it_was_sent() -> None:
    piece = Piece("trace", ACCOUNT, HOME, "2026-04-01T00:00:00+00:00", {"thing": "package:a/1", "clues": ["x"]})

    assert parse_piece(piece.text()) == piece


def test_a_worker_killed_before_its_note_does_the_whole_piece_again(engine: Engine) -> None:
    engine.plan()
    engine.deliver()
    engine.deliver()
    for lives in range(4):
        engine.memory.lives = lives
        engine.deliver()
        engine.memory.lives = float("inf")
    drain(engine)
    engine.compact()

    assert covered(engine)["pipelines"] == {"known": 3, "read": 3}
    assert engine.dead == []


def test_the_api_does_not_read_a_graph_or_state_again_that_did_not_change(engine: Engine) -> None:
    engine.settle()
    remember = remember_in(Cache(10, time.monotonic))
    engine.memory.asked.clear()
    known = [from_store(engine.store, None, remember) for _ in range(3)]

    folder = engine.region.folder

    assert engine.memory.asked == [("read", f"{folder}scan.json"), ("read", f"{folder}graph.json.gz")]
    assert [each.coverage for each in known] == [covered(engine)] * 3

    engine.pass_time(HOUR)
    engine.plan()
    drain(engine)
    engine.compact()

    assert from_store(engine.store, None, remember).coverage == covered(engine) != known[0].coverage


def test_a_compaction_lists_the_answers_once_and_reads_each_file_once(engine: Engine) -> None:
    first = engine.account.runs["mlops"][0]
    engine.account.approve("mlops", first)
    engine.account.begin("mlops")
    engine.account.end("mlops")
    engine.settle()
    engine.account.begin("score")
    engine.notice(engine.account.end("score"))
    drain(engine)
    engine.memory.asked.clear()

    engine.compact()

    asked = Counter(engine.memory.asked)

    assert {*engine.state["traced"]} == {"mlops/exec00000001"}  # so that an older answer is drawn too
    assert {path: times for (_, path), times in asked.items() if times > 1} == {}
    assert {path for what, path in asked if what == "list"} == {engine.region.folder, f"{engine.region.folder}learnt/"}


def test_a_compaction_of_nothing_new_reads_the_state_alone(engine: Engine) -> None:
    engine.settle()
    engine.memory.asked.clear()

    engine.compact()

    folder = engine.region.folder

    assert engine.memory.asked == [("list", f"{folder}learnt/"), ("read", f"{folder}scan.json")]


def test_a_note_that_comes_late_says_nothing_of_what_was_read_since(engine: Engine) -> None:
    engine.settle()
    entry = engine.state["pipelines"]["etl"]
    early = {**entry, "readAt": "2026-04-01T00:00:00+00:00", "execution": None}
    add_note(engine.region, "pipeline=etl", early["readAt"], [("pipelines", "etl", early)])

    engine.compact()

    assert engine.state["pipelines"]["etl"] == entry


def test_what_an_answer_lacked_is_read_again_once_that_is_old_enough(engine: Engine) -> None:
    engine.account.faults["list_pipeline_parameters_for_execution", "etl"] = aws_error("AccessDenied", 403)
    engine.settle()
    lacked = covered(engine)["unread"]
    engine.account.faults.clear()

    engine.plan()
    soon = sent(engine)
    engine.queue.clear()
    engine.pass_time(OPTIONS.posture_max_age.total_seconds())
    engine.plan()
    late = sent(engine)
    drain(engine)
    engine.compact()

    assert [(each["pipeline"], each["action"]) for each in lacked] == [
        ("etl", "sagemaker:ListPipelineParametersForExecution")
    ]
    assert "etl" not in soon
    assert "etl" in late
    assert covered(engine)["unread"] == []
    assert engine.files() == engine.folder()


def sent(engine: Engine) -> list[str]:
    return [piece["name"] for piece in map(json.loads, engine.queue) if piece["kind"] == "pipeline"]
