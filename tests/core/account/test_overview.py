"""The account summed up: what stands first, what is counted once, what is not known."""

from __future__ import annotations

from chalicelib.core.account.build import build_account
from chalicelib.core.account.overview import Page, overview
from tests.builders.accounts import BLOCKED, answer, finding, node

PUBLIC = {**BLOCKED, "publicAccess": "Public"}
UNREAD = {"region": "Unknown", "encryption": "Unknown", "versioning": "Unknown", "publicAccess": "Unknown", "tags": {}}
SECRET = {**BLOCKED, "tags": {"DataClassification": "Confidential"}}


def test_pipelines_come_by_what_needs_attention_and_then_by_name() -> None:
    graph = build_account(
        [
            answer("calm", node("A", ["s3://safe/x"])),
            answer("b-high", node("A"), findings=[finding("S3.1:b", "High")]),
            answer("a-high", node("A"), findings=[finding("S3.1:a", "High")]),
            answer("open", node("A", ["s3://open/x"]), buckets={"open": PUBLIC}),
            answer("worst", node("A"), findings=[finding("FLOW-01:1", "Critical")]),
        ]
    )

    rows = overview(graph, Page())["pipelines"]

    assert [row["name"] for row in rows] == ["worst", "a-high", "b-high", "open", "calm"]
    assert rows[0]["findings"] == {"Critical": 1}
    assert rows[3]["publicPlaces"] == ["open"]


def test_a_buckets_finding_counts_once_however_many_pipelines_touch_it() -> None:
    both = [finding("S3.17:same", "Medium")]
    graph = build_account(
        [answer("a", node("A"), findings=both), answer("b", node("B"), findings=[*both, finding("S3.5:b", "High")])]
    )

    summed = overview(graph, Page())

    assert summed["findings"] == {"High": 1, "Medium": 1}
    assert [row["findings"] for row in summed["pipelines"]] == [{"High": 1, "Medium": 1}, {"Medium": 1}]


def test_a_suppressed_finding_is_not_counted() -> None:
    graph = build_account([answer("a", node("A"), findings=[finding("S3.17:x", "High", "Suppressed")])])

    assert overview(graph, Page())["findings"] == {}


def test_only_the_newest_execution_counts() -> None:
    old = answer(
        "a", node("A"), node("B"), execution="e0", start="2026-01-01T00:00:00+00:00", findings=[finding("x:1")]
    )
    graph = build_account([answer("a", node("A")), old])

    assert overview(graph, Page())["findings"] == {}


def test_a_place_says_how_it_is_protected_who_touches_it_and_when_it_was_read() -> None:
    graph = build_account(
        [
            answer("w", node("A", [], ["s3://lake/x"]), buckets={"lake": SECRET}),
            answer("r", node("B", ["s3://lake/x", "s3://dark/y"]), buckets={"dark": UNREAD, "lake": SECRET}),
        ]
    )

    places = overview(graph, Page(), read_at={"lake": "2026-03-02T00:00:00+00:00"})["places"]

    dark, lake = places

    assert lake["posture"]["publicAccess"] == "Blocked"
    assert (lake["writtenBy"], lake["readBy"], lake["sensitive"]) == (["w"], ["r"], True)
    assert lake["readAt"] == "2026-03-02T00:00:00+00:00"
    assert (dark["bucket"], dark["sensitive"], dark["readAt"]) == ("dark", "Unknown", None)


def test_a_posture_read_since_replaces_what_the_answers_say() -> None:
    graph = build_account([answer("w", node("A", [], ["s3://lake/x"]))], buckets={"lake": PUBLIC})

    assert overview(graph, Page())["pipelines"][0]["publicPlaces"] == ["lake"]


def test_an_answer_that_could_not_read_a_bucket_takes_nothing_back_from_one_that_could() -> None:
    later = answer("z", node("A", ["s3://lake/x"]), buckets={"lake": UNREAD}, start="2026-04-01T00:00:00+00:00")
    graph = build_account([answer("a", node("A", ["s3://lake/x"]), buckets={"lake": PUBLIC}), later])

    assert overview(graph, Page())["places"][0]["posture"]["publicAccess"] == "Public"


def test_a_pipeline_that_was_not_read_has_a_row_that_says_why() -> None:
    why = {"lost": [{"why": "AccessDenied", "action": "sagemaker:DescribePipeline"}]}

    rows = overview(build_account([answer("a", node("A"))]), Page(), unread=why)["pipelines"]

    assert [(row["name"], row["unread"]) for row in rows] == [("a", []), ("lost", why["lost"])]


def test_pages_follow_one_another_until_both_lists_are_over() -> None:
    graph = build_account([answer(name, node("A", [f"s3://b{name}/x"])) for name in "abc"])

    first = overview(graph, Page(rows=2))
    second = overview(graph, Page(start=first["next"], rows=2))

    assert [row["name"] for row in first["pipelines"] + second["pipelines"]] == ["a", "b", "c"]
    assert [place["bucket"] for place in first["places"] + second["places"]] == ["ba", "bb", "bc"]
    assert second["next"] is None


def test_a_pipelines_row_says_what_its_answer_lacks_and_which_permission_would_mend_it() -> None:
    refused = {"code": "AccessDenied", "message": "s3:GetBucketAcl was refused", "action": "s3:GetBucketAcl"}
    told = {"code": "NoMetadata", "message": "nothing to mend", "action": None}
    instead = {**refused, "message": "each job was described instead", "action": "sagemaker:Search"}
    graph = build_account([{**answer("a", node("A")), "warnings": [refused, told, instead]}])

    (row,) = overview(graph, Page())["pipelines"]

    assert row["unread"] == [{"why": "AccessDenied", "action": "s3:GetBucketAcl"}]
