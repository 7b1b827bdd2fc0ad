"""A difference as Markdown tells what changed, and whatever names hold stays text."""

from __future__ import annotations

import re
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
    assert "**4 changes**: parameter 2, metric 1, finding 1. Findings: 1 went." in text
    assert "- `Train` `run.metrics['validation:auc']`: `0.63` → `0.693` (+0.063, +10.00%)\n" in text
    assert "  - perhaps because of `step:Train` `run.job.hyperparameters.num_round`\n" in text
    assert "- `Train` `run.job.hyperparameters.num_round`: `120` → `200`\n" in text
    assert "  - because of `pipeline` `parameters.Rounds`\n" in text
    assert "  - reaches 3 steps: `Evaluate`, `Register`, `Deploy`; models: `churn`; endpoints: `churn-prod`\n" in text
    assert text.index("## Finding") < text.index("## Parameter")


def test_nothing_is_said_in_so_many_words() -> None:
    assert "Nothing changed." in to_markdown(diff(answered(), answered("ccccdddd0002", 2)))


def test_it_says_of_a_finding_where_it_is_and_what_of_it_changed() -> None:
    second = answered("ccccdddd0002", 2)
    bucket = {"type": "AWS::S3::Bucket", "name": "lake", "uid": "arn:aws:s3:::lake"}
    second["findings"][0] |= {"status": "Warning", "severity": "Low", "resources": [bucket]}
    second["findings"] += [
        {**second["findings"][0], "finding_info": {"uid": "u2", "title": "T"}, "resources": []},
        {**second["findings"][0], "finding_info": {"uid": "u3", "title": "T"}, "status": "Fail"},
    ]

    text = to_markdown(diff(answered(), second))

    assert "(`Medium → Low`, `Fail → Warning`) at `lake`, `Register`\n" in text
    assert "came: `FLOW-07` `T` (`Low`, `Warning`) at `lake`, `Register`\n" in text
    assert "came: `FLOW-07` `T` (`Low`) at `lake`\n" in text


def test_what_came_or_was_not_reached_is_said_in_words() -> None:
    second = answered("ccccdddd0002", 2)
    del second["graph"]["edges"][3]
    del step(second, "Deploy")["run"]

    text = to_markdown(diff(answered(), second))

    assert "- `Evaluate->Register` `dependsOn` went\n" in text
    assert "- `Deploy` `run.status`: `Succeeded` → not reached\n" in text
    second["graph"]["edges"].append({"from": "Evaluate", "to": "Register", "via": "dependsOn"})
    assert "**1 change**: status 1." in to_markdown(diff(answered(), second))


def test_a_comment_on_a_pull_request_has_room_for_it() -> None:
    def wide(value: float) -> Any:
        answer = answered()
        for number, node in enumerate(answer["graph"]["nodes"]):
            long = {f"{'n' * 150}-{place}": f"{'v' * 190}{value}" for place in range(300)}
            node["run"]["metrics"] = dict.fromkeys(long, value)
            node["run"]["job"] |= {"hyperparameters": long, "datasets": long, "stoppingCondition": long}
            node["inputs"] = [{"name": name, "uri": f"s3://b{number}/{text}"} for name, text in long.items()]
        return answer

    text = to_markdown(diff(wide(1.0), wide(2.0)))

    assert 50_000 < len(text) < 65_536
    assert {line for line in text.splitlines() if line.startswith("## ")} >= {"## Parameter", "## Metric", "## Input"}
    assert re.findall(r"^- and (\d+) more", text, re.MULTILINE)
