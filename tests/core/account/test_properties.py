"""The graph against a second, naive reading of the same answers, walked by networkx."""

from __future__ import annotations

import json
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core.account.build import build_account
from chalicelib.core.account.graph import AccountGraph, parse_graph
from chalicelib.core.account.impact import ImpactQuery, impact
from chalicelib.core.account.merge import merged
from tests.builders.accounts import REGION, answer, edges, endpoint, node, serving

Json = dict[str, Any]

_PIECE = "${Parameters.Day}"
_LOCATIONS = st.builds(
    lambda bucket, names: "/".join([f"s3://{bucket}", *names]),
    st.sampled_from(["lake", "lake2"]),
    st.lists(st.sampled_from(["a", "ab", "b", _PIECE]), max_size=3),
)
_TIMES = st.none() | st.integers(10, 59).map(lambda minute: f"2026-03-01T09:{minute}:00+00:00")
_NODES = st.builds(
    lambda reads, writes, ran: (reads, writes, ran),
    st.lists(_LOCATIONS, max_size=2),
    st.lists(_LOCATIONS, max_size=2),
    st.none() | st.tuples(_TIMES, _TIMES),
)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Json], Json]:
    """Up to five pipelines of up to four steps, one region or two, and models that load what stands somewhere."""
    answers = []
    for name in draw(st.lists(st.sampled_from("pqrst"), unique=True, max_size=5)):
        several = draw(st.lists(_NODES, max_size=4))
        nodes = [node(f"s{at}", *ports, ran=ran) for at, (*ports, ran) in enumerate(several)]
        answers.append(answer(name, *nodes, region=draw(st.sampled_from([REGION, "eu-west-1"]))))
    files = draw(st.lists(_LOCATIONS.filter(lambda place: _PIECE not in place), max_size=3))
    models = [{"name": f"m{at}", "packages": [], "data": [[place, "prefix"]]} for at, place in enumerate(files)]
    capture = draw(st.none() | _LOCATIONS.filter(lambda place: _PIECE not in place))
    return answers, serving(**endpoint("e", [f"m{at}" for at in range(len(files))], capture), models=models)


def naive(answers: list[Json], tail: Json) -> nx.DiGraph[str]:
    """Every writer against every reader, by an object that the one could make and the other would take."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    writers: list[tuple[str, str, str]] = []
    readers: list[tuple[str, str, str]] = []
    for each in answers:
        pipeline = each["pipeline"]["name"]
        for step in each["graph"]["nodes"]:
            graph.add_node(f"step:{pipeline}/{step['id']}")
            writers += [(f"step:{pipeline}/{step['id']}", one["uri"], pipeline) for one in step["outputs"]]
            readers += [(f"step:{pipeline}/{step['id']}", one["uri"], pipeline) for one in step["inputs"]]
    for model in tail["models"]:
        graph.add_edge(f"model:{model['name']}", "endpoint:e")
        readers += [(f"model:{model['name']}", location, "") for location, _ in model["data"]]
    captured = tail["configurations"][0]["capture"]
    graph.add_node("endpoint:e")
    if captured:
        graph.add_edge("endpoint:e", f"data:{captured}/e")
    made = [(who, place, place, home) for who, place, home in writers]
    made += [("endpoint:e", f"{captured}/e", f"{captured}/e", "")] if captured else []
    for who, place, home in writers:
        graph.add_edge(who, _id(place, home))
    for reader, taken, home in readers:
        graph.add_edge(_id(taken, home), reader)
        for writer, place, below, other in made:
            if writer != reader and _shared(_own(below, other), _own(taken, home)):
                graph.add_edge(_id(place, other), reader)
    return graph


def _id(place: str, home: str) -> str:
    return f"data:{place}@{home}" if "${" in place else f"data:{place}"


def _own(place: str, home: str) -> str:
    """A bucket's root ends in a slash; a piece is a character that no other pipeline has."""
    rooted = place if place.count("/") > 2 else f"{place}/"
    return rooted.replace(_PIECE, chr(0x1000 + ord(home[0])) if home else "?")


def _shared(folder: str, prefix: str) -> bool:
    inside = folder if folder.endswith("/") else f"{folder}/"
    tried = [folder, f"{inside}x", prefix, f"{prefix}x", f"{prefix}/x"]
    return any((made == folder or made.startswith(inside)) and made.startswith(prefix) for made in tried)


def _document(graph: AccountGraph) -> str:
    return json.dumps(graph.document())


@given(accounts())
@settings(max_examples=200, deadline=None)
def test_reachability_is_that_of_a_naive_reading_of_the_same_answers(account: tuple[list[Json], Json]) -> None:
    answers, tail = account
    expected = naive(answers, tail)

    graph = build_account(answers, {REGION: tail})

    assert set(edges(graph)) == set(expected.edges)
    for vertex in (each for each in expected.nodes if not each.startswith("data:")):
        assert _distances(graph, vertex, "downstream") == _from(expected, vertex)
        assert _distances(graph, vertex, "upstream") == _from(expected.reverse(), vertex)


def _distances(graph: AccountGraph, start: str, direction: str) -> dict[str, int]:
    nodes = impact(graph, ImpactQuery(start=start, direction=direction))["nodes"]
    return {each["id"]: each["distance"] for each in nodes}


def _from(graph: nx.DiGraph[str], start: str) -> dict[str, int]:
    return {at: far for at, far in nx.single_source_shortest_path_length(graph, start).items() if far}


@given(accounts(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_bytes_do_not_depend_on_the_order_of_the_answers(account: tuple[list[Json], Json], random: Any) -> None:
    answers, tail = account
    first = _document(build_account(answers, {REGION: tail}))
    random.shuffle(answers)
    for each in answers:
        random.shuffle(each["graph"]["nodes"])
    for several in tail.values():
        random.shuffle(several)

    assert _document(build_account(answers, {REGION: tail})) == first
    assert _document(parse_graph(json.loads(first))) == first


@given(accounts())
@settings(max_examples=50, deadline=None)
def test_two_regions_graphs_put_together_are_the_graph_of_all_their_answers(account: tuple[list[Json], Json]) -> None:
    answers, tail = account
    of = {region: [a for a in answers if a["pipeline"]["region"] == region] for region in (REGION, "eu-west-1")}
    apart = [build_account(of[REGION], {REGION: tail}), build_account(of["eu-west-1"])]
    read_back = [parse_graph(json.loads(_document(each))) for each in apart]

    assert _document(merged(read_back)) == _document(build_account(answers, {REGION: tail}))


@given(accounts(), st.data())
@settings(max_examples=100, deadline=None)
def test_moving_what_one_step_writes_changes_what_hangs_on_it_and_nothing_else(
    account: tuple[list[Json], Json], data: st.DataObject
) -> None:
    answers, tail = account
    steps = [step for each in answers for step in each["graph"]["nodes"] if step["outputs"]]
    if not steps:
        return
    before = set(edges(build_account(answers, {REGION: tail})))
    expected_before = set(naive(answers, tail).edges)
    port = data.draw(st.sampled_from([port for step in steps for port in step["outputs"]]))
    port["uri"] = data.draw(_LOCATIONS)

    after = set(edges(build_account(answers, {REGION: tail})))

    expected = set(naive(answers, tail).edges)

    assert after - before == expected - expected_before
    assert before - after == expected_before - expected
