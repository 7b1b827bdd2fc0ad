"""The document of what the scan takes at any size: its figures are those that were played, and are played anew here."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from bench import scale
from bench.virtual.costs import day, dollars, month
from bench.virtual.engine import Deployment
from bench.virtual.figures import Figures, promises
from bench.virtual.memory import measured
from bench.virtual.prices import Prices
from bench.virtual.whole import Conditions, Whole

COMMITTED = json.loads(scale.FIGURES.read_text())
ANEW = "the figures are others by now: make bench-scale PUBLISH=1"


def figures(document: dict[str, Any] = COMMITTED) -> Figures:
    return Figures(document, scale.PRICES, scale.LIMITS, scale.DEPLOYMENT)


def flat(document: dict[str, Any], before: str = "") -> dict[str, float]:
    found: dict[str, float] = {}
    for name, each in document.items():
        found |= flat(each, f"{before}{name}.") if isinstance(each, dict) else {f"{before}{name}": each}
    return found


def test_the_documents_tables_are_made_of_the_committed_figures() -> None:
    text = scale.DOCUMENT.read_text()

    assert scale.written(text, figures()) == text, "make them anew: python -m bench.scale --tables"


def test_a_hundred_pipelines_played_anew_take_what_was_committed() -> None:
    again = scale.figures_of(100)

    played = flat(again)
    committed = flat(COMMITTED["sizes"]["100"])
    sizes = {name for name in committed if name.startswith("files.") or name.endswith("written")}

    assert {name: played[name] for name in committed.keys() - sizes} == pytest.approx(
        {name: committed[name] for name in committed.keys() - sizes}, rel=0.05, abs=5
    ), ANEW
    assert {name: played[name] for name in sizes} == pytest.approx(
        {name: committed[name] for name in sizes}, rel=0.1
    ), ANEW
    assert again["first"]["unread"] == 0
    assert again["first"]["seconds"] <= 1.2 * again["first"]["least"]


def test_compacting_takes_the_memory_that_the_line_of_the_committed_figures_says() -> None:
    found = measured(1_000, ["compact"])["compact"]

    assert found["mb"] == pytest.approx(figures().measured(1_000, "compact", "mb"), rel=0.25), ANEW
    assert found["graph_bytes"] == pytest.approx(figures().measured(1_000, "compact", "graph_bytes"), rel=0.1), ANEW


def test_what_is_promised_is_kept_and_would_be_missed_by_a_slower_scan_another_file_or_more_calls() -> None:
    slower, other, more = (copy.deepcopy(COMMITTED) for _ in range(3))
    size = str(max(scale.SIZES))
    slower["sizes"][size]["first"]["seconds"] *= 1.2
    more["sizes"][size]["again"]["calls"]["describe"] += 10_000
    other["disorder"]["different"] = ["graph.json.gz"]

    kept = [[good for *_, good in promises(figures(each))] for each in (COMMITTED, slower, more, other)]

    assert kept == [[True, True, True], [False, True, True], [True, False, True], [True, True, False]]


def test_an_answer_and_a_pipelines_describes_are_what_the_document_says() -> None:
    played = COMMITTED["sizes"]["1000"]

    assert played["files"]["answers"] / played["files"]["files"] == pytest.approx(4_000, rel=0.1)
    assert played["first"]["calls"]["describe"] / 1_000 == pytest.approx(6.1)


def test_a_month_is_thirty_days_of_requests_and_time_and_what_stands_still() -> None:
    part = {"calls": {"s3": 1_000}, "requests": {"put": 200, "get ahead": 5_000}, "messages": 100, "written": 10**6}
    spent = {**part, "invocations": {"work": 10}, "gb_seconds": {"work": 50.0}}
    nothing = {name: dict.fromkeys(each, 0) if isinstance(each, dict) else 0 for name, each in spent.items()}
    played = {"day": spent, "daily": nothing, "again": nothing}

    a_day = day(played, 12.0)

    assert a_day["gb_seconds"] == {"work": 100.0}
    assert dollars(a_day, Prices())["S3 requests"] == pytest.approx(400 * 5e-6 + (10_000 + 2_000) * 4e-7)
    lines = month(a_day, 10**9, Prices())
    assert lines["Lambda"] == pytest.approx(30 * (100 * 0.0000133334 + 20 * 2e-7))
    assert lines["S3 storage"] == pytest.approx((1 + 30 * 0.002) * 0.023)
    assert lines["SQS"] == pytest.approx((30 * 200 + 5 * 30 * 86400 / 20) * 4e-7)


def played_slowly(answer_sec: float, every: float) -> tuple[Whole, set[str]]:
    """Two hours of an account whose pipelines run every few minutes; with the graphs that there were."""
    whole = Whole(
        Conditions(pipelines=5, deployment=Deployment(answer_cpu_sec=answer_sec, compact_every=every, plan_every=1e6))
    )
    whole.engine.start()
    graphs = set()
    for minute in range(120):
        if minute % 4 == 0:
            whole.end(whole.account.names[minute // 4 % 5])
        whole.machine.run(60.0)
        blob = whole.bucket.objects.get(f"{whole.engine.region.folder}graph.json.gz")
        graphs |= {blob.tag} if blob else set()
    whole.machine.stop()
    return whole, graphs


def test_compactions_that_take_longer_than_to_the_next_fail_while_the_graph_is_made_anew() -> None:
    crowded, graphs = played_slowly(80.0, 300.0)
    seldom, _ = played_slowly(80.0, 900.0)

    assert crowded.engine.compact.timeouts > 20
    assert len(crowded.engine.compact.under_way) >= 5
    assert len(graphs) > 10
    assert seldom.engine.compact.timeouts == 0


def test_a_compaction_that_ends_with_its_time_leaves_the_graph_and_says_what_is_known() -> None:
    whole, graphs = played_slowly(200.0, 300.0)

    assert len(graphs) == 1
    assert whole.engine.compact.timeouts > 10
    assert len(whole.engine.state["pipelines"]) == 5
    assert whole.engine.state["unread"] == {}
