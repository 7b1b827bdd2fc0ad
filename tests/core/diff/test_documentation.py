"""docs/diff.md names every kind of change and every basis of a cause, and its example has the answer's own form."""

from __future__ import annotations

import json
import re
from pathlib import Path

from chalicelib.core.diff import KINDS, diff
from chalicelib.core.diff.causes.cause import BASES
from tests.builders.answered import answered

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")


def test_it_names_every_kind_and_every_basis_and_no_other() -> None:
    rows = re.findall(r"^\| ((?:`[a-z]+`(?:, )?)+) \|", PAGE, re.MULTILINE)

    named = {word for row in rows for word in re.findall(r"`([a-z]+)`", row)}

    assert named == {*KINDS, *BASES, "pipeline", "from", "to", "region", "posture"}


def test_its_example_is_what_such_a_difference_says() -> None:
    [block] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    example = json.loads(block)

    found = diff(answered(), answered("ccccdddd0002", 2, parameters={"DataBucket": "pond"}))

    assert example.keys() == found.keys()
    assert example["from"].keys() == found["from"].keys()
    told = {(each["subject"], each["path"]): each for each in found["changes"]}
    for shown in example["changes"]:
        real = told[shown["subject"], shown["path"]]
        assert {**shown, "reach": None} == {**real, "reach": None}
        assert set(shown["reach"]["steps"]) <= set(real["reach"]["steps"])
        assert shown["reach"]["endpoints"] == real["reach"]["endpoints"]
