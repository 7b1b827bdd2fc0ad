"""What the READMEs show is run: commands, requests, the answer by example, settings, links."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.dump import main
from chalicelib.core.query.query import LINEAGE
from chalicelib.program import ask
from chalicelib.settings import Settings, parse_settings
from tests.api.conftest import ROOT, Api

READMES = [pytest.param(ROOT / name, id=name) for name in ("README.md", "README.ko.md")]


def blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme.read_text(encoding="utf-8"), re.DOTALL)


def commands(readme: Path) -> list[list[str]]:
    lines = [line for block in blocks(readme, "sh") for line in block.splitlines() if line.strip()]
    return [shlex.split(line, comments=True) for line in lines]


def in_it(example: Any, answer: Any) -> bool:
    """Whether the answer says all that the example says; a list may hold more."""
    if isinstance(example, dict):
        return isinstance(answer, dict) and all(
            key in answer and in_it(value, answer[key]) for key, value in example.items()
        )
    if isinstance(example, list):
        return isinstance(answer, list) and all(any(in_it(item, other) for other in answer) for item in example)
    return bool(example == answer)


@pytest.mark.parametrize("readme", READMES)
def test_the_answer_by_example_is_the_demo_accounts(readme: Path, api: Api) -> None:
    [example] = blocks(readme, "json")
    [command] = [command for command in commands(readme) if command[0] == "curl"]
    path = command[1].removeprefix("http://127.0.0.1:8000")

    assert in_it(json.loads(example), api.get(path).body)


@pytest.mark.parametrize("readme", READMES)
def test_the_command_lines_run(readme: Path, app: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dumps = [command[2:] for command in commands(readme) if command[1:2] == ["lineage_dump.py"]]

    assert len(dumps) == 3

    for arguments in dumps:
        with_out = [str(tmp_path / a) if a in ("mlops-pipeline.json", "lineages.json") else a for a in arguments]
        assert main(with_out, ask) == 0

    assert json.loads(capsys.readouterr().out)["pipeline"]["name"] == "mlops-pipeline"
    assert json.loads((tmp_path / "mlops-pipeline.json").read_text())["summary"]["overallStatus"] == "Succeeded"
    assert len(json.loads((tmp_path / "lineages.json").read_text())) > 1


@pytest.mark.parametrize("readme", READMES)
def test_the_make_targets_exist(readme: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"make ([a-z][a-z-]*)", readme.read_text(encoding="utf-8")))

    assert {"demo", "test", "setup", "policy"} <= named
    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_listed_with_its_default(readme: Path) -> None:
    rows = dict(re.findall(r"^\| `([A-Z_0-9]+)` \| (?:`(.*?)`)? ?\|", readme.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(rows) == {name.upper() for name in Settings._fields}
    assert parse_settings({name: default for name, default in rows.items() if default}) == Settings()


@pytest.mark.parametrize("readme", READMES)
def test_every_parameter_is_listed(readme: Path) -> None:
    rows = set(re.findall(r"^\| `([a-z][A-Za-z]+)` \|", readme.read_text(encoding="utf-8"), re.MULTILINE))

    assert rows >= {*LINEAGE, "region"}


@pytest.mark.parametrize("readme", READMES)
def test_every_route_is_listed(readme: Path, app: Any) -> None:
    rows = "\n".join(re.findall(r"^\| `GET .*$", readme.read_text(encoding="utf-8"), re.MULTILINE))

    assert set(re.findall(r"`GET (/[^`?]*)", rows)) == set(app.app.routes) - {"/viewer/{name}"}


@pytest.mark.parametrize("readme", READMES)
def test_links_lead_somewhere(readme: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", readme.read_text(encoding="utf-8"))

    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
