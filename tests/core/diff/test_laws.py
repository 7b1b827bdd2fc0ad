"""The laws of a difference, by hypothesis: whatever changes, and however many changes at once."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.diff import KINDS, apply, compared, diff, mirror
from chalicelib.formats.lineage import to_json_text
from chalicelib.formats.markdown import to_markdown
from tests.builders.answered import Document, answered, step
from tests.core.diff.test_planted_changes import PLANTED

WORDS = st.text(alphabet="ab.'\\[]->-0/ é|", min_size=1, max_size=6)
FLOATS = st.floats(allow_nan=False, allow_infinity=False, width=16)
LEAVES = st.one_of(WORDS, st.booleans(), st.integers(-3, 3), FLOATS)
JSON = st.recursive(
    st.none() | LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def answers(draw: st.DrawFn) -> Document:
    """An answer of a run in which any of the known changes and any invented ones have happened."""
    number = draw(st.integers(1, 9))
    answer = copy.deepcopy(answered(f"run{number}abcdefgh", number, version=number))
    for plant, *_ in draw(st.lists(st.sampled_from(PLANTED), max_size=6)):
        plant(answer)
    for node in draw(st.lists(st.sampled_from(answer["graph"]["nodes"]), max_size=3, unique_by=id)):
        node["run"]["metrics"] |= draw(st.dictionaries(WORDS, FLOATS, max_size=3))
        node["run"].setdefault("job", {"status": "Completed"}).update(draw(st.dictionaries(WORDS, JSON, max_size=3)))
        node["inputs"] = draw(
            st.lists(
                st.fixed_dictionaries({"name": WORDS, "uri": st.one_of(WORDS, st.just("s3://lake/x"))}), max_size=3
            )
        )
    for node in draw(st.lists(st.sampled_from(answer["graph"]["nodes"]), max_size=2, unique_by=id)):
        node.pop("run")
        for port in node["outputs"]:
            port["uri"] = f"${{Steps.{node['id']}.{port['name']}}}"
    if draw(st.integers(0, 4)) == 0:
        answer["execution"] = None
    names = [node["id"] for node in answer["graph"]["nodes"]]
    gone = draw(st.sets(st.sampled_from(names), max_size=2))
    added = draw(st.sets(WORDS, max_size=2))
    answer["graph"]["nodes"] = [node for node in answer["graph"]["nodes"] if node["id"] not in gone]
    answer["graph"]["nodes"] += [{"id": name, "type": "Fail", "run": {"status": "Failed"}} for name in sorted(added)]
    here = sorted(set(names) - gone | added)
    answer["graph"]["edges"] = [
        {"from": source, "to": target, "via": via}
        for source, target, via in draw(
            st.sets(
                st.tuples(st.sampled_from(here), st.sampled_from(here), st.sampled_from(["dependsOn", "ref:Get"])),
                max_size=6,
            )
        )
    ]
    return answer


@given(answers())
def test_an_answer_does_not_differ_from_itself(answer: Document) -> None:
    assert diff(answer, copy.deepcopy(answer))["changes"] == []


@given(answers(), answers())
def test_the_changes_make_the_one_of_the_other(before: Document, after: Document) -> None:
    made = apply(diff(before, after), compared(before, after))

    assert made == compared(after, before)


@given(answers(), answers())
def test_seen_from_the_other_side_it_is_the_mirror(before: Document, after: Document) -> None:
    assert diff(after, before) == mirror(diff(before, after))


@given(answers(), answers())
def test_every_change_is_of_a_known_kind_is_real_and_is_named_once(before: Document, after: Document) -> None:
    changes = diff(before, after)["changes"]

    assert {each["kind"] for each in changes} <= set(KINDS)
    assert all(each["before"] != each["after"] or _types_differ(each) for each in changes)
    assert len({(each["subject"], each["path"]) for each in changes}) == len(changes)


@given(answers(), answers())
def test_a_cause_is_another_change_of_the_same_difference(before: Document, after: Document) -> None:
    changes = diff(before, after)["changes"]

    references = [{name: each[name] for name in ("kind", "subject", "path")} for each in changes]
    for change, itself in zip(changes, references, strict=True):
        causes = change["cause"]["changes"] if change["cause"] else []
        assert all(cause in references and cause != itself for cause in causes)


@given(st.sets(st.integers(0, len(PLANTED) - 1), max_size=6))
def test_of_many_planted_changes_each_is_named_and_nothing_else(places: set[int]) -> None:
    second = answered("ccccdddd0002", 2, version=7)
    for place in sorted(places):
        PLANTED[place][0](second)

    found = {(each["kind"], each["subject"], each["path"]) for each in diff(answered(), second)["changes"]}

    assert found == {PLANTED[place][1] for place in places}


@st.composite
def broken(draw: st.DrawFn) -> Document:
    """An answer in which anything stands in the place of something."""
    answer = copy.deepcopy(answered())
    for _ in range(draw(st.integers(1, 3))):
        place: Any = answer
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            inside = place[key]
            if not isinstance(inside, dict | list) or not inside or draw(st.integers(0, 5)) == 0:
                place[key] = draw(JSON | st.integers() | st.just("Unknown") | st.just({}) | st.just([None]))
                break
            place = inside
    return answer


@given(broken(), broken())
def test_whatever_stands_in_an_answer_the_laws_hold_and_it_can_be_written(before: Document, after: Document) -> None:
    found = diff(before, after)

    assert diff(after, before) == mirror(found)
    assert diff(before, before)["changes"] == []
    assert to_json_text(found)
    assert to_markdown(found)


def test_no_change_is_lost_where_names_hold_what_paths_are_written_with() -> None:
    pair: list[Any] = [answered(), answered("ccccdddd0002", 2)]
    for answer, values in zip(pair, ({"a.b": 1.0, "a['b']": 2.0}, {"a.b": 2.0, "a['b']": 1.0}), strict=True):
        step(answer, "Train")["run"]["metrics"] = values

    assert len(diff(*pair)["changes"]) == 2


def _types_differ(change: Document) -> bool:
    return any(isinstance(change[side], bool | list | dict) for side in ("before", "after"))
