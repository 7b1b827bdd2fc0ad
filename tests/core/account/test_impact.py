"""What a walk over the account's graph lists, and where it starts."""

from __future__ import annotations

import pytest

from chalicelib.core.account.build import build_account
from chalicelib.core.account.impact import ImpactQuery, impact, table
from tests.builders.accounts import BLOCKED, answer, arn, endpoint, node, reached, serving

PUBLIC = {**BLOCKED, "publicAccess": "Public"}
PLAIN = {**BLOCKED, "encryption": "None"}
GROUP = arn("feature-group", "clicks")


def chain() -> list[object]:
    """raw → Clean → clean → Train → model → by-file → prod, over two pipelines."""
    clean = node("Clean", ["s3://lake/raw"], ["s3://lake/clean"])
    clean["run"]["jobArn"] = arn("processing-job", "pipelines-abc-Clean")
    return [
        answer("etl", clean, buckets={"lake": BLOCKED}),
        answer("mlops", node("Train", ["s3://lake/clean", GROUP], ["s3://models/m"]), buckets={"models": PUBLIC}),
    ]


TAIL = serving(
    **endpoint("prod", ["by-file"]), models=[{"name": "by-file", "data": [["s3://models/m/model.tar.gz", "object"]]}]
)
GRAPH = build_account(chain(), {"ap-northeast-2": TAIL})  # type: ignore[arg-type]
DOWN = [
    "step:etl/Clean",
    "data:s3://lake/clean",
    "step:mlops/Train",
    "data:s3://models/m",
    "model:by-file",
    "endpoint:prod",
]


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("s3://lake/raw", ["data:s3://lake/raw"]),
        ("s3://lake/raw/", ["data:s3://lake/raw"]),
        ("s3://lake/raw/2026/day.csv", ["data:s3://lake/raw"]),
        ("s3://lake/c", ["data:s3://lake/clean"]),
        ("s3://lake", ["data:s3://lake/clean", "data:s3://lake/raw"]),
        ("s3a://lake/", ["data:s3://lake/clean", "data:s3://lake/raw"]),
        ("s3://lak", []),
        ("pipeline:etl", ["step:etl/Clean"]),
        (arn("pipeline", "etl"), ["step:etl/Clean"]),
        (arn("pipeline", "etl/execution/e1"), ["step:etl/Clean"]),
        ("step:etl/Clean", ["step:etl/Clean"]),
        ("step:etl/Cle", []),
        (arn("processing-job", "pipelines-abc-clean"), ["step:etl/Clean"]),
        (arn("endpoint", "prod"), ["endpoint:prod"]),
        ("endpoint:prod", ["endpoint:prod"]),
        (GROUP, [f"data:{GROUP}"]),
        (arn("pipeline", "other"), []),
        ("nowhere", []),
    ],
)
def test_a_start_names_locations_things_and_steps(start: str, found: list[str]) -> None:
    answered = impact(GRAPH, ImpactQuery(start=start, depth=0))

    assert [each["id"] for each in answered["start"]] == found
    assert answered["nodes"] == []


def test_the_nearest_come_first_each_with_one_whole_shortest_path() -> None:
    answered = impact(GRAPH, ImpactQuery(start="s3://lake/raw"))

    assert [each["id"] for each in answered["nodes"]] == DOWN
    assert [each["distance"] for each in answered["nodes"]] == [1, 2, 3, 4, 5, 6]
    assert answered["nodes"][-1]["path"] == ["data:s3://lake/raw", *DOWN]


@pytest.mark.parametrize("depth", [1, 3, 6])
def test_depth_is_exact_and_the_same_set_from_either_end(depth: int) -> None:
    everything = ["data:s3://lake/raw", *DOWN]

    assert reached(GRAPH, everything[0], depth=depth) == everything[1 : depth + 1]
    assert everything[0] in reached(GRAPH, everything[depth], depth=depth, direction="upstream")
    assert everything[0] not in reached(GRAPH, everything[depth], depth=depth - 1, direction="upstream")


def test_both_ways_are_walked_apart() -> None:
    assert set(reached(GRAPH, "s3://lake/clean", direction="both")) == {"data:s3://lake/raw", *DOWN} - {
        "data:s3://lake/clean"
    }


def test_a_url_of_s3_is_the_place_that_it_names() -> None:
    assert reached(GRAPH, "https://lake.s3.eu-west-1.amazonaws.com/raw") == reached(GRAPH, "s3://lake/raw")


def test_types_choose_what_is_listed_and_what_lies_between_is_still_walked() -> None:
    answered = impact(GRAPH, ImpactQuery(start="s3://lake/raw", types=("endpoint",)))

    assert [each["id"] for each in answered["nodes"]] == ["endpoint:prod"]
    assert len(answered["nodes"][0]["path"]) == 7
    assert len(answered["edges"]) == 6


def test_what_is_more_than_asked_for_is_counted_by_type() -> None:
    answered = impact(GRAPH, ImpactQuery(start="s3://lake/raw", max_nodes=2))

    assert [each["id"] for each in answered["nodes"]] == DOWN[:2]
    assert answered["omitted"] == {"data": 1, "endpoint": 1, "model": 1, "step": 1}


def test_the_weakest_place_is_the_public_one_on_the_paths_alone() -> None:
    assert impact(GRAPH, ImpactQuery(start="s3://lake/raw"))["weakest"] == {
        "id": "data:s3://models/m",
        "why": "publicAccess Public",
    }
    assert impact(GRAPH, ImpactQuery(start="s3://lake/raw", types=("step",)))["weakest"] == {
        "id": "data:s3://lake/clean",
        "why": "publicAccess Blocked",
    }
    assert impact(GRAPH, ImpactQuery(start="endpoint:prod"))["weakest"] is None


def test_what_is_not_encrypted_is_weaker_than_what_is() -> None:
    open_lake = answer("p", node("A", ["s3://kms/x"], ["s3://bare/y"]), buckets={"bare": PLAIN})

    assert impact(build_account([open_lake]), ImpactQuery(start="s3://kms/x"))["weakest"] == {
        "id": "data:s3://bare/y",
        "why": "encryption None",
    }


def test_the_table_has_a_line_for_each_vertex_with_its_path() -> None:
    lines = list(table(impact(GRAPH, ImpactQuery(start="s3://lake/raw", depth=1))))

    assert lines[0][:3] == ("distance", "type", "id")
    assert [line[2] for line in lines[1:]] == ["data:s3://lake/raw", "step:etl/Clean"]
    assert lines[2][-1] == "data:s3://lake/raw > step:etl/Clean"
