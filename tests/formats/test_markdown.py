"""A difference as Markdown tells what changed, and whatever names hold stays text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chalicelib.core.diff import diff
from chalicelib.formats.markdown import code, to_markdown
from tests.builders.answered import answered, step

HOSTILE = [
    "a|b\\|c",
    "`x` ``y`` `",
    "``",
    "one\ntwo\n\n# three",
    "\r\n- item",
    "<script>alert(1)</script>",
    "<!-- hidden",
    "&lt;b&gt;",
    "[x](javascript:alert(1))",
    "![x](https://example.com/x.png)",
    "https://example.com/x",
    "@octocat #1 GH-1",
    "**bold** _it_ ~~no~~",
    "\u202egnirts\u202c",
    " \u2028 x",
    " ",
    "",
    "\ud800",
    "${{ secrets.TOKEN }}",
]
PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable(["table", "strikethrough"])
QUIET = {"code_inline", "text", "softbreak", "strong_open", "strong_close"}


def spans_and_others(text: str) -> tuple[list[str], set[str]]:
    """The content of the code spans, and every other kind of thing that a reader of Markdown sees in it."""
    tokens = PARSER.parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    blocks = {token.type for token in tokens if token.type not in ("inline",)}
    kinds = {child.type for child in inline} | {block for block in blocks if "html" in block or "table" in block}
    return [child.content for child in inline if child.type == "code_inline"], kinds - QUIET


@pytest.mark.parametrize("name", HOSTILE)
def test_a_code_span_holds_a_whole_name_and_nothing_gets_out(name: str) -> None:
    spans, others = spans_and_others(f"- {code(name)} after")

    assert len(spans) == 1
    assert others == set()


@given(st.text())
def test_no_text_gets_out_of_its_code_span(name: str) -> None:
    spans, others = spans_and_others(f"before {code(name)} after")

    assert len(spans) == 1
    assert others == set()
    assert "\n" not in code(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_wherever_they_stand(name: str) -> None:
    second = answered("ccccdddd0002", 2, parameters={name: name})
    second["pipeline"]["name"] = name
    second["execution"]["status"] = name
    second["graph"]["nodes"].append({"id": name, "type": name, "label": name})
    second["graph"]["edges"].append({"from": "Prepare", "to": "Evaluate", "via": name})
    step(second, "Train")["run"]["metrics"] = {name: 1.0}
    step(second, "Prepare")["inputs"][0].update(name=name, uri=name)
    second["warnings"] = [{"code": name, "message": name, "resource": name, "action": name}]
    second["findings"].append({"rule": name, "severity": name, "finding_info": {"uid": name, "title": name}})

    spans, others = spans_and_others(to_markdown(diff(answered(), second)))

    assert others == set()
    assert len(spans) > 20


def test_it_says_what_changed_why_and_how_far_it_reaches() -> None:
    second = answered("ccccdddd0002", 2, parameters={"Rounds": "200"})
    step(second, "Train")["run"]["metrics"]["validation:auc"] = 0.693
    second["findings"] = []

    text = to_markdown(diff(answered(), second))

    assert text.startswith("# What changed in `churn`\n\n`aaaabbbb0001` (`Succeeded`, `2026-03-01T09:00:00+00:00`) → ")
    assert "**4 changes**: 2 parameter, 1 metric, 1 finding. Findings: 1 went." in text
    assert "- `Train` `run.metrics['validation:auc']`: `0.63` → `0.693` (+0.063, +10.00%)\n" in text
    assert "  - perhaps because of `step:Train` `run.job.hyperparameters.num_round`\n" in text
    assert "- `Train` `run.job.hyperparameters.num_round`: `120` → `200`\n" in text
    assert "  - because of `pipeline` `parameters.Rounds`\n" in text
    assert "  - reaches 3 steps: `Evaluate`, `Register`, `Deploy`; models: `churn`; endpoints: `churn-prod`\n" in text
    assert text.index("## Finding") < text.index("## Parameter")


def test_nothing_is_said_in_so_many_words() -> None:
    assert "Nothing changed." in to_markdown(diff(answered(), answered("ccccdddd0002", 2)))


def test_a_comment_on_a_pull_request_has_room_for_it() -> None:
    def wide(value: float) -> Any:
        answer = answered()
        step(answer, "Train")["run"]["metrics"] = {f"metric-{number}": value for number in range(3000)}
        return answer

    text = to_markdown(diff(wide(1.0), wide(2.0)))

    assert len(text) < 65_536
    assert "and 2950 more" in text
