"""Lines of a definition's text: every member and item is where it stands, whatever the text is like."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.definition.lines import Lines, read_lines

TEXT = """{
  "Version": "1",
  "Steps": [
    {"Name": "A", "Type": "Processing"},
    {
      "Name":
        "B"
    }
  ]
}"""
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


def written(text: str, lines: Lines, *pointer: str | int) -> str:
    """What stands in the region of a place."""
    place, depth = lines.place(pointer)
    assert depth == len(pointer)
    region = lines.region(place)
    rows = text.split("\n")[region.start_line - 1 : region.end_line]
    rows[-1] = rows[-1][: region.end_column - 1]
    rows[0] = rows[0][region.start_column - 1 :]
    return "\n".join(rows)


def pointers(value: Any, *above: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield above, value
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from pointers(child, *above, key)


@pytest.mark.parametrize(
    ("pointer", "region"),
    [
        (("Version",), (2, 3, 2, 17)),
        (("Steps", 0), (4, 5, 4, 40)),
        (("Steps", 0, "Type"), (4, 19, 4, 39)),
        (("Steps", 1), (5, 5, 8, 6)),
        (("Steps", 1, "Name"), (6, 7, 7, 12)),
    ],
)
def test_a_member_is_where_its_key_begins_and_its_value_ends(pointer: Any, region: Any) -> None:
    lines = read_lines(TEXT)

    assert lines.region(lines.place(pointer)[0]) == region


def test_a_way_that_goes_nowhere_ends_at_the_deepest_place() -> None:
    lines = read_lines(TEXT)

    place, depth = lines.place(("Steps", 1, "Arguments", "X"))

    assert (lines.region(place).start_line, depth) == (5, 2)


@pytest.mark.parametrize(
    ("wrap", "line"),
    [
        (lambda text: '{\n"PipelineName": "p",\n"PipelineDefinition": ' + text + "}", 5),
        (lambda text: '{\n"PipelineName": "p",\n"PipelineDefinition": ' + json.dumps(text) + "}", 3),
        (lambda text: '{"PipelineDefinition":\n{"PipelineDefinitionBody":\n' + text + "}}", 5),
        (lambda text: "\n" + json.dumps(text), 2),
        (lambda text: "\ufeff" + text, 3),
    ],
    ids=["in a response", "as a string in a response", "in a template", "as a string", "after a byte order mark"],
)
def test_a_definition_is_found_where_the_file_holds_it(wrap: Any, line: int) -> None:
    lines = read_lines(wrap(TEXT))

    assert lines.region(lines.place(("Steps",))[0]).start_line == line


@given(value=JSON, indent=st.sampled_from([None, 0, 2, "\t"]), ascii_only=st.booleans())
def test_every_value_stands_in_its_region(value: Any, indent: Any, ascii_only: bool) -> None:
    document = {"Steps": value}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    lines = read_lines(text)

    for pointer, held in pointers(document):
        found = written(text, lines, *pointer)
        read = json.loads(f"{{{found}}}" if pointer and isinstance(pointer[-1], str) else found)
        assert (read[pointer[-1]] if pointer and isinstance(pointer[-1], str) else read) == held


def test_nothing_limits_how_deep_a_text_nests() -> None:
    text = '{"Steps": ' + "[" * 100_000 + "7" + "]" * 100_000 + "}"

    assert read_lines(text).place(["Steps", *[0] * 100_000])[1] == 100_001
