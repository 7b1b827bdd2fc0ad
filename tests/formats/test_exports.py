"""Every format of the table: it can be written, gives the same bytes twice, and says what it does not go with."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.cli.dump import main
from chalicelib.core.query.formats import FORMATS, OF_THE_API
from chalicelib.core.query.parsing import Params
from chalicelib.core.query.query import parse_lineage_query
from chalicelib.core.values.errors import BadQuery
from chalicelib.formats.exports.export import Answer, export, to_text
from tests.builders.judged import accepted, with_rule

ROOT = Path(__file__).resolve().parents[2]
FILE = next(
    path for path in sorted((ROOT / "corpus" / "emitted").rglob("*.json")) if "Steps" in json.loads(path.read_text())
)


DOC = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")


def unasked(params: Params) -> str:
    raise AssertionError(f"AWS was not to be asked: {params}")


def dumped(*options: str) -> str:
    out = io.StringIO()
    assert main(["--definition", str(FILE), *options], unasked, out=out) == 0
    return out.getvalue()


def test_the_document_names_every_format_with_its_media_type() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|", DOC, re.MULTILINE)

    assert sorted(rows) == sorted((name, each.media_type.partition(";")[0]) for name, each in FORMATS.items())


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if not each.of_account])
def test_a_definition_file_can_be_written_in_every_format_and_twice_in_the_same_bytes(name: str) -> None:
    text = dumped("--format", name)

    assert text.endswith("\n")
    assert text == dumped("--format", name)


HEEDED: Mapping[str, Callable[[str], bool]] = {  # of each format that shows findings
    "json": lambda text: json.loads(text)[0]["findings"][-1]["status"] == "Suppressed",
    "openlineage": lambda text: '"status":"Suppressed"' in text and '"status":"Fail"' not in text,
    "mermaid": lambda text: "⚠" not in text,
    "dot": lambda text: "⚠" not in text,
    "ocsf": lambda text: {each["status_id"] for each in json.loads(text)} == {3},
    "asff": lambda text: {each.get("Workflow", {}).get("Status") for each in json.loads(text)} == {"SUPPRESSED"},
    "sarif": lambda text: json.loads(text)["runs"][0]["results"] == [],
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_heeds_what_somebody_has_accepted(name: str) -> None:
    definition = json.dumps({"Version": "2020-12-01", "Steps": []})
    lineage = with_rule("S3.17").lineage
    standing = Answer({**lineage, "findings": lineage["findings"][:1]}, "p.json", definition)
    heeded = replace(accepted(standing, lineage["findings"][0]["rule"]), path="p.json", text=definition)

    before, after = (to_text(export(name, [each])) for each in (standing, heeded))

    if name in HEEDED:
        assert (HEEDED[name](before), HEEDED[name](after)) == (False, True)
    else:  # a format that shows no findings shows no change
        assert before == after


def test_json_is_what_is_given_where_no_format_is_named() -> None:
    assert dumped() == dumped("--format", "json")


@pytest.mark.parametrize(
    ("name", "parameter"), [(name, parameter) for name in OF_THE_API for parameter in FORMATS[name].refuses]
)
def test_what_does_not_go_with_a_format_is_one_clear_refusal(
    name: str, parameter: str, capsys: pytest.CaptureFixture[str]
) -> None:
    value = {"view": "both"}.get(parameter, "Train")

    with pytest.raises(BadQuery, match=f"^{parameter} does not go with format={name}$"):
        parse_lineage_query({"pipeline": ["p"], "format": [name], parameter: [value]}, ["eu-west-1"], "eu-west-1")


def test_the_command_line_refuses_it_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--definition", str(FILE), "--format", "dot", "--view", "both"], unasked)

    assert code == 2
    assert capsys.readouterr().err == "lineage_dump.py: --view does not go with --format dot\n"


@pytest.mark.parametrize("name", [name for name, each in FORMATS.items() if each.of_account])
def test_what_names_an_account_is_not_made_of_a_file(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--definition", str(FILE), "--format", name], unasked) == 2
    assert capsys.readouterr().err.endswith(
        f"--format {name} names the account, which a definition file does not know\n"
    )


def test_an_unknown_format_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(BadQuery, match=f"^format must be one of {', '.join(OF_THE_API)}$"):
        parse_lineage_query({"pipeline": ["p"], "format": ["cyclonedx"]}, ["eu-west-1"], "eu-west-1")
