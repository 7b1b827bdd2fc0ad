"""docs/ci.md: its workflow runs step by step on this machine, but for the steps that only a network can do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.test_project import ROOT, check
from tools import wheel

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
WORKFLOW, HOOKS = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))
EXPRESSION = re.compile(r"\$\{\{ *(.*?) *\}\}")
OWN = "OWNER/sagemaker-lineage@TAG"
NETWORK = "--require-hashes"
"""What marks the one command of the action's scripts that asks a network."""

STEP = {
    "Name": "Clean",
    "Type": "Processing",
    "Arguments": {
        "NetworkConfig": {"EnableNetworkIsolation": False},
        "ProcessingInputs": [{"InputName": "raw", "S3Input": {"S3Uri": "s3://lake/raw"}}],
        "Tags": [{"Key": "DataClassification", "Value": "Confidential"}],
    },
}
CLEAN = {"Name": "Wait", "Type": "Lambda", "Arguments": {}}


@dataclass
class Runner:
    """GitHub's runner, as far as the action sees it: a checkout, a folder of its own, and what steps leave behind."""

    checkout: Path
    temporary: Path
    action: Path
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    uploaded: dict[str, str] | None = None

    @property
    def program(self) -> Path:
        """Where the action installs the command."""
        return self.temporary / "sagemaker-lineage" / "bin" / "sagemaker-lineage"

    def use(self, given: Mapping[str, str]) -> int:
        """Run the action's steps with these inputs; return the code of the first that fails."""
        self.inputs = {name: each.get("default", "") for name, each in ACTION["inputs"].items()} | dict(given)
        self.outputs, failed = {}, 0
        for step in ACTION["runs"]["steps"]:
            if step["name"] == "Install" and self.program.exists():
                continue  # by the test before: half a minute on a busy machine
            if "run" in step and not failed:
                failed = self._script(step)
            elif "uses" in step and self._is_due(step["if"]):
                self.uploaded = {name: self._filled(text) for name, text in step["with"].items()}
        return failed

    def _script(self, step: Mapping[str, Any]) -> int:
        variables = {name: self._filled(text) for name, text in step["env"].items()}
        script = "\n".join(line for line in step["run"].splitlines() if NETWORK not in line)
        told = self.temporary / "output"
        told.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.checkout,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "HOME": str(self.temporary),
                "RUNNER_TEMP": str(self.temporary),
                "GITHUB_OUTPUT": str(told),
                # Without a network, and so without an environment of its own to build in.
                "PIP_NO_INDEX": "1",
                "PIP_NO_BUILD_ISOLATION": "0",
                "PYTHONPATH": sysconfig.get_path("purelib"),
                **variables,
            },
            check=False,
        )
        if "id" in step:
            self.outputs[step["id"]] = dict(line.split("=", 1) for line in told.read_text().splitlines())
        return done.returncode

    def _filled(self, text: str) -> str:
        return EXPRESSION.sub(lambda match: self._value(match[1]), text)

    def _value(self, expression: str) -> str:
        if expression == "github.action_path":
            return str(self.action)
        kind, name, *more = expression.split(".")
        return self.inputs[name] if kind == "inputs" else self.outputs[name].get(more[-1], "")

    def _is_due(self, condition: str) -> bool:
        """Whether all terms of a condition hold; `!cancelled()` does."""
        [inside] = EXPRESSION.findall(condition)
        compared = re.findall(r"([\w.-]+) (==|!=) '(\w*)'", inside)
        assert re.sub(r"[\w.-]+ (?:==|!=) '\w*'", "", inside).replace("!cancelled()", "").split() == ["&&", "&&"]
        return all((self._value(name) == text) == (sign == "==") for name, sign, text in compared)


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a runner fetches of the project, without what is built."""
    folder = tmp_path_factory.mktemp("action")
    without = shutil.ignore_patterns("__pycache__", "viewer")
    shutil.copytree(ROOT / "chalicelib", folder / "chalicelib", ignore=without)
    for name in (*wheel.SOURCES, "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's own folder: what is installed there once stays for the next test."""
    return tmp_path_factory.mktemp("runner")


@pytest.fixture
def runner(action: Path, temporary: Path, tmp_path: Path) -> Runner:
    pipelines = tmp_path / "pipelines"
    pipelines.mkdir()
    (tmp_path / "more" / "deep").mkdir(parents=True)
    (pipelines / "churn.json").write_text(json.dumps({"Version": "2020-12-01", "Steps": [STEP]}, indent=2))
    (tmp_path / "more" / "deep" / "wait.json").write_text(json.dumps({"Version": "2020-12-01", "Steps": [CLEAN]}))
    (tmp_path / "lineage-baseline.json").write_text("[]")
    return Runner(tmp_path, temporary, action)


def given() -> dict[str, str]:
    """The inputs that the documented workflow gives the action."""
    [job] = WORKFLOW["jobs"].values()
    [step] = [step for step in job["steps"] if step["uses"] == OWN]
    inputs: dict[str, str] = step["with"]
    return inputs


def results(path: Path) -> list[str]:
    [run] = json.loads(path.read_text())["runs"]
    return [result["ruleId"] for result in run["results"]]


def test_the_workflow_is_as_githubs_schema_says(tmp_path: Path) -> None:
    workflow = tmp_path / "lineage.yml"
    [text, _] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    workflow.write_text(text)

    done = check("vendor.github-workflows", [workflow])

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_workflow_checks_out_uses_the_action_and_may_upload() -> None:
    [job] = WORKFLOW["jobs"].values()

    assert [step["uses"] for step in job["steps"]] == ["actions/checkout@v4", OWN]
    assert given().keys() <= ACTION["inputs"].keys()
    assert WORKFLOW["permissions"] == {"contents": "read", "security-events": "write"}


def test_the_workflow_stops_at_a_finding_and_uploads_it(runner: Runner) -> None:
    assert runner.use(given()) == 3

    assert results(runner.checkout / "lineage.sarif") == ["FLOW-10"]
    assert runner.uploaded == {"sarif_file": "lineage.sarif", "category": "sagemaker-lineage"}


def test_the_documented_baseline_lets_it_pass(runner: Runner) -> None:
    runner.use(given())
    [command] = re.findall(r"^sagemaker-lineage (.*--out lineage-baseline\.json)$", PAGE, re.MULTILINE)
    kept = {"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": os.environ["PATH"]}
    subprocess.run(f"{runner.program} {command}", shell=True, cwd=runner.checkout, env=kept, check=True)

    assert runner.use(given()) == 0
    assert runner.uploaded is not None


@pytest.mark.parametrize("code", [0, 3])
def test_what_is_accepted_is_not_uploaded_and_stops_nothing(code: int, runner: Runner) -> None:
    until = "2999-01-01" if code == 0 else "2020-01-01"
    (runner.checkout / "pipelines" / "lineage-ignore.toml").write_text(
        f'[[ignore]]\nrule = "FLOW-10"\nreason = "known"\nexpires = {until}\n'
    )

    assert runner.use(given()) == code
    assert results(runner.checkout / "lineage.sarif") == (["FLOW-10"] if code else [])


def test_where_a_file_cannot_be_read_nothing_is_uploaded(runner: Runner) -> None:
    (runner.checkout / "pipelines" / "broken.json").write_text("{")

    assert runner.use(given()) == 1
    assert runner.uploaded is None


def test_what_a_caller_gives_is_no_command(runner: Runner) -> None:
    definitions = 'pipelines/*.json\n"; touch owned; echo "\n$(touch owned)\n'

    assert runner.use({"definitions": definitions, "upload": "false"}) == 1
    assert not (runner.checkout / "owned").exists()


def test_the_hook_is_one_by_pre_commits_own_word_and_runs_as_documented(runner: Runner) -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-manifest", str(manifest)], check=True)
    [hook], [[used]] = yaml.safe_load(manifest.read_text()), [repo["hooks"] for repo in HOOKS["repos"]]
    files = [path for path in ("pipelines/churn.json", "more/deep/wait.json") if re.search(used["files"], path)]

    codes = {}
    for told in (hook["args"], used["args"], ["--fail-on", "Critical", "--definition"]):
        command = [sys.executable, str(ROOT / "lineage_dump.py"), *hook["entry"].split()[1:], *told, *files]
        codes[told[1]] = subprocess.run(command, cwd=runner.checkout, check=False).returncode

    assert (used["id"], files) == (hook["id"], ["pipelines/churn.json"])
    assert codes == {"High": 3, "Medium": 3, "Critical": 0}
